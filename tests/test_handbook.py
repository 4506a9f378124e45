"""docs/使用手册 keeps to the program: commands and options exist, links and pictures are there, a task fits on a page."""

from __future__ import annotations

import re
import shlex
import shutil
import struct
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest

from tests.command import Run
from tests.shipped import ROOT
from toolkit.apps.cli import COMMANDS

pytestmark = pytest.mark.slow

HANDBOOK = ROOT / "docs" / "使用手册"
PAGES = sorted(HANDBOOK.glob("*.md"))
LINES_OF_A_PAGE = 70
LARGEST_PICTURE, LARGEST_OF_README = 150_000, 120_000

# Pages that tell of options of another page's command.
ALSO = {"催报": ("merge",), "几个人一起做": ("check",), "归档": ("check",)}
RIBBON = ROOT / "macros" / "customUI" / "customUI14.xml"


def command(name: str) -> click.Command:
    module, _, attribute = COMMANDS[name].partition(":")
    found: click.Command = getattr(import_module(module), attribute)
    return found


def parameters(found: click.Command) -> list[click.Parameter]:
    """Return the parameters of a command, those of the commands below it too."""
    context = click.Context(found)
    below = [found.get_command(context, name) for name in found.list_commands(context)] if isinstance(found, click.Group) else []
    return [*found.params, *(each for one in below if one for each in one.params)]


def commands(page: str) -> list[list[str]]:
    """Return the commands shown on a page, in words without `jixiao`."""
    text = (HANDBOOK / f"{page}.md").read_text(encoding="utf-8")
    return [shlex.split(line) for line in re.findall(r"^ *jixiao (.+)$", text, re.MULTILINE)]


def test_the_commands_of_all_pages_run_one_after_the_other(run: Run, tmp_path: Path) -> None:
    shutil.copy(ROOT / "examples" / "名单.xlsx", tmp_path)
    shutil.copytree(ROOT / "examples" / "已公布文档", tmp_path / "去年公布")
    codes: dict[str, list[int]] = {}
    for page in ("下发", "导入去年", "沿用去年", "回收与审核", "退改", "催报", "汇总", "对比", "本季", "几个人一起做", "归档"):
        for name in ("甲", "乙") if page == "几个人一起做" else ():
            for part in ("回收", "审核结果"):
                shutil.copytree(tmp_path / part, tmp_path / name / part)
            for part in ("名单.xlsx", "本季.txt"):
                shutil.copy(tmp_path / part, tmp_path / name)
        codes[page] = [run(*words).code for words in commands(page)]
        if page == "导入去年":
            for name in ("回收", "今年", "批复"):
                shutil.copytree(tmp_path / "去年", tmp_path / name)
    assert codes == {
        "下发": [0],
        "导入去年": [0, 3],
        "沿用去年": [0, 0, 3],
        "回收与审核": [3, 0, 3, 0],
        "退改": [3, 3],
        "催报": [3, 3],
        "汇总": [3],
        "对比": [0],
        "本季": [0, 0, 3],
        "几个人一起做": [0],
        "归档": [3, 0],
    }
    assert {page.stem for page in PAGES} - {*codes, "README", "在Excel里用"} == set()
    made = {"下发", "审核结果/审核报告.html", "退改", "催报名单.xlsx", "汇总/总表.xlsx", "对比.xlsx"}
    assert [name for name in made if not (tmp_path / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_options_on_the_page_belong_to_its_commands(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    names = {words[0] for words in commands(page.stem)} | set(ALSO.get(page.stem, ()))
    known = {option for name in names or COMMANDS for each in parameters(command(name)) for option in each.opts}
    assert set(re.findall(r"(?<![\w-])(--[a-z][a-z-]*)", text)) - known == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere_and_a_task_fits_on_a_page(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []
    assert len(text.splitlines()) <= LINES_OF_A_PAGE
    if page.stem != "README":
        assert [part for part in ("**做什么**", "**会看到**", "**不对时**") if part not in text] == []


def test_every_page_is_listed_and_every_picture_used() -> None:
    index = (HANDBOOK / "README.md").read_text(encoding="utf-8")
    assert {page.name for page in PAGES} - {"README.md"} == set(re.findall(r"\]\(([^/)]+\.md)\)", index))
    shown = {name for page in PAGES for name in re.findall(r"!\[[^\]]*\]\(图/([^)]+)\)", page.read_text(encoding="utf-8"))}
    assert shown == {path.name for path in (HANDBOOK / "图").iterdir()}


def test_pictures_are_small() -> None:
    for path in (HANDBOOK / "图").iterdir():
        data = path.read_bytes()
        width, height, depth, colour = struct.unpack(">IIBB", data[16:26])
        assert data[:8] == b"\x89PNG\r\n\x1a\n" and colour == 3, path  # 3: a palette
        assert (len(data) < LARGEST_PICTURE, width <= 1300, height <= 1000) == (True, True, True), path


def test_readme_opens_with_pictures_made_from_the_examples(tmp_path: Path) -> None:
    """Each picture README names is there, small, and of something that a season on the examples makes."""
    spec = spec_from_file_location("_pictures", ROOT / "docs" / "_pictures.py")
    assert spec is not None and spec.loader is not None
    pictures = module_from_spec(spec)
    spec.loader.exec_module(pictures)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    names = re.findall(r"!\[[^\]]+\]\(docs/图/([^)]+)\)", readme)
    assert sorted(names) == sorted(pictures.README) and readme.index(names[-1]) < readme.index("## 两条命令") < readme.index(
        "## In English"
    )
    for name in names:
        data = (ROOT / "docs" / "图" / name).read_bytes()
        assert (data[:8], len(data) <= LARGEST_OF_README) == (b"\x89PNG\r\n\x1a\n", True), name
    pictures.short_season(tmp_path)
    assert [made for made, _ in pictures.README.values() if not (tmp_path / made).is_file()] == []
    used = readme + (ROOT / "docs" / "版式说明.md").read_text(encoding="utf-8")
    assert [path.name for path in (ROOT / "docs" / "图").iterdir() if path.name not in used] == []


def test_buttons_are_those_of_the_ribbon() -> None:
    labels = {each.get("label") for each in ElementTree.parse(RIBBON).iter() if each.tag.endswith("}button")}
    listed = re.findall(r"^\| (\S+) \| ", (HANDBOOK / "在Excel里用.md").read_text(encoding="utf-8").split("**会看到**")[0], re.M)
    assert set(listed) - {"按钮"} == labels
