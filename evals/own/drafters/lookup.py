"""Questions to which passages of the corpus are the answer.

Of feedback, beliefs and research they ask what is said of something that few passages name; of
research also for a published share; of the map what it holds at a step. The passages that name it
are the gold: whoever approves reads them.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest

from assistant.words import typeset
from corpus.analysis import stems
from evals.own.phrases import Phrase, phrases, with_article, wording
from evals.own.types import Draft, Own, Passage
from evals.types import Case, Nugget

FEWEST, MOST = 2, 8
"""Passages of feedback that name what is asked about: enough to be no slip, few enough to read."""

BAD = 0.4
"""How good the scores of those are on the mean, at most, where a question is after the bad."""

LONGEST_SHARE = 18
"""Words of a published share's sentence."""

_OPENS = r"(?:^|(?<=[.!?:,•] ))"
_SHARE = {
    "fr": re.compile(
        _OPENS + r"(?:(?:Environ|Près de|Plus de|Quelque|Et) )?(\d+(?:,\d+)?)\s?% "
        r"((?:des|de la|du|de l’|de l'|d’|d')\s?[^.:;!?()|\d%]{12,140}?)\s*[.;(]",
        re.MULTILINE,
    ),
    "en": re.compile(
        _OPENS + r"(?:(?:About|Nearly|Some|More than|Over|And) )?(\d+(?:\.\d+)?)\s?(?:%|per cent) "
        r"(of [^.:;!?()|\d%]{12,140}?)\s*[.;(]",
        re.MULTILINE,
    ),
}
"""A published share that opens its sentence or its line, and of whom it says what."""


def drafts(own: Own) -> Iterator[Draft]:
    """Two of feedback, then one of another kind, in turns; phrases of several words first."""
    found = phrases(own.passages, own.language)
    own.random.shuffle(found)
    found.sort(key=lambda each: " " not in each.words and "'" not in each.words)
    told = (draft for each in found if (draft := _of_feedback(each, own)))
    others = zip_longest(
        _shares(own),
        (draft for each in found if (draft := _of(each, "research", own))),
        (draft for each in found if (draft := _of(each, "internal", own))),
        _cells(own),
    )
    rest = (each for turn in others for each in turn if each)
    # The same iterator twice: two of it for each of the others.
    return (each for turn in zip_longest(told, told, rest) for each in turn if each)


def naming(phrase: Phrase, kind: str, own: Own) -> list[Passage]:
    """The passages of a kind in the question's language that hold the phrase, however it ends."""
    wanted = stems(phrase.words, own.language)
    found = [p for p in own.held.get(wanted[0], ()) if p.kind == kind]
    if len(wanted) == 1:
        return found
    return [
        p
        for p in found
        if p.stems.issuperset(wanted) and wanted in {*pairwise(stems(p.text, own.language))}
    ]


def _of_feedback(phrase: Phrase, own: Own) -> Draft | None:
    gold = naming(phrase, "feedback", own)
    # What stands in two places alone is a turn of phrase more often than a thing.
    if not FEWEST + (" " not in phrase.words) <= len(gold) <= MOST:
        return None
    scores = [p.score for p in gold if p.score is not None]
    low = len(scores) >= FEWEST and sum(scores) / len(scores) <= BAD
    return _asking(phrase, "bad" if low else "any", gold, "feedback", own)


def _of(phrase: Phrase, kind: str, own: Own) -> Draft | None:
    """What research or the company says of something that one or two of their passages name."""
    gold = naming(phrase, kind, own)
    if not 1 <= len(gold) <= 2 or " " not in phrase.words:
        return None
    return _asking(phrase, kind, gold, kind, own)


def _asking(phrase: Phrase, style: str, gold: Sequence[Passage], kind: str, own: Own) -> Draft:
    template = own.random.choice(wording(own.language)[style])
    question = template.format(**with_article(phrase, own.language))
    return _draft(question, gold, kind, own, note=phrase.words)


def _draft(
    question: str,
    gold: Sequence[Passage],
    kind: str,
    own: Own,
    *,
    note: str = "",
    nuggets: tuple[Nugget, ...] = (),
) -> Draft:
    case = Case(
        id="",
        kind="lookup",
        language=own.language,
        question=typeset(question.replace("'", "’"), own.language),
        nuggets=nuggets,
        passages=tuple(p.id for p in gold),
        kinds=(kind,),
    )
    return Draft(case, "\n".join(f"[{p.id}] {p.text}" for p in gold), note)


def _shares(own: Own) -> Iterator[Draft]:
    """A published share is asked for by the rest of its own sentence."""
    template = wording(own.language)["share"]
    for passage in own.passages:
        if passage.kind != "research" or passage.language != own.language:
            continue
        for share, rest in _SHARE[own.language].findall(passage.text.replace("\u00a0", " ")):
            if len(rest.split()) <= LONGEST_SHARE:
                nugget = Nugget((f"{share} %", f"{share}%"))
                question = template.format(rest=" ".join(rest.split()))
                yield _draft(question, [passage], "research", own, nuggets=(nugget,))


def _cells(own: Own) -> Iterator[Draft]:
    """What the map holds in a lane at a step, where that is one or two cells."""
    templates = wording(own.language)["lanes"]
    rows = own.holder.sql(
        "SELECT c.step AS step, c.lane AS lane, p.id AS id FROM cells c "
        "JOIN passages p ON p.parent = c.id WHERE c.step <> '' ORDER BY p.id"
    )
    known = {p.id: p for p in own.passages if p.kind == "journey" and p.language == own.language}
    cells: dict[tuple[str, str], list[Passage]] = {}
    for row in rows:
        if row["id"] in known and row["lane"] in templates:
            cells.setdefault((row["step"], row["lane"]), []).append(known[row["id"]])
    order = sorted(cells)
    own.random.shuffle(order)
    for step, lane in order:
        if len(cells[step, lane]) <= 2:
            yield _draft(templates[lane].format(step=step), cells[step, lane], "journey", own)
