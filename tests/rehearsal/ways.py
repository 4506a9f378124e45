"""The ways in which a unit's returns come: each writes files into 回收, as the unit would.

In: a unit and the round's `Mail`. What LibreOffice has to make is gathered and made at the end of the round, a process a kind of file.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl

from tests.drawings.declarations import Content, Value
from tests.drawings.fixed import FIXED
from tests.drawings.word import docx_table
from tests.drawings.writers import xlsx_merged
from tests.hostile.hostile_files import encrypted, raw_zip
from tests.office import convert_all
from tests.reading.test_old_drawing import old_form
from tests.rehearsal.truth import BY_NAME, Unit
from tests.rehearsal.units import ALIAS, LEARNT, PASSWORD, YEAR, names, projects, stranger
from tests.rules.kit import declaration
from tests.shipped import at, shipped_form
from tests.sources.messy_files import scanned_pdf
from tests.workflow.test_others import JPEG, letter
from toolkit.forms import Form
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.spreadsheet.a1 import cell_name

Contents = Sequence[Content]
BACK = Path("回收")


@dataclass
class Mail:
    """One round's post: `marked` the last round's marked copies by unit, `kept` returns as they were first sent, by unit."""

    marked: Mapping[str, Path] = field(default_factory=dict)
    kept: dict[str, bytes] = field(default_factory=dict)
    orders: dict[str, list[tuple[Path, Path]]] = field(default_factory=dict)

    def convert(self, source: Path, target: Path) -> None:
        self.orders.setdefault(target.suffix[1:], []).append((source, target))

    def deliver(self) -> None:
        for kind, orders in self.orders.items():
            made = convert_all([source for source, _ in orders], kind, Path("另存") / kind)
            for path, (_, target) in zip(made, orders, strict=True):
                shutil.move(path, target)


def send(unit: Unit, way: str, mail: Mail) -> None:
    """Let a unit send its returns in a way of `WAYS`."""
    WAYS[way](unit, mail)


def put(place: str, data: bytes) -> Path:
    path = BACK / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def workbook(contents: Contents, form: Form | None = None) -> bytes:
    """A workbook of the form as it is now, made by the toolkit's own writer: what a unit sends that filled in a blank one."""
    return fill_workbook(form or shipped_form(), [declaration(content.draft()) for content in contents])


def cells_of(content: Content) -> dict[str, object]:
    """What somebody types into the sheet of a project, cell by cell; what is blank is cleared."""
    form, draft = shipped_form(), declaration(content.draft())
    assert form.table is not None
    cells: dict[str, object] = {
        each.cell: _typed(draft[each.name].value) for each in form.fields if each.cell and each.name in draft.entries
    }
    for number, row in enumerate(draft.rows, form.table.first_row):
        for column in form.table.columns:
            cells[cell_name(number, column.index)] = _typed(row[column.name].value)
    return cells


def _typed(value: object) -> object:
    """A value as Excel has it when it is typed in: a number where it looks like one."""
    if isinstance(value, str) and value.replace(".", "", 1).isdigit():
        return float(value)
    return float(value) if isinstance(value, Decimal) else value


def typed_into(source: Path, contents: Contents, target: Path) -> Path:
    """Save what stands in `source` as `target`, with the contents typed over its project sheets."""
    book = openpyxl.load_workbook(source)
    for number, content in enumerate(contents, start=1):
        for address, value in cells_of(content).items():
            book[f"项目{number}"][address].value = value
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)
    return target


def issued(unit: Unit, target: Path, contents: Contents | None = None) -> Path:
    """The workbook that the unit was sent, filled in."""
    return typed_into(Path("下发") / f"{unit.name}.xlsx", contents or projects(unit), target)


def own(unit: Unit, mail: Mail) -> None:
    issued(unit, BACK / f"{unit.name}.xlsx")


def renamed(unit: Unit, mail: Mail) -> None:
    issued(unit, BACK / "附件3-绩效目标（最终稿2）.xlsx")


