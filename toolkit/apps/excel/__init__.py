"""Inside Excel: what the buttons of the ribbon do. VBA's RunPython calls `excel.main('audit_workbook')`.

The functions know Excel only through `host.Host`; `xlwings_host` is imported when an action is run.
"""

from __future__ import annotations

__all__ = ["main"]


def main(action: str) -> None:
    """Run an action on the workbook in front, in the Excel that called, and tell what came of it."""
    from toolkit.apps.excel.run import run_action
    from toolkit.apps.excel.xlwings_host import XlwingsHost

    run_action(action, XlwingsHost.in_front())
