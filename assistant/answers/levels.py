"""How levels, gaps, groups and periods are told: what the answers about numbers share."""

from calendar import monthrange
from dataclasses import replace
from datetime import date as Date
from datetime import timedelta

from assistant.answers.parts import Desk, between, clear, decimal, people, plural
from assistant.reading import countries
from assistant.reading.saying import land_name, marks_named
from assistant.words import Words
from corpus.filters import Filters, Values, values_of
from corpus.metrics._periods import GRAINS, period_name
from corpus.metrics.types import Ask, Figure

_KINDS = {"nps": "nps", "csat": "csat", "ces-1": "ces", "ces-2": "ces"}


def sentence(text: str) -> str:
    """``text`` as a sentence: a capital first, a full stop last."""
    return f"{text[:1].upper()}{text[1:]}."


# Whom it is about ----------------------------------------------------------------------------


def plain(desk: Desk, filters: Filters | None = None) -> Ask:
    """The question of one group alone, neither compared nor cut up."""
    return replace(desk.ask, filters=filters or desk.ask.filters, against=None, by=None)


def everybody(filters: Filters) -> Filters:
    """The filters without what limits whose feedback it is; the period stays."""
    return replace(
        filters, stage=(), segment={}, channel=(), language=(), score_min=None, score_max=None
    )


def where(desk: Desk, filters: Filters | None = None) -> str:
    """What the question is limited to, before a sentence: « Belgique, avril 2026 — »."""
    filters = filters or desk.ask.filters
    said = desk.said
    told = [segment_said(desk, key, value) for key, value in filters.segment.items()]
    told += [said.say("n_at_channel", group=name) for name in filters.channel]
    told += [
        said.say("n_at_stage", group=desk.word("stage", each).lower()) for each in filters.stage
    ]
    told += [said.languages.get(code, code) for code in filters.language]
    if desk.reading.limits.records and filters.source:
        told.append(said.say("n_in_files", files=said.joined(filters.source)))
    if filters.since or filters.until:
        told.append(period(said, period_name(filters)))
    if filters.score_min is not None or filters.score_max is not None:
        marks = desk.reading.limits.marks
        band = "n_at_high" if filters.score_max is None else "n_at_low"
        told.append(marks_named(marks, said) if marks else said.say(band))
    return f"{', '.join(told)} — " if told else ""


def segment_said(desk: Desk, name: str, value: Values) -> str:
    """What a segment is limited to: « Belgique », « pays hors France », « banque Ondine »."""
    limits, said = desk.reading.limits, desk.said
    out = limits.excluded.get(name)
    whole = bool(out) and limits.segment.get(name) == value
    several = out if out and whole else values_of(value)
    of_lands = countries.of_countries([v for n, v in desk.store.segment_values() if n == name])
    lands = [land_name(each, said.language, named=of_lands) for each in several]
    told = said.either([land or each for land, each in zip(lands, several, strict=True)])
    if whole:
        return said.say("n_but", segment=name, values=told)
    # « Banque Ondine » says by itself that it is a bank, and a country what it is.
    own = all(lands) or several[0].lower().startswith(name.lower())
    return told if own else f"{name} {told}"


def part_of_sessions(said: Words, figure: Figure) -> str:
    """The part of a step's sessions that a figure is of: « banque : Banque Ondine », in quotes."""
    name, value = next((k, v) for k, v in figure.about.items() if k not in ("step", "since"))
    return said.quote(f"{name.removeprefix('segment:')}{said.say('colon')}{value}")


def sides(desk: Desk, one: Filters, other: Filters) -> tuple[str, str]:
    """The names of two groups: what their filters say differently."""
    return _apart(desk, one, other), _apart(desk, other, one)


def _apart(desk: Desk, own: Filters, other: Filters) -> str:
    said = desk.said
    told = [
        said.quote(
            said.either([land_name(each, said.language) or each for each in values_of(value)])
        )
        for key, value in own.segment.items()
        if other.segment.get(key) != value
    ]
    if own.channel != other.channel:
        told += [said.quote(name) for name in own.channel]
    if own.stage != other.stage:
        told += [said.quote(desk.word("stage", each).lower()) for each in own.stage]
    if own.language != other.language:
        told += [said.languages.get(code, code) for code in own.language]
    if (own.since, own.until) != (other.since, other.until):
        told.append(period(said, period_name(own)))
    return ", ".join(told) or said.say("n_all_others")


