"""Writing the Word 汇总表: against zipping the very same bytes."""

from __future__ import annotations

import io
import zipfile
from functools import partial

from benchmarks.samples import declarations, form
from benchmarks.timing import interleaved, report
from toolkit.outputs.word import SummaryTemplate, compile_template, write_summary
from toolkit.reading.model import Declaration
from toolkit.resources import templates_dir


def run() -> None:
    template = compile_template(templates_dir() / "绩效目标汇总表.docx", form())
    rows = []
    for projects in (100, 1000):
        made = declarations(projects)
        buffer = io.BytesIO()
        write_summary(template, made, buffer)
        with zipfile.ZipFile(buffer) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        times = interleaved(
            {"写出": partial(_write, template, made), "压缩同样的内容": partial(_zip, parts)}, rounds=5
        )
        for name, seconds in times.items():
            rows.append((f"{projects} 个项目：{name}", f"{seconds * 1000 / projects:8.3f} ms/项目"))
        rows.append((f"{projects} 个项目：写出 ÷ 压缩", f"{times['写出'] / times['压缩同样的内容']:8.2f}×"))
    report("Word 汇总表（每个项目 30 条指标）", rows)


def _write(template: SummaryTemplate, made: list[Declaration]) -> None:
    write_summary(template, made, io.BytesIO())


def _zip(parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
