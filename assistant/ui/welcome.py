"""The empty state (what is loaded, what to ask) and what happened to uploaded files."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.ui.panel import command
from assistant.ui.safe import esc
from assistant.ui.words import UiLanguage, number, say, say_count
from corpus.demo import generate as demo
from corpus.errors import AncrageError
from corpus.ingest import Loaded

Json = Mapping[str, Any]

DEMO_FILES = frozenset(
    (demo.INTERNAL, demo.JOURNEY, demo.EVENTS, *(name for name, _ in demo.FEEDBACK.values()))
)

MOST_QUARANTINED = 5
"""Rows set aside that are listed after an upload; the counts tell of the others."""


def is_demo(sources: Sequence[Json]) -> bool:
    """Whether something of the demo company is loaded."""
    return not DEMO_FILES.isdisjoint(str(source["name"]) for source in sources)


PAGES = {
    "conversation": "./",
    "themes": "./themes",
    "journey": "./journey",
    "actions": "./actions",
    "quality": "./quality",
}
"""The pages and their addresses, which begin with a dot to hold behind a proxy's prefix."""


def header(language: UiLanguage, sources: Sequence[Json], page: str = "conversation") -> str:
    """The brand, the way to the pages, and that the company is fictional where it is."""
    notice = ""
    if is_demo(sources):
        more = esc(say(language, "fictional_more"))
        notice = f'<p class="fictional" title="{more}">{esc(say(language, "fictional"))}</p>'
    return (
        f'<header class="brand" lang="{language}"><div><h1>{_ANCHOR}'
        f"{esc(say(language, 'title'))}</h1><p>{esc(say(language, 'tagline'))}</p></div>"
        f"{notice}{_navigation(language, page)}</header>"
    )


def _navigation(language: UiLanguage, here: str) -> str:
    links = "".join(
        f'<a href="{address}" aria-current="{"page" if page == here else "false"}">'
        f"{esc(say(language, page))}</a>"
        for page, address in PAGES.items()
    )
    return f'<nav class="pages" aria-label="{esc(say(language, "pages"))}">{links}</nav>'


_ANCHOR = (
    '<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" fill="none" '
    'stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">'
    '<circle cx="12" cy="5" r="2.2"/><path d="M12 7.2V21M8 11h8M4 13.5c0 4.2 3.4 7.5 8 7.5s8-3.3 '
    '8-7.5"/></svg>'
)


def welcome(language: UiLanguage, sources: Sequence[Json]) -> str:
    """What stands where the conversation will be."""
    if not sources:
        return (
            f'<section class="welcome"><h2>{esc(say(language, "welcome"))}</h2>'
            f"<p>{esc(say(language, 'welcome_more'))}</p>"
            f"<h3 class='small-title'>{esc(say(language, 'loaded_nothing'))}</h3>"
            f"{_how(language, say(language, 'load_how'), 'ancrage ingest avis.csv etude.pdf')}"
            f"{_how(language, say(language, 'load_demo'), 'ancrage demo')}"
            f'<p class="quiet">{esc(say(language, "load_more"))}</p></section>'
        )
    counts: Counter[str] = Counter()
    for source in sources:
        counts[str(source["kind"])] += int(source["rows_loaded"])
    tiles = [say_count(language, "n_sources", len(sources))] + [
        say_count(language, f"n_{kind}", counts[kind])
        for kind in ("feedback", "research", "journey", "events")
        if counts[kind]
    ]
    asked = "".join(
        f'<li><button type="button" class="example" data-event="example" data-key="{key}">'
        f"{esc(say(language, key))}</button></li>"
        for key in examples(sources)
    )
    fictional = (
        f'<p class="quiet"><strong>{esc(say(language, "fictional"))}.</strong> '
        f"{esc(say(language, 'fictional_more'))}</p>"
        if is_demo(sources)
        else ""
    )
    return (
        f'<section class="welcome"><h2>{esc(say(language, "welcome"))}</h2>'
        f"<p>{esc(say(language, 'welcome_more'))}</p>"
        f'<h3 class="small-title">{esc(say(language, "examples"))}</h3>'
        f'<ul class="examples">{asked}</ul>'
        f'<h3 class="small-title">{esc(say(language, "loaded"))}</h3>'
        f'<ul class="tiles">{"".join(f"<li>{esc(tile)}</li>" for tile in tiles)}</ul>{fictional}'
        f'<details class="how"><summary>{esc(say(language, "how"))}</summary>'
        f"{_how(language, say(language, 'load_how'), 'ancrage ingest avis.csv etude.pdf')}"
        f'<p class="quiet">{esc(say(language, "load_more"))}</p></details></section>'
    )


