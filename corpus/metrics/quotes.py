"""Verbatims for a finding: typical, strongest and recent ones, and what speaks against it.

A quote is a slice of a passage: the mention's span widened to the sentences that it stands in, and
to a neighbour where it is short. It is picked for reading well, one of each customer, no two
nearly alike, spread over channels, languages, segments and sources. What is picked illustrates a
share, and is no sample to count in: ``quotes.available`` says how many people there are to quote.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import md5
from typing import Any, Literal

from corpus.analysis import stems
from corpus.codebook import Codebook, Polarity
from corpus.metrics._on_theme import About, closeness
from corpus.metrics._readable import SHORTEST, WORD, readable, to_machines, widened
from corpus.metrics.relations import among, counted, query, quoted
from corpus.metrics.types import Ask, Base, Figure
from corpus.store import Store
from corpus.types import Score, Voice

SUMMARY = "How many people there are to quote on each theme, for and against."

LEAST = 0.4
"""A quote worth less is left out: fewer are better than one that has to be explained."""

POOL = 120
"""Mentions of each tone looked at for each kind of pick: what 100 ms allow."""

ALIKE = 0.6
"""The share of common words (Jaccard) from which two quotes are nearly the same."""

ON_THEME, OFF = 0.7, -0.4
"""What words of the theme add to a quote's worth; where they are of another one, it is left out."""

Kind = Literal["typical", "strongest", "recent", "against"]

_TURNS: tuple[Kind, ...] = ("typical", "strongest", "recent", "against")

# Which mentions are looked at first, for each kind of pick.
_FIRST: dict[Kind, str] = {
    "typical": "probability >= 0.8 DESC, drawn",
    "strongest": "felt + extreme DESC, drawn",
    "recent": "date DESC NULLS LAST, drawn",
    "against": "probability >= 0.8 DESC, drawn",
}


