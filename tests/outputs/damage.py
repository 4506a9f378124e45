"""Word templates damaged at random, each damage by its seed: what cutting, editing and other programs do to a .docx."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable
from io import BytesIO

Parts = dict[str, bytes]

_BOMB = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def damaged(data: bytes, seed: int) -> bytes:
    """Return a .docx with one or two things wrong with it, or some bytes of the file itself."""
    chance = random.Random(seed)
    if chance.random() < 0.15:
        return _bytes(data, chance)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(chance.randint(1, 2)):
        chance.choice(_KINDS)(parts, chance.choice(sorted(parts)), chance)
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def _bytes(data: bytes, chance: random.Random) -> bytes:
    if chance.random() < 0.5:
        return data[: chance.randrange(len(data))]
    changed = bytearray(data)
    for _ in range(chance.randint(1, 30)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(parts: Parts, name: str, chance: random.Random) -> None:
    parts[name] = parts[name][: chance.randrange(len(parts[name]) + 1)]


def _lose(parts: Parts, name: str, chance: random.Random) -> None:
    del parts[name]
    parts.setdefault("rest.bin", bytes([chance.randrange(256)]))


def _garble(parts: Parts, name: str, chance: random.Random) -> None:
    changed = bytearray(parts[name] or b"\0")
    for _ in range(chance.randint(1, 4)):
        changed[chance.randrange(len(changed))] = chance.choice(b"<>&\"'/\0x0{}?")
    parts[name] = bytes(changed)


def _doctype(parts: Parts, name: str, chance: random.Random) -> None:
    head, mark, rest = parts[name].partition(b"?>")
    parts[name] = head + mark + _BOMB[: chance.choice((len(_BOMB), 13))] + rest


def _swell(parts: Parts, name: str, chance: random.Random) -> None:
    deep = chance.choice((300, 3_000))
    parts[name] = parts[name].replace(b"</w:body>", b"<w:p>" * deep + b"</w:p>" * deep + b"</w:body>")


def _attribute(parts: Parts, name: str, chance: random.Random) -> None:
    """Give some attributes values that no program writes there."""
    odd = chance.choice((b"x", b"-1", b"1.5", b"", b"99999999999999999999", "一".encode()))
    share = chance.choice((0.05, 1.0))
    parts[name] = re.sub(rb'="[^"]*"', lambda found: b'="' + odd + b'"' if chance.random() < share else found[0], parts[name])


def _element(parts: Parts, name: str, chance: random.Random) -> None:
    """Rename every element of a kind, or leave it out."""
    kinds = sorted(set(re.findall(rb"<(w:\w+)", parts[name])))
    if kinds:
        kind = chance.choice(kinds)
        new = chance.choice((b"w:sdt", b"w:p", b"w:tc", b"w:zzz"))
        parts[name] = re.sub(rb"<(/?)" + kind + rb"\b", rb"<\1" + new, parts[name])


def _swap(parts: Parts, name: str, chance: random.Random) -> None:
    other = chance.choice(sorted(parts))
    parts[name], parts[other] = parts[other], parts[name]


_KINDS: tuple[Callable[[Parts, str, random.Random], None], ...] = (
    *(_cut, _lose, _garble, _doctype, _swell, _attribute, _attribute, _element, _element, _swap),
)
