"""Builds the offline packages: `build.py windows` → a zip, `build.py linux` → a .tar.gz for one machine. See docs/安装.md."""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import archive
import lock
import wheels
from runtime import EMBEDDED, STANDALONE, obtain

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jixiao" / "packages"
WINDOWS_PYTHON = "3.12"
LINUX_PYTHONS = ("3.12", "3.11", "3.10")
SITE = "Lib/site-packages"

# What `make macros` makes.
ADDIN = ROOT / "dist" / "绩效工具.xlam"

# For setup.py's shortcuts, whether or not a library asks for it.
FOR_SHORTCUTS = ("pywin32",)


def windows(output: Path, cached: bool) -> Path:
    """Build the Windows package into the folder `output` and return it; its name says so when it lacks Python."""
    runtime = obtain(EMBEDDED, CACHE, offline=cached)
    target = wheels.Target(WINDOWS_PYTHON, "Windows", "AMD64")
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / f"jixiao-{version()}-windows-amd64"
        python = folder / "python"
        python.mkdir(parents=True)
        if runtime:
            with zipfile.ZipFile(runtime) as packed:
                packed.extractall(python)
        own = wheels.build(ROOT, Path(work))
        needed = wheels.collect(own, target, CACHE / "wheels", FOR_SHORTCUTS, cached, lock.pins())
        lock.check(needed)
        for wheel in (own, *needed):
            unpack(wheel, python)
        write(python / f"python{WINDOWS_PYTHON.replace('.', '')}._pth", _search_path(), "\r\n")

        words = {
            "VERSION": version(),
            "ARCHIVE": EMBEDDED.name,
            "URL": EMBEDDED.url,
            "SHA256": EMBEDDED.sha256,
            "PYTHON": "" if runtime else f"安装包里没有 Python：先把 {EMBEDDED.name} 放到“安装.bat”旁边（不要解压），再双击它。",
            "ADDIN": "安装时放进 Excel 的启动文件夹，下次打开 Excel 时出现“绩效工具”选项卡。" if ADDIN.exists() else "这个安装包里没有。",
        }
        for source in sorted((HERE / "windows").iterdir()):
            if source.suffix in (".bat", ".txt", ".py"):
                place = folder / "setup" if source.name in ("setup.py", "no-python.txt") else folder
                write(place / source.name, fill(source, words), "\n" if source.suffix == ".py" else "\r\n")
        shutil.copytree(ROOT / "templates", folder / "表样", ignore=shutil.ignore_patterns(".*", "~$*"))
        if ADDIN.exists():
            shutil.copy(ADDIN, folder)
        archive.write_list(folder, "\r\n")
        output.mkdir(parents=True, exist_ok=True)
        package = output / f"{folder.name}{'' if runtime else '-不含Python'}.zip"
        archive.write_zip(folder, package)
    report(package, f"Python {WINDOWS_PYTHON}", runtime is not None, len(needed) + 1)
    print("Excel 插件：" + ("已放入" if ADDIN.exists() else f"没有 {ADDIN}（先运行 make macros），安装包里不含插件"))
    return package


def linux(output: Path, machine: str, pythons: Iterable[str], cached: bool) -> Path:
    """Build the Linux package for `machine` and the given CPythons into the folder `output` and return it."""
    runtime = obtain(STANDALONE[machine], CACHE, offline=cached)
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / f"jixiao-{version()}-linux-{machine}"
        (folder / "wheels").mkdir(parents=True)
        own = wheels.build(ROOT, folder / "wheels")
        needed = {
            wheel
            for python in pythons
            for wheel in wheels.collect(own, wheels.Target(python, "Linux", machine), CACHE / "wheels", ("pip",), cached, lock.pins())
        }
        lock.check(needed)
        for wheel in needed:
            shutil.copy(wheel, folder / "wheels")
        if runtime:
            (folder / "python").mkdir()
            shutil.copy(runtime, folder / "python" / "python.tar.gz")
        words = {
            "VERSION": version(),
            "MACHINE": machine,
            "PYTHONS": " ".join(pythons),
            "PYTHON": "安装包里带有 Python，本机不需要另装。"
            if runtime
            else "安装包里没有 Python，本机要有 " + "、".join(pythons) + " 之一。",
        }
        for source in sorted((HERE / "linux").iterdir()):
            if source.suffix in (".sh", ".txt", ".desktop"):
                write(folder / source.name, fill(source, words), "\n")
        shutil.copytree(ROOT / "templates", folder / "表样", ignore=shutil.ignore_patterns(".*", "~$*"))
        archive.write_list(folder)
        output.mkdir(parents=True, exist_ok=True)
        package = output / f"{folder.name}.tar.gz"
        archive.write_tar(folder, package)
    report(package, "Python " + "、".join(pythons), runtime is not None, len(needed) + 1)
    return package


def version() -> str:
    """Return the toolkit's version, read and not imported."""
    module = ast.parse((ROOT / "toolkit" / "__init__.py").read_text(encoding="utf-8"))
    values = {ast.unparse(node.targets[0]): node.value for node in module.body if isinstance(node, ast.Assign)}
    return str(ast.literal_eval(values["__version__"]))


def unpack(wheel: Path, python: Path) -> None:
    """Put the wheel's files where pip would in the Python at `python`; scripts and headers are left out."""
    with zipfile.ZipFile(wheel) as packed:
        for name in packed.namelist():
            parts = PurePosixPath(name).parts
            if parts[0].endswith(".data"):
                places = {"purelib": SITE, "platlib": SITE, "data": ""}
                if len(parts) < 3 or parts[1] not in places:
                    continue
                target = python.joinpath(places[parts[1]], *parts[2:])
            else:
                target = python / SITE / name
            if not name.endswith("/"):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(packed.read(name))


def fill(source: Path, words: dict[str, str]) -> str:
    """Return the text of `source` with each @WORD@ replaced."""
    text = source.read_text(encoding="utf-8")
    for name, value in words.items():
        text = text.replace(f"@{name}@", value)
    return text


def write(path: Path, text: str, newline: str) -> None:
    """Write UTF-8 without a mark; 记事本 and `type` after chcp 65001 both read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline=newline)


def report(package: Path, python: str, complete: bool, count: int) -> None:
    """Print the package's name, size and hash, and whether it holds a Python."""
    held = "自带 Python" if complete else "不带 Python（见上）"
    print(f"{package}：{package.stat().st_size / 1e6:.1f} MB，{python}，{count} 个安装包，{held}")
    print(f"SHA-256 {archive.digest(package)}")


def _search_path() -> str:
    """Return the contents of the ._pth file: where this Python looks, and nowhere else; `import site` reads the .pth files."""
    return f"python{WINDOWS_PYTHON.replace('.', '')}.zip\n.\n{SITE.replace('/', chr(92))}\nimport site\n"


def main() -> int:
    """Build what the command line says."""
    parser = argparse.ArgumentParser(description="生成离线安装包")
    parser.add_argument("system", choices=("windows", "linux"))
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "dist", help="放在哪个文件夹，默认 dist")
    parser.add_argument("--machine", choices=tuple(STANDALONE), default="x86_64", help="linux：处理器，默认 x86_64")
    parser.add_argument("--python", nargs="+", default=LINUX_PYTHONS, help="linux：适用的 Python，默认 3.12 3.11 3.10")
    parser.add_argument("--cached", action="store_true", help="以前下载过的够用就不再下载")
    options = parser.parse_args()
    if options.system == "windows":
        windows(options.output, options.cached)
    else:
        linux(options.output, options.machine, options.python, options.cached)
    return 0


if __name__ == "__main__":
    sys.exit(main())
