"""`export`: everything that was read, as records; and as flat tables in a file.

Comes in: a batch. Goes out: records for the screen, or one .xlsx, .csv or .json. Called by the command `export` and by `demo`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

from toolkit.errors import UsageError
from toolkit.forms import Form
from toolkit.intake.model import Batch
from toolkit.outputs.flat import FORMATS, export_parts, json_parts
from toolkit.outputs.parquet import SUFFIX as PARQUET
from toolkit.outputs.parquet import check_pyarrow
from toolkit.outputs.records import Record, declaration_record
from toolkit.package.atomic import Outlet
from toolkit.reading.model import Declaration


@dataclass(frozen=True)
class Records(Sequence[Record]):
    """The batch's declarations as records, in the order they were read; each is made when it is asked for, and kept by nobody."""

    batch: Batch
    raw: bool = False

    @overload
    def __getitem__(self, at: int) -> Record: ...
    @overload
    def __getitem__(self, at: slice) -> list[Record]: ...
    def __getitem__(self, at: int | slice) -> Record | list[Record]:
        found = self.batch.declarations[at]
        return [self._record(each) for each in found] if isinstance(found, list) else self._record(found)

    def __len__(self) -> int:
        return sum(len(file.declarations) for file in self.batch.files)

    def __iter__(self) -> Iterator[Record]:
        return (self._record(each) for each in self.batch.declarations)

    def as_json(self) -> Iterator[str]:
        """Yield the records as the screen shows them, one at a time."""
        return json_parts(self)

    def _record(self, declaration: Declaration) -> Record:
        return declaration_record(declaration, self.batch.forms[declaration.form], raw=self.raw)


def check_export_place(output: Path, outlet: Outlet) -> None:
    """Raise UsageError for a kind of file we cannot write or a place that is read, OutputError for one that cannot be written."""
    outlet.check_folder(output.parent)
    if output.suffix.lower() not in FORMATS:
        raise UsageError(f"{output}：不支持的导出格式“{output.suffix}”。请用 {'、'.join(FORMATS)} 之一。")
    if output.suffix.lower() == PARQUET:
        check_pyarrow(output)
    outlet.check(output)


def export_to(output: Path, batch: Batch, records: Sequence[Record], outlet: Outlet, forms: Sequence[Form] = ()) -> None:
    """Write the records to `output`, whose suffix says how; `forms` are those the run knew.

    A single one of them gives the columns when nothing could be read. Raises OutputError, and UsageError for mixed forms in
    a .csv or .parquet.
    """
    found: list[Form] = list(batch.forms.values()) or (list(forms) if len(forms) == 1 else [])
    suffix = output.suffix.lower()
    if len(found) > 1 and suffix in (".csv", PARQUET):
        names = "、".join(form.name for form in found)
        raise UsageError(f"{output}：文件里有几种表样（{names}），一张表放不下。请用 --form 指定一种，或导出为 .xlsx、.json。")
    outlet.write(output, lambda stream: stream.writelines(export_parts(records, found, suffix)))