def saved_as(kind: str) -> Callable[[Unit, Mail], None]:
    def save(unit: Unit, mail: Mail) -> None:
        mail.convert(issued(unit, Path("自用") / f"{unit.name}.xlsx"), BACK / f"{unit.name}.{kind}")

    return save


def one_each(unit: Unit, mail: Mail) -> None:
    for name, content in zip(names(unit), projects(unit), strict=True):
        put(f"{unit.name}/{name}.xlsx", workbook([content]))


def zipped(unit: Unit, mail: Mail) -> None:
    parts = {"报送/申报表.xlsx": workbook(projects(unit)), "报送/关于报送的函.docx": letter(), "盖章页.jpg": JPEG}
    put(f"{unit.name}.zip", raw_zip(parts, names="gbk"))


def zip_in_zip(unit: Unit, mail: Mail) -> None:
    inner = raw_zip({"申报表.xlsx": workbook(projects(unit))})
    put(f"转交材料-{unit.number}.zip", raw_zip({"内/材料.zip": inner}))


def word(unit: Unit, mail: Mail) -> None:
    put(f"{unit.name}.docx", docx_table(FIXED["官方版式"](projects(unit))))


def elsewhere(kind: str) -> Callable[[Unit, Mail], None]:
    def write(unit: Unit, mail: Mail) -> None:
        put(f"{unit.name}（系统导出）.xlsx", xlsx_merged(FIXED[kind](projects(unit))))

    return write


def text(unit: Unit, mail: Mail) -> None:
    put(f"{unit.name}.txt", "\n\n".join(map(_published, projects(unit))).encode())


def _published(content: Content) -> str:
    """A project as a published text has it: labels and values parted by tabs."""

    def of(name: str) -> str:
        value = content.head.get(name)
        return "" if value is None else f"{value:,.2f}" if isinstance(value, Decimal) else str(value)

    lines = ["财政项目支出绩效目标申报表", f"（{of('年度')}年度）"]
    for pairs in ("项目名称 项目性质 项目类别", "主管部门 实施单位", "计划开始日期 计划完成日期"):
        lines.append("\t".join(f"{name}\t{of(name)}" for name in pairs.split()))
    lines += [f"项目资金（元）\t项目资金总额\t{of('项目资金总额')}\t年度资金申请总额\t{of('年度资金申请总额')}"]
    lines += [f"\t其中：财政资金\t{of('财政资金')}\t其中：当年财政拨款\t{of('当年财政拨款')}", f"\t\t\t上年结转资金\t{of('上年结转资金')}"]
    lines += [f"\t其他资金\t{of('其他资金')}\t其他资金\t{of('年度其他资金')}", "项目绩效目标\t项目总目标\t\t年度总体目标"]
    lines += ["\t{}\t\t{}".format(*(of(name).replace("\n", "") for name in ("项目总目标", "年度总体目标")))]
    lines += ["\t一级指标\t二级指标\t三级指标\t年度(/项目)指标值"]
    for number, row in enumerate(content.rows):
        target = str(row.record()["指标值"])
        lines.append("\t".join(["" if number else "绩效指标", row.level1, row.level2, row.name, target]))
    return "\n".join(lines)


def photo(unit: Unit, mail: Mail) -> None:
    put(f"{unit.name}盖章.jpg", JPEG)


def with_scan(unit: Unit, mail: Mail) -> None:
    own(unit, mail)
    put(f"{unit.name}盖章件.pdf", scanned_pdf())


def twice_alike(unit: Unit, mail: Mail) -> None:
    data = put(f"{unit.name}.xlsx", workbook(projects(unit))).read_bytes()
    put(f"抄送/{unit.name}申报表.xlsx", data)


def last_years(unit: Unit, mail: Mail) -> None:
    put(f"{unit.name}.xlsx", workbook([_a_year_before(content) for content in projects(unit)]))


