"""Every regular expression of the toolkit, and the texts it would be slowest on.

`python -m tests.hostile.patterns FIRST` feeds them, from the given one on, each with its worst texts, and names each before it
does: a pattern that takes more than linear time is ended by the system, for Python itself cannot interrupt one.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import signal
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from pathlib import Path
from typing import Any

import toolkit

parser: Any = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")

# Quadratic in so many characters is a third of a billion steps and more, for each text that shows it.
LENGTH = 28_000
SECONDS = 8.0

_SEARCHING = frozenset({"search", "sub", "subn", "finditer", "findall", "split"})
_METHODS = _SEARCHING | {"match", "fullmatch"}
_ENDS = ("", "\x00甲")
_SAMPLES = "a1 .,甲<\"'(-=:&%\n\t_/Z年"
_ENDLESS = 50


@dataclass(frozen=True)
class Used:
    """A pattern, where it is, and how it is used (`search`, `match`, `fullmatch`)."""

    place: str
    pattern: re.Pattern[Any]
    methods: tuple[str, ...]


@lru_cache(maxsize=1)
def patterns() -> tuple[Used, ...]:
    """Return every pattern that a module holds or writes into a call of `re`; compiled anew inside functions are not among them."""
    modules = [
        importlib.import_module(each.name)
        for each in pkgutil.walk_packages(toolkit.__path__, "toolkit.")
        if not each.name.endswith("__main__")
    ]
    trees = {module: ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8")) for module in modules}
    uses: dict[str, set[str]] = {}
    for module, tree in trees.items():
        for name, method in _uses(tree):
            uses.setdefault(f"{module.__name__}.{name}" if name.startswith("_") else name, set()).add(
                "search" if method in _SEARCHING else method
            )
    found: list[Used] = []
    for module, tree in trees.items():
        own = vars(module).keys() & _assigned(tree)
        for name in sorted(own):
            for pattern in _held(getattr(module, name)):
                found.append(
                    Used(
                        f"{module.__name__}.{name}",
                        pattern,
                        tuple(sorted(uses.get(f"{module.__name__}.{name}" if name.startswith("_") else name, {"search", "fullmatch"}))),
                    )
                )
        for line, method, pattern in _written(tree):
            found.append(Used(f"{module.__name__}:{line}", pattern, ("search" if method in _SEARCHING else method,)))
    return tuple(found)


def _assigned(tree: ast.Module) -> set[str]:
    return {each.id for node in tree.body for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}


def _held(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _held(each)
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from _held(each)


def _uses(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield names and the methods that are called on them, `re.match(NAME, …)` too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in _METHODS and isinstance(node.value, ast.Name):
            yield node.value.id, node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args and isinstance(node.args[0], ast.Name):
            yield from [(node.args[0].id, node.func.attr)] if node.func.attr in _METHODS else []


def _written(tree: ast.Module) -> Iterator[tuple[int, str, re.Pattern[Any]]]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS):
            continue
        if isinstance(node.func.value, ast.Name) and node.func.value.id == "re" and isinstance(node.args[0], ast.Constant):
            flags = re.DOTALL if any(isinstance(each, ast.Attribute) and each.attr == "DOTALL" for each in ast.walk(node)) else 0
            yield node.lineno, node.func.attr, re.compile(node.args[0].value, flags)


def worst(pattern: re.Pattern[Any]) -> Iterator[Any]:
    """Yield long texts that try every repetition of `pattern`: each pumped behind what comes before it, alone, and with the others."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tree = parser.parse(source, pattern.flags & ~re.LOCALE)
    pumps = list(dict.fromkeys(_pumps(tree, "")))
    words = list(dict.fromkeys(word for _, word in pumps if word))[:12]
    whole = _sample(tree)
    texts = [before + word * (LENGTH // len(word)) for before, word in pumps if word]
    texts += [(before + word) * (LENGTH // len(before + word)) for before, word in pumps if before + word]
    texts += [(one + other) * (LENGTH // len(one + other)) for one, other in permutations(words[:3], 2)]
    texts += [one * (LENGTH // len(one) // 2) + other * (LENGTH // len(other) // 2) for one, other in permutations(words[:3], 2)]
    texts += [whole * (LENGTH // len(whole)), whole[:-1] * (LENGTH // max(len(whole) - 1, 1))] if whole else []
    for text in dict.fromkeys(texts):
        for end in _ENDS:
            yield text + end if isinstance(pattern.pattern, str) else (text + end).encode("utf-8", "replace")


def _pumps(sequence: Iterable[Any], before: str) -> Iterator[tuple[str, str]]:
    """Yield for each repetition what comes before it, and what it repeats."""
    for operator, argument in sequence:
        name = str(operator)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, inner = argument
            if most >= _ENDLESS:
                yield from ((before, word) for word in _samples(inner))
            yield from _pumps(inner, before)
        elif name == "SUBPATTERN":
            yield from _pumps(argument[-1], before)
        elif name == "BRANCH":
            for branch in argument[1]:
                yield from _pumps(branch, before)
        elif name in ("ASSERT", "ASSERT_NOT"):
            yield from _pumps(argument[1], before)
        elif name == "ATOMIC_GROUP":
            yield from _pumps(argument, before)
        before += _sample([(operator, argument)])


def _samples(sequence: Any) -> Iterator[str]:
    """Yield some texts that `sequence` matches: one for each way of its branches and for each kind of character."""
    items = list(sequence)
    if len(items) == 1:
        operator, argument = items[0]
        name = str(operator)
        if name == "SUBPATTERN":
            yield from _samples(argument[-1])
            return
        if name == "BRANCH":
            for branch in argument[1]:
                yield from _samples(branch)
            return
        if name in ("IN", "ANY", "NOT_LITERAL", "CATEGORY"):
            yield from _characters(items[0])
            return
    yield _sample(items)
    yield _sample(items, most=True)


def _sample(sequence: Any, most: bool = False) -> str:
    pieces: list[str] = []
    for operator, argument in sequence:
        name = str(operator)
        if name == "LITERAL":
            pieces.append(chr(argument))
        elif name in ("IN", "ANY", "NOT_LITERAL", "CATEGORY"):
            pieces.append(next(iter(_characters((operator, argument))), ""))
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            pieces.append(_sample(argument[2], most) * min(max(argument[0], int(most)), 40))
        elif name == "SUBPATTERN":
            pieces.append(_sample(argument[-1], most))
        elif name == "BRANCH":
            pieces.append(_sample(argument[1][0], most))
        elif name == "ATOMIC_GROUP":
            pieces.append(_sample(argument, most))
        elif name == "ASSERT" and argument[0] == 1:
            # What comes next takes it too.
            pieces.append(_sample(argument[1], most))
    return "".join(pieces)


def _characters(item: Any) -> list[str]:
    operator, argument = item
    if str(operator) == "ANY":
        return ["a", '"']
    listed = [chr(value) for name, value in argument if str(name) == "LITERAL"] if str(operator) == "IN" else []
    listed += [chr(value[0]) for name, value in argument if str(name) == "RANGE"] if str(operator) == "IN" else []
    negated = str(operator) == "NOT_LITERAL" or (str(operator) == "IN" and str(argument[0][0]) == "NEGATE")
    one = parser.SubPattern(parser.State(), [item])
    return ([] if negated else listed[:3]) + [each for each in _SAMPLES if _matches(one, each, negated, listed)][:4]


def _matches(one: Any, character: str, negated: bool, listed: list[str]) -> bool:
    """Return whether a class holds `character`; categories are asked of `re` itself."""
    operator, argument = one[0]
    if str(operator) == "NOT_LITERAL":
        return chr(argument) != character
    inside = character in listed
    for name, value in argument if str(operator) == "IN" else [("CATEGORY", argument)]:
        if str(name) == "RANGE":
            inside |= value[0] <= ord(character) <= value[1]
        elif str(name) == "CATEGORY":
            letter = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[str(value).rsplit("_", 1)[-1]]
            inside |= bool(re.match(letter.upper() if "_NOT_" in str(value) else letter, character))
    return inside != negated


def main() -> int:
    for number, used in enumerate(patterns()[int(sys.argv[1]) :], int(sys.argv[1])):
        print(number, used.place, flush=True)
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        for text in worst(used.pattern):
            for method in used.methods:
                if method == "search":
                    used.pattern.sub(b"" if isinstance(text, bytes) else "", text)
                else:
                    getattr(used.pattern, method)(text)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    print("all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
