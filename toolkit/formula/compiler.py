"""Formula text in, `Formula` out: parsed, names and functions looked up, compiled to a Python function.

Called by the forms package (rules, with the names and lists of the form) and by the messages.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from toolkit.formula import quick
from toolkit.formula.directly import NotPlain
from toolkit.formula.effort import within_limit
from toolkit.formula.functions.signatures import FUNCTIONS, LIST_FUNCTIONS, MANY, Function
from toolkit.formula.generate import generate
from toolkit.formula.nodes import ArrayLiteral, Call, Chain, Name, Node, deepest, is_reference, unwrap, walk
from toolkit.formula.parser import parse
from toolkit.formula.tokens import FormulaError
from toolkit.values.errors import ErrorValue
from toolkit.values.text import did_you_mean

Environment = Mapping[str, object]
KnownNames = Callable[[str], bool] | Container[str]

LIST_PREFIX = "列表."

# Of all that can stand inside each other: brackets and functions (64 each, as in Excel), and operators between them.
MOST_LEVELS = 160


@dataclass(frozen=True)
class Formula:
    """A compiled formula.

    `names` are the fields and lists it looks up, as written (`全部.三级指标`, `列表.正向词`); names that INDIRECT makes
    at run time are not among them. `modern` are its functions newer than Excel 2010, `engine_only` those no Excel has.

    `evaluate(env)` returns a number, text, bool, ErrorValue, None (a blank cell) or an array: a list for a column, an
    `Array` otherwise; the ErrorValue `TOO_MUCH` for what takes more steps than one evaluation may. `env` maps every name to
    such a value. Raises KeyError when a name is not in `env`.
    """

    text: str
    names: frozenset[str]
    functions: frozenset[str]
    modern: frozenset[str]
    engine_only: frozenset[str]
    tree: Node = field(repr=False)
    evaluate: Callable[[Environment], object] = field(repr=False, compare=False)

    def __reduce__(self) -> tuple[Callable[[str, frozenset[str], frozenset[str]], Formula], tuple[str, frozenset[str], frozenset[str]]]:
        return _again, (self.text, self.names, self.functions)

    def __getattr__(self, name: str) -> object:
        """What one that was pickled works out when it is asked for."""
        if name not in ("tree", "evaluate", "modern", "engine_only"):
            raise AttributeError(name)
        self.__dict__.update(_assembled(self.text).__dict__)
        return self.__dict__[name]


def compile_formula(text: str, names: KnownNames, lists: Container[str] = frozenset()) -> Formula:
    """Return `text` compiled; a leading `=` is allowed.

    `names` knows the field names as written with their scope (`单位.项目名称`), as a container or a function; `lists`
    holds the names of the lists without `列表.`.

    Raises FormulaError, with the place, for a mistake in spelling, an unknown name, list or function, a wrong number of
    arguments, a cell address.

    >>> formula = compile_formula("=ROUND(合计-甲-乙,2)=0", {"合计", "甲", "乙"})
    >>> formula.evaluate({"合计": 0.3, "甲": 0.1, "乙": 0.2})
    True
    """
    for node in _parsed(text)[1]:
        if isinstance(node, Name):
            _check_name(node, names, lists)
        else:
            _check_call(node)
    return _assembled(text)


# What a formula does follows from its text alone: a rule that is linted, checked and written into a workbook is parsed and
# generated once.
@lru_cache(maxsize=2048)
def _parsed(text: str) -> tuple[Node, tuple[Name | Call, ...]]:
    """Return the tree of a text, and what has to be looked up in it."""
    tree = parse(text)
    if deepest(tree) > MOST_LEVELS:
        raise FormulaError(f"算式一层套一层，超过 {MOST_LEVELS} 层，请拆成几条规则或几个公式", 1, "")
    return tree, tuple(node for node in walk(tree) if isinstance(node, (Name, Call)))


@lru_cache(maxsize=2048)
def _assembled(text: str) -> Formula:
    return assemble(text, _parsed(text)[0])


def assemble(text: str, tree: Node) -> Formula:
    """Return the Formula of a tree whose names and functions are known to be right."""
    found = list(walk(tree))
    functions = frozenset(node.function for node in found if isinstance(node, Call))
    return Formula(
        text=text,
        names=frozenset(node.text for node in found if isinstance(node, Name)),
        functions=functions,
        modern=frozenset(name for name in functions if FUNCTIONS[name].modern),
        engine_only=frozenset(name for name in functions if FUNCTIONS[name].engine_only),
        tree=tree,
        evaluate=_generated_on_first_use(tree),
    )


def _again(text: str, names: frozenset[str], functions: frozenset[str]) -> Formula:
    """A formula that was pickled: most of those of a form are never asked for more than their names."""
    formula = object.__new__(Formula)
    formula.__dict__.update(text=text, names=names, functions=functions)
    return formula


_CATCHES_ERRORS = frozenset({"IFERROR", "IFNA", "ISERROR", "ISNA"})


def hopeless_part(formula: Formula) -> tuple[Node, ErrorValue] | None:
    """Return a part made of constants alone that can only give an error value, and which; None where there is none."""
    if formula.functions & _CATCHES_ERRORS:
        return None
    for node in walk(formula.tree):
        if isinstance(node, (Call, Chain)) and not any(isinstance(each, Name) or _looks_up(each) for each in walk(node)):
            value = assemble("", node).evaluate({})
            if isinstance(value, ErrorValue):
                return node, value
    return None


def _looks_up(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "INDIRECT"


def _generated_on_first_use(tree: Node) -> Callable[[Environment], object]:
    """Return the function of `tree`; many formulas, such as those in messages, are read and never evaluated."""
    generated: list[Callable[[Environment], object]] = []

    def calculate(env: Environment) -> object:
        if not generated:
            generated.append(generate(tree))
        return generated[0](env)

    def in_full(env: Environment) -> object:
        return within_limit(calculate, env)

    way: Callable[[Environment], object] = in_full

    def prepared(env: Environment) -> object:
        nonlocal way
        way = quick.alone(tree) or in_full
        return way(env)

    way = prepared

    def evaluate(env: Environment) -> object:
        try:
            return way(env)
        except NotPlain:
            return in_full(env)

    return evaluate


def _check_name(node: Name, names: KnownNames, lists: Container[str]) -> None:
    if node.text.startswith(LIST_PREFIX):
        if node.text[len(LIST_PREFIX) :] not in lists:
            near = did_you_mean(node.text[len(LIST_PREFIX) :], lists, LIST_PREFIX)
            raise FormulaError(f"代码表里没有这个列表{near}", node.position, node.text)
    elif not (names(node.text) if callable(names) else node.text in names):
        near = "" if callable(names) else did_you_mean(node.text, names)
        raise FormulaError(f"没有这个字段或名称{near}", node.position, node.text)


def _check_call(node: Call) -> None:
    function = FUNCTIONS.get(node.function)
    if function is None:
        raise FormulaError(f"没有这个函数{did_you_mean(node.function, FUNCTIONS)}", node.position, node.function)
    count = len(node.arguments)
    if not function.accepts(count):
        raise FormulaError(f"应当有{_arity(function)}，现有 {count} 个", node.position, node.function)
    for index, argument in enumerate(node.arguments):
        if not function.needs_area(index) or is_reference(argument):
            continue
        if node.function not in LIST_FUNCTIONS or not isinstance(unwrap(argument), ArrayLiteral):
            message = f"第 {index + 1} 个参数必须是字段、整列（全部.…）或列表，不能是算式"
            raise FormulaError(message, node.position, node.function)


def _arity(function: Function) -> str:
    if function.minimum == function.maximum:
        return f" {function.minimum} 个参数"
    if function.step > 1:
        return f" {function.minimum} 个或再加 {function.step} 的倍数个参数"
    if function.maximum >= MANY - 1:
        return f"至少 {function.minimum} 个参数"
    return f" {function.minimum} 至 {function.maximum} 个参数"
