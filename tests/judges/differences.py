"""Where Excel differs from Gnumeric, IronCalc and formualizer: what Excel does, and why we believe it.

`MORE_DIFFERENCES` go on from those of LibreOffice in tests/formula/oracle_differences.py, in the same form: two of the
programs agree against the engine there; so do `CELL_DIFFERENCES` for cells of the self-check, whose values stand in other cells.
`LIMITS` are what a program cannot calculate of the self-check, by the text of the formula; all that is computed from such a cell is
then no verdict either.
"""

from __future__ import annotations

import re

from tests.formula.oracle_differences import Difference
from toolkit.values.errors import NA, REF, VALUE

MORE_DIFFERENCES = (
    Difference(
        "a text written into AND, OR, XOR is #VALUE! in Excel; only texts in cells are passed over (its help says so)",
        r'(AND|OR|XOR)\(.*"(乙|5|2024-2-29|)".*\)',
        r"#VALUE!",
        r"True|False",
        {'AND("乙",真)': VALUE, 'OR(数>9,"5")': VALUE, 'XOR(数>1,"")': VALUE},
    ),
    Difference(
        "a text that is no number, written into AVERAGE, MAX, MIN, is #VALUE! in Excel (its help says so)",
        r'(AVERAGE|MAX|MIN)\(.*"(乙|a|)".*\)',
        r"#VALUE!",
        r"-?[\d.]+",
        {'AVERAGE("乙",列)': VALUE, 'MAX(数,"")': VALUE, 'MIN("a",1)': VALUE},
    ),
    Difference(
        "a text that is a date counts as a number where one is wanted in Excel: COUNT (its help says so), MID",
        r'(COUNT|MID)\(.*"2024-2-29".*\)',
        r"\d*",
        r"\d+|#VALUE!",
        {'COUNT("2024-2-29",列)': 5, 'MID(文,"2024-2-29",3)': ""},
    ),
    Difference(
        "SUMIF takes the first cell of the sum range and the size of the range (its help says so); others want equal sizes",
        r"SUMIF\(.*\)",
        r"-?[\d.]+",
        r"#VALUE!",
        {'SUMIF(列,">2",数)': 3.7, 'SUMIF(数,">2",数列)': 1},
    ),
    Difference(
        "DATEVALUE wants a text in Excel (its help says so); Gnumeric gives a number back",
        r"DATEVALUE\((列|文列|数列|\{1,2,3\})\)",
        r"#VALUE!",
        r"-?[\d.]+",
        {"DATEVALUE(数列)": [VALUE] * 6},
    ),
    Difference(
        "Excel (zh-CN) reads 2024年1月2日 and 24-1-2 as dates; as LibreOffice with that locale",
        r'.*"(2024年1月2日|2024年1月31日|24-1-2)".*',
        r"\d+",
        r"#VALUE!",
        {'DATEVALUE("24-1-2")': 45293, '"2024年1月2日"+0': 45293},
    ),
    Difference(
        "TEXTJOIN takes several delimiters in turn (its help says so)",
        r'TEXTJOIN\((列|文列|错列|\{1,2,3\}|\{"a";"b"\}|\{",",";"\}),.*\)',
        r".*",
        r".*",
        {'TEXTJOIN({",",";"},TRUE,"a","b","c")': "a,b;c"},
    ),
    Difference(
        "whether TEXTJOIN leaves out blanks is a logical value: a text is #VALUE!, of a range the first counts; as LibreOffice",
        r'TEXTJOIN\("、",(文|列|错列|"乙"|""|\{"a";"b"\}),列,文\)',
        r"#VALUE!|4、.*",
        r"#VALUE!|4、.*",
        {'TEXTJOIN("、","乙",列,文)': VALUE},
    ),
    Difference(
        "TRUE is 1 where a number is wanted in Excel",
        r"(CHOOSE\((真|TRUE),.*|VLOOKUP\(.*,(真|TRUE),TRUE)\)",
        r"一|3",
        r"#VALUE!",
        {'CHOOSE(TRUE,"一",数,文)': "一", "VLOOKUP(4,IF({1,0},数列,文列),真,TRUE)": 3},
    ),
    Difference(
        "SWITCH passes over a value that is an error; as LibreOffice and formualizer, not tried in Excel, no rule of ours has it",
        r"SWITCH\(数,.*(错|#N/A).*\)",
        r"中|产出abc",
        r"#DIV/0!|#N/A",
        {'SWITCH(数,错,"一",3.7,"中",文)': "中"},
    ),
    Difference(
        "Excel rounds the decimal number that is shown (15 digits), not the binary one: 1.005 is 1.01",
        r"TEXT\((金额|1\.005),.*\)",
        r".*1",
        r".*0",
        {'TEXT(1.005,"0.00")': "1.01", 'TEXT(金额,"#,##0.00")': "1,234,567.01"},
    ),
    Difference(
        "a number becomes a text with 15 digits in Excel, and a difference that vanishes in them is 0",
        r'1\.1-1=0\.1|1/3&""|0\.1\+0\.2&""|2/3\*100&"%"',
        r"True|[\d.]+%?",
        r"False|[\d.]+%?",
        {"1.1-1=0.1": True, '0.1+0.2&""': "0.3", '1/3&""': "0.333333333333333"},
    ),
    Difference(
        "INDEX with a position below 0 is #VALUE! in Excel; #REF! is for one beyond the area",
        r"INDEX\(列,(负|-1)\)",
        r"#VALUE!",
        r"#REF!",
        {"INDEX(列,-1)": VALUE},
    ),
    Difference(
        "the type of MATCH counts by its sign: above 0 sorted, 0 or blank exact, below 0 sorted downwards; as LibreOffice",
        r"MATCH\([34],数列,(负|空|0\.5)\)",
        r"#N/A|3",
        r"#N/A|3",
        {"MATCH(4,数列,空)": NA, "MATCH(4,数列,0.5)": 3, "MATCH(3,数列,负)": NA},
    ),
    Difference(
        "LOOKUP of a number among texts finds nothing in Excel",
        r"LOOKUP\(4,文列(,文列)?\)",
        r"#N/A",
        r"0",
        {"LOOKUP(4,文列)": NA},
    ),
    Difference(
        "INDIRECT of what is no address is #REF! in Excel (its help says so), also in an array",
        r"INDIRECT\((列|文列|错列|\{1,2,3\}|数列)\)",
        r"#REF!",
        r"#VALUE!",
        {"INDIRECT(数列)": REF},
    ),
    Difference(
        "SUMPRODUCT and MAX pass an error in a list on in Excel; as LibreOffice and IronCalc",
        r"(含任一|等于任一|开头任一|结尾任一|最后位置)\(.*,错列\)",
        r"#N/A",
        r"False|0",
        {"含任一(文,错列)": NA},
    ),
    Difference(
        "VALUE takes a number in brackets for a negative one in Excel",
        r'VALUE\("\(5\)"\)',
        r"-5",
        r"#VALUE!",
        {'VALUE("(5)")': -5},
    ),
    Difference(
        "texts are in the order of pinyin in Excel (zh-CN), and the criterion #N/A counts that error",
        r'COUNTIF\((文列,">乙"|错列,"#N/A")\)',
        r"1",
        r"0|3",
        {'COUNTIF(文列,">乙")': 1, 'COUNTIF(错列,"#N/A")': 1},
    ),
    Difference(
        "IF of a range, and COUNTIF of many criteria, are arrays in an array formula of Excel; as LibreOffice and Gnumeric",
        r"SUM\(IF\(ISNUMBER\(列\),列,0\)\)|SUM(PRODUCT)?\(1/COUNTIF\(.*\)\)",
        r"9\.5|6",
        r"0|#DIV/0!",
        {"SUM(IF(ISNUMBER(列),列,0))": 9.5, "SUMPRODUCT(1/COUNTIF(数列,数列))": 6},
    ),
)

