"""Puts the unpacked package into the user's own folders, or takes it away again. Called by 安装.bat and 卸载.bat.

Only the standard library is used, and pywin32 (in the package) for the shortcuts. Returns 0; 1 when it could not be done;
3 when 卸载.bat must remove the folder that this Python runs from.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LIST = "清单.txt"
ADDIN = "绩效工具.xlam"
SHORTCUT = "绩效审核.lnk"
FAILED, REMOVE_FOLDER = 1, 3

# Makes a shortcut to the program in a folder; changes the user's PATH.
Link = Callable[[Path, Path], None]
ChangePath = Callable[[Callable[[str], str]], None]


@dataclass(frozen=True)
class Places:
    """Where things go: the program's folder, and the user's desktop, start menu and Excel start folder."""

    program: Path
    desktop: Path
    start_menu: Path
    excel_start: Path

    @property
    def shortcuts(self) -> tuple[Path, Path]:
        return self.desktop / SHORTCUT, self.start_menu / SHORTCUT


def install(package: Path, places: Places, link: Link, change_path: ChangePath) -> int:
    """Copy the package into `places.program`, in place of an earlier one, make the shortcuts and add it to PATH.

    The add-in and a terminal find jixiao.bat by PATH.
    """
    if package == places.program:
        print("这里就是安装好的程序，不用再安装。")
        return 0
    damaged = compare(package)
    if damaged:
        print("安装包不完整，没有安装。请重新解压或重新拷贝。有问题的文件：", *damaged[:10], sep="\n  ")
        if len(damaged) > 10:
            print(f"  …… 共 {len(damaged)} 个")
        return FAILED
    for folder in _touched(places.program):
        if folder.exists() and not _is_ours(folder):
            print(f"{folder} 已经存在，里面不是绩效工具，没有安装。请把它改名或移走，再双击一次“安装.bat”。")
            return FAILED
    try:
        _replace(package, places.program)
    except OSError as error:
        print(f"没有装成：{error.filename or places.program} 写不进去。请关闭正在运行的绩效工具和 Excel，再双击一次“安装.bat”。")
        return FAILED
    print(f"程序装在 {places.program}")
    for shortcut in places.shortcuts:
        try:
            link(shortcut, places.program)
            print(f"快捷方式 {shortcut}")
        except OSError as error:
            print(f"快捷方式 {shortcut} 没有建成（{error}）。不影响使用：把文件夹拖到 {places.program / 'jixiao.bat'} 上也一样。")
    try:
        change_path(lambda value: with_folder(value, str(places.program)))
        print("新打开的命令窗口里可以直接写 jixiao。")
    except OSError as error:
        print(f"没有写进 PATH（{error}）。命令窗口里要写全：{places.program / 'jixiao.bat'}；Excel 插件用不了审核。")
    _add_in(package / ADDIN, places.excel_start / ADDIN)
    print("安装完成。把装有申报表的文件夹拖到桌面的“绩效审核”上试试。")
    return 0


def uninstall(package: Path, places: Places, change_path: ChangePath) -> int:
    """Remove the program, the shortcuts, the add-in and the entry in PATH; what the user made stays."""
    try:
        change_path(lambda value: without_folder(value, str(places.program)))
        for path in (*places.shortcuts, places.excel_start / ADDIN):
            path.unlink(missing_ok=True)
        if package == places.program:
            print("绩效工具已经卸载。申报表和审核结果没有动。")
            return REMOVE_FOLDER
        if (places.program / LIST).exists():
            shutil.rmtree(places.program)
    except OSError as error:
        print(f"没有卸载完：{error.filename} 删不掉。请关闭正在运行的绩效工具和 Excel，再双击一次“卸载.bat”。")
        return FAILED
    print("绩效工具已经卸载。申报表和审核结果没有动。")
    return 0


def with_folder(value: str, folder: str) -> str:
    r"""Return PATH with `folder` in it, at the end and once.

    >>> with_folder(r"C:\bin;D:\x", r"D:\X")
    'C:\\bin;D:\\X'
    """
    return ";".join(filter(None, (without_folder(value, folder), folder)))


def without_folder(value: str, folder: str) -> str:
    r"""Return PATH without `folder`; the other entries stay as they are, empty ones too.

    >>> without_folder(r"C:\bin;D:\x;%USERPROFILE%\bin", r"D:\X")
    'C:\\bin;%USERPROFILE%\\bin'
    """
    return ";".join(each for each in value.split(";") if each.rstrip("\\").casefold() != folder.casefold())


def compare(package: Path) -> list[str]:
    """Return the files that are listed in 清单.txt and are absent or have other contents."""
    listed = [line.split("\t") for line in (package / LIST).read_text(encoding="utf-8").splitlines() if "\t" in line]
    return [name for digest, _, name in listed if _digest(package / name) != digest]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _touched(program: Path) -> tuple[Path, Path, Path]:
    """Return the folder of the program, and those beside it for a copy that is not whole yet and for the earlier one."""
    return program, program.with_name(f"{program.name}.new"), program.with_name(f"{program.name}.old")


def _is_ours(folder: Path) -> bool:
    """Return whether an installation, or what a broken-off one left, is in `folder`."""
    return any((folder / name).exists() for name in (LIST, "jixiao.bat", "setup")) or not any(folder.iterdir())


def _replace(package: Path, program: Path) -> None:
    """Copy `package` to `program`; an earlier one stays until the copy is whole."""
    _, fresh, earlier = _touched(program)
    for left in (fresh, earlier):
        if left.exists():
            shutil.rmtree(left)
    shutil.copytree(package, fresh, ignore=shutil.ignore_patterns("__pycache__"))
    if program.exists():
        program.rename(earlier)
    fresh.rename(program)
    shutil.rmtree(earlier, ignore_errors=True)


def _add_in(source: Path, target: Path) -> None:
    if not source.exists():
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
        print(f"Excel 插件 {target}，下次打开 Excel 时出现“绩效工具”选项卡。")
    except OSError:
        print(f"Excel 插件没有装上：{target} 写不进去。请关闭 Excel，再双击一次“安装.bat”。")


def windows_places() -> Places:
    """Return this user's folders; the desktop may have been moved, so Windows is asked for it."""
    from win32com.shell import shell, shellcon

    def known(folder: int) -> Path:
        return Path(shell.SHGetFolderPath(0, folder, None, 0))

    return Places(
        program=Path(os.environ["LOCALAPPDATA"]) / "Programs" / "jixiao",
        desktop=known(shellcon.CSIDL_DESKTOPDIRECTORY),
        start_menu=known(shellcon.CSIDL_PROGRAMS),
        excel_start=Path(os.environ["APPDATA"]) / "Microsoft" / "Excel" / "XLSTART",
    )


