"""What a unit wrote why something may stay as it is: whether it says anything. The engine and the live sheet share the test.

Without blanks, punctuation, figures and the words that say nothing (无, 略, 同上 …) at least four characters are left. A number is no
explanation. `is_explanation` tests a text so, `explained_formula` says the same as an Excel formula; a test compares the two.
"""

from __future__ import annotations

LEAST = 4

# No two of them share a character, so that what is taken away can be counted one by one.
_HOLLOW = (
    *" 　\u00a0,，.。、;；:：!！?？-－—_~～*/\\|+=<>()（）[]【】{}“”‘’《》…·#@%&^$`'",
    *"0123456789０１２３４５６７８９",
    *("无", "略", "同上", "没有", "属实"),
    *"xXＸ×",
)


def is_explanation(value: object) -> bool:
    """Return whether the text of a cell says why.

    >>> is_explanation("上级资金年底才到位"), is_explanation("同上。"), is_explanation("情况属实"), is_explanation(2026)
    (True, False, False, False)
    >>> is_explanation("已经批复"), is_explanation("已批复")
    (True, False)
    """
    if not isinstance(value, str):
        return False
    text = "".join(each for each in value if ord(each) >= 32)
    return len(text) - sum(text.count(word) * len(word) for word in _HOLLOW) >= LEAST


def explained_formula(cell: str) -> str:
    """Return the Excel formula of `is_explanation` for the text in `cell`."""
    words = ",".join(f'"{word}"' for word in _HOLLOW)
    hollow = f'SUMPRODUCT(LEN(CLEAN({cell}))-LEN(SUBSTITUTE(CLEAN({cell}),{{{words}}},"")))'
    return f"AND(ISTEXT({cell}),LEN(CLEAN({cell}))-{hollow}>={LEAST})"