def _a_year_before(content: Content) -> Content:
    """The same a year before, in dates and texts; its name is the roster's."""

    def older(value: Value) -> Value:
        if isinstance(value, date):
            return value.replace(year=value.year - 1)
        if isinstance(value, str):
            for year in range(YEAR - 3, YEAR + 5):
                value = value.replace(str(year), str(year - 1))
        return value

    head = {name: value if name == "项目名称" else older(value) for name, value in content.head.items()}
    rows = (replace(row, name=str(older(row.name)), number=str(older(row.number))) for row in content.rows)
    return Content({**head, "年度": YEAR - 1}, tuple(rows))


def two_in_one(unit: Unit, mail: Mail) -> None:
    put("两家合并报送.xlsx", workbook([*projects(unit), *projects(BY_NAME["青溪区美术展览馆"])]))


def one_blank(unit: Unit, mail: Mail) -> None:
    issued(unit, BACK / f"{unit.name}.xlsx", projects(unit)[:-1])


def one_missing(unit: Unit, mail: Mail) -> None:
    put(f"{unit.name}.xlsx", workbook(projects(unit)[:-1]))


def the_missing(unit: Unit, mail: Mail) -> None:
    put(f"{unit.name}补报.xlsx", workbook(projects(unit)[-1:]))


def twice_differently(unit: Unit, mail: Mail) -> None:
    put(f"{unit.name}.xlsx", workbook(projects(unit)))
    put(f"{unit.name}（更正）.xlsx", workbook(otherwise(unit)))


def otherwise(unit: Unit) -> list[Content]:
    """The second of two different returns: another goal for the first project."""
    first, *others = projects(unit)
    return [first.put(年度总体目标=f"{first.head['年度总体目标']}每季度公布一次进度。"), *others]


def one_taken_away(unit: Unit, mail: Mail) -> None:
    (BACK / f"{unit.name}.xlsx").unlink()


def broken(unit: Unit, mail: Mail) -> None:
    put(f"{unit.name}.xlsx", workbook(projects(unit))[:9_000])


def locked(unit: Unit, mail: Mail) -> None:
    put(f"{unit.name}.xlsx", encrypted(workbook(projects(unit)), PASSWORD))


def blank(unit: Unit, mail: Mail) -> None:
    shutil.copy(Path("下发") / f"{unit.name}.xlsx", BACK)


def again(unit: Unit, mail: Mail) -> None:
    put(f"{unit.name}.xlsx", workbook(projects(unit)))


def with_first(change: Callable[[Content], Content]) -> Callable[[Unit, Mail], None]:
    """A return with a change to its first project."""

    def write(unit: Unit, mail: Mail) -> None:
        first, *others = projects(unit)
        put(f"{unit.name}.xlsx", workbook([change(first), *others]))

    return write


def wrong_sum(content: Content) -> Content:
    total = content.head["年度资金申请总额"]
    assert isinstance(total, Decimal)
    return content.put(年度资金申请总额=total + 10_000)


def without_unit(content: Content) -> Content:
    return _row(content, "数量指标", unit=None)


def upside_down(content: Content) -> Content:
    return _row(content, "服务对象满意度指标", symbol="≤")


def _row(content: Content, level2: str, **changes: str | None) -> Content:
    """The content with changes to its first row of a kind."""
    rows = list(content.rows)
    place = next(n for n, row in enumerate(rows) if row.level2 == level2 and row.symbol != "定性")
    rows[place] = replace(rows[place], **changes)  # type: ignore[arg-type]
    return replace(content, rows=tuple(rows))


def amount_in_words(unit: Unit, mail: Mail) -> None:
    again(unit, mail)
    path = BACK / f"{unit.name}.xlsx"
    book = openpyxl.load_workbook(path)
    book["项目1"][at("当年财政拨款")].value = "一百一十八万"
    book.save(path)
    mail.kept[unit.name] = path.read_bytes()


def forwarded(unit: Unit, mail: Mail) -> None:
    put(f"转发/Fw {unit.name}.xlsx", mail.kept[unit.name])


