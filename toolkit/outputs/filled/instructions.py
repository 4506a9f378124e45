"""填报说明 of an issued workbook: the sheets it names are those the workbook has, the year of its examples is the one asked for.

Called by `workbook` for a workbook that is to be filled in; the template's own sheet names the template's form sheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml import etree

from toolkit.package.draft import Draft
from toolkit.spreadsheet.markup import MAIN_NS, whole_number

_YEAR = re.compile(r"[（(](20\d\d)年度[)）]")


def suit_instructions(draft: Draft, workbook: str, part: str, form_sheet: str, names: Sequence[str], year: int | None) -> None:
    """Change the texts of the sheet `part`: `form_sheet` in quotation marks → `names`; the example's year → `year`, where it is known."""
    strings = draft.related(workbook, "sharedStrings")
    sheet = draft.xml(part)
    items = [cell for cell in sheet.iter(f"{{{MAIN_NS}}}is")]
    shared = draft.xml(strings) if strings is not None else None
    if shared is not None:
        all_items = shared.findall(f"{{{MAIN_NS}}}si")
        items += [all_items[index] for index in dict.fromkeys(_used(sheet)) if index < len(all_items)]
    texts = [text for item in items for text in item.iter(f"{{{MAIN_NS}}}t") if text.text]
    example = next((found[1] for text in texts if (found := _YEAR.search(text.text or ""))), None)
    changed = False
    for text in texts:
        made = _named(text.text or "", form_sheet, names)
        if example is not None and year is not None:
            made = re.sub(rf"(?<![\d〔\[]){example}(?!\d|[〕\]])", str(year), made)
        changed = changed or made != text.text
        text.text = made
    if changed:
        draft.put_xml(part, sheet)
        if shared is not None and strings is not None:
            draft.put_xml(strings, shared)


def _named(text: str, form_sheet: str, names: Sequence[str]) -> str:
    """The text with the form's sheet called as the workbook's sheets are: a tab to click on is the first of them."""
    tabs = f"“{names[0]}”" if len(names) == 1 else f"“{names[0]}”至“{names[-1]}”"
    return text.replace(f"标签“{form_sheet}”", f"标签“{names[0]}”").replace(f"“{form_sheet}”", tabs)


def _used(sheet: etree._Element) -> Iterator[int]:
    """The numbers of the shared strings that a sheet's cells show."""
    for cell in sheet.iter(f"{{{MAIN_NS}}}c"):
        number = whole_number(cell.findtext(f"{{{MAIN_NS}}}v"), -1) if cell.get("t") == "s" else -1
        if number >= 0:
            yield number
