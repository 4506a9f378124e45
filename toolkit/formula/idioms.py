"""What rules say again and again, known by its shape: each has a short way in Python (`direct`)."""

from __future__ import annotations

from toolkit.formula.arrays import cells, from_rows
from toolkit.formula.nodes import ArrayLiteral, Call, Chain, Literal, Name, Node, Unary, unwrap
from toolkit.formula.operators import concat


def filled(sign: str, left: Node, right: Node) -> Node | None:
    """Return x of LEN(TRIM(x))>0 and LEN(TRIM(x))=0, which rules ask more than anything."""
    if sign not in (">", "=") or not isinstance(right, Literal) or type(right.value) is not int or right.value != 0:
        return None
    return _argument(_argument(left, "LEN"), "TRIM")


def one_of(node: Node) -> tuple[Node, tuple[str, ...]] | None:
    """Return x and the words of x={"甲","乙"}."""
    if not isinstance(node, Chain) or node.operators != ("=",):
        return None
    words = _words_in(node.operands[1], empty=True)
    return (node.operands[0], words) if words else None


def found_in(node: Node) -> tuple[Node, tuple[str, ...]] | None:
    """Return x and the words of ISNUMBER(FIND({"甲","乙",1},x))."""
    find = _argument(node, "ISNUMBER")
    if not isinstance(find, Call) or find.function != "FIND" or len(find.arguments) != 2:
        return None
    words = _words_in(find.arguments[0], figures=True)
    return (find.arguments[1], words) if words else None


def counted(node: Node) -> tuple[Node, tuple[str, ...]] | None:
    """Return x and the words of SUMPRODUCT(--ISNUMBER(FIND({"甲","乙"},x)))."""
    inner = _argument(node, "SUMPRODUCT")
    for _ in range(2):
        inner = unwrap(inner.operand) if isinstance(inner, Unary) and inner.operator == "-" else None
    return found_in(inner) if inner is not None else None


def counts_alike(node: Node) -> tuple[Node, Node, Literal] | None:
    """Return a, b and the share over 0 of SUMPRODUCT(--(相似度(a,b)>0.85))."""
    inner = _argument(node, "SUMPRODUCT")
    for _ in range(2):
        inner = unwrap(inner.operand) if isinstance(inner, Unary) and inner.operator == "-" else None
    if not isinstance(inner, Chain) or inner.operators != (">",):
        return None
    alike, share = unwrap(inner.operands[0]), unwrap(inner.operands[1])
    if not isinstance(alike, Call) or alike.function != "相似度" or not isinstance(share, Literal) or type(share.value) not in (int, float):
        return None
    return (alike.arguments[0], alike.arguments[1], share) if 0 < share.value < 1 else None  # type: ignore[operator]


def listed_in(node: Node) -> tuple[Name, Node, list[tuple[Name, Node]]] | None:
    """Return the list, x and what is asked besides (another list, y) of SUMPRODUCT((LEN(列表.词)>0)*ISNUMBER(FIND(列表.词,x))*(列表.值&""=y&""))."""
    product = _argument(node, "SUMPRODUCT")
    if not isinstance(product, Chain) or set(product.operators) != {"*"}:
        return None
    first, second, *others = map(unwrap, product.operands)
    find = _argument(second, "ISNUMBER")
    words = _argument(first.operands[0], "LEN") if isinstance(first, Chain) and first.operators == (">",) else None
    if not isinstance(words, Name) or first.operands[1] != Literal(0) or not isinstance(find, Call):  # type: ignore[union-attr]
        return None
    asked = [found for found in map(_beside_list, others) if found]
    same = find.function == "FIND" and len(find.arguments) == 2 and getattr(unwrap(find.arguments[0]), "text", "") == words.text
    return (words, find.arguments[1], asked) if same and len(asked) == len(others) else None


def _beside_list(node: Node) -> tuple[Name, Node] | None:
    """Return the list and y of 列表.值&""=y&"", which is no error where y is none."""
    sides = node.operands if isinstance(node, Chain) and node.operators == ("=",) else ()
    joined = [
        side.operands[0] for side in sides if isinstance(side, Chain) and side.operators == ("&",) and side.operands[1] == Literal("")
    ]
    return (joined[0], joined[1]) if len(joined) == 2 and isinstance(joined[0], Name) else None


def nearest(node: Node) -> tuple[Node, Node, tuple[str, ...]] | None:
    """Return x, the place to begin at and the words of MIN(FIND({"甲","乙"},x,2))."""
    find = _argument(node, "MIN")
    if not isinstance(find, Call) or find.function != "FIND":
        return None
    words = _words_in(find.arguments[0])
    return (find.arguments[1], find.arguments[2] if len(find.arguments) > 2 else Literal(1), words) if words else None


def sign_between(node: Node) -> tuple[Node, Node] | None:
    """Return the two of SIGN(x-y)."""
    chain = _argument(node, "SIGN")
    return (chain.operands[0], chain.operands[1]) if isinstance(chain, Chain) and chain.operators == ("-",) else None


def times_one(node: Node) -> Node | None:
    """Return x of x*1, as one makes a number of a text."""
    node = unwrap(node)
    return node.operands[0] if isinstance(node, Chain) and node.operators == ("*",) and node.operands[1] == Literal(1) else None


def fixed(node: Call) -> bool:
    """Return whether LEFT, RIGHT and MID take a written number of characters, MID from a written place on."""
    written = [each.value if isinstance(each, Literal) else None for each in node.arguments[1:]]
    if len(written) != (2 if node.function == "MID" else 1) or not all(type(each) is int and each >= 0 for each in written):
        return False
    return node.function != "MID" or written[0] != 0


def caseless(word: str) -> bool:
    """Return whether `=` finds nothing but the word itself equal to it."""
    return word.lower() == word.upper()


def _argument(node: Node | None, function: str) -> Node | None:
    """The one argument of a call of that function."""
    node = unwrap(node) if node is not None else None
    return unwrap(node.arguments[0]) if isinstance(node, Call) and node.function == function and len(node.arguments) == 1 else None


def _words_in(node: Node, *, empty: bool = False, figures: bool = False) -> tuple[str, ...]:
    """The words of a constant, nothing where there is another value, or an `empty` text, among them; `figures` are whole numbers."""
    values = list(cells(_constant(node)))
    if figures:
        values = [str(value) if type(value) is int else value for value in values]
    words = tuple(value for value in values if isinstance(value, str) and (value or empty))
    return words if len(words) == len(values) else ()


def _constant(node: Node) -> object:
    """The value of a constant, of some that are joined too ({1,2}&{"号";"室"} is four texts); None where it is anything else."""
    node = unwrap(node)
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, ArrayLiteral):
        return from_rows(node.rows)
    if not isinstance(node, Chain) or set(node.operators) != {"&"}:
        return None
    parts = [_constant(part) for part in node.operands]
    return concat(*parts) if all(part is not None for part in parts) else None
