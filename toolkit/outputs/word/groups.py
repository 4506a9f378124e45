"""Which rows of a summary's table belong together: what merges downwards, and what stays on one page.

In: the printed level labels of a project's rows. Out: the state of each row in each group. Called by `word`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

# How a cell of a grouped column stands in its group: alone, at its top, or under the top.
SINGLE, FIRST, FOLLOWING = "single", "first", "following"

# Groups of up to so many rows stay on one page; a longer one may part, but not after its first or before its last row.
WHOLE_GROUP = 5


@lru_cache(maxsize=1024)
def row_layout(labels: tuple[tuple[str, ...], ...], breaks: tuple[int, ...] = ()) -> tuple[tuple[tuple[str, ...], bool], ...]:
    """Return for each row the states of its groups, and whether it stays on the page of the next row.

    All groups end before a row of `breaks`, which starts a page; what stands between two of them stays together.

    >>> row_layout((("产出", "数量"), ("产出", "质量")))
    ((('first', 'first', 'single'), True), (('following', 'following', 'single'), False))
    """
    states, kept = [], []
    for start, end in pairwise((0, *breaks, len(labels))):
        states += row_states(labels[start:end])
    if breaks:
        ends = {*breaks, len(labels)}
        kept = [index + 1 not in ends for index in range(len(labels))]
    return tuple(zip(states, kept or _kept(states), strict=True))


def row_states(labels: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the states of each row's groups, the whole table first, from the rows' level labels.

    A group of level 2 ends where level 1 changes; blank labels are no group.

    >>> row_states([("产出", "数量"), ("产出", "质量"), ("效益", "质量")])  # doctest: +NORMALIZE_WHITESPACE
    [('first', 'first', 'single'), ('following', 'following', 'single'), ('following', 'single', 'single')]
    """
    joined = [_joined(above, below) for above, below in pairwise(labels)]
    outside = (False,) * (len(labels[0]) + 1) if labels else ()
    return [
        tuple([FOLLOWING if up else FIRST if down else SINGLE for up, down in zip(above, below, strict=True)])
        for above, below in zip([outside, *joined], [*joined, outside], strict=True)
    ][: len(labels)]


def _joined(above: tuple[str, ...], below: tuple[str, ...]) -> tuple[bool, ...]:
    """Return for each group, the whole table first, whether two rows that follow one another are both in it."""
    same = 0
    while same < len(above) and above[same] == below[same] and above[same].strip():
        same += 1
    return (True,) * (same + 1) + (False,) * (len(above) - same)


def _kept(states: Sequence[tuple[str, ...]]) -> list[bool]:
    """Return for each row whether it stays on the page of the next, so that no label stands alone at a page's end."""
    kept = [False] * len(states)
    for group in range(len(states[0])):
        start = 0
        for row, state in enumerate(states):
            if state[group] != FOLLOWING:
                start = row
            if row + 1 == len(states) or states[row + 1][group] != FOLLOWING:
                _keep_group(kept, start, row, whole=group + 1 == len(states[0]))
    return kept


def _keep_group(kept: list[bool], start: int, end: int, *, whole: bool) -> None:
    """Mark the rows of one group, `start` to `end`: all but the last where it is short, else of each end the pair."""
    if start == end:
        return
    kept[start] = kept[end - 1] = True
    if whole and end - start < WHOLE_GROUP:
        kept[start:end] = [True] * (end - start)
