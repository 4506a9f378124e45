"""Writing an output so that it is either whole or not there, never onto an input, under a name that Windows accepts.

Every job that writes has an `Outlet`, which knows what the run reads. The data goes to a temporary file beside the target,
which then takes its place in one step. Whatever the system objects to becomes an `OutputError` with one Chinese line: the
path, the reason, the cure.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import BinaryIO

from toolkit.errors import OutputError, UsageError

MOST_CHARACTERS, MOST_BYTES = 120, 240
_LITTER = re.compile(r"\.jixiao-(?P<machine>[0-9a-f]{8})-(?P<process>[0-9]{1,10})-[0-9a-f]{12}\.tmp", re.ASCII)

_TWINS = str.maketrans('<>:"/\\|?*', "＜＞：＂／＼｜？＊")
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Cn", "Zl", "Zp"))

# Names of devices on Windows, with any extension and in any case.
_DEVICES = frozenset(["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", *(f"{d}{n}" for d in ("COM", "LPT") for n in "123456789¹²³")])

_CURES: dict[int, str] = {
    errno.ENOSPC: "磁盘空间不足，请清理磁盘或换一个位置",
    errno.EDQUOT: "磁盘配额已用完，请清理或换一个位置",
    errno.EROFS: "所在磁盘是只读的，请换一个位置",
    errno.EISDIR: "同名的文件夹已存在，请换一个名称",
    errno.ENOTDIR: "路径中有一段是文件而不是文件夹，请换一个位置",
    errno.EEXIST: "路径中有一段是文件而不是文件夹，请换一个位置",
    errno.ENAMETOOLONG: "路径过长，请换一个更短的文件夹或名称",
    errno.EINVAL: "名称里有系统不允许的字符，请换一个名称",
    errno.EFBIG: "文件超过该磁盘允许的大小，请换一个位置",
    errno.EIO: "磁盘读写出错，请换一个位置",
    errno.ETXTBSY: "文件正被其他程序打开，请关闭后重试",
    errno.EBUSY: "文件正被其他程序占用，请关闭后重试",
}

# ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION of Windows.
_SHARING = (32, 33)


@dataclass(frozen=True)
class Outlet:
    """Where a job may write: never onto what it reads nor into a folder it reads, onto what is there already only with `force`.

    `inputs` are the files and folders that are read. Files are told apart by what they are (device and number), so links,
    another case, short names and mounted paths lead to the same answer. `replaced` is an input of ours whose successor may take
    its place with `force`: what was read stays beside it, named （上一份）.
    """

    force: bool = False
    inputs: tuple[Path, ...] = ()
    replaced: Path | None = None

    def check_folder(self, folder: Path) -> None:
        """Raise UsageError when `folder` is, or lies in, a folder that is read: results stay apart from what was returned."""
        if folder in self._passed:
            return
        above = {key for each in _upwards(folder) for key in _keys(each)}
        given = next((given for given in self.inputs if given.is_dir() and not above.isdisjoint(_keys(given))), None)
        if given is None:
            # A folder further down may be mounted elsewhere as well; only now all of them are looked through.
            given = next((self._read[1][key] for key in above if key in self._read[1]), None)
        if given is not None:
            raise UsageError(f"{folder}：输出位置在输入文件夹 {given} 里面。请另选一个输出位置，以免与回收的文件混在一起。")
        self._passed.add(folder)

    def check(self, path: Path) -> None:
        """Make the folder of `path` and see that a file can be put there, before the long work starts.

        Raises UsageError when it is read, OutputError as `write` would, except for what only writing can show (a full disk).
        """
        self.refuse(path)
        try:
            if path.is_dir():
                raise OutputError(f"{path}：同名的文件夹已存在，请换一个名称")
            if not self.force and (path.exists() or path.is_symlink()):
                raise OutputError(f"{path}：文件已存在，未改动；要覆盖请加 --force，或换一个输出位置")
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.parent not in self._swept:
                self._swept.add(path.parent)
                remove_litter(path.parent)
            probe = path.parent / temporary_name()
            try:
                probe.touch()
            finally:
                probe.unlink(missing_ok=True)
            if path.exists():
                with path.open("r+b"):
                    pass
        except OSError as error:
            raise output_error(path, error) from error

    def write(self, path: Path, data: bytes | Callable[[BinaryIO], object]) -> None:
        """Write `data` to `path` in one step; a callable gets the open temporary file to write to.

        Folders on the way are made. Raises UsageError when `path` is read, OutputError when it exists and not `force`, or
        cannot be written; nothing of the attempt stays behind, and an existing file is untouched. Errors of the callable pass
        through.
        """
        self.check(path)
        temporary = path.parent / temporary_name()
        try:
            _write_file(temporary, data, path)
            if self.replaced and same_file(path, self.replaced):
                self._keep(path)
            try:
                os.replace(temporary, path)
            except OSError as error:
                raise output_error(path, error) from error
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)

    def _keep(self, path: Path) -> None:
        """Keep a copy of what was read and is about to be replaced."""
        try:
            read = path.read_bytes()
        except OSError as error:
            raise output_error(path, error) from error
        Outlet(True, self.inputs).write(path.with_name(f"{path.stem}（上一份）{path.suffix}"), read)

    def refuse(self, path: Path) -> None:
        """Raise UsageError when `path` is read, or lies in a folder that is read."""
        self.check_folder(path.parent)
        if not os.path.lexists(path):
            return
        if path.is_symlink():
            self.check_folder(Path(os.path.realpath(path)).parent)
        if any(key in self._read[0] for key in _keys(path)) and not (self.replaced and same_file(path, self.replaced)):
            raise UsageError(f"{path}：这是本次要读取的文件，不能把结果写在它上面，没有改动它。请换一个输出位置。")

    @cached_property
    def _passed(self) -> set[Path]:
        """Folders that were looked at and are none that is read: a thousand results lie in few."""
        return set()

    @cached_property
    def _swept(self) -> set[Path]:
        """Folders that were rid of what killed runs left."""
        return set()

    @cached_property
    def _read(self) -> tuple[Mapping[object, Path], Mapping[object, Path]]:
        """What is read, by all that a file and a folder can be known by: files, and folders with the input they belong to."""
        files: dict[object, Path] = {}
        folders: dict[object, Path] = {}
        for given in self.inputs:
            kind = folders if given.is_dir() else files
            kind.update((key, given) for key in _keys(given))
            for root, below, names in os.walk(given):
                folders.update((key, given) for name in below if (key := _number(Path(root, name))))
                files.update((key, given) for name in names if (key := _number(Path(root, name))))
        return files, folders


def temporary_name() -> str:
    """Return a name for what is not whole yet; a later run knows by it what a killed one left."""
    return f".jixiao-{_machine()}-{os.getpid()}-{os.urandom(6).hex()}.tmp"


@lru_cache(maxsize=1)
def _machine() -> str:
    """What tells this machine's runs from those of others in a shared folder."""
    name = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]


