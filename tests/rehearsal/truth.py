"""The truth table: for every unit and round what it sends, and what the commands have to say after it.

A line is a unit: its number, name, how many projects the roster has for it; then a cell for each round, parted by `|`:

    怎样报 状态 去向 [v版本数] [p项目数] [级别:编号[×处数]]…

`怎样报` names a way of `ways` (`—`: nothing new comes). `状态` is what `status` says, after the handbook. `去向` is what becomes of the
unit when all is merged: 出 (published), 留 (left out, with the reason), 缺 (nothing that could be published has come). `v`: how many
versions the round knows (rounds have versions of their own; 1 where it is published or left out, else 0); `p`: how many projects
are in what counts (all of the roster's, or none). Findings are 错 errors, 警 warnings, 提 hints; repairs are not among them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.values.words import ERROR, HINT, WARNING

ROUNDS = ("一上", "二上", "三上")

TABLE = """
01 市场监督管理所 3   | 原表 已报 出 | — 已报 出 | — 已报 出
02 农业技术推广站 3   | 另存xlsx 已报 出 | — 已报 出 | — 已报 出
03 林木种苗站 2       | 另存ods 已报 出 | — 已报 出 | — 已报 出
04 水文监测中心 2     | 另存xls 已报 出 | — 已报 出 | — 已报 出
05 公路养护中心 3     | 改文件名 已报 出 | — 已报 出 | — 已报 出
06 实验小学 3         | 一个项目一份 已报 出 | — 已报 出 | — 已报 出
07 城东中学 2         | GBK压缩包 已报 出 提:文件-附件 | — 已报 出 提:文件-附件 | — 已报 出 提:文件-附件
08 特殊教育学校 2     | 包中包 已报 出 | — 已报 出 | — 已报 出
09 职业技术学校 3     | Word 已报 出 | — 已报 出 | — 已报 出
10 妇幼保健院 2       | PDF 已报 出 | — 已报 出 | — 已报 出
11 中心血站 2         | 文本 已报 出 | — 已报 出 | — 已报 出
12 疾病预防控制中心 3 | 别处版面 已报 出 | — 已报 出 | — 已报 出
13 急救中心 2         | 万元版面 已报 留 警:金额-万元×2 | — 已报 出 提:金额-万元×2 | — 已报 出 提:金额-万元×2
14 殡仪服务中心 2     | 照片 无法读取 缺 错:文件-扫描件 | 原表 已报 出 | — 已报 出
15 救助管理站 2       | 附扫描件 已报 出 提:文件-附件 | — 已报 出 提:文件-附件 | — 已报 出 提:文件-附件
16 社会福利院 3       | 抄送两份 重复报送 出 提:文件-重复报送 | — 重复报送 出 提:文件-重复报送 | — 重复报送 出 提:文件-重复报送
17 体育彩票管理站 2   | 去年的表 需修改 留 错:年度-不符×2 | 退改件 已报 出 提:文件-多份报送 | — 已报 出 提:文件-多份报送
18 群众艺术馆 2       | 两家一本 已报 出 | — 已报 出 | — 已报 出
19 美术展览馆 2       | — 已报 出 | — 已报 出 | — 已报 出
20 城市绿化所 3       | 一张空白 需修改 留 错:项目-未填报 错:资金-F6 | 重报 已报 出 | — 已报 出
21 环境卫生所 3       | 漏一个 需修改 留 p2 错:项目-未报 错:资金-F6 | 补一个 已报 出 | — 已报 出
22 排水管理所 2       | 漏一个 需修改 留 p1 错:项目-未报 错:资金-F6 | — 已报 出 p1 提:项目-未报 提:资金-F6 | — 已报 出 p1 提:项目-未报 提:资金-F6
23 路灯管理所 2       | 两份不同 重复报送 留 v2 警:文件-多份报送 | — 重复报送 留 v2 警:文件-多份报送 | 移走一份 已报 出
24 房屋安全站 3       | 损坏 无法读取 缺 错:文件-损坏 | 重报 已报 出 | — 已报 出
25 档案查阅中心 3     | 加密 无法读取 缺 错:文件-需密码 | — 已报 出 | — 已报 出
26 地震监测台 2       | 空白表 未填报 缺 错:文件-未填报 | 重报 已报 出 | — 已报 出
27 气象服务站 3       | 合计错 需修改 留 错:资金-F1 错:资金-批复金额 错:资金-F6 | 退改件 已报 出 v2 提:文件-多份报送 | — 已报 出 v2 提:文件-多份报送
28 农机管理站 2       | 缺单位 需修改 留 错:指标-单位 | 退改件ods 已报 出 v2 提:文件-多份报送 | — 已报 出 v2 提:文件-多份报送
29 畜牧兽医站 3       | 方向反 需修改 留 错:指标-方向-正 | 退改件zip 已报 出 v2 提:文件-多份报送 | — 已报 出 v2 提:文件-多份报送
30 渔政执法队 2       | 金额文字 需修改 留 错:格式-金额 | 重报 已报 出 | 转发旧件 重复报送 留 v2 警:文件-多份报送 错:格式-金额
31 图书馆 3           | 无目标 需修改 留 错:必填-年度总体目标 | — 需修改 留 错:必填-年度总体目标 | 重报 已报 出
32 文物保护所 3       | 两处错 需修改 留 错:资金-F1 错:资金-批复金额 错:资金-F6 错:指标-方向-正 | 改一错一 需修改 留 错:资金-F1 错:资金-批复金额 错:资金-F6 错:指标-单位 | 重报 已报 出
33 老年大学 2         | — 未报 缺 | — 未报 缺 | — 未报 缺
34 青少年活动中心 3   | — 未报 缺 | 原表 已报 出 | — 已报 出
35 劳动监察大队 3     | — 未报 缺 | — 未报 缺 | 原表 已报 出
36 就业服务中心 3     | 旧称 已报 出 | — 已报 出 | — 已报 出
37 社会保险站 2       | 项目改名 需修改 留 错:项目-未报 | 重报 已报 出 | — 已报 出
38 不动产登记所 3     | 旧版表样 已报 出 警:文件-旧版表样 | — 已报 出 警:文件-旧版表样 | — 已报 出 警:文件-旧版表样
39 测绘信息站 2       | 名单外旧名 未报 缺 | — 已报 出 | — 已报 出
40 国库支付中心 3     | 原表 已报 出 | — 已报 出 | — 已报 出
"""

SEVERITIES = {"错": ERROR, "警": WARNING, "提": HINT}
OUT, KEPT_BACK, MISSING = "出", "留", "缺"


@dataclass(frozen=True)
class Expected:
    """What one unit does in a round, and what has to be said about it."""

    way: str
    status: str
    fate: str
    versions: int
    projects: int
    findings: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        return sum(count for (severity, _), count in self.findings.items() if severity == ERROR)


@dataclass(frozen=True)
class Unit:
    """A unit of the roster: `rounds` in order."""

    number: int
    name: str
    count: int
    rounds: tuple[Expected, ...]


def read_table(text: str = TABLE) -> tuple[Unit, ...]:
    """Return the units of the table. ValueError where a line cannot be understood."""
    units = []
    for line in text.strip().splitlines():
        head, *cells = line.split("|")
        number, name, count = head.split()
        units.append(Unit(int(number), f"青溪区{name}", int(count), tuple(_expected(cell, int(count)) for cell in cells)))
    return tuple(units)


def _expected(cell: str, count: int) -> Expected:
    way, status, fate, *more = cell.split()
    numbers = {word[0]: int(word[1:]) for word in more if re.fullmatch(r"[vp]\d", word)}
    findings = {}
    for word in more:
        if word[0] in SEVERITIES:
            rule, _, times = word[2:].partition("×")
            findings[SEVERITIES[word[0]], rule] = int(times or 1)
        elif word[0] not in numbers:
            raise ValueError(word)
    came = fate != MISSING
    return Expected(way, status, fate, numbers.get("v", int(came)), numbers.get("p", count if came else 0), findings)


UNITS = read_table()
BY_NAME: Mapping[str, Unit] = {unit.name: unit for unit in UNITS}
