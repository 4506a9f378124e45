"""The formulas on which the engine is compared with LibreOffice; used by test_oracle.py.

For every function each argument in turn takes every kind of value (number, text, text that is a number, date, blank,
error, logical, column, array constant); oracle_special.txt adds single formulas. `VALUES` are the cells of the names.
"""

from __future__ import annotations

from pathlib import Path

from toolkit.formula import FUNCTIONS, LIST_FUNCTIONS
from toolkit.values.errors import DIV0, NA

VALUES: dict[str, object] = {
    "数": 3.7,
    "负": -2,
    "零": 0,
    "文": "产出abc",
    "数字文": "12",
    "日期": 45337,
    "空": None,
    "错": DIV0,
    "真": True,
    "金额": 1234567.005,
    "列": [4, 2.5, None, "乙", 4, -1],
    "数列": [1, 2, 3, 5, 8, 13],
    "文列": ["甲项", "乙A", "甲a", None, "丙*", "12"],
    "错列": [1, NA, "甲", 2, 3, 4],
    "身份证": ["110101199003070011", "110101199003070029"],
    "列表.词": ["产出", "满意率", None, "A*", "率", "12"],
}

REFERENCES = ["数", "负", "零", "文", "数字文", "日期", "空", "错", "真", "列", "文列", "错列"]
ONLY_ARGUMENT = ["金额", "数列", "-1.5", "1000000", "0", '" 1 2 "', '"12%"', '"甲Ab c"', "数&文", "数+空", "FALSE"]
ONLY_ARGUMENT += ["#DIV/0!"]
CONSTANTS = ["2", '"乙"', '"5"', '"2024-2-29"', '""', "TRUE", "#N/A", "{1,2,3}", '{"a";"b"}', "0.5"]

# Per function: argument lists, each of whose places is then filled with every kind of value.
BASES: dict[str, list[list[str]]] = {
    "相符": [["数", "3.02", "3"], ["数", "负", "12", "0"]],
    "IF": [["数>1", '"是"', '"否"'], ["列>3", "列", "0"]],
    "IFERROR": [["数", '"错"'], ["错列", "数列"]],
    "IFNA": [["数", '"缺"'], ["错列", "数列"]],
    "CHOOSE": [["2", '"一"', "数", "文"]],
    "IFS": [["数>9", '"一"', "TRUE", "文"]],
    "SWITCH": [["数", "1", '"一"', "3.7", '"中"', "文"]],
    "AND": [["数>1", "真"]],
    "OR": [["数>9", "真"]],
    "XOR": [["数>1", "真"]],
    "NOT": [["真"]],
    "ISNUMBER": [["数"]],
    "ISTEXT": [["数"]],
    "ISBLANK": [["数"]],
    "ISERROR": [["数"]],
    "ISNA": [["数"]],
    "N": [["数"]],
    "T": [["数"]],
    "SUM": [["数", "列"]],
    "COUNT": [["数", "列"]],
    "COUNTA": [["数", "列"]],
    "AVERAGE": [["数", "列"]],
    "MAX": [["数", "列"]],
    "MIN": [["数", "列"]],
    "SUMIF": [["列", '">2"', "数列"], ["文列", '"甲*"', "数列"]],
    "SUMIFS": [["数列", "列", '">2"'], ["数列", "文列", '"甲*"', "列", '">0"']],
    "COUNTIF": [["列", '">2"'], ["文列", '"甲*"']],
    "COUNTIFS": [["列", '">2"', "文列", '"<>"'], ["文列", '"?A"']],
    "COUNTBLANK": [["列"]],
    "SUMPRODUCT": [["列", "数列"], ["数列>2"]],
    "LARGE": [["列", "2"]],
    "SMALL": [["列", "2"]],
    "ROUND": [["数", "0"], ["金额", "2"]],
    "ROUNDUP": [["数", "0"], ["金额", "2"]],
    "ROUNDDOWN": [["数", "0"], ["金额", "2"]],
    "INT": [["数"]],
    "TRUNC": [["数", "0"], ["金额", "2"]],
    "ABS": [["负"]],
    "MOD": [["数", "2"], ["负", "3"]],
    "SIGN": [["负"]],
    "POWER": [["数", "2"], ["负", "2"]],
    "SQRT": [["数"]],
    "CEILING": [["数", "0.5"], ["负", "-3"]],
    "FLOOR": [["数", "0.5"], ["负", "-3"]],
    "LEN": [["文"]],
    "LEFT": [["文", "2"]],
    "RIGHT": [["文", "2"]],
    "MID": [["文", "2", "3"]],
    "FIND": [['"a"', "文"], ['"a"', "文", "2"]],
    "SEARCH": [['"A"', "文"], ['"A?"', "文", "2"]],
    "SUBSTITUTE": [["文", '"a"', '"替"'], ['"a.a.a"', '"a"', '"x"', "2"]],
    "REPLACE": [["文", "2", "1", '"新"']],
    "TRIM": [["文"]],
    "CLEAN": [["文"]],
    "EXACT": [["文", '"产出abc"']],
    "UPPER": [["文"]],
    "LOWER": [['"ABC"']],
    "TEXT": [["金额", '"#,##0.00"'], ["日期", '"yyyy-mm-dd"']],
    "VALUE": [["数字文"]],
    "REPT": [["文", "2"]],
    "CONCATENATE": [["文", "数"]],
    "CONCAT": [["文", "列"]],
    "TEXTJOIN": [['"、"', "TRUE", "列", "文"]],
    "CHAR": [["65"]],
    "CODE": [['"A"']],
    "DATE": [["2024", "2", "29"]],
    "YEAR": [["日期"]],
    "MONTH": [["日期"]],
    "DAY": [["日期"]],
    "EDATE": [["日期", "1"]],
    "EOMONTH": [["日期", "1"]],
    "DATEVALUE": [['"2024-1-31"']],
    "WEEKDAY": [["日期", "2"]],
    "VLOOKUP": [["2", "数列", "1", "FALSE"], ["4", "IF({1,0},数列,文列)", "2", "TRUE"]],
    "INDEX": [["列", "2"], ["IF({1,0},数列,文列)", "2", "2"]],
    "MATCH": [["3", "数列", "0"], ["4", "数列", "1"]],
    "LOOKUP": [["4", "数列"], ["4", "数列", "文列"]],
    "INDIRECT": [['"数"']],
    "ROWS": [["列"]],
    "COLUMNS": [["列"]],
    "TRUE": [[]],
    "FALSE": [[]],
    "含任一": [["文", "列表.词"], ["文列", "列表.词"]],
    "等于任一": [["数字文", "列表.词"], ["文列", "列表.词"]],
    "开头任一": [["文", "列表.词"], ["文列", "列表.词"]],
    "结尾任一": [["文", "列表.词"], ["文列", "列表.词"]],
    "最后位置": [["文", "列表.词"], ['"产出满意率率x"', "列表.词"]],
}

