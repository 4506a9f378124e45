"""Fields of any name: the unit, the project, the year … are those that the column 角色 says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from tests.command import Run
from tests.shipped import HEAD, ROWS, TEMPLATE, entry
from tests.workflow.roster_samples import card_template, write_roster
from toolkit.forms import load_form
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.model import Declaration, Row, Value

NAMES = {"实施单位": "承办机构", "项目名称": "课题", "年度": "申报年份", "主管部门": "归口部门"}
UNIT, OTHER = "青溪区第一小学", "青溪区图书馆"


def renamed_template(path: Path, *, roles: bool = True) -> Path:
    """The shipped template with other names for the fields that have roles; without `roles` the column 角色 is gone."""
    book = openpyxl.load_workbook(TEMPLATE)
    del book["审核规则"]
    for row in book["字段"].iter_rows(min_row=2):
        row[0].value = NAMES.get(row[0].value, row[0].value)
        row[1].value = NAMES.get(row[1].value, row[1].value)
    for row in book["申报表"].iter_rows():
        for cell in row:
            if cell.value in NAMES:
                cell.value = NAMES[cell.value]
    for old, new in NAMES.items():
        book.defined_names[new] = DefinedName(new, attr_text=book.defined_names.pop(old).attr_text)
    if not roles:
        sheet = book["字段"]
        sheet.delete_cols(next(c for c in range(1, sheet.max_column + 1) if sheet.cell(1, c).value == "角色"))
    book.save(path)
    return path


def returned(path: Path, template: Path, **changes: Value) -> Path:
    form = load_form(template)
    values = {NAMES.get(name, name): value for name, value in {**HEAD, **changes}.items()}
    assert form.table is not None
    rows = tuple(Row(22 + n, dict(zip(form.table.names, map(entry, row), strict=True))) for n, row in enumerate(ROWS))
    entries = {field.name: entry(values.get(field.name)) for field in form.fields}
    path.write_bytes(fill_workbook(form, [Declaration("", None, form.name, entries, rows, roles=form.roles)]))
    return path


def places(found: Mapping[str, str | None]) -> dict[str, str | None]:
    return {name: found[name] for name in ("rule", "unit", "project", "field")}


def test_everything_that_needs_a_role_finds_it_under_any_name(tmp_path: Path, run: Run) -> None:
    template = renamed_template(tmp_path / "课题表.xlsx")
    roster = write_roster(
        tmp_path / "名单.xlsx",
        [{"单位": UNIT, "别名": "一小", "主管部门": "教育局"}, {"单位": OTHER}],
        [{"单位": UNIT, "项目名称": "校园食堂改造"}, {"单位": UNIT, "项目名称": "校车更新"}],
    )
    common = ("--form", template, "--roster", roster)
    back = tmp_path / "回收"
    back.mkdir()
    returned(back / "甲.xlsx", template, 实施单位="一小")

    record = run("export", back, "--form", template, "--json").json[0]
    assert (record["年度"], record["申报年份"], record["承办机构"], record["课题"]) == (2025, 2025, "一小", "校园食堂改造")

    found = [places(each) for each in run("check", back, *common, "--json").json["findings"]]
    assert found == [
        {"rule": "修复-单位名称", "unit": UNIT, "project": "校园食堂改造", "field": "承办机构"},
        {"rule": "项目-未报", "unit": UNIT, "project": "校车更新", "field": "课题"},
    ]
    status = run("status", back, *common, "--json").json
    assert [(unit["unit"], unit["status"]) for unit in status["units"]] == [(UNIT, "已报"), (OTHER, "未报")]

    assert run("issue", roster, "--form", template, "--year", "2026", "-o", tmp_path / "下发").code == 0
    form = load_form(template)
    sheet = openpyxl.load_workbook(tmp_path / "下发" / f"{UNIT}.xlsx")["项目1"]
    cells = [form.by_name[NAMES[name]].cell for name in ("实施单位", "项目名称", "年度", "主管部门")]
    assert [sheet[cell].value for cell in cells] == [UNIT, "校园食堂改造", 2026, "教育局"]

    new = tmp_path / "今年"
    new.mkdir()
    returned(new / "乙.xlsx", template, 年度=2026)
    compared = run("diff", back, new, "--form", template, "--roster", roster, "--json").json
    (unit,) = compared["units"]
    assert (unit["before"], unit["after"], unit["state"], unit["years"]) == (UNIT, UNIT, "same", {"before": [2025], "after": [2026]})

    assert run("form", "lint", template).code == 0


@pytest.mark.parametrize(
    ("roles", "said"), [(True, ["项目代码", "归口科室"]), (False, ["单位", "项目", "项目代码", "年度", "主管部门", "归口科室"])]
)
def test_lint_says_what_is_off_without_a_role(roles: bool, said: list[str], tmp_path: Path, run: Run) -> None:
    done = run("form", "lint", renamed_template(tmp_path / "课题表.xlsx", roles=roles))
    lines = [line for line in done.err.splitlines() if "角色" in line]
    assert [line.split("“")[1].split("”")[0] for line in lines] == said
    assert done.code == 0


def test_without_the_roles_nothing_is_taken_for_them(tmp_path: Path, run: Run) -> None:
    template = renamed_template(tmp_path / "课题表.xlsx", roles=False)
    file = returned(tmp_path / "甲.xlsx", template)
    record = run("export", file, "--form", template, "--json").json[0]
    assert (record["年度"], record["承办机构"]) == (None, UNIT)
    assert run("check", file, "--form", template, "--json").json["files"][0]["unit"] is None
    done = run(
        "issue", write_roster(tmp_path / "名单.xlsx", [{"单位": UNIT}]), "--form", template, "--year", "2026", "-o", tmp_path / "下发"
    )
    assert (done.code, "没有“年度”字段" in done.err) == (2, True)


def test_a_sheet_without_the_column_has_the_roles_of_the_usual_names(tmp_path: Path) -> None:
    form = load_form(card_template(tmp_path / "登记卡.xlsx"))
    assert form.roles == {"单位": "实施单位", "项目": "项目名称", "项目代码": "项目代码", "归口科室": "归口科室"}
