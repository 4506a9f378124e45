"""A document parted into projects, and each project into its fields, long texts and table, by the labels it shows.

In: mended words and the form's `Lexicon`. Out: `Section`s (a project each) whose items are labels and words in
reading order, already sorted into the short fields, the long texts and the rows. Used by `reading.flow`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from toolkit.reading.flow.labels import Kind, Lexicon, Sign, key_of
from toolkit.reading.flow.words import Gap, Word, joined, lines_of, split_at, with_gap
from toolkit.values.dates import DateError, parse_year, year_said
from toolkit.values.targets import parse_target

# A title may carry a heading's number before it, and the year behind it.
_TITLE_PREFIX = 8

# Without its first field a form is still told by that many of its labels.
_ENOUGH_LABELS = 3

# So many lines above the first label may be the form's head.
_HEAD_LINES = 4

_SIGNATURE = re.compile(r"[^:：≥≤=<>]{1,10}[:：]")
_TITLE = re.compile("[^≥≤=<>0-9]{4,40}(?:申报|目标|批复)[表书](?:[（(][^（）()]{1,12}[）)])?")
_CLOSING = re.compile("(?:此致|敬礼|顺[祝颂].{2,6}|特此(?:报告|说明|报送)|妥否.{0,8}|以上.{0,6}请.{0,12}|谢谢|请审[阅核批])[!！。]?")


@dataclass(frozen=True, slots=True)
class Tag:
    """A label where it stands in the text: its meaning and its words."""

    sign: Sign
    words: tuple[Word, ...]

    @property
    def broken(self) -> bool:
        return any(word.gap >= Gap.LINE for word in self.words[1:])


Item = Tag | Word


@dataclass
class Section:
    """One project: what belongs to short fields, to long texts and to the table, each in reading order."""

    words: list[Word]
    year: Word | None = None
    short: list[Item] = field(default_factory=list)
    long: list[Item] = field(default_factory=list)
    table: list[Word] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)

    @property
    def lines(self) -> tuple[int, int]:
        return self.words[0].line, self.words[-1].line


def sections_of(words: Sequence[Word], lexicon: Lexicon) -> list[Section]:
    """Return the projects of a document, sorted into blocks; none when the form is not in it."""
    titles = _titles(words, lexicon)
    starts = _starts(words, lexicon, titles)
    sections = []
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(words)
        section = Section(list(words[start:end]))
        _sort(section, lexicon, {i - start: j - start for i, j in titles.items() if start <= i < end})
        _drop_headings(section, lexicon)
        _drop_signatures(section)
        sections.append(section)
    if len(sections) == 1 and sections[0].year is None:
        sections[0].year = _year_above(words, sections[0])
    return sections


def _year_above(words: Sequence[Word], section: Section) -> Word | None:
    """The one year that the lines above the first label name, as the titles of other offices do: `2026年度…申报表`, `（2026年度）`."""
    first = min((tag.words[0].line for tag in section.tags), default=0)
    lines = [line for line in lines_of(words) if first - _HEAD_LINES <= line[0].line < first]
    said = year_said(joined(line) for line in lines)
    if said is None:
        return None
    word = lines[said[0]][0]
    return Word(f"{said[1]}年", word.line, word.column, Gap.LINE)


def _titles(words: Sequence[Word], lexicon: Lexicon) -> dict[int, int]:
    """Return start → end of every title: on lines of its own, perhaps with a number before or a year behind."""
    titles: dict[int, int] = {}
    start = 0
    while start < len(words):
        end = _title_end(words, start, lexicon) if words[start].gap >= Gap.LINE else None
        if end:
            titles[start] = end
        start = end or start + 1
    return titles


def _title_end(words: Sequence[Word], start: int, lexicon: Lexicon) -> int | None:
    text = ""
    for end in range(start, min(len(words), start + 24)):
        if end > start and words[end].gap == Gap.PAGE:
            return None
        text += words[end].text
        key = key_of(text)
        at_end = end + 1 == len(words) or words[end + 1].gap >= Gap.LINE
        position = key.find(lexicon.title)
        if 0 <= position <= _TITLE_PREFIX and _same_line(words, start, position):
            rest = key[position + len(lexicon.title) :]
            if at_end and (not rest or _year_of(rest) is not None):
                return end + 1
        if len(key) > len(lexicon.title) + 2 * _TITLE_PREFIX:
            return None
    return None


def _same_line(words: Sequence[Word], start: int, length: int) -> bool:
    """Whether the first `length` characters and the word after them are on one line."""
    while length > 0:
        length -= len(key_of(words[start].text))
        start += 1
        if words[start : start + 1] and words[start].gap >= Gap.LINE and length >= 0:
            return False
    return True


def _year_of(text: str) -> int | None:
    try:
        return parse_year(text)
    except DateError:
        return None


def _starts(words: Sequence[Word], lexicon: Lexicon, titles: dict[int, int]) -> list[int]:
    """Return where projects begin: at the last title before each first field; a title alone repeats a page's head."""
    firsts = [i for i, word in enumerate(words) if word.gap >= Gap.CELL and _is_first(words, i, lexicon)]
    starts: list[int] = []
    previous = 0
    for first in firsts:
        before = [title for title in titles if previous <= title < first]
        near = [title for title in before if not _has_rows(words[titles[title] : first], lexicon)]
        starts.append(near[-1] if near else first)
        previous = first
    ordered = sorted(titles)
    for number, title in enumerate(ordered):
        end = ordered[number + 1] if number + 1 < len(ordered) else len(words)
        has_first = any(title < first < end for first in firsts)
        if not has_first and _count_fields(words[titles[title] : end], lexicon) >= _ENOUGH_LABELS:
            starts.append(title)
    return sorted(set(starts))


