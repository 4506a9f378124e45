"""Paths a user names → the files to look at: folders are searched, only what systems and programs leave behind is passed over.

Goes out: each file with the name it is shown by (the path as given, joined with the relative path). Nothing is opened.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from toolkit.errors import UsageError
from toolkit.values.text import shown_path

# A file of these kinds is taken for a return until its content says otherwise; one of another kind is one only where it holds a form.
RETURN_SUFFIXES = frozenset(
    (".xlsx", ".xlsm", ".xls", ".xlsb", ".xltx", ".et", ".ett", ".ods", ".csv", ".docx", ".doc", ".wps", ".odt", ".rtf", ".pdf", ".zip")
    + (".rar", ".7z", ".txt", ".ofd")
)
_LOCKS = ("~$", ".~lock.")
_PASSED_OVER = (*_LOCKS, ".")
_MAC_FOLDER = "__MACOSX"
_SYSTEM_FILES = frozenset(("thumbs.db", "desktop.ini", "ehthumbs.db"))
_SYSTEM_SUFFIXES = frozenset((".tmp", ".lnk"))

# Why a file is not opened.
Astray = Literal["leads out", "closed"]
LEADS_OUT: Final[Astray] = "leads out"
CLOSED: Final[Astray] = "closed"


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read; `display` is how messages and records name it; `named` whether the user named it itself.

    `place` is the path as the system has it; `inner` is the way into archives: the number of the member in the archive at `place`, of
    the member in that one … `astray`: why it is not opened: a link that leads out of the folder it was found in, or a folder that
    the system does not let us look into.
    """

    place: str
    display: str
    named: bool
    inner: tuple[int, ...] = ()
    astray: Astray | None = None

    @property
    def path(self) -> Path:
        """The path, made anew each time: it takes several times the room of its text, and there are thousands."""
        return Path(self.place)

    def member(self, number: int, name: str) -> InputFile:
        """Return a file inside this archive."""
        return InputFile(self.place, f"{self.display}!/{shown_path(name)}", False, (*self.inner, number))


def collect_files(paths: Sequence[str]) -> list[InputFile]:
    """Return the files behind `paths`, each once, folders in the order of their names.

    Raises UsageError for a path that is not there and for a folder that holds nothing to read.
    """
    files: list[InputFile] = []
    seen: set[str] = set()
    shown: set[str] = set()
    for given in paths:
        path = Path(given)
        if path.is_dir():
            found = [
                InputFile(str(each), shown_path(os.path.join(given, *each.relative_to(path).parts)), False, astray=astray)
                for each, astray in _walk(path)
            ]
            if not found:
                raise UsageError(f"{shown_path(given)}：文件夹里没有可以读取的申报文件（.xlsx 等）。请核对文件夹。")
        elif path.exists():
            # A shell's *.xlsx names the lock files of open workbooks too.
            found = [] if path.name.startswith(_LOCKS) else [InputFile(str(path), shown_path(given), True)]
        else:
            raise _missing(given)
        for each in found:
            real = os.path.abspath(each.place) if each.astray else os.path.realpath(each.place)
            if real not in seen:
                seen.add(real)
                files.append(_told_apart(each, shown))
    return files


def check_given(paths: Iterable[str]) -> None:
    """Raise UsageError for a path that is not there: said before anything is made for results."""
    for given in paths:
        if not Path(given).exists():
            raise _missing(given)


def _missing(given: str) -> UsageError:
    return UsageError(f"{shown_path(given)}：找不到这个文件或文件夹。请核对路径。")


def _told_apart(each: InputFile, shown: set[str]) -> InputFile:
    """Return the file under a name that no other has; two may look the same where one is no UTF-8 or holds what cannot be seen.

    Mostly it is the very text of the place.
    """
    name, number = each.display, 2
    stem, suffix = os.path.splitext(name)
    while name in shown:
        name, number = f"{stem}（{number}）{suffix}", number + 1
    shown.add(name)
    return replace(each, display=each.place if name == each.place else name)


def _walk(folder: Path) -> Iterable[tuple[Path, Astray | None]]:
    """The files below a folder, and why each is astray; so are folders that cannot be looked into: what they hold would be missed unsaid."""
    closed: list[Path] = []
    for root, folders, names in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not is_litter(name):
                yield Path(root, name), LEADS_OUT if _leads_out(Path(root, name), folder) else None
        yield from ((Path(root, name), LEADS_OUT) for name in folders if _leads_out(Path(root, name), folder))
    yield from ((path, CLOSED) for path in closed)


def _leads_out(path: Path, folder: Path) -> bool:
    return path.is_symlink() and Path(os.path.realpath(folder)) not in Path(os.path.realpath(path)).parents


def is_litter(name: str) -> bool:
    """Return whether a file of this name is what a system or program left behind; folders before it, as in archives, are looked at too.

    >>> [is_litter(name) for name in ("甲/乙.xlsx", "甲/~$乙.xlsx", "__MACOSX/._乙.xlsx", "Thumbs.db", "盖章.jpg")]
    [False, True, True, True, False]
    """
    *folders, last = name.split("/")
    left = _MAC_FOLDER in folders or last.startswith(_PASSED_OVER) or last.lower() in _SYSTEM_FILES
    return left or _suffix(last) in _SYSTEM_SUFFIXES


def is_return_name(name: str) -> bool:
    """Return whether a file of this name is expected to be a return.

    >>> [is_return_name(name) for name in ("甲/乙.xlsx", "乙.xlsx.bak", "说明.htm", "无扩展名")]
    [True, False, False, False]
    """
    return _suffix(name) in RETURN_SUFFIXES


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()
