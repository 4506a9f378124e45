"""Where Excel differs from LibreOffice: what Excel does, where it shows, and examples with Excel's value.

Used by test_oracle.py, which accepts no other difference and no entry that never occurs. A difference is judged cell by
cell: `excel` and `office` are patterns for the two values as text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from toolkit.values.errors import DIV0, NA, NUM, REF, VALUE

NUMERIC_TEXT = r'数字文|文列|"5"|"2024-2-29"|"12%"'
SMALL = r"数|负|零|空|真|列|数字文|文列|错列|2|\"5\"|\"\"|TRUE|FALSE|\{1,2,3\}|0\.5|-1\.5|\"12%\"|数列|数\+空|-1|0|1"


@dataclass(frozen=True)
class Difference:
    """`reason` says what Excel does; `examples` are formulas with Excel's value."""

    reason: str
    formula: str
    excel: str
    office: str
    examples: dict[str, object] = field(hash=False)

    def explains(self, formula: str, excel: str, office: str) -> bool:
        """Return whether this is the difference between the two values of one cell of `formula`."""
        return bool(
            re.fullmatch(self.formula, formula, re.DOTALL)
            and re.fullmatch(self.excel, excel, re.DOTALL)
            and re.fullmatch(self.office, office, re.DOTALL)
        )


