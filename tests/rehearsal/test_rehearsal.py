"""The rehearsal against its table: after each round every command says of every unit and project what the table says, and nothing else.

One season is played for all tests. What is expected follows from `truth` and the contract: which units are returned, published, left
out or reminded, the exit codes, and every value that was declared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import pytest

from tests.drawings.declarations import Content
from tests.rehearsal.season import Round, jixiao, played, sheets
from tests.rehearsal.truth import BY_NAME, KEPT_BACK, MISSING, OUT, ROUNDS, UNITS, Expected, Unit
from tests.rehearsal.units import ALIAS, LEARNT, PASSWORD, STRANGER, WITHHELD, names, projects, stranger
from tests.rehearsal.ways import WAYS, otherwise
from toolkit.values.words import ERROR, HINT, WARNING

pytestmark = [pytest.mark.office, pytest.mark.slow]

STATES = ("未报", "需修改", "重复报送", "无法读取", "未填报", "已报")
MISTAKES, UNREADABLE = 3, 4
OTHER_FORM = "回收/监控表.xlsx"
ATTACHED = {
    "城东中学": ("回收/青溪区城东中学.zip!/报送/关于报送的函.docx", "回收/青溪区城东中学.zip!/盖章页.jpg"),
    "救助管理站": ("回收/青溪区救助管理站盖章件.pdf",),
}

# Units whose returns are no workbooks on the current template, and why, by the round from which on.
NOT_CURRENT = {"林木种苗站": 0, "水文监测中心": 0, "职业技术学校": 0, "妇幼保健院": 0, "中心血站": 0, "疾病预防控制中心": 0, "急救中心": 0}
NOT_CURRENT |= {"不动产登记所": 0, "农机管理站": 1}


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Round, ...]]:
    with played(tmp_path_factory.mktemp("一季")) as found:
        yield found


@pytest.fixture(params=range(len(ROUNDS)), ids=ROUNDS)
def now(request: pytest.FixtureRequest, rounds: tuple[Round, ...]) -> Round:
    """Each round in turn."""
    found: Round = rounds[request.param]
    return found


def expected(now: Round) -> dict[str, Expected]:
    return {unit.name: unit.rounds[now.number] for unit in UNITS}


def of(now: Round, *fates: str) -> list[Unit]:
    """The units with one of these fates in a round, in the order of the roster."""
    return [unit for unit in UNITS if unit.rounds[now.number].fate in fates]


def outsiders(now: Round) -> list[str]:
    """Units that sent something though the roster knows none of that name."""
    return [STRANGER] if now.number else [LEARNT[39], STRANGER]


def code(now: Round) -> int:
    """What a command ends with: files that cannot be read in the first round, mistakes after it."""
    return UNREADABLE if any(each.status == "无法读取" for each in expected(now).values()) else MISTAKES


def test_the_table_is_whole() -> None:
    assert (len(UNITS), sum(unit.count for unit in UNITS), [unit.number for unit in UNITS]) == (40, 100, list(range(1, 41)))
    assert {each.way for unit in UNITS for each in unit.rounds} == set(WAYS)
    assert {each.status for unit in UNITS for each in unit.rounds} == set(STATES)
    assert len({name for unit in UNITS for name in names(unit)}) == 100


def test_check_finds_what_was_planted_and_nothing_else(now: Round) -> None:
    found: dict[str, Counter[tuple[str, str]]] = {}
    for each in now.check.json["findings"]:
        if each["family"] != "repair":
            found.setdefault(owner(each), Counter())[each["severity"], each["rule"]] += 1
    planted = {name: dict(each.findings) for name, each in expected(now).items() if each.findings}
    planted |= {unit: {(WARNING, "单位-不在名单"): 2 if unit == LEARNT[39] else 1} for unit in outsiders(now)}
    planted[OTHER_FORM] = {(ERROR, "文件-表样不符"): 1}
    assert {unit: dict(rules) for unit, rules in found.items()} == planted
    summary = now.check.json["summary"]
    totals = Counter(severity for rules in planted.values() for (severity, _), count in rules.items() for _ in range(count))
    assert [summary[name] for name in ("errors", "warnings", "hints")] == [totals[each] for each in (ERROR, WARNING, HINT)]
    assert (now.check.code, now.screen.code) == (code(now), code(now))
    repaired = {each["unit"] for each in now.check.json["findings"] if each["rule"] == "修复-单位名称"}
    assert repaired == {"青溪区就业服务中心", *(["青溪区测绘信息站"] if now.number else [])}


def owner(finding: Mapping[str, Any]) -> str:
    """Whose finding it is: its unit's, else of the unit that its file names, else the file's own."""
    named = next((unit.name for unit in UNITS if unit.name in finding["file"]), finding["file"])
    return str(finding["unit"] or named)


def test_check_accounts_for_every_file(now: Round) -> None:
    said = now.check.json
    attached = {f"青溪区{unit}": set(files) for unit, files in ATTACHED.items()}
    if now.number:
        attached["青溪区殡仪服务中心"] = {"回收/青溪区殡仪服务中心盖章.jpg"}
    others: dict[str, set[str]] = {}
    for each in said["others"]:
        others.setdefault(each["unit"] or each["what"], set()).add(each["file"])
    assert others == {**attached, "unclaimed": {"回收/IMG_0001.jpg"}}
    outdated = {each["unit"] for each in said["outdated"]}
    assert outdated == {f"青溪区{name}" for name, since in NOT_CURRENT.items() if since <= now.number}
    assert "questions" not in said, "no doubt is shared by several files"
    absent = "、".join(name for name, each in expected(now).items() if each.status in ("未报", "未填报"))
    assert f"家：{absent}。" in now.screen.out


def test_changes_are_told_of_those_who_sent_another_version(now: Round) -> None:
    told = {each["unit"]: (each["fixed"], each["open"], each["new"]) for each in now.check.json.get("changes", ())}
    assert told == CHANGES[now.number]


# 已改, 仍未改, 新增 against the version before, for every unit that ever sent two that can be compared.
_SECOND = {
    "青溪区城市绿化所": (2, 0, 0),
    "青溪区气象服务站": (3, 0, 0),
    "青溪区农机管理站": (1, 0, 0),
    "青溪区畜牧兽医站": (1, 0, 0),
    "青溪区社会保险站": (1, 0, 0),
}
CHANGES: Sequence[Mapping[str, tuple[int, int, int]]] = (
    {},
    {**_SECOND, "青溪区渔政执法队": (1, 0, 0), "青溪区文物保护所": (1, 3, 1)},
    {**_SECOND, "青溪区图书馆": (1, 0, 0), "青溪区文物保护所": (4, 0, 0), "青溪区路灯管理所": (0, 0, 0)},
)


def test_status_tells_every_unit(now: Round) -> None:
    units = {each["unit"]: each for each in now.status.json["units"]}
    assert list(units) == [*(unit.name for unit in UNITS), *outsiders(now)]
    for name, each in expected(now).items():
        line = units[name]
        told = (line["status"], line["versions"], line["projects"], line["listed"])
        assert told == (each.status, each.versions, each.projects, True), (name, line)
        assert line["contact"].endswith(f"{BY_NAME[name].number:08d}")
    assert {(units[name]["status"], units[name]["listed"]) for name in outsiders(now)} == {("已报", False)}
    counts = Counter(each.status for each in expected(now).values())
    counts["已报"] += len(outsiders(now))
    assert {word: count for word, count in now.status.json["summary"].items() if word in STATES and count} == dict(counts)
    assert (now.status.code, [each["file"] for each in now.status.json["unassigned"]]) == (code(now), [OTHER_FORM])
    missing = {name: line["missing"] for name, line in units.items() if line["missing"]}
    assert missing == not_sent(now)
    reminded = [row[2] for row in sheets(now.folder / "催报名单.xlsx")["催报名单"][3:] if row[0]]
    waiting = ("未报", "需修改", "无法读取", "未填报")
    unsettled = [unit.name for unit in of(now, KEPT_BACK) if expected(now)[unit.name].status == "重复报送"]
    assert set(reminded) == {name for name, each in expected(now).items() if each.status in waiting} | set(unsettled)


def not_sent(now: Round) -> dict[str, list[str]]:
    """The projects that did not come from units that sent others, and are to come."""
    if now.number:
        return {}
    return {f"青溪区{name}": names(BY_NAME[f"青溪区{name}"])[-1:] for name in ("环境卫生所", "排水管理所", "社会保险站")}


def test_annotate_returns_whoever_has_something_to_correct(now: Round) -> None:
    wrong = [unit.name for unit in of(now, KEPT_BACK) if expected(now)[unit.name].errors]
    marked = [each["unit"] for each in now.annotate.json["marked"]]
    assert sorted(marked) == sorted(wrong)
    assert sorted(each["unit"] for each in now.annotate.json["notices"]) == sorted(wrong)
    errors = Counter(owner(each) for each in now.check.json["findings"] if each["severity"] == ERROR and each["family"] == "declaration")
    for each in now.annotate.json["notices"]:
        table = docx.Document(each["output"]).tables[0]
        assert sum(row.cells[1].text == "错误" for row in table.rows) == errors[each["unit"]], each["unit"]
        assert "补进名单" not in "".join(cell.text for row in table.rows for cell in row.cells)
    assert now.annotate.code == code(now)


def test_merge_publishes_leaves_out_with_the_reason_or_names_as_missing(now: Round) -> None:
    """Nothing is silent: every unit and project of the roster is published, left out and why, or missing."""
    said, place = now.merge.json, now.folder / "汇总"
    published = {path.name.partition("2026年度")[0]: words_of(path) for path in place.glob("*.docx")}
    out = of(now, OUT)
    assert sorted(published) == sorted([*(unit.name for unit in out), *outsiders(now)])
    for unit in out:
        sent = [name for name in names(unit) if (unit.name, name) not in overruled(now)]
        shown = [name for nth, name in enumerate(sent, 1) if (unit.number, nth) != WITHHELD]
        assert [name for name in names(unit) if name in published[unit.name]] == shown, unit.name
    assert {each["unit"]: each["reason"] for each in said["left_out"]} == reasons(now)
    assert [(each["unit"], each["project"]) for each in said["not_public"]] == [("青溪区国库支付中心", names(UNITS[39])[0])]
    told = [(each["unit"], each["project"], each["reason"]) for each in said["missing"]]
    assert sorted(told, key=str) == sorted(missing(now), key=str)
    assert now.merge.code == code(now)

    accounted = {(each.name, name) for each in of(now, OUT, KEPT_BACK) for name in names(each)} | {(unit, name) for unit, name, _ in told}
    assert accounted >= {(unit.name, name) for unit in UNITS for name in names(unit)}


def words_of(path: Path) -> set[str]:
    """Every text of a cell or line of a Word file."""
    document = docx.Document(str(path))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    return cells | {paragraph.text for paragraph in document.paragraphs}


def reasons(now: Round) -> dict[str, str]:
    """Why each unit that is left out stays out."""
    found = {}
    for unit in of(now, KEPT_BACK):
        each = unit.rounds[now.number]
        rules = {rule for severity, rule in each.findings if severity == ERROR}
        if each.status == "重复报送":
            found[unit.name] = "同一项目有 2 份不同的报送，请用 --latest 取最后到的一份，或用 --use 指定"
        elif rules == {"项目-未报"}:
            found[unit.name] = f"漏报 1 个项目：{names(unit)[-1]}"
        elif rules:
            found[unit.name] = f"有 {each.errors} 处错误"
        else:
            found[unit.name] = f"有 {each.findings[WARNING, '金额-万元']} 处金额单位待核对"
    return found


def overruled(now: Round) -> set[tuple[str, str]]:
    """The projects of which the clerk said that they are not to come."""
    unit = BY_NAME["青溪区排水管理所"]
    return {(unit.name, names(unit)[-1])} if now.number else set()


def missing(now: Round) -> list[tuple[str, str | None, str]]:
    """The units and projects that did not come, each with what is said of it."""
    found: list[tuple[str, str | None, str]] = [(unit, name, "没有报送") for unit, lost in not_sent(now).items() for name in lost]
    found += [(unit, name, "没有报送（已说明：该项目已取消）") for unit, name in overruled(now)]
    for unit in of(now, MISSING):
        status = unit.rounds[now.number].status
        file = f"回收/{unit.name}{'盖章.jpg' if unit.rounds[now.number].way == '照片' else '.xlsx'}"
        reason = {"未报": "没有报送", "未填报": f"交回的是空表：{file}", "无法读取": f"报来的文件不能用：{file}"}[status]
        found += [(unit.name, None, reason)] if status != "无法读取" else []
        found += [(unit.name, name, reason) for name in names(unit)]
    return found


def test_the_overview_says_how_much_is_in_it_and_lists_the_rest(now: Round) -> None:
    book = sheets(now.folder / "汇总" / "总表.xlsx")
    out = of(now, OUT)
    count = sum(unit.count for unit in out) - len(overruled(now))
    head = f"年度：2026　共 40 家，已汇总 {len(out)} 家，名单外 {len(outsiders(now))} 家　"
    extra = 3 if now.number == 0 else 1
    head += f"{count + extra} 个项目，另有 {100 - count} 个未汇总（见“未汇总清单”）"
    for sheet in ("项目明细", "指标明细", "按单位", "按类别与性质", "资金构成"):
        assert str(book[sheet][1][0]).startswith(head), sheet
    rows = [row[1:5] for row in book["未汇总清单"][3:]]
    listed = {(unit, project): reason for kind, unit, project, reason in rows if kind != "文件"}
    want: dict[tuple[str, str | None], str] = {(unit, None): reason for unit, reason in reasons(now).items()}
    want |= {(unit, name): reason for unit, name, reason in missing(now)}
    want["青溪区国库支付中心", names(UNITS[39])[0]] = "名单中“是否公开”为否"
    assert listed == want
    unread = [unit.name for unit in of(now, MISSING) if unit.rounds[now.number].status in ("无法读取", "未填报")]
    assert [unit for kind, unit, *_ in rows if kind == "文件"] == [*unread, None]
    shown = {(row[2], row[3]) for row in book["项目明细"][4:] if isinstance(row[0], int)} or None
    assert shown is None or len(shown) == count + extra


def test_export_gives_every_value_as_declared(now: Round) -> None:
    records: dict[tuple[str, str], list[dict[str, object]]] = {}
    for each in now.export.json:
        records.setdefault((each["实施单位"], each["项目名称"]), []).append(plain(each))
    for unit in of(now, OUT):
        for content in chosen(unit):
            if (unit.name, content.head["项目名称"]) not in overruled(now):
                record = plain(content.put(实施单位=written(unit)).record())
                assert record in records[written(unit), str(content.head["项目名称"])], (unit.name, record)
    (of_stranger,) = records[STRANGER, "农机驾驶员培训"]
    assert of_stranger == plain(stranger().record())
    known = {(written(unit), name) for unit in UNITS for name in names(unit)} | {(STRANGER, "农机驾驶员培训")}
    renamed = BY_NAME["青溪区社会保险站"]
    assert records.keys() - known == ({(renamed.name, f"{names(renamed)[-1]}（调整）")} if now.number == 0 else set())
    assert now.export.code == (UNREADABLE if now.number == 0 else 0)


def chosen(unit: Unit) -> list[Content]:
    """What is in the version of a unit's return that is published."""
    return otherwise(unit) if unit.name == "青溪区路灯管理所" else projects(unit)


