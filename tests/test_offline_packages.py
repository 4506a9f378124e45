"""The packages for machines without internet: nothing is missing in the Windows one; the Linux one installs and runs.

The wheels are downloaded once into the user's cache. Windows programs are not run here: their own bytes and METADATA say
what they need, and what they need must be in the package or belong to Windows.
"""

from __future__ import annotations

import ast
import doctest
import email.parser
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from email.message import Message
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags, parse_tag
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from tests.shipped import ROOT
from tests.windows_binary import AMD64, read_binary
from toolkit import __version__

pytestmark = pytest.mark.slow

PYTHON = "3.12"
LISTED = "清单.txt"
NO_NETWORK = re.compile("Temporary failure in name resolution|Could not find a version|Connection|ProxyError|timed out")

# What python-3.12.10-embed-amd64.zip brings, and what it lacks of the standard library.
EMBEDDED_DLLS = {
    "python312.dll", "python3.dll", "vcruntime140.dll", "vcruntime140_1.dll", "libcrypto-3.dll", "libssl-3.dll",
    "libffi-8.dll", "sqlite3.dll",
}  # fmt: skip
NOT_EMBEDDED = {"ensurepip", "idlelib", "lib2to3", "test", "tkinter", "turtle", "turtledemo", "venv"}

# Of Windows itself since 10; `api-ms-win-…` too.
WINDOWS_DLLS = {
    "aclui", "activeds", "advapi32", "bcrypt", "bcryptprimitives", "comctl32", "comdlg32", "credui", "crypt32", "dsound",
    "gdi32", "imm32", "kernel32", "ktmw32", "loadperf", "lz32", "mpr", "msimg32", "mswsock", "netapi32", "ntdll", "ntdsapi",
    "odbc32", "ole32", "oleacc", "oleaut32", "pdh", "propsys", "psapi", "query", "rasapi32", "rpcrt4", "secur32", "sfc",
    "shell32", "shlwapi", "urlmon", "user32", "userenv", "uxtheme", "version", "winhttp", "wininet", "winmm", "ws2_32",
    "wtsapi32",
}  # fmt: skip

# Parts of pywin32 that neither we nor xlwings import: a Python editor and Exchange's mail. Their runtimes are not Windows'.
UNUSED = ("pythonwin/", "win32comext/mapi/")


