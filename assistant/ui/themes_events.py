"""What happens on the themes' page: narrowing, opening a theme, correcting, judging candidates."""

import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import date as Date
from typing import Any

import gradio as gr

from assistant.core import Assistant
from assistant.ui import candidates, theme_records, themes, welcome
from assistant.ui.effects import MOST_SHOWN, Effect, effects, moved
from assistant.ui.themes import label_of
from assistant.ui.words import UiLanguage, choose, say, share
from corpus.choices import Choices
from corpus.codebook import LANGUAGES, Codebook
from corpus.errors import AncrageError
from corpus.filters import Filters

log = logging.getLogger(__name__)

PAGE = 20
"""Records of a theme that are shown at a time."""

POLL_SECONDS = 1.0
"""How often the progress of a recoding is told."""

FEEDBACK = Filters(kind=("feedback",))

Update = tuple[Any, ...]
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class View:
    """What one browser page looks at; ``offset`` is where the next records of the theme begin."""

    language: UiLanguage = "en"
    filters: Filters = FEEDBACK
    theme: str | None = None
    records: tuple[Json, ...] = ()
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """The corrections of one browser page, the last first."""

    effects: tuple[Effect, ...] = ()

    def put(self, effect: Effect) -> "Made":
        """With this one, in the place of an earlier one of the same part of the page."""
        others = tuple(each for each in self.effects if each.key != effect.key)
        return Made((effect, *others)[:MOST_SHOWN])


@dataclass(frozen=True, slots=True)
class Looked:
    """The draw by which candidates were looked for last."""

    seed: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)


