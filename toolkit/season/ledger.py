"""The ledger file 台账.sqlite: opened or made, written in short transactions, never damaged by a run that ends halfway.

Comes in: a path. Goes out: a `Ledger` that reads rows and writes them all or not at all. It keeps a rollback journal and no
write-ahead log, because returns lie on network shares; a second run waits its turn. Nothing in it is ever executed or
unpickled: a ledger on a share is a stranger's file, and values of the wrong kind in it are named. `tables` holds the statements.
"""

from __future__ import annotations

import sqlite3
import time
from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from toolkit.errors import JixiaoError, OutputError, UsageError
from toolkit.season.home import find_home
from toolkit.season.tables import ANY_RETURN, APPLICATION, KINDS, SCHEMA, SCHEMA_VERSION, TABLES

NAME = "台账.sqlite"

# How long a run waits for another one that is writing, in seconds; a transaction takes a fraction of one.
WAIT = 60.0
_BUSY_MILLISECONDS = 5_000

_DAMAGED = "台账已损坏，或不是台账，没有改动它。请从备份恢复，或改名保存后重新审核（会建立新台账），或用 --ledger 另外指定。"

Values = Mapping[str, object] | Sequence[object]
NOTHING: Sequence[object] = ()


class Ledger:
    """An open ledger. Use it as a context manager, from one thread."""

    def __init__(self, path: Path, connection: sqlite3.Connection, wait: float) -> None:
        self.path, self._connection, self._wait = path, connection, wait

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def rows(self, sql: str, values: Values = NOTHING) -> list[Any]:
        """Return the rows of a query, their columns by name. Raises UsageError or OutputError with the ledger's name."""
        cursor, found = self._patiently(lambda: (cursor := self._connection.execute(sql, values), cursor.fetchall()))
        names = tuple(column[0] for column in cursor.description or ())
        kinds = [KINDS.get(name, str) for name in names]
        if not all(isinstance(value, kind) for row in found for value, kind in zip(row, kinds, strict=True)):
            raise self.damaged()
        return list(map(_row_type(names)._make, found))

    def damaged(self) -> UsageError:
        """Return the error for a ledger whose content nobody can have written down."""
        return UsageError(f"{self.path}：{_DAMAGED}")

    def is_used(self) -> bool:
        """Whether any return is in it."""
        return bool(self.rows(ANY_RETURN))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Everything that `run` and `run_many` do inside is written together, or none of it.

        Raises OutputError when the ledger cannot be written: another program does not let go of it, the disk is full.
        """
        self._patiently(lambda: self._connection.execute("BEGIN IMMEDIATE"))
        try:
            yield
            self._patiently(lambda: self._connection.execute("COMMIT"))
        except BaseException:
            if self._connection.in_transaction:
                # A damaged file may not even allow this; closing it does the same.
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
            raise

    def run(self, sql: str, values: Values = NOTHING) -> int:
        """Execute a statement inside `writing` and return how many rows it changed."""
        try:
            return self._connection.execute(sql, values).rowcount
        except (sqlite3.Error, UnicodeError) as error:
            raise _translated(self.path, error) from error

    def run_many(self, sql: str, rows: Iterable[Mapping[str, object]]) -> None:
        """Execute a statement for each of `rows`, inside `writing`."""
        try:
            self._connection.executemany(sql, rows)
        except (sqlite3.Error, UnicodeError) as error:
            raise _translated(self.path, error) from error

    def _patiently(self, action: Any) -> Any:
        """Do `action`, again and again while another run holds the ledger."""
        until = time.monotonic() + self._wait
        while True:
            try:
                return action()
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or time.monotonic() >= until:
                    raise _translated(self.path, error) from error
                time.sleep(0.05)
            except (sqlite3.Error, UnicodeError) as error:
                raise _translated(self.path, error) from error


def open_ledger(path: Path, *, create: bool = True, wait: float = WAIT) -> Ledger:
    """Return the ledger at `path`; where there is none, a new one is made, or with `create=False` nothing.

    Raises UsageError when the file is no ledger, is damaged, or was made by a newer program, OutputError when it cannot be
    opened. The file is never deleted or replaced.
    """
    if path.is_dir():
        raise UsageError(f"{path}：这是文件夹，不是台账。请写出台账文件，如 {path / NAME}。")
    if not create and not path.is_file():
        raise UsageError(f"{path}：找不到这个台账。请核对路径；台账由 jixiao check -o 生成，名为 {NAME}。")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=min(_BUSY_MILLISECONDS / 1000, wait), isolation_level=None)
    except (sqlite3.Error, OSError) as error:
        raise _translated(path, error) from error
    ledger = Ledger(path, connection, wait)
    try:
        _prepare(ledger)
    except BaseException:
        connection.close()
        raise
    return ledger


def find_ledger() -> Path:
    """Return the season's ledger, else that of the current folder, else the only one in a folder below it. Raises UsageError otherwise."""
    home = find_home()
    if home is not None and home.ledger is not None:
        return home.ledger
    here = Path(NAME)
    if here.is_file():
        return here
    found = sorted(Path().glob(f"*/{NAME}"))
    if len(found) != 1:
        seen = f"找到 {len(found)} 个：{'、'.join(map(str, found))}" if found else "当前文件夹里没有台账"
        raise UsageError(f"没有写出要查看的文件夹，{seen}。请写出回收的文件夹，或用 --ledger 指定台账。")
    return found[0]


