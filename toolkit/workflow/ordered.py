"""The findings of a check in the order of its report, those of a file brought back when they are asked for.

Comes in: findings by what was evaluated together, and the batch. Goes out: a sequence: by file, project and severity; what is about units
and the whole batch comes last. Called by `check`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import overload

from toolkit.checking.model import Finding
from toolkit.intake.kept import Told, is_general
from toolkit.intake.model import Batch, FileResult
from toolkit.values.text import nested_quotes
from toolkit.values.words import RANK, REPAIR

Place = tuple[bool, int, int, bool, int]


class Ordered(Sequence[Finding]):
    """Findings in order, ready to be printed; it holds those of units and the batch, and of files that were evaluated here."""

    def __init__(self, pieces: Iterable[Sequence[Finding]], batch: Batch) -> None:
        self._batch, self.place = batch, places(batch)
        names = {file.file for file in batch.files}
        first = batch.files[0].file if batch.files else ""
        self._of: dict[str, tuple[Sequence[Finding], ...]] = {}
        general: list[Finding] = []
        self._count = 0
        for piece in pieces:
            self._count += len(piece)
            if isinstance(piece, Told):
                self._of[piece.file] = (*self._of.get(piece.file, ()), piece)
                general += piece.general
                continue
            for finding in piece:
                if is_general(finding):
                    general.append(finding)
                    continue
                file = finding.file if finding.file in names else first
                own = self._of.get(file, ())
                if own and isinstance(own[-1], list):
                    own[-1].append(finding)
                else:
                    self._of[file] = (*own, [finding])
        self._general = sorted((quoted(finding) for finding in general), key=self.place)

    def by_file(self) -> Iterator[list[Finding]]:
        """Yield for each file of the batch what was found in it, what is about its unit last."""
        general: dict[str, list[Finding]] = {}
        for finding in self._general:
            general.setdefault(finding.file, []).append(finding)
        for file in self._batch.files:
            yield [*self._in(file), *general.get(file.file, ())]

    def _in(self, file: FileResult) -> list[Finding]:
        pieces = self._of.get(file.file, ())
        found = (finding for piece in pieces for finding in (piece.of_sheets if isinstance(piece, Told) else piece))
        return sorted((quoted(finding) for finding in found), key=self.place)

    def __iter__(self) -> Iterator[Finding]:
        for file in self._batch.files:
            yield from self._in(file)
        yield from self._general

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Finding]: ...
    def __getitem__(self, index: int | slice) -> Finding | Sequence[Finding]:
        return [*self][index]

    def __len__(self) -> int:
        return self._count

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and [*self] == [*other]

    __hash__ = None  # type: ignore[assignment]


def places(batch: Batch) -> Callable[[Finding], Place]:
    """Return where a finding stands: by file, project, severity; what is about units and the whole batch comes last."""
    index = {file.file: number for number, file in enumerate(batch.files)}

    @lru_cache(maxsize=1)
    def projects(number: int) -> dict[tuple[str | None, str | None], int]:
        own = enumerate(batch.files[number].declarations)
        return {(d.sheet, d.project): place for place, d in reversed([*own])}

    def place(finding: Finding) -> Place:
        number = index.get(finding.file, 0)
        of_project = projects(number).get((finding.sheet, finding.project), -1)
        return is_general(finding), number, of_project, finding.family == REPAIR, RANK[finding.severity]

    return place


def quoted(finding: Finding) -> Finding:
    """Return the finding with quotation marks of a name single where the name itself stands in quotation marks."""
    message, suggestion = nested_quotes(finding.message), nested_quotes(finding.suggestion)
    same = (message, suggestion) == (finding.message, finding.suggestion)
    return finding if same else replace(finding, message=message, suggestion=suggestion)
