"""What is said of a theme, a stage or by a group: its profile, then quotes of both sides.

Quotes are as many of each side as the side has people. Where the question names internal voices or
prospects, theirs are the only words: what they say is quoted and never counted into a share.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from assistant.answers.parts import (
    CLEAR,
    Desk,
    between,
    clear,
    first,
    people,
    percent_points,
    points,
    quote_complaints,
    quote_more,
    quote_praise,
    ranked,
    share,
    too_few,
    unsigned,
)
from assistant.answers.shares import told
from assistant.answers.trend import other_sources
from assistant.reading.types import Intent
from assistant.types import ClaimKind
from corpus.codebook import Polarity
from corpus.metrics.types import Figure
from corpus.types import Voice

MOST_QUOTES, MOST_THEMES, MOST_OVERVIEW, MOST_CUTS, MOST_APART = 5, 3, 4, 4, 2

INTERNAL: tuple[Voice, ...] = ("employee", "leader")

_TONES: Mapping[Intent, Polarity] = {"why": "-", "love": "+", "stay": "+"}
"""The tone that a question asks for; the others ask for any."""


def compose(desk: Desk) -> bool:
    """Write the answer; False where there is nothing to say it with."""
    voices = desk.reading.voices
    outside = tuple(voice for voice in voices if voice not in INTERNAL)
    inside = tuple(voice for voice in voices if voice in INTERNAL)
    if not voices or "customer" in outside:
        found = _customers(desk, outside)
    else:
        found = bool(outside) and _voices(desk, outside)
    return (bool(inside) and _voices(desk, inside)) or found


# In their words ------------------------------------------------------------------------------


def _voices(desk: Desk, voices: tuple[Voice, ...]) -> bool:
    """The words of these voices alone; False where none of them can be quoted."""
    said = desk.said
    inside = voices[0] in INTERNAL
    kind = ("internal",) if inside else ("feedback",)
    theirs = replace(desk, ask=replace(desk.ask, filters=replace(desk.ask.filters, kind=kind)))
    theirs.draft.heading(said.say("head_voices", voices=_named(desk, voices)))
    if set(INTERNAL) <= set(voices):
        _believed(desk)
    themes = desk.ask.themes or (None,)
    most = max(2, MOST_QUOTES // len(themes))
    claim: ClaimKind = "internal" if inside else "quote"
    # All voices are heard here: a tone is looked for only where one is asked for.
    tone = _TONES.get(desk.reading.intent)
    quoted = [
        quote_more(theirs, claim, most, theme=each, tone=tone, voices=voices) for each in themes
    ]
    return any(quoted)


def _named(desk: Desk, voices: Sequence[Voice]) -> str:
    return desk.said.joined([desk.said.say(f"voice_{voice}") for voice in voices])


def _believed(desk: Desk) -> None:
    """How many internal voices speak of each theme that the question names."""
    said = desk.said
    for figure in desk.run("gaps"):
        if figure.name != "gaps.believed" or figure.about["theme"] not in desk.ask.themes:
            continue
        text = said.say(
            "believed_one" if figure.value == 1 else "believed_many",
            theme=desk.theme(figure.about["theme"]),
            k=said.number(int(figure.value or 0)),
            n=said.number(int(figure.denominator or figure.n)),
        )
        desk.claim("internal", f"{text}.", [figure])


# What customers say --------------------------------------------------------------------------


def _customers(desk: Desk, voices: tuple[Voice, ...]) -> bool:
    themes = desk.run("themes")
    if not desk.ask.themes:
        return _overview(desk, themes, voices)
    wrote = False
    for theme in desk.ask.themes[:MOST_THEMES]:
        spoken = first(themes, "themes.share", theme=theme)
        if spoken:
            _profile(desk, spoken, themes)
        elif not too_few(replace(desk, ask=replace(desk.ask, themes=(theme,)))):
            continue
        desk.draft.heading(desk.said.say("head_words"))
        _both_sides(desk, themes, voices, theme)
        desk.draft.end_section()
        wrote = True
    return wrote


def _profile(desk: Desk, spoken: Figure, themes: Sequence[Figure]) -> None:
    """Share and tone, contrast in score, change, and who speaks more of it."""
    said, theme = desk.said, spoken.about["theme"]
    name = desk.theme(theme)
    made, figure = told(desk, spoken)
    text = said.say("said_share", theme=name, share=made)
    desk.claim("finding", f"{text}.", [figure], style="lead", bold=name)
    _tone(desk, theme, themes)
    _contrast(desk, theme, themes)
    _since(desk, theme)
    _who(desk, theme)


def _tone(desk: Desk, theme: str, themes: Sequence[Figure]) -> None:
    said = desk.said
    sides = [first(themes, f"themes.{side}", theme=theme) for side in ("negative", "positive")]
    known = [figure for figure in sides if figure]
    if not known:
        return
    counts = {
        side: said.number(int(figure.numerator or 0)) if figure else ""
        for side, figure in zip(("bad", "good"), sides, strict=True)
    }
    form = "tone_both" if all(sides) else "tone_bad" if sides[0] else "tone_good"
    desk.claim("finding", f"{said.say(form, **counts)}.", known)


def _contrast(desk: Desk, theme: str, themes: Sequence[Figure]) -> None:
    found = first(themes, "themes.contrast", theme=theme)
    if found is None:
        return
    said = desk.said
    if not clear(found):
        desk.claim("finding", f"{said.say('spoken_none')}.", [found])
        return
    form = "spoken_low" if (found.value or 0) < 0 else "spoken_high"
    text = said.say(form, points=points(said, found), between=between(said, unsigned(found)))
    desk.claim("finding", f"{text}.", [found])


def _since(desk: Desk, theme: str) -> None:
    """Since when it is spoken of more, or less."""
    trend = desk.run("trend", themes=(theme,))
    found = next(
        (f for f in trend if f.name == "trend.break" and "only" not in f.about and clear(f)), None
    )
    if found is None or other_sources(desk, trend, found):
        return
    before, after = (
        first(trend, f"trend.break-{side}", **dict(found.about)) for side in ("before", "after")
    )
    if not (before and after):
        return
    said = desk.said
    text = said.say(
        "said_since_up" if (found.value or 0) > 0 else "said_since_down",
        month=said.month(found.about["since"]),
        before=said.percent(before.value or 0),
        after=said.percent(after.value or 0),
    )
    desk.claim("finding", f"{text}.", [found, before, after])


# Who speaks more of it -----------------------------------------------------------------------


def _cuts(desk: Desk) -> list[str]:
    """What those who wrote are cut up by: their segments and channel, but for what is asked."""
    keys = {key for key, _ in desk.store.segment_values()} - set(desk.ask.filters.segment)
    cuts = [f"segment:{key}" for key in sorted(keys)][:MOST_CUTS]
    cuts += [] if desk.ask.filters.channel else ["channel"]
    return cuts


def _who(desk: Desk, theme: str) -> None:
    said = desk.said
    cuts = _cuts(desk)
    by_cut = {
        cut: [f for f in desk.run("compare", by=cut, themes=(theme,)) if f.name == "compare.share"]
        for cut in cuts
    }
    by_cut = {cut: found for cut, found in by_cut.items() if found}
    # Each cut is corrected by itself: several of them are looked at here.
    apart = [
        (cut, f)
        for cut, found in by_cut.items()
        for f in found
        if f.p is not None and f.p * len(by_cut) < CLEAR
    ]
    apart.sort(key=lambda each: -abs(each[1].value or 0))
    more = [each for each in apart if (each[1].value or 0) > 0]
    told = (more or apart)[:MOST_APART]
    if told:
        groups = said.joined([_told(desk, cut, figure) for cut, figure in told])
        text = said.say("said_more" if more else "said_less", groups=groups)
        desk.claim("finding", f"{text}.", [figure for _, figure in told])
    if by_cut and not apart:
        names = said.either([_cut_name(desk, cut) for cut in by_cut])
        text = said.say("said_alike", cuts=names)
        desk.claim("finding", f"{text}.", [found[0] for found in by_cut.values()])


def _told(desk: Desk, cut: str, figure: Figure) -> str:
    """A group, how many of it speak of the theme, and by how much that is more, or less."""
    return desk.said.say(
        "said_group",
        group=_group(desk, cut, figure.about[cut]),
        k=people(desk.said, figure, figure.numerator or 0),
        total=desk.said.number(int(figure.denominator or 0)),
        **percent_points(desk.said, figure),
    )


def _group(desk: Desk, cut: str, value: str) -> str:
    said = desk.said
    return said.quote(f"{_cut_name(desk, cut)}{said.say('colon')}{desk.word(cut, value)}")


def _cut_name(desk: Desk, cut: str) -> str:
    return desk.said.say("cut_channel") if cut == "channel" else cut.removeprefix("segment:")


# Of a stage, a group or anything -------------------------------------------------------------


def _overview(desk: Desk, themes: Sequence[Figure], voices: tuple[Voice, ...]) -> bool:
    """What is spoken of most, how, and what this group says more than the others."""
    said = desk.said
    spoken = ranked(themes, "themes.share")
    if not spoken:
        if not too_few(desk):
            return False
    else:
        top = spoken[0]
        form = "said_most_stage" if desk.ask.filters.stage else "said_most"
        text = said.say(form, people=people(said, top, top.denominator or 0))
        desk.claim("finding", f"{text}{said.say('colon').rstrip()}", [top], style="lead")
        for figure in spoken[:MOST_OVERVIEW]:
            _line(desk, figure, themes)
        _more_than_others(desk)
    desk.draft.heading(said.say("head_words"))
    return _both_sides(desk, themes, voices) or bool(spoken)


def _line(desk: Desk, spoken: Figure, themes: Sequence[Figure]) -> None:
    said, theme = desk.said, spoken.about["theme"]
    name = desk.theme(theme)
    sides = [first(themes, f"themes.{side}", theme=theme) for side in ("negative", "positive")]
    tones = [
        said.say(form, n=said.number(int(figure.numerator or 0)))
        for form, figure in zip(("tone_in_bad", "tone_in_good"), sides, strict=True)
        if figure
    ]
    text = said.say("said_line", theme=name, share=share(said, spoken))
    if tones:
        text += said.say("said_tone", tones=said.joined(tones))
    desk.claim("finding", f"{text}.", [spoken, *filter(None, sides)], style="bullet", bold=name)


def _more_than_others(desk: Desk) -> None:
    """What the one segment asked about speaks of more, or less, than the others."""
    said, filters = desk.said, desk.ask.filters
    if len(filters.segment) != 1:
        return
    ((key, value),) = filters.segment.items()
    if not isinstance(value, str):
        return
    cut = f"segment:{key}"
    wide = replace(filters, segment={})
    apart = [
        f
        for f in desk.run("compare", by=cut, filters=wide)
        if f.name == "compare.share" and f.about[cut] == value and clear(f)
    ]
    for figure in apart[:MOST_APART]:
        text = said.say(
            "group_more" if (figure.value or 0) > 0 else "group_less",
            theme=desk.theme(figure.about["theme"]),
            **percent_points(said, figure),
        )
        desk.claim("finding", f"{text}.", [figure])
    compared = [f for f in desk.run("compare", by=cut, filters=wide) if f.name == "compare.share"]
    if compared and not apart:
        desk.claim("finding", f"{said.say('group_alike')}.", compared[:1])


# Quotes of both sides ------------------------------------------------------------------------


def _both_sides(
    desk: Desk, themes: Sequence[Figure], voices: tuple[Voice, ...], theme: str | None = None
) -> bool:
    """Quotes of the two sides as they weigh, at least one of each; whether there were any."""
    bad, good = (
        [f for f in ranked(themes, f"themes.{side}") if theme in (None, f.about["theme"])]
        for side in ("negative", "positive")
    )
    k_bad, k_good = (sum(f.numerator or 0 for f in side) for side in (bad, good))
    share_bad = k_bad / (k_bad + k_good) if bad or good else 0.5
    of_bad = min(max(round(MOST_QUOTES * share_bad), 1), MOST_QUOTES - 1)
    desk.draft.introduce(desk.said.say("words_bad"))
    written = _side(desk, bad, "-", of_bad, voices, theme)
    desk.draft.introduce(desk.said.say("words_good"))
    return _side(desk, good, "+", MOST_QUOTES - of_bad, voices, theme) + written > 0


def _side(
    desk: Desk,
    figures: Sequence[Figure],
    tone: Literal["+", "-"],
    most: int,
    voices: tuple[Voice, ...],
    theme: str | None,
) -> int:
    """Quote one side: of one theme, or in turn of those that weigh most."""
    quote = quote_complaints if tone == "-" else quote_praise
    if theme or not figures:
        return quote(desk, "quote", most, theme=theme, voices=voices)
    turns = [figures[turn % len(figures)].about["theme"] for turn in range(most)]
    return sum(quote(desk, "quote", 1, theme=each, voices=voices) for each in turns)
