"""The entry points that take a file: a sound one is damaged, and given to what reads it (`direct`), now and then to the command.

Whatever is in the file, reading ends with a result or an error that was promised; the command ends with one of the codes of the
contract and says why. Neither blames a defect of ours, and both leave what they read as it was.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from tests.command import decide, put
from tests.fuzz import damage, direct
from tests.fuzz.model import Entry, Trouble
from tests.hostile.hostile_files import encrypted, zipped
from tests.office import soffice
from tests.shipped import ROOT, TEMPLATE
from tests.sources.messy_files import as_word, by_libreoffice, by_openpyxl, by_xlsxwriter, filled
from toolkit.apps.cli import main

_CODES = (0, 2, 3, 4)
_DEFECT = "程序的缺陷"
_PASSWORD = "青溪2026"
_SHARES = {
    "工作簿字节": 36.0,
    **dict.fromkeys(("意见", "台账"), 6.0),
    **dict.fromkeys(("名单", "csv", "压缩包"), 5.0),
    **dict.fromkeys(("工作簿", "word"), 4.0),
    **dict.fromkeys(("xls", "ods", "汇总模板", "通知模板"), 2.0),
}

Damage = Callable[[bytes, random.Random], bytes]
Read = Callable[[str], str]


def call(*arguments: str) -> tuple[int, str]:
    """Run a command in this process; return its exit code and all it printed."""
    out, before = io.StringIO(), (sys.argv, sys.excepthook)
    sys.argv = ["jixiao", *arguments]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            return main(), out.getvalue()
    finally:
        sys.argv, sys.excepthook = before


@lru_cache(maxsize=1)
def place() -> Path:
    """Return a folder with a sound and a faulty return, a report on them with an opinion and a ledger of them, for as long as this process runs."""
    folder = Path(tempfile.mkdtemp(prefix="jixiao-fuzz-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "回收").mkdir()
    (folder / "回收/好.xlsx").write_bytes(by_openpyxl())
    shutil.copytree(ROOT / "templates", folder / "表样")
    shutil.copy(ROOT / "examples/名单.xlsx", folder)
    with _within(folder):
        put("回收/错.xlsx", {"年度资金申请总额": Decimal(1)})
        call("check", "回收", "-o", "审核")
        decide("审核", "资金-F1", 处理意见="退回")
    return folder


def clear() -> None:
    """Remove the folder of `place`, where there is one."""
    if place.cache_info().currsize:
        shutil.rmtree(place())
        place.cache_clear()


@contextlib.contextmanager
def _within(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _entry(name: str, file: str, seeds: Callable[[], Sequence[bytes]], harm: Damage, read: Read, *commands: str) -> Entry:
    """Return the entry that damages one of the sound files that `seeds` gives."""
    made = entry(name, file, lambda chance: harm(chance.choice(seeds()), chance), read, *commands)
    return replace(made, share=_SHARES.get(name, 1))


def entry(name: str, file: str, make: Callable[[random.Random], bytes], read: Read, *commands: str) -> Entry:
    """Return the entry that writes what `make` gives as `file`, and gives it to `read`, or runs `commands`, words apart by blanks."""

    def run(case: object) -> None:
        with _written(file, case):
            told = read(file)
            if _DEFECT in told:
                raise Trouble(told[max(0, told.index(_DEFECT) - 200) :][:300])

    def whole(case: object) -> None:
        with _written(file, case):
            for command in commands:
                _look_at(command, *call(*command.split()))

    return Entry(name, make, run, whole)


@contextlib.contextmanager
def _written(file: str, case: object) -> Iterator[None]:
    """Write a case as `file`, in the folder of that file; afterwards it has to be there as it was, but for a ledger."""
    assert isinstance(case, bytes)
    path = place() / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(case)
    with _within(place()):
        yield
    if not file.endswith(".sqlite") and path.read_bytes() != case:
        raise Trouble("读取的文件变了")


def _look_at(command: str, code: int, told: str) -> None:
    if code not in _CODES:
        raise Trouble(f"{command}：退出码 {code}：{told[-200:]}")
    if _DEFECT in told or "Traceback" in told:
        raise Trouble(f"{command}：{next(line for line in told.splitlines() if _DEFECT in line or 'Traceback' in line)}")
    if code and not told.strip():
        raise Trouble(f"{command}：退出码 {code}，没有说明")


@lru_cache(maxsize=1)
def _converted() -> dict[str, bytes]:
    """The return in the formats of LibreOffice; nothing where there is none."""
    if soffice() is None:
        return {}
    with tempfile.TemporaryDirectory(prefix="jixiao-fuzz-") as scratch:
        return by_libreoffice(Path(scratch))


def _as(suffix: str, *others: Callable[[], bytes]) -> Callable[[], Sequence[bytes]]:
    return lambda: [*(other() for other in others), *([_converted()[suffix]] if suffix in _converted() else [])]


@lru_cache(maxsize=1)
def _texts() -> Sequence[bytes]:
    return [path.read_bytes() for path in sorted((ROOT / "examples").rglob("*.txt"))]


def _torn(data: bytes, chance: random.Random) -> bytes:
    return damage.text(data.decode("utf-8", "replace"), chance).encode(chance.choice(("utf-8", "utf-8", "gb18030", "utf-16")), "replace")


def _packed(data: bytes, chance: random.Random) -> bytes:
    names = chance.choice((["甲.xlsx"], ["甲.xlsx", "../乙.xlsx"], ["a\nb.xlsx", "夹/", "夹/丙.xlsx"], ["x.zip"], ["说明.txt"] * 1))
    made = zipped({name: damage.package(data, chance) if chance.random() < 0.5 else data for name in names})
    return damage.raw(made, chance) if chance.random() < 0.6 else made


@lru_cache(maxsize=1)
def _word() -> Sequence[bytes]:
    return [as_word()]


@lru_cache(maxsize=1)
def _locked() -> Sequence[bytes]:
    return [encrypted(by_openpyxl(), _PASSWORD)]


@lru_cache(maxsize=8)
def _kept(name: str) -> bytes:
    """A file of `place` as it was before the first case."""
    return (place() / name).read_bytes()


ENTRIES = (
    _entry(
        "工作簿",
        "来/来.xlsx",
        lambda: [filled(), by_openpyxl(), by_xlsxwriter()],
        damage.package,
        direct.returned,
        "check 来/来.xlsx --json",
        "tidy 来/来.xlsx -o 整理 --force",
    ),
    _entry("工作簿字节", "来/字.xlsx", lambda: [by_openpyxl()], damage.raw, direct.returned, "check 来/字.xlsx --json"),
    _entry("xls", "来/来.xls", _as("xls"), damage.raw, direct.apart, "check 来/来.xls --json"),
    _entry("ods", "来/来.ods", _as("ods"), damage.package, direct.returned, "check 来/来.ods --json"),
    _entry("html", "来/假.xls", _as("html"), _torn, direct.returned, "check 来/假.xls --json"),
    _entry("csv", "来/来.csv", _as("csv"), _torn, direct.returned, "check 来/来.csv --json"),
    _entry("word", "来/来.docx", _word, damage.package, direct.returned, "import 来/来.docx -o 填报 --force"),
    _entry("pdf", "来/来.pdf", _as("pdf"), damage.raw, direct.returned, "check 来/来.pdf --json"),
    _entry("文本", "来/来.txt", _texts, _torn, direct.returned, "import 来/来.txt -o 填报 --force"),
    _entry("压缩包", "来/来.zip", lambda: [by_openpyxl()], _packed, direct.returned, "check 来/来.zip --json"),
    _entry(
        "加密",
        "来/密.xlsx",
        _locked,
        damage.raw,
        lambda file: direct.returned(file, _PASSWORD),
        f"check 来/密.xlsx --json --password {_PASSWORD}",
    ),
    _entry(
        "表样",
        "坏样/样.xlsx",
        lambda: [TEMPLATE.read_bytes()],
        damage.package,
        direct.form,
        "form lint 坏样/样.xlsx",
        "check 回收/好.xlsx --form 坏样/样.xlsx --json",
        "issue 名单.xlsx --form 坏样/样.xlsx -o 下发 --force",
    ),
    _entry(
        "名单",
        "单/单.xlsx",
        lambda: [(ROOT / "examples/名单.xlsx").read_bytes()],
        damage.package,
        direct.roster,
        "check 回收/好.xlsx --roster 单/单.xlsx --json",
        "issue 单/单.xlsx -o 下发 --force",
    ),
    _entry(
        "意见",
        "意见/报告.xlsx",
        lambda: [_kept("审核/审核报告.xlsx")],
        damage.package,
        direct.decisions,
        "check 回收/好.xlsx --decisions 意见/报告.xlsx --json",
    ),
    _entry(
        "台账",
        "账/台账.sqlite",
        lambda: [_kept("审核/台账.sqlite")],
        damage.raw,
        direct.ledger,
        "check 回收/好.xlsx --ledger 账/台账.sqlite --json",
        "status 回收 --ledger 账/台账.sqlite",
    ),
    _entry(
        "汇总模板",
        "表样/绩效目标汇总表.docx",
        lambda: [_shipped("绩效目标汇总表.docx")],
        damage.package,
        direct.summary,
        "merge 回收 -o 汇总 --draft --force --form 表样/绩效目标申报表.xlsx",
    ),
    _entry(
        "通知模板",
        "表样/退改通知.docx",
        lambda: [_shipped("退改通知.docx")],
        damage.package,
        direct.notice,
        "annotate 回收 -o 退改 --all --force --form 表样/绩效目标申报表.xlsx",
    ),
)


def _shipped(name: str) -> bytes:
    return (ROOT / "templates" / name).read_bytes()
