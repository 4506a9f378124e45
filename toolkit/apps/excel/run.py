"""An action by its name, run on a `Host`: what it has to say is told, mistakes of the user's too."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from toolkit.apps.excel.folders import RETURNS
from toolkit.apps.excel.host import Host
from toolkit.apps.excel.jobs import Job
from toolkit.apps.excel.yearly import YEARLY
from toolkit.errors import JixiaoError, UsageError

# Functions of `actions`, which is imported when one is asked for: the command line only wants to know what there is.
WORKBOOK_ACTIONS = ("audit_workbook", "explain_finding", "next_finding", "clear_marks")
JOBS: Mapping[str, Job] = {**RETURNS, **YEARLY}
ACTIONS = (*WORKBOOK_ACTIONS, *JOBS)


def run_action(action: str, host: Host) -> None:
    """Run the action on `host` and tell the user what came of it. Raises UsageError for an action that there is not."""
    if action not in ACTIONS:
        raise UsageError(f"没有名为 {action} 的功能。可用的：{'、'.join(ACTIONS)}。")
    try:
        said = _on_workbook(action, host) if action in WORKBOOK_ACTIONS else _do(JOBS[action], host)
    except JixiaoError as error:
        said = str(error)
    if said:
        host.tell(said)


def _on_workbook(action: str, host: Host) -> str:
    from toolkit.apps.excel import actions

    done: Callable[[Host], str] = getattr(actions, action)
    return done(host)


def _do(job: Job, host: Host) -> str:
    """Let the user choose what a job is done on, and do it; "" where nothing was chosen."""
    chosen = host.choose(job.title, folder=job.chosen == "folder")
    other = host.choose(job.other, folder=True) if chosen and job.other else None
    if chosen is None or (job.other and other is None):
        return ""
    force = bool(job.earlier(chosen))
    if force and not host.confirm(f"{job.place(chosen)} 里已有上一次的结果，要换成新的吗？{job.kept}"):
        return ""
    outcome = job.run(chosen, force, *([other] if other else []))
    for path in outcome.written[-1:]:
        host.show(path)
    return outcome.message
