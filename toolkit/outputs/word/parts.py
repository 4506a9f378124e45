"""The header that marks a summary as a draft.

In: a Word template as an open package (`package.draft.Draft`), changed in place; nothing else is touched. Called by
`template`.
"""

from __future__ import annotations

from lxml import etree

from toolkit.outputs.word.markup import R_NS, W_NS
from toolkit.package.draft import Draft
from toolkit.package.parts import OFFICE_RELATIONSHIPS

DRAFT_WORD = "草稿"

_TYPE = "application/vnd.openxmlformats-"

# Word's own shape of a diagonal watermark, and the word in plain text for programs that do not draw the shape.
_DRAFT_PARAGRAPH = f"""<w:p xmlns:w="{W_NS}" xmlns:v="urn:schemas-microsoft-com:vml"
 xmlns:o="urn:schemas-microsoft-com:office:office"><w:pPr><w:jc w:val="right"/></w:pPr><w:r><w:pict>
<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">
<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>
<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>
<v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/>
<v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>
<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800"
 o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/>
<v:handles><v:h position="#0,bottomRight" xrange="6629,14971"/></v:handles><o:lock v:ext="edit" text="t" shapetype="t"/>
</v:shapetype><v:shape id="PowerPlusWaterMarkObject{{number}}" o:spid="_x0000_s{{spid}}" type="#_x0000_t136"
 style="position:absolute;margin-left:0;margin-top:0;width:330pt;height:165pt;rotation:315;z-index:-251658752;
mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;
mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="silver" stroked="f"><v:fill opacity=".5"/>
<v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string="{DRAFT_WORD}"/></v:shape></w:pict></w:r>
<w:r><w:rPr><w:rFonts w:ascii="黑体" w:hAnsi="黑体" w:eastAsia="黑体"/><w:b/><w:color w:val="C00000"/><w:sz w:val="28"/>
</w:rPr><w:t>{DRAFT_WORD}</w:t></w:r></w:p>"""


def mark_draft(package: Draft, main: str, headers: list[str]) -> str:
    """Put 草稿 into all `headers` and into a new one for pages that have none; return the new one's relationship id."""
    made = package.free_name("word/header.xml")
    empty = etree.Element(f"{{{W_NS}}}hdr", nsmap={"w": W_NS, "r": R_NS})
    package.put_xml(made, empty, f"{_TYPE}officedocument.wordprocessingml.header+xml")
    for number, name in enumerate([*headers, made], start=1):
        root = package.xml(name)
        mark = _DRAFT_PARAGRAPH.format(number=number, spid=2048 + number).replace("\n", "")
        root.insert(0, etree.fromstring(mark))
        package.put_xml(name, root)
    return package.link(main, f"{OFFICE_RELATIONSHIPS}/header", made)


def draft_references(kinds: list[str], identity: str) -> str:
    """Return the markup by which a section takes the draft header on pages of these kinds (default, first, even)."""
    return "".join(f'<w:headerReference xmlns:r="{R_NS}" w:type="{kind}" r:id="{identity}"/>' for kind in kinds)
