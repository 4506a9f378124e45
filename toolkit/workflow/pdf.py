"""Word reports → PDFs beside them, made by LibreOffice where it is installed.

Comes in: the .docx files that were written. Goes out: `Printed`, which says what was made, what was not and why; a missing or
failing LibreOffice is no exception, because the Word reports are there already. All documents go through one soffice with a
profile of its own; one that takes too long is given up and the rest go on. Called by `merge`.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from toolkit.intake.batch import Progress
from toolkit.package.atomic import Outlet

# Names the soffice program where it is not found by itself.
VARIABLE = "JIXIAO_SOFFICE"
FONTS = Path(__file__).with_name("fonts.conf")

# Seconds without a finished document after which the one in work is given up. The first takes the start as well.
PATIENCE = 180.0

# So many documents fit a command line of Windows.
_AT_ONCE = 1_000

# So many documents without a PDF are told one by one.
_TOLD = 10

_NAMES = ("soffice", "libreoffice", "loffice")
_PLACES = (
    "/usr/lib/libreoffice/program/soffice",
    "/usr/lib64/libreoffice/program/soffice",
    "/opt/libreoffice*/program/soffice",
    "/snap/bin/libreoffice",
    "/var/lib/flatpak/exports/bin/org.libreoffice.LibreOffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "~/Applications/LibreOffice.app/Contents/MacOS/soffice",
)

# The Chinese fonts that runs and styles name; the Latin ones have stand-ins of the same widths everywhere.
_FONT = re.compile(rb'<w:rFonts\b[^>]*?\bw:eastAsia="([^"]+)"')

# Of a document so much is looked through for its fonts.
_LOOKED_AT = 60_000

NOT_FOUND = (
    "没有生成 PDF：找不到 LibreOffice。请安装 LibreOffice（Debian、Ubuntu：apt install libreoffice-writer；统信、麒麟：应用商店；"
    f"Windows、macOS：www.libreoffice.org），已经装了的用环境变量 {VARIABLE} 写明 soffice 的位置"
)
WRONGLY_NAMED = f"没有生成 PDF：环境变量 {VARIABLE} 写的“{{}}”不存在。请改成 soffice 程序的位置，或去掉它由程序自己找"
_WORD_IS_THERE = "，再加 --pdf --force 汇总一次。Word 汇总表已经生成，也可以在 Word 或 WPS 里另存为 PDF。"


@dataclass(frozen=True)
class Printed:
    """The PDFs made, the documents that have none, and what the user should know, a line each."""

    written: tuple[Path, ...] = ()
    failed: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


def find_soffice(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Return LibreOffice's program: what JIXIAO_SOFFICE names (and nothing else then), from PATH, or where it usually is."""
    named = environment.get(VARIABLE)
    if named:
        return Path(named) if Path(named).is_file() else None
    found = next((path for name in _NAMES if (path := shutil.which(name, path=environment.get("PATH")))), None)
    return Path(found) if found else next(_usual_places(environment), None)


def _usual_places(environment: Mapping[str, str]) -> Iterator[Path]:
    for variable in ("ProgramFiles", "ProgramFiles(x86)", "ProgramW6432", "LOCALAPPDATA"):
        for folder in ("LibreOffice", "Programs/LibreOffice", "LibreOffice 5"):
            if variable in environment:
                yield from _existing(Path(environment[variable], folder, "program", "soffice.com"))
    for place in _PLACES:
        path = Path(place).expanduser()
        yield from sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))), reverse=True)


