"""Large batches: copies cost a hash, one process gives what several give, results stay packed until they are asked for, Ctrl-C leaves no ruins."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from tests.hostile.hostile_files import encrypted, sound
from tests.shipped import declaration, shipped_form
from toolkit.intake import batch, pool
from toolkit.intake.batch import read_batch
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.workflow.check import CheckResult, check_returns
from toolkit.workflow.request import Request

pytestmark = pytest.mark.slow

# The command line, for which Ctrl-C is what it is in a terminal: what starts in the background ignores it.
_COMMAND = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); import toolkit.apps.cli as c; sys.exit(c.main())"
ROOT = Path(__file__).resolve().parent.parent.parent
UNITS = [f"青溪区第{number}小学" for number in range(6)]


@pytest.fixture(autouse=True)
def _in_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def fill(count: int = len(UNITS)) -> None:
    Path("回收").mkdir()
    for number in range(count):
        Path("回收", f"{number:02}.xlsx").write_bytes(sound(UNITS[number % len(UNITS)]))


def check(*paths: str) -> CheckResult:
    return check_returns(Request(paths or ["回收"], [shipped_form()]))


def test_copies_say_of_which_they_are_whatever_they_are_called_and_wherever_they_lie() -> None:
    fill()
    for name in ("乙.xlsx", "丙.xlsx"):
        Path("回收", name).write_bytes(Path("回收", "00.xlsx").read_bytes())
    with zipfile.ZipFile("回收/丁.zip", "w") as archive:
        for number in range(40):
            archive.write("回收/01.xlsx", f"{number}.xlsx")
    with_copies = check()
    copies = [(f.file, f.message) for f in with_copies.findings if f.rule == "文件-重复报送"]
    originals = [(f.file, f.project, f.rule, f.cell) for f in with_copies.findings if f.rule != "文件-重复报送"]
    for copy in ("乙.xlsx", "丙.xlsx", "丁.zip"):
        Path("回收", copy).unlink()
    assert originals == [(f.file, f.project, f.rule, f.cell) for f in check().findings]
    assert sorted(file for file, _ in copies) == sorted(["回收/乙.xlsx", "回收/丙.xlsx", *(f"回收/丁.zip!/{n}.xlsx" for n in range(40))])
    assert {message.partition("”")[0] for file, message in copies if "丁" in file} == {"与“回收/01.xlsx"}


def test_a_copy_whose_name_lies_and_one_with_a_password_are_read_for_themselves() -> None:
    fill(5)
    Path("回收", "甲.xls").write_bytes(Path("回收", "00.xlsx").read_bytes())
    for name in ("乙.xlsx", "丙.xlsx"):
        Path("回收", name).write_bytes(encrypted(sound(UNITS[0]), "口令"))
    found = [(f.file, f.rule) for f in check().findings if f.family == "file" or f.rule.startswith("修复-")]
    assert {file for file, rule in found if "扩展名" in rule} == {"回收/甲.xls"}
    assert {file for file, rule in found if "密码" in rule} == {"回收/乙.xlsx", "回收/丙.xlsx"}


@pytest.mark.parametrize("workers", [1, 3])
def test_so_many_processes_give_what_none_gives(monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    fill()
    Path("回收", "几个.xlsx").write_bytes(
        fill_workbook(shipped_form(), [declaration({"实施单位": unit, "项目名称": f"项目{unit}"}) for unit in UNITS[:2]])
    )
    with monkeypatch.context() as patch:
        patch.setattr(batch, "FEW", 100)
        here = check()
    monkeypatch.setattr(pool, "MOST_WORKERS", workers)
    monkeypatch.setattr(os, "cpu_count", lambda: workers)
    monkeypatch.setattr(pool, "CHUNK", 2)
    apart = check()
    assert here.findings
    assert (apart.files, apart.as_json()) == (here.files, here.as_json())
    assert [each for _, each in apart.by_file()] == [each for _, each in here.by_file()]


def test_what_is_packed_is_an_ordinary_declaration_to_all_others() -> None:
    fill(5)
    found = read_batch(["回收"], [shipped_form()]).declarations
    whole = pickle.loads(pickle.dumps(found))
    assert found == whole
    assert [dict(d.entries) for d in found] == [d.entries for d in whole]
    assert [list(d.rows) for d in found] == [list(d.rows) for d in whole]
    assert all(d.rows[:2] == d.rows[0:2] and d.rows[-1] == list(d.rows)[-1] and len(d.rows) for d in found)


def test_json_is_printed_as_a_whole_object_item_by_item(capfd: pytest.CaptureFixture[str]) -> None:
    from toolkit.apps import show

    fill(5)
    result = check()
    show.as_json(result.parts())
    assert capfd.readouterr().out == json.dumps(result.as_json(), ensure_ascii=False, indent=1) + "\n"
    show.as_json({"空": iter(()), "数": 1})
    assert capfd.readouterr().out == '{\n "空": [],\n "数": 1\n}\n'


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C goes to the whole console there")
def test_after_ctrl_c_the_ledger_goes_on_and_no_report_is_half_written() -> None:
    fill(40)
    command = [sys.executable, "-c", _COMMAND, "check", "回收", "-o", "结果", "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    ledger = Path("结果", "台账.sqlite")
    patience = time.monotonic() + 120
    while not (ledger.exists() and ledger.stat().st_size) and running.poll() is None and time.monotonic() < patience:
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    told = running.communicate(timeout=120)[1].decode()
    assert (running.returncode, told.strip()) == (1, "已中断。")
    assert not [path.name for path in Path("结果").iterdir() if path.suffix in (".xlsx", ".html", ".tmp")]
    again = subprocess.run([*command, "--force"], env=environment, capture_output=True, text=True, check=False)
    without = subprocess.run([*command[:-3], "--json"], env=environment, capture_output=True, text=True, check=False)
    assert json.loads(again.stdout)["findings"] == json.loads(without.stdout)["findings"]
    assert again.returncode == without.returncode
