"""From texts to mentions: what each clause is about, how it feels, and where on the journey."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from corpus.codebook import Codebook, Polarity, Theme
from corpus.coding.clauses import clauses, units
from corpus.coding.patterns import compiled, hits
from corpus.coding.polarity import PLEASANT, UNPLEASANT, PolarityCoder
from corpus.coding.themes import ThemeCoder

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody said of one span: that it is about a theme, or that it is not."""

    passage_id: str
    start: int
    end: int
    theme: str
    holds: bool
    polarity: Polarity | None = None


METHOD = "clauses: patterns, words and meaning, logistic regression"
BY_PERSON = "said by a person"


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of a text about one theme; ``start`` and ``end`` count code points of the passage."""

    start: int
    end: int
    theme: str
    polarity: Polarity
    emotions: tuple[str, ...]
    stage: str | None
    probability: float
    method: str = METHOD


@dataclass(frozen=True, slots=True)
class Text:
    """What is coded: a record's passage, and the stage if its source gives one."""

    text: str
    language: str
    stage: str | None = None


class Coder:
    """Everything that is needed to code texts with one codebook."""

    def __init__(self, codebook: Codebook, themes: ThemeCoder, polarity: PolarityCoder) -> None:
        self._codebook, self._themes, self._polarity = codebook, themes, polarity
        self._stages = compiled([sign.patterns for sign in codebook.stages])
        self._emotions = compiled([sign.patterns for sign in codebook.emotions])

    def code(self, texts: Sequence[Text]) -> list[list[Mention]]:
        """The mentions of each text, in its order; none is a legitimate answer."""
        spans = [units(each.text, each.language) for each in texts]
        parts = [
            (each.text[start:end], each.language)
            for each, of in zip(texts, spans, strict=True)
            for start, end in of
        ]
        if not parts:
            return [[] for _ in texts]
        words, languages = [text for text, _ in parts], [language for _, language in parts]
        about = self._themes.probabilities(words, languages)
        pleasant = self._polarity.pleasant(words, languages)
        emotions = hits(words, languages, self._emotions, len(self._codebook.emotions))
        stages = hits(words, languages, self._stages, len(self._codebook.stages))
        found, at = [], 0
        for text, of in zip(texts, spans, strict=True):
            rows = slice(at, at + len(of))
            found.append(
                self._mentions(text, of, about[rows], pleasant[rows], emotions[rows], stages[rows])
            )
            at += len(of)
        return found

    def _mentions(
        self,
        text: Text,
        spans: Sequence[Span],
        about: NDArray[np.float64],
        pleasant: NDArray[np.float64],
        emotions: NDArray[np.float64],
        stages: NDArray[np.float64],
    ) -> list[Mention]:
        found: list[Mention] = []
        for column, theme in enumerate(self._codebook.themes):
            held = np.flatnonzero(about[:, column] >= self._themes.least[column]).tolist()
            for first, last in _merged(text, spans, held):
                rows = [row for row in held if first <= spans[row][0] and spans[row][1] <= last]
                best = max(rows, key=lambda row: about[row, column])
                feels = self._polarity.named(float(pleasant[best]))
                found.append(
                    Mention(
                        start=first,
                        end=last,
                        theme=theme.id,
                        polarity=feels,
                        emotions=self._felt(emotions[rows].max(axis=0), feels),
                        stage=self._stage(text, theme, stages[rows].max(axis=0)),
                        probability=round(float(about[best, column]), 4),
                    )
                )
        return sorted(found, key=lambda mention: (mention.start, mention.end, mention.theme))

    def _felt(self, shown: NDArray[np.float64], feels: Polarity) -> tuple[str, ...]:
        """The emotions whose words stand there and do not go against the polarity."""
        against = {"+": UNPLEASANT, "-": PLEASANT, "0": ()}[feels]
        return tuple(
            sign.id
            for sign, here in zip(self._codebook.emotions, shown, strict=True)
            if here and sign.id not in against
        )

    def _stage(self, text: Text, theme: Theme, shown: NDArray[np.float64]) -> str | None:
        """The stage by the words that stand there."""
        told = [sign.id for sign, here in zip(self._codebook.stages, shown, strict=True) if here]
        return _stage_of(theme, (*told, text.stage))


def _stage_of(theme: Theme, told: Sequence[str | None]) -> str | None:
    """The theme's only stage, else the first that is told and that it can have."""
    if len(theme.stages) == 1:
        return theme.stages[0]
    for stage in told:
        if stage and (stage in theme.stages or not theme.stages):
            return stage
    return theme.stages[0] if theme.stages else None


def staged(mentions: Sequence[Mention], codebook: Codebook, stage: str | None) -> list[Mention]:
    """Mentions that were found without their record, with the stage that its source gives."""
    return [
        replace(mention, stage=_stage_of(theme, (mention.stage, stage)))
        for mention in mentions
        if (theme := codebook.theme(mention.theme))
    ]


def _merged(text: Text, spans: Sequence[Span], held: Sequence[int]) -> list[Span]:
    """The spans of one theme: clauses side by side as one, a sentence where no clause tells.

    A sentence that is coded as a whole, and whose clauses are not, is a span of its own.
    """
    single = set(clauses(text.text, text.language))
    chosen = sorted(spans[row] for row in held if spans[row] in single)
    wholes = [
        spans[row]
        for row in held
        if spans[row] not in single
        and not any(spans[row][0] <= start < spans[row][1] for start, _ in chosen)
    ]
    joined: list[Span] = []
    for start, end in sorted([*chosen, *wholes]):
        between = text.text[joined[-1][1] : start] if joined else ""
        if joined and len(between.strip(" ,")) == 0 and "\n" not in between:
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined


def corrected(mentions: Sequence[Mention], said: Sequence[Correction]) -> list[Mention]:
    """The mentions as people corrected them: what they said of a span stands, later words last."""
    found = list(mentions)
    for each in said:
        found = [
            mention
            for mention in found
            if mention.theme != each.theme or mention.end <= each.start or each.end <= mention.start
        ]
        if each.holds:
            found.append(
                Mention(
                    start=each.start,
                    end=each.end,
                    theme=each.theme,
                    polarity=each.polarity or "0",
                    emotions=(),
                    stage=None,
                    probability=1.0,
                    method=BY_PERSON,
                )
            )
    return sorted(found, key=lambda mention: (mention.start, mention.end, mention.theme))
