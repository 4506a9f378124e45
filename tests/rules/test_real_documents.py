"""The two published documents: what DOMAIN quotes from them is found at its indicator, and no error beyond that."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from tests.beside import GONGWEI, REAL, TIANSHAN, needs_shared
from tests.shipped import shipped_form
from toolkit.checking.check import check_declarations
from toolkit.checking.model import Finding
from toolkit.reading.flow import read_flow
from toolkit.reading.model import Declaration
from toolkit.sources.text import read_text
from toolkit.values.words import ERROR, REPAIR

pytestmark = needs_shared

# DOMAIN, "What a careful reviewer flags": document, project, indicator (or field), severity, rule.
QUOTED = """
gongwei 社区污水处理托管运营费 污水设备年平均完好率 error 指标-方向-正
gongwei 社区污水处理托管运营费 降低病毒传播风险 error 指标-方向-愿望
gongwei 社区污水处理托管运营费 降低病毒传播风险 warning 指标-愿望
gongwei 社区污水处理托管运营费 清污及垃圾清理情况 error 指标-单位-非单位
gongwei 社区污水处理托管运营费 日常运行管理 error 指标-单位-非单位
gongwei 社区污水处理托管运营费 设备日常维修保养情况 error 指标-单位-非单位
gongwei 社区污水处理托管运营费 故障设备应修尽修率 warning 指标-错位-比率
gongwei 社区污水处理托管运营费 污水设备年平均完好率 warning 指标-错位-质量
gongwei 社区污水处理托管运营费 满意度 warning 指标-满意度-单位
gongwei 社区污水处理托管运营费 - warning 指标-缺成本
gongwei 长宁区卫生平台XC改造项目 控制预算成本 warning 指标-空泛-成本
gongwei 长宁区卫生平台XC改造项目 建设周期 error 指标-周期
gongwei 长宁区卫生平台XC改造项目 保证系统运行的稳定性和可靠性 warning 指标-空泛
gongwei 长宁区卫生平台XC改造项目 保证系统运行的稳定性和可靠性 warning 指标-照抄
gongwei 长宁区卫生平台XC改造项目 覆盖范围 hint 指标-单位-泛指
gongwei 社区卫生综合改革工作经费 培训完成率 warning 指标-错位-比率
gongwei 社区卫生综合改革工作经费 提升社区卫生服务中心达标化建设 warning 指标-愿望
gongwei 社区卫生综合改革工作经费 按照时间节点完成 warning 指标-愿望
gongwei 社区卫生综合改革工作经费 按照时间节点完成 hint 风格-大于号
gongwei 社区卫生综合改革工作经费 提高社区卫生服务中心服务能力 warning 指标-愿望
gongwei 社区卫生综合改革工作经费 提高长宁百姓对签约服务的满意度 warning 指标-满意度-偏低
gongwei 社区卫生综合改革工作经费 提高长宁百姓对签约服务的满意度 hint 风格-大于号
gongwei 长宁区医疗高质量发展数智化转型平台项目 五大智慧平台试点 hint 指标-数字矛盾
gongwei 长宁区医疗高质量发展数智化转型平台项目 X个智慧应用试点 error 指标-占位-名称
gongwei 长宁区医疗高质量发展数智化转型平台项目 建设周期 error 指标-周期
gongwei 长宁区医疗高质量发展数智化转型平台项目 控制预算成本 warning 指标-空泛-成本
gongwei 长宁区医疗高质量发展数智化转型平台项目 为长宁卫生健康事业和区域健康产业提供更好的支持和服务 warning 指标-空泛
gongwei 长宁区医疗高质量发展数智化转型平台项目 为长宁卫生健康事业和区域健康产业提供更好的支持和服务 warning 指标-照抄
gongwei 长宁区医疗高质量发展数智化转型平台项目 信息系统运营模式 warning 指标-空泛
gongwei 社区严重精神障碍患者使用长效治疗药物经费 满意度 error 指标-满意度-符号
gongwei 社区严重精神障碍患者使用长效治疗药物经费 年度总体目标 warning 目标-过短-年度总体目标
gongwei 历年信息化项目质保金和尾款 - warning 指标-缺满意度
gongwei 历年信息化项目质保金和尾款 控制预算成本 warning 指标-空泛-成本
gongwei 安全生产工作经费 技术服务响应速度 warning 指标-错位-时效
gongwei 安全生产工作经费 满意度 warning 指标-满意度-单位
gongwei 长宁区卫生数据中心维护2024 保证系统运行的稳定性和可靠性 warning 指标-空泛
gongwei 长宁区卫生数据中心维护2024 保证系统运行的稳定性和可靠性 warning 指标-照抄
gongwei 长宁数字人生：全流程健康管家服务 为长宁卫生健康事业和区域健康产业提供更好的支持和服务 warning 指标-照抄
gongwei 长宁数字人生：全流程健康管家服务 信息系统运营模式 warning 指标-空泛
gongwei 设备维保费 满意度 warning 指标-满意度-单位
gongwei 设备维保费 - warning 指标-缺成本
tianshan 基本公共卫生经费 服务对象满意度 error 指标-满意度-量化
tianshan 基本公共卫生经费 居民健康素养水平 warning 指标-空泛
tianshan 诊疗费减免补贴经费 - warning 指标-缺满意度
tianshan 信息化运维费 业务系统稳定运行年度累计故障恢复时间 warning 指标-错位-时效
tianshan 2020年机房改造工程尾款 年度总体目标 warning 公开-安全-年度总体目标
tianshan 2020年机房改造工程尾款 整改面积 hint 指标-单位-不明
tianshan 2020年机房改造工程尾款 - warning 指标-缺满意度
"""

FILES = {"gongwei": GONGWEI, "tianshan": TIANSHAN}


@lru_cache(maxsize=2)
def checked(name: str) -> tuple[tuple[Declaration, ...], tuple[Finding, ...]]:
    path: Path = REAL / name
    form = shipped_form()
    declarations = [d for grid in read_text(path.read_bytes(), name) for d in read_flow(grid, form, name)]
    findings = check_declarations(declarations, form)
    return tuple(declarations), tuple(f for f in findings if f.family != REPAIR)


def indicator(finding: Finding, declarations: tuple[Declaration, ...]) -> str:
    """The indicator whose row a finding points into; else the field, or `-` for a whole column."""
    form = shipped_form()
    declaration = next((d for d in declarations if d.project == finding.project), None)
    if declaration is None or form.table is None or finding.field not in form.table.names:
        return finding.field or "-"
    if finding.rule.startswith(("指标-缺", "风格-百分号")):
        return "-"
    return next(str(row["三级指标"].value) for row in declaration.rows if row[str(finding.field)].cell == finding.cell)


def found(document: str) -> set[tuple[str, ...]]:
    declarations, findings = checked(FILES[document])
    return {(document, f.project or "-", indicator(f, declarations), f.severity, f.rule) for f in findings}


def quoted() -> set[tuple[str, ...]]:
    return {tuple(line.split()) for line in QUOTED.strip().splitlines()}


def test_what_the_domain_notes_quote_is_found_at_its_indicator() -> None:
    assert quoted() - found("gongwei") - found("tianshan") == set()


def test_no_error_beyond_those_quoted() -> None:
    errors = {entry for entry in found("gongwei") | found("tianshan") if entry[3] == ERROR}
    assert errors == {entry for entry in quoted() if entry[3] == ERROR}


def test_what_is_right_or_merely_damaged_by_extraction_is_not_blamed() -> None:
    blamed = {(project, name) for _, project, name, _, _ in found("gongwei") | found("tianshan")}
    innocent = {
        ("长宁区卫生数据中心维护2024", "运维周期"),
        ("社区污水处理托管运营费", "重大安全事故(污水及设备原因)"),
        ("设备维保费", "开机率"),
        ("设备维保费", "维修响应速度"),
        ("信息化运维费", "年度硬件故障次数"),
        ("社区严重精神障碍患者使用长效治疗药物经费", "复发再住院率"),
        ("社区严重精神障碍患者使用长效治疗药物经费", "肇事肇祸"),
        ("基本公共卫生经费", "0-6岁儿童眼保健和视力检查覆盖率"),
    }
    assert innocent & blamed == set()


def test_a_published_unit_that_mixes_percent_signs_gets_one_hint() -> None:
    _, findings = checked(GONGWEI)
    assert [f.severity for f in findings if f.rule == "风格-百分号-单位"] == ["hint"]
