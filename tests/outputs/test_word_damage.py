"""Word templates that were damaged: a mistake with its place and cure, or a template that still fills, never a fault of the program."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree

from tests.outputs.damage import damaged
from tests.outputs.test_word_lint import lint
from tests.outputs.word_samples import TEMPLATE, make_declaration
from toolkit.errors import FormError
from toolkit.forms import Form, load_form
from toolkit.outputs.marked.notice import NoticeCase, compile_notice, write_notice
from toolkit.outputs.word import compile_template, write_summary
from toolkit.resources import templates_dir

pytestmark = pytest.mark.slow

NOTICE = templates_dir() / "退改通知.docx"
CASE = NoticeCase("甲中心", 2026, "绩效目标申报表", ("甲.xlsx",), 1, (), date(2026, 3, 1))


@pytest.fixture(scope="module")
def form() -> Form:
    return load_form(templates_dir() / "绩效目标申报表.xlsx")


def check_message(error: FormError, path: Path) -> None:
    for line in error.mistakes or (str(error),):
        assert path.name in line and any(word in line for word in ("请", "留", "写")), line


def check_document(data: bytes) -> None:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        etree.fromstring(archive.read("word/document.xml"))


@pytest.mark.parametrize("seed", range(100))
def test_a_damaged_template_is_a_mistake_or_fills(seed: int, form: Form, tmp_path: Path) -> None:
    path = tmp_path / "汇总表.docx"
    path.write_bytes(damaged(TEMPLATE.read_bytes(), seed))
    made = BytesIO()
    try:
        write_summary(compile_template(path, form), [make_declaration()], made)
    except FormError as error:
        check_message(error, path)
    else:
        check_document(made.getvalue())


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_notice_is_a_mistake_or_fills(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "通知.docx"
    path.write_bytes(damaged(NOTICE.read_bytes(), seed))
    try:
        made = write_notice(compile_notice(path), CASE)
    except FormError as error:
        check_message(error, path)
    else:
        check_document(made)


def rewritten(name: str, old: bytes, new: bytes) -> bytes:
    """Return the shipped template with some bytes of one part replaced, the part left out where `old` is all there is."""
    made = BytesIO()
    with zipfile.ZipFile(TEMPLATE) as source, zipfile.ZipFile(made, "w") as target:
        for part in source.namelist():
            data = source.read(part)
            if part != name:
                target.writestr(part, data)
            elif old:
                assert old in data
                target.writestr(part, data.replace(old, new))
    return made.getvalue()


CURE = "请用 Word 或 WPS 打开后另存一次"
NEW = "请重新取得完整的文件（重新下载或请对方重发）"


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("word/styles.xml", b"</w:styles>", b"", f"文件已损坏，部件 word/styles.xml 不是完整的 XML。{NEW}"),
        ("word/styles.xml", b"", b"", f"word/document.xml：缺少它所引用的部件 word/styles.xml。{CURE}"),
        ("word/header1.xml", b"w:hdr", b"w:styles", f"word/header1.xml：里面不是它该有的内容。{CURE}"),
        ("word/document.xml", b"<w:document ", b"<!DOCTYPE w><w:document ", f"部件 word/document.xml 含有 DOCTYPE 声明，未打开。{CURE}"),
        ("word/_rels/document.xml.rels", b"styles.xml", b"styles0.xml", f"word/document.xml：缺少它所引用的部件 word/styles0.xml。{CURE}"),
    ],
)
def test_what_is_wrong_is_said_with_its_cure(name: str, old: bytes, new: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "我的汇总表.docx"
    path.write_bytes(rewritten(name, old, new))
    code, out, err = lint(path)
    assert (code, out.replace(" › ", "：")) == (2, f"我的汇总表.docx：{said}。\n共 1 处错误。\n"), err
