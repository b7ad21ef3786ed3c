"""Which slice of a passage is a quote, and how well it reads by itself."""

import re

from corpus.addressing import speaks_to_model
from corpus.sentences import sentences

SHORTEST, LONGEST = 40, 300
"""Characters of a quote; with fewer it says nothing by itself, with more nobody reads it."""

# What is written for a machine, and no sentence.
_MARKUP = re.compile(r"</?\w+>|```|https?://", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CLOSED = re.compile(r"[.!?…]['’\")\]»” \u00a0\u202f]*\Z")
_LEFT_OFF = re.compile(r"(?:\.\.\.|…|\[[^\]]*(?:suite|more)\])\W*\Z", re.IGNORECASE)
# Words that point at a sentence that the reader does not see.
_POINTING = re.compile(
    r"(?:bonjour|hello|hi|dag|hallo|mais|et|donc|car|or|puis|ensuite|après|sauf|sinon"
    r"|par contre|du coup|en plus|il|elle|ils"
    r"|elles|ça|cela|ce qui|celui|celle|lui|but|and|so|then|because|which|it|he|she|they|also"
    r"|this|that|these|those|maar|en|dus|hij|zij|dat)\b",
    re.IGNORECASE,
)
_SLOPPY = re.compile(
    r"(\w)\1\1|[!?]{2,}|\.{2,}|…| [,.]|,[^\W\d_]|[^\W\d_]\.[^\W\d_]|  +"
    r"|\b[cdjlmnst] [aeéèêiouyh]\w*|\b(?:meme|tres|deja|apres|etait|ete|preparation|probleme)\b"
    r"|\b(?:jai|cest|pcq|svp|tjs|pb|qd|ds|ke|ya|bcp|tt|vs|plz|thx|dont|cant|wont|didnt|im|ive)\b"
)
_OWN = re.compile(
    r"\b(?:j['’]|(?:je|me|moi|mon|ma|mes|nous|notre|nos|on|i|i['’]m|my|me|we|our|us|ik|mijn|wij)\b)",
    re.IGNORECASE,
)
# What an agent noted of a customer is no customer's word.
_NOTED = re.compile(
    r"\b(?:clients?|clientes?|cust|customer|appelante?|caller|(?:une?|la|le) (?:dame|monsieur)|mme"
    r"|klant|ton calme|expliqué|clôturé|ras|rappelée?|vu avec|(?:avec|selon) (?:lui|elle)"
    r"|demande (?:à|si|pourquoi|quand|une))\b",
    re.IGNORECASE,
)
_MASKED = re.compile(r"\[[^\]\s]{2,20}\]")


def to_machines(text: str, addressed: str | None) -> bool:
    """Whether a text is written for a machine, which no customer's words are.

    ``addressed`` is what was told of it when it was loaded, None where that was not told yet.
    """
    spoken = speaks_to_model(text) if addressed is None else addressed
    return bool(spoken or _MARKUP.search(text))


def widened(text: str, language: str, start: int, end: int) -> tuple[int, int] | None:
    """The whole sentences around a span that can be read: SHORTEST to LONGEST characters.

    A span over more than that keeps the sentence that holds most of it; a short one takes in a
    neighbour of the same line. None where no such slice is there: a sentence without end, words
    too few.
    """
    spans = sentences(text, language, longest=len(text) + 1)
    held = [n for n, (first, last) in enumerate(spans) if first < end and start < last]
    if not held:
        return None
    middle = max(held, key=lambda n: min(end, spans[n][1]) - max(start, spans[n][0]))
    low = high = middle
    wanted = {*held}
    while True:
        grown = False
        short = spans[high][1] - spans[low][0] < SHORTEST
        for each in (high + 1, low - 1):
            if not 0 <= each < len(spans) or not (each in wanted or short):
                continue
            bounds = spans[min(low, each)][0], spans[max(high, each)][1]
            if "\n" in text[slice(*bounds)] or bounds[1] - bounds[0] > LONGEST:
                continue
            low, high, grown = min(low, each), max(high, each), True
            break
        if not grown:
            break
    found = spans[low][0], spans[high][1]
    return found if SHORTEST <= found[1] - found[0] <= LONGEST else None


def readable(text: str) -> float:
    """How well a quote reads on a slide: about 1 for a clean sentence, 0 or less for none."""
    words = WORD.findall(text)
    letters = sum(map(str.isalpha, text))
    if len(words) < 6 or letters < 0.6 * len(text) or _LEFT_OFF.search(text):
        return 0.0
    shouting = sum(word.isupper() and len(word) > 3 for word in words) / len(words)
    worth: float = 1.0 if _OWN.search(text) else 0.75
    worth -= 0.4 if _NOTED.search(text) and not _OWN.match(text) else 0.0
    worth -= 0.0 if text[0].isupper() or text[0] in "«“\"'" or text[0].isdigit() else 0.35
    worth -= 0.0 if _CLOSED.search(text) else 0.2
    worth -= 0.2 if "?" in text else 0.0
    worth -= 0.3 if _POINTING.match(text) else 0.0
    worth -= 0.15 * min(4, sum(1 for _ in _SLOPPY.finditer(text)))
    worth -= 0.3 * min(2, sum(1 for _ in _MASKED.finditer(text)))
    worth -= 2.0 * shouting
    # A slide has room for some thirty words; far below or above that it says less, or is skipped.
    worth -= 0.3 * max(0.0, (70 - len(text)) / 70, (len(text) - 180) / 120)
    return worth
