"""Formulas and messages as plain Excel for the live sheet, and messages filled in for a finding."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from tests import office
from toolkit.formula import FormulaError, Message, compile_formula, render_message, to_excel
from toolkit.formula.message import renamed_message
from toolkit.formula.render import BETWEEN, WHOLE_WORDS, JoinedWords, quoted
from toolkit.values.errors import REF

ADDRESSES = {"甲": "$C15", "乙": "'表 1'!$D$3", "全部.三级指标": "$C$15:$C$74"}
ADDRESSES |= {"日": "$E$1", "文": "$F$1", "错": "$G$1"}
ENV: dict[str, object] = {"甲": 1234567.5, "乙": None, "日": 45657, "文": '他说"好"', "错": REF}
KINDS = {"甲": "金额", "乙": "金额", "日": "日期"}.get


def excel(text: str) -> str:
    formula = compile_formula(text, ADDRESSES, {"词"})
    return to_excel(formula, address=ADDRESSES.__getitem__, list_address=lambda name: f"代码表!${name}$2:${name}$9")


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("=ROUND( 甲 - 乙 , 2 ) = 0", "ROUND($C15-'表 1'!$D$3,2)=0"),
        ("-甲^2%", "-$C15^2%"),
        ("(甲+乙)*2", "($C15+'表 1'!$D$3)*2"),
        ('甲&"他说""好"""', '$C15&"他说""好"""'),
        ("IF(甲,,TRUE)", "IF($C15,,TRUE)"),
        ('MATCH(甲,{"a",1;TRUE,#N/A},0)', 'MATCH($C15,{"a",1;TRUE,#N/A},0)'),
        ("COUNTIF(全部.三级指标,甲)", "COUNTIF($C$15:$C$74,$C15)"),
        ("IFS(甲>1,1,TRUE,2)", "_xlfn.IFS($C15>1,1,TRUE,2)"),
        ('XOR(TRUE,IFNA(甲,"")=1)', '_xlfn.XOR(TRUE,_xlfn.IFNA($C15,"")=1)'),
        ('INDIRECT("列表."&甲)', 'INDIRECT("列表."&$C15)'),
        ("1e20+1E-7+1.50", "1E+20+1E-07+1.5"),
        (
            "NOT(含任一(甲,列表.词))",
            'NOT((SUMPRODUCT((LEN(代码表!$词$2:$词$9)>0)*(LEN(SUBSTITUTE($C15,代码表!$词$2:$词$9,""))<LEN($C15)))>0))',
        ),
        ("相符(甲,乙,1)", "(ABS(ROUND(($C15)-('表 1'!$D$3),(2)+2))<=ROUND((1)*0.5/10^(2),(2)+2))"),
        ("相符(甲,乙,1,0)", "(ABS(ROUND(($C15)-('表 1'!$D$3),(0)+2))<=ROUND((1)*0.5/10^(0),(0)+2))"),
        ("等于任一(甲,列表.词)", "(SUMPRODUCT((LEN(代码表!$词$2:$词$9)>0)*EXACT($C15,代码表!$词$2:$词$9))>0)"),
        (
            '结尾任一(全部.三级指标,{"率";"度"})',
            '(MMULT((LEN({"率","度"})>0)*EXACT(RIGHT($C$15:$C$74,LEN({"率","度"})),{"率","度"}),{1;1})>0)',
        ),
    ],
)
def test_to_excel(text: str, rendered: str) -> None:
    assert excel(text) == rendered


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("含任一(甲,列表.词)", "(COUNT(FIND(_词,$C15))+0*LEN($C15)>0)"),
        ("等于任一(甲,列表.词)", "OR(EXACT($C15,_词))"),
        ("开头任一(甲,列表.词)", "OR(EXACT(LEFT($C15,LEN(_词)),_词))"),
        ("结尾任一(甲&乙,列表.词)", "OR(EXACT(RIGHT($C15&'表 1'!$D$3,LEN(_词)),_词))"),
        (
            "最后位置(甲,列表.词)",
            'CHOOSE(1+(LEN($C15)>180),LEN($C15)-MIN(LEN(SUBSTITUTE(RIGHT(SUBSTITUTE($C15,_词,REPT(CHAR(1),LEN($C15))),LEN($C15)),CHAR(1),""))),'
            '(MAX(IFERROR(FIND(CHAR(1),SUBSTITUTE($C15,_词,CHAR(1),(LEN($C15)-LEN(SUBSTITUTE($C15,_词,"")))/LEN(_词)))+LEN(_词)-1,0))'
            "+0*LEN($C15)))",
        ),
    ],
)
def test_words_in_a_name_are_known_to_be_words(text: str, rendered: str) -> None:
    formula = compile_formula(text, ADDRESSES, {"词"})
    assert to_excel(formula, address=ADDRESSES.__getitem__, list_address="_".__add__) == rendered


