"""What the answers have in common: the desk that they are made on, and the pieces of a sentence."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from assistant.analyses import named
from assistant.answers.book import FactBook
from assistant.draft import Draft
from assistant.reading.types import Reading
from assistant.types import ClaimKind
from assistant.words import Words
from assistant.words import tone as tone_of
from corpus.analysis import stems
from corpus.codebook import Codebook, Polarity
from corpus.filters import Filters
from corpus.metrics.quotes import Quote, pick, ready
from corpus.metrics.relations import counted
from corpus.metrics.types import Ask, Figure
from corpus.store import Store
from corpus.types import FEWEST, HIGH, LOW, Passage, Voice

ABREAST = 2
"""Analyses of one answer that run at a time."""

CLEAR = 0.05
"""The corrected p from which a difference is told as one."""


@dataclass(frozen=True)
class Cause:
    """A theme of which people complain, and what goes with it.

    ``loss`` is the step, and the part of its sessions, that those who complain are lost at;
    ``cost`` how many sessions that amounts to, ``part`` how many of the part go through;
    ``contrast`` how the scores of those who complain differ.
    """

    theme: str
    said: Figure
    loss: Mapping[str, str] | None = None
    cost: Figure | None = None
    part: Figure | None = None
    contrast: Figure | None = None


@dataclass(frozen=True)
class Desk:
    """What one answer is made from and what it is written on.

    ``ask`` is whose feedback the question is about; ``causes`` are those that the answer tells,
    for the actions that they call for.
    """

    store: Store
    codebook: Codebook
    reading: Reading
    ask: Ask
    book: FactBook
    draft: Draft
    said: Words
    causes: list[Cause] = field(default_factory=list)

    def run(self, name: str, **changes: object) -> list[Figure]:
        """The figures of an analysis within the question, but for ``changes`` of what is asked."""
        return self.book.run(name, replace(self.ask, **changes))  # type: ignore[arg-type]

    @property
    def anywhere(self) -> Ask:
        """The same question of every stage and theme."""
        return replace(self.ask, filters=replace(self.ask.filters, stage=()), themes=())

    def ahead(self, *tasks: Callable[[], object]) -> None:
        """Do side by side what the answer needs next or later, so that it is kept by then.

        While the database counts for one, another is made of what it counted.
        """
        with ThreadPoolExecutor(ABREAST) as threads:
            for done in [threads.submit(task) for task in tasks]:
                done.result()

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

    def themes_told(self) -> list[str]:
        """The themes that the answer has told figures of so far, in their order."""
        told = (fact.about.get("theme") for fact in self.book.made)
        return list(dict.fromkeys(theme for theme in told if theme))

    def quotes(
        self,
        kind: ClaimKind,
        most: int,
        *,
        theme: str | None = None,
        tone: Polarity | None = None,
        filters: Filters | None = None,
    ) -> int:
        """Quote up to ``most`` people on a theme, customers unless ``filters`` say others.

        Gives how many there were.
        """
        language = self.reading.language
        ask = replace(self.ask, themes=(theme,) if theme else self.ask.themes)
        ask = replace(ask, filters=filters) if filters else ask
        # One text may be about several themes: it is quoted once in an answer.
        said = {citation.passage_id for citation in self.draft.citations}
        found = pick(
            self.store,
            ask,
            theme=theme,
            tone=tone,
            most=most,
            language=language,
            codebook=self.codebook,
        )
        fresh = [quote for quote in found if quote.passage_id not in said]
        held = self.passages(fresh)
        for quote in fresh:
            self._quote(kind, quote, held[quote.passage_id])
        return len(fresh)

    def passages(self, quotes: Sequence[Quote]) -> dict[str, Passage]:
        """The passages of these quotes by their ids, looked up at once."""
        return {each.id: each for each in self.store.passages([q.passage_id for q in quotes])}

    def _quote(self, kind: ClaimKind, quote: Quote, passage: Passage) -> None:
        text = passage.text[quote.start : quote.end]
        about = []
        if quote.score and quote.score.kind != "binary":
            about.append(f"{quote.score.value:g}/{quote.score.maximum:g}")
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
    form = "many" if plural(said, n) else "one"
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


def share_points(said: Words, value: float) -> str:
    """The difference of two shares in points: « 12,5 points »."""
    form = f"n_gap_points_{'many' if plural(said, 100 * value, 1) else 'one'}"
    return said.say(form, n=decimal(said, 100 * value))


def between(said: Words, figure: Figure) -> str:
    """The interval of a figure: « entre 20 et 30 % »; empty where there is none."""
    if figure.low is None or figure.high is None:
        return ""
    if figure.unit == "share":
        # Bounds that would be rounded to one number are told with a decimal.
        places = int(round(100 * figure.low) == round(100 * figure.high))
        low = decimal(said, 100 * figure.low, places)
        return said.say("between", low=low, high=said.percent(figure.high, places))
    # A score in points is told without decimals, and so are its bounds.
    places = 0 if figure.unit == "points" else 1
    low, high = (decimal(said, each, places) for each in (figure.low, figure.high))
    return said.say("between", low=low, high=high)


def decimal(said: Words, value: float, places: int = 1) -> str:
    """A number with its decimals, none where they are zero: « 0,6 », "16"."""
    text = f"{value:.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    text = "0" if text == "-0" else text
    text = text.replace("-", "−")
    return text.replace(".", ",") if said.language == "fr" else text


def times(said: Words, ratio: float) -> str:
    """A ratio: with two decimals where one would make it 1, which is where nothing differs."""
    return decimal(said, ratio, 2 if round(ratio, 1) == 1 else 1)


def plural(said: Words, value: float, places: int = 0) -> bool:
    """Whether a number takes the plural: from 2 in French, whatever is not 1 in English."""
    size = abs(round(value, places))
    return size >= 2 if said.language == "fr" else size != 1


def points(said: Words, figure: Figure) -> str:
    """A difference on a scale, without its sign: « 12 points de NPS », « 0,6 point sur 5 »."""
    assert figure.value is not None
    places = 0 if figure.unit == "points" else 1
    size = decimal(said, abs(figure.value), places)
    form = "points_many" if plural(said, figure.value, places) else "points_one"
    if figure.unit == "points":
        return said.say(f"{form}_nps", n=size)
    return said.say(form, n=size, maximum=figure.about.get("maximum", ""))


def clear(figure: Figure) -> bool:
    """Whether a difference is more than chance: its corrected p, else its interval."""
    if figure.p is not None:
        return figure.p < CLEAR
    return figure.low is not None and figure.high is not None and figure.low * figure.high > 0


def clear_ratio(figure: Figure) -> bool:
    """Whether a ratio is another than 1 beyond chance, among all those compared."""
    return (
        clear(figure)
        and figure.low is not None
        and figure.high is not None
        and (figure.low - 1) * (figure.high - 1) > 0
    )


def unsigned(figure: Figure) -> Figure:
    """A difference as words that say its way tell it: "0.8 lower, between 0.4 and 1.3"."""
    if (figure.value or 0) >= 0:
        return figure
    return replace(figure, low=-(figure.high or 0), high=-(figure.low or 0))


def first(figures: Sequence[Figure], name: str, **about: str) -> Figure | None:
    """The first figure of that name (of any, if it is empty) and of these."""
    for figure in figures:
        same = all(figure.about.get(key) == value for key, value in about.items())
        if same and figure.name == (name or figure.name):
            return figure
    return None


# Voices --------------------------------------------------------------------------------------


def quote_more(
    desk: Desk,
    kind: ClaimKind,
    most: int,
    *,
    theme: str | None = None,
    tone: Polarity | None = None,
    voices: Sequence[Voice] = (),
) -> int:
    """Quote up to ``most`` people of that tone alone whom the answer does not quote yet."""
    known = {citation.passage_id for citation in desk.draft.citations}
    told = {citation.quote.casefold() for citation in desk.draft.citations}
    fresh: dict[str, Quote] = {}
    held: dict[str, Passage] = {}
    # More are picked only where some are quoted already, or speak against the tone (one in four).
    for wanted in (most, 2 * (most + len(known))):
        found = pick(
            desk.store,
            desk.ask,
            theme=theme,
            tone=tone,
            most=wanted,
            language=desk.reading.language,
            voices=voices,
            codebook=desk.codebook,
        )
        held = desk.passages([each for each in found if each.passage_id not in known])
        # The same words from two people are quoted once.
        fresh = {
            text: each
            for each in reversed(found)
            if each.kind != "against"
            and (passage := held.get(each.passage_id))
            and (text := passage.text[each.start : each.end].casefold()) not in told
            and not (tone and _belies(passage, each, tone))
        }
        if len(fresh) >= most or len(found) < wanted:
            break
    chosen = list(reversed(fresh.values()))[:most]
    for quote in chosen:
        desk._quote(kind, quote, held[quote.passage_id])
    return len(chosen)


def _belies(passage: Passage, quote: Quote, wanted: Polarity) -> bool:
    """Whether a text that nobody rated says by its words the contrary of what it was coded as."""
    if quote.score:
        return False
    terms = frozenset(stems(passage.text[quote.start : quote.end], quote.language))
    return tone_of(terms, quote.language) == {"+": -1, "-": 1}.get(wanted)


def quote_complaints(
    desk: Desk,
    kind: ClaimKind,
    most: int,
    *,
    theme: str | None = None,
    voices: Sequence[Voice] = (),
) -> int:
    """Quote complaints of those who gave the lower scores, of anybody where that is too little.

    A complaint in a good score is there, but oftener coded wrong.
    """
    return _of_scored(desk, kind, most, "-", theme, voices, score_max=LOW)


def complaints_ahead(desk: Desk, theme: str, most: int) -> None:
    """Have ready what ``quote_complaints`` picks from first."""
    filters = desk.ask.filters
    if filters.score_min is None and filters.score_max is None:
        filters = replace(filters, score_max=LOW)
    ready(desk.store, replace(desk.ask, filters=filters), most, theme=theme, tone="-")


def quote_praise(
    desk: Desk,
    kind: ClaimKind,
    most: int,
    *,
    theme: str | None = None,
    voices: Sequence[Voice] = (),
) -> int:
    """Quote praise of those who gave the better scores, of anybody where that is too little."""
    return _of_scored(desk, kind, most, "+", theme, voices, score_min=HIGH)


def _of_scored(
    desk: Desk,
    kind: ClaimKind,
    most: int,
    tone: Polarity,
    theme: str | None,
    voices: Sequence[Voice],
    **scored: float,
) -> int:
    """Quote those of a tone whose scores go along with it first, unless a score was asked for."""
    filters = desk.ask.filters
    asked = filters.score_min is not None or filters.score_max is not None
    found = 0
    if not asked:
        own = replace(filters, **scored)  # type: ignore[arg-type]  # one end of the scale
        theirs = replace(desk, ask=replace(desk.ask, filters=own))
        found = quote_more(theirs, kind, most, theme=theme, tone=tone, voices=voices)
    if found < most:
        found += quote_more(desk, kind, most - found, theme=theme, tone=tone, voices=voices)
    return found


def ranked(figures: Sequence[Figure], name: str) -> list[Figure]:
    """The figures of that name, the greatest first."""
    return sorted(
        (figure for figure in figures if figure.name == name),
        key=lambda figure: (-(figure.value or 0.0), figure.about.get("theme", "")),
    )


def percent_points(said: Words, figure: Figure) -> dict[str, str]:
    """A difference of shares: ``n`` points to the ``side``, between ``low`` and ``high`` of it.

    ``gap`` is the same with its sign, for a difference of which the side is not certain.
    """
    assert figure.value is not None
    size = f"{abs(100 * figure.value):.0f}"
    bounds = [100 * each for each in (figure.low or 0.0, figure.high or 0.0)]
    if figure.value < 0:
        bounds = [-each for each in reversed(bounds)]
    low, high = (decimal(said, each, 0) for each in bounds)
    signed = [figure.value, figure.low or 0.0, figure.high or 0.0]
    value, least, most = (decimal(said, 100 * each, 0) for each in signed)
    many = plural(said, 100 * figure.value)
    return {
        "n": said.say("ppoints_many" if many else "ppoints_one", n=size),
        "side": said.say("side_more" if figure.value >= 0 else "side_less"),
        "low": low,
        "high": high,
        "gap": said.say("gap_many" if many else "gap_one", n=value, low=least, high=most),
    }


def too_few(desk: Desk) -> bool:
    """Say that too few wrote for shares; False where nobody did."""
    voices = desk.run("voices")
    base = counted(desk.store, desk.ask)
    figure = first(voices, f"voices.{base}")
    if figure is None or not figure.value:
        return False
    who = people(desk.said, figure, figure.value)
    form = "few_one" if figure.value == 1 else "few_many"
    if figure.value >= FEWEST:
        # They are enough; it is that nothing is said by enough of them.
        form = "few_each"
    desk.claim("limit", f"{desk.said.say(form, people=who)}.", [figure], style="lead")
    return True


def uncorrected(figure: Figure) -> bool:
    """Whether a difference lies beyond chance by itself, and within it among all those compared."""
    alone = figure.low is not None and figure.high is not None and figure.low * figure.high > 0
    return alone and not clear(figure)
