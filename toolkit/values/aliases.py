"""Other wordings of labels and words, as a form's lists give them: `<kind>别名` beside `<kind>标准名`.

Comes in: the lists of a form by name. Goes out: what each wording stands for. Called by forms, reading and outputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

# Two lists: other wordings, and beside each what it stands for.
_ALIASES, _STANDARD = "别名", "标准名"


def aliases(lists: Mapping[str, tuple[str, ...]], kind: str) -> Mapping[str, str]:
    """Return what each word of the list `<kind>别名` stands for: the word beside it in the list `<kind>标准名`."""
    return dict(alias_pairs(lists, kind))


def alias_pairs(lists: Mapping[str, tuple[str, ...]], kind: str) -> Iterator[tuple[str, str]]:
    """Yield each word and what it stands for; one that means several things, as its place tells, comes once for each."""
    return zip(lists.get(kind + _ALIASES, ()), lists.get(kind + _STANDARD, ()), strict=False)


def alias_lists(lists: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Return the lists that stand in such pairs: reading alone asks for them."""
    kinds = {name.removesuffix(_ALIASES) for name in lists if name.endswith(_ALIASES) and name.removesuffix(_ALIASES) + _STANDARD in lists}
    return frozenset(kind + end for kind in kinds for end in (_ALIASES, _STANDARD))
