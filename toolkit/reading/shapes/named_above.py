"""A project whose name stands only in a heading above its table: `（一）淤地坝巡护补助项目`, `项目二：机井水位监测`.

In: the cells and labels of one form none of whose labels is the project's. Out: a label for that heading with the name inside. A heading
of a part of the form (一、项目基本情况) is none; only the line right above the first label counts. Called by `layout`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from toolkit.reading.arranged.cells import Cells
from toolkit.reading.arranged.hits import Hit, known, looks_like_label
from toolkit.reading.arranged.labels import Kind, Meaning
from toolkit.reading.plan import Plan, text_key
from toolkit.values.words import PROJECT_ROLE

_HEADING = re.compile(
    r"(?:[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）、.．]\s{0,4}|(?P<said>项目(?:[一二三四五六七八九十]{1,3}|\d{1,2})\s{0,4}[:：、.．]\s{0,4}))?(?P<name>[^\n]{4,60})"
)

# A title that names its project in quotation marks.
_QUOTED = re.compile(r"[^“\"《「\n]{0,40}[“\"《「]([^“”\"《》「」\n]{2,40})[”\"》」](?:项目|专项|资金|经费)[^\n]{0,30}目标[^\n]{0,6}表")

# What a project is called at the end of its name, and what heads a part of the form.
_PROJECT = re.compile("(?:项目|工程|经费|补助|补贴|专项|课题|资金|活动|建设|改造|维护|运维|购置|采购)\\Z")
_PART = re.compile("(?:情况|信息|概况|资金|预算|目标|指标|内容|说明|表|依据|要求)\\Z")


def name_above(cells: Cells, hits: Sequence[Hit], plan: Plan) -> list[Hit]:
    """Return the labels with the heading that holds the project's name, where no label names it."""
    project = plan.form.roles.get(PROJECT_ROLE, "")
    fields = [hit for hit in hits if Kind.FIELD in hit.kinds()]
    if not project or not fields or any(project in hit.names(Kind.FIELD) for hit in fields):
        return list(hits)
    first = min(hit.cell.row for hit in fields)
    row = max((row for row in cells.by_row if row < first), default=0)
    line = cells.by_row.get(row, ())
    if len(line) != 1 or not isinstance(line[0].value, str) or any(hit.cell is line[0] for hit in hits):
        return list(hits)
    name = heading_name(line[0].value)
    listed = (word for words in plan.words.values() for word in words.values())
    if name is None or known(plan, text_key(name))[0] or any(word in name for word in listed):
        return list(hits)
    return [Hit(line[0], (Meaning(Kind.FIELD, (project,), project, printed=False),), 1.0, name), *hits]


def heading_name(text: str) -> str | None:
    """Return the project's name in a heading; None for any other.

    >>> [heading_name(text) for text in ("（一）淤地坝巡护补助项目", "项目二：机井水位监测", "3.城区河道保洁经费", "牧道修缮项目")]
    ['淤地坝巡护补助项目', '机井水位监测', '城区河道保洁经费', '牧道修缮项目']
    >>> [heading_name(text) for text in ("一、项目基本情况", "（二）项目资金", "2026年项目支出绩效目标申报表", "单位：万元", "填报单位：甲局")]
    [None, None, None, None, None]
    >>> heading_name("甲局2026年度“物资储备”项目绩效目标申报表"), heading_name("“十四五”规划项目绩效目标表")
    ('物资储备', None)
    """
    titled = _QUOTED.fullmatch(text.strip())
    if titled is not None:
        return titled[1].strip()
    found = _HEADING.fullmatch(text.strip())
    if found is None:
        return None
    name = found["name"].strip()
    numbered = found["name"] != text.strip()
    if found["said"]:
        return name
    if ":" in name or "：" in name or looks_like_label(name) and not name.endswith("项目"):
        return None
    ends = _PROJECT.search(name) if numbered else name.endswith("项目")
    return name if ends and not (_PART.search(name) and len(name) < 8) else None
