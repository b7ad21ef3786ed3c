"""What stands in a question, field by field, before it is settled what the question asks for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date as Date

from assistant.reading.channels import Named, find_channels, find_languages
from assistant.reading.cuts import find_cut, named_cut
from assistant.reading.excluded import find_excluded
from assistant.reading.known import Known
from assistant.reading.marks import find_marks
from assistant.reading.people import find_people
from assistant.reading.periods import Periods, read_periods
from assistant.reading.ranges import find_ranges
from assistant.reading.records import find_records
from assistant.reading.sayings import sayings
from assistant.reading.scores import Band, find_bands, find_score, find_voices
from assistant.reading.segments import find_segments, long_names
from assistant.reading.stages import NamedStage, find_stages
from assistant.reading.text import Asked, Span
from assistant.reading.themes import NamedTheme, find_themes
from assistant.reading.types import Marks
from assistant.reading.values import NamedValue
from corpus.codebook import Codebook
from corpus.types import Voice

_BY = ("by ", "via ", "par ")


@dataclass(frozen=True, slots=True)
class Found:
    """The values that a question names, each with where it does, and what of it is left.

    ``lacking`` are words for values that the corpus lacks. ``which`` says that the question asks
    which of the values of the cut ``by`` it is. ``dated`` is where periods are read: the question
    without names that hold a month.
    """

    question: Asked
    dated: Asked
    stages: list[NamedStage]
    themes: list[NamedTheme]
    periods: Periods
    values: list[NamedValue]
    channels: list[Named]
    languages: list[Named]
    bands: list[tuple[Band, Span]]
    excluded: Mapping[str, tuple[str, ...]]
    channels_excluded: tuple[str, ...]
    marks: list[tuple[Marks, Span]]
    records: str
    files: tuple[str, ...]
    named: list[Span]
    voices: tuple[Voice, ...]
    by: str | None
    which: bool
    score: str | None
    lacking: list[tuple[str, Span]]
    left: Asked


def find(question: Asked, has: Known, codebook: Codebook, today: Date) -> Found:
    """Find everything that the question names; what was read once is not read again."""
    said = sayings(question.language)
    left_out = find_excluded(question, has)
    asking = question.without(left_out.spans)
    records, files, named = find_records(asking, has)
    asking = asking.without(named)
    languages, bands = find_languages(asking, has), find_bands(asking)
    marks = find_marks(asking, has)
    rated = [span for _, span in (*bands, *marks)]
    left = asking.without([*(each.span for each in languages), *rated])
    ranges, lacking_ranges = find_ranges(left, has.segments)
    left = left.without([*(each.span for each in ranges), *_spans(lacking_ranges)])
    people, lacking = find_people(left, has)
    people, lacking = [*people, *ranges], [*lacking, *lacking_ranges]
    left = left.without([*(each.span for each in people), *_spans(lacking)])
    for framing in (said.research, said.idioms):
        left = left.without(match.span() for match in framing.finditer(left.plain))
    # "By phone" says where they spoke; "they never answer the phone" is what they speak of.
    where = [
        each.span
        for each in find_channels(left, has)[0]
        if left.plain.startswith(_BY, each.span[0])
    ]
    outright = named_cut(left, has)
    where += outright[2] if outright else []
    stages, themes = _places_and_things(left.without(where), codebook)
    # Those who are asked to speak are not what is spoken of.
    names = long_names(question, has)
    speaking = find_voices(left.without(names))[1]
    themes = [each for each in themes if each.span not in speaking]
    stages = [each for each in stages if not any(_overlap(each.word, one) for one in speaking)]
    dated = question.without([*names, *(each.span for each in ranges)])
    dated = dated.without(_spans(lacking_ranges))
    periods = read_periods(dated, today)
    left = left.without([*periods.spans, *(each.span for each in themes)])
    by, which, cut_spans = outright or find_cut(left, has)
    left = left.without([*cut_spans, *(each.word for each in stages)])
    # "What do Team plan users say?" asks no team.
    voices, voice_spans = find_voices(left.without(names))
    values, lacking_lands = find_segments(left.without(voice_spans), has)
    left = left.without(
        [*voice_spans, *(each.span for each in (*people, *values)), *_spans(lacking_lands)]
    )
    channels, lacking_channels = find_channels(left, has)
    left = left.without([*(each.span for each in channels), *_spans(lacking_channels)])
    score, score_spans = find_score(left, has.of_files(files))
    return Found(
        question=question,
        dated=dated,
        stages=stages,
        themes=themes,
        periods=periods,
        values=sorted((*people, *values), key=lambda each: each.span),
        channels=channels,
        languages=languages,
        bands=bands,
        excluded=left_out.values,
        channels_excluded=left_out.channels,
        marks=marks,
        records=records,
        files=files,
        named=[*named, *left_out.spans],
        voices=voices,
        by=by,
        which=which,
        score=score,
        lacking=[*lacking, *lacking_lands, *lacking_channels],
        left=left.without(score_spans),
    )


def _places_and_things(
    question: Asked, codebook: Codebook
) -> tuple[list[NamedStage], list[NamedTheme]]:
    """Stages and themes: of two that the same words name, the one that more of them name."""
    stages = find_stages(question, codebook.stages)
    themes = find_themes(question, codebook)
    kept_stages = [
        stage
        for stage in stages
        if not any(
            _overlap(stage.word, theme.span) and _larger(theme.span, stage) for theme in themes
        )
    ]
    kept_themes = [
        theme
        for theme in themes
        if not any(_overlap(stage.word, theme.span) for stage in kept_stages)
    ]
    return kept_stages, kept_themes


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _larger(span: Span, stage: NamedStage) -> bool:
    """Whether a theme is named by more than the stage's word: « après une livraison en retard »."""
    return span[1] - span[0] > stage.word[1] - stage.word[0]


def _spans(lacking: Iterable[tuple[str, Span]]) -> list[Span]:
    return [span for _, span in lacking]
