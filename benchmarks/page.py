"""docs/性能.md from the figures of a run: what was measured, what is required, where the time goes and what the floor is."""

from __future__ import annotations

from typing import Any

from benchmarks.timing import ROOT

_HEAD = """# 性能

由 `make bench` 生成（`python -m benchmarks --docs`），不要手改。机器有快有慢，**看比值，不看绝对时间**：每个比值的两边在同一次运行里轮流测，
次序打乱，取中位数；时间是处理器时间，整批的连同它启动的进程。只想看一项：`.venv/bin/python -m benchmarks batch clerk`；名称见下表。

{machine}。{scale}

## 要求与结果

| 测的是 | 比值 | 结果 | 要求 | |
|---|---|---:|---:|---|
"""

_TIME = """
## 时间花在哪里，底线是什么

- **审核一份工作簿**：解压和扫描单元格是底线（“只解压”“只用 calamine 读项目表”两行），其上是认标签、组记录，再上是规则。多少份工作簿就是多少倍：
  读取和只看本单位的规则在读取的进程里做完，主进程只收压缩过的结果，按文件的次序写出去。
- **一批的固定开销**：每个读取进程启动并编译规则约 0.3 秒处理器时间；不超过 8 个小文件时不启动进程。
- **副本**：每个读取进程记得它读过的内容（SHA-256），逐字节相同的只算摘要；同一单位的相同报送按内容的摘要归并，不两两比较。
- **内存**：主进程对每份报送只留名称，内容压缩后超过 1 MB 就放进临时文件，用到时取回；要一次看到全部的（审核报告、总表、看整批的规则）除外。
- **坏文件**：读之前先看压缩包里声明的大小，读不了的几毫秒就有结论；卡住的 4.5 秒后结束那个进程，只损失那一个文件，代价是另启动一个进程。
- **Word、退改、填写**：底线是压缩同样的内容。
- **没有公式的工作簿**：calamine 只给值和合并区域；“jixiao 读出表格”还认隐藏的行列、百分比和日期格式、名称、公式格和错误格，光这一步就在 calamine 的 1.5 倍以上，
  认版面、逐格交代去处、组成记录又要差不多同样的时间。2.2 倍要求认版面几乎不花时间，没有做到。
- **规则**：要求写下来的时候是 111 条，现在一份申报表有 184 条，每条指标另算 39 个辅助量（去括号的名称、正反向词的位置、单位的类别……），都由表样里的公式写成一个 Python 函数；
  一条没见过的指标 0.2 毫秒上下，大半是查词表、截取和替换文字；一个进程里见过的名称、单位和整行不再算，取回上次的结果。手写的 30 条检查不看词。
- **下发的工作簿**：每张项目表约 15 KB 是检查公式和预留的行，“自检”约 40 KB 是每张表 105 行结果的格子和信息，名称约 20 KB；去掉预留的行或“自检”里的行才到得了 90 KB。
- **只审核一份**：一半是装入程序，一半是把规则写成 Python 函数；多份时每个进程只花一次。
"""


def write(found: dict[str, Any]) -> None:
    """Write the page."""
    scale = "" if found["scale"] == 1 else f"**试跑：份数是规定的 {found['scale']} 倍，下面的比值不算数。**"
    lines = [_HEAD.format(machine=found["machine"], scale=scale)]
    for each in found["ratios"]:
        held = "达到" if each["held"] else "**未达到**"
        least = "不低于" if each["at_least"] else "不高于"
        lines.append(f"| {each['title']} | {each['name']} | {each['ratio']:.2f}× | {least} {each['limit']}× | {held} |\n")
    lines.append(_TIME)
    lines.append("\n## 全部数字\n")
    for title, rows in found["reports"].items():
        lines.append(f"\n**{title}**\n\n| | |\n|---|---|\n")
        lines += [f"| {name} | {figure.strip()} |\n" for name, figure in rows]
    lines.append(f"\n各项用时（秒）：{'，'.join(f'{name} {seconds:.0f}' for name, seconds in found['seconds'].items())}。\n")
    (ROOT / "docs/性能.md").write_text("".join(lines), encoding="utf-8")
