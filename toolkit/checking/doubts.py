"""What reading was not sure of → findings; and what only shows when a file is seen as a whole: whose name it bears.

In: the declarations of a run. Out: findings, those about a file once for it. Called by `check`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import PurePath

from toolkit.checking.model import Finding
from toolkit.forms.roster_model import Roster
from toolkit.reading.model import Declaration, Doubt
from toolkit.values.text import label_key
from toolkit.values.words import DECLARATION, DEPARTMENT_ROLE, ERROR, FILE, UNIT_ROLE, WARNING, YEAR_ROLE

_OF_FILE = "文件-"
OTHER_YEAR = "年度-不符"

# A run of Chinese characters in a file's name that ends so names a public body, not a form or a person.
_BODY = re.compile(
    r"(?:小学|中学|学校|学院|大学|幼儿园|医院|卫生院|保健院|中心|委员会|管委会|居委会|卫健委|发改委|局|厅|馆|站|所|院|"
    r"街道|办事处|镇政府|乡政府|人民政府|支队|大队|公司|协会|公园|福利院|敬老院)$"
)
_RUN = re.compile(r"[\u4e00-\u9fff]+")
_NOT_A_NAME = re.compile(
    r"财政|项目支出|绩效目标|绩效|申报表|汇总表|目标表|预算|报送|上报|最终稿?|定稿|修改稿?|盖章版?|扫描件|附件|副本|年度|年|第.稿|填报|材料"
)

# So alike are two spellings of one unit's name, and no two units of one file.
_ALIKE = 0.6


def doubt_findings(declarations: Sequence[Declaration], roster: Roster | None = None) -> Iterator[list[Finding]]:
    """Yield for each declaration, in order, the findings about what reading doubted in it and in its file.

    A file's name may use any name that `roster` has for the unit.
    """
    told: set[tuple[str, str, str]] = set()
    files: dict[str, list[Declaration]] = {}
    for declaration in declarations:
        files.setdefault(declaration.file, []).append(declaration)
    for declaration in declarations:
        found = []
        for doubt in declaration.doubts:
            key = declaration.file, doubt.rule, doubt.message
            if not doubt.rule.startswith(_OF_FILE):
                found.append(_finding(declaration, doubt))
            elif key not in told:
                told.add(key)
                found.append(_finding(declaration, doubt))
        if declaration is files[declaration.file][0]:
            found.extend(_names(files[declaration.file], roster))
        yield found


def year_findings(declarations: Iterable[Declaration], year: int) -> list[Finding]:
    """Return an error for every declaration of another year than the season's; a blank year is the form's own rules' business."""
    return [_of_another_year(each, year) for each in declarations if each.year not in (None, year)]


def _of_another_year(declaration: Declaration, year: int) -> Finding:
    field = declaration.roles.get(YEAR_ROLE)
    cell = declaration[field].cell if field else None
    message = f"年度是 {declaration.year}，这次申报的是 {year} 年度。"
    cure = f"请用 {year} 年度下发的表样填报后重新报送；只是年度填错的，请改正。"
    made = _finding(declaration, Doubt(OTHER_YEAR, ERROR, field, cell, str(declaration.year), message, cure))
    return replace(made, expected=str(year))


def _finding(declaration: Declaration, doubt: Doubt) -> Finding:
    whole = doubt.rule.startswith(_OF_FILE)
    return Finding(
        rule=doubt.rule,
        severity=doubt.severity,
        family=FILE if whole else DECLARATION,
        file=declaration.file,
        unit=declaration.unit,
        project=None if whole else declaration.project,
        sheet=None if whole else declaration.sheet,
        cell=doubt.cell,
        field=doubt.field,
        value=doubt.value,
        expected=None,
        message=doubt.message,
        suggestion=doubt.suggestion,
    )


def _names(members: Sequence[Declaration], roster: Roster | None) -> Iterator[Finding]:
    """Findings about the unit's name in one file: spelt in two ways, or another than the file's own name says."""
    units = Counter(declaration.unit for declaration in members if declaration.unit)
    if not units:
        return
    usual = units.most_common(1)[0][0]
    listed = {unit for unit in units if roster and roster.find(unit)}
    for declaration in members:
        unit = declaration.unit
        if unit in listed and usual in listed:
            continue
        if unit and label_key(unit) != label_key(usual) and SequenceMatcher(None, unit, usual).ratio() >= _ALIKE:
            message = f"实施单位“{unit}”与同一文件其他项目的“{usual}”不一致，像是同一单位的两种写法。"
            yield _about(declaration, "单位-名称不一", message, "请统一写单位全称；确是两个单位请分开报送。", usual)
    names = [*units, *(said for d in members if (said := d.said(DEPARTMENT_ROLE)))]
    names += [declaration.written_unit for declaration in members if declaration.written_unit]
    known = (roster.find(unit) for unit in units) if roster else ()
    names += [alias for unit in known if unit for alias in unit.aliases]
    claimed = _body_in(PurePath(members[0].file).stem, names)
    if claimed:
        message = f"文件名里的“{claimed}”与表中实施单位“{usual}”不一致。"
        first = next(declaration for declaration in members if declaration.unit == usual)
        yield _about(first, "单位-文件名不符", message, "请确认文件没有放错、单位没有填错。", claimed)


def _about(declaration: Declaration, rule: str, message: str, suggestion: str, expected: str) -> Finding:
    field = declaration.roles.get(UNIT_ROLE)
    cell = declaration[field].cell if field else None
    cure = f"{suggestion}（对照：{expected}）"
    return _finding(declaration, Doubt(rule, WARNING, field, cell, declaration.unit, message, cure))


def _body_in(stem: str, names: Sequence[str]) -> str | None:
    """The public body that a file's name names, when it is none of `names` nor short for one of them."""
    runs = [run for piece in _RUN.findall(stem) for run in _NOT_A_NAME.split(piece) if len(run) > 2]
    if any(_short_for(run, name) or _short_for(name, run) for run in runs for name in names):
        return None
    return next((run for run in runs if _BODY.search(run)), None)


def _short_for(short: str, name: str) -> bool:
    """Whether all characters of `short` come in `name`, in order (天山中心, 天山路街道社区卫生服务中心)."""
    rest = iter(name)
    return all(character in rest for character in short)