@pytest.mark.office
def test_known_words_are_found_as_the_engine_finds_them(tmp_path: Path) -> None:
    """Texts with a word several times, over itself, at both ends, and longer than a cell has room for what is put in its place."""
    words = ("率", "提高", "abab", "不", "高率", "*")
    texts = [
        "",
        "率",
        "提高率率x",
        "xabababx",
        "提高率提高",
        "x*",
        "AB率",
        "不" * 180,
        "不" * 181,
        "不" * 2000,
        "产" * 200 + "率x",
        "产" * 300,
    ]
    joined = JoinedWords.of("_连", words)
    asked = [(name, "_词") for name in ("含任一", "等于任一", "开头任一", "结尾任一", "最后位置")]
    asked += [(name, joined) for name in sorted(WHOLE_WORDS)]
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    book.defined_names["_连"] = DefinedName("_连", attr_text=quoted(BETWEEN.join(("", *words, ""))))
    book.defined_names["_词"] = DefinedName("_词", attr_text="{" + ";".join(f'"{word}"' for word in words) + "}")
    expected = []
    for row, text in enumerate(texts, 1):
        sheet.cell(row, 1, text)
        for column, (name, held) in enumerate(asked, 2):
            formula = compile_formula(f"{name}(甲,列表.词)", {"甲"}, {"词"})
            shown = to_excel(formula, address=lambda _, row=row: f"$A{row}", list_address=lambda _, held=held: held)  # type: ignore[misc]
            place = sheet.cell(row, column).coordinate
            sheet[place] = ArrayFormula(place, f"=0+{shown}")
            expected.append(formula.evaluate({"甲": text, "列表.词": list(words)}))
    book.save(tmp_path / "词.xlsx")
    made = office.convert(tmp_path / "词.xlsx", "xlsx", tmp_path / "算过")
    found = openpyxl.load_workbook(made, data_only=True).active
    assert found is not None
    assert [found.cell(row, column).value for row in range(1, len(texts) + 1) for column in range(2, 10)] == expected


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("等于任一(甲,(列表.词))", '(COUNT(FIND("\ue000"&$C15&"\ue000",_词))+0*LEN($C15)>0)'),
        ("开头任一(甲,列表.词)", '(COUNT(FIND("\ue000"&LEFT($C15,{1,3})&"\ue000",_词))+0*LEN($C15)>0)'),
        ("结尾任一(甲,列表.词)", '(COUNT(FIND("\ue000"&RIGHT($C15,{1,3})&"\ue000",_词))+0*LEN($C15)>0)'),
    ],
)
def test_whole_words_are_looked_for_in_one_text(text: str, rendered: str) -> None:
    formula = compile_formula(text, ADDRESSES, {"词"})
    joined = JoinedWords.of("_词", ("率", "完成率"))
    assert to_excel(formula, address=ADDRESSES.__getitem__, list_address=lambda _: joined) == rendered


def test_a_long_text_is_split_and_keeps_its_place() -> None:
    assert excel(f'甲="{"长" * 300}"') == f'$C15=("{"长" * 255}"&"{"长" * 45}")'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("相似度(甲,乙)>0.9", "第 1 个字符“相似度”：Excel 里没有这个函数，只能用于“仅批量审核”的规则"),
        ("1=最后位置(全部.三级指标,列表.词)", "第 3 个字符“最后位置”：文本只能是一个单元格，不能是整列"),
    ],
)
def test_what_excel_cannot_say(text: str, message: str) -> None:
    with pytest.raises(FormulaError) as caught:
        excel(text)
    assert str(caught.value) == message


