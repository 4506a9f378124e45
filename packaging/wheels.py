"""The wheels an offline package needs: our own, built here, and everything it requires on one machine and one Python.

pip evaluates a requirement's marker (`sys_platform == "win32"`) for the machine it runs on, not for the one it downloads
for. So the markers are evaluated here, for the target, and what they ask for is named to pip until nothing is missing.
"""

from __future__ import annotations

import email.parser
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

# Kylin V10 and UOS 20 have glibc 2.28.
NEWEST_GLIBC = 28


@dataclass(frozen=True)
class Target:
    """One machine and one CPython, as pip and as markers name them."""

    python: str
    system: str
    machine: str

    @property
    def platforms(self) -> tuple[str, ...]:
        """Return pip's platform tags that fit, the newest first."""
        if self.system == "Windows":
            return (f"win_{self.machine.lower()}",)
        tags = [f"manylinux_2_{minor}_{self.machine}" for minor in range(NEWEST_GLIBC, 4, -1)]
        return (*tags, *(f"manylinux{year}_{self.machine}" for year in ("2014", "2010", "1")))

    def environment(self) -> dict[str, str]:
        """Return the values of a marker's variables on this target."""
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "os_name": "nt" if self.system == "Windows" else "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": self.system,
            "platform_version": "",
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            "sys_platform": "win32" if self.system == "Windows" else "linux",
        }


def build(root: Path, folder: Path) -> Path:
    """Return our own wheel, built into `folder` from a copy of the checkout at `root`; equal sources give equal bytes."""
    with tempfile.TemporaryDirectory() as work:
        source = Path(work) / "source"
        for name in ("toolkit", "templates", "examples"):
            shutil.copytree(root / name, source / name, ignore=shutil.ignore_patterns("__pycache__", ".*", "~$*"))
        for name in ("setup.cfg", "pyproject.toml", "README.md"):
            shutil.copy(root / name, source)
        _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(source))
    return next(folder.glob("jixiao_toolkit-*.whl"))


def collect(
    own: Path, target: Target, cache: Path, extra: Iterable[str] = (), cached: bool = False, pins: Iterable[str] = ()
) -> tuple[Path, ...]:
    """Return the wheels in `cache` that `own` and the requirements `extra` need on `target`, without `own`, by name.

    `pins` are the versions to take where a package is needed at all. With `cached`, what lies in `cache` is taken when it suffices, and nothing is downloaded.
    """
    cache.mkdir(parents=True, exist_ok=True)
    wanted = {*extra, *_needs(own, (), target)}
    while True:
        wheels = _download(sorted(wanted), target, cache, cached, pins)
        names = {canonicalize_name(Requirement(each).name) for each in wanted}
        asked = {name: [Requirement(each).extras for each in wanted if _is(each, name)] for name in names}
        needed = {
            requirement
            for wheel in wheels
            if (name := parse_wheel_filename(wheel.name)[0]) in names
            for requirement in _needs(wheel, set().union(*asked[name]), target)
        }
        if needed <= wanted:
            return tuple(wheel for wheel in wheels if parse_wheel_filename(wheel.name)[0] in names)
        wanted |= needed


def metadata(wheel: Path) -> Message:
    """Return the wheel's METADATA."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return email.parser.Parser().parsestr(archive.read(name).decode())


def _is(requirement: str, name: str) -> bool:
    return canonicalize_name(Requirement(requirement).name) == name


def _needs(wheel: Path, extras: Iterable[str], target: Target) -> set[str]:
    """Return what the wheel requires on `target`, without markers."""
    found = set()
    for line in metadata(wheel).get_all("Requires-Dist", []):
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({**target.environment(), "extra": each}) for each in ("", *extras)):
            requirement.marker = None
            found.add(str(requirement))
    return found


def _download(requirements: list[str], target: Target, cache: Path, cached: bool, pins: Iterable[str]) -> tuple[Path, ...]:
    """Return the wheels that meet `requirements` on `target`; they lie in `cache`."""
    with tempfile.TemporaryDirectory() as work:
        constraints = Path(work) / "constraints.txt"
        constraints.write_text("\n".join(pins), encoding="utf-8")
        arguments = ["download", "--dest", work, "--constraint", str(constraints), "--find-links", str(cache), "--only-binary=:all:"]
        arguments += ["--implementation", "cp", "--python-version", target.python]
        for platform in target.platforms:
            arguments += ["--platform", platform]
        if not (cached and _pip(*arguments, "--no-index", *requirements, may_fail=True)):
            _pip(*arguments, *requirements)
        found = sorted(Path(work).glob("*.whl"))
        for wheel in found:
            if not (cache / wheel.name).exists():
                shutil.copy(wheel, cache)
        return tuple(cache / wheel.name for wheel in found)


def _pip(*arguments: str, may_fail: bool = False) -> bool:
    """Run pip and return whether it succeeded; its own words are the error's message."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments, "--quiet"]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "315532800", "PYTHONUTF8": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    if done.returncode and not may_fail:
        raise SystemExit(
            f"{done.stderr.strip()}\n依赖的安装包没有取到：请检查网络；不能上网时用 PIP_INDEX_URL 或 PIP_FIND_LINKS 指定软件源。"
        )
    return done.returncode == 0
