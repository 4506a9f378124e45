"""The two published documents as contents, to be drawn as their table is printed.

In: the text files beside the repository, where they are. Out: what the present reader of text makes of them, which
`tests/reading/test_flow_published.py` compares with what was read off them by eye.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from tests.drawings.declarations import FIELDS, Content, Indicator, Value
from tests.drawings.score import COLUMNS, command
from tests.shipped import ROOT

FOLDERS = (ROOT.parent / "shared" / "real", ROOT.parent.parent / "shared" / "real")
ABSENT = "没有 ../shared"


def documents() -> list[Path]:
    """Return the published documents, or nothing where the folder is absent."""
    return next((sorted(folder.glob("*.txt")) for folder in FOLDERS if folder.is_dir()), [])


@lru_cache(maxsize=4)
def real_contents(path: Path) -> tuple[Content, ...]:
    """Return the projects of a published document."""
    records = command("export", path)
    assert isinstance(records, list)
    return tuple(
        Content({name: _value(name, record[name]) for name in FIELDS}, tuple(_row(row) for row in record["绩效指标"])) for record in records
    )


def _row(record: dict[str, str]) -> Indicator:
    return Indicator(*(record[name] for name in COLUMNS))


def _value(name: str, value: str | int | None) -> Value:
    if not isinstance(value, str):
        return value
    if name.endswith("日期"):
        return date.fromisoformat(value)
    return Decimal(value) if value.replace(".", "", 1).isdigit() and "." in value else value
