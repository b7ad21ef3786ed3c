"""What happens on the page: opening it, asking, stopping, opening a citation, adding files."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.conversing import LONGEST_COMMENT
from assistant.core import LONGEST_QUESTION, Assistant
from assistant.ui import answer as show
from assistant.ui import chips, panel, welcome
from assistant.ui.charts.choose import charts
from assistant.ui.charts.parts import Told
from assistant.ui.charts.show import show as show_charts
from assistant.ui.safe import esc
from assistant.ui.session import Session
from assistant.ui.words import choose, has, say, say_count
from corpus.errors import AncrageError, NotFoundError
from corpus.files import RawFile

log = logging.getLogger(__name__)

Update = tuple[Any, ...]


class Events:
    """The handlers of one app; what they return is in the order of the outputs in ``app``."""

    def __init__(self, assistant: Assistant, on_ingested: Callable[[], None]) -> None:
        self.assistant = assistant
        self.on_ingested = on_ingested
        self.by_meaning = assistant.settings.embeddings != "none"

    def open(self, locale: str) -> Update:
        """Give the page its words: header, conversation, panel, session."""
        language = choose(locale)
        sources = self.assistant.sources()
        return (
            welcome.header(language, sources),
            log_of(Session(language), welcome.welcome(language, sources)),
            panel.empty(language, sources),
            Session(language),
        )

    def question_of(self, session: Session, event: gr.EventData) -> str:
        """The words of the example that was clicked."""
        key = str(event._data.get("key", ""))
        return say(session.language, key) if has(session.language, key) else ""

    def whole_of(self, event: gr.EventData) -> str:
        """A follow-up as it was written out, to be corrected and asked."""
        return str(event._data.get("text", ""))[:LONGEST_QUESTION]

    def ask(
        self, question: str, session: Session, request: gr.Request | None = None
    ) -> Iterator[Update]:
        """Stream one answer: question, past, live, state, session, three buttons, panel."""
        question = question.strip()
        if request and not session.count:
            # Asked before the page had told its language.
            told = request.headers.get("accept-language")
            session = replace(session, language=choose(told))
        if question:
            yield from self._answer(question, session, {})
        else:
            yield (gr.skip(),) * 9

    def again(self, session: Session, event: gr.EventData) -> Iterator[Update]:
        """Ask a question again with one chip changed: the same as ``ask`` gives."""
        data = event._data
        try:
            asked = session.asked[str(data["turn"])]
            changed = (str(data[name]) for name in ("field", "old", "value"))
            corrected = chips.corrected(asked, self.menus(session), *changed)
        except (KeyError, TypeError, ValueError):
            sentence = esc(say(session.language, "chip_refused"))
            yield (*(gr.skip(),) * 3, sentence, *(gr.skip(),) * 5)
            return
        yield from self._answer(asked.question, session, corrected)

    def menus(self, session: Session) -> chips.Menus:
        """What the chips of an answer can be changed to."""
        _, codebook = self.assistant.coding.codebook()
        return chips.Menus(session.language, codebook, self.assistant.choices())

    def _answer(
        self, question: str, session: Session, corrected: Mapping[str, Any]
    ) -> Iterator[Update]:
        language = session.language
        session = session.begin()
        key = f"turn-{session.count}"

        def update(body: str, status: str, *, running: bool) -> Update:
            nonlocal session
            session = replace(session, live=show.turn(language, key, question, body))
            return (
                gr.skip(),
                log_of(session),
                live_of(session, busy=running),
                esc(status),
                session,
                gr.update(visible=not running),
                gr.update(visible=running),
                gr.update(visible=True),
                gr.skip(),
            )

        first = update(show.waiting(language), say(language, "searching"), running=True)
        # The numbers begin again, so the panel must not show one of the answer before.
        fresh = panel.empty(language, self.assistant.sources())
        yield (gr.update(value=""), *first[1:-1], fresh)
        claims: list[dict[str, Any]] = []
        try:
            stream = self.assistant.stream(
                question,
                conversation_id=session.conversation,
                chat_model=session.chat_model,
                reading=corrected or None,
            )
            # Gradio closes this generator on Stop; the stream is closed with it.
            with closing(stream):
                for name, data in stream:
                    if name == "claim":
                        claims.append(data)
                        body = show.partial(language, claims)
                        yield update(body, say(language, "composing"), running=True)
                    elif name == "answer":
                        session = replace(session, conversation=data["conversation_id"])
                        asked = chips.asked(question, data["understood"], corrected)
                        session = session.answered(key, asked)
                        menus = self.menus(session)
                        cited = say_count(language, "n_citations", len(data["citations"]))
                        body = show.answer(
                            language,
                            key,
                            data,
                            by_meaning=self.by_meaning,
                            chips=chips.show(menus, key, data["understood"]),
                            charts=self._charts(data["facts"], menus),
                        )
                        yield update(body, say(language, "done", n=cited), running=False)
        except AncrageError as error:
            yield update(show.trouble(str(error)), str(error), running=False)
        except Exception:
            log.exception("The question could not be answered.")
            sentence = say(language, "failed")
            yield update(show.trouble(sentence), sentence, running=False)

    def _charts(self, facts: Sequence[Mapping[str, Any]], menus: chips.Menus) -> str:
        """The pictures of an answer's facts, the series that they are from computed whole."""
        told = Told(menus.language, menus.codebook)
        return show_charts(menus.language, charts(facts, told, self.assistant.facts))

    def stop(self, session: Session) -> Update:
        """After Stop: live, state, session, ask and stop buttons."""
        sentence = say(session.language, "stopped")
        if session.live:
            # What was waiting is over; what had come stays.
            body = session.live.replace('<p class="waiting">', '<p class="waiting" hidden>')
            session = replace(session, live=show.ended(body, sentence))
        return (
            live_of(session, busy=False),
            esc(sentence),
            session,
            gr.update(visible=True),
            gr.update(visible=False),
        )

    def restart(self, session: Session) -> Update:
        """A new conversation: past, live, state, panel, session, the three buttons."""
        session = session.afresh()
        sources = self.assistant.sources()
        return (
            log_of(session, welcome.welcome(session.language, sources)),
            "",
            "",
            panel.empty(session.language, sources),
            session,
            gr.update(visible=True),
            gr.update(visible=False),
            gr.update(visible=False),
        )

    def cite(self, session: Session, event: gr.EventData) -> str:
        """The panel with the citation that was clicked."""
        data = event._data
        try:
            passage = self.assistant.show(str(data["passage"]))
            start, end, number = (int(data[name]) for name in ("start", "end", "number"))
        except (NotFoundError, KeyError, TypeError, ValueError):
            return panel.gone(session.language, str(data.get("quote") or ""))
        if data.get("quote") not in (None, passage["text"][start:end]):
            # A reopened answer may cite what another version of its source said.
            return panel.gone(session.language, str(data["quote"]))
        return panel.opened(session.language, passage, start, end, number)

    def rate(self, session: Session, event: gr.EventData) -> Update:
        """A thumb that was given, and perhaps why: past, live, state, session."""
        language, data = session.language, event._data
        answer_id, verdict = (str(data.get(name) or "") for name in ("answer", "verdict"))
        comment = str(data.get("comment") or "")[:LONGEST_COMMENT]
        try:
            self.assistant.rate(answer_id, "up" if verdict == "up" else "down", comment)
        except AncrageError as error:
            return gr.skip(), gr.skip(), esc(str(error)), session
        now = show.rating(language, answer_id, verdict)
        for before in (show.rating(language, answer_id, each) for each in ("", "up", "down")):
            session = replace(
                session,
                live=session.live.replace(before, now),
                past=tuple(turn.replace(before, now) for turn in session.past),
            )
        said = esc(say(language, "rate_said" if comment else "rate_done"))
        return log_of(session), live_of(session, busy=False), said, session

    def upload(self, paths: Sequence[str] | None, session: Session) -> Update:
        """Load files: their report, the file box, header, past, panel."""
        language = session.language
        reports: list[str] = []
        changed = False
        for path in map(Path, paths or ()):
            try:
                file = RawFile.read(path)
                loaded = self.assistant.ingest(file, origin=f"upload:{file.name}")
            except AncrageError as error:
                reports.append(welcome.refused(language, path.name, error))
            except Exception as error:
                log.exception("An uploaded file could not be loaded.")
                reports.append(welcome.refused(language, path.name, error))
            else:
                reports.append(welcome.uploaded(language, loaded))
                changed = changed or loaded.status != "unchanged"
            finally:
                # What was uploaded is in the store, redacted; the raw copy must not stay.
                path.unlink(missing_ok=True)
        if changed:
            self.on_ingested()
            reports.append(f'<p class="quiet">{esc(say(language, "searchable"))}</p>')
        sources = self.assistant.sources()
        begun = bool(session.live)
        return (
            f'<div role="status">{"".join(reports)}</div>',
            None,
            welcome.header(language, sources),
            gr.skip() if begun else log_of(session, welcome.welcome(language, sources)),
            gr.skip() if begun else panel.empty(language, sources),
        )


def log_of(session: Session, before: str = "") -> str:
    """The turns that are over, or what stands there before the first."""
    title = esc(say(session.language, "conversation"))
    return (
        f'<section class="log" lang="{session.language}" aria-label="{title}">'
        f"{before}{''.join(session.past)}</section>"
    )


def live_of(session: Session, *, busy: bool) -> str:
    """The turn that is being answered, read aloud when it is whole."""
    return (
        f'<section class="log" lang="{session.language}" aria-live="polite" '
        f'aria-busy="{str(busy).lower()}">{session.live}</section>'
    )
