"""Other forms that travel with this one: none of them may be read as a 申报表, whatever file it comes in.

In: a seed. Out: drawings without declarations, by the form's name in `OTHER_FORMS`; their heads, money and indicators are
made of the same contents as the real ones, so that only the form tells them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from tests.drawings.declarations import Content, Value, contents
from tests.drawings.model import Canvas, Drawing, Role, Sheet, cut
from tests.drawings.table import spelled

LEVELS = ("一级指标", "二级指标", "三级指标")


def _row(canvas: Canvas, texts: Sequence[Value], weights: Sequence[float], role: Role = "strange", first: int = 1) -> None:
    for text, (column, span) in zip(texts, cut(weights, canvas.width - first + 1, first), strict=True):
        canvas.put(column, span, text, role)
    canvas.next()


def _head(canvas: Canvas, title: str, *rows: Sequence[Value]) -> None:
    canvas.put(1, canvas.width, title, "title")
    canvas.next()
    for row in rows:
        _row(canvas, row, [1 if index % 2 == 0 else 3 for index in range(len(row))])


def _side(canvas: Canvas, text: str, top: int) -> None:
    canvas.put(1, 1, text, "strange", down=top - canvas.row, rows=canvas.row - top)


def _thousands(content: Content, name: str, part: str = "1") -> Value:
    value = content.head[name]
    return (value * Decimal(part) / 10000).quantize(Decimal("0.01")) if isinstance(value, Decimal) else None


def _indicators(canvas: Canvas, content: Content, headings: Sequence[str], *values: Callable[[int], Value]) -> None:
    top, weights = canvas.row, [1.2, 1.4, 3.0, *[1.3] * (len(headings) - 3)]
    _row(canvas, headings, weights, "strange", 2)
    for line, row in enumerate(content.rows):
        _row(canvas, (*row.cells[:3], *(value(line) for value in values)), weights, "strange", 2)
    _side(canvas, "绩效\n指标", top)


def _target(content: Content) -> Callable[[int], Value]:
    return lambda line: spelled(content.rows[line], "简写")


def _self_evaluation(content: Content) -> Canvas:
    """项目支出绩效自评表: budget, execution, scores."""
    canvas, head = Canvas(12, 0), content.head
    _head(
        canvas, "项目支出绩效自评表", (f"（{head['年度']}年度）",), ("项目名称", head["项目名称"]),
        ("主管部门", head["主管部门"], "实施单位", head["实施单位"]),
    )  # fmt: skip
    top, weights = canvas.row, [2.4, 1.5, 1.5, 1.5, 1, 1, 1]
    _row(canvas, ("", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"), weights, "strange", 2)
    for label, name in (
        ("年度资金总额", "年度资金申请总额"),
        ("其中：当年财政拨款", "当年财政拨款"),
        ("上年结转资金", "上年结转资金"),
        ("其他资金", "年度其他资金"),
    ):
        amounts = (_thousands(content, name), _thousands(content, name), _thousands(content, name, "0.98"))
        _row(canvas, (label, *amounts, "10", "98%", "9.8"), weights, "strange", 2)
    _side(canvas, "项目资金\n（万元）", top)
    top = canvas.row
    _row(canvas, ("预期目标", "实际完成情况"), [1, 1], "strange", 2)
    _row(canvas, (head["年度总体目标"], "各项任务均已完成，达到预期目标。"), [1, 1], "strange", 2)
    _side(canvas, "年度\n总体\n目标", top)
    headings = (*LEVELS, "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施")
    target = _target(content)
    _indicators(canvas, content, headings, target, target, lambda _: 10, lambda _: Decimal("9.5"), lambda _: None)
    _row(canvas, ("总分", 100, "95.6", ""), [6, 1, 1, 1])
    return canvas


def _regional(content: Content) -> Canvas:
    """区域（专项）绩效目标表: of a transfer, not of a project."""
    canvas, head = Canvas(9, 0), content.head
    _head(
        canvas, "区域绩效目标表", (f"（{head['年度']}年度）",), ("专项名称", f"{head['项目名称']}专项转移支付"),
        ("中央主管部门", "财政部", "专项实施期", "长期"), ("省级财政部门", "省财政厅", "省级主管部门", head["主管部门"]),
    )  # fmt: skip
    top = canvas.row
    for label, name in (
        ("年度金额", "年度资金申请总额"),
        ("其中：中央补助", "当年财政拨款"),
        ("地方资金", "年度其他资金"),
    ):
        _row(canvas, (label, _thousands(content, name)), [1, 3], "strange", 2)
    _side(canvas, "资金情况\n（万元）", top)
    _row(canvas, ("年度目标", head["年度总体目标"]), [1, 7])
    _indicators(canvas, content, (*LEVELS, "指标值"), _target(content))
    return canvas


def _department(content: Content) -> Canvas:
    """部门整体支出绩效目标表: tasks and budgets of a whole department."""
    canvas, head = Canvas(10, 0), content.head
    _head(canvas, "部门整体支出绩效目标表", (f"（{head['年度']}年度）",), ("部门（单位）名称", head["实施单位"]))
    top, weights = canvas.row, [2.0, 4.0, 1.5, 1.5, 1.5]
    _row(canvas, ("任务名称", "主要内容", "总额", "财政拨款", "其他资金"), weights, "strange", 2)
    for number, row in enumerate(content.rows[:4], 1):
        amounts = (_thousands(content, "年度资金申请总额"), _thousands(content, "当年财政拨款"), 0)
        _row(canvas, (f"任务{number}", row.name, *amounts), weights, "strange", 2)
    _row(canvas, ("金额合计", "", 4, 4, 0), weights, "strange", 2)
    _side(canvas, "年度\n主要\n任务", top)
    _row(canvas, ("年度总体目标", head["年度总体目标"]), [1, 7])
    _indicators(canvas, content, (*LEVELS, "指标值"), _target(content))
    return canvas


def _monitoring(content: Content) -> Canvas:
    """绩效运行监控表: how far a project has come by the middle of the year."""
    canvas, head = Canvas(12, 0), content.head
    _head(
        canvas, "项目支出绩效目标运行监控表", (f"（{head['年度']}年1-7月）",), ("项目名称", head["项目名称"]),
        ("主管部门", head["主管部门"], "实施单位", head["实施单位"]),
    )  # fmt: skip
    top, weights = canvas.row, [2.4, 1.5, 1.5, 1.5, 1.5]
    _row(canvas, ("", "年初预算数", "1-7月执行数", "1-7月执行率", "全年预计执行数"), weights, "strange", 2)
    for label, name in (
        ("年度资金总额", "年度资金申请总额"),
        ("其中：财政拨款", "当年财政拨款"),
        ("其他资金", "年度其他资金"),
    ):
        amounts = (_thousands(content, name), _thousands(content, name, "0.55"), "55%", _thousands(content, name))
        _row(canvas, (label, *amounts), weights, "strange", 2)
    _side(canvas, "项目资金\n（万元）", top)
    _row(canvas, ("年度总体目标", head["年度总体目标"]), [1, 7])
    headings = (*LEVELS, "年度指标值", "1-7月执行情况", "全年预计完成情况", "偏差原因分析", "完成目标可能性")
    target = _target(content)
    _indicators(canvas, content, headings, target, lambda _: "60%", target, lambda _: None, lambda _: "确定能")
    return canvas


def _flat_list(given: Sequence[Content]) -> Canvas:
    """All indicators of all projects of a unit in one list, a row each."""
    canvas = Canvas(12, 0)
    _head(canvas, f"{given[0].head['年度']}年部门项目支出绩效目标表", ("单位：万元",))
    headings = ("单位名称", "项目名称", "预算数", "年度绩效目标", *LEVELS, "指标性质", "指标值", "度量单位")
    weights = [1.5, 2, 1, 3, 1, 1.2, 2, 0.8, 1, 0.8]
    _row(canvas, headings, weights)
    for content in given:
        head = content.head
        for row in content.rows:
            project = (
                head["实施单位"],
                head["项目名称"],
                _thousands(content, "年度资金申请总额"),
                head["年度总体目标"],
            )
            _row(canvas, (*project, *row.cells), weights)
    return canvas


OTHER_FORMS: Mapping[str, Callable[[Sequence[Content]], Canvas]] = {
    "自评表": lambda given: _self_evaluation(given[0]),
    "区域绩效目标表": lambda given: _regional(given[0]),
    "部门整体支出绩效目标表": lambda given: _department(given[0]),
    "运行监控表": lambda given: _monitoring(given[0]),
    "指标清单": _flat_list,
}


def other_form(name: str, seed: int) -> Drawing:
    """Return the drawing of another form; it declares nothing."""
    canvas = OTHER_FORMS[name](contents(seed, 3))
    widths = (92.0 / canvas.width,) * canvas.width
    cells = tuple(sorted(canvas.cells, key=lambda cell: (cell.row, cell.column)))
    return Drawing(f"{name}{seed}", (Sheet("Sheet1", cells, widths),), (), {"表": name})
