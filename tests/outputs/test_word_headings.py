"""The heading of a summary: one line where it fits, else lines of about the same length, whatever the template looks like."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Cm, Pt
from hypothesis import given
from hypothesis import strategies as st

from tests.outputs.word_samples import TEMPLATE, make_declaration, opened, summary
from toolkit.outputs.fit import ems
from toolkit.outputs.word.headings import line_starts

TAIL = "2024年度项目绩效目标汇总表"


def lines(path: Path, unit: str) -> list[str]:
    return opened(summary([make_declaration(实施单位=unit)], path=path)).paragraphs[0].text.split("\n")


def test_a_long_heading_parts_after_the_unit() -> None:
    assert lines(TEMPLATE, "某区梧桐路街道社区服务中心") == ["某区梧桐路街道社区服务中心", TAIL]


def test_a_short_heading_stays_on_one_line() -> None:
    assert lines(TEMPLATE, "某图书馆") == [f"某图书馆{TAIL}"]


def test_a_heading_of_three_lines() -> None:
    assert lines(TEMPLATE, "某市某区机关事务和公共机构节约能源管理服务保障中心（某区公务用车调度服务平台）") == [
        "某市某区机关事务和公共机构节约能源管理",
        "服务保障中心（某区公务用车调度服务平台）",
        TAIL,
    ]


def test_a_line_break_in_the_name_is_left_as_it_is() -> None:
    assert lines(TEMPLATE, "某区机关事务管理服务中心\n某区公务用车平台") == ["某区机关事务管理服务中心", f"某区公务用车平台{TAIL}"]


@pytest.mark.parametrize(("width", "size", "count"), [(29.7, 22, 1), (21.0, 22, 2), (21.0, 36, 3), (14.8, 22, 3), (14.8, 36, 4)])
def test_the_template_says_how_much_fits(width: float, size: int, count: int, tmp_path: Path) -> None:
    document = Document(str(TEMPLATE))
    document.sections[0].page_width = Cm(width)
    document.styles["Title"].font.size = Pt(size)
    document.save(str(tmp_path / "改.docx"))
    found = lines(tmp_path / "改.docx", "某区梧桐路街道社区服务中心")
    assert len(found) == count
    assert "".join(found) == f"某区梧桐路街道社区服务中心{TAIL}"
    assert min(map(len, found)) * 2 >= max(map(len, found))


NAMES = st.text(alphabet="某市区街道卫生服务中心（一）第2所A", min_size=1, max_size=60)


@given(NAMES, st.floats(10, 45))
def test_lines_are_alike_and_words_whole(name: str, room: float) -> None:
    text = name + TAIL
    starts = line_starts(text, room, (len(name), len(name) + 4))
    found = [text[a:b] for a, b in zip((0, *starts), (*starts, len(text)), strict=True)]
    assert "".join(found) == text
    if ems(text) <= room - 0.5:
        assert found == [text]
    if not starts:
        return
    assert all(ems(line) <= room for line in found)
    assert all(after[0] != "）" and before[-1] != "（" for before, after in pairwise(found))
    assert sum("2024年" in line for line in found) == 1