def build(folder: Path, *arguments: str) -> Path:
    """Return the package that `packaging/build.py` makes in `folder`, from wheels downloaded before where they suffice."""
    command = [sys.executable, str(ROOT / "packaging" / "build.py"), *arguments, "--cached", "-o", str(folder)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode and NO_NETWORK.search(done.stderr):
        pytest.skip("没有网络，取不到安装包：" + done.stderr.strip().splitlines()[0])
    assert done.returncode == 0, done.stderr
    return next(folder.iterdir())


@pytest.mark.parametrize(
    ("arguments", "variable", "name"),
    [
        (["windows"], "JIXIAO_WINDOWS_PYTHON", "python-3.12.10-embed-amd64.zip"),
        (["linux"], "JIXIAO_LINUX_PYTHON_X86_64", "cpython-3.12.14+20260814-x86_64-unknown-linux-gnu-install_only_stripped.tar.gz"),
    ],
)
def test_an_unknown_python_does_not_get_into_a_package(tmp_path: Path, arguments: list[str], variable: str, name: str) -> None:
    forged = tmp_path / name
    forged.write_bytes(b"PK")
    command = [sys.executable, str(ROOT / "packaging" / "build.py"), *arguments, "-o", str(tmp_path / "dist")]
    environment = {**os.environ, variable: str(forged), "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONUTF8": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{name} 的 SHA-256 不对，应为 ")
    assert files_under(tmp_path) == [name]


# ---------------------------------------------------------------------------------------------------------- Windows


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the unpacked Windows package."""
    package = build(tmp_path_factory.mktemp("built"), "windows")
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    whole = (folder / f"jixiao-{__version__}-windows-amd64" / "python" / "python.exe").exists()
    assert package.name == f"jixiao-{__version__}-windows-amd64{'' if whole else '-不含Python'}.zip"
    return folder / f"jixiao-{__version__}-windows-amd64"


@pytest.fixture(scope="module")
def site(windows: Path) -> Path:
    return windows / "python" / "Lib" / "site-packages"


@pytest.fixture(scope="module")
def installed(site: Path) -> dict[NormalizedName, Message]:
    """Return the METADATA of each library in the package, by name."""
    parser = email.parser.Parser()
    found = [parser.parsestr((each / "METADATA").read_text(encoding="utf-8")) for each in site.glob("*.dist-info")]
    return {canonicalize_name(each["Name"]): each for each in found}


def test_every_template_lies_beside_the_program(windows: Path) -> None:
    """What the program uses is in its wheel (tests/test_packaging.py); these are for the clerk to copy and change."""
    ours = [path.name for path in (ROOT / "templates").iterdir() if not path.name.startswith((".", "~$"))]
    assert sorted(path.name for path in (windows / "表样").iterdir()) == sorted(ours)


def test_everything_required_is_there_in_a_fitting_version(installed: dict[NormalizedName, Message]) -> None:
    environment = {
        "python_version": PYTHON,
        "python_full_version": f"{PYTHON}.10",
        "platform_system": "Windows",
        "platform_machine": "AMD64",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "sys_platform": "win32",
        "os_name": "nt",
    }
    todo, seen, missing = [(canonicalize_name("jixiao-toolkit"), ""), (canonicalize_name("pywin32"), "")], set(), []
    while todo:
        name, extra = todo.pop()
        if (name, extra) in seen or name not in installed:
            continue
        seen.add((name, extra))
        for requirement in map(Requirement, installed[name].get_all("Requires-Dist", [])):
            if requirement.marker and not requirement.marker.evaluate({**environment, "extra": extra}):
                continue
            needed = canonicalize_name(requirement.name)
            todo += [(needed, each) for each in ("", *requirement.extras)]
            if needed not in installed or Version(installed[needed]["Version"]) not in requirement.specifier:
                missing.append(f"{name}: {requirement}")
    assert missing == []
    assert {name for name, _ in seen} == set(installed)
    assert {"pywin32", "tzdata", "xlwings", "pandas", "lxml", "cryptography"} <= set(installed)
    assert [name for name, each in installed.items() if not _fits(each["Requires-Python"])] == []
    assert installed[canonicalize_name("jixiao-toolkit")]["Version"] == __version__


def _fits(requires_python: str | None) -> bool:
    return requires_python is None or Version(f"{PYTHON}.10") in Requirement(f"python {requires_python}").specifier


def test_every_wheel_is_for_this_windows_and_this_python(site: Path) -> None:
    version = tuple(int(part) for part in PYTHON.split("."))
    fitting = {*cpython_tags(version, platforms=["win_amd64"]), *compatible_tags(version, "cp312", ["win_amd64"])}
    tags: dict[str, set[Tag]] = {}
    for each in site.glob("*.dist-info"):
        lines = (each / "WHEEL").read_text(encoding="utf-8").splitlines()
        tags[each.name] = {tag for line in lines if line.startswith("Tag: ") for tag in parse_tag(line[5:])}
    assert len(tags) > 20
    assert [name for name, own in tags.items() if not own & fitting] == []


def test_every_binary_finds_the_dlls_that_it_loads(windows: Path, site: Path) -> None:
    binaries = {path: read_binary(path.read_bytes()) for path in windows.rglob("*") if path.suffix in (".dll", ".pyd", ".exe")}
    packed = {path.name.lower() for path in binaries}
    given = packed | EMBEDDED_DLLS | {f"{name}.dll" for name in WINDOWS_DLLS} | {"winspool.drv"}
    problems = []
    for path, binary in binaries.items():
        name = path.relative_to(windows).as_posix()
        if name.startswith("python/xlwings32"):  # for a 32-bit Excel, loaded by it
            continue
        if binary.machine != AMD64:
            problems.append(f"{name}: not for amd64")
        if re.search(r"\.cp\d+-", path.name) and ".cp312-win_amd64." not in path.name:
            problems.append(f"{name}: for another Python")
        if path.is_relative_to(site) and path.relative_to(site).as_posix().startswith(UNUSED):
            continue
        lacking = {each for each in binary.loads - given if not each.startswith(("api-ms-win-", "ext-ms-win-"))}
        problems += [f"{name}: {each}" for each in sorted(lacking)]
    assert problems == []
    assert len(binaries) > 100


def test_everything_our_modules_import_is_there(site: Path) -> None:
    """But for what is optional: .parquet is written only where pyarrow was installed beside us."""
    missing = set()
    for path in (site / "toolkit").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            else:
                continue
            missing |= {f"{path.name}: {name}" for name in names if not _resolves(site, name)}
    assert missing == {"parquet.py: pyarrow", "parquet.py: pyarrow.parquet"}


def _resolves(site: Path, module: str) -> bool:
    """Return whether the standard library of the embeddable Python or a file of the package holds `module`."""
    top = module.partition(".")[0]
    if top in sys.stdlib_module_names:
        return top not in NOT_EMBEDDED
    bases = [folder.joinpath(*module.split(".")) for folder in _search_folders(site)]
    return any(base.is_dir() or base.with_suffix(".py").exists() or [*base.parent.glob(f"{base.name}.*pyd")] for base in bases)


def _search_folders(site: Path) -> list[Path]:
    """Return site-packages and the folders that its .pth files add (pywin32's)."""
    lines = [line for path in site.glob("*.pth") for line in path.read_text(encoding="utf-8").splitlines()]
    return [site, *(site / line.replace("\\", "/") for line in lines if line and not line.startswith(("import ", "#")))]


def test_the_search_path_names_what_is_there(windows: Path) -> None:
    lines = (windows / "python" / "python312._pth").read_bytes().decode("ascii").split("\r\n")
    assert lines == ["python312.zip", ".", r"Lib\site-packages", "import site", ""]
    assert (windows / "python" / "Lib" / "site-packages" / "toolkit" / "__main__.py").exists()


def test_batch_files_refer_to_files_that_exist(windows: Path) -> None:
    batches = sorted(windows.glob("*.bat"))
    assert [path.name for path in batches] == ["jixiao.bat", "卸载.bat", "安装.bat"]
    from_python_org = {"python/python.exe", "python-3.12.10-embed-amd64.zip"}
    for path in batches:
        raw = path.read_bytes()
        assert raw.count(b"\n") == raw.count(b"\r\n") > 5, path
        text = raw.decode("ascii")
        assert "@" not in text.removeprefix("@echo off"), path
        named = {each.replace("\\", "/") for each in re.findall(r"[%!]HERE[%!]([\w.\\-]+)", text)}
        assert "python/python.exe" in named, path
        assert [each for each in named - from_python_org - {"python"} if not (windows / each).is_file()] == [], path
        modules = set(re.findall(r"-m ([\w.]+)", text))
        assert [each for each in modules if not _resolves(windows / "python" / "Lib" / "site-packages", each)] == [], path
        labels = {each.lower() for each in re.findall(r"^:(\w+)", text, re.MULTILINE)}
        assert {each.lower() for each in re.findall(r"goto (\w+)", text)} <= labels, path
    for path in (windows / "说明.txt", windows / "setup" / "no-python.txt"):
        raw = path.read_bytes()
        assert raw.count(b"\n") == raw.count(b"\r\n") > 5, path
        assert "@" not in raw.decode("utf-8"), path


def test_the_list_names_every_file_with_size_and_hash(windows: Path) -> None:
    listed = {}
    for line in (windows / LISTED).read_text(encoding="utf-8").splitlines()[2:]:
        digest, size, name = line.split("\t")
        listed[name] = (digest, int(size))
    found = {
        path.relative_to(windows).as_posix(): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)
        for path in windows.rglob("*")
        if path.is_file() and path.name != LISTED
    }
    assert listed == found
    # Windows stops at 260 characters: …\AppData\Local\Programs\jixiao\ or a folder on the desktop come before.
    assert max(map(len, found)) < 160


@pytest.fixture
def setup(windows: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return setup.py of the package as a module."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    spec = importlib.util.spec_from_file_location("windows_setup", windows / "setup" / "setup.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


def small_package(folder: Path, version: str = "1") -> Path:
    """Write a package of three files with its list."""
    files = {"python/python.exe": version, "jixiao.bat": "bat", "绩效工具.xlam": "addin"}
    lines = []
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        lines.append(f"{hashlib.sha256(text.encode()).hexdigest()}\t{len(text)}\t{name}\n")
    (folder / LISTED).write_text("清单\n\n" + "".join(lines), encoding="utf-8")
    return folder


def places(setup: ModuleType, home: Path) -> object:
    for name in ("桌面", "菜单"):
        (home / name).mkdir(parents=True)
    return setup.Places(home / "Programs" / "jixiao", home / "桌面", home / "菜单", home / "XLSTART")


def link(shortcut: Path, program: Path) -> None:
    shortcut.write_text(str(program), encoding="utf-8")


class UserPath:
    """The user's PATH in the registry."""

    def __init__(self) -> None:
        self.value = r"%USERPROFILE%\bin;C:\tools"

    def change(self, change: Callable[[str], str]) -> None:
        self.value = change(self.value)


def files_under(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


INSTALLED = [
    "Programs/jixiao/jixiao.bat",
    "Programs/jixiao/python/python.exe",
    f"Programs/jixiao/{LISTED}",
    "Programs/jixiao/绩效工具.xlam",
    "XLSTART/绩效工具.xlam",
    "桌面/绩效审核.lnk",
    "菜单/绩效审核.lnk",
]


def test_examples_in_the_windows_setup(setup: ModuleType) -> None:
    result = doctest.testmod(setup)
    assert (result.failed, result.attempted) == (0, 2)


def test_windows_setup_installs_renews_and_removes(setup: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "用户 甲"
    where = places(setup, home)
    path = UserPath()
    before = path.value
    assert setup.install(small_package(tmp_path / "u盘 & 一"), where, link, path.change) == 0
    assert files_under(home) == sorted(INSTALLED)
    assert path.value == f"{before};{home / 'Programs' / 'jixiao'}"
    assert capsys.readouterr().out.splitlines()[-1].startswith("安装完成。")
    assert setup.install(small_package(tmp_path / "新版", "2"), where, link, path.change) == 0
    assert files_under(home) == sorted(INSTALLED)
    assert path.value == f"{before};{home / 'Programs' / 'jixiao'}"
    assert (home / "Programs" / "jixiao" / "python" / "python.exe").read_text() == "2"
    assert setup.uninstall(tmp_path / "新版", where, path.change) == 0
    assert (files_under(home), path.value) == ([], before)


def test_windows_setup_leaves_its_own_folder_to_the_batch_file(windows: Path, setup: ModuleType, tmp_path: Path) -> None:
    where = places(setup, tmp_path)
    program = small_package(tmp_path / "Programs" / "jixiao")
    assert setup.uninstall(program, where, UserPath().change) == 3
    assert 'if not "%CODE%"=="3"' in (windows / "卸载.bat").read_text(encoding="ascii")
    assert (program / LISTED).exists()


def test_windows_setup_refuses_a_damaged_package(setup: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    package = small_package(tmp_path / "包")
    (package / "jixiao.bat").write_text("坏", encoding="utf-8")
    (package / "绩效工具.xlam").unlink()
    assert setup.install(package, places(setup, tmp_path / "家"), link, UserPath().change) == 1
    assert files_under(tmp_path / "家") == []
    said = "安装包不完整，没有安装。请重新解压或重新拷贝。有问题的文件：\n  jixiao.bat\n  绩效工具.xlam\n"
    assert capsys.readouterr().out == said


@pytest.mark.parametrize("name", ["jixiao", "jixiao.new", "jixiao.old"])
def test_windows_setup_leaves_a_folder_that_is_not_ours(
    setup: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    theirs = tmp_path / "家" / "Programs" / name / "照片.jpg"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("照片", encoding="utf-8")
    assert setup.install(small_package(tmp_path / "包"), places(setup, tmp_path / "家"), link, UserPath().change) == 1
    assert files_under(tmp_path / "家") == [f"Programs/{name}/照片.jpg"]
    assert capsys.readouterr().out == f"{theirs.parent} 已经存在，里面不是绩效工具，没有安装。请把它改名或移走，再双击一次“安装.bat”。\n"


def test_windows_setup_goes_on_without_shortcuts_and_path(setup: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def refused(*_: object) -> None:
        raise OSError("拒绝访问")

    assert setup.install(small_package(tmp_path / "包"), places(setup, tmp_path / "家"), refused, refused) == 0
    said = capsys.readouterr().out
    assert said.count("没有建成（拒绝访问）") == 2
    assert said.count("没有写进 PATH（拒绝访问）") == 1


# ------------------------------------------------------------------------------------------------------------ Linux


@pytest.fixture(scope="module")
def linux(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the unpacked Linux package for this machine and this Python."""
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"):
        pytest.skip("只在 Linux（x86-64、arm64）上")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    folder = tmp_path_factory.mktemp("built")
    package = build(folder, "linux", "--machine", platform.machine(), "--python", version)
    target = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(package) as archive:
        archive.extractall(target)
    return next(target.iterdir())


@pytest.fixture(scope="module")
def without_network() -> list[str]:
    """Return what a command starts with to run without network: a name space of its own where the system allows one."""
    for command in (["unshare", "-n"], ["unshare", "-rn"]):
        if shutil.which("unshare") and subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    return []


@pytest.fixture(scope="module")
def offline(without_network: list[str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs a command with an empty environment, without network and without proxies that work."""
    nowhere = "http://127.0.0.1:9"
    settings = {"PIP_NO_INDEX": "1", "HTTPS_PROXY": nowhere, "HTTP_PROXY": nowhere, "LANG": "C.UTF-8"}
    python = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"

    def call(home: Path, *command: object, **environment: str) -> subprocess.CompletedProcess[str]:
        home.mkdir(exist_ok=True)
        variables = {"HOME": str(home), "PATH": "/usr/bin:/bin", "JIXIAO_PYTHON": str(python), **settings, **environment}
        return subprocess.run(
            [*without_network, *map(str, command)],
            cwd=home,
            env=variables,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    return call


def test_linux_package_installs_without_network_and_runs_the_demo(
    linux: Path, offline: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    home = tmp_path / "用户 甲&乙"
    done = offline(home, "sh", linux / "install.sh")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[0] == f"安装完成：jixiao {__version__}"
    program = home / ".local" / "bin" / "jixiao"
    demo = offline(home, program, "demo")
    assert (demo.returncode, demo.stderr) == (0, "")
    assert (home / "绩效演示" / "5-汇总" / "总表.xlsx").exists()
    entry = (home / ".local" / "share" / "applications" / "jixiao.desktop").read_text(encoding="utf-8")
    assert f'Exec="{home}/.local/share/jixiao/venv/bin/python" -I -m toolkit.apps.dropped %F' in entry

    # A package that has lost something takes nothing away from what is installed.
    broken = tmp_path / "坏包"
    shutil.copytree(linux, broken, ignore=shutil.ignore_patterns("lxml-*.whl"))
    failed = offline(home, "sh", broken / "install.sh")
    assert failed.returncode == 1
    lost = next((linux / "wheels").glob("lxml-*.whl")).name
    assert failed.stderr.splitlines()[1:] == [f"wheels/{lost}"]
    assert offline(home, program, "--version").stdout == f"jixiao {__version__}\n"

    theirs = home / ".local" / "share" / "jixiao.old" / "照片.jpg"
    theirs.parent.mkdir()
    theirs.write_text("照片", encoding="utf-8")
    again = offline(home, "sh", linux / "install.sh")
    assert (again.returncode, theirs.exists()) == (1, True)
    assert "里面不是绩效工具" in again.stderr
    shutil.rmtree(theirs.parent)

    removed = offline(home, "sh", home / ".local" / "share" / "jixiao" / "卸载.sh")
    assert removed.returncode == 0, removed.stderr
    left = [path.relative_to(home).parts[0] for path in home.rglob("*") if path.is_file() or path.is_symlink()]
    assert set(left) == {"绩效演示"}


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"JIXIAO_PYTHON": "/bin/false"}, "需要 Python "),
        ({"JIXIAO_PREFIX": "{home}/别人的"}, "里面不是绩效工具"),
    ],
)
def test_linux_package_says_why_it_does_not_install(
    linux: Path,
    offline: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
    environment: dict[str, str],
    said: str,
) -> None:
    (tmp_path / "别人的").mkdir()
    if (linux / "python").exists() and "JIXIAO_PREFIX" not in environment:
        pytest.skip("安装包自带 Python")
    given = {name: value.format(home=tmp_path) for name, value in environment.items()}
    done = offline(tmp_path, "sh", linux / "install.sh", **given)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("没有装成：") and said in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["别人的"]


def test_shell_scripts_are_plain_sh(linux: Path) -> None:
    for path in linux.glob("*.sh"):
        text = path.read_bytes()
        assert b"\r" not in text and os.access(path, os.X_OK), path
        checked = subprocess.run(["sh", "-n", path], capture_output=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, b""), path
