"""`demo`: the whole cycle on the shipped examples, told step by step in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from toolkit.intake.batch import read_batch
from toolkit.resources import examples_dir
from toolkit.values.words import ERROR
from toolkit.workflow.check import check_returns
from toolkit.workflow.export import Records, export_to
from toolkit.workflow.forms import load_forms
from toolkit.workflow.imports import import_documents
from toolkit.workflow.merge import Merging, merge_returns
from toolkit.workflow.request import Request

PUBLISHED = "已公布文档"
FILLED, REPORTS, DRAFTS, EXPORTED = "1-填好的申报表", "2-汇总表", "3-汇总表草稿", "4-导出数据.xlsx"

# So many mistakes are told on the screen; the rest can be seen with `jixiao check`.
_TOLD = 8


def run_demo(output: Path) -> Iterator[str]:
    """Run the cycle into `output`, yielding what to tell the user line by line; its own files there are written anew."""
    forms = load_forms(None)
    source, filled = examples_dir() / PUBLISHED, output / FILLED
    yield f"用自带的示例走一遍全过程，结果放在“{output}”文件夹里。"
    yield ""
    yield "第一步 导入：把去年公布的汇总表文本转成填好的申报表（相当于 jixiao import）。"
    imported = import_documents(Request((str(source),), forms, force=True), filled)
    for each in imported.written:
        yield f"  {each.path}：{each.projects} 个项目，{each.indicators} 条指标"
    yield "  可以打开看看：每个项目一张表，下拉列表、保护和打印设置都在。"
    yield ""
    yield "第二步 审核：检查这些申报表，找出每一处问题（相当于 jixiao check）。"
    request = Request((str(filled),), forms, force=True)
    result = check_returns(request)
    errors = [finding for finding in result.findings if finding.severity == ERROR]
    summary = result.summary()
    yield f"  {summary['files']} 个文件、{summary['declarations']} 个项目，错误 {summary['errors']} 处，警告 {summary['warnings']} 处。"
    for finding in errors[:_TOLD]:
        place = " › ".join(part for part in (finding.project, finding.sheet, finding.cell) if part)
        yield f"  · {place or finding.unit}：{finding.message}"
    if len(errors) > _TOLD:
        yield f"  · ……其余 {len(errors) - _TOLD} 处，用 jixiao check {filled} 查看。"
    yield ""
    yield "第三步 汇总：没有错误的单位生成 Word 汇总表和 Excel 总表（相当于 jixiao merge）。"
    merged = merge_returns(request, output / REPORTS)
    yield from (f"  已生成 {path}" for path in merged.written)
    for unit in merged.left_out:
        yield f"  未生成 {unit.unit}：有 {unit.errors} 处错误，改正后再汇总。"
    yield ""
    yield "第四步 草稿：想先看全部单位的样子，就生成草稿，每页标“草稿”（相当于 jixiao merge --draft）。"
    drafts = merge_returns(request, output / DRAFTS, Merging(draft=True))
    yield from (f"  已生成 {path}" for path in drafts.written)
    yield ""
    yield "第五步 导出：把全部内容导出为数据表（相当于 jixiao export）。"
    batch = read_batch([str(filled)], forms)
    export_to(output / EXPORTED, batch, Records(batch), request.outlet)
    yield f"  已生成 {output / EXPORTED}"
    yield ""
    first = next(iter(merged.written or drafts.written), output)
    yield f"请先打开 {first}；再打开“{filled}”里的工作簿，按第二步列出的位置改一处，保存后运行 jixiao check {filled} 看看结果。"