def examples(sources: Sequence[Json]) -> list[str]:
    """The word keys of three or four questions that the loaded sources can answer."""
    if is_demo(sources):
        return [f"ask_demo_{n}" for n in (1, 2, 3, 4)]
    kinds = {source["kind"] for source in sources}
    keys = {
        "feedback": ["ask_feedback_1", "ask_feedback_2"],
        "research": ["ask_research"],
        "journey": ["ask_journey"],
    }
    return [key for kind, own in keys.items() if kind in kinds for key in own]


def _how(language: UiLanguage, title: str, line: str) -> str:
    return command(language, title, line)


def uploaded(language: UiLanguage, loaded: Loaded) -> str:
    """What a file was read as: the mapping guessed, the counts, the rows set aside."""
    data = loaded.as_dict()
    counts = {
        name: number(language, data[f"rows_{name}"]) for name in ("read", "loaded", "quarantined")
    }
    mapping = "".join(
        f"<dt>{esc(field)}</dt><dd>{esc(column)}</dd>" for field, column in data["mapping"].items()
    )
    set_aside = "".join(
        f"<li>{esc(say(language, 'row', n=item['row'], reason=item['reason']))}</li>"
        for item in data["quarantine"][:MOST_QUARANTINED]
    )
    summary = (
        say(language, "status_" + data["status"]),
        say(language, "file_" + data["kind"]),
        say(language, "rows", **counts),
    )
    html = (
        f'<p class="upload-name"><strong>{esc(data["source"])}</strong></p>'
        f"<p>{' · '.join(map(esc, summary))}</p>"
    )
    if data["hidden"]:
        kinds = ", ".join(
            f"{say(language, f'hidden_{kind}')} ({number(language, n)})"
            for kind, n in data["hidden"].items()
        )
        html += f"<p>{esc(say(language, 'hidden', kinds=kinds))}</p>"
    if data["addressed"]:
        told = say(language, "addressed", n=number(language, data["addressed"]))
        html += f"<p>{esc(told)}</p>"
    if mapping:
        line = f"ancrage ingest {data['source']} --map text=…"
        left = ", ".join(data["unused"])
        unused = f"<p>{esc(say(language, 'unused', columns=left))}</p>" if left else ""
        html += (
            f"<details><summary>{esc(say(language, 'mapping'))}</summary>"
            f'<dl class="mapping">{mapping}</dl>{unused}'
            f"{command(language, say(language, 'mapping_wrong'), line)}</details>"
        )
    if set_aside:
        html += (
            f"<details><summary>{esc(say(language, 'quarantine'))}</summary>"
            f"<ul>{set_aside}</ul></details>"
        )
    return f'<div class="upload upload-ok">{html}</div>'


def refused(language: UiLanguage, name: str, error: Exception) -> str:
    """Why a file was not loaded: the one sentence of an AncrageError, else that it failed."""
    ours = isinstance(error, AncrageError)
    sentence = str(error) if ours else say(language, "upload_failed")
    lang = ' lang="en"' if ours else ""
    return (
        f'<div class="upload upload-no" role="alert"><p class="upload-name"><strong>{esc(name)}'
        f"</strong> · {esc(say(language, 'status_refused'))}</p><p{lang}>{esc(sentence)}</p></div>"
    )
