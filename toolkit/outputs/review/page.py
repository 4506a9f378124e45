"""审核报告.html: the report as one page that needs nothing but a browser, for the leader and for a second screen.

Comes in: a `Review`. Goes out: the page's bytes: `page.html` with the verdict put in as escaped text and all else as
one block of data that the page's own script turns into text nodes. Nothing out of returned files is ever markup, and the
page's policy forbids every request and every script but its own. Called by `workflow.report`.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from toolkit.outputs.review.model import (
    CHANGED,
    KEPT,
    NEEDS_CHANGES,
    PASSED,
    UNREADABLE,
    Counts,
    Part,
    QuestionLine,
    Review,
    ReviewItem,
    source_path,
)
from toolkit.spreadsheet.written import clean
from toolkit.values.words import SEVERITY_WORDS

_TEMPLATE = Path(__file__).with_name("page.html")
_MARK = re.compile(r"\{\{(\w+)\}\}")

# Half characters that stand for no byte of a file's name; those that do keep their byte in a link.
_NO_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")
_TONE = {PASSED: "good", NEEDS_CHANGES: "bad", UNREADABLE: "doubt"}


def review_page(review: Review) -> bytes:
    """Return 审核报告.html in UTF-8."""
    values = {
        "policy": _policy(),
        "title": html.escape(clean(f"{review.title} {review.made}")),
        "heading": html.escape(clean(review.title)),
        "tone": _TONE[review.verdict],
        "verdict": html.escape(clean(review.verdict)),
        "counts": html.escape(clean(review.counts_line)),
        "made": html.escape(review.made),
        "data": _embedded(_data(review)),
    }

    # In one pass, so that a text which looks like a mark stays a text.
    return _MARK.sub(lambda match: values[match[1]], _template()).encode("utf-8", "replace")


@lru_cache(maxsize=1)
def _template() -> str:
    return _TEMPLATE.read_text(encoding="utf-8")


def _policy() -> str:
    """The page's Content-Security-Policy: nothing may be fetched, and only the template's own script and style count."""
    hashes = {
        tag: base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")
        for tag in ("style", "script")
        if (content := _template().partition(f"<{tag}>")[2].partition(f"</{tag}>")[0])
    }
    return (
        f"default-src 'none'; script-src 'sha256-{hashes['script']}'; style-src 'sha256-{hashes['style']}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _embedded(data: object) -> str:
    """JSON that may stand inside a script element: no `<` can end it or open a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


class _Pool:
    """Texts by number, each kept once: most of a long report is repetition."""

    def __init__(self) -> None:
        self.texts: list[str] = [""]
        self._numbers = {"": 0}

    def number(self, text: str | None) -> int:
        text = clean(text or "")
        if text not in self._numbers:
            self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return self._numbers[text]


def _data(review: Review) -> dict[str, object]:
    """What the page's script reads: `texts`, and numbers into it everywhere else (see `page.html`)."""
    pool = _Pool()
    contexts: dict[tuple[Part, ...], int] = {}
    links: dict[str, int] = {}

    def context(item: ReviewItem) -> int:
        return contexts.setdefault(item.context, len(contexts))

    def link(file: str) -> int:
        if file not in links:
            path = _NO_BYTE.sub("", source_path(file, review.folder))
            links[file] = pool.number(quote(path, errors="surrogateescape"))
        return links[file]

    items = []
    for item in review.items:
        f = item.finding
        texts = (f.unit, f.project, f.file, f.sheet, f.cell, item.label, item.value, f.expected)
        numbers = [pool.number(text) for text in (*texts, f.message, f.suggestion, f.rule, item.action, item.reason, item.remark, item.how)]
        severity = len(SEVERITY_WORDS) if item.kept else list(SEVERITY_WORDS).index(f.severity)
        items.append([item.group, severity, context(item), link(f.file), list(SEVERITY_WORDS).index(f.severity), *numbers])
    return {
        "severities": [*SEVERITY_WORDS, "kept"],
        "words": [*SEVERITY_WORDS.values(), KEPT],
        "counts": _counts(review.counts)[:4],
        "groups": [
            [
                pool.number(g.name),
                pool.number(g.status),
                g.projects,
                *_counts(g.counts),
                pool.number("、".join(g.files)),
                pool.number(f"{CHANGED}{g.changes}" if g.changes else ""),
            ]
            for g in review.groups
        ],
        "contexts": [[[pool.number(part.label), pool.number(part.text), int(part.at_fault)] for part in parts] for parts in contexts],
        "items": items,
        "absent": _absent(review, pool),
        "others": [[pool.number(text) for text in (o.file, o.what, o.unit, o.reason)] for o in review.others],
        "unread": [[pool.number(text) for text in (u.unit, u.project, u.file, u.sheet, u.cell, u.text)] for u in review.unread],
        "outdated": [[pool.number(text) for text in (o.file, o.unit, o.reason)] for o in review.outdated],
        "questions": [[pool.number(text) for text in (q.message, "、".join(q.units), _answer(q))] for q in review.questions],
        "notes": [pool.number(note) for note in review.notes],
        "texts": pool.texts,
    }


def _answer(line: QuestionLine) -> str:
    if line.action:
        return f"{line.action}：{line.reason}" if line.reason else line.action
    return f"{line.files} 份里已答 {line.answered} 份" if line.answered else "还没有答"


def _absent(review: Review, pool: _Pool) -> list[list[int]] | None:
    if review.absent is None:
        return None
    return [[pool.number(text) for text in (u.name, u.department, u.office, u.contact, u.note)] for u in review.absent]


def _counts(counts: Counts) -> list[int]:
    return [counts.errors, counts.warnings, counts.hints, counts.kept, counts.repairs]