MESSAGES = [
    ("合计 {甲+乙} 元", "合计 1,234,567.50 元"),
    ("{甲}", "1,234,567.50"),
    ("其他资金{乙}", "其他资金（空）"),
    ("{日}起，{日+1}止，{日-日}天，{YEAR(日)}年", "2024-12-31起，2025-01-01止，0天，2024年"),
    ("{EDATE(日,2)}", "2025-02-28"),
    ("{IF(甲>1,日,0)}", "2024-12-31"),
    ("相差{ABS(甲-1000000)}，占{ROUND(甲/1000000,1)}", "相差234,567.50，占1.20"),
    ("{LEN(文)}字：{文}", '5字：他说"好"'),
    ("{错}/{1/0}/{甲+错}", "#REF!/#DIV/0!/#REF!"),
    ('{COUNT(甲)}个{{原样}}{"}"}', "1个{原样}}"),
    ("{甲>1}{1/3}", "TRUE0.333333333333333"),
    ("没有算式", "没有算式"),
    ("", ""),
]


KINDED = {
    "钱": "1,000.50", "-钱": "-1,000.50", "+钱": "1,000.50", "钱%": "10.01", "(钱)": "1,000.50", "钱+日": "46,657.50", "钱*2^1": "2,001.00",
    "钱/钱": "1.00", "钱>1": "TRUE", "钱&数": "1000.51.5", "数": "1.5", "数+数": "3",
    "日": "2024-12-31", "日-1": "2024-12-30", "1+日": "2025-01-01", "日-日": "0", "日+日-日": "45657", "日*1": "45657", "日&数": "456571.5",
    "DATE(2024,1,2)": "2024-01-02", "EDATE(日,1)": "2025-01-31", "EOMONTH(日,-1)": "2024-11-30", 'DATEVALUE("2024-3-4")': "2024-03-04",
    "YEAR(日)": "2024", "DAY(DATE(2024,1,2))": "2",
    "IF(钱>1,数,1)": "1.5", "IF(数>1,钱,1)": "1,000.50", "IF(数>1,钱,日)": "1902-09-26", "CHOOSE(数,钱,1)": "1,000.50", "CHOOSE(INT(钱/1000),数)": "1.5",
    "IFS(数>1,钱,TRUE,1)": "1,000.50", "IFS(钱>1,数,TRUE,数)": "1.5", "SWITCH(数,1.5,钱,1)": "1,000.50", "SWITCH(钱,1000.5,数,1)": "1.5",
    "VLOOKUP(数,钱,1)": "#N/A", "VLOOKUP(2000,钱,1)": "1,000.50", "INDEX(钱,1)": "1,000.50", "INDEX(数,INT(钱/1000))": "1.5",
    "LOOKUP(2000,钱)": "1,000.50", "LOOKUP(钱,数)": "1.5", "IFERROR(1/0,钱)": "1,000.50", "IFNA(钱,数)": "1,000.50",
    "MAX(数,钱)": "1,000.50", "MIN(钱,2)": "2.00", "SUM(钱,1)": "1,001.50", "AVERAGE(钱,钱)": "1,000.50", "SUMPRODUCT(钱,1)": "1,000.50",
    "LARGE(钱,数/1.5)": "1,000.50", "SMALL(数,钱/1000.5)": "1.5", "INT(钱)": "1,000.00", "TRUNC(钱)": "1,000.00", "ABS(-钱)": "1,000.50",
    "MOD(钱,7)": "6.50", "MOD(11,钱)": "11", "N(钱)": "1,000.50", "CEILING(钱,1)": "1,001.00", "FLOOR(钱,100)": "1,000.00",
    "ROUND(钱,0)": "1,001.00", "ROUND(数,钱/1000)": "1.5", "ROUNDUP(钱,0)": "1,001.00", "ROUNDDOWN(钱,0)": "1,000.00",
    "SUMIF(数,1.5,钱)": "1,000.50", "SUMIF(数,钱)": "0", "SUMIFS(钱,数,1.5)": "1,000.50", "SUMIFS(数,钱,1000.5)": "1.5", "COUNT(钱)": "1",
    "空": "（空）", "文": "字", "列": "7.00", "空+1": "1.00", "文列": "首",
}  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), KINDED.items())
def test_a_result_is_printed_as_what_it_is_made_of(text: str, shown: str) -> None:
    names: dict[str, object] = {"钱": 1000.5, "日": 45657, "数": 1.5, "空": None, "文": "字", "列": [7, 8], "文列": ["首", "次"]}
    kinds = {"钱": "金额", "日": "日期", "空": "金额", "列": "金额", "文": "文本", "文列": "金额"}.get
    assert render_message(f"{{{text}}}", names).evaluate(names, kinds) == shown