def _existing(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path


def print_documents(documents: Sequence[Path], outlet: Outlet, *, patience: float = PATIENCE, progress: Progress | None = None) -> Printed:
    """Make a PDF beside each of `documents`, under its name. Raises OutputError when one cannot be put there."""
    if not documents:
        return Printed()
    program = find_soffice()
    if program is None:
        named = os.environ.get(VARIABLE)
        why = WRONGLY_NAMED.format(named) if named else NOT_FOUND
        return Printed(failed=tuple(documents), notes=(why + _WORD_IS_THERE,))
    with tempfile.TemporaryDirectory(prefix="jixiao-pdf-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        environment = _environment()
        copies = _copies(documents, work)

        def tell(made: int) -> None:
            if progress:
                progress(made, len(documents), f"PDF {documents[min(made, len(documents) - 1)].stem}")

        for start in range(0, len(copies), _AT_ONCE):
            _convert(partial(_run, program, work, environment, patience, tell), copies[start : start + _AT_ONCE])
        made = {document: _whole(copy.with_suffix(".pdf")) for document, copy in zip(documents, copies, strict=True)}
    written = [document.with_suffix(".pdf") for document, data in made.items() if data]
    failed = [document for document, data in made.items() if not data]
    for document, data in made.items():
        if data:
            outlet.write(document.with_suffix(".pdf"), data)
    notes = _font_notes(documents, environment) if written else []
    return Printed(tuple(written), tuple(failed), (*_failures(failed, program), *notes))


def _failures(failed: Sequence[Path], program: Path) -> Iterator[str]:
    for document in failed[:_TOLD]:
        yield f"{document}：LibreOffice（{program}）没有生成 PDF。请在 Word 或 WPS 里打开它，另存为 PDF。"
    if len(failed) > _TOLD:
        yield f"……还有 {len(failed) - _TOLD} 份没有生成 PDF。"


def _environment() -> dict[str, str]:
    """Ours, without windows, and with the stand-ins for official fonts unless the user has a font configuration of their own."""
    environment = dict(os.environ)
    if sys.platform not in ("win32", "darwin"):
        environment.setdefault("SAL_USE_VCLPLUGIN", "svp")
        environment.setdefault("FONTCONFIG_FILE", str(FONTS))
    return environment


def _copies(documents: Sequence[Path], work: Path) -> list[Path]:
    """Copies under short plain names: no lock files beside the originals, and a command line that fits."""
    copies = [work / f"{number}.docx" for number in range(1, len(documents) + 1)]
    for document, copy in zip(documents, copies, strict=True):
        shutil.copyfile(document, copy)
    return copies


def _convert(run: Callable[[Sequence[Path]], None], copies: Sequence[Path]) -> None:
    """Convert in order; a document at which soffice stops or hangs is passed over, and a new soffice goes on after it."""
    remaining, idle = list(copies), 0
    while remaining and idle < 2:
        run(remaining)
        unmade = [copy for copy in remaining if not copy.with_suffix(".pdf").exists()]
        idle = idle + 1 if len(unmade) == len(remaining) else 0
        remaining = unmade[1:]


def _run(
    program: Path,
    work: Path,
    environment: Mapping[str, str],
    patience: float,
    tell: Callable[[int], None],
    copies: Sequence[Path],
) -> None:
    """Let one soffice convert all `copies`; it is ended when none is finished for `patience` seconds."""
    profile = (work / "profile").as_uri()
    command = [str(program), f"-env:UserInstallation={profile}", "--headless", "--norestore", "--nolockcheck"]
    command += ["--convert-to", "pdf", "--outdir", str(work), *(copy.name for copy in copies)]
    silent = subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            command, cwd=work, env=dict(environment), stdin=silent, stdout=silent, stderr=silent, start_new_session=True
        )
    except OSError:
        # What JIXIAO_SOFFICE names is no program: then there is no PDF, as with one that does nothing.
        return
    with process:
        try:
            _watch(process, work, patience, tell)
        finally:
            # It hangs, or the user has had enough.
            if process.poll() is None:
                _end(process)


def _watch(process: subprocess.Popen[bytes], work: Path, patience: float, tell: Callable[[int], None]) -> None:
    """Wait until the process has ended, or has finished no document for `patience` seconds."""
    done, since = 0, time.monotonic()
    while process.poll() is None:
        time.sleep(0.1)
        made = sum(1 for _ in work.glob("*.pdf"))
        if made != done:
            done, since = made, time.monotonic()
            tell(made)
        elif time.monotonic() - since > patience:
            return


def _end(process: subprocess.Popen[bytes]) -> None:
    """End soffice with the processes it started."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        os.killpg(process.pid, signal.SIGKILL)


def _whole(path: Path) -> bytes | None:
    """The PDF, None where there is none or only part of one."""
    data = path.read_bytes() if path.exists() else b""
    return data if data.startswith(b"%PDF-") and b"%%EOF" in data[-1024:] else None


def _font_notes(documents: Iterable[Path], environment: Mapping[str, str]) -> list[str]:
    """Which of the documents' fonts are not installed, and what stood in; nothing where fontconfig cannot tell."""
    program = shutil.which("fc-match")
    if program is None:
        return []
    absent = {}
    for font in sorted({font for document in documents for font in _fonts(document)}):
        pattern = re.sub(r"([\\:,=-])", r"\\\1", font) + ":lang=zh-cn"
        command = [program, "-f", "%{family}", pattern]
        told = subprocess.run(command, env=dict(environment), capture_output=True, text=True, encoding="utf-8", check=False)
        families = told.stdout.split(",")
        if told.returncode == 0 and font.casefold() not in (each.casefold() for each in families):
            absent[font] = families[0]
    if not absent:
        return []
    pairs = "、".join(f"{font}（用 {stand_in} 代替）" for font, stand_in in absent.items())
    return [f"本机没有这些字体：{pairs}。PDF 的分页和字形会与 Word 里不同；正式公布请在装有这些字体的电脑上生成。"]


def _fonts(document: Path) -> set[str]:
    """The names of the Chinese fonts a Word document asks for."""
    found: set[str] = set()
    with zipfile.ZipFile(document) as archive:
        for name in {"word/document.xml", "word/styles.xml"} & set(archive.namelist()):
            with archive.open(name) as part:
                found.update(font.decode("utf-8") for font in _FONT.findall(part.read(_LOOKED_AT)))
    return found
