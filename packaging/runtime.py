"""The Pythons that go into the packages: downloaded once, or taken from where an environment variable says, and checked."""

from __future__ import annotations

import os
import shutil
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from archive import digest

TIMEOUT_SECONDS = 60
BUILDS = "https://github.com/astral-sh/python-build-standalone/releases/download/20260814"


@dataclass(frozen=True)
class Runtime:
    """One published archive; `variable` names the environment variable with a path or an address of a copy of it."""

    url: str
    sha256: str
    variable: str

    @property
    def name(self) -> str:
        return self.url.rpartition("/")[2]


# The last 3.12 that python.org publishes for Windows.
EMBEDDED = Runtime(
    url="https://www.python.org/ftp/python/3.12.10/python-3.12.10-embed-amd64.zip",
    sha256="4acbed6dd1c744b0376e3b1cf57ce906f9dc9e95e68824584c8099a63025a3c3",
    variable="JIXIAO_WINDOWS_PYTHON",
)

# For Kylin V10 and UOS 20, whose own Python is 3.7; runs on glibc 2.17 and newer. The hashes are those in the list of uv.
STANDALONE = {
    "x86_64": Runtime(
        url=f"{BUILDS}/cpython-3.12.14+20260814-x86_64-unknown-linux-gnu-install_only_stripped.tar.gz",
        sha256="5acfa3e9ba26b51ae161c83aff278da915b590d22373a424b2ba55b8afe91fcc",
        variable="JIXIAO_LINUX_PYTHON_X86_64",
    ),
    "aarch64": Runtime(
        url=f"{BUILDS}/cpython-3.12.14+20260814-aarch64-unknown-linux-gnu-install_only_stripped.tar.gz",
        sha256="2d8e17dfd732102cfeb18e0e1fa6769b24caa034e159981129590fe409c7157a",
        variable="JIXIAO_LINUX_PYTHON_AARCH64",
    ),
}


def obtain(runtime: Runtime, cache: Path, offline: bool = False) -> Path | None:
    """Return the archive in `cache`; None, with the reason on stderr, when it cannot be had from here.

    A file with another hash is an error: nothing unknown goes into a package.
    """
    kept = cache / runtime.name
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        given = os.environ.get(runtime.variable)
        fresh = kept.with_suffix(".part")
        try:
            if offline and not given:
                raise FileNotFoundError("以前没有下载过，这次不下载")
            _copy(given or runtime.url, fresh)
        except (OSError, ValueError) as error:
            print(f"没有取到 {runtime.name}（{error}）。", file=sys.stderr)
            print(f"请从 {runtime.url} 下载，再用 {runtime.variable}=文件路径 指定。", file=sys.stderr)
            return None
        fresh.replace(kept)
    if digest(kept) != runtime.sha256:
        kept.unlink()
        raise SystemExit(f"{runtime.name} 的 SHA-256 不对，应为 {runtime.sha256}。已删除，请重新下载。")
    return kept


def _copy(source: str, target: Path) -> None:
    if source.startswith(("http://", "https://")):
        with urllib.request.urlopen(source, timeout=TIMEOUT_SECONDS) as answer, target.open("wb") as stream:
            shutil.copyfileobj(answer, stream)
    else:
        shutil.copyfile(source, target)
