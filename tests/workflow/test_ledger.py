"""What the ledger keeps of a season: versions in order of arrival, rounds, places, decisions; and files that are none."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.shipped import declaration, shipped_form
from tests.workflow.ledger_jobs import form
from toolkit.errors import OutputError, UsageError
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.model import Value
from toolkit.season.history import Return, declarations_of, places, returns
from toolkit.season.ledger import Ledger, find_ledger, open_ledger
from toolkit.season.run import Season
from toolkit.workflow.check import check_returns
from toolkit.workflow.request import Request

PATH = Path("台账.sqlite")
WRONG_SUM: Mapping[str, Value] = {"年度资金申请总额": Decimal("1210000.00")}


@pytest.fixture(autouse=True)
def _in_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def put(name: str, changes: Mapping[str, Value] | None = None, at: int = 0) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(fill_workbook(shipped_form(), [declaration(changes)]))
    os.utime(path, (1_740_000_000 + 3600 * at,) * 2)


def check(round_: str | None = None, folder: str = "回收", day: int = 1) -> None:
    with open_ledger(PATH) as ledger:
        check_returns(Request([folder], [form()]), season=Season(ledger, round_, now=datetime(2025, 3, day, 9, 30)))


def sent(round_: str | None = None) -> list[Return]:
    with open_ledger(PATH) as ledger:
        return returns(ledger, round_)


def test_versions_count_different_contents_in_order_of_arrival() -> None:
    put("回收/二.xlsx", {**WRONG_SUM}, at=2)
    put("回收/一.xlsx", {"实施单位": "青溪区第二小学"}, at=1)
    check()
    put("回收/二.xlsx", at=5)
    check(day=2)
    shutil.copy("回收/二.xlsx", "回收/三.xlsx")
    check(day=3)
    check(day=4)
    stamp = datetime.fromtimestamp(1_740_000_000 + 3600 * 5).isoformat(timespec="microseconds")
    assert [(e.unit, e.version, e.file, e.status, e.errors, e.seen) for e in sent()] == [
        ("青溪区第二小学", 1, "回收/一.xlsx", "passed", 0, "2025-03-01T09:30:00"),
        ("青溪区第一小学", 1, "回收/二.xlsx", "needs_changes", 1, "2025-03-01T09:30:00"),
        ("青溪区第一小学", 2, "回收/二.xlsx", "passed", 0, "2025-03-02T09:30:00"),
    ]
    assert (sent()[-1].modified, sent()[-1].projects, sent()[-1].year) == (stamp, (("校园食堂改造", ""),), 2025)


def test_rounds_have_versions_of_their_own_and_go_on_by_themselves() -> None:
    put("回收/一.xlsx", WRONG_SUM)
    check("一上")
    check()
    put("回收/一.xlsx")
    check("二上", day=2)
    check(day=3)
    assert [(each.round, each.version, each.status) for each in sent()] == [
        ("一上", 1, "needs_changes"),
        ("二上", 1, "passed"),
    ]
    assert [each.status for each in sent("一上")] == ["needs_changes"]


def test_files_of_an_earlier_round_stay_in_it_where_no_round_is_named() -> None:
    put("一上/一.xlsx", WRONG_SUM)
    check("一上", "一上")
    put("二上/一.xlsx")
    check("二上", "二上", day=2)
    check(None, "一上", day=3)
    assert [(each.round, each.status) for each in sent()] == [("一上", "needs_changes"), ("二上", "passed")]
    put("一上/一.xlsx", {"项目名称": "换过的项目"})
    check(None, "一上", day=4)
    assert [each.round for each in sent()] == ["一上", "二上", "二上"]


def test_the_content_of_every_version_can_be_had_again() -> None:
    put("回收/一.xlsx", WRONG_SUM)
    check()
    put("回收/一.xlsx")
    check()
    with open_ledger(PATH) as ledger:
        amounts = [[d.value("年度资金申请总额") for d in declarations_of(ledger, e.number) or ()] for e in returns(ledger)]
        assert declarations_of(ledger, 99) is None
    assert amounts == [[Decimal("1210000.00")], [Decimal("1200000.00")]]


def test_several_units_in_one_file_are_a_return_each() -> None:
    made = [declaration({"实施单位": unit, **changes}) for unit, changes in (("甲小学", {}), ("乙小学", WRONG_SUM))]
    Path("全部.xlsx").write_bytes(fill_workbook(shipped_form(), made))
    check(folder="全部.xlsx")
    assert [(e.unit, e.version, e.status, e.errors) for e in sent()] == [
        ("甲小学", 1, "passed", 0),
        ("乙小学", 1, "needs_changes", 1),
    ]


def test_places_follow_the_folder() -> None:
    put("回收/一.xlsx")
    Path("回收/坏.xlsx").write_bytes(b"PK\x03\x04")
    put("别处/三.xlsx", {"实施单位": "青溪区第三小学"})
    check()
    check(folder="别处")
    Path("回收/坏.xlsx").unlink()
    check()
    with open_ledger(PATH) as ledger:
        assert [(p.file, p.unit, p.status) for p in places(ledger, "")] == [
            ("别处/三.xlsx", "青溪区第三小学", "passed"),
            ("回收/一.xlsx", "青溪区第一小学", "passed"),
        ]
        assert [p.file for p in places(ledger, "", ["回收"])] == ["回收/一.xlsx"]


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE returns (id INTEGER)")


def newer(path: Path) -> None:
    open_ledger(path).__exit__()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")


def damaged(path: Path) -> None:
    open_ledger(path).__exit__()
    data = path.read_bytes()
    path.write_bytes(data[:100] + b"\xff" * 400 + data[500:])


def text(path: Path) -> None:
    path.write_text("不是台账。" * 300, encoding="utf-8")


@pytest.mark.parametrize(
    ("make", "words"),
    [(foreign, "不是本工具的台账"), (newer, "更新版本的程序"), (damaged, "台账已损坏"), (text, "台账已损坏，或不是台账")],
)
def test_a_file_that_is_no_ledger_is_named_and_left_alone(make, words: str) -> None:  # type: ignore[no-untyped-def]
    make(PATH)
    before = PATH.read_bytes()
    with pytest.raises(UsageError, match=f"台账.sqlite：.*{words}"):
        open_ledger(PATH)
    assert PATH.read_bytes() == before


def test_an_empty_file_becomes_a_ledger() -> None:
    PATH.touch()
    with open_ledger(PATH) as ledger:
        assert returns(ledger) == []


def test_a_ledger_that_another_program_holds_is_named() -> None:
    with open_ledger(PATH) as first, first.writing(), open_ledger(PATH, wait=0.2) as second:
        with pytest.raises(OutputError, match="台账.sqlite：台账一直被其他程序占用"), second.writing():
            pass
        assert returns(second) == []


def test_nothing_is_kept_of_a_transaction_that_fails() -> None:
    with open_ledger(PATH) as ledger:
        with pytest.raises(ZeroDivisionError):
            write_and_fail(ledger)
        assert ledger.rows("SELECT * FROM settings") == []
        with ledger.writing():
            ledger.run("INSERT INTO settings VALUES ('round', '一上')")
        assert ledger.rows("SELECT value FROM settings") == [("一上",)]


def write_and_fail(ledger: Ledger) -> None:
    with ledger.writing():
        ledger.run("INSERT INTO settings VALUES ('round', '二上')")
        raise ZeroDivisionError


def test_the_ledger_is_found_where_there_is_one() -> None:
    with pytest.raises(UsageError, match="当前文件夹里没有台账"):
        find_ledger()
    Path("一").mkdir()
    shutil.copy(__file__, "一/台账.sqlite")
    assert find_ledger() == Path("一/台账.sqlite")
    Path("二").mkdir()
    shutil.copy(__file__, "二/台账.sqlite")
    with pytest.raises(UsageError, match="找到 2 个：一/台账.sqlite、二/台账.sqlite"):
        find_ledger()
    with pytest.raises(UsageError, match="没有.sqlite：找不到这个台账"):
        open_ledger(Path("没有.sqlite"), create=False)
