"""Where the sentences of a text start and end, in French, English and their neighbours.

Splitting is by rule and by line, so that a span can be quoted as it stands: lines are
boundaries, list marks are outside the spans, and what customers write without full stops is
cut where they drew breath. Measured against pysbd 0.3.4, which it replaces (see the tests).
"""

import re
from collections.abc import Iterator

LONGEST = 320
"""Code points that a sentence may have before it is cut at a softer boundary than its end."""

_SHORTEST_CUT = 40
_LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_LIST_MARK = re.compile(r"(?:[•·▪▫■□‣⁃◦●○►➤✓✔*+–—-]|\d{1,2}[.)](?!\s*\d)|[a-z]\))(?:\s+|$)")
_DASH = re.compile(r"[•·▪‣◦●–—-]\s+")

# A sentence's last mark with what closes on it, then what follows: a space, or (in hasty
# writing) the next sentence at once.
_END = re.compile(
    r"""(?<![.!?…])(?P<mark>[.!?…]++(?:\s[!?…]++){0,3}+)
        (?P<close>(?:[ \u00a0\u202f]?[»”]|["'’)\]*_]|[ ]"(?=\s|$)){0,4}+)
        (?:(?=\s)|(?=[^\W\d_])|$)""",
    re.VERBOSE,
)
# What is quoted or bracketed is not cut inside, as long as it is short.
_QUOTED = re.compile(r"«[^«»]{1,240}»|“[^“”]{1,240}”|\([^()]{1,240}\)")
_STRAIGHT = re.compile(r'"[^"]{1,160}"')

# Never the end of a sentence: something always follows.
_OPEN_FR = "M MM Mme Mmes Mlle Mlles Dr Drs Pr Me Mgr St Ste p pp ex cf env tél n° réf art chap"
_OPEN_EN = "Mr Mrs Ms Dr Prof St Gen Rep Sen Rev Hon cf vs pp fig Fig approx e.g i.e eg ie E.g I.e"
# The end of a sentence where a capital follows, otherwise not.
_SHORT_FR = "etc min max av bd vol éd coll janv févr avr juil sept oct nov déc hab qté"
_SHORT_EN = "etc min max Inc Ltd Co Corp Jr Sr al dept est ca a.m p.m"
_MONTHS_EN = "Jan Feb Mar Apr Aug Sept Oct Nov Dec"
_OPEN = {
    "fr": frozenset(_OPEN_FR.split()) | {"Mr", "Mrs", "Ms", "vs", "e.g", "i.e", "p.ex"},
    "en": frozenset(_OPEN_EN.split()) | {"p", "M", "Mme"},
}
_SHORT = {
    "fr": frozenset(_SHORT_FR.split()),
    "en": frozenset((_SHORT_EN + " " + _MONTHS_EN).split()),
}
_ALL_OPEN = frozenset().union(*_OPEN.values())
_ALL_SHORT = frozenset().union(*_SHORT.values())
_LAST_WORD = re.compile(r"[^\s«“\"(\[’'/]+\Z")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]\Z")
_DOMAIN = re.compile(r"(?:com|fr|net|org|be|ch|eu|io|de|nl|co|uk|NET)\b")
# After "U.S." or "plan B." one of these words means that a new sentence has begun.
_STARTER = re.compile(
    r"(?:Le|La|Les|L’|L'|Un|Une|Des|Il|Elle|Ils|Elles|On|Nous|Vous|Je|J’|J'|Ce|Cela|Cette|C’|C'|"
    r"Mais|Et|En|Dans|Pour|Très|The|A|An|In|It|We|I|They|He|She|You|But|And|This|That|There|My)"
    r"(?![^\W\d_])|[LJC][’']"
)
_NEVER_NEXT = frozenset(",;:.!?…)]}»”%")

# Softer boundaries of an overlong sentence, with what each is worth; the cut is at the group.
_SOFT: tuple[tuple[re.Pattern[str], float], ...] = (
    (re.compile(r"(?:[.!?…]|\.\.\.)()\s"), 3.0),
    (re.compile(r"\s?;()\s"), 3.0),
    (re.compile(r"\s()[-–—]\s"), 3.0),
    (re.compile(r"\s?:()\s"), 1.5),
    (re.compile(r",\s()(?:mais|car|donc|alors|sauf|or|but|so|because|although)\b", re.I), 2.5),
    (re.compile(r",\s()(?:et|ou|puis|and|then|or)\b", re.I), 2.0),
    (re.compile(r",()\s"), 1.0),
    (re.compile(r"\s()(?:mais|but)\s", re.I), 0.8),
)


def sentences(text: str, language: str, longest: int = LONGEST) -> list[tuple[int, int]]:
    """The (start, end) spans of the sentences of ``text``, in order and disjoint.

    Offsets count Unicode code points: ``text[start:end]`` is the sentence, without the spaces
    around it and without the mark of a list item. Together the spans cover everything else.
    ``language`` is an ISO code that chooses the abbreviations; an unknown one takes all. A
    sentence of more than ``longest`` code points is cut at its best softer boundary, if any.
    """
    spans: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        mark_start = _skip_spaces(text, line.start(), line.end())
        mark = _LIST_MARK.match(text, mark_start, line.end())
        start = mark.end() if mark else mark_start
        for first, last in _line_sentences(text, start, line.end(), language):
            if last - first > longest:
                spans.extend(_cut(text, first, last, longest))
            else:
                spans.append((first, last))
    return spans


