"""A number that a form prints before an indicator's name: `1.1.1新建公厕数量`, `②架设引水渠长度`.

In: a name. Out: the name alone. Called by `rows` and `named_targets` where they know that the numbers are the form's.
"""

from __future__ import annotations

import re

# A number before a name: 1.1.1, 2), （3）, ①. What follows it is a word, so that no figure of the name's is taken for one.
_NUMBER = re.compile(r"(?:(?:\d{1,2}[.．]){1,3}\d{0,2}[.．、]?|\d{1,2}[、)）]|[（(]\d{1,2}[)）]|[①-⑳])\s{0,4}(?=[\u4e00-\u9fff])")


def without_number(name: str) -> str:
    """Return a name of an outline without its number.

    >>> [without_number(name) for name in ("1.1.1新建公厕数量", "（2）改造公厕数量", "5G基站数量", "1.1.15G基站数量", "2026年新建公厕")]
    ['新建公厕数量', '改造公厕数量', '5G基站数量', '1.1.15G基站数量', '2026年新建公厕']
    """
    found = _NUMBER.match(name)
    return name[found.end() :] if found else name
