"""One turn of the conversation as HTML: the question, the answer, its numbers and its sources."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assistant.types import SHARE_POINTS
from assistant.ui.safe import esc, markdown
from assistant.ui.words import (
    UiLanguage,
    day,
    has,
    number,
    place,
    say,
    say_count,
    share,
)

Json = Mapping[str, Any]

_LANGUAGES = ("fr", "en", "nl", "de", "es", "it")


def turn(language: UiLanguage, key: str, question: str, body: str) -> str:
    """A question and what stands below it; ``key`` is the turn's element id."""
    return (
        f'<article class="turn" id="{esc(key)}">'
        f'<h3 class="question" tabindex="-1"><span class="who">{esc(say(language, "you"))}</span>'
        f"<span>{esc(question)}</span></h3>"
        f'<div class="answer">{body}{_END}'
    )


_END = "</div></article>"


def ended(turn_html: str, sentence: str) -> str:
    """A turn that was stopped, with the sentence that says so at its end."""
    return f"{turn_html.removesuffix(_END)}{trouble(sentence, 'stopped')}{_END}"


def waiting(language: UiLanguage) -> str:
    """What stands in for an answer until its first claim."""
    return f'<p class="waiting"><span class="dots"></span>{esc(say(language, "searching"))}</p>'


def trouble(sentence: str, kind: str = "error") -> str:
    """An error or a stop, as the one sentence that it is."""
    return f'<p class="note note-{esc(kind)}" role="alert">{esc(sentence)}</p>'


def partial(language: UiLanguage, claims: Sequence[Json]) -> str:
    """The claims that have come so far; their numbers open once the answer is whole."""
    shown = "".join(f"<p>{esc(claim['text'])}</p>" for claim in claims)
    note = esc(say(language, "composing"))
    return (
        f'<div class="prose">{shown}</div><p class="waiting"><span class="dots"></span>{note}</p>'
    )


def answer(
    language: UiLanguage,
    key: str,
    data: Json,
    *,
    by_meaning: bool = True,
    chips: str = "",
    charts: str = "",
    verdict: str = "",
) -> str:
    """A whole answer: said back, status, text with numbers, sources, figures and limits.

    Without search ``by_meaning`` nothing is being indexed for it, so no progress is shown.
    ``chips`` are how the question was read, ``charts`` the pictures of its facts, both as HTML;
    ``verdict`` is the thumb that it was given.
    """
    citations: list[Json] = list(data["citations"])
    facts: list[Json] = list(data["facts"])
    tongue = lang_attribute(data["language"])
    markers = {
        str(citation["id"]): _number_button(language, position, citation)
        for position, citation in enumerate(citations, 1)
    } | {
        str(fact["id"]): _fact_button(language, key, position, fact)
        for position, fact in enumerate(facts, 1)
    }
    literals = [
        (str(c["quote"]), _quote(lang_attribute(c.get("language")), tongue)) for c in citations
    ]
    text = markdown(str(data["text"]), literals, markers)
    return "".join(
        (
            _opening(language, data, tongue),
            chips,
            _because(data, tongue),
            f'<div class="prose"{tongue}>{text}</div>',
            charts,
            _sources(language, citations),
            "".join(folded_fact(language, key, n, fact, tongue) for n, fact in enumerate(facts, 1)),
            _dropped(language, data.get("dropped") or [], tongue),
            _footing(language, data, by_meaning),
            rating(language, data["id"], verdict),
        )
    )


def rating(language: UiLanguage, answer_id: object, verdict: str = "") -> str:
    """The thumbs of an answer, the one that was given pressed, and room to say why."""
    buttons = "".join(
        f'<button type="button" class="plain thumb thumb-{each}" data-event="rate" '
        f'data-verdict="{each}" aria-pressed="{str(each == verdict).lower()}">'
        f"{_THUMB}{esc(say(language, f'rate_{each}'))}</button>"
        for each in ("up", "down")
    )
    why = (
        f'<form class="why"><input name="comment" maxlength="2000" '
        f'aria-label="{esc(say(language, "rate_why"))}" '
        f'placeholder="{esc(say(language, "rate_short"))}">'
        f'<button class="plain">{esc(say(language, "rate_send"))}</button></form>'
        if verdict
        else ""
    )
    return (
        f'<div class="rating" data-answer="{esc(answer_id)}" data-verdict="{esc(verdict)}">'
        f"<span>{esc(say(language, 'rate_ask'))}</span>{buttons}{why}</div>"
    )


