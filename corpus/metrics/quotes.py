"""Verbatims for a finding: typical, strongest and recent ones, and what speaks against it.

A quote is a slice of a passage: the mention's span widened to the sentences that it stands in, and
to a neighbour where it is short. It is picked for reading well, one of each customer, no two
nearly alike, spread over channels, languages, segments and sources. What is picked illustrates a
share, and is no sample to count in: ``quotes.available`` says how many people there are to quote.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import md5
from typing import Any, Literal

from corpus.analysis import stems
from corpus.codebook import Codebook, Polarity
from corpus.metrics.relations import counted, query, quoted
from corpus.metrics.types import Ask, Figure
from corpus.sentences import sentences
from corpus.store import Store

SUMMARY = "How many people there are to quote on each theme, for and against."

SHORTEST, LONGEST = 40, 300
"""Characters of a quote; with fewer it says nothing by itself, with more nobody reads it."""

LEAST = 0.4
"""A quote worth less is left out: fewer are better than one that has to be explained."""

POOL = 120
"""Mentions of each tone looked at for each kind of pick: what 100 ms allow."""

ALIKE = 0.6
"""The share of common words (Jaccard) from which two quotes are nearly the same."""

Kind = Literal["typical", "strongest", "recent", "against"]

_TURNS: tuple[Kind, ...] = ("typical", "strongest", "recent", "against")

# Which mentions are looked at first, for each kind of pick.
_FIRST: dict[Kind, str] = {
    "typical": "probability >= 0.8 DESC, drawn",
    "strongest": "felt + extreme DESC, drawn",
    "recent": "date DESC NULLS LAST, drawn",
    "against": "probability >= 0.8 DESC, drawn",
}

# A sentence that speaks to a machine tells nothing about an experience.
_TO_MACHINES = re.compile(
    r"\b(?:ignor\w*|oubli\w*|forget|disregard)\W+(?:\w+\W+){0,4}"
    r"(?:instructions?|consignes?|prompts?|rules|règles)"
    r"|\bprompts?\b|\b(?:system|assistant|user)\s*:|</?\w+>|```|https?://"
    r"|\b(?:language model|modèle de langage|chatgpt|(?:ai|ia) (?:model|assistant))\b"
    r"|\b(?:answer|reply|respond|répond\w*|réponse)\W+(?:only|uniquement|seulement|que)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
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


@dataclass(frozen=True, slots=True)
class Quote:
    """A slice of a passage, and what it was picked for."""

    passage_id: str
    start: int
    end: int
    record_id: str
    kind: Kind
    language: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A quote that could be picked; ``place`` is where it comes from, field by field."""

    quote: Quote
    who: str
    words: frozenset[str]
    stems: tuple[str, ...]
    worth: float
    drawn: str
    place: frozenset[str]


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """How many speak well and ill of each theme in words long enough to be quoted."""
    base = counted(store, ask)
    known = {theme.id for theme in codebook.themes}
    long = "(SELECT parent FROM passages WHERE length(text) >= " + f"{SHORTEST})"
    rows = store.sql(
        query(
            store,
            ask,
            base,
            "SELECT theme, count(DISTINCT who) FILTER (good) AS good, "
            "count(DISTINCT who) FILTER (bad) AS bad, count(DISTINCT who) AS n FROM said "
            f"WHERE record_id IN {long} GROUP BY theme ORDER BY n DESC, theme",
        )
    )
    return [
        Figure(
            name="quotes.available",
            about={"theme": row["theme"], "polarity": polarity},
            value=int(row[tone]),
            unit="count",
            base=base,
            n=int(row["n"]),
            method="those who wrote enough to be quoted",
            query=query(
                store,
                ask,
                base,
                f"SELECT count(DISTINCT who) FILTER ({tone}) AS value FROM said "
                f"WHERE theme = {quoted(row['theme'])} AND record_id IN {long}",
            ),
            numerator=int(row[tone]),
            denominator=int(row["n"]),
        )
        for row in rows
        if row["theme"] in known
        for tone, polarity in sorted((("bad", "-"), ("good", "+")), key=lambda t: -row[t[0]])
    ]


def pick(
    store: Store,
    ask: Ask,
    *,
    theme: str | None,
    tone: Polarity | None,
    most: int,
    language: str | None = None,
) -> list[Quote]:
    """Up to ``most`` quotes on a theme (None: on any), in turn of each kind that there is.

    ``tone`` is the finding's: "-" where it is a complaint; with it, one in four speaks against it.
    Without, or for "0", all tones are typical. Those in ``language`` come first. The same for the
    same ``ask.seed``.
    """
    ask = ask.of_customers()
    finding = tone if tone in ("+", "-") else None
    kinds = [kind for kind in _TURNS if finding or kind != "against"]
    pools = _pools(store, ask, theme, finding, kinds)
    found: list[_Candidate] = []
    for turn in range(most):
        for kind in kinds[turn % len(kinds) :] + kinds[: turn % len(kinds)]:
            # What speaks against a finding has its own turn and fills no other's.
            if kind == "against" and turn % len(kinds) != len(kinds) - 1:
                continue
            best = _best(pools[kind], found, language)
            if best:
                found.append(best)
                break
    order = {kind: number for number, kind in enumerate(_TURNS)}
    return [each.quote for each in sorted(found, key=lambda each: order[each.quote.kind])]


