"""What a user gets: the wheel's contents, the program from the wheel alone, and a light start."""

from __future__ import annotations

import configparser
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import toolkit
from toolkit.resources import ResourceMissing, examples_dir, templates_dir

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {"docx", "lxml", "numpy", "openpyxl", "pandas", "xlwings"}
DATA = ("templates", "examples")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel built from a copy, so that no `build/` or `egg-info` appears in the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for name in ("toolkit", *DATA):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", ".*", "~$*"))
    for name in ("setup.cfg", "pyproject.toml", "README.md"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, source)

    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(source)]
    if _has_setuptools():
        command.insert(4, "--no-build-isolation")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds the wheel's contents as `pip install` puts them, and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder), str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def test_wheel_holds_the_package_templates_and_examples(wheel: Path) -> None:
    sources = {path.relative_to(ROOT).as_posix() for kind in ("*.py", "*.html", "*.conf") for path in (ROOT / "toolkit").rglob(kind)}
    data = {
        f"toolkit/{path.relative_to(ROOT).as_posix()}"
        for name in DATA
        for path in (ROOT / name).rglob("*")
        if path.is_file() and not path.name.startswith((".", "~$"))
    }
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        scripts = archive.read(f"jixiao_toolkit-{toolkit.__version__}.dist-info/entry_points.txt").decode()
    assert names == sources | data
    assert "jixiao = toolkit.apps.cli:main" in scripts.splitlines()


def test_every_package_is_listed() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    listed = config["options"]["packages"].split()
    folders = {path.parent for path in (ROOT / "toolkit").rglob("*.py")}
    packages = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
    assert sorted(listed) == sorted(packages | {f"toolkit.{name}" for name in DATA})
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_resources_of_the_checkout() -> None:
    assert (templates_dir(), examples_dir()) == (ROOT / "templates", ROOT / "examples")


def test_resources_of_an_incomplete_installation(tmp_path: Path) -> None:
    package = tmp_path / "toolkit"
    shutil.copytree(ROOT / "toolkit", package, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "templates").mkdir()  # somebody else's, in the same site-packages
    done = _python(tmp_path, tmp_path, "-c", "from toolkit.resources import templates_dir; templates_dir()")
    assert done.returncode == 1
    missing = f"{package / 'templates'}：程序自带的文件夹不见了，安装不完整。请重新安装 jixiao-toolkit。"
    assert done.stderr.splitlines()[-1] == f"{ResourceMissing.__module__}.ResourceMissing: {missing}"


def test_resources_of_the_wheel(installed: Path, tmp_path: Path) -> None:
    code = "from toolkit.resources import *; print(templates_dir(), examples_dir(), sep='\\n')"
    done = _python(installed, tmp_path, "-c", code)
    assert done.stdout.splitlines() == [str(installed / "toolkit" / name) for name in DATA]


def test_version_of_the_wheel(installed: Path, tmp_path: Path) -> None:
    done = _python(installed, tmp_path, "-m", "toolkit", "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert toolkit.__version__ in done.stdout


def test_demo_runs_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (installed / "toolkit").rglob("*") if "__pycache__" not in path.parts}
    done = _python(installed, tmp_path, "-m", "toolkit", "demo")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.rglob("*.docx")) != []
    assert str(ROOT) not in done.stdout + done.stderr
    after = {path: path.stat().st_mtime_ns for path in before}
    assert after == before


def test_starting_imports_nothing_heavy() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "toolkit", "--version"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    names = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "toolkit.apps.cli" in names
    assert {name.partition(".")[0] for name in names} & HEAVY == set()


def _python(site: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in `cwd` with `site` before all other places that modules come from."""
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONUTF8": "1", "TMPDIR": str(cwd)}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)


def _has_setuptools() -> bool:
    """Return whether this environment can build a wheel by itself (70.1 is the first with its own bdist_wheel)."""
    if importlib.util.find_spec("setuptools") is None:
        return False
    major, minor = (int(part) for part in version("setuptools").split(".")[:2])
    return (major, minor) >= (70, 1)


def test_everything_that_is_shipped_is_locked_with_its_digest() -> None:
    lines = (ROOT / "packaging" / "lock.txt").read_text(encoding="utf-8").splitlines()[1:]
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9a-z.]+( --hash=sha256:[0-9a-f]{64})+", line) for line in lines)
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    required = {canonicalize_name(Requirement(line).name) for line in setup["options"]["install_requires"].strip().splitlines()}
    assert required - {line.partition("==")[0] for line in lines} == set()
