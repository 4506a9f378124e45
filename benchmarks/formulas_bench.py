"""Twenty rules evaluated: our engine against hand-written Python, and the PyPI packages formulas and formualizer."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import Any

from benchmarks.timing import interleaved, report, verdict
from toolkit.formula import compile_formula

# The names of a form and what stands there; rules as finance staff write them.
VALUES: dict[str, object] = {
    "年度资金申请总额": 960000.0,
    "当年财政拨款": 950000.0,
    "上年结转资金": 10000.0,
    "年度其他资金": 0.0,
    "项目资金总额": 1500000.0,
    "财政资金": 1400000.0,
    "其他资金": 100000.0,
    "计划开始日期": 45292.0,
    "计划完成日期": 45657.0,
    "年度": 2024.0,
    "项目名称": "社区污水处理托管运营费",
    "项目性质": "经常性专项业务费",
    "三级指标": "设备维保工作验收合格率",
    "符号": "≥",
    "数值": 95.0,
    "计量单位": "%",
}


def _number(value: object) -> float:
    """A blank cell counts as 0, as Excel has it."""
    return value or 0.0  # type: ignore[return-value]


def _round(value: float) -> float:
    """Two decimals, half away from zero, as Excel rounds; Python's own round does otherwise."""
    return math.floor(abs(value) * 100 + 0.5 + 1e-9) / 100 * (1 if value >= 0 else -1)


def _year(serial: float) -> int:
    return date.fromordinal(int(serial) + _EPOCH).year


_EPOCH = date(1899, 12, 30).toordinal()

# Each rule, and the same check as a careful programmer would write it: blanks count, rounding is Excel's.
RULES: tuple[tuple[str, Callable[[dict[str, Any]], object]], ...] = (
    ("ROUND(年度资金申请总额-当年财政拨款-上年结转资金-年度其他资金,2)=0",
     lambda e: _round(_number(e["年度资金申请总额"]) - _number(e["当年财政拨款"]) - _number(e["上年结转资金"]) - _number(e["年度其他资金"])) == 0),
    ("ROUND(项目资金总额-财政资金-其他资金,2)=0",
     lambda e: _round(_number(e["项目资金总额"]) - _number(e["财政资金"]) - _number(e["其他资金"])) == 0),
    ("ROUND(年度资金申请总额-项目资金总额,2)<=0",
     lambda e: _round(_number(e["年度资金申请总额"]) - _number(e["项目资金总额"])) <= 0),
    ("计划完成日期>=计划开始日期", lambda e: _number(e["计划完成日期"]) >= _number(e["计划开始日期"])),
    ("AND(YEAR(计划开始日期)<=年度,YEAR(计划完成日期)>=年度)",
     lambda e: _year(_number(e["计划开始日期"])) <= _number(e["年度"]) <= _year(_number(e["计划完成日期"]))),
    ("LEN(TRIM(项目名称))>0", lambda e: len((e["项目名称"] or "").strip(" ")) > 0),
    ("LEN(三级指标)<=100", lambda e: len(e["三级指标"] or "") <= 100),
    ('OR(符号="≥",符号="≤",符号="=")', lambda e: (e["符号"] or "") in ("≥", "≤", "=")),
    ('OR(符号="定性",ISNUMBER(数值))', lambda e: e["符号"] == "定性" or isinstance(e["数值"], (int, float))),
    ('OR(计量单位<>"%",数值<=100)', lambda e: (e["计量单位"] or "") != "%" or _number(e["数值"]) <= 100),
    ('IF(RIGHT(三级指标,3)="合格率",符号="≥",TRUE)', lambda e: (e["三级指标"] or "")[-3:] != "合格率" or e["符号"] == "≥"),
    ('ISERROR(FIND("*",三级指标))', lambda e: "*" not in (e["三级指标"] or "")),
    ("ABS(年度资金申请总额-当年财政拨款*10000)>0.005",
     lambda e: abs(_number(e["年度资金申请总额"]) - _number(e["当年财政拨款"]) * 10000) > 0.005),
    ('NOT(LEFT(三级指标,2)="提高")', lambda e: not (e["三级指标"] or "").startswith("提高")),
    ("年度资金申请总额>=0", lambda e: _number(e["年度资金申请总额"]) >= 0),
    ("INT(年度)=年度", lambda e: math.floor(_number(e["年度"])) == _number(e["年度"])),
    ("MOD(年度,1)=0", lambda e: _number(e["年度"]) % 1 == 0),
    ('SUBSTITUTE(项目名称," ","")=项目名称', lambda e: (e["项目名称"] or "").replace(" ", "").lower() == (e["项目名称"] or "").lower()),
    ("MAX(当年财政拨款,上年结转资金,年度其他资金)<=年度资金申请总额",
     lambda e: max(_number(e["当年财政拨款"]), _number(e["上年结转资金"]), _number(e["年度其他资金"])) <= _number(e["年度资金申请总额"])),
    ("ROUND(SUM(财政资金,其他资金)-项目资金总额,2)=0",
     lambda e: _round(_number(e["财政资金"]) + _number(e["其他资金"]) - _number(e["项目资金总额"])) == 0),
)  # fmt: skip


