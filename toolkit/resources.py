"""Where the shipped template workbooks and examples are: no input but this file's own place, out come folders; and what is made of templates, kept.

In a wheel they travel inside the package (`toolkit/templates`); in a checkout, and in an editable install of one, they
are the top-level folders beside `setup.cfg`. Called wherever a command needs a shipped form, Word template or example.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from toolkit.errors import JixiaoError

Made = TypeVar("Made")

_PACKAGE = Path(__file__).resolve().parent

# A kept file begins with what it depends on and what it holds, 32 bytes each.
_HEAD = 64


class ResourceMissing(JixiaoError):
    """A folder that travels with the program is not there: the installation is incomplete."""


def templates_dir() -> Path:
    """Return the folder of the shipped template workbooks and Word templates.

    Raises ResourceMissing when the installation lacks it.

    >>> templates_dir().name
    'templates'
    """
    return _folder("templates", _PACKAGE)


def examples_dir() -> Path:
    """Return the folder of the shipped examples.

    Raises ResourceMissing when the installation lacks it.

    >>> examples_dir().name
    'examples'
    """
    return _folder("examples", _PACKAGE)


def _folder(name: str, package: Path) -> Path:
    """Return the folder `name` inside `package`, or beside it in a checkout."""
    installed, checkout = package / name, package.parent / name
    if installed.is_dir():
        return installed

    # `site-packages/templates` may belong to somebody else; only a checkout has our setup.cfg beside it.
    if checkout.is_dir() and (package.parent / "setup.cfg").is_file():
        return checkout
    raise ResourceMissing(f"{installed}：程序自带的文件夹不见了，安装不完整。请重新安装 jixiao-toolkit。")


def made_of(path: Path, make: Callable[[Path], Made], packages: Sequence[str], prepare: Callable[[Made], object] | None = None) -> Made:
    """Return what `make` makes of a file; of a shipped template it is kept beside Python's compiled modules, and made again when that is no longer it.

    It is kept under what it depends on: the file's bytes and place, and the modules of those `packages`. As Python itself does with what
    it compiles, nothing is kept where it was told not to, and a folder that cannot be written costs time alone. Before it is kept `prepare`
    adds to it what is long in the making.
    """
    if path.parent.resolve() != templates_dir().resolve():
        return make(path)
    try:
        key = _fingerprint(path, packages)
        kept = Path(importlib.util.cache_from_source(str(_PACKAGE / f"{path.stem}.py"))).with_suffix(".made")
        head, data = _kept(kept)
    except (OSError, NotImplementedError):
        return make(path)
    if head == key + hashlib.sha256(data).digest():
        return pickle.loads(data)  # type: ignore[no-any-return]
    made = make(path)

    def whole() -> bytes:
        if prepare is not None:
            prepare(made)
        data = pickle.dumps(made, protocol=pickle.HIGHEST_PROTOCOL)
        return key + hashlib.sha256(data).digest() + data

    if not sys.dont_write_bytecode:
        _keep(kept, whole)
    return made


def _fingerprint(path: Path, packages: Sequence[str]) -> bytes:
    return hashlib.sha256(path.read_bytes() + str(path).encode("utf-8", "surrogatepass") + _program(tuple(packages))).digest()


@lru_cache(maxsize=4)
def _program(packages: tuple[str, ...]) -> bytes:
    """What is another when Python, or a module of `packages`, is another; the same as long as the process runs."""
    modules = sorted(module for package in packages for module in (_PACKAGE / package).rglob("*.py"))
    states = [f"{module} {(status := module.stat()).st_mtime_ns} {status.st_size}" for module in modules]
    return "\n".join((sys.version, *states)).encode("utf-8", "surrogatepass")


def _kept(kept: Path) -> tuple[bytes, bytes]:
    whole = kept.read_bytes() if kept.is_file() else b""
    return whole[:_HEAD], whole[_HEAD:]


def _keep(kept: Path, whole: Callable[[], bytes]) -> None:
    """Write a file whole or not at all, whoever else is writing it; where none can be written, what is to stand in it is not asked for."""
    beside = kept.with_name(f"{kept.name}.{os.getpid()}")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(whole())
        os.replace(beside, kept)
    except OSError:
        with suppress(OSError):
            beside.unlink()
