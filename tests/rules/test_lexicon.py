"""The lists of 代码表 on indicators of all departments: what is right stays without error and warning, what is wrong is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.clean import DRAFTS
from tests.rules.kit import declaration, line
from tests.shipped import shipped_form
from toolkit.checking.check import check_declarations
from toolkit.forms.model import alias_pairs
from toolkit.values.words import HINT

# Legitimate indicators; many hold a word of the lists somewhere else than at their head.
RIGHT = """
数量指标 义务教育阶段在校生资助人次 ≥ 12000 人次
数量指标 新建公办幼儿园学位数 ≥ 540 个
数量指标 每班学生人数 ≤ 45 人
数量指标 开展安全事故应急演练次数 ≥ 4 次
数量指标 排查安全隐患数量 ≥ 300 处
数量指标 查处违法案件数 ≥ 60 起
数量指标 调解劳动争议案件数 ≥ 800 件
数量指标 建立居民健康档案 ≥ 5000 份
数量指标 清理河道污染淤泥量 ≥ 3.2 万立方米
数量指标 治理水土流失面积 ≥ 12 平方公里
数量指标 新增治理水土流失面积 ≥ 12 平方公里
数量指标 拆除违法建筑面积 ≥ 20000 平方米
数量指标 处置突发环境污染事件次数 ≥ 3 次
数量指标 噪声自动监测点位数 = 18 个
数量指标 失业人员技能培训人数 ≥ 900 人
数量指标 帮扶失业人员人数 ≥ 300 人
数量指标 火灾隐患整改单位数 ≥ 120 家
数量指标 交通事故快速处理点数 = 6 个
数量指标 受理投诉举报件数 ≥ 1500 件
数量指标 维修破损路面面积 ≥ 8000 平方米
数量指标 采购信息化设备数量 = 120 台
数量指标 发放临时救助户数 ≥ 260 户
数量指标 公交线路优化条数 ≥ 5 条
数量指标 巡查频率 ≥ 2 次/周
数量指标 出版志书 = 1 部
数量指标 举办展览 ≥ 6 场
数量指标 核减工程造价 ≥ 300 万元
数量指标 征收污水处理费用 ≥ 800 万元
数量指标 感染者管理人数 ≥ 260 人
数量指标 上报安全隐患数 ≥ 40 处
质量指标 孕产妇死亡率 ≤ 10 1/10万
质量指标 设备质保服务期 ≥ 36 个月
质量指标 安全隐患 定性 无
质量指标 中水回用率 ≥ 30 %
质量指标 化学需氧量达标排放率 ≥ 98 %
质量指标 网络故障排除率 ≥ 98 %
社会效益指标 孤儿救助应保尽保率 = 100 %
生态效益指标 氮氧化物排放强度 ≤ 0.3 千克/万元
数量指标 党的二十大精神宣讲场次 ≥ 30 场
质量指标 学生体质健康标准达标率 ≥ 95 %
质量指标 近视率 ≤ 40 %
质量指标 农产品质量安全例行监测合格率 ≥ 98 %
质量指标 公路优良中等路率 ≥ 90 %
质量指标 农药残留超标率 ≤ 2 %
质量指标 管网漏损率 ≤ 9 %
质量指标 图书破损率 ≤ 3 %
质量指标 审计问题整改率 ≥ 95 %
质量指标 案件差错率 ≤ 1 %
质量指标 系统平均无故障运行时间 ≥ 8000 小时
质量指标 全年无安全责任事故天数 = 366 天
质量指标 供水水压合格率 ≥ 97 %
质量指标 抗生素使用率 ≤ 30 %
质量指标 药占比 ≤ 28 %
质量指标 服务器CPU利用率 ≤ 70 %
质量指标 病床使用率 ≥ 85 %
质量指标 工程质量等级 定性 达到市优质结构
质量指标 网络安全等级保护测评 定性 通过三级测评
质量指标 培训资料差错次数 = 0 次
质量指标 违约率 ≤ 1 %
质量指标 预算支出偏差率 ≤ 5 %
质量指标 不良反应发生率 ≤ 0.1 %
质量指标 苗木死亡率 ≤ 5 %
质量指标 误报率 < 2 %
质量指标 数据备份恢复成功率 = 100 %
时效指标 投诉办结及时率 ≥ 98 %
时效指标 突发事件响应时间 ≤ 30 分钟
时效指标 项目完成时间 定性 2024年10月31日前
时效指标 补贴发放延误天数 ≤ 3 天
时效指标 设备到货时间 ≤ 60 天
时效指标 审批时限压缩比例 ≥ 50 %
时效指标 事故处置及时率 ≥ 95 %
时效指标 按期办结率 ≥ 98 %
时效指标 运维服务期 = 1 年
时效指标 租赁期限 = 36 个月
经济成本指标 项目总成本 ≤ 580 万元
经济成本指标 控制预算成本 ≤ 50 万元
经济成本指标 成本节约率 ≥ 3 %
经济成本指标 生均培养成本 ≤ 12000 元/人
经济成本指标 预算资金执行率 ≥ 95 %
经济成本指标 单位维护成本降低额 ≥ 200 元
经济成本指标 补贴标准 = 500 元/人
社会成本指标 交通绕行时间 ≤ 15 分钟
社会成本指标 占用公共绿地面积 ≤ 200 平方米
生态环境成本指标 建筑垃圾产生量 ≤ 300 吨
生态环境成本指标 单位产品能耗 ≤ 0.3 吨标准煤
生态环境成本指标 施工噪声 ≤ 70 分贝
经济效益指标 节约财政资金 ≥ 120 万元
经济效益指标 节约能源费用 ≥ 30 万元
经济效益指标 减少经济损失 ≥ 80 万元
经济效益指标 挽回群众经济损失金额 ≥ 500 万元
经济效益指标 追回违规资金 ≥ 60 万元
经济效益指标 农民人均可支配收入增长率 ≥ 6 %
经济效益指标 旅游收入同比增长 ≥ 130 %
经济效益指标 三公经费下降率 ≥ 5 %
经济效益指标 带动投资 ≥ 2 亿元
经济效益指标 财政资金杠杆率 ≥ 300 %
经济效益指标 招商引资任务超额完成率 ≥ 110 %
社会效益指标 交通事故死亡人数下降率 ≥ 5 %
社会效益指标 刑事发案率 ≤ 3 ‰
社会效益指标 城镇登记失业率 ≤ 4 %
社会效益指标 群众信访量下降率 ≥ 10 %
社会效益指标 重大食品安全事故 = 0 起
社会效益指标 重大食品安全事故发生数 = 0 起
社会效益指标 责任投诉 定性 无
社会效益指标 群体性上访事件 定性 不发生
社会效益指标 减免费用惠及企业户数 ≥ 900 户
社会效益指标 贫困发生率 ≤ 0.5 %
社会效益指标 辍学率 ≤ 0.2 %
社会效益指标 促进就业人数 ≥ 500 人
社会效益指标 保障群众饮水人口 ≥ 3.6 万人
社会效益指标 平均候诊时间 ≤ 20 分钟
社会效益指标 公共文化设施利用率 ≥ 70 %
社会效益指标 科普知识知晓率 ≥ 80 %
社会效益指标 早高峰拥堵延时指数 ≤ 1.7 指数
社会效益指标 火灾起数下降率 ≥ 8 %
社会效益指标 民生支出占比 ≥ 78 %
社会效益指标 营商环境评价排名 ≤ 5 名
社会效益指标 职业病发病率 ≤ 1 %
生态效益指标 PM2.5年均浓度 ≤ 32 微克/立方米
生态效益指标 化学需氧量排放量 ≤ 900 吨
生态效益指标 二氧化碳减排量 ≥ 1200 吨
生态效益指标 减少碳排放 ≥ 50 吨
生态效益指标 污染物去除率 ≥ 90 %
生态效益指标 单位GDP能耗降低率 ≥ 3 %
生态效益指标 秸秆综合利用率 ≥ 95 %
生态效益指标 重污染天数 ≤ 2 天
生态效益指标 地表水优良比例 ≥ 85 %
生态效益指标 人均公园绿地面积 ≥ 13 平方米
生态效益指标 污染地块安全利用率 ≥ 93 %
生态效益指标 节水量 ≥ 20 万立方米
生态效益指标 农药使用量下降率 ≥ 2 %
可持续影响指标 设备使用年限 ≥ 8 年
可持续影响指标 管护制度建立情况 定性 印发管护办法
可持续影响指标 人才流失率 ≤ 5 %
可持续影响指标 新增高级职称人数 ≥ 3 人
可持续影响指标 耕地质量等级 定性 提高0.5个等级
可持续影响指标 志愿者留存率 ≥ 70 %
服务对象满意度指标 游客满意度 ≥ 90 %
服务对象满意度指标 学生家长满意度（抽样问卷） ≥ 92 %
服务对象满意度指标 企业办事好评率 ≥ 98 %
服务对象满意度指标 有效投诉率 ≤ 1 %
服务对象满意度指标 群众有责投诉次数 ≤ 3 次
"""

# What the reviewer would flag, with the rule that must say so.
WRONG = """
指标-方向-正 质量指标 学生体质健康标准达标率 ≤ 95 %
指标-方向-正 质量指标 供水水质合格率 < 97 %
指标-方向-正 时效指标 事故处置及时率 ≤ 95 %
指标-方向-正 社会效益指标 公共文化设施利用率 ≤ 70 %
指标-方向-正 生态效益指标 秸秆综合利用率 ≤ 95 %
指标-方向-正 质量指标 苗木成活率（含补植） ≤ 95 %
指标-方向-正 服务对象满意度指标 游客满意度 ≤ 90 %
指标-方向-正 经济效益指标 水费收缴率 ≤ 98 %
指标-方向-正 社会效益指标 参训人员就业率 ≤ 80 %
指标-方向-正 经济效益指标 能源节约率 ≤ 5 %
指标-方向-反 社会效益指标 城镇登记失业率 ≥ 4 %
指标-方向-反 质量指标 管网漏损率 ≥ 9 %
指标-方向-反 时效指标 突发事件响应时间 ≥ 30 分钟
指标-方向-反 社会效益指标 服务投诉次数 ≥ 5 次
指标-方向-反 社会效益指标 重大食品安全事故发生数 > 1 起
指标-方向-反 生态效益指标 化学需氧量排放量 ≥ 900 吨
指标-方向-反 质量指标 病人再住院率 ≥ 30 %
指标-方向-反 社会效益指标 重污染天数 ≥ 2 天
指标-方向-反 可持续影响指标 人才流失率 ≥ 5 %
指标-方向-反 社会效益指标 平均等候时间 ≥ 20 分钟
指标-方向-反 质量指标 系统累计停机工作日 ≥ 10 天
指标-方向-正 生态效益指标 污水达标排放率 ≤ 98 %
指标-方向-反 生态效益指标 氮氧化物排放强度 ≥ 0.3 千克/万元
指标-方向-成本 经济成本指标 生均培养成本 ≥ 12000 元/人
指标-方向-成本 生态环境成本指标 施工噪声 > 70 分贝
指标-方向-转正 社会效益指标 群众信访量下降率 ≤ 10 %
指标-方向-转反 社会效益指标 森林覆盖率下降幅度 ≥ 2 %
指标-方向-愿望 生态效益指标 改善河道水质 ≤ 90 %
指标-范围-超百 质量指标 农产品例行监测合格率 ≥ 105 %
指标-范围-超百 服务对象满意度指标 游客满意度 ≥ 110 %
指标-范围-负数 数量指标 举办展览 ≥ -6 场
指标-满意度-量化 服务对象满意度指标 游客满意度 定性 基本满意
指标-满意度-符号 服务对象满意度指标 学生家长满意度（抽样问卷） = 90 %
指标-满意度-单位 服务对象满意度指标 企业满意度 ≥ 95 分
指标-满意度-偏低 服务对象满意度指标 乘客满意度 ≥ 75 %
指标-单位-非单位 数量指标 道路清扫 = 100 清扫干净
指标-单位-非单位 数量指标 巡查 = 2 2次/每日
指标-错位-比率 数量指标 垃圾无害化处理率 = 100 %
指标-错位-时效 社会效益指标 抢修到场时间 ≤ 2 小时
指标-错位-时效 质量指标 检验报告出具时间 ≤ 5 天
指标-错位-质量 社会效益指标 路灯完好率 ≥ 98 %
指标-方向-正 质量指标 档案调取需求满足率 ≤ 99 %
指标-方向-正 质量指标 存储设施稳定运行率 ≤ 99 %
指标-单位-非单位 时效指标 报告提交 ≤ 7 日内
指标-空泛 社会效益指标 营商环境 定性 明显改善
指标-空泛 可持续影响指标 长效机制 定性 健全。
指标-空泛 经济效益指标 带动作用 定性 促进旅游业发展
指标-空泛-成本 经济成本指标 项目支出 定性 不超预算
指标-愿望 社会效益指标 提升城市形象 定性 媒体报道10篇
指标-愿望 社会效益指标 确保社会稳定 定性 零事件
指标-愿望 时效指标 按照合同约定完成 = 100 %
指标-占位-名称 数量指标 X项制度 = 3 项
指标-占位-名称 数量指标 三级指标1 = 3 项
指标-占位-数值 质量指标 验收结果 定性 待定
"""


def test_right_indicators_have_neither_error_nor_warning() -> None:
    base = DRAFTS[2]
    lines = RIGHT.strip().splitlines()
    drafts = [replace(base, rows=(*base.rows, line(text))).put(实施单位=text) for text in lines]
    findings = check_declarations([declaration(draft) for draft in drafts], shipped_form())
    wrong = [(f.unit, f.rule) for f in findings if f.severity != HINT and f.rule not in ("长度-实施单位",)]
    assert wrong == []


@pytest.mark.parametrize("remark", ["\n（含分馆）", " (新建部分)"])
def test_a_remark_on_a_line_of_its_own_changes_no_verdict(remark: str) -> None:
    base = DRAFTS[2]
    rows = [line(text) for text in RIGHT.strip().splitlines() if line(text)["三级指标"][-1] not in "）)"]  # type: ignore[index]
    drafts = [
        replace(base, rows=(*base.rows, {**row, "三级指标": f"{row['三级指标']}{remark}"})).put(实施单位=str(row["三级指标"]))
        for row in rows
    ]
    findings = check_declarations([declaration(draft) for draft in drafts], shipped_form())
    assert [(f.unit, f.rule) for f in findings if f.severity != HINT and f.rule not in ("长度-实施单位", "指标-空格")] == []


def test_wrong_indicators_are_named() -> None:
    base, table = DRAFTS[2], shipped_form().table
    assert table is not None
    cases = [text.split(" ", 1) for text in WRONG.strip().splitlines()]
    drafts = [replace(base, rows=(*base.rows, line(text))).put(实施单位=f"{rule}{text}") for rule, text in cases]
    findings = check_declarations([declaration(draft) for draft in drafts], shipped_form())
    found = {(f.unit, f.rule, f.cell and f.cell[1:]) for f in findings}
    row = str(table.first_row + len(base.rows))
    missed = [text for rule, text in cases if (f"{rule}{text}", rule, row) not in found]
    assert missed == []
    several = [text for rule, text in cases if len([f for f in findings if f.unit == f"{rule}{text}" and f.severity == "error"]) > 1]
    assert several == []


def test_where_a_good_and_a_bad_word_end_together_the_bad_one_is_the_longer() -> None:
    # 不合格率 beats 合格率: a tie counts as bad, so a good word must not end in a bad one.
    lists = shipped_form().lists
    assert [(good, bad) for good in lists["正向词"] for bad in lists["反向词"] if good.endswith(bad)] == []


def test_paired_lists_are_as_long_as_each_other() -> None:
    lists = shipped_form().lists
    assert len(lists["名称数词"]) == len(lists["名称数值"])
    several = ("标准名", "数值", "标签别名")  # 财政拨款 is printed for the whole project and for the year
    assert [name for name, words in lists.items() if len(set(words)) < len(words) and not name.endswith(several)] == []
    pairs = list(alias_pairs(shipped_form().lists, "标签"))
    assert len(set(pairs)) == len(pairs)
