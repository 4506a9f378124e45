"""Printed forms as other offices draw them, without a name in them: a small notation, drawn as .xlsx or .docx.

A form is lines of text and tables. A cell is a text, or (text, columns, rows); `‹金额›` is a cell to be filled with an amount, `‹文本›示例` one that
holds a sample. So the drawing itself says where each field is and of which type. In a line of text `‹日期›` stands after its label's colon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
from docx import Document
from openpyxl.styles import Border, Font, Side

Cell = str | tuple[str, int, int]
Line = str | Sequence[Cell]

_INPUT = re.compile("‹([^›]+)›")


@dataclass
class Expected:
    """The fields of a drawn form: types by place, and those of lines by label."""

    places: dict[tuple[int, int], str] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.places) + len(self.lines)


def _placed(lines: Sequence[Line], width: int) -> Iterator[tuple[int, int, str, int, int]]:
    """Yield row, column, text, columns and rows of each cell; a line of text goes over the whole width."""
    taken: set[tuple[int, int]] = set()
    for row, line in enumerate(lines, start=1):
        if isinstance(line, str):
            yield row, 1, line, width, 1
            continue
        column = 1
        for cell in line:
            text, wide, high = (cell, 1, 1) if isinstance(cell, str) else cell
            while (row, column) in taken:
                column += 1
            yield row, column, text, wide, high
            taken |= {(r, c) for r in range(row, row + high) for c in range(column, column + wide)}
            column += wide


def _noted(lines: Sequence[Line], width: int, expected: Expected) -> Iterator[tuple[int, int, str, int, int]]:
    for row, column, text, wide, high in _placed(lines, width):
        if isinstance(lines[row - 1], str):
            for label, type_ in re.findall("([^\\s：]+)：‹([^›]+)›", text):
                expected.lines[label] = type_
            if (found := _INPUT.search(text)) and "：" not in text:
                expected.places[row, column] = found[1]
        elif found := _INPUT.match(text):
            expected.places[row, column] = found[1]
        yield row, column, _INPUT.sub("", text), wide, high


def draw_xlsx(path: Path, lines: Sequence[Line], width: int) -> Expected:
    """Draw a form in Excel: lines merged over the width, tables with thin borders."""
    book, expected = openpyxl.Workbook(), Expected()
    sheet = book.active
    side = Side(style="thin")
    for row, column, text, wide, high in _noted(lines, width, expected):
        cell = sheet.cell(row, column)
        cell.value = float(text) if re.fullmatch(r"\d+\.\d+", text) else text or None
        if wide > 1 or high > 1:
            sheet.merge_cells(start_row=row, end_row=row + high - 1, start_column=column, end_column=column + wide - 1)
        if isinstance(lines[row - 1], str):
            cell.font = Font(size=18 if row < 3 else 11, bold=row < 3)
            continue
        for r in range(row, row + high):
            for c in range(column, column + wide):
                sheet.cell(r, c).border = Border(left=side, right=side, top=side, bottom=side)
    book.save(path)
    return expected


def draw_docx(path: Path, lines: Sequence[Line], width: int) -> Expected:
    """Draw a form in Word: paragraphs, and a table for each run of rows."""
    document, expected = Document(), Expected()
    cells = list(_noted(lines, width, expected))
    row = 1
    while row <= len(lines):
        line = lines[row - 1]
        if isinstance(line, str):
            document.add_paragraph(next(text for r, _, text, _, _ in cells if r == row))
            row += 1
            continue
        last = row
        while last < len(lines) and not isinstance(lines[last], str):
            last += 1
        own = [cell for cell in cells if row <= cell[0] <= last]
        table = document.add_table(last - row + 1, max(column + wide - 1 for _, column, _, wide, _ in own), style="Table Grid")
        for r, column, text, wide, high in own:
            start, end = table.cell(r - row, column - 1), table.cell(r - row + high - 1, column + wide - 2)
            (start.merge(end) if (wide, high) != (1, 1) else start).text = text
        row = last + 1
    document.save(str(path))
    return expected


def _rows(count: int, line: Sequence[Cell]) -> list[Line]:
    return [line] * count


# 甲省: upright labels, one line for two labels and the unit, options to tick, levels printed and merged, signature line.
PROVINCE: Sequence[Line] = (
    "附件2",
    "省级项目支出绩效目标申报表",
    "（‹整数›    年度）",
    "填报单位（盖章）：‹文本›　　　　填报日期：‹日期›　　　　金额单位：万元",
    [("项目名称", 2, 1), ("‹文本›", 2, 1), "项目编码", ("‹文本›", 2, 1)],
    [("预算主管部门", 2, 1), ("‹文本›", 2, 1), "项目属性", ("‹代码›□新增项目  □延续项目", 2, 1)],
    [("项目起止时间", 2, 1), ("‹文本›", 2, 1), "项目负责人", ("‹文本›", 2, 1)],
    [("资金\n安排", 1, 4), "年度预算总额", ("‹金额›", 2, 1), "项目总投资", ("‹金额›", 2, 1)],
    ["1.一般公共预算拨款", ("‹金额›", 2, 1), "1.累计已投入", ("‹金额›", 2, 1)],
    ["2.政府性基金", ("‹金额›", 2, 1), "2.以后年度投入", ("‹金额›", 2, 1)],
    ["3.单位自筹", ("‹金额›", 2, 1), "3.其中：贷款", ("‹金额›", 2, 1)],
    [("立项\n依据", 1, 1), ("‹长文本›", 6, 1)],
    [("总体\n目标", 1, 2), ("长期目标", 3, 1), ("年度目标", 3, 1)],
    [("‹长文本›", 3, 1), ("‹长文本›", 3, 1)],
    [("绩\n效\n指\n标", 1, 9), "一级指标", "二级指标", ("三级指标", 2, 1), "指标值", "备注"],
    [("‹代码›产出指标", 1, 4), ("‹代码›数量指标", 1, 2), ("‹文本›", 2, 1), "‹指标值›", "‹文本›"],
    [("", 2, 1), "", ""],
    [("质量指标", 1, 2), ("", 2, 1), "", ""],
    [("", 2, 1), "", ""],
    [("效益指标", 1, 4), ("社会效益", 1, 2), ("", 2, 1), "", ""],
    [("", 2, 1), "", ""],
    [("满意度", 1, 2), ("", 2, 1), "", ""],
    [("", 2, 1), "", ""],
    "单位负责人：‹文本›　　　　填表人：‹文本›　　　　联系电话：‹文本›",
)

# 乙市: a grid with a corner, crossed cells and two goals side by side, a table of results, totals at its foot, a note.
CITY: Sequence[Line] = (
    "财政支出项目绩效自评表",
    "（‹整数›2025年度）",
    [("项目名称", 2, 1), ("‹文本›", 6, 1)],
    [("主管部门", 2, 1), ("‹文本›", 2, 1), "项目实施单位", ("‹文本›", 3, 1)],
    [("项目资金\n（万元）", 1, 5), "资金来源", "年初预算数", "全年预算数", "全年执行数", "权重", "执行率", "得分"],
    ["资金总额", "‹金额›", "‹金额›", "‹金额›", "‹小数›", "‹小数›", "‹小数›"],
    ["其中：本级财政资金", "‹金额›", "‹金额›", "‹金额›", "—", "‹小数›", "—"],
    ["上级补助", "‹金额›", "‹金额›", "‹金额›", "—", "‹小数›", "—"],
    ["其他来源", "‹金额›", "‹金额›", "‹金额›", "—", "‹小数›", "—"],
    [("年度总体目标", 1, 2), ("预期目标", 3, 1), ("目标实际完成情况", 4, 1)],
    [("‹长文本›", 3, 1), ("‹长文本›", 4, 1)],
    ["绩效\n指标", "一级指标", "二级指标", "三级指标", "指标值", "实际完成值", "分值", "得分"],
    ["", "‹代码›", "‹代码›", "‹文本›", "‹指标值›", "‹文本›", "‹小数›", "‹小数›"],
    *_rows(6, ["", "", "", "", "", "", "", ""]),
    [("总分", 6, 1), "‹小数›", "‹小数›"],
    [("偏差原因分析", 2, 1), ("‹长文本›", 6, 1)],
    "注：得分一栏按评分细则填写。",
)

# 丙省: one for each department; tasks with a two-level head and a line of totals, indicators, labels over their cells.
DEPARTMENT: Sequence[Line] = (
    "部门（单位）整体支出绩效目标表",
    "预算年度：‹整数›　　　　　　　　单位：万元",
    [("部门（单位）名称", 2, 1), ("‹文本›", 5, 1)],
    [("在职人数", 2, 1), ("‹整数›", 2, 1), ("下属单位个数", 1, 1), ("‹整数›", 2, 1)],
    [("部门职能概述", 2, 1), ("‹长文本›", 5, 1)],
    [("年度主要任务", 1, 8), ("任务名称", 1, 2), ("主要内容", 2, 2), ("预算金额", 3, 1)],
    ["总额", "财政拨款", "其他资金"],
    ["‹文本›", ("‹文本›", 2, 1), "‹金额›", "‹金额›", "‹金额›"],
    *_rows(4, ["", ("", 2, 1), "", "", ""]),
    ["金额合计", ("—", 2, 1), "‹金额›", "‹金额›", "‹金额›"],
    [("年度总体目标", 7, 1)],
    [("‹长文本›", 7, 1)],
    [("年度\n绩效\n指标", 1, 7), "一级指标", "二级指标", ("三级指标", 2, 1), "指标值", "评分标准"],
    ["‹代码›", "‹代码›", ("‹文本›", 2, 1), "‹指标值›", "‹文本›"],
    *_rows(5, ["", "", ("", 2, 1), "", ""]),
)

# 丁县: an application as it came back filled in; a list of expenses with running numbers.
FILLED: Sequence[Line] = (
    "农业专项资金项目申报书",
    [("项目名称", 1, 1), ("‹文本›高标准农田提升改造", 3, 1), "申报年度", "‹整数›2025"],
    ["申报单位", "‹文本›青溪县某某合作社", "法定代表人", "‹文本›王某", "联系电话", "‹文本›0000-1234567"],
    ["建设性质", "‹代码›□新建 ☑改建 □扩建", "开工日期", "‹日期›2025年3月1日", "竣工日期", "‹日期›2025年11月30日"],
    ["建设地点", ("‹文本›青溪县柳河镇", 3, 1), "是否贫困村", "‹代码›是/否"],
    ["项目总投资（元）", "‹金额›1205000.00", "申请财政补助（元）", "‹金额›800000.00", "自筹资金（元）", "‹金额›405000.00"],
    [("主要建设内容", 1, 1), ("‹长文本›改造灌溉渠道3.5公里，配套泵站两座，平整土地600亩。", 5, 1)],
    [("支出\n明细", 1, 6), "序号", "支出内容", "单价（元）", "数量", "金额（元）"],
    ["‹整数›1", "‹文本›渠道衬砌", "‹金额›210.00", "‹小数›3500.00", "‹金额›735000.00"],
    ["2", "泵站", "180000.00", "2.00", "360000.00"],
    ["3", "土地平整", "150.00", "600.00", "90000.00"],
    ["4", "监理", "20000.00", "1.00", "20000.00"],
    ["合计", "", "", "", "‹金额›1205000.00"],
    [("县级审核意见", 1, 1), ("‹长文本›", 5, 1)],
)

# 戊区: several tables with other columns, heads in two levels, labels over one blank row, no upright labels.
TRACKING: Sequence[Line] = (
    "项目绩效运行监控表",
    "填报部门：‹文本›　　　　　　　　　监控日期：‹日期›",
    "一、基本情况",
    ["项目名称", "项目代码", "项目负责人", "项目类别"],
    ["‹文本›", "‹文本›", "‹文本›", "‹代码›"],
    "二、预算执行情况（单位：元）",
    ["资金性质", "全年预算数", "1-7月执行数", "全年预计执行数"],
    ["中央资金", "‹金额›", "‹金额›", "‹金额›"],
    ["省级资金", "‹金额›", "‹金额›", "‹金额›"],
    ["市县资金", "‹金额›", "‹金额›", "‹金额›"],
    ["合计", "‹金额›", "‹金额›", "‹金额›"],
    "三、目标完成情况",
    [("一级指标", 1, 2), ("二级指标", 1, 2), ("指标名称", 1, 2), ("目标值", 3, 1), ("1-7月完成值", 1, 2), ("偏差原因", 1, 2)],
    ["符号", "数值", "计量单位"],
    ["‹代码›", "‹代码›", "‹文本›", "‹代码›", "‹文本›", "‹文本›", "‹文本›", "‹文本›"],
    *_rows(7, ["", "", "", "", "", "", "", ""]),
    "四、其他需要说明的问题",
    [("存在问题及原因", 1, 1), ("‹长文本›", 7, 1)],
    [("下一步措施", 1, 1), ("‹长文本›", 7, 1)],
)

# 己市: filled in throughout, values that end like labels, indicators with a level on every row.
WATER: Sequence[Line] = (
    "市级财政专项绩效目标申报表",
    "填报单位：‹文本›青溪市水务局　　　填报日期：‹日期›2026年3月1日　　　单位：元",
    ["专项名称", ("‹文本›河道清淤专项", 3, 1), "专项编号", "‹文本›ZX-01"],
    ["主管科室", "‹文本›农业农村科", "经办人", "‹文本›李某", "办公电话", "‹文本›0000-8800000"],
    ["实施周期", "‹文本›2026年1月-12月", "资金性质", "‹代码›一般公共预算", "是否延续", "‹代码›否"],
    [("预算\n资金", 1, 3), "当年安排", ("‹金额›3500000.00", 2, 1), "上年结余", "‹金额›120000.50"],
    ["中央补助", ("‹金额›1000000.00", 2, 1), "省级补助", "‹金额›500000.00"],
    ["市级配套", ("‹金额›2000000.00", 2, 1), "社会资本", "‹金额›120000.50"],
    [("专项概况", 1, 1), ("‹长文本›清淤河道十二公里，改善水质；汛期前完成主要河段施工。", 5, 1)],
    ["一级指标", "二级指标", "三级指标", "绩效标准", "指标解释", "数据来源"],
    ["‹代码›产出指标", "‹代码›数量指标", "‹文本›清淤河道长度", "‹文本›≥12公里", "‹文本›以验收为准", "‹文本›验收报告"],
    ["产出指标", "数量指标", "清淤土方量", "≥30万方", "按测量", "测量报告"],
    ["产出指标", "质量指标", "验收合格率", "≥100%", "按规范", "验收报告"],
    ["效益指标", "生态效益", "水质达标率", "≥90%", "按监测", "监测报告"],
    ["满意度指标", "群众满意度", "沿岸居民满意度", "≥90%", "按问卷", "问卷"],
)

# 庚县: headings over the whole width, years as heads of a grid, a list of people with running numbers.
FUND: Sequence[Line] = (
    "××县2026年度产业扶持资金绩效目标审核表",
    [("一、基本信息", 6, 1)],
    [("单位名称", 1, 1), ("‹文本›", 2, 1), "统一社会信用代码", ("‹文本›", 2, 1)],
    [("法人代表", 1, 1), ("‹文本›", 2, 1), "成立时间", ("‹日期›", 2, 1)],
    [("二、资金构成（万元）", 6, 1)],
    ["资金来源", "合计", "2024年", "2025年", "2026年", "备注"],
    ["财政资金", "‹金额›", "‹金额›", "‹金额›", "‹金额›", "‹文本›"],
    ["自有资金", "‹金额›", "‹金额›", "‹金额›", "‹金额›", "‹文本›"],
    ["银行贷款", "‹金额›", "‹金额›", "‹金额›", "‹金额›", "‹文本›"],
    [("三、主要人员", 6, 1)],
    ["序号", "姓名", "职务", "职称", "分工", "联系方式"],
    ["‹整数›1", "‹文本›", "‹文本›", "‹文本›", "‹文本›", "‹文本›"],
    ["2", "", "", "", "", ""],
    ["3", "", "", "", "", ""],
    ["4", "", "", "", "", ""],
    [("四、审核结论", 6, 1)],
    [("审核意见", 1, 1), ("‹长文本›", 5, 1)],
    [("评分等级", 1, 1), ("‹代码›□优 □良 □中 □差", 5, 1)],
)

# 辛区: a department's projects one a row, heads in two levels, totals of all figures, labels with colons in table cells.
PROJECTS: Sequence[Line] = (
    "预算绩效运行监控情况表",
    ["部门名称:", ("‹文本›", 2, 1), "填报时间:", ("‹日期›", 2, 1)],
    [("项目名称", 1, 2), ("预算数（万元）", 2, 1), ("执行数（万元）", 2, 1), ("执行率%", 1, 2)],
    ["年初", "调整", "1-6月", "全年预计"],
    ["‹文本›", "‹金额›", "‹金额›", "‹金额›", "‹金额›", "‹小数›"],
    *_rows(9, ["", "", "", "", "", ""]),
    ["合计", "‹金额›", "‹金额›", "‹金额›", "‹金额›", "‹小数›"],
    [("存在的问题", 1, 1), ("‹长文本›", 5, 1)],
    [("部门负责人:", 2, 1), "‹文本›", "联系电话:", ("‹文本›", 2, 1)],
)

# 壬县: year and unit on one line, indicators under a printed first level on every row, signatures inside the frame.
SCHOOL: Sequence[Line] = (
    "中小学校舍维修项目绩效目标申报表",
    "（2026年度）　　　　　　　　　　　　　　　　　　　　单位：万元",
    [("基本\n情况", 1, 3), "项目名称", ("‹文本›", 2, 1), "项目类型", "‹代码›"],
    ["申请单位（盖章）", ("‹文本›", 2, 1), "主管部门", "‹文本›"],
    ["项目开始时间", ("‹日期›", 2, 1), "项目结束时间", "‹日期›"],
    [("资金\n来源", 1, 2), "资金总额", ("‹金额›", 2, 1), "其中：县级财政", "‹金额›"],
    ["上级专项", ("‹金额›", 2, 1), "学校自筹", "‹金额›"],
    [("绩效\n目标", 1, 1), ("‹长文本›", 5, 1)],
    [("绩\n效\n指\n标", 1, 7), "类别", ("指标名称", 2, 1), "目标值", "说明"],
    ["‹代码›产出", ("‹文本›", 2, 1), "‹指标值›", "‹文本›"],
    *_rows(2, ["产出", ("", 2, 1), "", ""]),
    *_rows(2, ["效益", ("", 2, 1), "", ""]),
    ["满意度", ("", 2, 1), "", ""],
    ["单位负责人", ("‹文本›", 2, 1), "财务负责人", ("‹文本›", 2, 1)],
    ["经办人", ("‹文本›", 2, 1), "联系电话", ("‹文本›", 2, 1)],
)

# The example of the tutorial, examples/新表.
TRAINING: Sequence[Line] = (
    "培训项目绩效目标表",
    "（‹整数›　　　　年度）",
    "填报单位：‹文本›　　　　填报日期：‹日期›　　　　单位：元",
    ["项目名称", ("‹文本›", 3, 1), "培训类别", "‹代码›□业务培训 □管理培训 □技能培训"],
    ["开始日期", "‹日期›", "结束日期", "‹日期›", "培训人数", "‹整数›"],
    ["经费总额", "‹金额›", "其中：财政拨款", "‹金额›", "其他资金", "‹金额›"],
    ["培训目标", ("‹长文本›", 5, 1)],
    [("课程\n安排", 1, 8), "课程名称", "授课人", "学时", "课酬（元）", "备注"],
    ["‹文本›", "‹文本›", "‹小数›", "‹金额›", "‹文本›"],
    *_rows(5, ["", "", "", "", ""]),
    ["合计", "—", "—", "‹金额›", "—"],
    [("绩效\n指标", 1, 7), "一级指标", "二级指标", "三级指标", ("指标值", 2, 1)],
    ["‹代码›", "‹代码›", "‹文本›", ("‹指标值›", 2, 1)],
    *_rows(5, ["", "", "", ("", 2, 1)]),
    "填表人：‹文本›　　　　联系电话：‹文本›",
)

FORMS: Mapping[str, tuple[Sequence[Line], int]] = {
    "甲省-申报表.xlsx": (PROVINCE, 7),
    "乙市-自评表.docx": (CITY, 8),
    "丙省-整体支出.xlsx": (DEPARTMENT, 7),
    "丁县-申报书.docx": (FILLED, 6),
    "戊区-监控表.docx": (TRACKING, 8),
    "己市-专项.xlsx": (WATER, 6),
    "庚县-审核表.docx": (FUND, 6),
    "辛区-监控情况表.xlsx": (PROJECTS, 6),
    "壬县-维修.docx": (SCHOOL, 6),
}


def draw(folder: Path, name: str, suffix: str = "") -> tuple[Path, Expected]:
    """Draw a form of `FORMS` into a folder, as another kind of file with `suffix`; return its file and where its fields are."""
    lines, width = FORMS[name]
    path = (folder / name).with_suffix(suffix or Path(name).suffix)
    return path, (draw_xlsx if path.suffix == ".xlsx" else draw_docx)(path, lines, width)