def run() -> None:
    compiled = [compile_formula(text, VALUES.__contains__) for text, _ in RULES]
    lambdas = [by_hand for _, by_hand in RULES]
    actions: dict[str, Callable[[], object]] = {
        "手写 lambda": lambda: [by_hand(VALUES) for by_hand in lambdas],
        "toolkit.formula": lambda: [formula.evaluate(VALUES) for formula in compiled],
    }
    times = interleaved(actions, number=500)
    peers = {"formualizer": _formualizer, "formulas": _formulas}
    for name, prepare in peers.items():
        try:
            times.update(interleaved({name: prepare(), "toolkit.formula": actions["toolkit.formula"]}, number=20, rounds=5))
        except ModuleNotFoundError:
            print(f"（没有安装 {name}，不比较；pip install {name}）")
    per_rule = 1e6 / len(RULES)
    rows = [(name, f"{seconds * per_rule:8.2f} µs/条") for name, seconds in times.items()]
    ours = times["toolkit.formula"]
    rows.append(("toolkit ÷ 手写 lambda", verdict(ours / times["手写 lambda"], 4)))
    for name, limit in (("formualizer", 5), ("formulas", 200)):
        if name in times:
            rows.append((f"{name} ÷ toolkit", verdict(times[name] / ours, limit, at_least=True)))
    report("公式计算（20 条规则）", rows)


def _cells() -> dict[str, str]:
    return {name: f"A{number}" for number, name in enumerate(VALUES, start=1)}


def _plain(text: str) -> str:
    """The rule with cell addresses for names, longest names first, for engines that know only cells."""
    for name, cell in sorted(_cells().items(), key=lambda item: -len(item[0])):
        text = text.replace(name, cell)
    return "=" + text


def _formualizer() -> Callable[[], object]:
    import formualizer

    book = formualizer.Workbook()
    book.add_sheet("S")
    for row, value in enumerate(VALUES.values(), start=1):
        book.set_value("S", row, 1, value)
    for number, (text, _) in enumerate(RULES, start=1):
        book.set_formula("S", number, 3, _plain(text))

    def evaluate() -> list[object]:
        # A changed input, as each declaration brings: without it the engine would give back what it remembers.
        for row, value in enumerate(VALUES.values(), start=1):
            book.set_value("S", row, 1, value)
        return [book.evaluate_cell("S", number, 3) for number in range(1, len(RULES) + 1)]

    return evaluate


def _formulas() -> Callable[[], object]:
    import formulas

    cells = _cells()
    by_cell = {cell: VALUES[name] for name, cell in cells.items()}
    functions = [formulas.Parser().ast(_plain(text))[1].compile() for text, _ in RULES]
    arguments = [[by_cell[name] for name in function.inputs] for function in functions]
    return lambda: [function(*given) for function, given in zip(functions, arguments, strict=True)]