CELL_DIFFERENCES = (
    Difference(
        "Excel (zh-CN) reads 2023年11月30日 as a date; as LibreOffice with that locale",
        r'.*IFERROR\(IF\(\$U(\d+)="",0,\$U\1\)\*1,0\).*',
        r"\d{5}\.0",
        r"0\.0",
        {'"2023年11月30日"*1': 45260},
    ),
)

# Per judge: what is in a formula that it cannot calculate, and what it does instead.
INDEXES = re.compile(r"CHOOSE\(\{")
COMPARED = re.compile(r"\)=\{")
LIMITS: dict[str, dict[str, re.Pattern[str]]] = {
    "LibreOffice": {},
    "Gnumeric": {"CHOOSE 的序号是数组": INDEXES},
    "IronCalc": {
        "CHOOSE 的序号是数组": INDEXES,
        "HYPERLINK": re.compile(r"HYPERLINK\("),
        'CELL("address")': re.compile(r'CELL\("address"'),
        "IFERROR、NOT 作用于一列": re.compile(r"NOT\(IFERROR\("),
        "COUNTIF、COUNTIFS 作用于一格": re.compile(r"COUNTIFS?\(\$?[A-Z]+\$?\d+,"),
        "函数的结果与数组常量比较": COMPARED,
        "SMALL 的第一个参数是算出来的": re.compile(r"SMALL\(IF\("),
    },
    "formualizer": {
        "CHOOSE 的序号是数组": INDEXES,
        "HYPERLINK": re.compile(r"HYPERLINK\("),
        "IFERROR、NOT 作用于一列": re.compile(r"NOT\(IFERROR\("),
        "文本函数作用于一列": re.compile(r"(SUBSTITUTE|FIND|EXACT|LEFT|RIGHT|MID|LEN|TRIM)\([^()]*\$?[A-Z]+\$?\d+:"),
        "函数的结果与数组常量比较": COMPARED,
    },
}


def limit(judge: str, formula: str) -> str | None:
    """Return what of `formula` is beyond a judge, None where it can calculate it."""
    return next((reason for reason, pattern in LIMITS[judge].items() if pattern.search(formula)), None)
