"""Writing the Word 汇总表: against zipping the very same bytes, against docxtpl, and the memory it takes.

docxtpl fills the same template with its loops instead of the marks; it merges no labels and lists no contents, so it has
less to do. Memory is that of a process of its own, which makes each declaration when it is asked for.
"""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from copy import deepcopy
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any, overload

from benchmarks.samples import declarations, form
from benchmarks.timing import interleaved, report, verdict
from toolkit.outputs.word import SummaryTemplate, compile_template, write_summary
from toolkit.outputs.word.values import declaration_values, row_printer
from toolkit.reading.model import Declaration
from toolkit.resources import templates_dir

SHIPPED = templates_dir() / "绩效目标汇总表.docx"


def run() -> None:
    # First, because a child's peak counts what its parent held when it was started.
    few, many = (_peak(projects) for projects in (200, 2000))
    template = compile_template(SHIPPED, form())
    rows: list[tuple[str, str]] = []
    each: dict[int, dict[str, float]] = {}
    for projects, faster in ((100, 8), (1000, 15)):
        made = declarations(projects)
        buffer = io.BytesIO()
        write_summary(template, made, buffer)
        with zipfile.ZipFile(buffer) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        times = each[projects] = interleaved({"写出": partial(_write, template, made), "压缩同样的内容": partial(_zip, parts)}, rounds=7)
        for name, seconds in times.items():
            rows.append((f"{projects} 个项目：{name}", f"{seconds * 1000 / projects:8.3f} ms/项目"))
        ours = times["写出"]
        rows.append((f"{projects} 个项目：写出 ÷ 压缩", verdict(ours / times["压缩同样的内容"], 2)))
        theirs = _docxtpl(made)
        if theirs is None:
            rows.append((f"{projects} 个项目：docxtpl", "没有安装：pip install docxtpl"))
        else:
            rows.append((f"{projects} 个项目：docxtpl", f"{theirs * 1000 / projects:8.3f} ms/项目"))
            rows.append((f"{projects} 个项目：docxtpl ÷ 写出", verdict(theirs / ours, faster, at_least=True)))
    rows.append(("每个项目的时间：1000 个 ÷ 100 个", verdict(each[1000]["写出"] / each[100]["写出"] / 10, 1)))
    rows.append(
        ("底线：压缩同样的内容，每个项目 1000 个 ÷ 100 个", f"{each[1000]['压缩同样的内容'] / each[100]['压缩同样的内容'] / 10:8.2f}×")
    )
    rows += [("200 个项目：内存峰值", f"{few / 1024:8.1f} MB"), ("2000 个项目：内存峰值", f"{many / 1024:8.1f} MB")]
    rows.append(("内存峰值：2000 个 ÷ 200 个", verdict(many / few, 1.3)))
    report("Word 汇总表（每个项目 30 条指标）", rows)


def _write(template: SummaryTemplate, made: Sequence[Declaration]) -> None:
    write_summary(template, made, io.BytesIO())


def _zip(parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def _docxtpl(made: list[Declaration]) -> float | None:
    """Return the seconds docxtpl takes for the same projects, None where it is not installed."""
    try:
        from docxtpl import DocxTemplate
    except ImportError:
        return None
    printer = row_printer(form().table)
    projects = [{**declaration_values(form(), each), "rows": [printer(row) for row in each.rows]} for each in made]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "docxtpl.docx"
        _draw(path)

        def render() -> None:
            document = DocxTemplate(path)
            document.render({"projects": projects, **projects[0]}, autoescape=True)
            document.save(io.BytesIO())

        return interleaved({f"docxtpl，{len(made)} 个项目": render}, rounds=3 if len(made) <= 100 else 1).popitem()[1]


def _draw(path: Path) -> None:
    """Write the shipped template with docxtpl's loops in place of the marks."""
    from docx import Document
    from docx.oxml.ns import qn

    document = Document(str(SHIPPED))
    inside = False
    for element in list(document.element.body):
        text = "".join(each.text or "" for each in element.iter(qn("w:t")))
        if text in ("{{#目录}}", "{{/目录}}", "目　录") or "{{页码}}" in text:
            document.element.body.remove(element)
        elif text in ("{{#项目}}", "{{/项目}}"):
            inside = text == "{{#项目}}"
            next(element.iter(qn("w:t"))).text = "{%p for p in projects %}" if inside else "{%p endfor %}"
        elif inside:
            for row in [row for row in element.iter(qn("w:tr")) if "{{三级指标}}" in "".join(row.itertext())]:
                _rename(row, "r.")
                for place, word in ((0, "{%tr for r in p.rows %}"), (1, "{%tr endfor %}")):
                    mark = deepcopy(row)
                    texts = list(mark.iter(qn("w:t")))
                    for each in texts:
                        each.text = ""
                    texts[0].text = word
                    (row.addnext if place else row.addprevious)(mark)
            _rename(element, "p.")
    document.save(str(path))


def _rename(element: Any, prefix: str) -> None:
    from docx.oxml.ns import qn

    for each in element.iter(qn("w:t")):
        if each.text and "{{" in each.text and "." not in each.text:
            each.text = each.text.replace("{{", "{{ " + prefix).replace("}}", " }}")


class Lazy(Sequence[Declaration]):
    """So many declarations, each made anew when it is asked for."""

    def __init__(self, projects: int) -> None:
        self._projects = projects
        self._some = declarations(10)

    def __len__(self) -> int:
        return self._projects

    @overload
    def __getitem__(self, index: int) -> Declaration: ...
    @overload
    def __getitem__(self, index: slice) -> list[Declaration]: ...
    def __getitem__(self, index: int | slice) -> Declaration | list[Declaration]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(self._projects))]
        if not -self._projects <= index < self._projects:
            raise IndexError(index)
        return self._some[index % len(self._some)]

    def __iter__(self) -> Iterator[Declaration]:
        return (self[index] for index in range(self._projects))


def _peak(projects: int) -> int:
    """Return the peak memory, in KB, of a process that writes a summary of so many projects."""
    command = [sys.executable, "-c", f"from benchmarks.word_bench import tell_peak; tell_peak({projects})"]
    folder = Path(__file__).resolve().parent.parent
    return int(subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder).stdout)


def tell_peak(projects: int) -> None:
    """Write a summary of so many projects and print the peak memory of this process in KB (not on Windows)."""
    import resource

    with TemporaryFile() as sink:
        write_summary(compile_template(SHIPPED, form()), Lazy(projects), sink)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1))
