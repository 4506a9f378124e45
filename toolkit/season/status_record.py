"""A `SeasonStatus` as JSON data, the structure of `jixiao status --json`."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.season.status import STATUSES, SeasonStatus, SentFile


def status_record(status: SeasonStatus) -> dict[str, object]:
    """Return the status for programs (`jixiao status --json`)."""
    groups = status.groups()
    return {
        "round": status.round,
        "summary": _counted(status.counts()),
        "by": status.by,
        "groups": [{"name": name, **_counted(counts)} for name, counts in groups.items()],
        "units": [
            {
                "unit": unit.unit,
                "主管部门": unit.department or None,
                "归口科室": unit.office or None,
                "contact": unit.contact or None,
                "listed": unit.listed,
                "status": unit.status,
                "reason": unit.reason,
                "versions": unit.versions,
                "last": unit.last[:19] or None,
                "errors": unit.errors,
                "warnings": unit.warnings,
                "electronic": unit.electronic,
                "scanned": unit.scanned,
                "files": [_file_json(file) for file in unit.files],
                "attachments": list(unit.attachments),
            }
            for unit in status.units
        ],
        "unassigned": [_file_json(file) for file in status.strays],
    }


def _counted(counts: Mapping[str, int]) -> dict[str, int]:
    return {"units": sum(counts.values()), **{status: counts.get(status, 0) for status in STATUSES}}


def _file_json(file: SentFile) -> dict[str, object]:
    return {
        "file": file.file,
        "status": file.status,
        "version": file.version,
        "modified": file.modified[:19] or None,
        "errors": file.errors,
        "warnings": file.warnings,
        "current": file.current,
        "reason": file.reason or None,
    }