def _is_first(words: Sequence[Word], index: int, lexicon: Lexicon) -> bool:
    return any(key in lexicon.first for _, key in lexicon.runs(words, index))


def _has_rows(words: Sequence[Word], lexicon: Lexicon) -> bool:
    """Whether a table stands here: then the title before it repeats a page's head."""
    return any(word.gap >= Gap.CELL and lexicon.levels_at(words, index) for index, word in enumerate(words))


def _count_fields(words: Sequence[Word], lexicon: Lexicon) -> int:
    found = (lexicon.sign_at(words, i) for i, word in enumerate(words) if word.gap >= Gap.CELL)
    signs = [match[1] for match in found if match]
    return len({sign.fields for sign in signs if sign.kind in (Kind.FIELD, Kind.LONG)})


def _sort(section: Section, lexicon: Lexicon, titles: dict[int, int]) -> None:
    """Walk through a project: labels say which block the words after them belong to."""
    words = section.words
    mode, page, after_label = Kind.FIELD, False, False
    index = 0
    while index < len(words):
        if index in titles:
            title = words[index : titles[index]]
            page = bool(section.table or section.long)
            index = titles[index]
            index = _take_year(section, title, index, lexicon)
            continue
        found = _label_at(words, index, lexicon, mode, after_label)
        if found is None:
            if mode != Kind.HEADER and _opens_table(words, index, lexicon):
                mode = Kind.HEADER
            word = with_gap(words[index], Gap.PAGE) if page else words[index]
            if mode != Kind.FOOT:
                _block(section, mode).append(word)
                page = False
            index, after_label = index + 1, False
            continue
        end, sign = found
        tag = Tag(sign, tuple(words[index:end]))
        page = page or tag.words[0].gap == Gap.PAGE
        section.tags.append(tag)
        mode, page = _next_mode(section, tag, page)
        index, after_label = end, True


def _drop_headings(section: Section, lexicon: Lexicon) -> None:
    """Leave out what stands beside headings of the table in their line and is none of the form's: it is no indicator."""
    heads = Counter(tag.words[0].line for tag in section.tags if tag.sign.kind == Kind.HEADER)
    for line in (line for line, count in heads.items() if count > 1):
        beside = [word for word in section.table if word.line == line]
        told = any(lexicon.levels_at(beside, n) for n in range(len(beside)))
        if beside and not told and not any(char.isdigit() for word in beside for char in word.text):
            section.table = [word for word in section.table if word.line != line]


