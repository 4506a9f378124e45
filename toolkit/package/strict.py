"""ISO 29500 Strict writes the same elements in other namespaces; they are read as their transitional twins. Called by `parts` and `draft`."""

from __future__ import annotations

import re

MARK = b"http://purl.oclc.org/ooxml/"

# Namespaces are declared on the root element.
_HEAD = 1 << 16
_NAMESPACE = re.compile(re.escape(MARK) + rb"([A-Za-z]+)/?([A-Za-z]*)")
_NAMES = {b"extendedProperties": b"extended-properties", b"customProperties": b"custom-properties"}


def transitional(data: bytes) -> bytes:
    """Return the bytes of an XML part with Strict namespaces made transitional."""
    return _NAMESPACE.sub(_twin, data) if MARK in data[:_HEAD] else data


def _twin(match: re.Match[bytes]) -> bytes:
    family, kind = match[1], match[2]
    if family == b"officeDocument" and kind in (b"docPropsVTypes", *_NAMES):
        kind = _NAMES.get(kind, kind)
    return b"http://schemas.openxmlformats.org/" + family + b"/2006" + (b"/" + kind if kind else b"")
