"""What suites judge that is no answer: texts that were coded, claims that were checked, and so on.

Each part is made when a suite asks for it. The loaded corpus gives those of ``of_corpus``; a set of
its own gives others. A system beside the product has none: it codes, checks and redacts nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from assistant.core import Assistant
from corpus.demo.texts import Mention
from corpus.demo.texts import texts as written


@dataclass(frozen=True, slots=True)
class Coded:
    """A text with the themes that people marked in it and those that it was coded with.

    ``themes`` are all that it was judged for. ``felt`` holds a pair for each mention that both
    found and that people called praise or complaint: as coded and as marked, ``+``, ``-`` or ``0``.
    """

    name: str
    language: str
    group: str
    text: str
    themes: frozenset[str]
    coded: frozenset[str]
    marked: frozenset[str]
    felt: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """A claim that people judged: whether its evidence carries it, and what the verifier said.

    ``altered`` names what was changed in a claim that was true.
    """

    name: str
    language: str
    group: str
    text: str
    carried: bool
    score: float
    kept: bool
    altered: str = ""


@dataclass(frozen=True, slots=True)
class Addressed:
    """A text with or without an attack in it, and whether it was told."""

    name: str
    language: str
    group: str
    text: str
    attacked: bool
    told: bool


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text with personal data that was marked in it, and what the redactor left of that.

    ``found`` says of each kind of data whether it is gone; ``needless`` counts placeholders where
    nothing was marked.
    """

    name: str
    language: str
    text: str
    found: tuple[tuple[str, bool], ...]
    needless: int


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is proposed for a situation, by the judgement of people who know the library."""

    name: str
    language: str
    proposals: tuple[str, ...]
    accepted: int
    wrong: int
    judged: int
    covered: int
    acceptable: int


@dataclass(frozen=True, slots=True)
class Material:
    """The parts, each made anew at every call."""

    coded: Callable[[], Iterable[Coded]] = lambda: ()
    checked: Callable[[], Iterable[Checked]] = lambda: ()
    addressed: Callable[[], Iterable[Addressed]] = lambda: ()
    redacted: Callable[[], Iterable[Redacted]] = lambda: ()
    proposed: Callable[[], Iterable[Proposed]] = lambda: ()


def of_corpus(assistant: Assistant) -> Material:
    """What the loaded corpus gives: the demo company's texts and claims, where it is the demo."""
    from evals.actions.situations import proposed
    from evals.support.checked import of_demo

    return Material(
        coded=lambda: coded_texts(assistant),
        checked=lambda: of_demo(assistant),
        proposed=proposed,
    )


def coded_texts(assistant: Assistant) -> Iterator[Coded]:
    """Each text of the demo company that the corpus holds once, as coded there and as marked.

    A text said twice (the campaign's) is left out: which of its copies is meant, nobody can say.
    """
    themes = frozenset(theme.id for theme in assistant.coding.codebook()[1].themes)
    rows = assistant.sql(
        "SELECT p.id, p.text, m.theme, m.polarity, m.span_start, m.span_end FROM passages p "
        "LEFT JOIN mentions m ON m.passage_id = p.id WHERE p.kind = 'feedback' ORDER BY ALL"
    )
    said: dict[str, list[tuple[str, str, int, int]]] = {}
    texts: dict[str, str] = {}
    for row in rows:
        texts[row["id"]] = row["text"]
        of = said.setdefault(row["id"], [])
        if row["theme"] is not None:
            of.append((row["theme"], row["polarity"], row["span_start"], row["span_end"]))
    times = Counter(texts.values())
    place = {text: identity for identity, text in texts.items() if times[text] == 1}
    for text in written():
        if text.passage in place:
            found = said[place[text.passage]]
            name = f"text-{text.number}"
            yield Coded(
                name,
                text.language,
                text.writer or name,
                text.passage,
                themes,
                frozenset(theme for theme, *_ in found),
                frozenset(mark.theme for mark in text.mentions) & themes,
                tuple(_felt(text.mentions, found)),
            )


def _felt(
    marked: Iterable[Mention], found: Iterable[tuple[str, str, int, int]]
) -> Iterator[tuple[str, str]]:
    """The polarity of what was found on the words marked, beside the mark's, neutral ones aside."""
    found = list(found)
    for mark in marked:
        for theme, polarity, start, end in found:
            on_it = theme == mark.theme and start < mark.end and mark.start < end
            if on_it and mark.polarity != "0":
                yield polarity, mark.polarity