def written(unit: Unit) -> str:
    """The name that a unit writes into its forms."""
    return ALIAS.get(unit.number) or LEARNT.get(unit.number) or unit.name


def plain(record: Mapping[str, Any]) -> dict[str, object]:
    """A record without where it stood, long texts without white space."""
    goals = ("项目总目标", "年度总体目标")
    left = {name: value for name, value in record.items() if name not in ("file", "sheet", "表样", "项目代码")}
    return {name: re.sub(r"\s", "", value) if name in goals and value else value for name, value in left.items()}


def test_the_version_that_counts_is_the_one_that_is_published(now: Round) -> None:
    rows = sheets(now.folder / "汇总" / "总表.xlsx")["项目明细"]
    heads = next(row for row in rows if "项目名称" in row)
    unit_at, project_at, total_at = (heads.index(name) for name in ("实施单位", "项目名称", "年度资金申请总额"))
    shown = {(row[unit_at], row[project_at]): row[total_at] for row in rows[rows.index(heads) + 1 :] if row[unit_at] in BY_NAME}
    want = {}
    for unit in of(now, OUT):
        report = words_of(now.folder / "汇总" / f"{unit.name}2026年度项目绩效目标汇总表.docx")
        printed = {re.sub(r"\s", "", text) for text in report}
        for nth, content in enumerate(chosen(unit), 1):
            head = content.head
            if (unit.name, head["项目名称"]) not in overruled(now):
                want[unit.name, head["项目名称"]] = float(str(head["年度资金申请总额"]))
                goal = re.sub(r"\s", "", str(head["年度总体目标"]))
                assert goal in printed or (unit.number, nth) == WITHHELD, (unit.name, goal)
    assert shown == want


