"""退改通知: a page that says what is wrong, whatever units are called, from a template that any clerk can change."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest

from tests.office import convert
from tests.outputs.annotate_samples import finding
from tests.validator import needs_validator, validate
from toolkit.errors import FormError
from toolkit.forms.roster_model import Office
from toolkit.outputs.marked.notice import COLUMNS, NoticeCase, compile_notice, write_notice
from toolkit.package.opc import open_package
from toolkit.resources import templates_dir
from toolkit.spreadsheet.properties import custom_properties

TEMPLATE = templates_dir() / "退改通知.docx"
SHORT = [("error", "缺少满意度指标。"), ("warning", "目标太短。"), ("error", "年度资金申请总额与分项合计相差 10,000.00 元。")]
LONG = [("error", f"第{n}条：年度资金申请总额 350,000.00 元，分项合计 340,000.00 元，相差 10,000.00 元。" * 3) for n in range(60)]
HOSTILE = "=cmd|<script>&\"' ../..\\x 😀\x00\x0b" + "长" * 300


def case(texts: list[tuple[str, str]], unit: str = "青溪区第一小学") -> NoticeCase:
    findings = tuple(finding("D8", severity, message=text, sheet="项目1") for severity, text in texts)
    return NoticeCase(unit, 2025, "财政项目支出绩效目标申报表", ("甲.xlsx",), 2, findings, date(2025, 3, 5))


def notice(texts: list[tuple[str, str]], unit: str = "青溪区第一小学") -> bytes:
    return write_notice(compile_notice(TEMPLATE), case(texts, unit))


def test_the_letter_and_its_list() -> None:
    data = notice(SHORT)
    document = docx.Document(io.BytesIO(data))
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    assert paragraphs[:2] == ["绩效目标申报表退改通知", "青溪区第一小学："]
    assert paragraphs[2].startswith(
        "你单位报送的2025年度《财政项目支出绩效目标申报表》（甲.xlsx，共 2 个项目）经审核，发现错误 2 处，警告 1 处，现退回修改。"
    )
    assert paragraphs[-2:] == ["（审核单位盖章）", "2025年3月5日"]
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows == [
        list(COLUMNS),
        ["1", "错误", "食堂改造", "项目1 D8", "缺少满意度指标。", "请核对。"],
        ["2", "警告", "食堂改造", "项目1 D8", "目标太短。", "请核对。"],
        ["3", "错误", "食堂改造", "项目1 D8", "年度资金申请总额与分项合计相差 10,000.00 元。", "请核对。"],
    ]
    with open_package(data, "通知.docx") as package:
        assert custom_properties(package)["jixiao.kind"] == "退改通知"


@pytest.mark.parametrize("name", ["退改通知.docx", "绩效目标汇总表.docx"])
def test_nothing_is_left_of_the_document_it_was_made_from(name: str) -> None:
    with zipfile.ZipFile(templates_dir() / name) as package:
        parts = {part: package.read(part).decode("utf-8") for part in package.namelist()}
    linked = {each for part, text in parts.items() if part.endswith(".rels") for each in re.findall(r'Target="/?(?:word/)?([^":]+)"', text)}
    assert {part.removeprefix("word/") for part in parts if not part.endswith((".rels", "[Content_Types].xml"))} == linked
    assert not [part for part in parts if re.search("thumbnail|customXml|WithEffects", part)]
    assert re.findall(r'"compatibilityMode"[^>]*w:val="([0-9]+)"', parts["word/settings.xml"]) == ["15"]
    assert set(re.findall(r"[a-z]{2}-[A-Z]{2}", "".join(re.findall(r"<w:(?:lang|themeFontLang)[^>]*>", "".join(parts.values()))))) <= {
        "zh-CN",
        "ar-SA",
    }
    assert not re.search("<(Pages|Words|Characters|Lines|Paragraphs)>", parts["docProps/app.xml"])


def test_all_findings_are_listed_in_their_order() -> None:
    document = docx.Document(io.BytesIO(notice(LONG)))
    assert [row.cells[4].text[:4] for row in document.tables[0].rows][1:] == [text[:4] for _, text in LONG]


@pytest.mark.parametrize(
    ("office", "said"),
    [
        (Office(), "改好后在原工作簿中保存，重新报送，标色和批注不必清除。"),
        (
            Office("2026年3月20日", "王科员", "0000-00000001"),
            "改好后在原工作簿中保存，请于2026年3月20日前重新报送，标色和批注不必清除。有疑问请联系：王科员（电话 0000-00000001）。",
        ),
        (Office(telephone="0000-00000001"), "改好后在原工作簿中保存，重新报送，标色和批注不必清除。有疑问请联系：电话 0000-00000001。"),
    ],
)
def test_until_when_and_whom_to_ask(office: Office, said: str) -> None:
    data = write_notice(compile_notice(TEMPLATE), replace(case(SHORT), office=office))
    assert docx.Document(io.BytesIO(data)).paragraphs[3].text.endswith(said)


def test_hostile_names_are_texts() -> None:
    document = docx.Document(io.BytesIO(notice([("error", HOSTILE)], HOSTILE)))
    assert document.paragraphs[1].text == HOSTILE.replace("\x00", "").replace("\x0b", "") + "："
    assert document.tables[0].rows[1].cells[4].text.startswith("=cmd|<script>&\"' ../..\\x 😀")


@pytest.mark.office
@pytest.mark.parametrize("texts", [SHORT, SHORT * 4], ids=["short", "twelve"])
def test_it_is_one_page_where_one_is_enough(texts: list[tuple[str, str]], tmp_path: Path) -> None:
    source = tmp_path / "通知.docx"
    office = Office("2026年3月20日", "王科员", "0000-00000001")
    source.write_bytes(write_notice(compile_notice(TEMPLATE), replace(case(texts), office=office)))
    info = subprocess.run(["pdfinfo", str(convert(source, "pdf", tmp_path / "pdf"))], capture_output=True, text=True, check=True)
    assert re.search(r"Pages:\s+1\n", info.stdout)


@needs_validator
def test_validator_finds_no_error(tmp_path: Path) -> None:
    made = tmp_path / "通知.docx"
    made.write_bytes(notice([("error", HOSTILE), *LONG], HOSTILE))
    assert validate(made) == validate(TEMPLATE) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{实施单位名}}", "没有占位符 {{实施单位名}}，是不是 {{实施单位}}"),
        ("{{问题}}", "{{问题}} 只能放在问题清单的样行里"),
        ("{{实施单位", "花括号不成对"),
    ],
)
def test_a_wrong_template_says_what_is_wrong(text: str, words: str, tmp_path: Path) -> None:
    document = docx.Document(str(TEMPLATE))
    document.paragraphs[1].add_run(text)
    path = tmp_path / "退改通知.docx"
    document.save(str(path))
    with pytest.raises(FormError) as caught:
        compile_notice(path)
    assert words in str(caught.value)


def test_a_template_without_the_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "退改通知.docx"
    document = docx.Document()
    document.add_paragraph("{{实施单位}}")
    document.save(str(path))
    with pytest.raises(FormError, match="要有且只有一行样行"):
        compile_notice(path)
