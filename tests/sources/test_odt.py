"""OpenDocument texts read as Word documents do: the same records, the same spans, the same words for a scan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.drawings.drawing import random_drawing
from tests.drawings.word import docx_table, docx_titled
from tests.hostile.hostile_files import zipped
from tests.office import convert_all
from tests.shipped import shipped_form
from toolkit.errors import SourceError
from toolkit.outputs.records import declaration_record
from toolkit.reading.read import read_grid
from toolkit.sources.grid import Grid
from toolkit.sources.open import ODT, open_source

_NS = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"), ("draw", "drawing"), ("svg", "svg-compatible"))
)


def odt(body: str, kind: str = "text", more: Mapping[str, bytes] = {}) -> bytes:
    content = f"<office:document-content {_NS}><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    mimetype = f"application/vnd.oasis.opendocument.{kind}".encode()
    return zipped({"mimetype": mimetype, "content.xml": content.encode(), **more})


def opened(folder: Path, name: str, data: bytes) -> Grid:
    (folder / name).write_bytes(data)
    (grid,) = open_source(folder / name, name).grids
    return grid


@pytest.mark.office
def test_what_libreoffice_makes_of_word_documents_says_the_same(tmp_path: Path) -> None:
    forms = [shipped_form()]
    paths = []
    for seed, write in enumerate((docx_table, docx_titled, docx_table, docx_titled)):
        path = tmp_path / f"甲{seed}.docx"
        path.write_bytes(write(random_drawing(seed)))
        paths.append(path)
    read = []
    for files in (paths, convert_all(paths, "odt", tmp_path / "出")):
        grids = [grid for path in files for grid in open_source(path, path.name).grids]
        found = [declaration_record(each, shipped_form()) for grid in grids for each in read_grid(grid, forms, "甲")]
        read.append([{**record, "file": "", "sheet": ""} for record in found])
    assert read[0] == read[1] != []


def test_paragraphs_tables_and_what_is_left_out(tmp_path: Path) -> None:
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>删去的</text:p></text:deletion></text:changed-region></text:tracked-changes>"
        "<text:h>绩效目标申报表</text:h><text:section><text:p>单位：甲<text:tab/>金额单位：元<text:note><text:note-body><text:p>脚注</text:p></text:note-body></text:note></text:p></text:section>"
        "<table:table><table:table-column/><table:table-header-rows><table:table-row>"
        '<table:table-cell table:number-rows-spanned="2"><text:p>项目</text:p><text:p>名称</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-spanned="2"><text:p>甲<text:s text:c="2"/>乙<office:annotation><text:p>批注</text:p></office:annotation></text:p></table:table-cell><table:covered-table-cell/>'
        "</table:table-row></table:table-header-rows><table:table-row><table:covered-table-cell/>"
        "<table:table-cell><text:list><text:list-item><text:p>一</text:p></text:list-item><text:list-item><text:p>二</text:p></text:list-item></text:list></table:table-cell>"
        '<table:table-cell><table:table table:is-sub-table="true"><table:table-row><table:table-cell><text:p>内</text:p></table:table-cell><table:table-cell><text:p>外</text:p></table:table-cell></table:table-row></table:table></table:table-cell>'
        "</table:table-row></table:table><text:p><draw:frame><svg:title>替代文字</svg:title><draw:text-box><text:p>框里的</text:p></draw:text-box></draw:frame></text:p>"
    )
    found = opened(tmp_path, "甲.odt", odt(body))
    assert found.cells == {
        (1, 1): "绩效目标申报表",
        (2, 1): "单位：甲",
        (2, 2): "金额单位：元",
        (3, 1): "项目\n名称",
        (3, 2): "甲  乙",
        (4, 2): "一\n二",
        (4, 3): "内",
        (4, 4): "外",
        (5, 1): "框里的",
    }
    assert (found.merges, found.flow, found.ruled) == (((3, 1, 4, 1), (3, 2, 3, 4)), True, True)


@pytest.mark.parametrize("name", ["甲.doc", "甲.ods", "甲.docx"])
def test_a_name_that_lies_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(odt("<text:p>甲</text:p>"))
    (remark,) = open_source(tmp_path / name, name).remarks
    assert (remark.rule, ODT in remark.message) == ("修复-扩展名", True)


@pytest.mark.parametrize(
    ("data", "rule", "words"),
    [
        (odt("<text:p/>", more={"Pictures/1.png": b"x"}), "文件-扫描件", "只有图片（盖章扫描件）"),
        (odt("<text:p> </text:p>"), "文件-空", "文档里没有文字"),
        (odt("", "presentation"), "文件-格式", "演示文稿"),
        (odt("<text:p>甲</text:p>", more={"META-INF/manifest.xml": b"<manifest:encryption-data/>"}), "文件-需密码", "设有打开密码"),
        (odt("<text:p>甲</text:p>")[:200], "文件-损坏", "损坏"),
        (zipped({"mimetype": b"x", "content.xml": b"<a"}), "文件-损坏", "甲.odt"),
    ],
)
def test_what_cannot_be_read_is_named(data: bytes, rule: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        opened(tmp_path, "甲.odt", data)
    assert caught.value.rule == rule
