"""`demo`: a season on the shipped examples, from the roster to the published reports, told step by step in plain words.

Comes in: a folder. Goes out: what to tell the user, line by line: of each step what it did, and which file to open. The examples hold
returns as they really come: a workbook with mistakes, another drawing in 万元, an .xls, a text, an archive with a file a project and a scan,
and one unit that sends nothing before it is reminded.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from toolkit.forms.roster import load_roster
from toolkit.outputs.marked.message import AS_FOLDER, RETURN_TEXT
from toolkit.package.atomic import Outlet, output_error
from toolkit.resources import examples_dir
from toolkit.season.home import FORM, LEDGER, RETURNS, ROSTER, YEAR
from toolkit.season.ledger import NAME
from toolkit.season.standing import SeasonStatus
from toolkit.season.status import season_status
from toolkit.values.words import NEEDS_CHANGES, NOT_SENT, PASSED
from toolkit.workflow.annotate import annotate_returns
from toolkit.workflow.check import CheckResult, check_returns
from toolkit.workflow.forms import load_forms
from toolkit.workflow.issue import Issue, issue_workbooks
from toolkit.workflow.merge import merge_returns
from toolkit.workflow.reminders import write_messages, write_reminders
from toolkit.workflow.report import PAGE, write_report
from toolkit.workflow.request import Request, season_of
from toolkit.workflow.season import start_season

SEASON, SENT, MENDED = "申报季", "回收", "改正"
LIST, ISSUED, RETURNED, REPORTS, TO_SEND, MERGED = "名单.xlsx", "1-下发", "2-回收", "3-审核结果", "4-待发", "5-汇总"


def run_demo(output: Path) -> Iterator[str]:
    """Walk a season into `output`, yielding what to tell the user line by line; its own files there are written anew."""
    examples = examples_dir() / SEASON
    _begin(examples, output)
    roster = load_roster(output / LIST)
    forms = load_forms(None)
    ledger = output / REPORTS / NAME
    request = Request(
        (str(output / RETURNED),), forms, roster, ledger=ledger, round="一上", force=True, report=output / REPORTS / "审核报告.xlsx"
    )
    year = roster.year or 0
    yield f"用自带的示例走一遍一季的工作，结果放在“{output}”文件夹里。"
    yield ""

    issued = issue_workbooks(roster, forms[0], output / ISSUED, Issue(year), force=True)
    yield f"一、下发：照名单给 {len(issued)} 家单位各生成一个填好单位、项目的工作簿（jixiao issue {LIST} -o {ISSUED}）。"
    yield f"    打开 {issued[0].path}：下拉、保护、自检都在。"
    yield f"二、收表：各单位交来的放进“{RETURNED}”：有错的、自己版面写着万元的、.xls、文本、压缩包加盖章扫描件，还有一家没报。"
    yield f"    打开 {output / RETURNED} 看看，都原样放着，不用改名。"

    checked, status = _check(request, output)
    yield f"三、审核：{_counted(checked)}（jixiao check {RETURNED} -o {REPORTS}）。"
    yield f"    打开 {output / REPORTS / PAGE}：每一处错在哪个格子、差多少、怎么改；万元的、不在现行表样上的也写着。"

    returned = annotate_returns(replace(request, round=None), output / TO_SEND, send=AS_FOLDER)
    yield f"四、退改：给 {len(returned.packs)} 家单位各备好标出问题的工作簿、退改通知和正文（jixiao annotate {RETURNED} -o {TO_SEND} --send 文件夹）。"
    yield f"    打开 {returned.copies[0].output}：首页“审核意见”逐条列出；{RETURN_TEXT} 粘贴进邮件就能发。"
    reminders = output / TO_SEND / "催报名单.xlsx"
    write_reminders(status, reminders, request.outlet)
    write_messages(status, output / TO_SEND, request.outlet, AS_FOLDER, (f"报送 {year} 年度{forms[0].title}", roster.office))
    missing = [unit.unit for unit in status.units if unit.status == NOT_SENT]
    yield f"五、催报：还没报的 {len(missing)} 家：{'、'.join(missing)}（jixiao status {RETURNED} -o {TO_SEND}/催报名单.xlsx）。"
    yield f"    打开 {reminders}：每家的状态、差什么、联系谁。"

    shutil.copytree(examples / MENDED, output / RETURNED, dirs_exist_ok=True)
    again, _ = _check(replace(request, round=None), output)
    changes = "；".join(f"{unit} {since}" for unit, since in again.changed() if since.fixed)
    yield f"六、再收：改正的、补报的到了，再审核一次：{_counted(again)}。"
    yield f"    {changes}。"

    merged = merge_returns(replace(request, round=None), output / MERGED)
    documents = [path for path in merged.written if path.suffix == ".docx"]
    yield f"七、汇总：{len(documents)} 家单位各一份 Word 汇总表，全部单位一份总表.xlsx（jixiao merge {RETURNED} -o {MERGED}）。"
    yield f"    打开 {documents[0]} 和 {output / MERGED / '总表.xlsx'}。"
    yield ""
    yield f"接着试：在“{output}”里运行 jixiao season，看这一季到了哪一步、下一步写什么命令。"


def _begin(examples: Path, output: Path) -> None:
    """Put the roster, the first returns and 本季.txt there, and take away what an earlier demo left of later steps."""
    outlet = Outlet(True, (examples,))
    outlet.check_folder(output)
    try:
        for path in (output / REPORTS / NAME, *((output / RETURNED / each.name) for each in (examples / MENDED).iterdir())):
            path.unlink(missing_ok=True)
        output.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(examples / LIST, output / LIST)
        shutil.copytree(examples / SENT, output / RETURNED, dirs_exist_ok=True)
    except OSError as error:
        raise output_error(output, error) from error
    year = str(load_roster(output / LIST).year or "")
    values = {YEAR: year, ROSTER: LIST, FORM: "", LEDGER: f"{REPORTS}/{NAME}", RETURNS: RETURNED}
    start_season(output, values, force=True)


def _check(request: Request, output: Path) -> tuple[CheckResult, SeasonStatus]:
    """Check what lies there, write the report, and say where everybody stands."""
    with season_of(request) as season:
        result = check_returns(request, None, season)
        status = season_status(season.ledger, request.roster, season.round_now, request.paths, forms=request.forms)
    write_report(result, output / REPORTS, request.outlet)
    return result, status


def _counted(result: CheckResult) -> str:
    counts = Counter(file.status for file in result.files)
    summary = result.summary()
    found = f"错误 {summary['errors']} 处，警告 {summary['warnings']} 处"
    return f"{summary['files']} 个文件、{summary['declarations']} 个项目，通过 {counts[PASSED]}，需修改 {counts[NEEDS_CHANGES]}，{found}"
