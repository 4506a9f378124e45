"""A ledger that somebody or something broke ends a run with one line that names it and says what to do, and is left alone."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import WRONG_SUM, Run, put

pytestmark = pytest.mark.slow

LEDGER = Path("审核结果/台账.sqlite")
CURE = "请从备份恢复，或改名保存后重新审核（会建立新台账），或用 --ledger 另外指定。"


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def random_bytes(path: Path) -> None:
    path.write_bytes(random.Random(7).randbytes(20_000))


def random_pages(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:4096] + random.Random(7).randbytes(len(data) - 4096))


def statement(sql: str, *values: object) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        connection = sqlite3.connect(path)
        with connection:
            connection.execute(sql, values)
        connection.close()

    change.__name__ = sql
    return change


BROKEN = [
    cut_short,
    random_bytes,
    random_pages,
    statement("UPDATE places SET file = CAST(x'e59bff41' AS TEXT)"),
    statement("UPDATE returns SET unit = CAST(x'ff' AS TEXT)"),
    statement("UPDATE returns SET errors = 'viele'"),
    statement("UPDATE returns SET file = x'00'"),
    statement("UPDATE returns SET year = 'heuer'"),
    statement("UPDATE places SET status = '好'"),
    statement("UPDATE places SET rivals = 5.5, reason = x'01'"),
    statement("UPDATE settings SET value = x'ff'"),
    statement("ALTER TABLE places RENAME COLUMN reason TO why"),
    statement("ALTER TABLE returns RENAME TO sent"),
    statement("DROP TABLE settings"),
]


@pytest.mark.parametrize("harm", BROKEN, ids=lambda harm: harm.__name__)
def test_a_broken_ledger_is_named_and_left_alone(run: Run, harm: Callable[[Path], None]) -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    assert run("check", "回收", "-o", "审核结果").code == 3
    harm(LEDGER)
    before = LEDGER.read_bytes()
    done = run("status", "--ledger", LEDGER, "-q")
    assert (done.code, done.out) == (2, ""), done
    assert done.err.startswith(f"错误：{LEDGER}：台账") and len(done.err.splitlines()) == 1
    assert CURE in done.err or "请从备份恢复，或用 --ledger 另外指定一个台账文件。" in done.err
    assert LEDGER.read_bytes() == before
    for words in (("check", "回收", "-o", "审核结果", "--force"), ("merge", "回收", "-o", "汇总", "--ledger", LEDGER)):
        assert run(*words).code in (2, 3)


def test_decisions_nobody_can_read_are_passed_over(run: Run) -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    run("check", "回收", "-o", "审核结果")
    for cells in ("{", "[]", '{"处理意见": 5}', "{}"):
        statement("INSERT OR REPLACE INTO decisions VALUES ('a', ?, '')", cells)(LEDGER)
        assert run("check", "回收", "-o", "审核结果", "--force").code == 3
