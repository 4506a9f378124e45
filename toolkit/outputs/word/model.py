"""A compiled Word template: what `template` makes of it and `summary` fills, and the names of the slots that are no fields."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toolkit.forms.model import Form
from toolkit.outputs.word.pages import Layout
from toolkit.outputs.word.pieces import Part, Piece

# What the document's properties say; the bookmark of a project and its number, the page it begins on.
SUBJECT, AUTHOR, CREATED = "#主题", "#单位", "#时间"
BOOKMARK, BOOKMARK_ID, PAGE = "#书签", "#书签号", "#页码"


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """The contents list: what stands before, the first, a middle and the last entry, what stands after. By `name` a
    project is bookmarked.
    """

    before: Piece
    entries: tuple[Piece, Piece, Piece]
    after: Piece
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """The main part: what stands before, in and after the block of a project, and the contents list within `head`.

    `first` is the block of a project that does not begin a page. Bookmarks are numbered from `bookmarks`.
    """

    head: tuple[Part, ...]
    contents: Contents | None
    rest: tuple[Part, ...]
    first: tuple[Part, ...]
    following: tuple[Part, ...]
    tail: tuple[Part, ...]
    layout: Layout
    bookmarks: int


@dataclass(frozen=True, slots=True, eq=False)
class SummaryTemplate:
    """A compiled Word template: the parts of a summary, of a draft one, and the fields that it prints nowhere."""

    path: Path
    form: Form
    final: tuple[tuple[str, bytes | Piece | Body], ...]
    draft: tuple[tuple[str, bytes | Piece | Body], ...]
    unused: tuple[str, ...]
