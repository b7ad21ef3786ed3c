"""A Word document without the runs that its readers do not see."""

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

from corpus.hidden import WHITE, Found, characters, colour, near

_SMALLEST = 4
"""Half points of type below which nobody reads."""


def without_unseen(document: Any, found: Found) -> None:
    """Take hidden, white and tiny runs out of a document, and count them and its alternative texts.

    White on a filled cell or under a table's own style is read, and stays.
    """
    styles = {
        style.get(qn("w:styleId")): style for style in document.styles.element.iter(qn("w:style"))
    }
    for run in list(document.element.body.iter(qn("w:r"))):
        text = "".join(part.text or "" for part in run.iter(qn("w:t")))
        if text.strip() and _unseen(run, styles):
            found["style"] += 1
            run.getparent().remove(run)
            continue
        for part in run.iter(qn("w:t")):
            part.text = characters(part.text or "", found)
    for picture in document.element.body.iter(qn("wp:docPr")):
        found["alternative"] += any(picture.get(name, "").strip() for name in ("descr", "title"))


def _unseen(run: Any, styles: dict[str, Any]) -> bool:
    declared = list(_properties(run, styles))
    hidden = _first(declared, "w:vanish")
    if hidden is not None and hidden.get(qn("w:val"), "true") not in ("0", "false", "off"):
        return True
    size = _first(declared, "w:sz")
    points = size.get(qn("w:val"), "") if size is not None else ""
    if points.isdigit() and int(points) < _SMALLEST:
        return True
    said = _first(declared, "w:color")
    ink = colour(f"#{said.get(qn('w:val'), '')}") if said is not None else None
    if ink is None or not near(ink, WHITE) or _first(declared, "w:highlight") is not None:
        return False
    return not any(_filled(each) for each in (run, *run.iterancestors()))


def _properties(run: Any, styles: dict[str, Any]) -> Iterator[Any]:
    """The properties of a run, its own first, then those of its style and of its paragraph's."""
    own = run.find(qn("w:rPr"))
    paragraph = next(run.iterancestors(qn("w:p")), None)
    of_paragraph = paragraph.find(qn("w:pPr")) if paragraph is not None else None
    if own is not None:
        yield own
    for holder, name in ((own, "w:rStyle"), (of_paragraph, "w:pStyle")):
        named = holder.find(qn(name)) if holder is not None else None
        known: set[str] = set()
        while named is not None and (style_id := named.get(qn("w:val"))) not in known:
            known.add(style_id)
            style = styles.get(style_id)
            if style is None:
                break
            if (found := style.find(qn("w:rPr"))) is not None:
                yield found
            named = style.find(qn("w:basedOn"))


def _first(declared: list[Any], name: str) -> Any:
    return next((e for each in declared if (e := each.find(qn(name))) is not None), None)


def _filled(element: Any) -> bool:
    """Whether an element has a ground of its own, as far as it can be told."""
    for name in ("w:rPr", "w:pPr", "w:tcPr", "w:tblPr"):
        properties = element.find(qn(name))
        if properties is None:
            continue
        shade = properties.find(qn("w:shd"))
        fill = shade.get(qn("w:fill"), "auto") if shade is not None else "auto"
        if fill.lower() not in ("auto", "ffffff"):
            return True
        style = properties.find(qn("w:tblStyle"))
        if style is not None and style.get(qn("w:val")) not in ("TableGrid", "TableNormal"):
            return True
    return False