def test_amounts_have_the_decimals_of_the_form() -> None:
    for places, shown in ((0, "1,234,568"), (2, "1,234,567.50"), (4, "1,234,567.5000")):
        compiled = render_message("{甲}", ADDRESSES, places=places)
        assert compiled.evaluate(ENV, KINDS) == shown
        code = "#,##0" + ("." + "0" * places if places else "")
        live = compiled.to_excel_text(KINDS, address=ADDRESSES.__getitem__, list_address=str, code="名({0})")
        assert live == f'IFERROR(IF(LEN($C15)=0,"（空）",TEXT($C15,"{code}")),名($C15))'


def test_names_in_messages_are_renamed_where_they_are_formulas() -> None:
    names = {"甲": "乙.甲", "丙": "丁"}
    said = '甲 {甲+丙}{{甲}}、{ROUND(丙,2)&"{甲}"}，{未知}'
    assert renamed_message(said, names) == '甲 {乙.甲+丁}{{甲}}、{ROUND(丁,2)&"{甲}"}，{未知}'
    assert renamed_message("甲 {甲", names) == "甲 {甲"
    assert renamed_message("甲 {“甲}", names) == "甲 {“甲}"
    assert [formula.text for formula in render_message("{甲}至{乙+1}", ADDRESSES).formulas] == ["甲", "乙+1"]


def message(text: str) -> Message:
    return render_message(text, ADDRESSES)


@pytest.mark.parametrize(("text", "shown"), MESSAGES)
def test_message(text: str, shown: str) -> None:
    assert message(text).evaluate(ENV, KINDS) == shown


def test_a_message_knows_its_names_and_its_excel_text() -> None:
    compiled = message('共"{甲}"元，{LEN(文)}字')
    assert compiled.names == {"甲", "文"}
    codes = '"#NULL!","#DIV/0!","#VALUE!","#REF!","#NAME?","#NUM!","#N/A"'
    assert compiled.to_excel_text(KINDS, address=ADDRESSES.__getitem__, list_address=str) == (
        '"共""&'[:-1]
        + '"&IFERROR(IF(LEN($C15)=0,"（空）",TEXT($C15,"#,##0.00")),CHOOSE(ERROR.TYPE($C15),'
        + codes
        + '))&"""元，"&IFERROR((LEN($F$1))&"",CHOOSE(ERROR.TYPE(LEN($F$1)),'
        + codes
        + '))&"字"'
    )


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("合计{甲+丙}元", "第 6 个字符“丙”：没有这个字段或名称"),
        ("合计{甲元", "第 3 个字符“{”：左花括号没有对应的右花括号"),
        ("合计甲}元", "第 4 个字符“}”：右花括号多了；要显示花括号本身，请写两个 }}"),
        ("合计{}元", "第 4 个字符（公式末尾）：公式是空的"),
    ],
)
def test_a_mistake_in_a_message_has_its_place_in_the_whole_text(text: str, mistake: str) -> None:
    with pytest.raises(FormulaError) as caught:
        message(text)
    assert str(caught.value) == mistake


@pytest.mark.office
def test_the_live_message_reads_the_same_in_libreoffice(tmp_path: Path) -> None:
    cells = {"甲": "$A$1", "乙": "$A$2", "日": "$A$3", "文": "$A$4", "错": "$A$5"}
    workbook = xlsxwriter.Workbook(tmp_path / "提示.xlsx")
    sheet = workbook.add_worksheet()
    sheet.write_number("A1", 1234567.5)
    sheet.write_number("A3", 45657)
    sheet.write_string("A4", '他说"好"')
    sheet.write_formula("A5", '=INDIRECT("无")', None, "#REF!")
    for row, (text, _) in enumerate(MESSAGES):
        live = message(text).to_excel_text(KINDS, address=cells.__getitem__, list_address=str)
        sheet.write_array_formula(row, 1, row, 1, "{=" + live + "}")
    workbook.close()
    made = office.convert(tmp_path / "提示.xlsx", "xlsx", tmp_path / "重算")
    column = [row[1].value or "" for row in openpyxl.load_workbook(made, data_only=True).worksheets[0].iter_rows()]

    # LibreOffice shows a logical value joined to a text as 1, Excel as TRUE.
    expected = [shown.replace("TRUE", "1") for _, shown in MESSAGES]
    assert column == expected
