"""What the words of a printed label say: whether it is one, what type stands beside it, which role its field has.

All vocabulary of proposing is here, as shapes of words (what a label ends in, what stands in brackets), never the name of a field of one form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from toolkit.forms.model import AMOUNT, CODE, DATE, DECIMAL, INTEGER, LONG_TEXT, TEXT
from toolkit.values.text import half_width, label_key, squeeze
from toolkit.values.units import looks_like_unit
from toolkit.values.words import CODE_ROLE, DEPARTMENT_ROLE, OFFICE_ROLE, PROJECT_ROLE, TARGET, UNIT_ROLE, YEAR_ROLE, Role

_LONGEST_LABEL = 22

# How other offices call the sheet that tells how to fill in the form.
INSTRUCTIONS = re.compile("(?:填报|填表|填写|编制)?说明|(?:填报|填表)须知")

# What a reason begins with when a guess is not enough: the clerk has to decide.
TO_DECIDE = "请定："

# What labels end in, once brackets and a colon are off.
_ENDS = re.compile(
    "(?:名称|单位|部门|机构|科室|处室|股室|年度|年份|日期|时间|期限|周期|金额|总额|资金|拨款|收入|支出|投资|预算|决算|经费|费用|结转|结余|补助|到位|"
    "目标|指标|指标值|目标值|完成值|数值|符号|负责人|电话|手机|联系人|代表人|责任人|填表人|审核人|经办人|地址|地点|类别|性质|属性|类型|方式|等级|级别|代码|编码|编号|"
    "内容|说明|原因|措施|依据|情况|概况|概述|简介|问题|意见|分析|职责|理由|分值|得分|总分|评分|权重|备注|序号|数|率|单价|占比|比例|合计|小计|总计|标准|来源|领导|职务|职称|邮箱)$"
)

# A line of totals ends a row table; its figures are fields of their own.
_TOTAL = re.compile("(?:合计|总计|小计|共计|总分|总得分|.{0,6}合计)")

# A text that is no label: a sentence, or a note under the form.
_NOTE = re.compile("注\\d?[:：.、].*|(?:备注|说明|填表说明|填报说明)[:：].+|附[件表]\\d*(?:[-—.]\\d+)*[:：]?|.*[。；;].*", re.DOTALL)

_BRACKETED = re.compile(r"[（(\[【][^（）()\[\]【】]*[）)\]】]")
_OF_WHICH = re.compile("^(?:其中|一|二|三|四|五|六|七|八|九|十|\\d{1,2})?[:：、.．*＊]+|^其中")

# A year on a line of its own: （2024年度）, （    年度）, （20XX年）.
_YEAR_LINE = re.compile(r"[（(]?(?:19|20)?[\dX×xＸ_＿]{0,4}年度?[）)]?|20\d\d")

# Options to tick: □新增 ☑延续.
_BOX = re.compile("[□☐☑☒■▢√✓✔]")

# The type by what a label ends in, tried in this order; the words are kept for saying why.
_TYPES: tuple[tuple[str, str], ...] = (
    (TEXT, "(?:项目)?(?:起止|实施|执行)?.{0,2}(?:期限|期间|周期)|(?:项目)?(?:起止|实施|执行).{0,2}时间|起止.*|联系.*|备注"),
    (DATE, ".*(?:日期|时间)|.*(?:起始|开始|终止|截止|到期|完成|生效)日"),
    (INTEGER, ".*(?:年度|年份|序号|人数|户数|个数)"),
    (TEXT, ".*(?:电话|手机|邮箱|地址|地点|负责人|联系人|代表人|责任人|填表人|审核人|经办人|领导)|[^\\W\\d]{1,4}人"),
    (CODE, ".*(?:性质|类别|属性|类型|方式|等级|级别|符号)|是否.*|[一二]级.{1,4}"),
    (DECIMAL, ".*(?:分值|得分|总分|评分|权重|率|占比|比例|比重)"),
    (TARGET, ".*(?:指标值|目标值)"),
    (TEXT, ".*(?:名称|代码|编码|编号|单位|部门|指标|完成值|数值|来源|标准)"),
    (LONG_TEXT, ".*(?:目标|内容|情况|概况|概述|简介|问题|说明|依据|原因|措施|意见|分析|职责|理由|任务|成果|效益|总结|建议|必要性|可行性)"),
    (
        AMOUNT,
        ".*(?:金额|总额|资金|拨款|经费|收入|支出|投资|费用|单价|结转|结余|补助|到位|预算|决算|预算数|执行数|决算数|支出数|合计|小计|总计)|.*[金款费税酬]",
    ),
)
_TYPE_SHAPES = tuple((type_, re.compile(f"^(?:{shape})")) for type_, shape in _TYPES)
_MEASURE = re.compile(r"[（(]([^\W\d]{1,4})[）)]")
_WHOLE = frozenset("人个户家次台套件项名辆座所处场期")
_MONEY_UNIT = re.compile(r"[（(](?:单位[:：])?(?:亿|百?万|千)?元[）)]")
_PERCENT = re.compile(r"[（(]?[%％][）)]?$")

# Roles, the surest shape first: of two fields that could have one, the one with the earlier shape gets it.
_ROLES: Mapping[Role, tuple[str, ...]] = {
    DEPARTMENT_ROLE: ("(?:项目|预算|上级)?主管(?:预算)?(?:部门|单位)(?:及代码|及编码|代码|名称)?",),
    OFFICE_ROLE: ("归口.*", "(?:业务|对口)?(?:科室|处室|股室)(?:名称)?"),
    CODE_ROLE: ("项目(?:代码|编码|编号)",),
    PROJECT_ROLE: ("(?:具体)?项目名称", "(?:课题|任务|专项).{0,4}名称"),
    UNIT_ROLE: (
        "(?:项目)?(?:具体)?(?:实施|承担|执行|使用)单位.{0,3}",
        "(?:填报|申报|填表|报送|项目|预算|评价|自评)单位.{0,3}",
        "(?:部门|单位|机构).{0,4}名称|部门[(/].*单位.*",
        "(?!主管).{0,4}(?<!计量)(?<!金额)单位",
        "(?!主管|归口).{0,4}部门",
    ),
    YEAR_ROLE: ("(?:预算)?年度", ".{0,4}(?<!上)年(?:度|份)"),
}
ROLE_SHAPES = {role: tuple(re.compile(f"^(?:{shape})") for shape in shapes) for role, shapes in _ROLES.items()}

# Levels of a row table by their heads; the last of them names the row.
_LEVEL = re.compile("[一二三四1234]级.*")


def core(text: str) -> str:
    """Return a label without blanks, brackets, marks of a list and a colon.

    >>> core("其中：财政 拨款（万元）"), core("* 项目\\n名称："), core("（一）")
    ('财政拨款', '项目名称', '（一）')
    """
    key = squeeze(text).rstrip(":：%％").lstrip("*＊")
    bare = _OF_WHICH.sub("", _BRACKETED.sub("", key)).rstrip(":：")
    return bare or key


def is_strong(text: str) -> bool:
    """Return whether a text can hardly be anything but a label.

    >>> [is_strong(text) for text in ("项目名称", "资金总额（万元）", "联系人：", "智慧平台建设", "一级指标")]
    [True, True, True, False, True]
    """
    key = squeeze(text)
    return len(key) <= _LONGEST_LABEL and not is_note(text) and (key.endswith((":", "：")) or _ENDS.search(core(text)) is not None)


def is_short(text: str) -> bool:
    """Return whether a text could be a label by its length and its marks."""
    return len(squeeze(text)) <= _LONGEST_LABEL and not is_note(text)


def is_note(text: str) -> bool:
    return _NOTE.fullmatch(squeeze(text)) is not None


def is_total(text: str) -> bool:
    return _TOTAL.fullmatch(core(text)) is not None


def is_level(text: str) -> bool:
    return _LEVEL.fullmatch(core(text)) is not None


def is_year_line(text: str) -> bool:
    """Return whether a line says the year and nothing else.

    >>> [is_year_line(text) for text in ("（2024年度）", "（　　 年度）", "20XX年", "2024", "2024年度申报表")]
    [True, True, True, True, False]
    """
    return _YEAR_LINE.fullmatch(squeeze(text)) is not None


def options(text: str) -> tuple[str, ...]:
    """Return what a text gives to tick or to strike out; nothing for any other text.

    >>> options("□新增项目  ☑延续项目"), options("是□ 否□"), options("是/否"), options("2024/2025")
    (('新增项目', '延续项目'), ('是', '否'), ('是', '否'), ())
    """
    written = squeeze(text)
    if _BOX.search(written):
        parts = [part for part in _BOX.split(written) if part]
        return tuple(dict.fromkeys(part.strip("（）()、，,") for part in parts)) if len(parts) > 1 else ()
    parts = written.split("/") if re.fullmatch(r"[^\W\d]{1,6}(?:/[^\W\d]{1,6})+", written) else []
    return tuple(parts) if len(parts) > 1 and not is_strong(text) else ()


def type_of(text: str, around: str = "") -> tuple[str, str]:
    """Return the type of what stands beside a label, and why; `around` is what the heading over it says.

    >>> type_of("年度资金总额"), type_of("完成日期"), type_of("全年执行数（万元）")
    (('金额', '“总额”'), ('日期', '“日期”'), ('金额', '“万元”'))
    >>> type_of("建筑面积（平方米）"), type_of("受训（人）"), type_of("材料费")[0]
    (('小数', '“平方米”'), ('整数', '“人”'), '金额')
    >>> type_of("上级补助", "资金来源（万元）")[0], type_of("联系人"), type_of("口号")
    ('金额', ('文本', '“联系人”'), ('文本', ''))
    """
    key, bare = squeeze(text), core(text)
    unit = _MONEY_UNIT.search(key)
    if unit:
        return AMOUNT, f"“{unit[0].strip('（）()')}”"
    if _PERCENT.search(key):
        return DECIMAL, "“%”"
    for type_, shape in _TYPE_SHAPES:
        if shape.fullmatch(bare):
            end = _ENDS.search(bare)
            return type_, f"“{end[0] if end else bare[-2:]}”"
    counted = next((inner for inner in _MEASURE.findall(key) if looks_like_unit(half_width(inner))), "")
    if counted:
        return INTEGER if counted in _WHOLE else DECIMAL, f"“{counted}”"
    if around and (_MONEY_UNIT.search(squeeze(around)) or re.search("资金|经费|预算", core(around))):
        return AMOUNT, f"标题“{core(around)}”"
    return TEXT, ""


def can_be_summed(text: str, around: str = "") -> bool:
    """Return whether a line of totals may have a figure of a column: amounts, marks and rates, not prices and numbers of rows.

    >>> [can_be_summed(text) for text in ("金额（元）", "序号", "单价（元）", "执行率")]
    [True, False, False, True]
    """
    return type_of(text, around)[0] in (AMOUNT, DECIMAL) and not core(text).endswith("价")


def role_of(text: str) -> tuple[Role, int] | None:
    """Return the role a label's field may have, and how sure that is (0 is surest).

    >>> role_of("项目实施单位（盖章）"), role_of("单位名称"), role_of("主管部门及代码"), role_of("计量单位"), role_of("申报年度")
    (('单位', 0), ('单位', 2), ('主管部门', 0), None, ('年度', 1))
    """
    bare = label_key(core(text))
    for role, shapes in ROLE_SHAPES.items():
        for rank, shape in enumerate(shapes):
            if shape.fullmatch(bare):
                return role, rank
    return None