def passing_ledger() -> Ledger:
    """Return a ledger that is gone when it is closed, for a run that keeps none."""
    ledger = Ledger(Path(NAME), sqlite3.connect(":memory:", isolation_level=None), 0.0)
    _prepare(ledger)
    return ledger


def _prepare(ledger: Ledger) -> None:
    """See that the file is a ledger that this program understands; make the tables in one that is new."""
    for pragma in ("foreign_keys = ON", "trusted_schema = OFF", "synchronous = FULL"):
        ledger.rows(f"PRAGMA {pragma}")
    if _is_new(ledger):
        with ledger.writing():
            if _is_new(ledger):
                for statement in SCHEMA:
                    ledger.run(statement)
                ledger.run(f"PRAGMA application_id = {APPLICATION}")
                ledger.run(f"PRAGMA user_version = {SCHEMA_VERSION}")
    application, version = ledger.rows("PRAGMA application_id")[0][0], ledger.rows("PRAGMA user_version")[0][0]
    if application != APPLICATION:
        raise UsageError(f"{ledger.path}：不是本工具的台账，没有改动它。请用 --ledger 另外指定一个台账文件。")
    if version > SCHEMA_VERSION:
        raise UsageError(
            f"{ledger.path}：这个台账由更新版本的程序建立（格式 {version}），没有改动它。请升级本工具，或用 --ledger 另外指定。"
        )
    if version < SCHEMA_VERSION:
        raise UsageError(f"{ledger.path}：台账不完整，没有改动它。请用 --ledger 另外指定一个台账文件。")


def _is_new(ledger: Ledger) -> bool:
    return not ledger.rows(TABLES)[0].found


@lru_cache(maxsize=64)
def _row_type(names: tuple[str, ...]) -> Any:
    """A row whose columns go by name, and in order too."""
    return namedtuple("Row", names, rename=True)


def _is_busy(error: sqlite3.Error) -> bool:
    return "locked" in str(error) or "busy" in str(error)


def _translated(path: Path, error: Exception) -> JixiaoError:
    """Return the error in Chinese, with the ledger's name and the cure."""
    text = str(error)
    if any(
        word in text for word in ("not a database", "malformed", "encrypted", "decode", "mismatch", "constraint", "corrupt", "unsupported")
    ):
        return UsageError(f"{path}：{_DAMAGED}")
    if isinstance(error, sqlite3.Error) and _is_busy(error):
        return OutputError(f"{path}：台账一直被其他程序占用。请等另一个审核完成、关闭打开它的程序后重试")
    if "full" in text:
        return OutputError(f"{path}：台账写不进去，磁盘空间不足，请清理磁盘或换一个位置")
    if "readonly" in text or "unable to open" in text or isinstance(error, OSError):
        return OutputError(f"{path}：台账打不开或写不进去，请核对文件夹是否存在、是否有写入权限，或用 --ledger 换一个位置")
    if "no such table" in text or "no such column" in text or "no column" in text:
        return UsageError(f"{path}：台账不完整，没有改动它。请从备份恢复，或用 --ledger 另外指定一个台账文件。")
    return OutputError(f"{path}：台账读写出错（{text}），请重试，或用 --ledger 换一个位置")