def _best(
    pool: Sequence[_Candidate], found: Sequence[_Candidate], language: str | None
) -> _Candidate | None:
    """The one most worth reading among those that bring somebody, and something, new."""
    fresh = [
        each
        for each in pool
        if not any(each.who == other.who or _alike(each.words, other.words) for other in found)
    ]
    taken = Counter(field for each in found for field in each.place)

    def worth(each: _Candidate) -> tuple[float, str]:
        crowd = sum(taken[field] for field in each.place) / max(1, len(found) * len(each.place))
        own = 1.0 if language and each.quote.language == language else 0.0
        return each.worth + own - 0.5 * crowd, each.drawn

    return max(fresh, key=worth, default=None)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    common = len(one & other)
    return common >= ALIKE * len(one | other) or common >= 0.8 * min(len(one), len(other))


# Candidates ----------------------------------------------------------------------------------


def _pools(
    store: Store, ask: Ask, theme: str | None, tone: Polarity | None, kinds: Sequence[Kind]
) -> dict[Kind, list[_Candidate]]:
    """For each kind of pick, what could be picked."""
    pools: dict[Kind, list[_Candidate]] = {}
    for kind in kinds:
        wanted = _other(tone) if kind == "against" else tone
        rows = _mentions(store, ask, theme, wanted, _FIRST[kind])
        held = [each for row in rows for each in _candidates(row, kind, ask.seed)]
        pools[kind] = _weighed(held, kind)
    return pools


def _other(tone: Polarity | None) -> Polarity | None:
    return {"+": "-", "-": "+"}.get(tone or "")  # type: ignore[return-value]  # one of the two


def _mentions(
    store: Store, ask: Ask, theme: str | None, tone: Polarity | None, first: str
) -> list[dict[str, Any]]:
    """The mentions looked at for a kind of pick, one of each customer."""
    kept = "TRUE"
    if theme is not None:
        kept += f" AND m.theme = {quoted(theme)}"
    if tone:
        kept += f" AND m.polarity = {quoted(tone)}"
    if ask.filters.stage:
        kept += f" AND m.stage IN ({', '.join(map(quoted, ask.filters.stage))})"
    seed = quoted(str(ask.seed))
    base = counted(store, ask)
    # Ids and numbers alone are sorted; texts are read of those that are kept.
    return store.sql(
        query(
            store,
            ask,
            base,
            "SELECT chosen.*, p.text, p.language, p.channel, p.source_id, p.segments, p.parent "
            f"FROM (SELECT * FROM (SELECT m.passage_id, m.span_start, m.span_end, m.probability, "
            "scope.who, scope.date, json_array_length(m.emotions) AS felt, "
            "m.polarity, q.score, coalesce(2 * abs(q.score - 0.5), 0) AS extreme, "
            f"md5(m.passage_id || {seed}) AS drawn FROM mentions AS m "
            "JOIN scope ON scope.id = m.record_id JOIN passages AS q ON q.id = m.passage_id "
            f"WHERE {kept} AND length(q.text) >= {SHORTEST}) "
            f"QUALIFY row_number() OVER (PARTITION BY who ORDER BY {first}, span_start) = 1 "
            f"ORDER BY {first} LIMIT {POOL}) AS chosen JOIN passages AS p ON p.id = passage_id "
            f"ORDER BY {first}",
        )
    )


def _candidates(row: dict[str, Any], kind: Kind, seed: int) -> Iterator[_Candidate]:
    """The mention as a quote, if it can be one."""
    text = row["text"]
    if _TO_MACHINES.search(text):
        return
    span = widened(text, row["language"], row["span_start"], row["span_end"])
    if span is None:
        return
    said = text[slice(*span)]
    reads = readable(said)
    if reads <= 0:
        return
    quote = Quote(row["passage_id"], *span, row["parent"], kind, row["language"])
    terms = stems(said, row["language"])
    worth = reads + 1.5 * min(0.0, row["probability"] - 0.9)
    # A complaint of somebody delighted is there, but oftener coded wrong.
    if row["score"] is not None and row["polarity"] != "0":
        goes_along = row["score"] - 0.5 if row["polarity"] == "+" else 0.5 - row["score"]
        worth += min(0.0, 1.6 * goes_along)
    if worth < LEAST:
        return
    if kind == "strongest":
        worth += 0.25 * min(2, row["felt"]) + 0.3 * row["extreme"]
    segments = row["segments"] or "{}"
    place = {f"{name}:{row[name]}" for name in ("language", "channel", "source_id")}
    drawn = md5(f"{seed}{row['passage_id']}".encode(), usedforsecurity=False).hexdigest()
    words = frozenset(each.lower() for each in _WORD.findall(said))
    yield _Candidate(quote, row["who"], words, terms, worth, drawn, frozenset({*place, segments}))


def _weighed(held: Sequence[_Candidate], kind: Kind) -> list[_Candidate]:
    """Those whose words the others use are typical, and to the point; recent came first."""
    weighed = []
    # Within a language: what many write in another one is no less typical for it.
    using = Counter((each.quote.language, term) for each in held for term in set(each.stems))
    most: dict[str, float] = {}
    shared = []
    for each in held:
        own = each.quote.language
        common = sum(using[own, term] - 1 for term in set(each.stems))
        shared.append(common / max(1, len(set(each.stems))))
        most[own] = max(most.get(own, 0.0), shared[-1])
    for place, (each, common) in enumerate(zip(held, shared, strict=True)):
        likest = most[each.quote.language]
        extra = common / likest if likest else 0.5
        if kind == "recent":
            extra += 0.8 * (1 - place / len(held))
        weighed.append(replace(each, worth=each.worth + extra))
    return weighed


# Slices --------------------------------------------------------------------------------------


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
    words = _WORD.findall(text)
    letters = sum(map(str.isalpha, text))
    if len(words) < 6 or letters < 0.6 * len(text) or _LEFT_OFF.search(text):
        return 0.0
    shouting: float = sum(word.isupper() and len(word) > 3 for word in words) / len(words)
    worth = 1.0 if _OWN.search(text) else 0.75
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