def corrected(target: str) -> Callable[[Unit, Mail], None]:
    """The marked copy of the last round, filled in rightly and sent under a name of its own."""

    def write(unit: Unit, mail: Mail) -> None:
        path = typed_into(mail.marked[unit.name], projects(unit), Path("自用") / f"改{unit.number}.xlsx")
        if target == "ods":
            mail.convert(path, BACK / f"{unit.name}改好.ods")
        elif target == "zip":
            put(f"{unit.name}改好.zip", raw_zip({f"{unit.name}.xlsx": path.read_bytes()}))
        else:
            shutil.copy(path, BACK / f"改好了（{unit.number}）.xlsx")

    return write


def under_another_name(name: str) -> Callable[[Unit, Mail], None]:
    def write(unit: Unit, mail: Mail) -> None:
        put(f"{unit.number}号来件.xlsx", workbook([content.put(实施单位=name) for content in projects(unit)]))

    return write


def project_renamed(unit: Unit, mail: Mail) -> None:
    *others, last = projects(unit)
    put(f"{unit.name}.xlsx", workbook([*others, last.put(项目名称=f"{last.head['项目名称']}（调整）")]))


def old_version(unit: Unit, mail: Mail) -> None:
    put(f"{unit.name}.xlsx", workbook(projects(unit), old_form()))


def nothing(unit: Unit, mail: Mail) -> None:
    """Nothing new comes."""


WAYS: Mapping[str, Callable[[Unit, Mail], None]] = {
    "—": nothing,
    "原表": own,
    "另存xlsx": saved_as("xlsx"),
    "另存ods": saved_as("ods"),
    "另存xls": saved_as("xls"),
    "PDF": saved_as("pdf"),
    "改文件名": renamed,
    "一个项目一份": one_each,
    "GBK压缩包": zipped,
    "包中包": zip_in_zip,
    "Word": word,
    "文本": text,
    "别处版面": elsewhere("云南"),
    "万元版面": elsewhere("湖北"),
    "照片": photo,
    "附扫描件": with_scan,
    "抄送两份": twice_alike,
    "去年的表": last_years,
    "两家一本": two_in_one,
    "一张空白": one_blank,
    "漏一个": one_missing,
    "补一个": the_missing,
    "两份不同": twice_differently,
    "移走一份": one_taken_away,
    "损坏": broken,
    "加密": locked,
    "空白表": blank,
    "重报": again,
    "合计错": with_first(wrong_sum),
    "缺单位": with_first(without_unit),
    "方向反": with_first(upside_down),
    "金额文字": amount_in_words,
    "无目标": with_first(lambda content: content.put(年度总体目标=None)),
    "两处错": with_first(lambda content: upside_down(wrong_sum(content))),
    "改一错一": with_first(lambda content: without_unit(wrong_sum(content))),
    "转发旧件": forwarded,
    "退改件": corrected("xlsx"),
    "退改件ods": corrected("ods"),
    "退改件zip": corrected("zip"),
    "旧称": under_another_name(ALIAS[36]),
    "名单外旧名": under_another_name(LEARNT[39]),
    "项目改名": project_renamed,
    "旧版表样": old_version,
}


def bystanders() -> None:
    """What lies among the returns and is nobody's: a unit of another county, another form, a photo, what Excel leaves behind."""
    put("外县来件.xlsx", workbook([stranger()]))
    book = openpyxl.Workbook()
    for row in (
        ["项目支出绩效运行监控表"],
        ["项目名称", "全年预算数", "1—7月执行数", "全年预计执行数", "偏差原因"],
        ["某项目", 10, 5, 10, "无"],
    ):
        book.worksheets[0].append(row)
    book.save(BACK / "监控表.xlsx")
    put("IMG_0001.jpg", JPEG)
    put("~$临时.xlsx", b"\x05user")
    put("Thumbs.db", bytes(32))
