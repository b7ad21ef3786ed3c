"""Which answer a question gets from the analyses, if it gets one."""

from collections.abc import Callable, Mapping

from assistant.answers import (
    cause,
    change,
    compare,
    deeds,
    happened,
    how_many,
    love,
    marked,
    on_map,
    repeated,
    said,
    stage,
    stay,
    tallies,
    trend,
    way,
    when,
    why,
)
from assistant.answers.book import FactBook
from assistant.answers.parts import Desk
from assistant.draft import Draft
from assistant.reading.types import Intent, Reading
from assistant.words import words
from corpus.codebook import Codebook
from corpus.filters import Filters
from corpus.metrics.types import Ask
from corpus.store import Store

COMPOSERS: Mapping[Intent, Callable[[Desk], bool]] = {
    "why": why.compose,
    "stay": stay.compose,
    "how-many": how_many.compose,
    "compare": compare.compose,
    "trend": trend.compose,
    "change": change.compose,
    "love": love.compose,
    "do": why.compose,
    "said": said.compose,
    "stage": stage.compose,
}
"""What is done first is what is wrong, so what to do begins with why."""

FIRST = (
    when.compose,
    marked.compose,
    repeated.compose,
    deeds.compose,
    tallies.compose,
    way.compose,
    happened.compose,
    on_map.compose,
)
"""The composers that know by themselves whether the question is theirs."""

OF_CUSTOMERS = ("why", "love", "stay", "stage")
"""The intents whose figures are of customers."""


def open_desk(
    store: Store, codebook: Codebook, reading: Reading, filters: Filters, draft: Draft
) -> Desk:
    """The desk for a question; ``filters`` are those that were asked for beside it."""
    against = reading.against.over(reading.limits) if reading.against else None
    ask = Ask(
        filters=reading.limits.within(filters),
        against=against.within(filters) if against else None,
        by=reading.by,
        themes=reading.themes,
        score=reading.score,
    )
    book = FactBook(store, codebook, reading.language)
    return Desk(store, codebook, reading, ask, book, draft, words(reading.language))


def computed(desk: Desk) -> bool:
    """Write the answer that analyses give; False where they give none, with nothing written.

    What was done is counted in the events. Any other question with a subject that no theme, stage
    or segment stands for is looked up by its words.
    """
    if any(compose(desk) for compose in FIRST):
        return True
    compose = COMPOSERS.get(desk.reading.intent)
    if compose is None or desk.reading.leftover or how_many.of_a_word(desk):
        return False
    if desk.reading.intent == "why" and cause.asked(desk) and cause.compose(desk):
        return True
    return (_their_words(desk) or compose)(desk)


def _their_words(desk: Desk) -> Callable[[Desk], bool] | None:
    """How to answer with people's words, where figures of customers would answer another question.

    What prospects or employees hold against us is no customer's complaint; and a theme is no stage.
    """
    reading = desk.reading
    others = bool(reading.voices) and "customer" not in reading.voices
    if reading.intent in OF_CUSTOMERS and others:
        return said.compose
    if reading.intent == "stage" and desk.ask.themes and not desk.ask.filters.stage:
        return said.compose
    return None