def test_the_report_has_a_line_for_every_unit(now: Round) -> None:
    lines = {str(row[0]).partition("\n")[0]: row for row in now.report["概览"]}
    for name, each in expected(now).items():
        if each.fate == MISSING:
            continue
        errors = each.errors
        assert lines[name][1:4] == ["需修改" if errors else "通过", lines[name][2], errors], lines[name]
    absent = [row for row in now.report.get("未报单位", ()) if any(cell in BY_NAME for cell in row)]
    told = {next(cell for cell in row if cell in BY_NAME) for row in absent}
    assert told == {name for name, each in expected(now).items() if each.status in ("未报", "未填报")}
    assert [name for name in BY_NAME if name not in now.page] == []
    count = Counter("需修改" if each.errors else "通过" for each in expected(now).values() if each.fate != MISSING)
    count["通过"] += len(outsiders(now))
    assert now.report["概览"][0][0].startswith(f"需修改：通过 {count['通过']} 家，需修改 {count['需修改']} 家，")


def test_one_screen_shows_where_the_season_stands(now: Round) -> None:
    lines = [line.strip() for line in now.season.out.splitlines()]
    assert lines[:2] == ["2026 年度，表样：绩效目标申报表", "名单 名单.xlsx：40 家单位，100 个项目"]
    for state in STATES:
        those = [name for name, each in expected(now).items() if each.status == state]
        line = next((line for line in lines if line.startswith(f"{state} ")), "")
        if state == "已报":
            assert line.startswith(f"已报 {len(those) + len(outsiders(now)) - (now.number == 0)} 家") or those
        elif those:
            shown = "、".join(those[:8]) + (f"……等 {len(those)} 家" if len(those) > 8 else "")
            assert line == f"{state} {len(those)} 家：{shown}"
        else:
            assert line == ""
    newest = ("青溪区路灯管理所（更正）.xlsx", "青溪区路灯管理所（更正）.xlsx", "青溪区渔政执法队.xlsx")[now.number]
    unit = "青溪区渔政执法队" if now.number == 2 else "青溪区路灯管理所"
    assert f"{unit}报了几份不同的，定下以哪一份为准：" in lines
    assert f"jixiao check -o 审核结果 --force --use 回收/{newest}" in lines


