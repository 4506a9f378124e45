"""A season's home: the folder with 本季.txt, which says once what would else be told to every command.

Comes in: the current folder. Goes out: a `Home`, its paths as they are reached from here; None where there is none, and everything works
as without it. The file is plain text that a clerk can change: `年度：2026`, a line each, of 批复 as many as there are.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import UsageError
from toolkit.values.words import YEAR_ROLE

NAME = "本季.txt"
YEAR, ROSTER, FORM, LEDGER, RETURNS, AGAINST = YEAR_ROLE, "名单", "表样", "台账", "回收", "批复"
KEYS = (YEAR, ROSTER, FORM, LEDGER, RETURNS, AGAINST)

# Folders of a season that the commands it names write into.
PUBLISHED, ARCHIVE = "汇总", "归档"

_LINE = re.compile(r"\s*([^:：\s]+)\s*[:：]\s*(.*?)\s*")
_FIRST = "# 这一季的设置：在这个文件夹里运行 jixiao，不用每次再写这些。可以用记事本改。"


@dataclass(frozen=True)
class Home:
    """What a season's folder says; None, "" where it does not say. `folder` is the way there from the current folder."""

    folder: Path
    year: int | None = None
    roster: Path | None = None
    form: str = ""
    ledger: Path | None = None
    returns: Path | None = None
    against: tuple[Path, ...] = ()


def find_home() -> Home | None:
    """Return the home of the current folder, or of one above it. Raises UsageError where its file has mistakes."""
    here = Path.cwd()
    folder = _home_of(here)
    return None if folder is None else read_home(Path(os.path.relpath(folder, here)))


def home_of(place: Path) -> Home | None:
    """Return the home of a file or a folder: in it, or in a folder above it. Raises UsageError where its file has mistakes."""
    folder = _home_of(place.resolve())
    return None if folder is None else read_home(folder)


def _home_of(place: Path) -> Path | None:
    return next((folder for folder in (place, *place.parents) if (folder / NAME).is_file()), None)


def read_home(folder: Path) -> Home:
    """Return what 本季.txt in `folder` says. Raises UsageError, with the line, for what cannot be understood."""
    path = folder / NAME
    values: dict[str, str] = {}
    against: list[Path] = []
    for number, line in enumerate(_text(path).splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found is None or found[1] not in KEYS:
            raise UsageError(f"{path} 第 {number} 行“{line.strip()}”看不懂。请写成“年度：2026”这样，可以写的有：{'、'.join(KEYS)}。")
        values[found[1]] = found[2]
        against += [folder / found[2]] if found[1] == AGAINST and found[2] else []
    year = values.get(YEAR, "")
    if year and not re.fullmatch(r"(?:19|20|21)[0-9]{2}", year):
        raise UsageError(f"{path}：年度“{year}”不是四位年份。请写成“年度：2026”。")

    def place(key: str) -> Path | None:
        return folder / values[key] if values.get(key) else None

    form = place(FORM)
    named = str(form) if form is not None and form.is_file() else values.get(FORM, "")
    return Home(folder, int(year) if year else None, place(ROSTER), named, place(LEDGER), place(RETURNS), tuple(against))


def home_text(values: dict[str, str]) -> str:
    """Return 本季.txt with these values by key; a line for each line of a value."""
    return "\n".join([_FIRST, *(f"{key}：{line}" for key in KEYS for line in values.get(key, "").splitlines())]) + "\n"


def _text(path: Path) -> str:
    """The file as text, whether Notepad saved it as UTF-8 or as ANSI."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}：读不出来（{error.strerror}）。请核对权限，或删去它重新建立。") from error
    for code in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(code)
        except UnicodeDecodeError:
            continue
    raise UsageError(f"{path}：不是文本文件。请用记事本打开另存，或删去它重新建立。")
