"""A web page without what its visitors do not see: comments, hidden elements, alternative texts."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree, html

from corpus.hidden import WHITE, Found, characters, colour, hides, near

_ALTERNATIVE = ("alt", "title", "aria-label", "aria-description", "longdesc")
_CODE = ("script", "style", "template", "noscript")
_RULE = re.compile(r"(?P<selectors>[^{}@;]+)\{(?P<style>[^{}]*)\}")
_ELSEWHERE = re.compile(r"/\*.*?\*/|@[^{};]*(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})", re.DOTALL)
_SIMPLE = re.compile(r"(?P<tag>[a-z][\w-]*)?(?:(?P<kind>[.#])(?P<name>[\w-]+))?")
_INK = re.compile(r"(?:^|;)\s*color\s*:\s*([^;!]+)", re.IGNORECASE)
_PAPER = re.compile(r"(?:^|;)\s*background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
_UNKNOWN = (-255, -255, -255)
"""The colour of a picture or a gradient: nothing is taken to be hidden on it."""

Colours = tuple[tuple[int, int, int], tuple[int, int, int]]


def without_unseen(text: str, found: Found) -> str:
    """The page without what is not seen, which is added to ``found``; as it is where it holds none.

    Style sheets within the page count as far as they select by a tag, a class or an id; nothing is
    fetched.
    """
    try:
        page = html.document_fromstring(text.encode("utf-8", "replace"), _parser())
    except (etree.ParserError, ValueError):
        return text
    before = sum(found.values())
    for comment in list(page.iter(etree.Comment)):
        found["comment"] += bool((comment.text or "").strip())
        _remove(comment)
    _walk(page, _rules(page), found)
    for element in page.iter(etree.Element):
        for name in _ALTERNATIVE:
            if element.attrib.pop(name, "").strip():
                found["alternative"] += 1
        element.text = characters(element.text or "", found)
        element.tail = characters(element.tail or "", found)
    if sum(found.values()) == before:
        return text
    return str(html.tostring(page, encoding="unicode", doctype="<!doctype html>"))


def _parser() -> html.HTMLParser:
    return html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)


def _rules(page: Any) -> Mapping[tuple[str, str, str], str]:
    """What the page's own style sheets declare, by tag, by ``.`` or ``#``, and by name."""
    rules: dict[tuple[str, str, str], str] = {}
    for sheet in page.iter("style"):
        # What holds on paper or on a narrow screen alone says nothing of what is seen.
        for rule in _RULE.finditer(_ELSEWHERE.sub("", sheet.text or "")):
            for selector in rule["selectors"].split(","):
                simple = _SIMPLE.fullmatch(selector.strip())
                if simple and simple[0]:
                    key = (simple["tag"] or "", simple["kind"] or "", simple["name"] or "")
                    rules[key] = f"{rules.get(key, '')};{rule['style']}"
    return rules


def _style(element: Any, rules: Mapping[tuple[str, str, str], str]) -> str:
    """Everything that is declared for an element, the most particular last."""
    names = [("", "", "")]
    names += [("", ".", name) for name in (element.get("class") or "").split()]
    names += [("", "#", element.get("id"))] if element.get("id") else []
    tag = str(element.tag).lower()
    said = [rules.get((wanted, kind, name), "") for _, kind, name in names for wanted in ("", tag)]
    font = f"color:{element.get('color')}" if element.get("color") else ""
    page = f"background:{element.get('bgcolor')}" if element.get("bgcolor") else ""
    return ";".join((font, page, *said, element.get("style") or ""))


def _walk(page: Any, rules: Mapping[tuple[str, str, str], str], found: Found) -> None:
    """Take out the elements that are hidden, and texts in the colour of what they stand on."""
    waiting: list[tuple[Any, Colours]] = [(page, ((0, 0, 0), WHITE))]
    while waiting:
        element, (ink, paper) = waiting.pop()
        style = _style(element, rules)
        if said := _INK.findall(style):
            ink = colour(said[-1]) or ink
        if said := _PAPER.findall(style):
            paper = colour(said[-1].split()[0]) or _UNKNOWN
        own = ";".join(p for p in style.split(";") if not (_INK.match(p) or _PAPER.match(p)))
        if element.get("hidden") is not None or hides(own):
            found["style"] += bool("".join(element.itertext()).strip())
            _remove(element)
            continue
        inner = [child for child in element if isinstance(child.tag, str)]
        if near(ink, paper):
            _blank(element, inner, found)
        waiting += [(child, (ink, paper)) for child in inner if child.tag not in _CODE]


def _blank(element: Any, inner: Sequence[Any], found: Found) -> None:
    """Take out the texts that stand directly in an element."""
    texts = [element.text, *(child.tail for child in inner)]
    if any(text and text.strip() for text in texts):
        found["style"] += 1
        element.text = " "
        for child in inner:
            child.tail = " "


def _remove(element: Any) -> None:
    """Take an element out and leave the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)
