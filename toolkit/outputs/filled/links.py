"""What points to the form's sheet from elsewhere, turned to the project sheets: drawings and notes copied along with a
sheet, formulas of the template's other sheets. Called by `filled`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from lxml import etree

from toolkit.package.draft import Draft
from toolkit.spreadsheet.formulas import map_formulas, qualify_names
from toolkit.spreadsheet.references import rename_sheet
from toolkit.spreadsheet.row_insertion import RowInsertion, move_related


def adapt_related(draft: Draft, part: str, old: str, new: str, number: int, insertion: RowInsertion | None) -> None:
    """Make a copied part (drawing, notes, table …) belong to sheet `new`, not `old`; `number` counts from 0."""
    links = draft.links(part)
    if any(link.target.startswith("#") for link in links):
        renamed = (
            replace(link, target="#" + rename_sheet(link.target[1:], old, new)) if link.target[0:1] == "#" else link for link in links
        )
        draft.relink(part, list(renamed))
    data = draft.read(part)
    table = draft.types.get(part, "").endswith(".table+xml")
    if not part.endswith((".xml", ".vml")) or not (table or insertion or old.encode() in data):
        return
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        # Excel writes VML that is no XML (unclosed <br>); it holds positions only, which then stay as they are.
        return
    if insertion is not None:
        move_related(root, insertion)
    map_formulas(root, lambda formula: rename_sheet(formula, old, new))
    if table and number:
        _rename_table(draft, root, number)
    draft.put_xml(part, root)


def repointed(root: etree._Element, names: Collection[str], old: str, new: str, insertion: RowInsertion | None) -> etree._Element:
    """Return another sheet of the template with its references to the form leading to the first project.

    `root` is used up. `names` are the form's names, which are no longer known outside its sheets.
    """

    def change(formula: str) -> str:
        if insertion is not None:
            formula = insertion.formula(formula, own=False)
        return qualify_names(rename_sheet(formula, old, new), names, new)

    map_formulas(root, change)
    return root


def _rename_table(draft: Draft, root: etree._Element, number: int) -> None:
    """Give a table its own number and name: both must be unique in a workbook."""
    tables = sum(kind.endswith(".table+xml") for kind in draft.types.values())
    root.set("id", str(int(root.get("id", "1")) + number * tables))
    for attribute in ("name", "displayName"):
        if root.get(attribute):
            root.set(attribute, f"{root.get(attribute)}_{number + 1}")