def _drop_signatures(section: Section) -> None:
    """Leave out the last lines of a table where they hold signatures, the next form's title, or end the letter it stands in: 此致."""
    lines = lines_of(section.table)
    texts = ["".join(word.text for word in line) for line in lines]
    del lines[next((n for n, text in enumerate(texts) if _CLOSING.fullmatch(text)), len(lines)) :]
    while lines and (_TITLE.fullmatch(texts[len(lines) - 1]) or all(_is_signature(joined(each)) for each in split_at(lines[-1], Gap.CELL))):
        lines.pop()
    section.table = [word for line in lines for word in line]


def _is_signature(text: str) -> bool:
    found = _SIGNATURE.match(text)
    return found is not None and parse_target(text[found.end() :]).symbol not in ("≥", ">", "=", "<", "≤")


def _block(section: Section, mode: Kind) -> list[Word] | list[Item]:
    return section.table if mode == Kind.HEADER else section.long if mode == Kind.LONG else section.short


def _next_mode(section: Section, tag: Tag, page: bool) -> tuple[Kind, bool]:
    """Return the block that begins with `tag`, and whether a page has ended before what follows."""
    kind = tag.sign.kind
    if kind in (Kind.LONG, Kind.LONG_GROUP):
        section.long.append(tag)
        return Kind.LONG, page
    if kind in (Kind.HEADER, Kind.TABLE_GROUP):
        return Kind.HEADER, page or bool(section.table)
    if kind == Kind.FOOT:
        return Kind.FOOT, page
    section.short.append(tag)
    return Kind.FIELD, page


def _take_year(section: Section, title: Sequence[Word], index: int, lexicon: Lexicon) -> int:
    """Keep the year that stands in a title or on the line below it; return the place after it."""
    text = key_of("".join(word.text for word in title))
    rest = text[text.find(lexicon.title) + len(lexicon.title) :]
    if rest and section.year is None:
        section.year = Word(rest, title[-1].line, title[-1].column, Gap.LINE)
    line = lines_of(section.words[index : index + 8])[:1]
    if line and _year_of(joined(line[0]).replace(" ", "")) is not None:
        first = line[0][0]
        section.year = section.year or Word("".join(word.text for word in line[0]), first.line, first.column, Gap.LINE)
        return index + len(line[0])
    return index


def _label_at(words: Sequence[Word], index: int, lexicon: Lexicon, mode: Kind, after_label: bool) -> tuple[int, Sign] | None:
    """Return the label at `index`, if a label can stand there: among prose and rows it needs its own place."""
    found = lexicon.sign_at(words, index)
    if found is None or found[1].kind == Kind.TITLE:
        return None
    end, sign = found
    if mode in (Kind.FIELD, Kind.GROUP):
        return found
    if mode == Kind.FOOT:
        return found if sign.kind in (Kind.HEADER, Kind.LONG_GROUP, Kind.TABLE_GROUP) else None
    if mode == Kind.HEADER and sign.kind in (Kind.FIELD, Kind.GROUP):
        return None
    if sign.kind == Kind.FIELD:
        return found if words[index].gap >= Gap.LINE and sign.printed else None
    begins = words[index].gap >= Gap.CELL or after_label
    ends = end == len(words) or words[end].gap >= Gap.CELL or bool(list(lexicon.runs(words, end)))
    sure = sign.printed or (words[index].gap >= Gap.LINE or after_label) and _only_labels(words, index, lexicon)
    return found if begins and ends and sure else None


def _only_labels(words: Sequence[Word], index: int, lexicon: Lexicon) -> bool:
    """Whether nothing but labels stands from `index` to the end of its line."""
    while True:
        found = lexicon.sign_at(words, index)
        if found is None:
            return False
        index = found[0]
        if index == len(words) or words[index].gap >= Gap.LINE:
            return True


def _opens_table(words: Sequence[Word], index: int, lexicon: Lexicon) -> bool:
    """Whether a word of the tree's first column begins the line: the table starts without its header."""
    if words[index].gap < Gap.LINE or not lexicon.depths:
        return False
    for end, levels in lexicon.levels_at(words, index):
        ends = end == len(words) or words[end].gap >= Gap.CELL or bool(lexicon.levels_at(words, end))
        if ends and any(level.depth == 0 and level.printed for level in levels):
            return True
    return False
