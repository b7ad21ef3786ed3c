"""The themes' page as HTML: the filters, the tree of themes, and how to read it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from assistant.ui.answer import trouble
from assistant.ui.safe import esc
from assistant.ui.words import UiLanguage, french, has, number, say, say_count, share
from corpus.choices import Choices
from corpus.codebook import Codebook, Language
from corpus.types import FEWEST

Json = Mapping[str, Any]

SCALES = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
"""Where the bars of shares may end: the first that holds every interval."""

ARROWS = {"up": "↗", "down": "↘", "flat": "→"}
SIGNS = {"+": "good", "0": "neutral", "-": "bad"}
"""The polarities in the order in which they are shown, and their names in the words."""


def label_of(language: UiLanguage, codebook: Codebook, theme: str) -> str:
    """The theme's label in the page's language, else in the other, else its id."""
    found = codebook.theme(theme)
    return _in_words(language, found.label if found else {}, theme)


def group_of(language: UiLanguage, codebook: Codebook, group: str) -> str:
    """A group's label, likewise."""
    return _in_words(language, codebook.groups.get(group, {}), group)


def _in_words(language: UiLanguage, label: Mapping[Language, str], else_: str) -> str:
    found = label.get(language) or next(iter(label.values()), "") or else_
    return french(found) if language == "fr" else found


def count(language: UiLanguage, base: str, n: int) -> str:
    """So many customers, or records."""
    return say_count(language, f"n_{base}", n)


# Filters -------------------------------------------------------------------------------------


def filters(language: UiLanguage, choices: Choices, more: str = "") -> str:
    """The form of what a page can be narrowed by; a field without values has no place.

    ``more`` is what else the form has, as HTML.
    """
    fields = [
        select(language, name, say(language, f"filter_{name}"), values)
        for name in ("source", "stage", "channel")
        if (values := getattr(choices, name))
    ]
    if choices.language:
        fields.append(
            select(language, "language", say(language, "filter_language"), choices.language)
        )
    fields += [
        select(language, f"segment:{name}", name, values)
        for name, values in choices.segment.items()
    ]
    if choices.first and choices.last:
        fields += [
            f"<label><span>{esc(say(language, name))}</span>"
            f'<input type="date" name="{name}" min="{choices.first}" max="{choices.last}"></label>'
            for name in ("since", "until")
        ]
    if not fields and not more:
        return ""
    return (
        f'<details class="filters" open><summary>{esc(say(language, "filters"))}</summary>'
        f'<form aria-label="{esc(say(language, "filters"))}">{"".join(fields)}{more}'
        f'<button type="reset" class="plain">{esc(say(language, "filters_clear"))}</button>'
        "</form></details>"
    )


def select(language: UiLanguage, name: str, label: str, values: Sequence[str]) -> str:
    """A field of the form to choose one of some values from, or none."""
    options = "".join(
        f'<option value="{esc(value)}">{esc(_named(language, name, value))}</option>'
        for value in values
    )
    return (
        f'<label><span>{esc(label)}</span><select name="{esc(name)}">'
        f'<option value="">{esc(say(language, "all"))}</option>{options}</select></label>'
    )


def _named(language: UiLanguage, field: str, value: str) -> str:
    """A stage's or a language's name; other values are the corpus' own words."""
    key = {"stage": f"stage_{value}", "language": f"language_{value}"}.get(field, "")
    return say(language, key) if has(language, key) else value


# The tree ------------------------------------------------------------------------------------


def tree(
    language: UiLanguage,
    codebook: Codebook,
    totals: Sequence[Json],
    opened: str | None = None,
    *,
    narrowed: bool = False,
) -> str:
    """Every theme under its group, the most frequent first, and the base of the shares."""
    if not any(total["n"] for total in totals):
        empty = "themes_none_narrowed" if narrowed else "themes_none"
        return _whole(language, f'<p class="note">{esc(say(language, empty))}</p>')
    scale = _scale(totals)
    order = list(dict.fromkeys(total["group"] for total in totals))
    groups = "".join(
        f'<section class="theme-group"><h3>{esc(group_of(language, codebook, group))}</h3><ul>'
        f"{''.join(_row(language, total, scale, opened) for total in members)}</ul></section>"
        for group, members in groupby(
            sorted(totals, key=lambda total: order.index(total["group"])),
            key=lambda total: total["group"],
        )
    )
    return _whole(language, f"{_base(language, totals)}{_legend(language, scale)}{groups}")


def failed(language: UiLanguage, sentence: str) -> str:
    """Why there is no tree."""
    return _whole(language, trouble(sentence))


def coding(language: UiLanguage, coded: float) -> str:
    """How much is coded, where that is not everything."""
    if coded >= 1:
        return ""
    # Rounded down: what is not finished must not read 100 %.
    known = share(language, int(coded * 100) / 100, 0)
    return (
        f'<p class="note coding"><span class="dots"></span>'
        f"{esc(say(language, 'coding', share=known))}</p>"
    )


def _whole(language: UiLanguage, body: str) -> str:
    return f'<div class="themes" lang="{language}">{body}</div>'


def _scale(totals: Sequence[Json]) -> float:
    highest = max((total["high"] or 0.0 for total in totals), default=0.0)
    return next((end for end in SCALES if highest <= end), 1.0)