def windows_link(shortcut: Path, program: Path) -> None:
    """Make a shortcut onto which folders can be dropped. It starts python.exe itself: unlike cmd, that takes any path."""
    import pythoncom
    import pywintypes
    from win32com.shell import shell

    try:
        link = pythoncom.CoCreateInstance(shell.CLSID_ShellLink, None, pythoncom.CLSCTX_INPROC_SERVER, shell.IID_IShellLink)
        link.SetPath(str(program / "python" / "python.exe"))
        link.SetArguments("-X utf8 -m toolkit.apps.dropped")
        link.SetWorkingDirectory(str(shortcut.parent))
        link.SetDescription("把装有申报表的文件夹拖到这里，审核并打开报告")
        link.QueryInterface(pythoncom.IID_IPersistFile).Save(str(shortcut), 0)
    except pywintypes.com_error as error:
        raise OSError(str(error)) from error


def windows_change_path(change: Callable[[str], str]) -> None:
    """Replace the user's PATH (not the machine's) by what `change` makes of it, and tell the programs that run."""
    import winreg

    import win32con
    import win32gui

    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, "Environment") as key:
        try:
            value, kind = winreg.QueryValueEx(key, "Path")
        except FileNotFoundError:
            value, kind = "", winreg.REG_EXPAND_SZ
        changed = change(value)
        if changed == value:
            return
        winreg.SetValueEx(key, "Path", 0, kind, changed)
    win32gui.SendMessageTimeout(win32con.HWND_BROADCAST, win32con.WM_SETTINGCHANGE, 0, "Environment", win32con.SMTO_ABORTIFHUNG, 2000)


def main(arguments: list[str]) -> int:
    """Install or uninstall, as the batch file says."""
    package = Path(__file__).resolve().parent.parent
    if arguments == ["uninstall"]:
        return uninstall(package, windows_places(), windows_change_path)
    return install(package, windows_places(), windows_link, windows_change_path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