def _line_sentences(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    quoted: list[tuple[int, int]] | None = None
    for found in _END.finditer(text, start, end):
        stop = found.end()
        if stop <= start or not _ends(text, found, end, language):
            continue
        if quoted is None:
            quoted = sorted(_quoted(text, start, end), reverse=True)
        while quoted and quoted[-1][1] <= stop:
            quoted.pop()
        if quoted and quoted[-1][0] < stop:
            continue
        yield from _span(text, start, stop)
        start = stop
        dash = _DASH.match(text, _skip_spaces(text, start, end), end)
        if dash:
            start = dash.end()
    yield from _span(text, start, end)


def _ends(text: str, found: re.Match[str], end: int, language: str) -> bool:
    """Whether the mark that was found ends a sentence, by what is before and after it."""
    stop = found.end()
    follows = _skip_spaces(text, stop, end)
    if follows == end:
        return True
    mark, close = found["mark"], found["close"]
    full_stop = mark == "." and not close
    if follows == stop:  # no space after it: "rapide.Je", "service .je", never "3.5" or "a.com"
        return (
            _touching_full_stop(text, found.start(), stop, end)
            if full_stop
            else (mark[0] in "!?" and not close and text[stop].isupper())
        )
    following = text[follows]
    if following in _NEVER_NEXT:
        return False
    letter = _first_letter(text, follows, end)
    lower = letter.islower()
    if close or mark[0] == "…" or mark.startswith(".."):
        return not lower
    if full_stop:
        return not _abbreviated(text, found.start(), follows, end, language, lower)
    return True


def _touching_full_stop(text: str, at: int, stop: int, end: int) -> bool:
    """Whether a full stop that touches the next word ends a sentence."""
    if at == 0:
        return False
    if text[at - 1].isspace():
        return not _DOMAIN.match(text, stop, end)
    written = text[max(0, at - 2) : at]
    capital = text[stop].isupper() and stop + 1 < end and not text[stop + 1].isupper()
    return capital and len(written) == 2 and written.islower() and written.isalpha()


def _abbreviated(text: str, at: int, follows: int, end: int, language: str, lower: bool) -> bool:
    """Whether the full stop at ``at`` belongs to an abbreviation, an initial or an acronym."""
    last = _LAST_WORD.search(text, max(0, at - 16), at)
    if last is None:
        return False
    word = last.group()
    if word in _OPEN.get(language, _ALL_OPEN):
        return True
    if word in _SHORT.get(language, _ALL_SHORT):
        return lower or text[follows].isdigit()
    if word in ("No", "no", "Nos", "nos"):
        return text[follows].isdigit()
    initial = len(word) == 1 and word.isupper()
    if initial or _ACRONYM.match(word):
        return lower or not _STARTER.match(text, follows, end)
    return False


def _quoted(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans = [found.span() for found in _QUOTED.finditer(text, start, end)]
    # Straight quotes look the same on both sides: they are only believed in pairs.
    if text.count('"', start, end) % 2 == 0:
        spans += [found.span() for found in _STRAIGHT.finditer(text, start, end)]
    return spans


def _cut(text: str, first: int, last: int, longest: int) -> list[tuple[int, int]]:
    """Cut an overlong span where that is worth most, and its parts again."""
    whole: list[tuple[int, int]] = []
    waiting = [(first, last)]
    while waiting:
        first, last = waiting.pop()
        cut = _best_cut(text, first, last) if last - first > longest else None
        if cut is None:
            whole.append((first, last))
        else:
            waiting += (*_span(text, cut[1], last), *_span(text, first, cut[0]))
    return whole


def _best_cut(text: str, first: int, last: int) -> tuple[int, int] | None:
    """Where the first part ends and the second starts: a strong boundary near the middle."""
    best, best_worth = None, 0.0
    for pattern, value in _SOFT:
        for found in pattern.finditer(text, first + _SHORTEST_CUT, last - _SHORTEST_CUT):
            at = found.start(1)
            balance = 1 - abs(2 * (at - first) / (last - first) - 1)
            near = max(first, at - 240)
            inside = text.rfind("(", near, at) > text.rfind(")", near, at)
            worth = value * (0.2 + balance) * (0.2 if inside else 1)
            if worth > best_worth:
                dash = _DASH.match(text, at, last)
                best, best_worth = (at, dash.end() if dash else at), worth
    return best


def _span(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span without the spaces around it, or nothing where it is all spaces."""
    start = _skip_spaces(text, start, end)
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _skip_spaces(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start


def _first_letter(text: str, start: int, end: int) -> str:
    """The first character after opening quotes and brackets."""
    while start < end and (text[start] in "«“‘\"'([*_" or text[start].isspace()):
        start += 1
    return text[start] if start < end else ""
