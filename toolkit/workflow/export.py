"""`export`: everything that was read, as records; and as flat tables in a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from toolkit.errors import UsageError
from toolkit.forms import Form
from toolkit.intake.batch import Batch
from toolkit.outputs.flat import FORMATS, export_bytes
from toolkit.outputs.records import Record, declaration_record
from toolkit.package.atomic import Outlet


def records_of(batch: Batch, *, raw: bool = False) -> list[Record]:
    """Return the batch's declarations as records, in the order they were read."""
    return [declaration_record(d, batch.forms[d.form], raw=raw) for d in batch.declarations]


def check_export_place(output: Path, outlet: Outlet) -> None:
    """Raise UsageError for a kind of file we do not write or a place that is read, OutputError for one that cannot be written."""
    outlet.check_folder(output.parent)
    if output.suffix.lower() not in FORMATS:
        raise UsageError(f"{output}：不支持的导出格式“{output.suffix}”。请用 {'、'.join(FORMATS)} 之一。")
    outlet.check(output)


def export_to(output: Path, batch: Batch, records: Sequence[Record], outlet: Outlet, forms: Sequence[Form] = ()) -> None:
    """Write the records to `output`, whose suffix says how; `forms` are those the run knew.

    A single one of them gives the columns when nothing could be read. Raises OutputError, and UsageError for mixed forms in
    a .csv.
    """
    found: list[Form] = list(batch.forms.values()) or (list(forms) if len(forms) == 1 else [])
    suffix = output.suffix.lower()
    if len(found) > 1 and suffix == ".csv":
        names = "、".join(form.name for form in found)
        raise UsageError(f"{output}：文件里有几种表样（{names}），一张表放不下。请用 --form 指定一种，或导出为 .xlsx、.json。")
    outlet.write(output, export_bytes(records, found, suffix))
