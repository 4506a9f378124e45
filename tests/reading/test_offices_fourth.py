"""Forms of further kinds, each a text file in `offices/fourth/`: no headings over the indicators, indicators across the page or a block each, lists.

Drawn by hand and read over, as those of `offices/third`; what a print or Word may tear apart is also read so.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from docx import Document

from tests.office import convert_all
from tests.reading.drawn import GOALS, LINES, ROWS, fields, lines, one, put_table, read, told
from tests.reading.test_offices_further import got
from tests.reading.test_offices_third import WHAT_IS_NESTED, Expected, document, drawn, is_as_drawn, is_read, nested, read_file, sheet

OFFICES = sorted((Path(__file__).parent / "offices" / "fourth").glob("*.txt"))


@pytest.mark.parametrize("path", OFFICES, ids=[path.stem for path in OFFICES])
def test_an_office_s_form_of_a_further_kind_is_read(path: Path) -> None:
    is_read(path)


# What Word and a print may tear apart: a table without headings, two of them under each other, one turned, one parted into two side by side.
PRINTED = ("陕西", "交通", "海南", "吉林", "西藏", "内蒙古")


def printed() -> list[tuple[str, Expected]]:
    return [drawn(path) for path in OFFICES if path.stem.startswith(PRINTED)]


def test_the_same_forms_of_further_kinds_in_word(tmp_path: Path) -> None:
    for number, (drawing, expected) in enumerate(printed()):
        is_as_drawn(read_file(document(drawing, tmp_path / f"{number}.docx")), expected, drawing[:80])


def unruled(drawings: Sequence[str], path: Path) -> Path:
    """Several forms in one document, none of whose tables has a line."""
    word = Document()
    for drawing in drawings:
        put_table(word, sheet(drawing))
        word.add_paragraph()
    for table in word.tables:
        table.style = "Normal Table"
    word.save(str(path))
    return path


@pytest.mark.office
def test_forms_of_further_kinds_printed_without_lines_and_in_other_programs_files(tmp_path: Path) -> None:
    chosen = printed()
    written = [document(drawing, tmp_path / f"{number}.docx") for number, (drawing, _) in enumerate(chosen)]
    for path, (drawing, expected) in zip(convert_all(written, "pdf", tmp_path), chosen, strict=True):
        is_as_drawn(read_file(path), expected, drawing[:80])
    without_lines = unruled([drawing for drawing, _ in chosen[:2]], tmp_path / "无线.docx")
    (path,) = convert_all([without_lines], "pdf", tmp_path)
    assert not any(str(row.entries["三级指标"].value).endswith("表（2026年度）") for each in read_file(path) for row in each.rows)
    (path,) = convert_all([nested(tmp_path / "表中表.docx")], "odt", tmp_path)
    is_as_drawn(read_file(path), WHAT_IS_NESTED, path.name)


PAGE = """<html><body><div>金额单位：万元</div><table><tr><td><table border="1">
<tr><td>项目名称</td><td><input type="text" value="校园图书更新"></td><td>项目性质</td>
<td><select><option>经常性专项业务费</option><option selected="selected">一次性项目</option></select></td></tr>
<tr><td>主管部门</td><td><input value="云溪区教育局"></td><td>实施单位</td><td>云溪区第三小学<input type="hidden" value="000218"></td></tr>
<tr><td>项目类别</td><td colspan="3"><input type="radio" checked="checked" name="a">特定目标类 <input type="radio" name="a">其他运转类</td></tr>
<tr><td>年度资金总额</td><td><input type="number" value="26"></td><td>其中：财政拨款</td><td><input type="number" value="26"></td></tr>
<tr><td>年度目标</td><td colspan="3"><textarea>更新图书1.2万册，生均图书达到25册。</textarea></td></tr>
</table></td></tr><tr><td><table border="1">
<tr><th>一级指标</th><th>二级指标</th><th>三级指标</th><th>指标值</th><th>操作</th></tr>
<tr><td>产出指标</td><td>数量指标</td><td>更新图书册数</td><td><input value="≥1.2万册"></td><td><input type="button" value="删除"></td></tr>
<tr><td>效益指标</td><td>社会效益指标</td><td>受益学生数</td><td><input value="≥900人"></td><td><input type="button" value="删除"></td></tr>
<tr><td>满意度指标</td><td>服务对象满意度指标</td><td>学生满意度</td><td><input value="≥95%"></td><td><input type="button" value="删除"></td></tr>
</table></td></tr></table></body></html>"""


def test_a_page_saved_from_a_system_shows_what_was_typed_chosen_and_ticked(tmp_path: Path) -> None:
    path = tmp_path / "项目申报.html"
    path.write_text(PAGE, encoding="utf-8")
    (found,) = read_file(path)
    assert got(found) == {
        "项目名称": "校园图书更新",
        "项目性质": "一次性项目",
        "项目类别": "特定目标类",
        "主管部门": "云溪区教育局",
        "实施单位": "云溪区第三小学",
        "年度资金申请总额": "260000.00",
        "当年财政拨款": "260000.00",
        "年度总体目标": "更新图书1.2万册，生均图书达到25册。",
    }
    assert lines(found) == (
        "产出指标 | 数量指标 | 更新图书册数 | ≥1.20(万册)",
        "效益指标 | 社会效益指标 | 受益学生数 | ≥900.00(人)",
        "满意度指标 | 服务对象满意度指标 | 学生满意度 | ≥95.00(%)",
    )


MAIL = """王科长：
您好！现报送我单位2026年度项目支出绩效目标申报表，请审阅。
单位：万元
项目名称：戏曲进乡村
主管部门：云溪县文化和旅游局
实施单位：云溪县豫剧团
年度资金总额：58    其中：财政拨款：50    其他资金：8
年度目标：送戏下乡120场，观众6万人次。
一级指标\t二级指标\t三级指标\t指标值
产出指标\t数量指标\t送戏下乡场次\t≥120场
效益指标\t社会效益指标\t观众人次\t≥6万人次
满意度指标\t服务对象满意度指标\t观众满意度\t≥92%
此致
敬礼！
豫剧团财务 李娜
电话：0371-82330000
"""


def test_a_form_in_the_text_of_a_mail(tmp_path: Path) -> None:
    path = tmp_path / "邮件.txt"
    path.write_text(MAIL, encoding="utf-8")
    (found,) = read_file(path)
    assert got(found) == {
        "年度": "2026",
        "项目名称": "戏曲进乡村",
        "主管部门": "云溪县文化和旅游局",
        "实施单位": "云溪县豫剧团",
        "年度资金申请总额": "580000.00",
        "当年财政拨款": "500000.00",
        "年度其他资金": "80000.00",
        "年度总体目标": "送戏下乡120场，观众6万人次。",
    }
    assert lines(found) == (
        "产出指标 | 数量指标 | 送戏下乡场次 | ≥120.00(场)",
        "效益指标 | 社会效益指标 | 观众人次 | ≥6.00(万人次)",
        "满意度指标 | 服务对象满意度指标 | 观众满意度 | ≥92.00(%)",
    )


@pytest.mark.parametrize(
    ("unit", "amount"),
    [
        ("金额单位：百万元", "30000000.00"),
        ("（单位：千万元）", "300000000.00"),
        ("金额（百万元）", "30000000.00"),
        ("金额单位：十万元", "30.00"),
        ("货币单位：万元", "300000.00"),
        ("（以下金额均以万元计）", "300000.00"),
        ("注：1.本表由项目单位填写；2.本表金额单位均为万元；3.指标值须量化，能够考核，并与资金相匹配，不得少于三项。", "300000.00"),
        ("注：本表由项目单位填写，投入不足50万元的不填。", "30.00"),
    ],
)
def test_the_larger_units_of_money(unit: str, amount: str) -> None:
    found = one(f"项目支出绩效目标申报表\n{unit}\n项目名称 | 公园养护 | 实施单位 | 云溪区公园管理所", "年度资金总额 | 30", GOALS, ROWS)
    assert fields(found)["年度资金申请总额"] == amount


@pytest.mark.parametrize(
    ("written", "amount", "rules"),
    [
        ("120万元（含上年结转20万元）", "1200000.00", ["格式-金额说明"]),
        ("300000（含税）", "300000.00", ["格式-金额说明"]),
        ("120（含上年结转20万元）", None, []),
        ("120万元（核减20万元）", None, []),
        ("约120万元（暂定）", None, []),
    ],
)
def test_a_remark_behind_an_amount_is_told_and_the_amount_read(written: str, amount: str | None, rules: list[str]) -> None:
    head = "项目支出绩效目标申报表（2026年度）\n项目名称 | 公园养护 | 实施单位 | 云溪区公园管理所"
    found = one(head, f"年度资金总额 | {written}", GOALS, ROWS)
    assert fields(found)["年度资金申请总额"] == amount
    assert [rule for rule, _ in told(found) if rule != "格式-缺项"] == rules
    assert (found["年度资金申请总额"].state == "text") == (amount is None)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # Targets of two years without headings, none of which says that it is the year's; a share behind the target; too few rows.
        (
            "产出指标 | 数量指标 | 养护公园数量 | 2座 | ≥3座\n产出指标 | 质量指标 | 设施完好率 | 90% | ≥95%\n效益指标 | 社会效益指标 | 游园人次 | 18万人次 | ≥20万人次",
            "None",
        ),
        (
            "产出指标 | 数量指标 | 养护公园数量 | ≥3座 | 30\n产出指标 | 质量指标 | 设施完好率 | ≥95% | 30\n效益指标 | 社会效益指标 | 游园人次 | ≥20万人次 | 30",
            "≥3.00(座)",
        ),
    ],
)
def test_indicators_without_headings_have_the_only_targets_that_are_there(rows: str, expected: str) -> None:
    head = "项目支出绩效目标申报表（2026年度）\n项目名称 | 公园养护 | 实施单位 | 云溪区公园管理所\n年度资金总额 | 300000 | 其中：财政拨款 | 300000"
    found = one(head, GOALS, rows)
    assert [line.rpartition(" | ")[0] for line in lines(found)] == [line.rpartition(" | ")[0] for line in LINES[:3]]
    assert lines(found)[0].rpartition(" | ")[2] == expected
    assert "格式-未读懂" in {rule for rule, _ in told(found)}
    assert ("“数值”" in "".join(doubt.message for doubt in found.doubts)) == (expected == "None")


@pytest.mark.parametrize(
    "line",
    [
        "填报单位（盖章）：云溪区公园管理所        填报日期：2025年11月3日        单位：万元",
        "实施单位：云溪区公园管理所 金额单位：万元",
        "主管部门：云溪区绿化局　　实施单位：云溪区公园管理所　　（单位：万元）",
        "项目支出绩效目标申报表（2026年度）        单位：万元 | < | < | <\n实施单位：云溪区公园管理所",
    ],
)
def test_several_pairs_on_one_line_are_each_read(line: str) -> None:
    found = one(
        f"项目支出绩效目标申报表（2026年度） | < | < | <\n{line} | < | < | <\n项目名称 | 公园养护 | < | <", "年度资金总额 | 30", GOALS, ROWS
    )
    assert (fields(found)["实施单位"], fields(found)["年度资金申请总额"]) == ("云溪区公园管理所", "300000.00")
    assert fields(found)["主管部门"] == ("云溪区绿化局" if "主管部门" in line else None)
    assert "格式-未读懂" not in {rule for rule, _ in told(found)}


FLAT = """
xmbm | xmmc | zgbm | ssdw | ndje | czbk | ndmb | yjzb | ejzb | sjzb | fh | mbz | jldw
项目编码 | 项目名称 | 主管部门 | 实施单位 | 年度资金总额（万元） | 财政拨款（万元） | 年度目标 | 一级指标 | 二级指标 | 三级指标 | 符号 | 指标值 | 计量单位
A001 | 城区行道树修剪 | 云溪区园林局 | 云溪区绿化养护队 | 1,260.50 | 1,260.50 | 修剪行道树4.8万株。 | 产出指标 | 数量指标 | 修剪行道树株数 | ≥ | 4.8 | 万株
A001 | 城区行道树修剪 | 云溪区园林局 | 云溪区绿化养护队 | 1,260.50 | 1,260.50 | 修剪行道树4.8万株。 | 产出指标 | 质量指标 | 修剪合格率 | ≥ | 96 | %
A002 | 公园喷泉维护 | 云溪区园林局 | 云溪区公园管理所 | 86.00 | 80.00 | 维护喷泉9处。 | 产出指标 | 数量指标 | 维护喷泉数 | = | 9 | 处
A002 | 公园喷泉维护 | 云溪区园林局 | 云溪区公园管理所 | 86.00 | 80.00 | 维护喷泉9处。 | 效益指标 | 社会效益指标 | 喷泉开放天数 | ≥ | 200 | 天
"""


def test_a_list_of_a_system_with_an_indicator_a_row_is_no_form() -> None:
    assert read(FLAT.strip()) == []


def test_what_was_put_elsewhere_for_reading_has_its_own_place() -> None:
    drawing, _ = drawn(next(path for path in OFFICES if path.stem.startswith("海南")))
    found = one(drawing)
    assert [row.entries["三级指标"].cell for row in found.rows] == ["B8", "C8", "D8", "E8", "F8"]
    assert [row.entries["一级指标"].cell for row in found.rows] == ["B6", "B6", "B6", "E6", "F6"]
    assert found["项目名称"].cell == "B2"


def test_a_label_spaced_out_as_its_neighbour_is_not_the_neighbours_value() -> None:
    """项目名称 over its value, beside it another office's label over its own."""
    drawing = """
项目支出绩效目标申报表
项 目 名 称 | 是 否 涉 密
基本公共卫生服务 | 否
主 管 部 门 | 金泉市卫生健康委员会
实 施 单 位 | 金泉市第二人民医院
项 目 类 别 | 项 目 性 质
特定目标类 | 一次性项目
年度总体目标 | 为居民建立健康档案，规范管理慢性病人。
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 建立健康档案份数 | ≥900份
效益指标 | 社会效益指标 | 受益居民人数 | ≥3万人
满意度指标 | 服务对象满意度指标 | 居民满意度 | ≥90%
"""
    found = one(drawing.strip())
    assert (found["项目名称"].value, found["主管部门"].value) == ("基本公共卫生服务", "金泉市卫生健康委员会")


def test_a_goal_of_a_few_words_beside_a_blank_one_is_read() -> None:
    drawing = """
项目支出绩效目标申报表 | < | < | < | <
（2026年度） | < | < | < | <
项目名称 | < | 教学楼屋面维修 | 项目性质 | 一次性项目
主管部门 | < | 云溪区教育局 | 实施单位 | 云溪区青少年宫
绩效目标 | 年度总体目标 | 完成采购。 | 项目总目标 |
 | | | |
绩效指标 | 一级指标 | 二级指标 | 三级指标 | 指标值
^ | 产出指标 | 数量指标 | 采购校服套数 | ≥900套
^ | 效益指标 | 社会效益指标 | 受益学生人数 | ≥900人
^ | 满意度指标 | 服务对象满意度指标 | 学生满意度 | ≥90%
"""
    found = one(drawing.strip())
    assert (found["年度总体目标"].value, found["项目总目标"].value) == ("完成采购。", None)
