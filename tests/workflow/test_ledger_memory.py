"""Checking again with a ledger finds exactly what a full check finds, and reads only what it has not seen."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.hostile.hostile_files import encrypted
from tests.reading.messes import NOTED, SILENT
from tests.reading.messy import edited
from tests.shipped import declaration, shipped_form
from tests.workflow.ledger_jobs import form
from toolkit.forms import Form
from toolkit.forms.roster_model import Roster, RosterUnit
from toolkit.forms.tables import Rule
from toolkit.intake import batch
from toolkit.intake.inputs import InputFile
from toolkit.intake.onefile import read_file
from toolkit.intake.worker import named_function
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.package.atomic import Outlet
from toolkit.reading.model import Value
from toolkit.season.codec import declaration_data, declaration_from, pack, unpack
from toolkit.season.ledger import open_ledger
from toolkit.values.words import Scope
from toolkit.workflow.check import CheckResult, check_returns
from toolkit.workflow.report import write_report
from toolkit.workflow.request import Request, Season

pytestmark = pytest.mark.slow

LEDGER = Path("台账.sqlite")
WRONG_SUM: Mapping[str, Value] = {"年度资金申请总额": Decimal("1210000.00")}


@pytest.fixture(autouse=True)
def _in_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are really read, in the order in which that happens; no other process reads."""
    seen: list[str] = []
    monkeypatch.setattr(batch, "read_apart", _here)
    monkeypatch.setattr("toolkit.season.memory.read_file", _noting(seen, read_file))
    return seen


def _noting(seen: list[str], function: Callable[..., object]) -> Callable[..., object]:
    def noting(each: InputFile, *rest: object) -> object:
        seen.append(each.display)
        return function(each, *rest)

    return noting


def _here(place: str, shared: object, tasks: Iterable[InputFile], answer: Callable[[InputFile, object], Iterable[InputFile]]) -> None:
    waiting = list(tasks)
    while waiting:
        task = waiting.pop(0)
        waiting += answer(task, named_function(place)(task, shared))


def put(name: str, unit: str, *changes: Mapping[str, Value]) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    made = [declaration({"项目名称": f"项目{n}", "实施单位": unit, **each}) for n, each in enumerate(changes, start=1)]
    path.write_bytes(fill_workbook(shipped_form(), made))


def check(*paths: str, using: Form | None = None, fresh: bool = False, **options: object) -> CheckResult:
    """Check with the ledger, and once more without it: both agree in everything."""
    request = Request(paths, [using or form()], **options)  # type: ignore[arg-type]
    with open_ledger(LEDGER) as ledger:
        result = check_returns(request, season=Season(ledger, fresh=fresh))
    full = check_returns(request)
    assert (result.files, result.findings) == (full.files, full.findings)

    # What became of the findings of the version before is known with a ledger alone.
    assert replace(result, changes={}).as_json() == full.as_json()
    return result


def three() -> None:
    put("回收/甲.xlsx", "甲小学", {})
    put("回收/乙.xlsx", "乙小学", WRONG_SUM, {})
    put("回收/丙.xlsx", "丙小学", {"项目名称": "同名"}, {"项目名称": "同名"})


def test_what_did_not_change_is_not_read_again(read: list[str]) -> None:
    three()
    check("回收")
    assert sorted(set(read)) == ["回收/丙.xlsx", "回收/乙.xlsx", "回收/甲.xlsx"]
    read.clear()
    check("回收")
    assert read == []
    put("回收/乙.xlsx", "乙小学", {})
    put("回收/丁.xlsx", "丁小学", WRONG_SUM)
    assert [f.file for f in check("回收").findings if f.rule == "资金-F1"] == ["回收/丁.xlsx"]
    assert sorted(read) == ["回收/丁.xlsx", "回收/乙.xlsx"]
    read.clear()
    check("回收", fresh=True)
    assert len(read) == 4


def test_same_size_and_time_are_no_proof(read: list[str]) -> None:
    put("回收/甲.xlsx", "甲小学", {})
    path = Path("回收/甲.xlsx")
    stat, data = path.stat(), path.read_bytes()
    check("回收")
    read.clear()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert path.stat().st_size == stat.st_size
    check("回收")
    assert read == ["回收/甲.xlsx"]


def test_a_moved_file_bears_its_new_name_everywhere(read: list[str]) -> None:
    three()
    check("回收")
    read.clear()
    Path("回收").rename("三月")
    result = check("三月")
    assert read == []
    assert {file.file for file in result.files} == {"三月/甲.xlsx", "三月/乙.xlsx", "三月/丙.xlsx"}
    assert {f.file for f in result.findings} <= {file.file for file in result.files}
    Path("三月/乙.xlsx").rename("三月/青溪区某某医院.xlsx")
    assert "单位-文件名不符" in {f.rule for f in check("三月").findings}
    assert read == ["三月/青溪区某某医院.xlsx"]


