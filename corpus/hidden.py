"""What a file holds and its reader would not see, taken out before anything else is read of it.

Zero-width and tag characters, marks that reorder a line, commands to a terminal, HTML comments,
elements that a style hides, alternative texts of images: nobody who wrote to the company wrote them
to be read by a person, and a machine would read them. What is taken out is counted by its kind.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from corpus.types import Event, Imported, Record

T = TypeVar("T")

Found = Counter[str]
"""How often each kind of hidden text was found."""

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_ZERO_WIDTH = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0100-\U000e01ef"
)
_TAGS = "\U000e0000-\U000e007f"
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"

# A flag of England, Scotland or Wales is spelt in tag characters; emoji are joined by, and a symbol
# or a digit is made an emoji by, a character without width.
_FLAG = (
    "\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067"
    "|\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073)\U000e007f"
)
_EMOJI = "\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff"
_JOINED = (
    f"(?<=[{_EMOJI}])[\ufe0e\ufe0f]|(?<=[0-9#*])\ufe0f(?=\u20e3)"
    f"|(?<=[{_EMOJI}\ufe0f])\u200d(?=[{_EMOJI}])"
)

# A link or a colour of a terminal with its command, then whatever is left of one.
_TERMINAL = (
    r"(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|\x1b[ -/]*[0-~]"
)
_CHARACTERS = re.compile(
    f"(?P<kept>{_FLAG}|{_JOINED})|(?P<control>{_TERMINAL}|[{_CONTROL}]+)|(?P<bidi>[{_BIDI}]+)"
    f"|(?P<tags>[{_TAGS}]+)|(?P<zero_width>[{_ZERO_WIDTH}]+)"
)
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_ANY = re.compile(f"[{_CONTROL}{_BIDI}{_TAGS}{_ZERO_WIDTH}\r\u2028\u2029]|<[!a-zA-Z]|!\\[|\\]\\(")

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_OPENING = re.compile(r"<(?P<name>[a-zA-Z][\w-]*)(?P<attributes>(?:\s[^<>]*)?)>")
_WORDED = re.compile(
    r"\s(?:alt|title|aria-label|aria-description|longdesc)\s*=\s*"
    r"(?:\"[^\"]+\"|'[^']+'|[^\s\"'>]+)",
    re.IGNORECASE,
)
_STYLE = re.compile(r"\sstyle\s*=\s*(?:\"(?P<a>[^\"]*)\"|'(?P<b>[^']*)'|(?P<c>[^\s>]+))", re.I)
_HIDDEN = re.compile(r"\shidden(?=[\s=/]|$)", re.IGNORECASE)
_IMAGE = re.compile(r"!\[[^\]\n]+\]\(")
_LINK_TITLE = re.compile(r"(\]\([^()\s]*)\s+(?:\"[^\"]*\"|'[^']*')\)")


def without_hidden(imported: Imported) -> Imported:
    """Everything that an importer read, without hidden text, which is added to ``hidden``."""
    found: Found = Counter(imported.hidden)

    def clean(text: str) -> str:
        return shown(text, found)

    document = imported.document
    found.update(document.hidden if document else {})
    return replace(
        imported,
        # A million records go through here, and hardly one of them hides anything.
        records=tuple(_over(r, clean) if _suspect(r) else r for r in imported.records),
        events=tuple(_over(e, clean) if _suspect(e) else e for e in imported.events),
        cells=_over(imported.cells, clean),
        document=_over(document, clean),
        quarantined=_over(imported.quarantined, clean),
        hidden=found,
    )


def _suspect(row: Record | Event) -> bool:
    """Whether any text of a row may hide something."""
    own = (
        (
            row.id,
            row.title,
            row.text,
            *map(str, row.locator.values()),
            *(s.name for s in row.scores),
        )
        if isinstance(row, Record)
        else (row.kind, row.session or "")
    )
    about = (row.customer or "", row.stage or "", row.channel or "")
    texts = (*own, *about, *row.segments, *row.segments.values())
    return bool(_ANY.search("\t".join(texts)))


def shown(text: str, found: Found) -> str:
    """``text`` as its reader sees it; what is taken out is added to ``found``."""
    if not _ANY.search(text):
        return text
    # What is left may make up a comment of its parts, so until nothing changes.
    while (less := _marked(characters(text, found), found)) != text:
        text = less
    return text


def hides(style: str) -> bool:
    """Whether a style sheet's declarations hide what they are for."""
    said = {
        name.strip().lower(): value.strip().lower().removesuffix("!important").strip()
        for name, colon, value in (part.partition(":") for part in style.split(";"))
        if colon
    }
    if said.get("display") == "none" or said.get("visibility") in ("hidden", "collapse"):
        return True
    size, opacity = said.get("font-size", ""), said.get("opacity", "")
    if re.fullmatch(r"0*(?:[01](?:\.\d*)?|\.\d+)(?:px|pt)|0+(?:\.0+)?(?:[a-z]+|%)?", size):
        return True
    if re.fullmatch(r"0*(?:\.0\d*)?%?", opacity) and opacity:
        return True
    if re.match(r"-\d{3,}", said.get("text-indent", "")):
        return True
    if said.get("position") in ("absolute", "fixed"):
        away = any(re.match(r"-\d{3,}", said.get(side, "")) for side in ("left", "top", "right"))
        return away or said.get("clip", "").replace(" ", "") in ("rect(0,0,0,0)", "rect(0000)")
    none = ("max-height", "height", "width")
    if said.get("overflow") == "hidden" and any(
        re.fullmatch(r"0\w*", said.get(n, "")) for n in none
    ):
        return True
    ink, ground = (
        colour(said.get("color", "")),
        said.get("background-color", said.get("background")),
    )
    paper = WHITE if ground is None else colour(ground)
    return ink is not None and paper is not None and near(ink, paper)