def part(desk: Desk, by: str, value: str) -> str:
    """The name of one value of a cut."""
    if by == "language":
        return desk.said.languages.get(value, value)
    if by == "source":
        return next((s.name for s in desk.store.sources() if s.id == value), value)
    if by in GRAINS:
        return period(desk.said, value)
    return desk.said.quote(desk.word(by, value).lower() if by == "stage" else value)


def cut_name(said: Words, by: str) -> str:
    """What is cut by: « pays », « canal »."""
    form = "grain" if by in GRAINS else "cut"
    return by.removeprefix("segment:") if by.startswith("segment:") else said.say(f"n_{form}_{by}")


def within(filters: Filters, by: str, value: Values) -> Filters:
    """The filters, limited to one value of a cut, or to several."""
    if by.startswith("segment:"):
        return replace(filters, segment={**filters.segment, by.removeprefix("segment:"): value})
    return replace(filters, **{by: values_of(value)})  # type: ignore[arg-type]


def shared(one: Filters, other: Filters) -> Filters:
    """What two groups are both limited to."""
    return replace(
        one,
        segment={k: v for k, v in one.segment.items() if other.segment.get(k) == v},
        channel=one.channel if one.channel == other.channel else (),
        stage=one.stage if one.stage == other.stage else (),
        language=one.language if one.language == other.language else (),
        since=one.since if (one.since, one.until) == (other.since, other.until) else None,
        until=one.until if (one.since, one.until) == (other.since, other.until) else None,
    )


# When ----------------------------------------------------------------------------------------


def period(said: Words, name: str) -> str:
    """A period as the analyses name it, in words: « 2e trimestre 2026 », « avril 2026 »."""
    if "/" in name:
        return _stretch(said, *name.split("/"))
    year, _, rest = name.partition("-")
    if not rest:
        return year
    if rest.startswith("Q"):
        return said.say("n_quarter_first" if rest == "Q1" else "n_quarter", n=rest[1:], year=year)
    if rest.startswith("W"):
        return said.say("n_week", n=str(int(rest[1:])), year=year)
    return said.month(name)


def the(said: Words, name: str) -> str:
    """A period with its article, where it has one: « le 2e trimestre 2026 », « avril 2026 »."""
    rest = name.partition("-")[2]
    if not rest:
        return name
    kind = "quarter" if rest.startswith("Q") else "week" if rest.startswith("W") else "month"
    return said.say(f"n_the_{kind}", period=period(said, name))


def _stretch(said: Words, first: str, last: str) -> str:
    since = None if first == ".." else Date.fromisoformat(first)
    until = None if last == ".." else Date.fromisoformat(last)
    starts = since is None or since.day == 1
    ends = until is None or until.day == monthrange(until.year, until.month)[1]
    if since and until:
        if starts and ends:
            if (since.month, until.month) == (1, 12):
                one = since.year == until.year
                return str(since.year) if one else f"{since.year}–{until.year}"
            start = said.months[since.month - 1]
            start += f" {since.year}" if since.year != until.year else ""
            return said.say("n_from_to", first=start, last=said.month(last))
        return said.say("n_from_to_days", first=_day(said, since), last=_day(said, until))
    if since:
        return said.say("n_since_day" if not starts else "n_since", day=_from(said, since, starts))
    if until:
        after = until + timedelta(days=1)
        return said.say("n_before" if ends else "n_before_day", day=_from(said, after, ends))
    return said.say("n_always")


def _from(said: Words, day: Date, whole: bool) -> str:
    return said.day(day) if whole else _day(said, day)


def _day(said: Words, day: Date) -> str:
    return f"{day.day} {said.day(day)}"


# How much ------------------------------------------------------------------------------------


def same_scale(figure: Figure) -> dict[str, str]:
    """What says a scale: those of one name may run to 5 in one source and to 10 in another."""
    about = figure.about
    return {key: about[key] for key in ("scale", "minimum", "maximum") if key in about}


def noun(desk: Desk, figure: Figure, *, of: bool = False) -> str:
    """A scale as the subject of a sentence: « le NPS », « la note moyenne »; ``of`` how much."""
    kind = _KINDS.get(figure.about.get("kind", ""), "mean")
    told = desk.said.say(f"n_noun_{kind}") + _named(desk, figure)
    maximum = figure.about.get("maximum")
    if of and maximum and kind != "nps":
        told += f" ({desk.said.say('n_of_maximum', maximum=maximum)})"
    return told


def _named(desk: Desk, figure: Figure) -> str:
    """The scale's own name, where there are several of its kind."""
    own = figure.about
    rows = desk.store.sql("SELECT DISTINCT name, kind FROM scores")
    alike = [r for r in rows if _KINDS.get(r["kind"]) == _KINDS.get(own.get("kind", ""))]
    return f" {desk.said.quote(own['scale'])}" if len(alike) > 1 else ""


