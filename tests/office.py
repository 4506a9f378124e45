"""LibreOffice for tests: documents go in, converted (and recalculated) documents come out.

Called by the oracle tests of the formula engine and by every test that looks at a workbook or a report as a
spreadsheet program would. Each test process gets its own profile in a temporary folder (two soffice on one profile:
the second exits without a word), with the zh-CN locale, and with recalculation on load set explicitly, because
LibreOffice otherwise trusts the cached values of a workbook.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

# Why a test marked so is skipped.
MISSING = {
    "office": "需要 LibreOffice：apt install libreoffice-calc-nogui libreoffice-writer-nogui",
    "uno": "需要 LibreOffice 和 python3-uno：apt install python3-uno",
}

_ITEM = '<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'

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
    """Return what `convert` returns for each of `paths`, all made by one soffice process."""
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
    command = [program, f"-env:UserInstallation={profile(recalc).as_uri()}", "--headless", "--norestore"]
    command += ["--nolockcheck", "--convert-to", to, "--outdir", str(target), *map(str, sources)]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}
    result = subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=environment, check=False)
    missing = [str(output) for output in made if not output.exists()]
    if missing:
        raise OfficeError(f"no output {missing}; exit {result.returncode}\n{result.stdout}\n{result.stderr}")
    return made


@functools.lru_cache(maxsize=2)
def profile(recalc: bool = True) -> Path:
    """Return this process's own LibreOffice profile folder (removed at exit), for use with UserInstallation."""
    folder = Path(tempfile.mkdtemp(prefix="jixiao-office-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
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
    return folder
