"""What is made of a shipped template is kept beside Python's compiled modules, and is made again whenever it may no longer be it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from toolkit import resources
from toolkit.forms import Form, load_form
from toolkit.resources import made_of

READING = ("values", "forms")


class Counted:
    """Loads forms, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, path: Path) -> Form:
        self.times += 1
        return load_form(path)


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shipped template of a program that may write its compiled modules."""
    shipped = tmp_path / "自带"
    shipped.mkdir()
    copy = Path(shutil.copy(resources.templates_dir() / "部门整体支出绩效目标表.xlsx", shipped))
    monkeypatch.setattr(resources, "templates_dir", lambda: shipped)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "编译"))
    return copy


def kept(folder: Path) -> list[Path]:
    """What is kept of templates; Python itself may compile a module of its own there."""
    return sorted((folder / "编译").rglob("*.made*"))


def test_a_shipped_template_is_read_once(template: Path, tmp_path: Path) -> None:
    make = Counted()
    first, second = made_of(template, make, READING), made_of(template, make, READING)
    assert (make.times, len(kept(tmp_path))) == (1, 1)
    assert first == second == load_form(template)
    assert repr(second) == repr(first)


def test_it_is_the_same_by_whatever_path(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make, place = Counted(), Path(template.parent.name, template.name)
    monkeypatch.chdir(template.parent.parent)
    assert [made_of(place, make, READING).path for _ in range(2)] == [place, place]
    assert make.times == 1


def test_it_is_read_again_when_it_or_the_program_is_another(template: Path) -> None:
    make = Counted()
    made_of(template, make, READING)
    made_of(template, make, ("values", "forms", "formula"))
    shutil.copy(Path(__file__).parent.parent / "templates" / "项目支出绩效目标表.xlsx", template)
    assert made_of(template, make, ("values", "forms", "formula")) == load_form(template)
    assert make.times == 3


@pytest.mark.parametrize("damaged", [b"", b"x" * 64, None])
def test_what_was_damaged_is_made_again(template: Path, tmp_path: Path, damaged: bytes | None) -> None:
    make = Counted()
    made_of(template, make, READING)
    (place,) = kept(tmp_path)
    whole = place.read_bytes()
    place.write_bytes(whole[:-9] if damaged is None else damaged)
    assert made_of(template, make, READING) == load_form(template)
    assert (make.times, len(place.read_bytes()) > 64) == (2, True)
    made_of(template, make, READING)
    assert make.times == 2


def test_nothing_is_kept_where_python_keeps_nothing(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make = Counted()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    made_of(template, make, READING)
    assert kept(tmp_path) == []
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "编译").write_bytes(b"in the way")
    assert made_of(template, make, READING) == load_form(template)
    assert (tmp_path / "编译").read_bytes() == b"in the way"
    assert make.times == 2


def test_what_is_long_in_the_making_is_made_only_to_be_kept(template: Path, tmp_path: Path) -> None:
    prepared: list[Form] = []
    first = made_of(template, load_form, READING, prepared.append)
    again = made_of(template, load_form, READING, prepared.append)
    assert prepared == [first] == [again]
    (place,) = kept(tmp_path)
    shutil.rmtree(tmp_path / "编译")
    (tmp_path / "编译").write_bytes(b"in the way")
    assert made_of(template, load_form, READING, prepared.append) == first
    assert (len(prepared), place.exists()) == (1, False)


def test_other_workbooks_are_not_kept(template: Path, tmp_path: Path) -> None:
    make, own = Counted(), Path(shutil.copy(template, tmp_path / "本单位.xlsx"))
    assert made_of(own, make, READING) == made_of(own, make, READING)
    assert (make.times, kept(tmp_path)) == (2, [])