def test_the_latest_is_not_the_old_copy_that_was_sent_on(rounds: tuple[Round, ...]) -> None:
    """What comes again in a later round is as old as it was; the correction stands, and the report says so."""
    said = jixiao("check", "--latest", "--json", "--password", PASSWORD).json["findings"]
    told = [(each["file"], each["severity"]) for each in said if each["rule"] == "文件-多份报送" and "渔政" in each["file"]]
    assert told == [("回收/转发/Fw 青溪区渔政执法队.xlsx", HINT)]
    assert [each for each in said if each["severity"] == ERROR and each["file"] != OTHER_FORM] == []


def test_versions_of_one_unit_are_compared(rounds: tuple[Round, ...]) -> None:
    more = jixiao("diff", "--unit", "青溪区气象服务站")
    changed = projects(BY_NAME["青溪区气象服务站"])[0].head["年度资金申请总额"]
    assert isinstance(changed, Decimal)
    assert f"      年度资金申请总额：{changed + 10_000:,.2f} → {changed:,.2f}（-10,000.00，" in more.out and more.code == 0
    between = jixiao("diff", "--unit", "青溪区文物保护所", "--rounds", ROUNDS[0], ROUNDS[2], "--json")
    (unit,) = between.json["units"]
    assert (between.code, [each["state"] for each in unit["projects"]]) == (0, ["changed"])
    same = jixiao("diff", "--unit", "青溪区市场监督管理所")
    assert (same.code, same.err) == (
        2,
        "错误：“青溪区市场监督管理所”在轮次“三上”里只有 1 个版本，没有可以对比的。与别的轮次比，请写 --rounds 二上 三上。\n",
    )


def test_what_the_screen_says_to_do_can_be_done(rounds: tuple[Round, ...]) -> None:
    """The commands on the last screen, typed as they stand there: the open choice is made, kept, and what was left out is published."""
    steps = [line.strip().split()[1:] for line in rounds[-1].season.out.splitlines() if line.strip().startswith("jixiao ")]
    assert [words[0] for words in steps] == ["check", "status", "merge"]
    assert {jixiao(*words, "--password", PASSWORD).code for words in steps} == {3}
    unit = BY_NAME["青溪区渔政执法队"]
    report = words_of(Path("汇总") / f"{unit.name}2026年度项目绩效目标汇总表.docx")
    assert set(names(unit)) <= report
    after = jixiao("season").out
    assert "定下以哪一份为准" not in after and "未报 1 家：青溪区老年大学" in after and "已报 39 家" in after
    assert str(sheets(Path("汇总/总表.xlsx"))["项目明细"][1][0]).startswith("年度：2026　共 40 家，已汇总 39 家，名单外 1 家　98 个项目，")
