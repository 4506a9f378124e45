"""Declarations written by the program in each way it writes, read back by the command, and compared place by place.

In: a form with its declarations, and a way. Out: a `Score`: how many fields and rows are the same, and what is not. A text counts as the
same up to white space, as the contract says of long ones; in PDF all do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests import office
from toolkit.forms import Form
from toolkit.forms.model import LONG_TEXT
from toolkit.intake.batch import read_batch
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.outputs.records import declaration_record
from toolkit.outputs.word import compile_template, write_summary
from toolkit.reading.model import Declaration
from toolkit.values.text import squeeze
from toolkit.workflow.forms import summary_places

WORKBOOK, WORD, PDF = "工作簿", "Word", "PDF"
WAYS = (WORKBOOK, WORD, PDF)


@dataclass
class Score:
    """Of all places of a way's declarations those that came back the same; `wrong` names the others: seed, place, sent, read."""

    same: int = 0
    wrong: list[tuple[int, str, object, object]] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.same / max(1, self.same + len(self.wrong))

    def __str__(self) -> str:
        return f"{self.share:.3%}（{self.same} 处相同，{len(self.wrong)} 处不同）"


def written(form: Form, declarations: Mapping[int, Declaration], way: str, folder: Path) -> None:
    """Write each declaration into `folder` as `<seed>.<suffix>`."""
    folder.mkdir(parents=True)
    if way == WORKBOOK:
        for seed, each in declarations.items():
            (folder / f"{seed}.xlsx").write_bytes(fill_workbook(form, [each]))
        return
    place = folder if way == WORD else folder.with_name(f"{folder.name}原")
    place.mkdir(exist_ok=True)
    template = compile_template(next(path for path in summary_places(form) if path.is_file()), form)
    for seed, each in declarations.items():
        with (place / f"{seed}.docx").open("wb") as stream:
            write_summary(template, [each], stream)
    if way == PDF:
        office.convert_all(sorted(place.iterdir()), "pdf", folder, timeout=1800)


def read(folder: Path, forms: Sequence[Form]) -> dict[int, list[dict[str, object]]]:
    """Return the records of each file by its seed, read as `export` does when it is named: among all forms there are."""
    batch = read_batch([str(path) for path in sorted(folder.iterdir())], forms)
    found: dict[int, list[dict[str, object]]] = {int(Path(file.file).stem): [] for file in batch.files}
    for each in batch.declarations:
        found[int(Path(each.file).stem)].append(declaration_record(each, batch.forms[each.form]))
    return found


def compared(form: Form, declarations: Mapping[int, Declaration], found: Mapping[int, Sequence[dict[str, object]]], way: str) -> Score:
    score = Score()
    long = {each.name for each in form.fields if each.type == LONG_TEXT}
    for seed, each in declarations.items():
        sent = dict(_places(declaration_record(each, form)))
        records = found.get(seed, ())
        got = dict(_places(records[0])) if len(records) == 1 else {}
        for place in dict.fromkeys((*sent, *got)):
            if place in ("file", "sheet"):
                continue
            mine, theirs = sent.get(place), got.get(place)
            loose = way == PDF or place in long
            if _same(mine, theirs, loose=loose) and (mine is not None or place in got):
                score.same += 1
            else:
                score.wrong.append((seed, place, mine, theirs))
    return score


def _places(record: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """Every place of a record: fields, cells of grids, each column of each row, and how many rows a table has."""
    for name, value in record.items():
        if isinstance(value, Mapping):
            yield from _places(value, f"{before}{name}.")
        elif isinstance(value, list):
            yield f"{before}{name}.行数", len(value)
            for number, row in enumerate(value, 1):
                yield from _places(row, f"{before}{name}.{number}.")
        else:
            yield f"{before}{name}", value


def _same(mine: object, theirs: object, *, loose: bool) -> bool:
    if loose and isinstance(mine, str) and isinstance(theirs, str):
        return squeeze(mine) == squeeze(theirs)
    return mine == theirs
