"""What the clerk does from Excel around the returns: issue, a new form, a season begun, looked at, made one of several, put away.

As in `folders`: a folder or a file comes in, and each calls what the command of that name calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.apps.excel.jobs import FILE_CHOSEN, Job, Outcome, beside, lines_of
from toolkit.errors import ExitCode, UsageError
from toolkit.season.home import ARCHIVE, NAME, Home, home_of

if TYPE_CHECKING:
    from toolkit.forms import Form
    from toolkit.forms.roster_model import Roster

_ISSUED, _PROPOSED, _JOINED = "下发", "表样", "合并"


def issue(file: Path, force: bool) -> Outcome:
    """Write a workbook for each unit of a roster."""
    return _issue(file, force, None)


def issue_from(file: Path, force: bool, earlier: Path) -> Outcome:
    """Write a workbook for each unit of a roster, with what is carried over from the returns or documents in `earlier`."""
    return _issue(file, force, earlier)


def _issue(file: Path, force: bool, earlier: Path | None) -> Outcome:
    from toolkit.apps.issue import past_request
    from toolkit.forms.contradictions import contradictions
    from toolkit.forms.roster import load_roster
    from toolkit.workflow.issue import Issue, carried_over, issue_workbooks
    from toolkit.workflow.issue.past import read_past

    roster, home = load_roster(file), home_of(file)
    year = (home.year if home else None) or roster.year
    output, lines = _issued(file), [f"提醒：{file.name} › {mistake}" for mistake in contradictions(roster)]
    written: list[Path] = []
    forms = _owed(roster, home)

    # All is read before anything is written: a form without anything to carry over stops them all.
    pasts = [read_past(past_request(roster, form, (str(earlier),), None), form, year) if earlier else None for form in forms]
    for form, past in zip(forms, pasts, strict=True):
        place = output / form.name if forms[1:] else output
        made = issue_workbooks(roster, form, place, Issue(year, past=past), force=force)
        if past:
            log = carried_over(past, made)
            lines += log.lines(quiet=True)
            written.append(place / log.name)
        lines.append(f"共 {len(made)} 个单位、{sum(each.projects for each in made)} 个项目，表样“{form.name}”，存放在 {place}。")
    return Outcome(lines_of(lines), ExitCode.PASSED, tuple(written))


def _issued(file: Path) -> Path:
    """Where the workbooks go: in a season's folder 下发, where its roster is the one that was chosen."""
    home = home_of(file)
    mine = home and home.roster and home.roster.resolve() == file.resolve()
    return home.folder / _ISSUED if home and mine else beside(file, _ISSUED)


def _owed(roster: Roster, home: Home | None) -> list[Form]:
    """The season's form; else those that the roster's units owe (应报表样), and for units that say nothing the usual one."""
    from toolkit.workflow.forms import list_forms, only_form

    if home and home.form:
        return [only_form(home.form)]
    named = [unit for unit in roster.units if unit.forms]
    owed = [form for form in list_forms()[0] if any(unit.owes(form.name, form.title, form.path.stem) for unit in named)]
    if len(named) < len(roster.units):
        usual = only_form(None)
        owed = [usual, *(form for form in owed if form.name != usual.name)]
    return owed or [only_form(None)]


def new_form(file: Path, force: bool) -> Outcome:
    """Propose a template from a printed form, called as the file is."""
    from toolkit.apps.form import proposal_lines
    from toolkit.workflow.forms import new_form as proposed

    made = proposed(file.stem, file, beside(file, _PROPOSED), force=force)
    return Outcome(lines_of(list(proposal_lines(made))), ExitCode.PASSED, (made.word, made.workbook))


def lint_form(file: Path, force: bool) -> Outcome:
    """Tell the mistakes of a template or a roster; nothing is written."""
    from toolkit.apps.form import linted

    mistakes, told, hints = linted(file)
    return Outcome(lines_of([*(f"提示：{line}" for line in hints), *told]), ExitCode.of(usage=bool(mistakes)))