class ThemesEvents:
    """The handlers of one app; what they return is in the order of the outputs in the layout."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        # A recoding goes on when the reader leaves the page; one at a time is what it can do.
        self._behind = ThreadPoolExecutor(1, "ancrage-recode")

    def open(self, locale: str) -> Update:
        """Give the page its words: header, progress, filters, tree, panel, candidates, view."""
        view = View(choose(locale))
        coded = self._coded()
        return (
            welcome.header(view.language, self.assistant.sources(), "themes"),
            themes.coding(view.language, coded),
            themes.filters(view.language, self.assistant.choices()),
            self._tree(view),
            theme_records.nothing(view.language),
            candidates.section(view.language, self._codebook()),
            view,
            gr.Timer(active=coded < 1),
        )

    def tick(self, view: View) -> Update:
        """While records are coded: progress, tree, timer."""
        coded = self._coded()
        # The tree is left alone until the end, so that nothing moves under the reader.
        tree = gr.skip() if coded < 1 else self._tree(view)
        return themes.coding(view.language, coded), tree, gr.Timer(active=coded < 1)

    def narrow(self, view: View, form: Json) -> Update:
        """Other filters: tree, panel, view."""
        view = replace(view, filters=chosen(form, self.assistant.choices()))
        return self._tree(view), *self._records(replace(view, records=(), offset=0))

    def theme(self, view: View, event: gr.EventData) -> Update:
        """The theme that was clicked: panel, view."""
        theme = str(event._data.get("theme", ""))
        return self._records(replace(view, theme=theme, records=(), offset=0))

    def more(self, view: View) -> Update:
        """The next records of the open theme: panel, view."""
        return self._records(view)

    def tree(self, view: View) -> str:
        """The tree as it is now."""
        return self._tree(view)

    def correct(self, view: View, made: Made, event: gr.EventData) -> Iterator[Update]:
        """Keep what was said of a mention and say what it changed: effects, corrections."""
        data = {name: str(value) for name, value in event._data.items()}
        verdict, theme, other = (data.get(name, "") for name in ("verdict", "theme", "other"))
        codebook = self._codebook()
        sign = data.get("polarity", "")
        said = say(
            view.language,
            f"said_{verdict}" if verdict in ("right", "not", "other") else "said_polarity",
            theme=label_of(view.language, codebook, theme),
            other=label_of(view.language, codebook, other),
            polarity=say(view.language, f"polarity_{themes.SIGNS.get(sign, 'neutral')}"),
        )

        def work() -> Json:
            return self.assistant.correct(
                data["passage"],
                int(data["start"]),
                int(data["end"]),
                theme,
                holds=verdict in ("right", "polarity"),
                polarity=sign if sign in themes.SIGNS else None,  # type: ignore[arg-type]
                instead=other if verdict == "other" else None,
            )

        yield from self._effect(view, made, data.get("key", ""), said, (theme, other), work)

    def discover(self, view: View, looked: Looked, event: gr.EventData) -> Iterator[Update]:
        """Look for candidates by the draw that was asked for: candidates, draw."""
        seed = str(event._data.get("seed", ""))
        yield from self._discover(view, replace(looked, seed=int(seed) if seed.isdigit() else 0))

    def again(self, view: View, looked: Looked) -> Iterator[Update]:
        """Look for candidates by the same draw, after one was judged: candidates, draw."""
        yield from self._discover(view, looked)

    def judge(
        self, view: View, made: Made, looked: Looked, event: gr.EventData
    ) -> Iterator[Update]:
        """Do what was decided of a candidate and say what it changed: effects, corrections."""
        data = event._data
        decision, key, into, group = (
            str(data.get(name) or "") for name in ("decision", "key", "into", "group")
        )
        accepts, merges = decision == "accept", decision == "merge"
        label: dict[str, str] = {
            each: text for each in LANGUAGES if (text := str(data.get(each) or "").strip())
        }
        said = say(
            view.language,
            f"said_{decision if merges or accepts else 'dismiss'}",
            label=label.get(view.language) or looked.labels.get(key, ""),
            other=label_of(view.language, self._codebook(), into),
        )

        def work() -> Json:
            return self.assistant.judge_candidate(
                key,
                decision,  # type: ignore[arg-type]
                label=(label or None) if accepts else None,
                group=(group or None) if accepts else None,
                into=into if merges else None,
                seed=looked.seed,
            )

        yield from self._effect(view, made, key, said, (into,), work)

    # What they share -------------------------------------------------------------------------

    def _codebook(self) -> Codebook:
        return self.assistant.coding.codebook()[1]

    def _coded(self) -> float:
        done, whole = self.assistant.coding.progress()
        return done / whole if whole else 1.0

    def _tree(self, view: View) -> str:
        try:
            totals = self.assistant.themes(view.filters)
        except AncrageError as error:
            return themes.failed(view.language, str(error))
        narrowed = view.filters != FEEDBACK
        return themes.tree(view.language, self._codebook(), totals, view.theme, narrowed=narrowed)

    def _records(self, view: View) -> Update:
        if view.theme is None:
            return theme_records.nothing(view.language), view
        known = {record["passage_id"] for record in view.records}
        try:
            found = self.assistant.theme_records(
                view.theme, view.filters, limit=PAGE + 1, offset=view.offset
            )
        except AncrageError as error:
            return theme_records.failed(view.language, str(error)), view
        # A recoding between two pages may bring a record twice.
        fresh = [record for record in found[:PAGE] if record["passage_id"] not in known]
        view = replace(view, records=(*view.records, *fresh), offset=view.offset + PAGE)
        html = theme_records.records(
            view.language, self._codebook(), view.theme or "", view.records, more=len(found) > PAGE
        )
        return html, view

    def _effect(
        self,
        view: View,
        made: Made,
        key: str,
        said: str,
        about: tuple[str, ...],
        work: Callable[[], Json],
    ) -> Iterator[Update]:
        """Work behind the page and tell how far it is, then what it changed."""
        language = view.language

        def update(effect: Effect) -> Update:
            nonlocal made
            made = made.put(effect)
            return effects(language, made.effects), made

        yield update(Effect(key, said, "waiting", say(language, "recoding")))
        doing: Future[Json] = self._behind.submit(work)
        while not wait([doing], timeout=POLL_SECONDS).done:
            # Of 1 nothing is to be told: it has not begun, or the totals are being counted.
            if (coded := self._coded()) < 1:
                text = say(language, "recoding_at", share=share(language, coded, 0))
                yield update(Effect(key, said, "waiting", text))
        try:
            changed = doing.result()["changed"]
        except AncrageError as error:
            yield update(Effect(key, said, "failed", str(error)))
        except Exception:
            log.exception("A correction could not be made.")
            yield update(Effect(key, said, "failed", say(language, "correct_failed")))
        else:
            text = moved(language, self._codebook(), changed, about)
            yield update(Effect(key, said, "done", text))

    def _discover(self, view: View, looked: Looked) -> Iterator[Update]:
        language = view.language
        yield candidates.waiting(language), looked
        try:
            found = self.assistant.discover_themes(looked.seed)
        except AncrageError as error:
            yield candidates.failed(language, str(error)), looked
        except Exception:
            log.exception("Candidates could not be looked for.")
            yield candidates.failed(language, say(language, "themes_failed")), looked
        else:
            html = candidates.section(language, self._codebook(), found, looked.seed)
            labels = {str(each["id"]): str(each["label"]) for each in found}
            yield html, replace(looked, labels=labels)


def chosen(data: Json, choices: Choices) -> Filters:
    """The filters of a form, of which only what there is to choose from counts."""

    def of(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
        value = str(data.get(name) or "")
        return (value,) if value in values else ()

    segments = {
        name: found[0]
        for name, values in choices.segment.items()
        if (found := of(f"segment:{name}", values))
    }
    return replace(
        FEEDBACK,
        source=of("source", choices.source),
        stage=of("stage", choices.stage),
        channel=of("channel", choices.channel),
        language=of("language", choices.language),
        segment=segments,
        since=_day(data.get("since")),
        until=_day(data.get("until")),
    )


def _day(value: object) -> Date | None:
    try:
        return Date.fromisoformat(str(value or ""))
    except ValueError:
        return None
