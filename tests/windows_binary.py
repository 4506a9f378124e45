"""What a Windows .pyd, .dll or .exe says of itself: for which processor it is, and which DLLs it loads. Read from its bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

AMD64 = 0x8664
PE32_PLUS = 0x20B


@dataclass(frozen=True)
class Binary:
    machine: int
    loads: frozenset[str]


def read_binary(data: bytes) -> Binary:
    """Return the processor and the names of the DLLs loaded at start, in lower case.

    Source: Microsoft, "PE Format": COFF header, optional header's data directory 1, import directory table.
    """
    header = struct.unpack_from("<I", data, 0x3C)[0]
    assert data[header : header + 4] == b"PE\0\0"
    machine, sections = struct.unpack_from("<HH", data, header + 4)
    optional_size = struct.unpack_from("<H", data, header + 20)[0]
    optional = header + 24
    directories = optional + (112 if struct.unpack_from("<H", data, optional)[0] == PE32_PLUS else 96)
    table = struct.unpack_from("<I", data, directories + 8)[0]
    spans = [
        struct.unpack_from("<III", data, optional + optional_size + 40 * number + 12)  # address, size in file, offset
        for number in range(sections)
    ]

    def offset(address: int) -> int:
        places: Iterator[int] = (address - start + place for start, size, place in spans if start <= address < start + size)
        return next(places)

    loads = set()
    row = offset(table) if table else 0
    while table and (name := struct.unpack_from("<I", data, row + 12)[0]):
        start = offset(name)
        loads.add(data[start : data.index(b"\0", start)].decode("ascii").lower())
        row += 20
    return Binary(machine, frozenset(loads))