def _base(language: UiLanguage, totals: Sequence[Json]) -> str:
    """The base of the shares, once for the raw ones and once for the corrected."""
    bases = dict.fromkeys(
        (bool(total["corrected"]), total["base"], total["of"], total.get("labelled"))
        for total in totals
    )
    sentences = [
        say(
            language,
            f"base_{'corrected' if corrected else 'raw'}_{base}",
            n=count(language, base, of),
            labelled=number(language, labelled or 0),
        )
        for corrected, base, of, labelled in bases
    ]
    return f'<p class="base" role="status">{esc(" ".join(sentences))}</p>'


def _legend(language: UiLanguage, scale: float) -> str:
    signs = " · ".join(
        f'<span class="key key-{name}"></span>{esc(say(language, f"polarity_{name}"))}'
        for name in SIGNS.values()
    )
    points = "".join(
        f"<li>{text}</li>"
        for text in (
            esc(say(language, "legend_share", scale=share(language, scale))),
            f"{esc(say(language, 'legend_polarity'))} {signs}.",
            esc(say(language, "legend_trend")),
            esc(say(language, "legend_kappa")),
        )
    )
    return (
        f'<details class="legend"><summary>{esc(say(language, "legend"))}</summary>'
        f"<ul>{points}</ul></details>"
    )


def _row(language: UiLanguage, total: Json, scale: float, opened: str | None) -> str:
    label = _in_words(language, total["label"], total["id"])
    here = total["id"] == opened
    return (
        f'<li class="theme{" is-open" if here else ""}">'
        f'<div class="theme-name"><button type="button" data-event="theme" '
        f'data-theme="{esc(total["id"])}" aria-pressed="{str(here).lower()}">{esc(label)}</button>'
        f'<span class="theme-n">{esc(count(language, "records", total["n"]))}</span></div>'
        f'<div class="theme-share">{_share(language, total, scale)}</div>'
        f'<div class="theme-polarity">{_polarity(language, total)}</div>'
        f'<div class="theme-more">{_trend(language, total["trend"])}'
        f"{_kappa(language, total['kappa'])}</div></li>"
    )


def _share(language: UiLanguage, total: Json, scale: float) -> str:
    """A thin bar with its interval, and the same in numbers."""
    if total["share"] is None:
        reason = say(language, "withheld", n=FEWEST, base=say(language, f"base_{total['base']}"))
        return f'<span class="withheld">{esc(reason)}</span>'
    value, low, high = (total[name] for name in ("share", "low", "high"))
    at, begin, end = (f"{min(1.0, each / scale) * 100:.2f}" for each in (value, low, high))
    interval = say(
        language,
        "fact_interval",
        low=number(language, low * 100, 1),
        high=share(language, high),
    )
    kind = say(language, "corrected" if total["corrected"] else "raw")
    return (
        f'<span class="bar" aria-hidden="true"><i style="width:{at}%"></i>'
        f'<b style="left:{begin}%;right:{100 - float(end):.2f}%"></b></span>'
        f'<span class="share-text"><strong>{esc(share(language, value))}</strong> '
        f"<span>{esc(interval)}</span> · {esc(kind)}</span>"
    )


def _polarity(language: UiLanguage, total: Json) -> str:
    """How the records are shared out between praise, neither and blame."""
    counts = {sign: int(total["polarity"][sign]) for sign in SIGNS}
    if not any(counts.values()):
        return ""
    parts = "".join(
        f'<i class="is-{SIGNS[sign]}" style="flex-grow:{n}"></i>' for sign, n in counts.items() if n
    )
    numbers = "".join(
        f'<span class="is-{SIGNS[sign]}"><span aria-hidden="true">{mark(sign)}</span>'
        f'<span class="sr-only">{esc(say(language, f"polarity_{SIGNS[sign]}"))} </span>'
        f"{esc(number(language, n))}</span>"
        for sign, n in counts.items()
    )
    return (
        f'<span class="stack" aria-hidden="true">{parts}</span>'
        f'<span class="stack-text">{numbers}</span>'
    )


def mark(sign: str) -> str:
    """A polarity's sign as it is printed."""
    return {"-": "−", "0": "○"}.get(sign, sign)


def _trend(language: UiLanguage, trend: str | None) -> str:
    if trend is None:
        return f'<span class="trend">{esc(say(language, "trend_none"))}</span>'
    return (
        f'<span class="trend trend-{trend}"><span aria-hidden="true">{ARROWS[trend]}</span> '
        f"{esc(say(language, f'trend_{trend}'))}</span>"
    )


def _kappa(language: UiLanguage, kappa: Json | None) -> str:
    if kappa is None:
        return f'<span class="kappa">{esc(say(language, "kappa_none"))}</span>'
    value, low, high = (number(language, kappa[name], 2) for name in ("value", "low", "high"))
    interval = say(language, "fact_interval", low=low, high=high)
    return f'<span class="kappa">κ {esc(value)} <span>({esc(interval)})</span></span>'


def options(language: UiLanguage, codebook: Codebook, without: str = "") -> str:
    """The codebook's themes as the options of a choice, under their groups."""
    return "".join(_groups(language, codebook, without))


def _groups(language: UiLanguage, codebook: Codebook, without: str) -> Iterator[str]:
    for group in codebook.groups:
        listed = "".join(
            f'<option value="{esc(theme.id)}">'
            f"{esc(_in_words(language, theme.label, theme.id))}</option>"
            for theme in codebook.themes
            if theme.group == group and theme.id != without
        )
        if listed:
            name = esc(group_of(language, codebook, group))
            yield f'<optgroup label="{name}">{listed}</optgroup>'
