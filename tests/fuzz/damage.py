"""Damage to files, each by its random source: to the bytes, to the parts of a package, to elements, to what cells hold."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Sequence

from tests.outputs.damage import damaged

# What no program writes, and what people do.
ODD = (
    *("", " ", "-1", "0", "1E309", "-1E309", "NaN", "inf", "1.5", "99999999999999999999", "A0", "XFE1", "A1:XFD1048576", "TRUE", "#REF!"),
    *(
        "同上",
        "　",
        "\u202e",
        "_xD800_",
        "_x0000_",
        "=1+1",
        "'1",
        "2024-13-45",
        "一二三",
        "9" * 400,
        "甲" * 40000,
        "*" * 300,
        "(" * 5000,
        "%" * 300,
    ),
)
_LONG = 10_000
_VALUE = re.compile(rb"(<(?:v|t|f|a:t|w:t)(?: [^<>]*)?>)([^<]*)(?=</)")
_ATTRIBUTE = re.compile(rb'(?<= )([\w:]+)="([^"<]*)"')
_ELEMENT = re.compile(rb"<([\w:]+)(?: [^<>]*)?(?:/>|>[^<]*</\1>)")


def package(data: bytes, chance: random.Random) -> bytes:
    """Return a package (.xlsx, .docx, .ods) with one to three things wrong with it."""
    if chance.random() < 0.3:
        return damaged(data, chance.getrandbits(32))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(chance.randint(1, 3)):
        # Where the work is: sheets, strings, the body of a document.
        name = chance.choice([each for each in parts for _ in range(1 + 4 * bool(re.search("sheet|String|document|content", each)))])
        parts[name] = chance.choice(_KINDS)(parts[name], chance)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as written:
        for name, content in parts.items():
            written.writestr(name, content)
    return made.getvalue()


def raw(data: bytes, chance: random.Random) -> bytes:
    """Return bytes cut, overwritten, repeated, with pieces moved, or with numbers of the file at their limits."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 40))):
        start = chance.randrange(len(changed) or 1)
        end = min(len(changed), start + chance.choice((1, 2, 4, 8, 64, 512, 4096)))
        kind = chance.randrange(6)
        if kind == 0:
            changed[start:end] = chance.randbytes(end - start)
        elif kind == 1:
            del changed[start:end]
        elif kind == 2:
            changed[start:start] = changed[start:end] * chance.randint(1, 50)
        elif kind == 3:
            changed[start:end] = chance.choice((b"\0", b"\xff", b"\x7f", b"\x80")) * (end - start)
        elif kind == 4:
            changed[start : start + 4] = chance.choice((1, 255, 65535, 2**31 - 1, 2**31, 2**32 - 1)).to_bytes(4, "little")
        elif chance.random() < 0.2:
            del changed[start:]
    return bytes(changed)


def text(data: str, chance: random.Random) -> str:
    """Return a text with lines lost, doubled, moved and torn, and odd words in it."""
    lines = data.split("\n")
    for _ in range(chance.randint(1, 6)):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        kind = chance.randrange(6)
        if kind == 0:
            del lines[at]
        elif kind == 1:
            lines.insert(other, lines[at])
        elif kind == 2:
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == 3:
            cut = chance.randrange(len(lines[at]) + 1)
            lines[at : at + 1] = [lines[at][:cut], lines[at][cut:]]
        elif kind == 4:
            cut = chance.randrange(len(lines[at]) + 1)
            lines[at] = lines[at][:cut] + chance.choice((*ODD, "\t" * 200, ":" * 2000, "\x00", "$\\ge$")) + lines[at][cut:]
        else:
            lines[at] = chance.choice((" ", "|", "年", "1")) * chance.choice((1, 100, 20000))
        lines = lines or [""]
    return "\n".join(lines)


def _values(part: bytes, chance: random.Random) -> bytes:
    share = chance.choice((0.01, 0.1, 1.0))
    return _VALUE.sub(lambda found: found[1] + _odd(chance) if chance.random() < share else found[0], part)


def _attributes(part: bytes, chance: random.Random) -> bytes:
    names = sorted(set(found[1] for found in _ATTRIBUTE.finditer(part)))
    if not names:
        return part
    wanted, share, odd = chance.choice(names), chance.choice((0.05, 1.0)), _odd(chance)
    share = 0.05 if len(odd) > _LONG else share  # in each of them it would take the one who makes the case over half a gigabyte

    def changed(found: re.Match[bytes]) -> bytes:
        if found[1] != wanted or chance.random() > share:
            return found[0]
        return b"" if chance.random() < 0.2 else wanted + b'="' + odd + b'"'

    return _ATTRIBUTE.sub(changed, part)


def _elements(part: bytes, chance: random.Random) -> bytes:
    """Lose, double, rename or move some elements that hold no others."""
    found = [match.span() for match in _ELEMENT.finditer(part)]
    if not found:
        return part
    (start, end), (other, _) = chance.choice(found), chance.choice(found)
    piece, kind = part[start:end], chance.randrange(4)
    if kind == 0:
        return part[:start] + part[end:]
    if kind == 1:
        return part[:end] + piece * chance.choice((1, 100)) + part[end:]
    if kind == 2:
        return part[:start] + re.sub(rb"(</?)[\w:]+", rb"\1" + chance.choice((b"c", b"row", b"si", b"zz", b"w:tc")), piece) + part[end:]
    return part[:other] + piece + part[other:]


def _types(part: bytes, chance: random.Random) -> bytes:
    """Give cells another type, or another place."""
    if chance.random() < 0.5:
        new = chance.choice((b"s", b"str", b"inlineStr", b"e", b"b", b"d", b"n", b"?"))
        return re.sub(rb' t="\w+"', lambda found: b' t="' + new + b'"' if chance.random() < 0.3 else found[0], part)
    place = chance.choice((b"A1", b"A0", b"XFD1048576", b"ZZZZ1", b"C5", b"1", b"A-1"))
    return re.sub(rb'(<c r=)"[A-Z]+\d+"', lambda found: found[1] + b'"' + place + b'"' if chance.random() < 0.02 else found[0], part)


def _odd(chance: random.Random) -> bytes:
    return chance.choice(ODD).encode().replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b'"', b"&quot;")


_KINDS: Sequence[Callable[[bytes, random.Random], bytes]] = (_values, _values, _attributes, _attributes, _elements, _types, raw)
