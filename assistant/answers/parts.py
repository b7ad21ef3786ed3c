"""What the answers have in common: the desk that they are made on, and the pieces of a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.analyses import named
from assistant.answers.book import FactBook
from assistant.draft import Draft
from assistant.reading.types import Reading
from assistant.types import ClaimKind
from assistant.words import Words
from corpus.codebook import Codebook, Polarity
from corpus.metrics.quotes import Quote, pick
from corpus.metrics.types import Ask, Figure
from corpus.store import Store

CLEAR = 0.05
"""The corrected p from which a difference is told as one."""


@dataclass(frozen=True)
class Desk:
    """What one answer is made from and what it is written on.

    ``ask`` is whose feedback the question is about.
    """

    store: Store
    codebook: Codebook
    reading: Reading
    ask: Ask
    book: FactBook
    draft: Draft
    said: Words

    def run(self, name: str, **changes: object) -> list[Figure]:
        """The figures of an analysis within the question, but for ``changes`` of what is asked."""
        return self.book.run(name, replace(self.ask, **changes))  # type: ignore[arg-type]

    @property
    def anywhere(self) -> Ask:
        """The same question of every stage and theme."""
        return replace(self.ask, filters=replace(self.ask.filters, stage=()), themes=())

    def word(self, key: str, value: str) -> str:
        """A word of the store's as the reader calls it."""
        return named(key, value, self.codebook, self.said)

    def theme(self, identity: str) -> str:
        """A theme as the reader calls it."""
        return self.word("theme", identity)

    def claim(
        self,
        kind: ClaimKind,
        sentence: str,
        figures: Sequence[Figure] = (),
        *,
        style: str = "plain",
        bold: str = "",
    ) -> None:
        """Write one sentence that stands on these figures."""
        facts = [self.book.use(figure) for figure in figures]
        self.draft.claim(kind, sentence, style=style, facts=facts, bold=bold)  # type: ignore[arg-type]

    def quotes(
        self, kind: ClaimKind, most: int, *, theme: str | None = None, tone: Polarity | None = None
    ) -> int:
        """Quote up to ``most`` customers on a theme; how many there were."""
        language = self.reading.language
        ask = replace(self.ask, themes=(theme,) if theme else self.ask.themes)
        found = pick(self.store, ask, theme=theme, tone=tone, most=most, language=language)
        for quote in found:
            self._quote(kind, quote)
        return len(found)

    def _quote(self, kind: ClaimKind, quote: Quote) -> None:
        passage = self.store.passage(quote.passage_id)
        text = passage.text[quote.start : quote.end]
        scores = self.store.scores_of([passage.parent]).get(passage.parent, [])
        about = []
        if scores and scores[0].kind != "binary":
            about.append(f"{scores[0].value:g}/{scores[0].maximum:g}")
        if passage.date:
            about.append(self.said.day(passage.date))
        where = f" ({', '.join(about)})" if about else ""
        self.draft.claim(
            kind,
            self.said.quote(text) + where,
            style="bullet",
            citations=[self.draft.cite(passage, quote.start, quote.end)],
        )


# Pieces of sentences -------------------------------------------------------------------------


def people(said: Words, figure: Figure, n: float) -> str:
    """How many customers, or reviews, with the number: « 64 clients »."""
    form = "one" if n == 1 else "many"
    return said.say(f"{figure.base}_{form}", n=said.number(int(n)))


def share(said: Words, figure: Figure) -> str:
    """A share with what it is made of: « 24 % (64 clients sur 261, entre 20 et 30 %) »."""
    assert figure.value is not None
    if figure.numerator is None or figure.denominator is None:
        return said.percent(figure.value)
    made = said.say(
        "made_of",
        k=people(said, figure, figure.numerator),
        n=said.number(int(figure.denominator)),
    )
    bounds = between(said, figure)
    return f"{said.percent(figure.value)} ({', '.join(part for part in (made, bounds) if part)})"


def between(said: Words, figure: Figure) -> str:
    """The interval of a figure: « entre 20 et 30 % »; empty where there is none."""
    if figure.low is None or figure.high is None:
        return ""
    if figure.unit == "share":
        low, high = f"{100 * figure.low:.0f}", said.percent(figure.high)
        return said.say("between", low=low, high=high)
    return said.say("between", low=decimal(said, figure.low), high=decimal(said, figure.high))


def decimal(said: Words, value: float, places: int = 1) -> str:
    """A number with its decimals, none where they are zero: « 0,6 », "16"."""
    text = f"{value:.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    text = "0" if text == "-0" else text
    text = text.replace("-", "−")
    return text.replace(".", ",") if said.language == "fr" else text


def points(said: Words, figure: Figure) -> str:
    """A difference on a scale, without its sign: « 12 points de NPS », « 0,6 point sur 5 »."""
    assert figure.value is not None
    size = decimal(said, abs(figure.value), 0 if figure.unit == "points" else 1)
    plural = abs(figure.value) >= (2 if said.language == "fr" else 1.05)
    form = "points_many" if plural else "points_one"
    if figure.unit == "points":
        return said.say(f"{form}_nps", n=size)
    return said.say(form, n=size, maximum=figure.about.get("maximum", ""))


def clear(figure: Figure) -> bool:
    """Whether a difference is more than chance: its corrected p, else its interval."""
    if figure.p is not None:
        return figure.p < CLEAR
    return figure.low is not None and figure.high is not None and figure.low * figure.high > 0


def first(figures: Sequence[Figure], name: str, **about: str) -> Figure | None:
    """The first figure of that name and of these."""
    for figure in figures:
        if figure.name == name and all(figure.about.get(k) == v for k, v in about.items()):
            return figure
    return None
