"""The panel beside the conversation: a cited passage in its context, or what is loaded."""

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.ui.answer import lang_attribute
from assistant.ui.safe import esc
from assistant.ui.words import UiLanguage, day, has, number, place, say, say_count

Json = Mapping[str, Any]

LONGEST_NEIGHBOUR = 700
"""Characters of a neighbouring passage that are shown, on the side of the quote."""


def empty(language: UiLanguage, sources: Sequence[Json]) -> str:
    """The panel before any citation is opened."""
    return (
        f"{_title(language)}"
        f'<p class="panel-hint">{esc(say(language, "panel_nothing"))}</p>{_all(language, sources)}'
    )


def hint(language: UiLanguage, words: str) -> str:
    """The panel where nothing is opened yet, with what would open something."""
    return f'{_title(language)}<p class="panel-hint">{esc(words)}</p>'


def gone(language: UiLanguage, quote: str = "") -> str:
    """The panel for a passage that the store no longer holds as it was cited."""
    note = esc(say(language, "panel_gone"))
    kept = f'<blockquote class="passage"><mark>{esc(quote)}</mark></blockquote>' if quote else ""
    return f'{_title(language)}<p class="note note-error" role="alert">{note}</p>{kept}'


def opened(
    language: UiLanguage, passage: Json, start: int, end: int, position: int, back: str = "back"
) -> str:
    """A passage with the span from ``start`` to ``end`` marked, and its neighbours in grey.

    ``back`` is the words' key for where one came from.
    """
    kind = str(passage["kind"])
    before, after = _neighbours(passage)
    says = f"says_{kind}"
    show = f"ancrage show {passage['id']}"
    return (
        f"{_title(language, position, kind)}"
        f'<p class="kind-line"><span class="badge kind-{esc(kind)}">'
        f"{esc(say(language, f'kind_{kind}') if has(language, f'kind_{kind}') else kind)}</span>"
        f"<span>{esc(say(language, says)) if has(language, says) else ''}</span></p>"
        f'<p class="panel-source">{esc(passage["source"])}</p>'
        f"{_particulars(language, passage)}"
        f'<div class="context"{lang_attribute(passage.get("language"))}>'
        f"{_grey(language, 'before', before[-LONGEST_NEIGHBOUR:], len(before))}"
        f'<blockquote class="passage kind-{esc(kind)}" '
        f'aria-label="{esc(say(language, "passage"))}">'
        f"{marked(str(passage['text']), start, end)}</blockquote>"
        f"{_grey(language, 'after', after[:LONGEST_NEIGHBOUR], len(after))}</div>"
        f"{command(language, say(language, 'again'), show)}"
        f'<button type="button" class="plain back" data-event="back">'
        f"← {esc(say(language, back))}</button>"
    )


def marked(text: str, start: int, end: int) -> str:
    """The text with ``start`` to ``end`` (code points) in ``<mark>``."""
    start = max(0, min(start, len(text)))
    end = max(start, min(end, len(text)))
    before, span, after = text[:start], text[start:end], text[end:]
    return f"{esc(before)}<mark>{esc(span)}</mark>{esc(after)}" if span else esc(text)


def command(language: UiLanguage, title: str, line: str) -> str:
    """A command for the terminal, with a button that copies it."""
    return (
        f'<div class="command"><p>{esc(title)}</p><div><code>{esc(line)}</code>'
        f'<button type="button" class="plain" data-event="copy" data-text="{esc(line)}" '
        f'data-done="{esc(say(language, "copied"))}">{esc(say(language, "copy"))}</button>'
        "</div></div>"
    )


def _title(language: UiLanguage, position: int = 0, kind: str = "") -> str:
    shown = f'<span class="chip-number kind-{esc(kind)}">{position}</span>' if position else ""
    return f'<h2 class="panel-title" tabindex="-1">{shown}{esc(say(language, "panel"))}</h2>'


def _particulars(language: UiLanguage, passage: Json) -> str:
    stage = str(passage.get("stage") or "")
    if has(language, f"stage_{stage}"):
        stage = say(language, f"stage_{stage}")
    rows = (
        ("where", place(language, passage["locator"])),
        ("date", day(language, passage.get("date"))),
        ("scores", ", ".join(_score(language, s) for s in passage.get("scores") or [])),
        ("stage", stage),
        ("channel", str(passage.get("channel") or "")),
        (
            "segments",
            ", ".join(
                f"{k} : {v}" if language == "fr" else f"{k}: {v}"
                for k, v in (passage.get("segments") or {}).items()
            ),
        ),
    )
    listed = "".join(
        f"<dt>{esc(say(language, name))}</dt><dd>{esc(value)}</dd>" for name, value in rows if value
    )
    return f'<dl class="particulars">{listed}</dl>'


def _score(language: UiLanguage, score: Json) -> str:
    value, low, top = (number(language, score[k], 2) for k in ("value", "minimum", "maximum"))
    key = "score_of" if score["minimum"] in (0, 1) else "score_from"
    return say(language, key, name=score["name"], value=value, low=low, top=top)


def _neighbours(passage: Json) -> tuple[str, str]:
    """The text before and after the passage among its context."""
    around = list(passage.get("context") or [])
    ids = [item["id"] for item in around]
    if passage["id"] not in ids:
        return "", ""
    here = ids.index(passage["id"])
    join = "\n\n".join
    return (
        join(str(item["text"]) for item in around[:here]),
        join(str(item["text"]) for item in around[here + 1 :]),
    )


def _grey(language: UiLanguage, key: str, text: str, whole: int) -> str:
    if not text:
        return ""
    cut = whole > len(text)
    shown = f"…{esc(text)}" if cut and key == "before" else f"{esc(text)}{'…' if cut else ''}"
    return f'<p class="neighbour"><span>{esc(say(language, key))}</span>{shown}</p>'


def _all(language: UiLanguage, sources: Sequence[Json]) -> str:
    if not sources:
        return ""
    items = "".join(
        f'<li><span class="file">{esc(s["name"])}</span><span class="more">'
        f"{esc(say_count(language, 'n_' + s['kind'], s['rows_loaded']))}"
        "</span></li>"
        for s in sources
    )
    title = esc(say(language, "all_sources"))
    return f'<h3 class="small-title">{title}</h3><ul class="source-list">{items}</ul>'
