"""含敏感信息, which Excel cannot say (相似度: `similar`; figures and dates in texts: `mentioned`). Only in rules marked 仅批量审核."""

from __future__ import annotations

import re

from toolkit.formula.functions.lifting import lift

_ID_CARD = re.compile(r"(?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9])")
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
_SAID_ID_CARD = re.compile(
    r"身份证号码?[：:\s]*[1-9][0-9]{5}[ -]?(?:19|20)[0-9]{2}[ -]?(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[ -]?[0-9]{3}[0-9Xx]"
)
_SPACED_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]([ \-－—·])[0-9]{4}\1[0-9]{4}(?![0-9])")
_BANK_CARD = re.compile(r"(?<![0-9])(?:[3-6][0-9]{3}|9558)(?: ?[0-9]{4}){3}(?: ?[0-9]{1,3})?(?![0-9])")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"


def _is_id_card(number: str) -> bool:
    """GB 11643: the last of 18 characters is the check digit, weights modulo 11."""
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return _ID_CHECK[total % 11] == number[17].upper()


def _is_bank_card(number: str) -> bool:
    """ISO/IEC 7812: 16 to 19 digits, Luhn sum divisible by 10."""
    digits = [int(char) for char in reversed(number) if char != " "]
    if not 16 <= len(digits) <= 19:
        return False
    return sum(digit if index % 2 == 0 else sum(divmod(2 * digit, 10)) for index, digit in enumerate(digits)) % 10 == 0


def _holds_personal_data(text: str) -> bool:
    """Return whether `text` holds a mobile number (also 139-1234-5678), an ID number or a bank card number.

    An ID number needs its check digit, or 身份证号 before it.
    """
    return (
        _MOBILE.search(text) is not None
        or _SPACED_MOBILE.search(text) is not None
        or _SAID_ID_CARD.search(text) is not None
        or any(_is_id_card(match.group()) for match in _ID_CARD.finditer(text))
        or any(_is_bank_card(match.group()) for match in _BANK_CARD.finditer(text))
    )


holds_personal_data = lift("t", _holds_personal_data)
