"""Filled workbooks: values where the names say, and all that the template draws on every project sheet."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from tests import office
from tests.outputs.filled_samples import SAMPLE, declaration, found, indicators, plain_form, small_form
from tests.validator import needs_validator, validate
from toolkit.errors import FormError
from toolkit.forms.model import Form
from toolkit.forms.template import load_form
from toolkit.outputs.filled.workbook import FilledBook, fill_workbook
from toolkit.package.opc import open_package
from toolkit.reading.model import Declaration, Entry, Value
from toolkit.spreadsheet.sheet_patch import CellContent
from toolkit.spreadsheet.workbook import WorkbookParts, read_workbook

SHIPPED = Path(__file__).resolve().parents[2] / "templates" / "绩效目标申报表.xlsx"


def parts(data: bytes) -> WorkbookParts:
    return read_workbook(open_package(data, "填.xlsx"))


def unchecked(form: Form, declarations: Sequence[Declaration]) -> bytes:
    """A filled workbook without its self-checks: what comes from the template and the declarations alone."""
    return FilledBook(form, declarations).to_bytes()


def loaded(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def shipped_declaration(form: Form, rows: int, goal: str = "完成设备购置") -> Declaration:
    values: dict[str, Value | Entry] = {
        "项目名称": "设备购置",
        "年度": 2024,
        "主管部门": "长宁区卫生健康委员会",
        "实施单位": "天山中医医院",
        "计划开始日期": date(2024, 1, 1),
        "计划完成日期": date(2024, 12, 31),
        "年度资金申请总额": Decimal("1053176.00"),
        "当年财政拨款": Decimal("1053176.00"),
        "年度总体目标": goal,
    }
    names = set(form.table.names) if form.table else set()
    return declaration(values, [{k: v for k, v in row.items() if k in names} for row in indicators(rows)])


def drawn(sheet: Worksheet) -> dict[str, object]:
    """What a sheet carries besides its values, as openpyxl sees it."""
    own = re.compile(rf"'?{re.escape(sheet.title)}'?!")
    return {
        "validations": sorted(
            (str(v.sqref), v.type, v.operator, own.sub("!", v.formula1 or ""), v.formula2, v.prompt, v.error)
            for v in sheet.data_validations.dataValidation
        ),
        "formats": sorted(
            (str(area.sqref), rule.type, tuple(rule.formula), rule.priority) for area in sheet.conditional_formatting for rule in area.rules
        ),
        "protection": vars(copy(sheet.protection)),
        "setup": vars(copy(sheet.page_setup)) | {"_parent": None, "id": None},
        "margins": vars(copy(sheet.page_margins)),
        "fit": sheet.sheet_properties.pageSetUpPr.fitToPage if sheet.sheet_properties.pageSetUpPr else None,
        "footer": sheet.oddFooter.center.text,
        "titles": sheet.print_title_rows,
        "area": (sheet.print_area or "").rpartition("!")[2],
        "merges": sorted(map(str, sheet.merged_cells.ranges)),
        "widths": {letter: column.width for letter, column in sheet.column_dimensions.items()},
        "styles": {cell.coordinate: cell._style for row in sheet.iter_rows() for cell in row},
        "freeze": sheet.freeze_panes,
        "notes": {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment},
        "pictures": [(image.anchor._from.row, image.anchor._from.col) for image in sheet._images],
    }


@pytest.fixture(params=["small", "shipped"])
def form(request: pytest.FixtureRequest, tmp_path: Path) -> Form:
    return small_form(tmp_path) if request.param == "small" else load_form(SHIPPED)


def test_every_project_sheet_has_all_that_the_template_draws(form: Form) -> None:
    book = loaded(unchecked(form, [declaration({}), declaration({"项目名称": "乙"}), declaration({})]))
    template = openpyxl.load_workbook(form.path)[form.sheet]
    expected = drawn(template)
    assert book.sheetnames == ["项目1", "项目2", "项目3", "填报说明", "代码表"]
    for name in book.sheetnames[:3]:
        seen = drawn(book[name])
        assert seen == expected


def test_names_belong_to_each_project_sheet_and_to_no_workbook(form: Form) -> None:
    data = unchecked(form, [declaration({}), declaration({})])
    before, after = parts(form.path.read_bytes()), parts(data)
    own = form.by_name.keys()
    for index, sheet in enumerate(("项目1", "项目2")):
        local = {n.name: n.text for n in after.defined_names if n.sheet_index == index}
        for old in before.defined_names:
            if old.name in own or (old.sheet_index == 0 and old.name.startswith("_xlnm.")):
                assert local[old.name] == re.sub(r"^.*!", f"{sheet}!", old.text)
    assert not own & {n.name for n in after.defined_names if n.sheet_index is None}
    assert not [n for n in after.defined_names if "审核规则" in n.text or "字段" in n.text or "#REF" in n.text]
    assert {(n.name, n.text) for n in after.defined_names if n.sheet_index == 3} == {
        (n.name, n.text) for n in before.defined_names if n.sheet_index is not None and n.text.startswith("代码表!")
    }


def test_names_that_follow_the_forms_names_go_with_them(tmp_path: Path) -> None:
    names = parts(fill_workbook(small_form(tmp_path), [declaration({}), declaration({})])).defined_names
    assert {(n.name, n.sheet_index) for n in names if n.name in ("金额两倍", "一级列表", "规则列表", "本表")} == {
        ("金额两倍", 0),
        ("金额两倍", 1),
        ("一级列表", None),
        ("本表", 3),
    }


def test_values_stand_where_the_names_put_them(tmp_path: Path) -> None:
    form = small_form(tmp_path)
    wrong = {"金额": found("约五十万", "text"), "开始日期": found("#REF!", "error"), "编号": found("", "blank")}
    data = fill_workbook(form, [declaration(SAMPLE, indicators(2)), declaration(wrong)])
    book = parts(data)
    first, second = (book.cells(sheet) for sheet in book.sheets[:2])
    assert (first[2, 2].value, first[2, 2].kind, first[2, 2].formula) == ("=1+1", "text", None)
    assert (first[2, 4].value, first[3, 2].value) == (23729980.1, 45322.0)
    assert book.number_formats[first[3, 2].style] == "yyyy-mm-dd"
    assert first[4, 2].value == "  第一段\n第二段_x0041_ "
    assert [first[row, 3].value for row in (6, 7)] == ["指标1", "指标2"]
    assert [(first[row, 5].value, first[row, 5].kind) for row in (6, 7)] == [(90.0, "number")] * 2
    assert first[6, 6].value == "百分数"
    assert first[8, 3].kind == "blank"
    assert (second[2, 4].value, second[3, 2].value) == ("约五十万", "#REF!")
    assert second[3, 2].kind == "text"
    assert (second.get((2, 2)) and second[2, 2].kind) == "blank"
    assert (10, 4) not in second
    xml = zipfile.ZipFile(io.BytesIO(data)).read(book.sheets[0].part).decode()
    assert "<v>23729980.1</v>" in xml
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("项目1").to_python()
    assert (rows[1][1], rows[1][3], rows[2][1], rows[5][4]) == ("=1+1", 23729980.1, date(2024, 1, 31), 90.0)
    sheet = loaded(data)["项目1"]
    assert (sheet["B2"].value, sheet["B2"].data_type, sheet["B3"].value) == ("=1+1", "s", datetime(2024, 1, 31))


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("95", 95.0, "number"),
        ("-0.5", -0.5, "number"),
        ("007", "007", "text"),
        ("1,000", "1,000", "text"),
        ("12345678901234567", "12345678901234567", "text"),
        ("2023.07-2024.01", "2023.07-2024.01", "text"),
        ("１２", "１２", "text"),
    ],
)
def test_a_number_of_an_indicator_is_a_number_as_if_typed(tmp_path: Path, text: str, value: object, kind: str) -> None:
    book = parts(fill_workbook(small_form(tmp_path), [declaration({}, [{"数值": text}])]))
    cell = book.cells(book.sheets[0])[6, 5]
    assert (cell.value, cell.kind) == (value, kind)


def test_a_form_without_a_table_on_the_1904_calendar(tmp_path: Path) -> None:
    form = plain_form(tmp_path)
    data = fill_workbook(form, [declaration({"得分": 95, "日期": date(2024, 1, 31)}), declaration({"得分": 0})])
    book = parts(data)
    assert [sheet.name for sheet in book.sheets] == ["项目2", "项目3", "项目1"]
    assert book.cells(book.sheets[0])[1, 2].value == 95.0
    assert book.cells(book.sheets[1])[1, 2].value == 0.0
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[1][1] == date(2024, 1, 31)


def test_what_declares_the_form_is_left_out_with_every_trace(form: Form) -> None:
    data = unchecked(form, [declaration({})])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        texts = [name for name in names if name.endswith((".xml", ".rels"))]
        everything = "\n".join(archive.read(name).decode() for name in texts)
        workbook = archive.read("xl/workbook.xml").decode()
    assert sum(name.startswith("xl/worksheets/sheet") for name in names) == 3
    assert "审核规则!" not in everything and "字段!" not in everything
    assert "<vt:lpstr>审核规则</vt:lpstr>" not in everything
    assert "只在审核规则" not in everything and "只在字段" not in everything
    assert "calcChain" not in everything
    assert re.findall(r'<sheet name="([^"]+)" sheetId="(\d+)"(?: state="(\w+)")?', workbook) == [
        ("项目1", "1", ""),
        ("填报说明", "2", ""),
        ("代码表", "3", "hidden"),
    ]
    assert len(names) == len(set(names))


def test_only_the_first_tab_is_selected(form: Form) -> None:
    data = fill_workbook(form, [declaration({}), declaration({})])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for sheet in parts(data).sheets:
            assert (b"tabSelected" in archive.read(sheet.part)) == (sheet.name == "项目1")
    assert loaded(data).active.title == "项目1"


def test_properties_say_what_the_workbook_is(tmp_path: Path) -> None:
    form = small_form(tmp_path)
    properties = parts(fill_workbook(form, [declaration({})])).properties
    assert properties == {"来源": "甲", "jixiao.kind": "填报", "jixiao.form": "小表", "jixiao.version": "2.1"}


def test_the_same_declarations_give_the_same_bytes(form: Form) -> None:
    one = declaration({"项目名称": "甲"}, indicators(70))
    assert fill_workbook(form, [one, one]) == fill_workbook(form, [one, one])


def test_without_declarations_there_is_one_blank_sheet(form: Form) -> None:
    book = loaded(unchecked(form, []))
    template = openpyxl.load_workbook(form.path)[form.sheet]
    assert book.sheetnames[0] == "项目1"
    assert [[c.value for c in row] for row in book["项目1"]] == [[c.value for c in row] for row in template]


def test_references_to_the_forms_sheet_lead_to_the_project(tmp_path: Path) -> None:
    book = loaded(fill_workbook(small_form(tmp_path), [declaration({}), declaration({})]))
    custom = [v.formula1 for v in book["项目2"].data_validations.dataValidation if v.type == "custom"]
    assert custom == ['项目2!$B$2<>""']
    assert book["项目2"]["B10"].hyperlink.location == "项目2!A9"
    assert book["项目2"]["C10"].hyperlink.target == "https://example.com/"
    assert book["填报说明"]["A2"].value == "=项目1!B2"
    assert book["填报说明"]["A3"].value == '="项目名称："&项目1!项目名称'


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_table_grows_for_more_indicators_than_it_has_rows(tmp_path: Path, rows: int) -> None:
    form, many = small_form(tmp_path, rows=rows), 8
    data = fill_workbook(form, [declaration({"编号": "A-1"}, indicators(many)), declaration({"编号": "A-2"})])
    last, book = 5 + many, loaded(data)
    sheet, plain = book["项目1"], book["项目2"]
    assert [sheet.cell(row, 3).value for row in range(6, last + 1)] == [f"指标{n}" for n in range(1, many + 1)]
    assert [sheet.cell(row, 7).value for row in range(6, last + 1)] == [f"=N(E{row})*2" for row in range(6, last + 1)]
    assert {sheet.cell(row, 8).value for row in range(7, last + 1)} == {"分" if rows > 1 else None}
    assert (sheet.cell(last + 1, 1).value, sheet.cell(last + 1, 5).value) == ("合计", f"=SUM(E6:E{last})")
    assert (sheet.cell(last + 2, 1).value, sheet.cell(last + 2, 4).value) == ("编号", "A-1")
    assert plain.cell(5 + rows + 2, 4).value == "A-2"
    names = sheet.defined_names
    assert names["三级指标"].attr_text == f"项目1!$C$6:$C${last}"
    assert names["编号"].attr_text == f"项目1!$D${last + 2}"
    assert sheet.print_area == f"'项目1'!$A$1:$H${last + 2}"
    assert [str(v.sqref) for v in sheet.data_validations.dataValidation if v.type == "list"] == [f"B6:B{last}"]
    assert f"B6:C{last}" in [str(area.sqref) for area in sheet.conditional_formatting]
    assert f"A6:A{last}" in [str(area) for area in sheet.merged_cells.ranges] or rows == 1
    assert sheet.row_breaks.brk[0].id == last
    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment] == [f"A{last + 2}"]
    assert [image.anchor._from.row for image in sheet._images] == [last + 2]
    assert sheet.cell(last, 2).border.bottom.style == "thick" if rows > 1 else True


def test_a_grown_table_keeps_its_lower_border_last(tmp_path: Path) -> None:
    sheet = loaded(fill_workbook(small_form(tmp_path), [declaration({}, indicators(6))]))["项目1"]
    assert [sheet.cell(row, 2).border.bottom.style for row in range(6, 12)] == ["thin"] * 5 + ["thick"]


def test_sixty_five_indicators_in_the_shipped_form() -> None:
    form = load_form(SHIPPED)
    assert form.table is not None
    data = fill_workbook(form, [shipped_declaration(form, 65)])
    sheet, table = loaded(data)["项目1"], form.table
    last = table.first_row + 64
    name = next(column.index for column in table.columns if column.name == "三级指标")
    assert [sheet.cell(row, name).value for row in (table.first_row, last)] == ["指标1", "指标65"]
    for column in table.names:
        assert sheet.defined_names[column].attr_text.endswith(f"${last}")
    assert str(sheet.print_area).endswith(f"${last}")


def test_rows_grow_until_texts_fit(form: Form) -> None:
    assert form.table is not None
    goal = next(field for field in form.fields if field.type == "长文本" and "总目标" not in field.name)
    long, name = "提高社区公共卫生服务水平，" * 150, "社区卫生服务中心设备购置项目验收合格率" * 4
    rows = [{"三级指标": "合格率"}, {"三级指标": name}]
    book = loaded(fill_workbook(form, [declaration({goal.name: "短"}), declaration({goal.name: long}, rows)]))
    template, first, second = openpyxl.load_workbook(form.path)[form.sheet], book["项目1"], book["项目2"]
    (top, *_), (bottom, *_) = first[goal.area][0], first[goal.area][-1]
    heights = [sum(sheet.row_dimensions[row].height or 15 for row in range(top.row, bottom.row + 1)) for sheet in (template, first, second)]
    assert heights[0] == heights[1]
    assert heights[2] > heights[1]
    assert all((second.row_dimensions[row].height or 15) <= 409 for row in range(1, second.max_row + 1))
    start = form.table.first_row
    before, short, tall = (
        template.row_dimensions[start].height or 15,
        second.row_dimensions[start].height or 15,
        second.row_dimensions[start + 1].height or 15,
    )
    assert short == before
    assert tall > before


def test_a_text_too_long_for_a_cell_without_line_breaks_gets_them(tmp_path: Path) -> None:
    form = small_form(tmp_path)
    book = loaded(fill_workbook(form, [declaration({"编号": "很长的编号" * 10}), declaration({"编号": "短"})]))
    assert book["项目1"]["D10"].alignment.wrap_text
    assert not book["项目2"]["D10"].alignment.wrap_text
    assert book["项目1"].row_dimensions[10].height > 15


def test_more_can_be_put_into_a_book_before_it_is_written(form: Form) -> None:
    filled = FilledBook(form, [declaration({}), declaration({})])
    for project in filled.projects:
        project.patch.put(3, 30, CellContent("请填写", formula='IF(A1="","请填写","")'))
        project.patch.put(4, 30, CellContent(True, formula="AND(TRUE,TRUE)"))
        project.patch.hide_columns(29, 31)
    sheet = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
    filled.add_sheet("自检", sheet.encode())
    data = filled.to_bytes()
    book = parts(data)
    assert [s.name for s in book.sheets] == ["项目1", "项目2", "自检", "填报说明", "代码表"]
    for found_sheet in book.sheets[:2]:
        cells = book.cells(found_sheet)
        assert (cells[3, 30].value, cells[3, 30].formula) == ("请填写", 'IF(A1="","请填写","")')
        assert cells[4, 30].value is True
    opened = loaded(data)["项目2"]
    assert opened["AD3"].value.ref == "AD3"
    assert opened.column_dimensions["AC"].hidden
    template = openpyxl.load_workbook(form.path)[form.sheet]
    assert opened.column_dimensions["A"].width == template.column_dimensions["A"].width


def test_a_template_that_is_gone_is_told(tmp_path: Path) -> None:
    form = plain_form(tmp_path)
    form.path.unlink()
    with pytest.raises(FormError, match=r"自评\.xlsx：表样文件打不开"):
        fill_workbook(form, [])


@pytest.mark.office
def test_libreoffice_reads_the_same_values_and_names(form: Form, tmp_path: Path) -> None:
    path = tmp_path / "填.xlsx"
    path.write_bytes(fill_workbook(form, [declaration(SAMPLE, indicators(70)), declaration({"项目名称": "乙"})]))
    before = openpyxl.load_workbook(path)
    after = openpyxl.load_workbook(office.convert(path, "xlsx", tmp_path / "lo"))
    assert after.sheetnames == before.sheetnames
    assert after["代码表"].sheet_state == "hidden"
    for name in ("项目1", "项目2"):
        old, new = ({c.coordinate: c.value for row in book[name] for c in row if c.value} for book in (before, after))
        assert new.keys() == old.keys()
        for place, value in old.items():
            if before[name][place].data_type != "f":
                assert new[place] == (value.replace("_x005F_", "_") if isinstance(value, str) else value)
        assert len(after[name].data_validations.dataValidation) >= len(before[name].data_validations.dataValidation)
        for field in form.by_name:
            defined = before[name].defined_names[field]
            assert after[name].defined_names[field].attr_text.replace("$", "") == defined.attr_text.replace("$", "")
    assert after["项目1"].protection.sheet == before["项目1"].protection.sheet


@needs_validator
def test_microsofts_validator_finds_nothing_that_the_template_does_not_have(form: Form, tmp_path: Path) -> None:
    path = tmp_path / "填.xlsx"
    long = SAMPLE | {"项目名称": "甲" * 500}
    path.write_bytes(fill_workbook(form, [declaration(SAMPLE, indicators(70)), declaration(long), declaration({})]))
    known = {message.partition(": ")[2] for message in validate(form.path)}
    assert [message for message in validate(path) if message.partition(": ")[2] not in known] == []


# Attributes that no program writes so, each in the part that a pattern finds, and what stands there instead.
NONSENSE = {
    "属性的号": ("docProps/custom.xml", rb' pid="\d+"', b' pid="XFE1"'),
    "字体的号": ("xl/styles.xml", rb' fontId="\d+"', ' fontId="一"'.encode()),
    "填充的号": ("xl/styles.xml", rb' fillId="\d+"', b' fillId=""'),
    "字号": ("xl/styles.xml", rb'<sz val="[\d.]+"', b'<sz val="NaN"'),
    "列的起点": ("xl/worksheets/form.xml|xl/worksheets/sheet1.xml", rb'(<col [^>]*)min="\d+"', rb'\1min="A0"'),
    "列宽": ("xl/worksheets/form.xml|xl/worksheets/sheet1.xml", rb'(<col [^>]*)width="[\d.]+"', rb'\1width="1E309"'),
    "行高": ("xl/worksheets/form.xml|xl/worksheets/sheet1.xml", rb' ht="[\d.]+"', b' ht="-"'),
    "条件格式的先后": ("xl/worksheets/form.xml|xl/worksheets/sheet1.xml", rb' priority="\d+"', ' priority="²"'.encode()),
    "名称的工作表": ("xl/workbook.xml", rb' localSheetId="\d+"', ' localSheetId="²"'.encode()),
    "打开的工作表": ("xl/workbook.xml", rb"<workbookView ", b'<workbookView firstSheet="" '),
    "工作表的号": ("xl/workbook.xml", rb' sheetId="\d+"', b' sheetId="9999999999999"'),
}


def harmed(folder: Path, part: str, pattern: bytes, new: bytes) -> Path:
    """Return the shipped template with every match of `pattern` replaced in the parts that `part` matches; one at least."""
    path, changes = folder / "样.xlsx", 0
    with zipfile.ZipFile(SHIPPED) as archive, zipfile.ZipFile(path, "w") as written:
        for name in archive.namelist():
            data, found = archive.read(name), 0
            if re.fullmatch(part, name):
                data, found = re.subn(pattern, new, data)
            changes += found
            written.writestr(name, data)
    assert changes
    return path


def blank_sheet(path: Path) -> Mapping[tuple[int, int], object]:
    """What stands on the sheet that is issued to be filled in."""
    book = parts(fill_workbook(load_form(path), ()))
    return {place: cell.value for place, cell in book.cells(book.sheets[0]).items()}


@pytest.mark.parametrize("case", NONSENSE)
def test_numbers_that_no_program_writes_are_as_if_they_were_not_there(case: str, tmp_path: Path) -> None:
    assert blank_sheet(harmed(tmp_path, *NONSENSE[case])) == blank_sheet(SHIPPED)


@pytest.mark.parametrize("part", ["docProps/app.xml", "docProps/core.xml", "xl/styles.xml", "xl/theme/theme1.xml"])
def test_a_part_that_only_issuing_needs_makes_a_template_broken(part: str, tmp_path: Path) -> None:
    path = harmed(tmp_path, part, rb"(?s)>[^>]*\Z", b"<")
    with pytest.raises(FormError, match=rf"样.xlsx：文件已损坏，部件 {part} 不是完整的 XML。请重新取得完整的文件"):
        load_form(path)
