"""What people say of one theme, as HTML: each record with its spans, and how to correct them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assistant.ui.answer import lang_attribute, trouble
from assistant.ui.safe import esc
from assistant.ui.themes import SIGNS, label_of, mark, options
from assistant.ui.words import UiLanguage, day, french, number, say, share
from corpus.codebook import Codebook
from corpus.coding.mentions import BY_PERSON

Json = Mapping[str, Any]

LONGEST = 700
"""Characters of a record that are shown at once; of a longer one, what stands around its spans."""

AROUND = 250
"""Characters on either side of the spans of a long record."""


def nothing(language: UiLanguage) -> str:
    """The panel before any theme is opened."""
    return (
        f'<div lang="{language}"><h2 class="panel-title" tabindex="-1">'
        f"{esc(say(language, 'records_title'))}</h2>"
        f'<p class="panel-hint">{esc(say(language, "records_nothing"))}</p></div>'
    )


def failed(language: UiLanguage, sentence: str) -> str:
    """Why the records of a theme are not shown."""
    return f'<div lang="{language}">{trouble(sentence)}</div>'


def records(
    language: UiLanguage,
    codebook: Codebook,
    theme: str,
    shown: Sequence[Json],
    *,
    more: bool,
) -> str:
    """The panel with the records of a theme; ``more`` where there are others."""
    about = codebook.theme(theme)
    definition = about.definition.get(language, "") if about else ""
    cards = "".join(_card(language, theme, record) for record in shown)
    further = (
        f'<button type="button" class="plain" data-event="more">'
        f"{esc(say(language, 'records_more'))}</button>"
        if more
        else ""
    )
    listed = (
        f'<ol class="records">{cards}</ol>'
        if shown
        else f'<p class="note">{esc(say(language, "records_none"))}</p>'
    )
    return (
        f'<div lang="{language}"><h2 class="panel-title" tabindex="-1">'
        f"{esc(label_of(language, codebook, theme))}</h2>"
        f'<p class="panel-hint">{esc(french(definition) if language == "fr" else definition)}</p>'
        f'<p class="quiet">{esc(say(language, "records_order"))}</p>{listed}'
        # What every "another theme" chooses from, written once.
        f'<select class="all-themes" hidden disabled>{options(language, codebook, theme)}</select>'
        f'<div class="panel-end">{further}<button type="button" class="plain back" '
        f'data-event="back">← {esc(say(language, "back_themes"))}</button></div></div>'
    )


def highlighted(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with each span (code points) in ``<mark>``; spans that overlap are one."""
    html, at = "", 0
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start < end:
            html += f"{esc(text[at:start])}<mark>{esc(text[start:end])}</mark>"
            at = end
    return html + esc(text[at:])


def _card(language: UiLanguage, theme: str, record: Json) -> str:
    text, mentions = str(record["text"]), list(record["mentions"])
    spans = [(int(each["start"]), int(each["end"])) for each in mentions]
    whole = highlighted(text, spans)
    shown = whole
    rest = ""
    if len(text) > LONGEST:
        begin = max(0, min(start for start, _ in spans) - AROUND)
        end = min(len(text), begin + max(LONGEST, spans[0][1] - begin + AROUND))
        inside = [(start - begin, stop - begin) for start, stop in spans]
        shown = (
            f"{'…' if begin else ''}{highlighted(text[begin:end], inside)}"
            f"{'…' if end < len(text) else ''}"
        )
        rest = (
            f'<details class="whole"><summary>{esc(say(language, "record_whole"))}</summary>'
            f'<p class="passage"{lang_attribute(record["language"])}>{whole}</p></details>'
        )
    parts = [record["source"], day(language, record["date"])]
    if len(mentions) == 1:
        parts.append(_said(language, mentions[0]))
    about = " · ".join(esc(part) for part in parts if part)
    judges = "".join(
        _judge(language, theme, record, mention, position if len(mentions) > 1 else 0)
        for position, mention in enumerate(mentions, 1)
    )
    return (
        f'<li class="record"><p class="passage"{lang_attribute(record["language"])}>{shown}</p>'
        f'{rest}<p class="record-about">{about}</p>{judges}</li>'
    )


def _judge(language: UiLanguage, theme: str, record: Json, mention: Json, position: int) -> str:
    """The buttons of one mention; ``position`` tells it from the others of the record."""
    span = f"{mention['start']}:{mention['end']}"
    data = {
        "key": f"{record['passage_id']} {span} {theme}",
        "passage": record["passage_id"],
        "start": mention["start"],
        "end": mention["end"],
        "theme": theme,
        "now": mention["polarity"],
        "waiting": say(language, "correct_sent"),
    }
    attributes = "".join(f' data-{name}="{esc(value)}"' for name, value in data.items())
    which = ""
    if position:
        name = say(language, "mention_n", n=number(language, position))
        which = f'<p class="judge-about">{esc(name)} · {esc(_said(language, mention))}</p>'
    signs = "".join(
        f'<button type="button" class="plain is-{name}" data-event="correct" '
        f'data-verdict="polarity" data-polarity="{esc(sign)}" '
        f'aria-pressed="{str(sign == mention["polarity"]).lower()}" '
        f'aria-label="{esc(say(language, f"polarity_{name}"))}" '
        f'title="{esc(say(language, f"polarity_{name}"))}">{mark(sign)}</button>'
        for sign, name in SIGNS.items()
    )
    verdicts = "".join(
        f'<button type="button" class="plain" data-event="correct" data-verdict="{verdict}">'
        f"{esc(say(language, f'verdict_{verdict}'))}</button>"
        for verdict in ("right", "not")
    )
    polarity = esc(say(language, "polarity"))
    return (
        f'<div class="judge" role="group" aria-label="{esc(say(language, "judge"))}"{attributes}>'
        f'{which}<div class="judge-line">{verdicts}'
        f'<span class="signs" role="group" aria-label="{polarity}">{signs}</span>'
        f'<details class="other"><summary>{esc(say(language, "verdict_other"))}</summary>'
        f'<div><select aria-label="{esc(say(language, "other_which"))}"></select>'
        f'<button type="button" class="plain" data-event="correct" data-verdict="other">'
        f"{esc(say(language, 'other_do'))}</button></div></details></div>"
        '<p class="verdict" role="status"></p></div>'
    )


def _said(language: UiLanguage, mention: Json) -> str:
    """Who says that it is about the theme, and how surely."""
    if mention["method"] == BY_PERSON:
        return say(language, "by_person")
    # Rounded down: no code is wholly sure.
    return say(
        language, "by_coder", share=share(language, int(mention["probability"] * 100) / 100, 0)
    )
