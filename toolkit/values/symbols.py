"""The operators of target values, as printed, typed, spelled out or damaged → `≥ > = < ≤`.

In: text in half width and without blanks. Out: the operator and what is left of the text. Called by `targets` only.
"""

from __future__ import annotations

import re

SYMBOLS = ("≥", ">", "=", "<", "≤", "定性")

_SIGNS = {
    "≥": "≥ ≧ ⩾ >= => ≥= =≥ >≥ ≮ 》 》= »",
    "≤": "≤ ≦ ⩽ <= =< ≤= =≤ <≤ ≯ 《 《= «",
    ">": "> 〉",
    "<": "< 〈",
    "=": "= == ===",
}
_WORDS = {
    "≥": "不低于 不少于 不小于 不得低于 不得少于 不得小于 不应低于 不应少于 不短于 至少 最少 最低 "
    "大于等于 大于或等于 大于或者等于 大于、等于 高于或等于 多于或等于 等于或大于",
    "≤": "不超过 不高于 不大于 不多于 不得超过 不得高于 不得大于 不得多于 不应超过 不超出 不长于 至多 最多 最高 "
    "小于等于 小于或等于 小于或者等于 小于、等于 低于或等于 少于或等于 等于或小于",
    ">": "大于 超过 高于 多于 超出",
    "<": "小于 低于 少于 不足 不到",
    "=": "等于",
}

# These say what is wanted, and leave the direction to a word at the end (达到90%以上, 控制在90%以上).
_LEANING = {"≥": "达到 达", "≤": "控制在 控制到 保持在"}

_ENDINGS = {"≥": "以上 之上", "≤": "以内 之内 内 以下 之下"}

_LATEX = {
    "geqslant": "≥", "geqq": "≥", "geq": "≥", "ge": "≥", "leqslant": "≤", "leqq": "≤", "leq": "≤", "le": "≤",
    "gt": ">", "lt": "<", "eq": "=", "pm": "±", "sim": "~", "times": "×", "quad": " ", "qquad": " ",
}  # fmt: skip
_LATEX_COMMAND = re.compile(r"\\(" + "|".join(sorted(_LATEX, key=len, reverse=True)) + r")(?![A-Za-z])")
_LATEX_TEXT = re.compile(r"\\(?:text|mathrm|mathbf|mathit|operatorname)\s*\{([^{}]*)\}")
_ENTITIES = {"&ge;": "≥", "&le;": "≤", "&gt;": ">", "&lt;": "<", "&nbsp;": " "}

_DOUBTFUL = re.compile("[《》〈〉«»]=?")


def _table(*families: dict[str, str]) -> dict[str, str]:
    return {spelling: symbol for family in families for symbol, words in family.items() for spelling in words.split()}


def _longest_first(table: dict[str, str]) -> str:
    return "|".join(re.escape(spelling) for spelling in sorted(table, key=len, reverse=True))


_FIRM = _table(_SIGNS, _WORDS)
_LEANINGS = _table(_LEANING)
_ENDING = _table(_ENDINGS)
_PREFIX = re.compile(f"(?:({_longest_first(_FIRM)})|({_longest_first(_LEANINGS)})):?")
_SUFFIX = re.compile(rf"(?:\(含\)|\(含本数\)|[及或])?({_longest_first(_ENDING)})(?:\(含\)|\(含本数\))?$")
_NAMED = _FIRM | _LEANINGS | _ENDING | dict.fromkeys(("定性", "定性指标", "文本", "文字", "文字描述"), "定性")


def undo_markup(text: str) -> str:
    r"""Return text without the LaTeX, Markdown and HTML marks that PDF extraction leaves around formulas.

    >>> undo_markup(r"$\ge 90.00$ (\%)"), undo_markup("&ge;90"), undo_markup("预算$100")
    ('≥ 90.00 (%)', '≥90', '预算$100')
    """
    if "\\" in text:
        text = _LATEX_TEXT.sub(r"\1", text)
        text = _LATEX_COMMAND.sub(lambda match: _LATEX[match[1]], text)
        text = re.sub(r"\\[,;:! ]", " ", text)
        text = re.sub(r"\\(?:[()\[\]]|left(?![a-z])|right(?![a-z]))", "", text)
        text = re.sub(r"\\([%$#&_{}<>*~=+-])", r"\1", text)
    if "&" in text:
        for entity, char in _ENTITIES.items():
            text = text.replace(entity, char)
    return re.sub(r"\$([^$]*)\$", r"\1", text)


def symbol_of(word: str) -> str | None:
    """Return the symbol a cell of its own names, perhaps twice, or None when it names none or two.

    >>> symbol_of(">="), symbol_of("不超过"), symbol_of("以内"), symbol_of("大于等于(≥)"), symbol_of("定性")
    ('≥', '≤', '≤', '≥', '定性')
    >>> symbol_of("约"), symbol_of("≥(≤)")
    (None, None)
    """
    named = {_NAMED.get(part) for part in re.split(r"[()]", word) if part}
    return named.pop() if len(named) == 1 else None


def split_symbol(text: str) -> tuple[str | None, str] | None:
    """Return the symbol before or after a value and the rest of it; None when the two contradict each other.

    >>> split_symbol("≧90%"), split_symbol("7天以内"), split_symbol("达到90%以上"), split_symbol("985米")
    (('≥', '90%'), ('≤', '7天'), ('≥', '90%'), (None, '985米'))
    >>> split_symbol("≤90%以上") is None
    True
    """
    firm = leaning = ending = None
    if prefix := _PREFIX.match(text):
        firm, leaning = _FIRM.get(prefix[1]), _LEANINGS.get(prefix[2])
        text = text[prefix.end() :]
    if suffix := _SUFFIX.search(text):
        ending = _ENDING[suffix[1]]
        text = text[: suffix.start()]
    if firm and ending and (firm in ">≥") != (ending == "≥") or (firm == "=" and ending):
        return None
    return firm or ending or leaning, text


def starts_doubtfully(text: str) -> bool:
    """Return whether a quotation mark stands where a comparison belongs (》 for ≥)."""
    return _DOUBTFUL.match(text) is not None
