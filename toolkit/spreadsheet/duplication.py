"""A sheet duplicated in its package: the parts that go along with it, and what points to it from other sheets.

`copy_sheet` makes the parts; what is drawn, noted or calculated there comes to belong to the copy. `repointed` turns the
other sheets' formulas to one of the copies. Called by outputs that fill a form.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from lxml import etree

from toolkit.package.draft import Draft
from toolkit.package.parts import parse_xml
from toolkit.spreadsheet.formulas import map_formulas, qualify_names
from toolkit.spreadsheet.names import SheetCopy
from toolkit.spreadsheet.references import rename_sheet
from toolkit.spreadsheet.row_insertion import move_related


def copy_sheet(draft: Draft, part: str, copy: SheetCopy) -> str:
    """Copy sheet part `part` with all that belongs to it, and return the copy's part; its own content is the caller's."""
    copies = draft.copy(part)
    made = copies.pop(part)
    for each in copies.values():
        _adapt(draft, each, copy)
    return made


def _adapt(draft: Draft, part: str, copy: SheetCopy) -> None:
    """Make a copied part (drawing, notes, table …) belong to the copied sheet."""
    old, new, insertion = copy.old, copy.new, copy.insertion
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
        root = parse_xml(data)
    except etree.XMLSyntaxError:
        # Excel writes VML that is no XML (unclosed <br>); it holds positions only, which then stay as they are.
        return
    if insertion is not None:
        move_related(root, insertion)
    map_formulas(root, lambda formula: rename_sheet(formula, old, new))
    if table and copy.index:
        _rename_table(draft, root, copy.index)
    draft.put_xml(part, root)


def repointed(root: etree._Element, names: Collection[str], copy: SheetCopy) -> etree._Element:
    """Return another sheet with its references to a duplicated one leading to a copy; `root` is used up.

    `names` are the duplicated sheet's names, which are no longer known outside its copies.
    """

    def change(formula: str) -> str:
        if copy.insertion is not None:
            formula = copy.insertion.formula(formula, own=False)
        return qualify_names(rename_sheet(formula, copy.old, copy.new), names, copy.new)

    map_formulas(root, change)
    return root


def _rename_table(draft: Draft, root: etree._Element, number: int) -> None:
    """Give a table its own number and name: both must be unique in a workbook."""
    tables = sum(kind.endswith(".table+xml") for kind in draft.types.values())
    root.set("id", str(int(root.get("id", "1")) + number * tables))
    for attribute in ("name", "displayName"):
        if root.get(attribute):
            root.set(attribute, f"{root.get(attribute)}_{number + 1}")
