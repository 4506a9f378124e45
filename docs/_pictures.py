"""The pictures of README and docs/使用手册, made anew from real workbooks and reports: `make pictures`.

Two small seasons are run on the examples; LibreOffice prints the workbooks and Word files, Chromium shows the report.
`python docs/_pictures.py README` makes those of README alone.
"""

from __future__ import annotations

import base64
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "使用手册" / "图"
OF_README = ROOT / "docs" / "图"
EXAMPLES = ROOT / "examples"
SEASON = EXAMPLES / "申报季"
ROSTER = EXAMPLES / "名单.xlsx"
COLOURS = 64
DOTS_PER_INCH = 75

# How wide a list is shown, in dots.
WIDTH = 1200

# How much of a page README shows: as far as a form of a few rows goes.
SHOWN = 0.74
sys.path.insert(0, str(ROOT))

# The pictures of README: what of the short season each shows, and which page of it.
README: Mapping[str, tuple[str, int | None]] = {
    "README-下发的表.png": ("下发/青溪区图书馆.xlsx", 1),
    "README-退改的表.png": ("退改/青溪区图书馆.xlsx", 2),
    "README-审核报告.png": ("审核结果/审核报告.html", None),
    "README-汇总表.png": ("汇总/青溪区图书馆2026年度项目绩效目标汇总表.docx", 2),
}

# A change of next year's, for 对比: sheet, field, new value.
CHANGES = (("项目1", "项目名称", "基本公共卫生服务经费（新）"), ("项目2", "当年财政拨款", 900000), ("项目3", "年度资金申请总额", 1300000))


def season(folder: Path) -> None:
    """Run the commands of a season in `folder`, which then holds 下发, 审核结果, 退改, 催报名单.xlsx, 汇总, 对比.xlsx."""
    import openpyxl

    from tests.shipped import at

    jixiao(folder, "issue", ROSTER, "-o", "下发", "--year", "2024")
    jixiao(folder, "import", *sorted((EXAMPLES / "已公布文档").glob("*.txt")), "-o", "回收")
    jixiao(folder, "check", "回收", "--roster", ROSTER, "-o", "审核结果")
    jixiao(folder, "annotate", "回收", "-o", "退改")
    jixiao(folder, "status", "回收", "--roster", ROSTER, "-o", "催报名单.xlsx")
    jixiao(folder, "merge", "回收", "-o", "汇总")
    (folder / "回收").rename(folder / "去年")
    (folder / "今年").mkdir()
    for path in (folder / "去年").glob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        for sheet, name, value in CHANGES:
            book[sheet][at(name)] = value
        book.save(folder / "今年" / path.name)
    jixiao(folder, "diff", "去年", "今年", "-o", "对比.xlsx")


def short_season(folder: Path) -> None:
    """Run in `folder` what README shows of a season: 下发, 审核结果, 退改, and 汇总 of the corrected returns."""
    shutil.copy(SEASON / "名单.xlsx", folder)
    shutil.copytree(SEASON / "回收", folder / "回收")
    jixiao(folder, "issue", "名单.xlsx", "-o", "下发")
    jixiao(folder, "check", "回收", "--roster", "名单.xlsx", "-o", "审核结果")
    jixiao(folder, "annotate", "回收", "--roster", "名单.xlsx", "-o", "退改")
    shutil.copytree(SEASON / "改正", folder / "回收", dirs_exist_ok=True)
    jixiao(folder, "merge", "回收", "--roster", "名单.xlsx", "-o", "汇总")


def jixiao(folder: Path, *words: object) -> None:
    """Run a command in `folder`; errors in the declarations are part of the story."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "toolkit", *map(str, words)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)
    if done.returncode not in (0, 3):
        raise SystemExit(done.stderr)


def printed(document: Path, page: int, place: Path, part: float = 1.0) -> None:
    """Save one page of a workbook or a Word file, as LibreOffice prints it, as the picture at `place`.

    `part` is how much of the page's height is kept, from the top; a short list is shown larger.
    """
    from PIL import Image

    from tests.office import convert

    with tempfile.TemporaryDirectory() as work:
        pdf = convert(document, "pdf", work)
        size = ["-r", str(DOTS_PER_INCH)] if part == 1 else ["-scale-to-x", str(WIDTH), "-scale-to-y", "-1"]
        subprocess.run(["pdftoppm", "-f", str(page), "-l", str(page), *size, "-png", "-singlefile", pdf, Path(work) / "page"], check=True)
        whole = Image.open(Path(work) / "page.png")
        save(whole.crop((0, 0, whole.width, round(whole.height * part))), place)


def shown(page: Path, place: Path) -> None:
    """Save a web page, as Chromium shows it, as the picture at `place`."""
    from PIL import Image

    from tests.browser import browser

    with browser() as window:
        window.call("Emulation.setDeviceMetricsOverride", width=1000, height=720, deviceScaleFactor=1, mobile=False)
        window.open(page.as_uri())
        data = window.call("Page.captureScreenshot", format="png")["data"]
    save(Image.open(io.BytesIO(base64.b64decode(data))), place)


def save(picture: object, place: Path) -> None:
    """Save with few colours: text stays sharp and the file small."""
    from PIL import Image

    assert isinstance(picture, Image.Image)
    place.parent.mkdir(parents=True, exist_ok=True)
    picture.convert("RGB").quantize(COLOURS).save(place, optimize=True)


def main(words: Sequence[str]) -> int:
    """Make every picture anew, or those of README alone."""
    of_readme()
    if "README" not in words:
        of_handbook()
    return 0


def of_readme() -> None:
    """What a unit gets, what it gets back, what the clerk reads and what is published."""
    with tempfile.TemporaryDirectory() as work:
        short_season(Path(work))
        for name, (made, page) in README.items():
            if page:
                printed(Path(work) / made, page, OF_README / name, SHOWN)
            else:
                shown(Path(work) / made, OF_README / name)


def of_handbook() -> None:
    """The pictures of the handbook's pages."""

    def place(name: str) -> Path:
        return PICTURES / f"{name}.png"

    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        season(folder)
        unit = "青溪区公共卫生管理中心"
        printed(folder / "下发" / f"{unit}.xlsx", 1, place("下发的申报表"))
        shown(folder / "审核结果" / "审核报告.html", place("审核报告"))
        printed(folder / "退改" / f"{unit}.xlsx", 1, place("审核意见"), 0.55)
        printed(folder / "退改" / f"{unit}退改通知.docx", 1, place("退改通知"))
        printed(folder / "催报名单.xlsx", 1, place("催报名单"), 0.22)
        printed(next((folder / "汇总").glob("*.docx")), 2, place("汇总表"))
        printed(folder / "汇总" / "总表.xlsx", 1, place("总表"), 0.27)
        printed(folder / "对比.xlsx", 1, place("对比"), 0.32)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