@dataclass(frozen=True, slots=True)
class Quote:
    """A slice of a passage, what it was picked for, and the first score given with it."""

    passage_id: str
    start: int
    end: int
    record_id: str
    kind: Kind
    language: str
    score: Score | None = None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A quote that could be picked; ``place`` is where it comes from, field by field."""

    quote: Quote
    who: str
    text: str
    words: frozenset[str]
    stems: tuple[str, ...]
    worth: float
    drawn: str
    place: frozenset[str]


def compute(store: Store, codebook: Codebook, ask: Ask) -> list[Figure]:
    """How many speak well and ill of each theme in words long enough to be quoted."""
    base = counted(store, ask)
    known = {theme.id for theme in codebook.themes}
    long = "(SELECT record_id FROM told JOIN passages ON parent = told.id "
    long += f"WHERE length(text) >= {SHORTEST})"
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
    voices: Sequence[Voice] = (),
    codebook: Codebook | None = None,
) -> list[Quote]:
    """Up to ``most`` quotes on a theme (None: on any), in turn of each kind that there is.

    ``tone`` is the finding's: "-" where it is a complaint; with it, one in four speaks against it.
    Without, or for "0", all tones are typical. Those in ``language`` come first; where ``voices``
    are named, theirs alone are quoted. With a ``codebook``, those come first whose words are of the
    theme by it: a code may be wrong. The same for the same ``ask.seed``.
    """
    finding = tone if tone in ("+", "-") else None
    kinds = _kinds(finding)
    pools = pools_of(store, ask, theme=theme, tone=tone, voices=voices)
    if theme and codebook:
        about = _closeness(store, codebook)
        pools = {kind: _on_theme(pool, theme, about) for kind, pool in pools.items()}
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


def pools_of(
    store: Store,
    ask: Ask,
    *,
    theme: str | None,
    tone: Polarity | None,
    voices: Sequence[Voice] = (),
) -> Mapping[Kind, Sequence[_Candidate]]:
    """What quotes are picked from, kind by kind: kept, for many answers pick from the same."""
    ask = ask.of_customers()
    finding = tone if tone in ("+", "-") else None
    key = ("quotes", repr(ask), str(theme), str(finding), str(voices))
    return store.kept.get(key, lambda: _pools(store, ask, theme, finding, _kinds(finding), voices))


def _kinds(finding: Polarity | None) -> list[Kind]:
    return [kind for kind in _TURNS if finding or kind != "against"]


def _closeness(store: Store, codebook: Codebook) -> About:
    made_with, about = store.kept.get(("closeness",), lambda: (codebook, closeness(codebook)))
    return about if made_with == codebook else closeness(codebook)


def _on_theme(pool: Sequence[_Candidate], theme: str, about: About) -> list[_Candidate]:
    """The candidates with what their words say of the theme; without those of another theme."""
    found = []
    for each in pool:
        nearer = about(each.stems, each.quote.language, theme)
        if nearer > OFF:
            found.append(replace(each, worth=each.worth + ON_THEME * nearer))
    return found


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
    store: Store,
    ask: Ask,
    theme: str | None,
    tone: Polarity | None,
    kinds: Sequence[Kind],
    voices: Sequence[Voice],
) -> dict[Kind, list[_Candidate]]:
    """For each kind of pick, what could be picked."""
    base = counted(store, ask)
    of = f"length >= {SHORTEST}"
    if theme:
        of += f" AND theme = {quoted(theme)}"
    if voices:
        of += f" AND voice IN {among(tuple(voices))}"
    pools: dict[Kind, list[_Candidate]] = {kind: [] for kind in kinds}
    read: dict[int, _Candidate | None] = {}
    for row in _mentions(store, ask, base, of, {kind: _wanted(kind, tone) for kind in kinds}):
        if row["mention"] not in read:
            read[row["mention"]] = _candidate(row, ask.seed)
        if found := read[row["mention"]]:
            pools[row["pool"]].append(_for_kind(found, row))
    return {kind: _weighed(held, kind) for kind, held in pools.items()}


def _wanted(kind: Kind, tone: Polarity | None) -> Polarity | None:
    return _other(tone) if kind == "against" else tone


def _other(tone: Polarity | None) -> Polarity | None:
    return {"+": "-", "-": "+"}.get(tone or "")  # type: ignore[return-value]  # one of the two


def _mentions(
    store: Store, ask: Ask, base: Base, kept: str, pools: Mapping[Kind, Polarity | None]
) -> list[dict[str, Any]]:
    """The mentions looked at for each kind of pick, those of a kind in their order.

    Of each customer one in a kind; ``kept`` says of what they are.
    """
    drawn = f"md5(passage_id || {quoted(str(ask.seed))}) AS drawn"
    held = f"mention, who, date, probability, felt, extreme, polarity, span_start, {drawn}"
    chosen = []
    for kind, tone in pools.items():
        first, of = _FIRST[kind], f"polarity = {quoted(tone)}" if tone else "true"
        chosen.append(
            f"SELECT * FROM (SELECT {quoted(kind)} AS pool, row_number() OVER (ORDER BY {first}) "
            f"AS nth, mention, who FROM (SELECT * FROM held WHERE {of} QUALIFY row_number() OVER "
            f"(PARTITION BY who ORDER BY {first}, span_start) = 1)) WHERE nth <= {POOL}"
        )
    # Numbers alone are sorted; texts are read of those that are kept.
    body = (
        "SELECT pool, nth, mention, chosen.who, passage_id, id, text, addressed, span_start, "
        "span_end, "
        "polarity, probability, felt, score, extreme, first, language, channel, source_id, "
        f"segments FROM (WITH held AS MATERIALIZED (SELECT {held} FROM uttered WHERE {kept}) "
        f"{' UNION ALL '.join(chosen)}) AS chosen JOIN quotable USING (mention) "
        "ORDER BY pool, nth"
    )
    return store.sql(query(store, ask, base, body))


def _candidate(row: Mapping[str, Any], seed: int) -> _Candidate | None:
    """The mention as a quote of whatever kind, if it can be one."""
    text = row["text"]
    if to_machines(text, row["addressed"]):
        return None
    span = widened(text, row["language"], row["span_start"], row["span_end"])
    if span is None:
        return None
    said = text[slice(*span)]
    reads = readable(said)
    if reads <= 0:
        return None
    worth = reads + 2 * min(0.0, row["probability"] - 0.9)
    # A complaint of somebody delighted is there, but oftener coded wrong.
    if row["score"] is not None and row["polarity"] != "0":
        goes_along = row["score"] - 0.5 if row["polarity"] == "+" else 0.5 - row["score"]
        worth += min(0.0, 1.6 * goes_along)
    if worth < LEAST:
        return None
    score = Score(**row["first"]) if row["first"] else None
    passage, language = row["passage_id"], row["language"]
    place = {f"{name}:{row[name]}" for name in ("language", "channel", "source_id")}
    return _Candidate(
        Quote(passage, *span, row["id"], "typical", language, score),
        row["who"],
        said,
        frozenset(each.lower() for each in WORD.findall(said)),
        stems(said, language),
        worth,
        md5(f"{seed}{passage}".encode(), usedforsecurity=False).hexdigest(),
        frozenset({*place, row["segments"] or "{}"}),
    )


def _for_kind(found: _Candidate, row: Mapping[str, Any]) -> _Candidate:
    """The quote as it is picked for the kind that the row is of."""
    if row["pool"] == "typical":
        return found
    worth = found.worth
    if row["pool"] == "strongest":
        worth += 0.25 * min(2, row["felt"]) + 0.3 * row["extreme"]
    return replace(found, quote=replace(found.quote, kind=row["pool"]), worth=worth)


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
    for place, (each, alike) in enumerate(zip(held, shared, strict=True)):
        likest = most[each.quote.language]
        extra = alike / likest if likest else 0.5
        if kind == "recent":
            extra += 0.8 * (1 - place / len(held))
        weighed.append(replace(each, worth=each.worth + extra))
    return weighed