_THUMB = (
    '<svg viewBox="0 0 24 24" width="16" height="16" aria-hidden="true" fill="none" '
    'stroke="currentColor" stroke-width="1.8" stroke-linejoin="round"><path d="M7 11v9H3v-9zM7 '
    "11l4-8c1.6 0 2.6 1.2 2.3 2.7L12.6 9H19a2 2 0 0 1 2 2.3l-1.2 7a2 2 0 0 1-2 1.7H7"
    '"/></svg>'
)


def citation_data(citation: Json, position: int) -> str:
    """The attributes by which a click opens the citation."""
    values = {
        "event": "cite",
        "passage": citation["passage_id"],
        "start": citation["start"],
        "end": citation["end"],
        "number": position,
        "quote": citation["quote"],
    }
    return "".join(f' data-{name}="{esc(value)}"' for name, value in values.items())


def lang_attribute(language: object) -> str:
    """The lang attribute for a language that we know of."""
    return f' lang="{language}"' if language in _LANGUAGES else ""


def _quote(own: str, around: str) -> Callable[[str], str]:
    lang = own if own != around else ""
    return lambda html: f'<span class="quoted"{lang}>{html}</span>'


def _number_button(language: UiLanguage, position: int, citation: Json) -> str:
    where = ", ".join(
        part for part in (str(citation["source"]), place(language, citation["locator"])) if part
    )
    label = say(language, "open_citation", n=position, where=where)
    return (
        f'<button type="button" class="cite kind-{esc(citation["kind"])}"'
        f'{citation_data(citation, position)} aria-label="{esc(label)}" title="{esc(where)}">'
        f"{position}</button>"
    )


def _fact_button(language: UiLanguage, key: str, position: int, fact: Json) -> str:
    label = esc(say(language, "open_fact", n=position))
    return (
        f'<button type="button" class="cite fact-mark" data-event="fact" '
        f'data-target="{esc(key)}-{esc(fact["id"])}" aria-label="{label}" title="{label}">'
        f"ƒ{position}</button>"
    )


def _opening(language: UiLanguage, data: Json, tongue: str) -> str:
    """How the answer stands (partial, abstained), and the question said back."""
    key = f"status_{data['status']}"
    status = ""
    if has(language, key):
        words = esc(say(language, key))
        status = f'<span class="status status-{esc(data["status"])}">{words}</span>'
    said_back = f"<span{tongue}>{esc(data['understood'].get('text') or '')}</span>"
    return f'<p class="understood">{status}{said_back}</p>{_written_out(language, data, tongue)}'


def _written_out(language: UiLanguage, data: Json, tongue: str) -> str:
    """A follow-up as the model wrote it out, with a button that puts it into the question."""
    whole = str(data["understood"].get("whole") or "")
    if not whole:
        return ""
    return (
        f'<p class="understood whole">{esc(say(language, "whole"))} <q{tongue}>{esc(whole)}</q> '
        f'<button type="button" class="plain" data-event="edit" data-text="{esc(whole)}">'
        f"{esc(say(language, 'whole_edit'))}</button></p>"
    )


def _because(data: Json, tongue: str) -> str:
    """Why there is no answer, where that is a sentence that the text does not say itself."""
    why = str(data.get("abstained_because") or "")
    said = " " not in why or why in data["text"]
    return "" if said else f'<p class="note"{tongue}>{esc(why)}</p>'


def _sources(language: UiLanguage, citations: Sequence[Json]) -> str:
    if not citations:
        return ""
    chips = "".join(
        f'<li><button type="button" class="chip kind-{esc(c["kind"])}"'
        f"{citation_data(c, position)}>"
        f'<span class="chip-number">{position}</span>'
        f'<span class="chip-text"><span class="chip-source">{esc(c["source"])}</span>'
        f'<span class="chip-more">{_chip_more(language, c)}</span></span></button></li>'
        for position, c in enumerate(citations, 1)
    )
    title = esc(say(language, "citations"))
    return (
        f'<h4 class="small-title">{title}</h4><ol class="chips" aria-label="{title}">{chips}</ol>'
    )