def remove_litter(folder: Path) -> None:
    """Remove the temporary files and folders of runs of this machine that were killed; one that still runs keeps its own."""
    for name in os.listdir(folder):
        found = _LITTER.fullmatch(name)
        if found and found["machine"] == _machine() and not _runs(int(found["process"])):
            with contextlib.suppress(OSError):
                shutil.rmtree(folder / name) if (folder / name).is_dir() else os.unlink(folder / name)


def _runs(process: int) -> bool:
    """Return whether a process of this number runs; on Windows a file that is in use cannot be removed anyway."""
    if os.name == "nt":
        return process == os.getpid()
    try:
        os.kill(process, 0)
    except (OSError, OverflowError) as error:
        return not isinstance(error, ProcessLookupError)
    return True


def _keys(path: Path) -> Iterator[object]:
    """What a path can be known by: its place with all links followed, and the number of what is there."""
    with contextlib.suppress(OSError, ValueError):
        yield os.path.normcase(os.path.realpath(path))
    number = _number(path)
    if number is not None:
        yield number


def _number(path: Path) -> tuple[int, int] | None:
    """Device and number of the file or folder at `path`; None where there is none, or the file system has no numbers."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return (found.st_dev, found.st_ino) if found.st_ino else None


def same_file(path: Path, other: Path) -> bool:
    """Return whether two paths lead to one file, whatever they are called."""
    return not set(_keys(path)).isdisjoint(_keys(other))


def _upwards(folder: Path) -> Iterator[Path]:
    """The folder and all above it, as written and with links followed."""
    for place in dict.fromkeys((Path(os.path.abspath(folder)), Path(os.path.realpath(folder)))):
        yield from (place, *place.parents)


def output_error(path: Path, error: OSError) -> OutputError:
    """Return the error for `path` that could not be written, its cause and cure in Chinese."""
    code = error.errno or 0
    if getattr(error, "winerror", None) in _SHARING:
        return OutputError(f"{path}：写不进去，文件正被其他程序（如 Excel、WPS）打开，请关闭后重试")
    if isinstance(error, PermissionError):
        if path.exists():
            return OutputError(f"{path}：写不进去，文件被锁定、只读，或正被其他程序打开，请关闭后重试或换一个位置")
        return OutputError(f"{path}：写不进去，没有该文件夹的写入权限，请换一个位置")
    return OutputError(f"{path}：写不进去，{_CURES.get(code) or f'系统报告“{error.strerror or error}”，请换一个位置'}")


def safe_name(text: str) -> str:
    """Return `text` as a file name (without folder) that Windows, macOS and Linux all take; never empty.

    Reserved characters become their full-width twins, control and invisible characters go, names of devices get a `_`,
    dots and blanks at the ends go. At most 120 characters and 240 bytes; a short extension survives the cut.

    >>> safe_name('甲/乙:"丙"?.xlsx'), safe_name("con.txt"), safe_name(" .. ")
    ('甲／乙：＂丙＂？.xlsx', '_con.txt', '_')
    """
    kept = "".join(" " if c in "\t\n\r\u00a0\u3000" else c for c in text if c in "\t\n\r" or unicodedata.category(c) not in _UNSEEN)
    name = " ".join(kept.translate(_TWINS).split()).strip(". ")
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 8 or not extension.isascii() or not extension.isalnum():
        stem, dot, extension = name, "", ""
    if stem.split(".")[0].rstrip().upper() in _DEVICES:
        stem = "_" + stem
    room = MOST_CHARACTERS - len(dot + extension), MOST_BYTES - len(dot + extension)
    stem = stem[: room[0]].encode("utf-8")[: room[1]].decode("utf-8", "ignore").rstrip(". ")
    return (stem or "_") + dot + extension


def unused_name(folder: str, name: str, taken: Container[str]) -> str:
    """Return `folder` + `name`, numbered （2）, （3） … where that is `taken`, which holds folded names.

    >>> unused_name("甲/", "A.xlsx", {"甲/a.xlsx"})
    '甲/A（2）.xlsx'
    """
    stem, dot, extension = name.rpartition(".")
    number, candidate = 2, folder + name
    while candidate.casefold() in taken:
        candidate = f"{folder}{stem or extension}（{number}）{dot}{extension if stem else ''}"
        number += 1
    return candidate


def _write_file(temporary: Path, data: bytes | Callable[[BinaryIO], object], path: Path) -> None:
    """Write and sync the temporary file; only errors of its own file count as errors of the output place."""
    try:
        stream = temporary.open("xb")
    except OSError as error:
        raise output_error(path, error) from error
    with contextlib.ExitStack() as closing:
        closing.callback(_close, stream, path)
        try:
            if callable(data):
                data(stream)
            else:
                stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        except OSError as error:
            raise output_error(path, error) from error


def _close(stream: BinaryIO, path: Path) -> None:
    """Close `stream`; what is still buffered may fail to reach a full disk only now."""
    try:
        stream.close()
    except OSError as error:
        raise output_error(path, error) from error
