"""The engine knows roles and types: nowhere in `toolkit/` stands the name of a field of a shipped form as a text of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from toolkit.forms import load_form
from toolkit.forms.book import sheet_names
from toolkit.forms.roster import is_roster
from toolkit.resources import templates_dir

TOOLKIT = Path(__file__).resolve().parent.parent / "toolkit"

# The one module that may: roles and parts of a target are words of the language in which forms are declared, and a form that
# declares no roles has the usual names.
HOME = "values/words.py"


def field_names() -> set[str]:
    paths = [path for path in sorted(templates_dir().glob("*.xlsx")) if not is_roster(sheet_names(path))]
    return {name for path in paths for name in load_form(path).by_name}


def bare_names(source: str, names: set[str]) -> Iterator[tuple[int, str]]:
    """Yield line and text of each string that is a field's name and nothing more.

    A docstring, a part of a longer text (an f-string too) and a metavar are no such string.
    """
    tree = ast.parse(source)
    within = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in names and id(node) not in within:
            yield node.lineno, node.value


def test_no_module_knows_a_field_by_name() -> None:
    names = field_names()
    assert {"实施单位", "年度资金申请总额", "三级指标"} <= names
    found = [
        f"toolkit/{place}:{line}: {name}"
        for path in sorted(TOOLKIT.rglob("*.py"))
        if (place := path.relative_to(TOOLKIT).as_posix()) != HOME
        for line, name in bare_names(path.read_text(encoding="utf-8"), names)
    ]
    assert not found, "\n".join(found)


def test_the_check_sees_what_it_should() -> None:
    source = '\n'.join(
        (
            '"""三级指标 may stand in a docstring."""',
            'MESSAGE = "请填写三级指标"',
            'shown = f"{year}年度"',
            'entry = declaration["三级指标"]',
            'if field.name == "年度": pass',
        )
    )  # fmt: skip
    assert list(bare_names(source, {"三级指标", "年度"})) == [(4, "三级指标"), (5, "年度")]
