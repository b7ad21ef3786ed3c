"""How far an answer made of figures is to be trusted: on whose voices, coded how."""

from dataclasses import replace

from assistant.answers import levels
from assistant.answers.parts import Desk, first, people
from corpus.metrics.relations import counted
from corpus.metrics.types import Ask, Figure

LOUD, COPIED = 0.03, 0.03
"""The shares of the texts by one customer, and of copied ones, from which they are told."""

APART = 0.10
"""How far a group's share of those who write must lie from its share of customers to be told."""


WHOLE = 100
"""Per cent."""

_OF_VOICES = ("why", "do", "love", "stay", "said", "stage")
"""The intents whose answers rest on what is said, and so on who says it."""

_OF_SAID = (*_OF_VOICES, "how-many")
"""... and those that count people by what they say."""

_OF_ANSWERS = {"score", "means", "volume", "marks"}
"""Analyses of which all who answered are part, also those who wrote nothing."""

OF_CAUSES = ("why", "do")

_OF_EVENTS = ("repeats.", "mishaps.", "doings.", "funnel.", "silent.", "value.", "loss.incident")
"""The beginnings of the names of figures that no voice is in."""

_OF_CODES = ("themes", "stays", "journey", "links", "attachment", "gaps")


def compose(desk: Desk) -> None:
    """Say it in a few sentences; nothing where no figure is of what customers said."""
    analyses = {fact.name.split(".")[0] for fact in desk.book.made}
    said = desk.said
    desk.draft.heading(said.say("head_sure"))
    if not analyses:
        if desk.draft.citations:
            desk.draft.claim("limit", said.say("sure_quotes"))
        return
    if all(fact.name.startswith(_OF_EVENTS) or "step" in fact.about for fact in desk.book.made):
        return
    voices = desk.book.run("voices", _everybody(desk))
    if desk.reading.intent in OF_CAUSES:
        _stage(desk)
    _who(desk, voices, analyses)
    if desk.reading.intent in _OF_VOICES:
        _loud(desk, voices)
        _missing(desk, voices)
    labelled = next((f for f in desk.book.made if f.name.startswith("corrected.")), None)
    if labelled:
        text = said.say("codes_corrected", n=said.number(labelled.n))
        desk.draft.claim("limit", f"{text}.", facts=[labelled])
    elif analyses & set(_OF_CODES):
        desk.draft.claim("limit", said.say("codes_raw"))
    coded = first(voices, "voices.coded")
    if coded and (coded.value or 0) < 1 and analyses & set(_OF_CODES):
        # It must not say that all is done before it is.
        places = int(round(100 * (coded.value or 0)) == WHOLE)
        text = said.say("coded_part", share=said.percent(coded.value or 0, places))
        desk.claim("limit", f"{text}.", [coded])


def _everybody(desk: Desk) -> Ask:
    """The question of every stage, theme and mark; of both sides, where it compares two."""
    ask = desk.anywhere
    if any(fact.name.startswith("marks.") for fact in desk.book.made):
        # Those who gave other marks are in the denominator.
        filters = replace(ask.filters, score_min=None, score_max=None)
        against = ask.against and replace(ask.against, score_min=None, score_max=None)
        ask = replace(ask, filters=filters, against=None if against == filters else against)
    if ask.against is None:
        return ask
    both = levels.shared(ask.filters, replace(ask.against, stage=()))
    return replace(ask, filters=both, against=None)


def _who(desk: Desk, voices: list[Figure], analyses: set[str]) -> None:
    """Whose voices the figures are of: of those who wrote, or of those who gave a score."""
    said = desk.said
    customers, response = first(voices, "voices.customers"), first(voices, "voices.response")
    filters = desk.ask.filters
    banded = filters.score_min is not None or filters.score_max is not None
    if not (customers and response) or response.value == 1 or banded:
        # Where nothing but answers is loaded, nobody is known who gave none; and how many gave
        # a low score does not say how many answered.
        desk.draft.claim("limit", said.say("limit_writers"))
        return
    total = said.number(int(response.denominator or 0))
    answered = first(
        desk.book.run("volume", replace(_everybody(desk), by=None)), "volume.customers"
    )
    if analyses <= _OF_ANSWERS and answered and answered.value:
        n = said.number(int(answered.value))
        text = said.say("sure_answered", n=n, total=total)
        desk.claim("limit", f"{text}.", [answered, response])
        return
    nameless = first(voices, "voices.anonymous")
    told = nameless and nameless.numerator and desk.reading.intent in _OF_SAID
    text = said.say(
        "sure_response",
        n=said.number(int(customers.value or 0)),
        share=said.percent(response.value or 0),
        total=total,
        nameless=_nameless(desk, nameless) if told and nameless else "",
    )
    used = [customers, response, nameless] if told else [customers, response]
    desk.claim("limit", f"{text}.", [each for each in used if each])


def _nameless(desk: Desk, figure: Figure) -> str:
    """What of no known customer is counted among them."""
    n = int(figure.numerator or 0)
    form = "sure_nameless_one" if n == 1 else "sure_nameless_many"
    return desk.said.say(form, n=desk.said.number(n))


def _stage(desk: Desk) -> None:
    """Whom shares are of, where a stage was asked about."""
    heard = first(desk.run("themes"), "themes.share")
    if desk.ask.filters.stage and heard and heard.denominator:
        who = people(desk.said, heard, heard.denominator)
        desk.claim("limit", f"{desk.said.say('sure_stage', people=who)}.", [heard])


def _loud(desk: Desk, voices: list[Figure]) -> None:
    said = desk.said
    loudest, copied = first(voices, "voices.loudest"), first(voices, "voices.duplicates")
    if loudest and (loudest.value or 0) >= LOUD and loudest.base == "customers":
        text = said.say("sure_loud", n=said.number(int(loudest.numerator or 0)))
        desk.claim("limit", f"{text}.", [loudest])
    if copied and (copied.value or 0) >= COPIED * copied.n:
        by_customer = counted(desk.store, desk.anywhere) == "customers"
        form = "sure_copied" if by_customer else "sure_copied_records"
        text = said.say(form, n=said.number(int(copied.value or 0)))
        desk.claim("limit", f"{text}.", [copied])


def _missing(desk: Desk, voices: list[Figure]) -> None:
    """The group that writes most out of proportion."""
    found = [
        f
        for f in voices
        if f.name == "voices.missing" and abs(f.value or 0) >= APART and (f.p or 0) < 0.05
    ]
    if not found:
        return
    said = desk.said
    group = max(found, key=lambda figure: abs(figure.value or 0))
    name, value = next(iter(group.about.items()))
    form = "sure_more" if (group.value or 0) > 0 else "sure_less"
    name = said.say(f"cut_{name}") if name in ("channel", "language") else name
    text = said.say(
        form,
        group=f"{name.removeprefix('segment:')}{said.say('colon')}{value}",
        points=f"{abs(100 * (group.value or 0)):.0f}",
    )
    desk.claim("limit", f"{text}.", [group])
