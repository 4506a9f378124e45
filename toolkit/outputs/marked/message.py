"""What goes to a unit, ready to be sent: the text of the message, to be pasted into mail or chat, and its attachments in one archive.

Comes in: what a letter is about (`NoticeCase`), or where a unit stands. Goes out: texts, bytes. Called by `annotate` and `status`.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from io import BytesIO

from toolkit.forms.roster_model import Office
from toolkit.outputs.marked.notice import NoticeCase
from toolkit.outputs.marked.texts import counts_text
from toolkit.values.words import ERROR, REPAIR

# What is made for each unit: a folder, or an archive.
AS_FOLDER, AS_ZIP = "文件夹", "zip"
WAYS = (AS_FOLDER, AS_ZIP)

# What the texts are called.
RETURN_TEXT, REMINDER_TEXT = "退改正文.txt", "催报正文.txt"

# So many projects are named in a message; the letter has them all.
_MOST_PROJECTS = 12

# The same content makes the same archive.
_MADE = (1980, 1, 1, 0, 0, 0)


def return_message(case: NoticeCase, attachments: Sequence[str]) -> str:
    """Return the message that goes with marked copies: what is wrong, in short, what is attached, what to do until when."""
    found = [finding for finding in case.findings if finding.family != REPAIR]
    projects = Counter(finding.project or "整个单位" for finding in found if finding.severity == ERROR)
    named = [f"　{project}：错误 {count} 处" for project, count in list(projects.items())[:_MOST_PROJECTS]]
    more = [f"　……共 {len(projects)} 个项目"] if len(projects) > _MOST_PROJECTS else []
    year = f" {case.year} 年度" if case.year else ""
    changes = [f"与上一版比：{case.changes}。"] if case.changes else []
    lines = [
        f"{case.unit}：",
        "",
        f"你单位报送的{year}{case.form}（{case.projects} 个项目）已审核，{counts_text(found)}，请修改后重新报送。",
        *changes,
        *named,
        *more,
        "",
        "附件：",
        *(f"{number}. {name}" for number, name in enumerate(attachments, start=1)),
        "",
        "请直接在附件的工作簿上修改：首页“审核意见”逐条列出，点一下跳到该处；改好保存后报送这一份，不必清除标色和批注。",
    ]
    return _text([*lines, *_asked(case.office)])


def reminder_message(unit: str, about: str, status: str, reason: str, office: Office) -> str:
    """Return the message that reminds a unit; `about` names what is to be sent, `reason` says what is missing or wrong."""
    return _text(
        [f"{unit}：", "", f"{about}，你单位目前的状态是“{status}”。{reason}", "", "请尽快办理；已经报送的请回复告知。", *_asked(office)]
    )


def _asked(office: Office) -> list[str]:
    """Until when, and whom to ask."""
    until = [f"截止日期：{office.deadline}"] if office.deadline else []
    contact = "，".join(part for part in (office.contact, office.telephone) if part)
    return [*until, *([f"联系人：{contact}"] if contact else [])]


def _text(lines: Iterable[str]) -> str:
    return "\r\n".join(lines) + "\r\n"


def text_bytes(text: str) -> bytes:
    """Return a text as every Notepad reads it."""
    return text.encode("utf-8-sig", "replace")


def zipped(members: Iterable[tuple[str, bytes]]) -> bytes:
    """Return an archive of these files by name; the same files make the same bytes."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members:
            entry = zipfile.ZipInfo(name, _MADE)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith((".xlsx", ".xlsm", ".docx")) else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()
