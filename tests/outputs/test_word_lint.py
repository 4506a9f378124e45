"""`form lint` looks at the Word template of a form too: what it has that the form has not, and what it lacks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn

from toolkit.resources import templates_dir

MISTAKES = 2


@pytest.fixture()
def pair(tmp_path: Path) -> Path:
    """A copy of the shipped form with its Word template in which 项目性质 is misspelt; returns the workbook."""
    workbook = tmp_path / "我的申报表.xlsx"
    shutil.copy(templates_dir() / "绩效目标申报表.xlsx", workbook)
    document = Document(str(templates_dir() / "绩效目标汇总表.docx"))
    for text in document.element.body.iter(qn("w:t")):
        text.text = {"{{项目性质}}": "{{项目性值}}"}.get(text.text or "", text.text)
    document.save(str(tmp_path / "我的汇总表.docx"))
    return workbook


def lint(path: Path) -> tuple[int, str, str]:
    """Return exit code, stdout and stderr of `jixiao form lint`."""
    command = [sys.executable, "-m", "toolkit", "form", "lint", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONUTF8": "1"})
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("name", ["我的申报表.xlsx", "我的汇总表.docx"])
def test_an_unknown_placeholder_is_named(pair: Path, name: str) -> None:
    code, out, _ = lint(pair.with_name(name))
    assert code == MISTAKES
    assert out == (
        "我的汇总表.docx › 第 1 个表格第 1 行：{{项目性值}} 不是表样里的字段，是不是项目性质。请改成表样“字段”工作表里的字段名。\n"
        "共 1 处错误。\n"
    )


def test_a_missing_placeholder_is_named(pair: Path) -> None:
    path = pair.with_name("我的汇总表.docx")
    document = Document(str(path))
    for text in document.element.body.iter(qn("w:t")):
        text.text = {"{{项目性值}}": ""}.get(text.text or "", text.text)
    document.save(str(path))
    code, out, err = lint(pair)
    assert (code, out) == (0, "我的申报表.xlsx：没有发现错误。\n")
    assert err.splitlines()[0] == "提示：我的汇总表.docx 里没有这些字段的占位符：项目性质。要印出来就写上 {{字段名}}，不需要可以不理。"


def test_the_shipped_pair_is_sound() -> None:
    assert lint(templates_dir() / "绩效目标申报表.xlsx")[0] == 0
    assert lint(templates_dir() / "绩效目标汇总表.docx")[::2] == (0, "")