SPECIAL = Path(__file__).with_name("oracle_special.txt")


ARRAY_CONSTANTS = ["{1,2,3}", '{"a";"b"}']
TABLES = ["数列", "金额", "身份证", "列表.词", "数列*2", "{1,2;3,4}", "IF({1,0},列,列)", 'INDIRECT("列")', "1/列"]
TABLES += ["-文列", "列&文列", "{1;2;3}", "列>2", "LEN(列)", "(数列)", "-列"]
BLANK_AREAS = ["(空)", "IF(数>1,空,数)", "CHOOSE(2,列,文列)", "INDEX(列,3)", "INDEX(文列,4)", "INDEX(列,1)"]
BLANK_AREAS += ["INDEX(列,0)", "数列", "金额", "身份证", "列表.词", 'INDIRECT("列")', "IF(TRUE,列,文列)", "(列)"]
BLANK_AREAS += ['INDIRECT("空")', 'INDIRECT("列表.词")', 'IF(文="",列,文列)', "CHOOSE(1,空,数)", "(文列)"]
COLUMNS = ["列", "文列", "错列"]

# Places where other values would leave what Excel defines: a table that is no table, an unsorted column searched as
# sorted, a format that is none, positions in an array of which some are 0.
PLACES: dict[tuple[str, int], list[str]] = {
    ("VLOOKUP", 1): [*REFERENCES, *ARRAY_CONSTANTS],
    # A day as the number of decimals is too much for any program, and each has its own error for it.
    ("相符", 3): [probe for probe in REFERENCES + CONSTANTS if probe not in ("日期", '"2024-2-29"')],
    ("MATCH", 1): ["数", "负", "零", "文", "数字文", "日期", "空", "错", "数列", "文列", *ARRAY_CONSTANTS],
    ("LOOKUP", 1): ["数", "负", "零", "文", "数字文", "日期", "空", "数列", "文列", *ARRAY_CONSTANTS],
    ("LOOKUP", 2): COLUMNS,
    ("INDEX", 0): [*REFERENCES, *ARRAY_CONSTANTS],
    ("INDEX", 1): [probe for probe in REFERENCES + CONSTANTS if probe not in COLUMNS],
    ("INDEX", 2): [probe for probe in REFERENCES + CONSTANTS if probe not in COLUMNS],
    ("ROWS", 0): [*REFERENCES, *ARRAY_CONSTANTS, *TABLES],
    ("COLUMNS", 0): [*REFERENCES, *ARRAY_CONSTANTS, *TABLES],
    ("COUNTBLANK", 0): [*REFERENCES, *BLANK_AREAS],
    ("TEXT", 1): ["空", "错", "#N/A", '"0"', '"0.0%"', '"@"', '"General"', '"yyyy-mm-dd"', '"h:mm"', '{"0","0.00"}'],
    **{(name, 0): [probe for probe in REFERENCES + CONSTANTS if probe != "{1,2,3}"] for name in LIST_FUNCTIONS},
}


def cases() -> list[str]:
    """Return all formulas, without duplicates, in the order of the functions."""
    found: dict[str, None] = {}
    for name, bases in BASES.items():
        for base in bases:
            found.update(dict.fromkeys(_variations(name, base)))
    found.update(dict.fromkeys(SPECIAL.read_text(encoding="utf-8").splitlines()))
    return list(found)


def _variations(name: str, base: list[str]) -> list[str]:
    formulas = [f"{name}({','.join(base)})"]
    for index in range(len(base)):
        everything = REFERENCES if FUNCTIONS[name].needs_area(index) else REFERENCES + CONSTANTS
        probes = PLACES.get((name, index), everything + (ONLY_ARGUMENT if len(base) == 1 else []))
        for probe in probes:
            arguments = [*base[:index], probe, *base[index + 1 :]]
            formulas.append(f"{name}({','.join(arguments)})")
    return formulas
