"""Severities, families, statuses, scopes and states have names: outside their module nobody writes the string itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from toolkit.reading import model as states
from toolkit.values import words

TOOLKIT = Path(__file__).resolve().parent.parent / "toolkit"

# Where the words are at home; the raw kinds of a cell (`spreadsheet.cells`) are another idea with some of the same words.
HOMES = {"values/words.py", "reading/model.py", "spreadsheet/cells.py"}

# Words that mean nothing else wherever they stand, so that they are never written out.
ALWAYS = frozenset(
    {words.WARNING, words.HINT, words.REPAIR, *get_args(words.FileStatus)}
    | {words.ON_TRIAL, words.SWITCHED_OFF, words.REPORTED, words.SENT_TWICE, words.NOT_SENT}
    | {states.UNCACHED, states.MISSING}
)

# Words that also mean something else (a heading 单位, a key "file"): forbidden where a value of these names is compared or given.
SOMETIMES = {
    "severity": frozenset(get_args(words.Severity)),
    "family": frozenset(get_args(words.Family)),
    "status": frozenset(get_args(words.FileStatus)),
    "scope": frozenset(get_args(words.Scope)),
    "state": frozenset((*get_args(states.State), *get_args(words.RuleState))),
}

# Module and word, with the reason.
EXCEPTIONS = {
    ("workflow/check.py", words.UNREADABLE): "a key of the contract's summary, beside files, errors and warnings",
    ("apps/merge.py", states.MISSING): "a key of the report: projects of the roster that nobody sent",
    ("apps/status.py", states.MISSING): "a key of the report: projects of the roster that nobody sent",
}


def test_nobody_writes_the_words_out() -> None:
    found = [each for path in sorted(TOOLKIT.rglob("*.py")) for each in bare_words(path, path.relative_to(TOOLKIT).as_posix())]
    assert not found, "\n".join(found)


def test_every_code_has_its_chinese_word() -> None:
    assert tuple(words.SEVERITY_WORDS) == get_args(words.Severity) == tuple(words.SEVERITY_OF.values())
    assert tuple(words.SEVERITY_WORDS.values()) == tuple(words.SEVERITY_OF)
    assert tuple(words.STATUS_WORDS) == get_args(words.FileStatus)
    assert get_args(words.Scope) == words.SCOPES
    assert get_args(words.RuleState) == words.RULE_STATES


def test_the_check_sees_what_it_should(tmp_path: Path) -> None:
    path = tmp_path / "some.py"
    lines = (
        '"""Say "warning"."""',
        "HEAD = ('单位', 'file')",
        "if finding.severity == 'error': pass",
        "if rule.scope in ('表', '行') or 'missing' in text: pass",
        "make(severity='error', file='file', state='停用')",
        "LOOKS = {'hint': 1, 'error': 2}",
        "def run(state: str = 'ok', kind: str = 'ok'): return kind == 'ok'",
    )
    path.write_text("\n".join(lines), encoding="utf-8")
    seen = ["3: 'error'", "4: 'missing'", "4: '行'", "4: '表'", "5: 'error'", "5: '停用'", "6: 'hint'", "7: 'ok'"]
    assert bare_words(path, "some.py") == [f"some.py:{each}" for each in seen]


def bare_words(path: Path, shown: str) -> list[str]:
    """Return `module:line: 'word'` of every word that is written out in the module, in order."""
    if shown in HOMES:
        return []
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {(node.lineno, str(node.value)) for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value in ALWAYS}
    found |= {
        (node.lineno, str(node.value)) for name, each in _given(tree) for node in _texts(each) if node.value in SOMETIMES.get(name, ())
    }
    return [f"{shown}:{line}: {word!r}" for line, word in sorted(found) if (shown, word) not in EXCEPTIONS]


def _given(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield name and expression wherever something of that name is compared with it or given it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = (node.left, *node.comparators)
            yield from ((_name(one), other) for one in sides for other in sides if one is not other)
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg, node.value
        elif isinstance(node, ast.Assign):
            yield from ((_name(target), node.value) for target in node.targets)
        elif isinstance(node, ast.AnnAssign) and node.value:
            yield _name(node.target), node.value
        elif isinstance(node, ast.arguments):
            arguments = [*node.posonlyargs, *node.args]
            yield from ((a.arg, value) for a, value in zip(arguments[::-1], node.defaults[::-1], strict=False))
            yield from ((a.arg, value) for a, value in zip(node.kwonlyargs, node.kw_defaults, strict=True) if value)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _texts(node: ast.expr) -> Iterator[ast.Constant]:
    """The strings that the expression is, or is one of."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    elif isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        for each in node.elts:
            yield from _texts(each)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