def test_archives_are_known_by_what_is_in_them(read: list[str]) -> None:
    three()
    with zipfile.ZipFile("一批.zip", "w") as archive:
        for path in sorted(Path("回收").iterdir()):
            archive.write(path, f"下级/{path.name}")
    check("一批.zip")
    assert len(read) == 4
    read.clear()
    assert len(check("一批.zip").files) == 3
    assert read == []


def test_another_template_or_roster_is_another_check(read: list[str]) -> None:
    three()
    check("回收")
    read.clear()
    rules = tuple(replace(rule, severity="warning") for rule in form().rules)
    changed = check("回收", using=replace(form(), rules=rules))
    assert {f.severity for f in changed.findings if f.rule in ("资金-F1", "重复-项目")} == {"warning"}
    assert len(read) == 3
    read.clear()
    Path("名单.xlsx").write_bytes(b"1")
    roster = Roster(Path("名单.xlsx"), (RosterUnit("甲小学", control=Decimal(5)), RosterUnit("乙小学")))
    with_f6 = replace(shipped_form(), rules=tuple(r for r in shipped_form().rules if r.id == "资金-F6"))
    assert [f.unit for f in check("回收", using=with_f6, roster=roster).findings if f.rule == "资金-F6"] == ["甲小学"]
    Path("名单.xlsx").write_bytes(b"2")
    raised = replace(roster, units=(RosterUnit("甲小学"), RosterUnit("乙小学", control=Decimal(5))))
    assert [f.unit for f in check("回收", using=with_f6, roster=raised).findings if f.rule == "资金-F6"] == ["乙小学"]


@pytest.mark.parametrize("scope", ["批次", "表"])
def test_rules_over_the_whole_batch_see_every_change(scope: Scope) -> None:
    conditions = {"批次": "SUM(年度资金申请总额)<=3600000", "表": "SUM(批次.年度资金申请总额)<=3600000"}
    rule = Rule("全部-总额", "error", scope, conditions[scope], "合计超过。", "请核对。", (), "", "启用", True, 99)
    over_all = replace(form(), rules=(*form().rules, rule))
    for name in "甲乙丙":
        put(f"回收/{name}.xlsx", f"{name}小学", {})
    assert "全部-总额" not in {f.rule for f in check("回收", using=over_all).findings}
    put("回收/丁.xlsx", "丁小学", {})
    found = [f.file for f in check("回收", using=over_all).findings if f.rule == "全部-总额"]
    assert len(found) == (1 if scope == "批次" else 4)
    assert [f.file for f in check("回收", using=over_all).findings if f.rule == "全部-总额"] == found


def test_every_mess_comes_back_as_it_was_read() -> None:
    Path("回收").mkdir()
    for number, mess in enumerate((*SILENT, *NOTED)[::4]):
        Path("回收", f"{number:03}.xlsx").write_bytes(edited(mess.change))
    declarations = batch.read_batch(["回收"], [shipped_form()]).declarations
    assert len(declarations) > 5 and any(d.repairs for d in declarations) and any(d.rows for d in declarations)
    for each in declarations:
        assert declaration_from(unpack(pack(declaration_data(each))), each.file) == each


def test_a_file_with_a_password_leaves_nothing_in_the_ledger(read: list[str]) -> None:
    put("甲.xlsx", "甲小学", WRONG_SUM)
    Path("甲.xlsx").write_bytes(encrypted(Path("甲.xlsx").read_bytes(), "报送2025"))
    assert check("甲.xlsx", passwords=("报送2025",)).has_errors
    assert check("甲.xlsx").unreadable == 1
    read.clear()
    check("甲.xlsx", passwords=("报送2025",))
    assert read != []
    with open_ledger(LEDGER) as ledger:
        assert ledger.rows("SELECT count(*) AS found FROM readings") == [(0,)]
        assert ledger.rows("SELECT count(*) AS found FROM findings") == [(0,)]
        assert ledger.rows("SELECT status, declarations FROM returns") == [("needs_changes", None)]


def test_what_is_damaged_in_the_ledger_is_read_again(read: list[str]) -> None:
    three()
    check("回收")
    for garbage in (b"", b"x" * 50, b"\x80\x04N."):
        with open_ledger(LEDGER) as ledger, ledger.writing():
            ledger.run("UPDATE readings SET answer = ?", (garbage,))
            ledger.run("UPDATE blocks SET findings = ?", (garbage,))
        read.clear()
        check("回收")
        assert len(read) == 3


def test_an_output_of_ours_stays_passed_over(read: list[str]) -> None:
    put("回收/甲.xlsx", "甲小学", {})
    result = check("回收")
    write_report(result, Path("审核"), Outlet())
    shutil.move("审核/审核报告.xlsx", "回收/审核报告.xlsx")
    assert [file.file for file in check("回收").files] == ["回收/甲.xlsx"]
    read.clear()
    check("回收")
    assert read == []
