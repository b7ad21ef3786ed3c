"""Analyses as people get them: figures as facts, with a label in their language and a replay."""

import re
import shlex
from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

from assistant.types import SHARE_POINTS, Fact
from assistant.words import ANSWER_LANGUAGES, Words, words
from corpus.codebook import Codebook, Language, Sign
from corpus.errors import InputError
from corpus.filters import Filters, values_of
from corpus.metrics import analyses, compute, is_cut_up
from corpus.metrics.relations import CUTS
from corpus.metrics.types import Ask, Figure
from corpus.store import Store


def facts_of(store: Store, codebook: Codebook, name: str, ask: Ask, language: str) -> list[Fact]:
    """The facts of one analysis, the weightiest first, numbered from f1.

    Raises InputError for an analysis, a theme, a scale or a cut that there is not.
    """
    check(store, codebook, name, ask)
    figures = compute(name, store, codebook, ask)
    return [
        as_fact(figure, name, ask, codebook, language, number)
        for number, figure in enumerate(figures, start=1)
    ]


def summaries() -> list[dict[str, str]]:
    """Every analysis, and the sentence that says what it gives."""
    return [{"name": name, "gives": module.SUMMARY} for name, module in analyses().items()]


def check(store: Store, codebook: Codebook, name: str, ask: Ask) -> None:
    """Refuse names that would silently match nothing."""
    if name not in analyses():
        raise InputError(f"There is no analysis {name}; there are {', '.join(analyses())}.")
    for filters in (ask.filters, ask.against):
        if filters:
            store.check_sources(filters.source)
            store.check_segments(filters.segment)
    for theme in ask.themes:
        if codebook.theme(theme) is None:
            raise InputError(f"The codebook has no theme {theme}; `ancrage themes` lists them.")
    if ask.by and not is_cut_up(name):
        cut = ", ".join(each for each in analyses() if is_cut_up(each))
        raise InputError(
            f"The analysis {name} is not cut up by anything; narrow it to one part with filters, "
            f"such as --segment, or cut up one of {cut}."
        )
    if ask.by and ask.by.startswith("segment:"):
        store.check_segments([ask.by.removeprefix("segment:")])
    elif ask.by and ask.by not in CUTS:
        raise InputError(f"Nothing is cut by {ask.by}; there are {', '.join(CUTS)}, segment:NAME.")
    if ask.score:
        known = [row["name"] for row in store.sql("SELECT DISTINCT name FROM scores ORDER BY name")]
        if ask.score not in known:
            raise InputError(
                f"No score is called {ask.score}; there are {', '.join(known) or 'none'}."
            )


def as_fact(
    figure: Figure, name: str, ask: Ask, codebook: Codebook, language: str, number: int
) -> Fact:
    """One figure as the fact of that number."""
    said = words(language)
    return Fact(
        id=f"f{number}",
        name=figure.name,
        label=label(figure, codebook, said),
        value=figure.value,
        unit=unit_of(figure),
        numerator=figure.numerator,
        denominator=figure.denominator,
        base=figure.base,
        n=figure.n,
        low=figure.low,
        high=figure.high,
        method=figure.method,
        filter=ask.filters.as_dict(),
        query=figure.query,
        replay=replay(name, ask),
        about=dict(figure.about),
        p=figure.p,
        withheld=figure.withheld,
    )


_OF_TWO_SHARES = re.compile(
    r"\.(?:difference|break|anomaly|belief|missing|mix|came-back|repurchase_gap)$"
    r"|^(?:compare\.(?:share|score)|funnel\.change|journey\.loss)$"
    r"|^effect\.(?:rate|complaints)(?:-others)?$"
)
"""The names of figures that are a difference; of two shares where they have the unit of one."""


def unit_of(figure: Figure) -> str:
    """A figure's unit as it is told: the difference of two shares is in points."""
    of_shares = figure.unit == "share" and _OF_TWO_SHARES.search(figure.name)
    return SHARE_POINTS if of_shares else figure.unit


def replay(name: str, ask: Ask) -> str:
    """The command that gives the figures of an analysis again."""
    parts = ["ancrage", "facts", name, *_flags(ask.filters)]
    for theme in ask.themes:
        parts += ["--theme", theme]
    by = ask.by if is_cut_up(name) else None
    for key, value in (("--by", by), ("--score", ask.score)):
        parts += [key, value] if value else []
    if ask.against:
        for flag, value in _pairs(ask.against):
            parts += ["--against", f"{flag}={value}"]
    return shlex.join([*parts, "--seed", str(ask.seed), "--json"])


def _flags(filters: Filters) -> list[str]:
    return [part for flag, value in _pairs(filters) for part in (f"--{flag}", value)]


def _pairs(filters: Filters) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in filters.as_dict().items():
        flag = name.replace("_", "-")
        if isinstance(value, dict):
            found += [
                (flag, f"{key}={one}")
                for key, each in value.items()
                for one in values_of(tuple(each) if isinstance(each, list) else each)
            ]
        else:
            found += [(flag, str(each)) for each in (value if isinstance(value, list) else [value])]
    return found


_SPACES = re.compile(" {2,}")


# Labels --------------------------------------------------------------------------------------


def label(figure: Figure, codebook: Codebook, said: Words) -> str:
    """What a figure is, in the reader's words; its name where no words are known for it."""
    template = _templates(said.language).get(figure.name)
    about = {key: named(key, value, codebook, said) for key, value in figure.about.items()}
    if template is None:
        return " ".join([figure.name, *about.values()])
    text = said.filled(template, {**about, "part": _part(figure, about)})
    # What a figure is not cut up by leaves its space.
    return _SPACES.sub(" ", text).replace(" ,", ",").strip(" ")


def named(key: str, value: str, codebook: Codebook, said: Words) -> str:
    """A word of the store's as the reader calls it: a theme by its label, a stage by its name."""
    language: Language = "fr" if said.language == "fr" else "en"
    if key in ("theme", "cause"):
        theme = codebook.theme(value)
        return theme.label.get(language, value) if theme else value
    signs: Mapping[str, tuple[Sign, ...]] = {
        "stage": codebook.stages,
        "emotion": codebook.emotions,
    }
    for sign in signs.get(key, ()):
        if sign.id == value:
            return sign.label.get(language, value)
    return _templates(said.language).get(f"{key}={value}", value)


def _part(figure: Figure, about: Mapping[str, str]) -> str:
    """The part that a figure is of, where an analysis was cut up."""
    return next(
        (value for key, value in about.items() if key in CUTS or key.startswith("segment:")), ""
    )


@cache
def _templates(language: str) -> Mapping[str, str]:
    name = f"figures.{language if language in ANSWER_LANGUAGES else 'en'}.yaml"
    text = resources.files("assistant.words").joinpath(name).read_text("utf-8")
    found: Mapping[str, str] = yaml.load(text, yaml.CSafeLoader)
    return found