def _chip_more(language: UiLanguage, citation: Json) -> str:
    kind = f"kind_{citation['kind']}"
    parts = (
        say(language, kind) if has(language, kind) else "",
        place(language, {k: v for k, v in citation["locator"].items() if k in ("row", "page")}),
        day(language, citation.get("date")),
    )
    return esc(" · ".join(part for part in parts if part))


def value_in_words(language: UiLanguage, fact: Json, value: float | None) -> str:
    """A figure of a fact in its unit."""
    if value is None:
        return "–"
    if fact["unit"] == "share":
        return share(language, value)
    if fact["unit"] == SHARE_POINTS:
        return say(language, "points", n=number(language, 100 * value, 1))
    text = number(language, value, 2)
    unit = str(fact["unit"] or "")
    plain = unit in ("", "count", "customers", "records", "number", "score", "ratio", "weight")
    return text if plain else f"{text}\u00a0{unit}"


def folded_fact(language: UiLanguage, key: str, position: int, fact: Json, tongue: str) -> str:
    """A fact folded under its label and value: its base, its interval, how it is replayed."""
    base = f"base_{fact['base']}"
    what = say(language, base) if has(language, base) else str(fact["base"])
    rows = []
    if fact["numerator"] is not None and fact["denominator"] is not None:
        counted = {name: number(language, fact[name]) for name in ("numerator", "denominator")}
        text = say(language, "fact_of", a=counted["numerator"], b=counted["denominator"], base=what)
        rows.append((say(language, "base"), esc(text)))
    else:
        rows.append((say(language, "base"), esc(f"n = {number(language, fact['n'])} {what}")))
    if fact["low"] is not None and fact["high"] is not None:
        low, high = (value_in_words(language, fact, fact[side]) for side in ("low", "high"))
        interval = say(language, "fact_interval", low=low, high=high)
        rows.append((say(language, "interval"), esc(interval)))
    rows += [
        (say(language, "method"), f"<span{tongue}>{esc(fact['method'])}</span>"),
        (say(language, "query"), f"<pre><code>{esc(fact['query'])}</code></pre>"),
        (say(language, "replay"), f"<pre><code>{esc(fact['replay'])}</code></pre>"),
    ]
    listed = "".join(f"<dt>{esc(name)}</dt><dd>{html}</dd>" for name, html in rows if html)
    # A count is its own n.
    count = f"n = {number(language, fact['n'])}" if fact["unit"] in ("share", SHARE_POINTS) else ""
    return (
        f'<details class="fact" id="{esc(key)}-{esc(fact["id"])}">'
        f'<summary><span class="fact-mark">ƒ{position}</span>'
        f'<span class="fact-label"{tongue}>{esc(fact["label"])}</span>'
        f"<strong>{esc(value_in_words(language, fact, fact['value']))}</strong>"
        f'<span class="fact-n">{esc(count)}</span></summary><dl>{listed}</dl></details>'
    )


def _dropped(language: UiLanguage, dropped: Sequence[Json], tongue: str) -> str:
    if not dropped:
        return ""
    items = "".join(
        f"<li><span{tongue}>{esc(item['text'])}</span> "
        f'<span class="why">({esc(item["reason"])})</span></li>'
        for item in dropped
    )
    title = esc(say_count(language, "n_dropped", len(dropped)))
    return f'<details class="dropped"><summary>{title}</summary><ul>{items}</ul></details>'


def _footing(language: UiLanguage, data: Json, by_meaning: bool) -> str:
    evidence = data["evidence"]
    parts = [say_count(language, "n_passages", evidence["passages_retrieved"])]
    if evidence["records_total"]:
        parts.append(
            say(
                language,
                "in_scope",
                n=number(language, evidence["records_in_scope"]),
                total=number(language, evidence["records_total"]),
            )
        )
    model = data.get("model")
    parts.append(say(language, "with_model", model=model) if model else say(language, "no_model"))
    html = esc(" · ".join(parts))
    embedded = evidence["embedded_share"]
    if by_meaning and embedded < 1:
        # Rounded down: 99.6 % is not yet all of it.
        words = say(language, "indexing", share=share(language, int(embedded * 100) / 100, 0))
        title = esc(say(language, "indexing_more"))
        html += f' · <span class="indexing" title="{title}">{esc(words)}</span>'
    return f'<p class="footing">{html}</p>'
