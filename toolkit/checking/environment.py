"""What names in a formula stand for beyond one declaration: the columns over those of a unit and of the batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Environment = dict[str, object]


def group_environment(declarations: Sequence[Mapping[str, object]], names: Iterable[str]) -> Environment:
    """Return `names` as columns over several declarations: a field's values in order, a column's cells one after another."""
    group: Environment = {}
    for name in names:
        cells: list[object] = []
        for environment in declarations:
            value = environment[name]
            if isinstance(value, list):
                cells.extend(value)
            else:
                cells.append(value)
        group[name] = cells
    return group


def prefixed(prefix: str, group: Mapping[str, object]) -> Environment:
    """Return the names of `group` as a declaration's rule reaches them: `单位.项目名称`."""
    return {prefix + name: value for name, value in group.items()}