def start_season(folder: Path, force: bool) -> Outcome:
    """Make a folder a season's, with the usual settings: its 名单.xlsx is the roster, its 回收 what comes back."""
    from toolkit.apps.season import first_values, standing_lines
    from toolkit.workflow.season import standing
    from toolkit.workflow.season import start_season as start

    start(folder, first_values(folder), force=force)
    return Outcome(lines_of(list(standing_lines(standing(_home(folder))))), ExitCode.PASSED)


def show_season(folder: Path, force: bool) -> Outcome:
    """Tell where a season stands, and what to do next."""
    from toolkit.apps.season import standing_lines
    from toolkit.workflow.season import standing

    return Outcome(lines_of(list(standing_lines(standing(_home(folder))))), ExitCode.PASSED)


def join_seasons(folder: Path, force: bool) -> Outcome:
    """Make one season of those whose folders lie in `folder`."""
    from toolkit.apps.seasons import join_lines
    from toolkit.workflow.seasons.join import join_seasons as joined

    sides = [str(each) for each in sorted(folder.iterdir()) if (each / NAME).is_file()] if folder.is_dir() else []
    if len(sides) < 2:
        raise UsageError(f"{folder}：里面没有几个一季的文件夹（各有一份 {NAME}）可以合并。请把它们放在一个文件夹里，选这个文件夹。")
    result = joined(sides, beside(folder, _JOINED), force=force)
    return Outcome(lines_of(list(join_lines(result))), ExitCode.of(errors=bool(result.clashes)))


def archive_season(folder: Path, force: bool) -> Outcome:
    """Put a finished season away."""
    from toolkit.apps.seasons import archive_code, archive_lines
    from toolkit.workflow.seasons.archive import archive_season as archived

    made = archived(_home(folder), _archive(folder), force=force)
    return Outcome(lines_of(list(archive_lines(made))), archive_code(made))


def verify_archive(folder: Path, force: bool) -> Outcome:
    """Tell what became of an archive since it was made."""
    from toolkit.apps.seasons import verify_lines
    from toolkit.workflow.seasons.verify import verify_archive as verified

    found = verified(folder, home_of(folder))
    return Outcome(lines_of(verify_lines(folder, found)), ExitCode.of(errors=not found.sound))


def _home(folder: Path) -> Home:
    home = home_of(folder)
    if home is None:
        raise UsageError(f"{folder}：还不是一季的文件夹。请选放名单的文件夹，先点“开始一季”。")
    return home


def _archive(folder: Path) -> Path:
    return _home(folder).folder / ARCHIVE


def _itself(folder: Path) -> Path:
    return folder


_ROSTER, _SEASON = "选择名单（名单.xlsx）", "选择一季的文件夹（里面有名单.xlsx、本季.txt）"
YEARLY: Mapping[str, Job] = {
    "issue": Job(_ROSTER, issue, _issued, ("**/*.xlsx",), chosen=FILE_CHOSEN),
    "issue_from": Job(_ROSTER, issue_from, _issued, ("**/*.xlsx",), chosen=FILE_CHOSEN, other="选择放着去年的报送或公布文件的文件夹"),
    "new_form": Job("选择印好的空白表或填好的表（Excel、Word）", new_form, _PROPOSED, ("*.xlsx", "*.docx"), chosen=FILE_CHOSEN),
    "lint_form": Job("选择表样或名单", lint_form, _itself, chosen=FILE_CHOSEN),
    "start_season": Job("选择放名单的文件夹", start_season, _itself, (NAME,)),
    "show_season": Job(_SEASON, show_season, _itself),
    "join_seasons": Job("选择放着几个一季文件夹的文件夹", join_seasons, _JOINED, ("*",), kept="上一份改名为“（上一份）”。"),
    "archive_season": Job(_SEASON, archive_season, _archive, ("*",), kept="上一份改名为“（上一份）”。"),
    "verify_archive": Job("选择归档的文件夹", verify_archive, _itself),
}
