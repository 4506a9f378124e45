"""LibreOffice for tests: documents go in, converted (and recalculated) documents come out.

Called by the oracle tests of the formula engine and by every test that looks at a workbook or a report as a
spreadsheet program would. Each test process gets its own profiles in temporary folders (two soffice on one profile:
the second exits without a word), and a LibreOffice that stays open where the system's
Python has `uno`; with the zh-CN locale, and with recalculation on load set explicitly, because LibreOffice otherwise trusts the cached values of a workbook.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

# Why a test marked so is skipped.
MISSING = {
    "office": "需要 LibreOffice：apt install libreoffice-calc-nogui libreoffice-writer-nogui",
    "uno": "需要 LibreOffice 和 python3-uno：apt install python3-uno",
}

_ITEM = '<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'

SYSTEM_PYTHON = Path("/usr/bin/python3")

# What one that stays open makes; after so many documents another one is started.
_STAYS_OPEN = ("docx", "fods", "ods", "odt", "pdf", "xls", "xlsx")
_MOST_DOCUMENTS = 60

_SETTINGS = (
    ("/org.openoffice.Setup/L10N", "ooSetupSystemLocale", "zh-CN"),
    ("/org.openoffice.Setup/L10N", "ooLocale", "en-US"),
    ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("/org.openoffice.Office.Common/Misc", "FirstRun", "false"),
)


class OfficeError(RuntimeError):
    """soffice did not produce the file it was asked for; the text holds what it printed."""


def soffice() -> str | None:
    """Return the path of the soffice program, or None where LibreOffice is absent."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def convert(path: Path | str, to: str, outdir: Path | str, *, recalc: bool = True, timeout: float = 180) -> Path:
    """Return the file that LibreOffice made of `path` in `outdir`.

    `to` is a suffix (`pdf`, `xlsx`, `csv`, `docx`, `ods`) or `suffix:filter name:options` as `--convert-to` takes it.
    With `recalc` every formula of the workbook is calculated anew while loading; without it the cached values stay.

    Raises OfficeError when no output appears (soffice exits 0 for an encrypted or broken input).
    """
    return convert_all([path], to, outdir, recalc=recalc, timeout=timeout)[0]


def convert_all(paths: Sequence[Path | str], to: str, outdir: Path | str, *, recalc: bool = True, timeout: float = 300) -> list[Path]:
    """Return what `convert` returns for each of `paths`, all made by one LibreOffice."""
    program = soffice()
    if program is None:
        raise OfficeError(MISSING["office"])
    target = Path(outdir).resolve()
    target.mkdir(parents=True, exist_ok=True)
    sources = [Path(path).resolve() for path in paths]
    made = [target / f"{source.stem}.{to.split(':')[0]}" for source in sources]
    for source, output in zip(sources, made, strict=True):
        if source == output:
            raise OfficeError(f"{source}: the output folder is the input folder")
        output.unlink(missing_ok=True)
    printed = ""
    if has_uno() and to in _STAYS_OPEN:
        told = [_server(recalc).convert(source, output, timeout) for source, output in zip(sources, made, strict=True)]
        printed = "\n".join(filter(None, told))
    else:
        command = [program, f"-env:UserInstallation={profile(recalc).as_uri()}", "--headless", "--norestore"]
        command += ["--nolockcheck", "--convert-to", to, "--outdir", str(target), *map(str, sources)]
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}
        result = subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=environment, check=False)
        printed = f"exit {result.returncode}\n{result.stdout}\n{result.stderr}"
    missing = [str(output) for output in made if not output.exists()]
    if missing:
        raise OfficeError(f"no output {missing}; {printed}")
    return made


class _Server:
    """A LibreOffice that stays open for conversions (`office_server`), on a profile of its own; starting one takes longer than most of them."""

    def __init__(self, recalc: bool) -> None:
        self._profile = Path(tempfile.mkdtemp(prefix="jixiao-office-"))
        set_up(self._profile, recalc)
        command = [str(SYSTEM_PYTHON), str(Path(__file__).with_name("office_server.py")), str(soffice()), self._profile.as_uri()]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=for_scripts(), start_new_session=True
        )
        self._done = 0

    @property
    def worn(self) -> bool:
        """Whether it has ended, or had so many documents that another one had better be started."""
        return self._process.poll() is not None or self._done >= _MOST_DOCUMENTS

    def convert(self, source: Path, output: Path, timeout: float) -> str:
        """Return what went wrong, "" for nothing; it is ended where it takes longer than `timeout`."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._done += 1
        watch = threading.Timer(timeout, self.end)
        watch.start()
        try:
            self._process.stdin.write(json.dumps([str(source), str(output)]) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except (OSError, ValueError) as error:
            line = json.dumps(str(error))
        finally:
            watch.cancel()
        return str(json.loads(line)) if line else f"{source}: no answer"

    def end(self) -> None:
        with contextlib.suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)


_servers: dict[bool, _Server] = {}


def _server(recalc: bool) -> _Server:
    if recalc not in _servers or _servers[recalc].worn:
        if recalc in _servers:
            _servers[recalc].end()
        _servers[recalc] = _Server(recalc)
    return _servers[recalc]


@atexit.register
def _end_servers() -> None:
    for server in _servers.values():
        server.end()


def for_scripts() -> dict[str, str]:
    """Return the environment of the scripts that the system's Python runs."""
    return {
        "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
        "LC_ALL": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
        "SAL_USE_VCLPLUGIN": "svp",
    }


@functools.lru_cache(maxsize=1)
def has_uno() -> bool:
    """Return whether LibreOffice and the system Python's `uno` are there."""
    if soffice() is None or not SYSTEM_PYTHON.exists():
        return False
    return subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode == 0


@functools.lru_cache(maxsize=2)
def profile(recalc: bool = True) -> Path:
    """Return this process's own LibreOffice profile folder (removed at exit), for use with UserInstallation."""
    folder = Path(tempfile.mkdtemp(prefix="jixiao-office-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    set_up(folder, recalc)
    return folder


def set_up(folder: Path, recalc: bool = True) -> None:
    """Make an empty folder a LibreOffice profile with our settings."""
    mode = "0" if recalc else "1"
    load = "/org.openoffice.Office.Calc/Formula/Load"
    settings = [*_SETTINGS, (load, "OOXMLRecalcMode", mode), (load, "ODFRecalcMode", mode)]
    items = "".join(_ITEM.format(path=path, name=name, value=value) for path, name, value in settings)
    user = folder / "user"
    user.mkdir()
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>\n",
        encoding="utf-8",
    )