WHITE = (255, 255, 255)
_NAMED = {"white": WHITE, "snow": WHITE, "ivory": WHITE, "ghostwhite": WHITE, "black": (0, 0, 0)}
_ALIKE = 24
"""Steps of a channel, out of 255, that two colours must be apart for anyone to read."""


def colour(said: str) -> tuple[int, int, int] | None:
    """The red, green and blue of a colour as style sheets write it; None for what is none."""
    said = said.strip().lower()
    if said == "transparent":
        return WHITE
    if said in _NAMED:
        return _NAMED[said]
    if match := re.fullmatch(r"#([0-9a-f]{3,4})", said):
        r, g, b = (int(each * 2, 16) for each in match[1][:3])
        return r, g, b
    if match := re.fullmatch(r"#([0-9a-f]{6})(?:[0-9a-f]{2})?", said):
        r, g, b = (int(match[1][i : i + 2], 16) for i in (0, 2, 4))
        return r, g, b
    if match := re.fullmatch(
        r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+([\d.]+%?))?\s*\)", said
    ):
        if match[4] and not float(match[4].strip("%") or 1):
            return WHITE
        return int(match[1]), int(match[2]), int(match[3])
    return None


def near(ink: tuple[int, int, int], paper: tuple[int, int, int]) -> bool:
    """Whether text of one colour cannot be read on the other."""
    return all(abs(a - b) < _ALIKE for a, b in zip(ink, paper, strict=True))


def characters(text: str, found: Found) -> str:
    """``text`` without characters that are not seen, which are added to ``found``."""

    def gone(match: re.Match[str]) -> str:
        if match["kept"]:
            return match[0]
        found[(match.lastgroup or "").replace("_", "-")] += 1
        return ""

    return _CHARACTERS.sub(gone, _LINE_ENDS.sub("\n", text))


def _marked(text: str, found: Found) -> str:
    """``text`` without comments, hidden elements and the words of attributes and images."""
    text, n = _COMMENT.subn("", text)
    found["comment"] += n
    text = "".join(_elements(text, found))
    text, n = _IMAGE.subn("![](", text)
    found["alternative"] += n
    text, n = _LINK_TITLE.subn(r"\1)", text)
    found["alternative"] += n
    found += Counter()  # drops the kinds that were not found
    return text


def _elements(text: str, found: Found) -> Iterator[str]:
    at = 0
    for tag in _OPENING.finditer(text):
        if tag.start() < at:
            continue
        attributes = tag["attributes"]
        style = _STYLE.search(attributes)
        if _HIDDEN.search(attributes) or (style and hides(next(filter(None, style.groups()), ""))):
            yield text[at : tag.start()]
            at = _end(text, tag)
            found["style"] += 1
            continue
        worded, n = _WORDED.subn("", attributes)
        if n:
            yield f"{text[at : tag.start()]}<{tag['name']}{worded}>"
            at = tag.end()
            found["alternative"] += n
    yield text[at:]


def _end(text: str, tag: re.Match[str]) -> int:
    """Where the element ends that a tag opens: at its own closing tag, else with the text."""
    if tag["attributes"].endswith("/") or tag["name"].lower() in ("img", "br", "hr", "input"):
        return tag.end()
    depth = 1
    for each in re.finditer(rf"<(/?){re.escape(tag['name'])}\b[^<>]*>", text[tag.end() :], re.I):
        depth += -1 if each[1] else 1
        if not depth:
            return tag.end() + each.end()
    return len(text)


def _over(value: T, clean: Callable[[str], str]) -> T:
    """``value`` with ``clean`` run over every text that it holds, names of segments included."""
    known: Any = value
    if isinstance(known, str):
        known = clean(known)
    elif isinstance(known, tuple):
        known = tuple(_over(each, clean) for each in known)
    elif isinstance(known, Mapping):
        known = {_over(name, clean): _over(each, clean) for name, each in known.items()}
    elif is_dataclass(known) and not isinstance(known, type):
        said = {f.name: getattr(known, f.name) for f in fields(known)}
        kept = {name: _over(each, clean) for name, each in said.items()}
        changed = {name: each for name, each in kept.items() if each != said[name]}
        known = replace(known, **changed) if changed else known
    result: T = known
    return result