def level(desk: Desk, figure: Figure) -> str:
    """A score's level: « NPS de 18 », « 67 % de satisfaits », « note moyenne de 3,5 sur 5 »."""
    kind = _KINDS.get(figure.about.get("kind", ""), "mean")
    binary = figure.about.get("kind") == "binary"
    form = "binary" if binary else "csat_share" if figure.unit == "share" else kind
    return desk.said.say(
        f"n_level_{form}",
        value=amount(desk.said, figure),
        maximum=figure.about.get("maximum", ""),
        scale=desk.said.quote(figure.about["scale"]) if binary else _named(desk, figure),
    )


def amount(said: Words, figure: Figure) -> str:
    """A value in its unit, with as many decimals as are read."""
    return measured(said, figure, figure.value or 0)


def measured(said: Words, figure: Figure, value: float) -> str:
    """Another value in a figure's unit."""
    if figure.unit == "share":
        return said.percent(value)
    if figure.unit == "count":
        # A mean of counts below ten would lose what it says by rounding.
        return said.number(round(value)) if value >= 10 else decimal(said, value)
    # A bound that would be rounded to nought is told as it is.
    places = 0 if figure.unit == "points" and abs(value) >= 0.5 else 1
    return decimal(said, value, places)


def interval(said: Words, figure: Figure) -> str:
    """The interval of a level: « entre 15 et 20 »."""
    if figure.low is None or figure.high is None:
        return ""
    low, high = measured(said, figure, figure.low), measured(said, figure, figure.high)
    if figure.unit == "share":
        low = decimal(said, 100 * figure.low, 0)
    return said.say("between", low=low, high=high)


def made(said: Words, figure: Figure) -> str:
    """What a score's level is made of: « 3 302 réponses, entre 15 et 20 »."""
    form = "n_answers_one" if figure.n == 1 else "n_answers_many"
    count = said.say(form, n=said.number(figure.n))
    return ", ".join(each for each in (count, interval(said, figure)) if each)


def gap(said: Words, figure: Figure, way: str = "") -> str:
    """A difference with its interval: « 13 points de plus (entre 8 et 19) ».

    Its sign is dropped where it is beyond chance: the sentence says which way it goes.
    """
    value, low, high = figure.value or 0, figure.low, figure.high
    if clear(figure) and value < 0:
        value, low, high = -value, high and -high, low and -low
    times = 100 if figure.unit == "share" else 1
    places = 1 if figure.unit == "score" else 0
    text = _bound(said, value * times, places)
    many = plural(said, value * times, places)
    unit = "points" if figure.unit == "share" else figure.unit
    form = f"n_gap_{unit}_{'many' if many else 'one'}"
    told = said.say(form, n=text, maximum=figure.about.get("maximum", ""))
    told += said.say(f"n_way_{way}") if way else ""
    if low is None or high is None:
        return told
    bounds = (_bound(said, each * times, places) for each in (low, high))
    return f"{told} ({said.say('between', **dict(zip(('low', 'high'), bounds, strict=True)))})"


def gaps(said: Words, figure: Figure) -> dict[str, str]:
    """A difference as the sentences have it: plain, more, less, apart."""
    return {"gap": gap(said, figure)} | {
        way: gap(said, figure, way) for way in ("more", "less", "apart")
    }


def _bound(said: Words, value: float, places: int) -> str:
    text = decimal(said, value, places)
    return decimal(said, value, places + 1) if text == "0" and value else text


def of_those_who_wrote(desk: Desk, figure: Figure, *, stage: bool = True) -> str:
    """« 51 clients sur les 758 qui ont écrit »."""
    said = desk.said
    at_stage = stage and bool(desk.ask.filters.stage)
    return said.say(
        "n_wrote_stage" if at_stage else f"n_wrote_{figure.base}",
        k=people(said, figure, figure.numerator or 0),
        n=said.number(int(figure.denominator or 0)),
    )


def writers(said: Words, figure: Figure) -> str:
    """Whom a share is of: « 758 clients qui ont écrit », « 3 264 avis avec un texte »."""
    count = people(said, figure, figure.denominator or 0)
    return said.say(f"n_writers_{figure.base}", people=count)


def percent(said: Words, figure: Figure) -> str:
    """A share and its interval: « 7 % (entre 5 et 9 %) »."""
    return f"{said.percent(figure.value or 0)} ({between(said, figure)})"
