"""The findings of a check in the order of its report, those of a file brought back when they are asked for.

Comes in: findings by what was evaluated together, and the batch. Goes out: a sequence: by file, project and severity; what is about units
and the whole batch comes last. Called by `check`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import chain
from typing import overload

from toolkit.checking.model import Finding
from toolkit.intake.kept import Told, is_general
from toolkit.intake.model import Batch, FileResult
from toolkit.values.text import nested_quotes
from toolkit.values.words import RANK, REPAIR

Place = tuple[bool, int, int, bool, int]
_Projects = Mapping[tuple[str | None, str | None], int]


class Ordered(Sequence[Finding]):
    """Findings in order, ready to be printed; it holds those of units and the batch, and of files that were evaluated here."""

    def __init__(self, pieces: Iterable[Sequence[Finding]], batch: Batch) -> None:
        self.batch = batch
        number = _numbers(batch)

        # Of each file what was evaluated here, and the forms whose findings it has itself; thousands have the same.
        self._of: list[tuple[str | list[Finding], ...]] = [()] * len(batch.files)
        alike: dict[tuple[str | list[Finding], ...], tuple[str | list[Finding], ...]] = {}
        general: list[Finding] = []
        self._count = 0
        for piece in pieces:
            self._count += len(piece)
            if isinstance(piece, Told):
                own = (*self._of[number[piece.file]], piece.form)
                self._of[number[piece.file]] = own if len(own) > 1 else alike.setdefault(own, own)
                general += piece.general
                continue
            for finding in piece:
                if is_general(finding):
                    general.append(finding)
                    continue
                place = number.get(finding.file, 0)
                own = self._of[place]
                if own and isinstance(own[-1], list):
                    own[-1].append(finding)
                else:
                    self._of[place] = (*own, [finding])
        self._general = sorted((quoted(finding) for finding in general), key=places(batch, number))

    def place(self) -> Callable[[Finding], Place]:
        """Return where a finding stands among the others."""
        return places(self.batch, _numbers(self.batch))

    def by_file(self) -> Iterator[list[Finding]]:
        """Yield for each file of the batch what was found in it, what is about its unit last."""
        general: dict[str, list[Finding]] = {}
        for finding in self._general:
            general.setdefault(finding.file, []).append(finding)
        for file, pieces in zip(self.batch.files, self._of, strict=True):
            yield [*self._in(file, pieces), *general.get(file.file, ())]

    def _in(self, file: FileResult, pieces: Iterable[str | list[Finding]]) -> list[Finding]:
        found = chain.from_iterable(_of_sheets(file, piece) if isinstance(piece, str) else piece for piece in pieces)
        return sorted((quoted(finding) for finding in found), key=partial(_place, 0, _projects(file)))

    def __iter__(self) -> Iterator[Finding]:
        for file, pieces in zip(self.batch.files, self._of, strict=True):
            yield from self._in(file, pieces)
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


def _of_sheets(file: FileResult, form: str) -> Sequence[Finding]:
    found = file.rules.of(form) if file.rules else None
    assert isinstance(found, Told)
    return found.of_sheets


def _numbers(batch: Batch) -> Mapping[str, int]:
    return {file.file: number for number, file in enumerate(batch.files)}


def places(batch: Batch, index: Mapping[str, int]) -> Callable[[Finding], Place]:
    """Return where a finding stands: by file, project, severity; what is about units and the whole batch comes last.

    `index` has the number of each file in the batch.
    """

    @lru_cache(maxsize=1)
    def projects(number: int) -> _Projects:
        return _projects(batch.files[number])

    def place(finding: Finding) -> Place:
        number = index.get(finding.file, 0)
        return _place(number, projects(number), finding)

    return place


def _projects(file: FileResult) -> _Projects:
    return {(d.sheet, d.project): place for place, d in reversed([*enumerate(file.declarations)])}


def _place(number: int, projects: _Projects, finding: Finding) -> Place:
    of_project = projects.get((finding.sheet, finding.project), -1)
    return is_general(finding), number, of_project, finding.family == REPAIR, RANK[finding.severity]


def quoted(finding: Finding) -> Finding:
    """Return the finding with quotation marks of a name single where the name itself stands in quotation marks."""
    message, suggestion = nested_quotes(finding.message), nested_quotes(finding.suggestion)
    same = (message, suggestion) == (finding.message, finding.suggestion)
    return finding if same else replace(finding, message=message, suggestion=suggestion)