DIFFERENCES = (
    Difference(
        "LibreOffice has one Err:502 for an argument out of range and saves it as #VALUE!; Excel says #NUM!, #REF! "
        "outside a table, #DIV/0! for FLOOR in steps of 0",
        r"(LARGE|SMALL|SQRT|CEILING|FLOOR|WEEKDAY|DATE|INDEX|VLOOKUP)\(.*\)",
        r"#NUM!|#REF!|#DIV/0!",
        r"#VALUE!",
        {"LARGE(列,9)": NUM, "SQRT(-1)": NUM, "INDEX(列,7)": REF, "FLOOR(数,零)": DIV0, "VLOOKUP(2,数列,2,0)": REF},
    ),
    Difference(
        "an error constant as the value to look for, or multiplied by a column, is that error in Excel",
        r"(VLOOKUP|MATCH|LOOKUP|SUMPRODUCT)\(.*#N/A.*\)",
        r"#N/A",
        r"#VALUE!",
        {"MATCH(#N/A,数列,0)": NA},
    ),
    Difference(
        "in Excel a text with digits is no condition; LibreOffice converts it",
        rf"(IF|IFS|NOT|VLOOKUP|TEXTJOIN)\(.*({NUMERIC_TEXT}).*\)",
        r"#VALUE!",
        r".*",
        {'IF("5",1,2)': VALUE, "NOT(数字文)": VALUE},
    ),
    Difference(
        "NOT of an array: LibreOffice takes texts and errors in it for 0, or shows the first result in all cells",
        r"NOT\((列|错列|\{.*\})\)",
        r"#VALUE!|#N/A",
        r"False|True|0|1",
        {'NOT({"a";"b"})': [VALUE, VALUE]},
    ),
    Difference(
        "AND, OR and XOR pass over texts in arrays in Excel; in LibreOffice a text in an array constant is #VALUE!",
        r'(AND|OR|XOR)\(.*\{"a";"b"\}.*\)',
        r"True|False",
        r"#VALUE!",
        {'AND(TRUE,{"a";"b"})': True},
    ),
    Difference(
        "the text TRUE given to AND is a logical value in Excel",
        r'AND\("TRUE"\)',
        r"True",
        r"#VALUE!",
        {'AND("TRUE")': True},
    ),
    Difference(
        "a text given to SUM and its like is converted in Excel; in LibreOffice it is #VALUE!",
        r'(SUM|AVERAGE|MAX|MIN)\(.*".*\)',
        r"[-\d.]+",
        r"#VALUE!",
        {'SUM("3",4)': 7, 'MAX(列,"9")': 9},
    ),
    Difference(
        "texts in an array constant do not count for MIN in Excel; in LibreOffice they are 0",
        r'MIN\(数,\{"a";"b"\}\)',
        r"3\.7",
        r"0",
        {'MIN(数,{"a";"b"})': 3.7},
    ),
    Difference(
        "numbers < texts < logical values in Excel, and a logical value is no number; LibreOffice has only numbers",
        r'ISNUMBER\((真|TRUE|FALSE)\)|"a"<TRUE|TRUE>1',
        r"True|False",
        r"True|False",
        {"TRUE>1": True, '"a"<TRUE': True, "ISNUMBER(TRUE)": False},
    ),
    Difference("T passes an error on", r"T\(#DIV/0!\)", r"#DIV/0!", r"#N/A", {"T(错)": DIV0}),
    Difference(
        "SUMPRODUCT takes logical values for 0 in Excel; LibreOffice has none, they are 1 and 0",
        r"SUMPRODUCT\((数列>2|真|TRUE)\)",
        r"0(\.0)?",
        r"4|1",
        {"SUMPRODUCT(数列>2)": 0},
    ),
    Difference(
        "an error as criterion counts the cells with that error in Excel; in LibreOffice it is the result",
        r"(COUNTIFS?|SUMIFS?)\(.*(错|错列|#N/A).*\)",
        r"[\d.]+",
        r"#DIV/0!|#N/A",
        {"COUNTIF(错列,#N/A)": 1},
    ),
    Difference(
        "COUNTIF compares texts of digits as numbers in Excel, to 15 digits: two ID numbers may count as one",
        r"COUNTIF\((文列,12|身份证,.*)\)",
        r"1|2",
        r"0|1",
        {"COUNTIF(文列,12)": 1, 'COUNTIF(身份证,"110101199003070011")': 2},
    ),
    Difference(
        "a text of digits is not found among numbers in Excel",
        r'(VLOOKUP|MATCH)\("5",数列.*\)',
        r"#N/A",
        r"[45]",
        {'MATCH("5",数列,0)': NA},
    ),
    Difference(
        "searching a sorted column Excel keeps to the type of the value: no text follows on numbers, blank is 0",
        r"VLOOKUP\((文|数字文|空|列|文列|错列|\".*\"|\{\"a\";\"b\"\}),IF.*TRUE\)",
        r"#N/A",
        r"12",
        {"VLOOKUP(文,数列,1,TRUE)": NA},
    ),
    Difference(
        "VLOOKUP knows wildcards also in a calculated table in Excel",
        r"VLOOKUP\(\"(甲\*|丙~\*)\",IF.*",
        r"1|8",
        r"#N/A",
        {'VLOOKUP("甲*",IF({1,0},文列,数列),2,FALSE)': 1},
    ),
    Difference(
        "the value of IFERROR and IFNA is repeated to the shape of the other argument in Excel",
        r"(IFERROR|IFNA)\(错列,\{1,2,3\}\)",
        r"\d|甲",
        r"#N/A",
        {"IFERROR(错列,{8,9})": [[1, 1], [8, 9], ["甲", "甲"], [2, 2], [3, 3], [4, 4]]},
    ),
    Difference(
        "Excel rounds to any number of digits; LibreOffice refuses more than 20",
        r"(ROUND|ROUNDUP|ROUNDDOWN|TRUNC)\((数|金额),(日期|\"2024-2-29\")\)",
        r"[\d.]+",
        r"#VALUE!",
        {"ROUND(数,45337)": 3.7},
    ),
    Difference(
        "an error within an array given to POWER becomes #NUM! in LibreOffice",
        r"POWER\(.*(列|\{\"a\";\"b\"\}).*\)",
        r"#VALUE!|#N/A",
        r"#NUM!",
        {'POWER({"a";"b"},2)': [VALUE, VALUE]},
    ),
    Difference(
        "powers without a real result, and 0 to the power of 0, are #NUM! in Excel, 0 to a negative power #DIV/0!",
        r"0\^0|0\^-1|\(-8\)\^\(1/3\)|POWER\((0,0|-8,1/3)\)",
        r"#NUM!|#DIV/0!",
        r"1|-2|#NUM!",
        {"0^0": NUM, "0^-1": DIV0, "(-8)^(1/3)": NUM},
    ),
    Difference(
        "Excel's calendar begins with 1 for 1900-01-01 (0 is 1900-01-00) and has a 29 February 1900; negative is #NUM!",
        rf"(YEAR|MONTH|DAY|EDATE|EOMONTH|WEEKDAY|TEXT)\(({SMALL})[,)].*",
        r"-?\d+|#NUM!|#VALUE!|1900-.*|TRUE",
        r"-?\d+|1899-.*|1900-.*",
        {"DAY(1)": 1, "DATE(1900,2,29)": 60, "YEAR(-1)": NUM, 'TEXT(0,"yyyy-mm-dd")': "1900-01-00"},
    ),
    Difference("1900-01-01 is day 1 in Excel", r"DATE\(1900,1,1\)", r"1", r"2", {"DATE(1900,1,1)": 1}),
    Difference(
        "a year below 100 is counted from 1900 in Excel; in LibreOffice it is the next such year (24 is 2024)",
        r"DATE\((数|零|数字文|空|真|列|文列|错列|2|\"5\"|TRUE|\{1,2,3\}|0\.5|24),.*\)",
        r"\d+",
        r"\d+",
        {"DATE(24,1,1)": 8767},
    ),
    Difference(
        "Excel counts any number of months and days on; LibreOffice refuses more than 32,767",
        r"DATE\(2024,(2,)?(日期|\"2024-2-29\").*\)",
        r"\d+",
        r"#VALUE!",
        {"DATE(2024,2,日期)": 90659},
    ),
    Difference("9999-12-31 is Excel's last day", r"DATE\(10000,1,1\)", r"#NUM!", r"2958466", {"DATE(10000,1,1)": NUM}),
    Difference(
        "Excel (zh-CN) reads 2024-1 and 2024年1月 as the first of the month, and 2024.1.2 not at all",
        r"DATEVALUE\(.*\)",
        r"45292|#VALUE!",
        r"#VALUE!|45293",
        {'DATEVALUE("2024-1")': 45292, 'DATEVALUE("2024年1月")': 45292, 'DATEVALUE("2024.1.2")': VALUE},
    ),
    Difference(
        "CODE and CHAR use the Chinese code page in Excel (zh-CN), the first byte of UTF-8 in LibreOffice; "
        "CODE of nothing and CHAR(0) are #VALUE!",
        r"(CODE|CHAR)\(.*\)",
        r"\d+|#VALUE!",
        r"\d+|\x00",
        {'CODE("乙")': 53970, 'CODE("")': VALUE, "CHAR(0)": VALUE},
    ),
    Difference(
        "an empty text is found at the start position in Excel",
        r"(FIND|SEARCH)\((空|列|文列|\"\"),.*\)",
        r"[12]",
        r"#VALUE!",
        {'FIND("","abc")': 1},
    ),
    Difference(
        "Excel counts UTF-16 units: a character beyond U+FFFF is 2",
        r".*😀.*",
        r".*",
        r".*",
        {'LEN("😀a")': 3, 'MID("😀ab",3,1)': "a"},
    ),
    Difference("a text is at most 32,767 characters in Excel", r"REPT\(.*\)", r"#VALUE!", r"产出.*", {"REPT(文,日期)": VALUE}),
    Difference(
        "General goes over to powers of ten at 1E+15 and below 1E-04 in Excel, with two digits",
        r"1e(15|20|-7)&\"\"",
        r"1E.*",
        r"1.*|0\.0.*",
        {'1e15&""': "1E+15", '1e20&""': "1E+20", '1e-7&""': "1E-07"},
    ),
    Difference("Excel (zh-CN) reads ¥", r"VALUE\(\"¥12\"\)", r"12", r"#VALUE!", {'VALUE("¥12")': 12}),
    Difference(
        "the decimal point of a format stays without decimals in Excel",
        r"TEXT\(5,\"#\.##\"\)",
        r"5\.",
        r"5",
        {'TEXT(5,"#.##")': "5."},
    ),
    Difference(
        "TRANSPOSE of one error cell within an array formula is nothing in LibreOffice, the error in Excel",
        r"(含任一|等于任一|开头任一|结尾任一)\(文列,错\)",
        r"#DIV/0!",
        r"0|False",
        {"含任一(文列,错)": DIV0},
    ),
)

# Explained by calculating again with 1 and 0 in place of logical values, see test_oracle.
LOGICAL_REASON = "LibreOffice has no logical values, TRUE is the number 1; to Excel they are a type of their own"
LOGICAL_EXAMPLES: dict[str, object] = {
    "SUM(真,1)": 1,
    "COUNT(真)": 0,
    "真=1": False,
    "LEN(TRUE)": 4,
    'TRUE&""': "TRUE",
    "COUNT({1,TRUE})": 1,
}
