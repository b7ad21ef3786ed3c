"""An answer written by a chat model in the place of the composed one, or the reason why not.

evidence → model with tools → each claim verified as it comes → what failed rewritten once → page
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date as Date
from importlib import resources
from itertools import islice
from typing import Any

from langchain.agents import create_agent
from langchain.agents.structured_output import ProviderStrategy, StructuredOutputError
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langgraph.errors import GraphRecursionError
from pydantic import ValidationError

from assistant.agent.bounds import Meter, NoBudget, TooLong
from assistant.agent.claims import Claims, Said, Short, brief_schema, schema
from assistant.agent.drafting import Sheet
from assistant.agent.evidence import Given, fact_lines
from assistant.agent.incoming import Incoming
from assistant.agent.judge import Judge
from assistant.agent.room import context_of, room_of
from assistant.agent.tools import tools
from assistant.answers.book import FactBook
from assistant.models import load_chat_model, problem_of
from assistant.pages import Listener, Page, Stopped, Work, Written
from assistant.reading import said_back
from assistant.types import Citation, Claim, Dropped
from assistant.verify import verify
from corpus.errors import ConfigurationError, ModelError
from corpus.settings import Settings
from corpus.types import EVIDENCE_KINDS, Passage

STEPS = 24
"""Steps of the agent's graph: two for each time that it is asked."""

EACH_KIND = 5
"""Passages of a kind of evidence that are given with the question."""

FACTS = 0.45
"""The part of the evidence's tokens that facts may take; passages have the rest."""

UNREADABLE = "it is no claim that could be read"
"""The reason of an element of an answer that has another shape than was asked for."""


def write(
    name: str,
    settings: Settings,
    work: Work,
    composed: Page,
    given_texts: Sequence[str],
    listener: Listener,
    judge: Judge | None = None,
) -> Written:
    """Have the model answer from what the composed answer was made from, and what it asks for.

    ``given_texts`` are what any sentence may draw on, as for ``verify``; ``listener`` is told each
    claim once it is verified; ``judge`` judges its paraphrases, if one is set. Raises for nothing
    that the model does: ``reason`` then names one of the sentences ``model_…`` of the answers'
    words, and what was verified before stays.
    """
    meter = Meter(name, settings, work.store)
    writing = _Writing(name, settings, work, composed, given_texts, meter, listener, judge)
    reason = None
    try:
        writing.write()
    except NoBudget:
        reason = "no_budget"
    except TooLong:
        reason = "too_long"
    except (StructuredOutputError, json.JSONDecodeError):
        reason = "malformed"
    except GraphRecursionError:
        reason = "loops"
    except ConfigurationError:
        reason = "unusable"
    except ModelError:
        reason = "silent"
    return writing.written(reason)


class _Writing:
    def __init__(
        self,
        name: str,
        settings: Settings,
        work: Work,
        composed: Page,
        given_texts: Sequence[str],
        meter: Meter,
        listener: Listener,
        judge: Judge | None,
    ) -> None:
        self.name, self.settings, self.work, self.composed = name, settings, work, composed
        self.texts, self.meter, self.listener = list(given_texts), meter, listener
        self.judge = judge
        book = FactBook(work.store, work.codebook, work.reading.language, composed.facts)
        self.given = Given(work.store, book, flagged=settings.chat_flagged)
        self.sheet = Sheet(self.given, work.question.words, self._verified, listener.heard)
        self.wrote: list[Any] = []

    def write(self) -> None:
        """Fill the sheet with what the model writes."""
        self.room = room_of(context_of(self.name, self.settings, self._model(1)))
        messages: list[BaseMessage] = [HumanMessage(self._question())]
        try:
            self._ask(messages, with_tools=not self.room.brief)
        except _Refused:
            # Some servers take no tools, or none beside a schema: then it answers from what it has.
            self._ask(messages, with_tools=False)
        if self.sheet.faults:
            self._mend(messages)

    def written(self, reason: str | None) -> Written:
        """The page of what holds; the composed one's tail comes after it, whoever wrote."""
        model, used = self.name, self.meter.as_dict()
        dropped = [*(fault for _, fault in self.sheet.faults), *self.sheet.repeated]
        if not self.sheet.held:
            reason = f"model_{reason or 'unsupported'}"
            return Written(None, None, reason, used, dropped)
        draft = self.sheet.laid_out()
        own = frozenset(claim.id for claim in draft.claims)
        composed, start, tail = self.composed, draft.written, None
        if composed.tail is not None:
            draft.take(composed.draft, composed.tail[0])
            tail = start, start + composed.tail[1] - composed.tail[0]
        page = replace(composed, draft=draft, facts=self.given.book.made, tail=tail, by_model=own)
        if reason:
            page = replace(page, status="partial")
        return Written(page, model, reason and f"model_part_{reason}", used, dropped)

    # What it is asked ------------------------------------------------------------------------

    def _question(self) -> str:
        """The question with its evidence: what the composed answer uses, then what was found."""
        room, asked = self.room, json.dumps(self.work.question.text, ensure_ascii=False)
        if room.brief:
            # A small model answers what it read last.
            return f"{self._sentences()}\n<question>\n{asked}\n</question>"
        facts = fact_lines(self.composed.facts, int(FACTS * room.evidence))
        most = room.evidence - int(FACTS * room.evidence)
        return (
            f"<question>\n{asked}\n</question>\n<facts>\n{facts}\n</facts>\n"
            f"<passages>\n{self.given.passage_lines(self._passages(), most)}\n</passages>"
        )

    def _sentences(self) -> str:
        composed = self.composed
        until = composed.tail[0] if composed.tail else None
        claims = [c for c in composed.draft.claims_until(until) if c.kind != "limit"]
        return self.given.sentence_lines(claims, composed.draft.citations, self.room.evidence)

    def _passages(self) -> list[Passage]:
        used = [citation.passage_id for citation in self.composed.draft.citations]
        found = self.work.evidence.found
        best = [c.passage for kind in EVIDENCE_KINDS for c in found.get(kind, [])[:EACH_KIND]]
        return list({p.id: p for p in [*self.work.store.passages(used), *best]}.values())

    def _instructions(self) -> str:
        reading, codebook = self.work.reading, self.work.codebook
        said = self.work.question.words
        language = said.languages.get(said.language, said.language)
        if self.room.brief:
            return _prompt("brief").format(language=language)
        return _prompt("instructions").format(
            language=language,
            today=Date.today().isoformat(),
            reading=said_back(reading, codebook, said),
            themes=", ".join(theme.id for theme in codebook.themes),
        )

    def _shape(self) -> dict[str, Any]:
        """What a model that is asked without tools can say at all: these ids and no others."""
        if self.room.brief:
            return brief_schema(list(self.given.sentences), self.room.claims)
        facts = [fact.id for fact in self.composed.facts if fact.value is not None]
        return schema(list(self.given.passages), facts, self.room.claims)

    def _model(self, most: int) -> BaseChatModel:
        timeout = self.meter.seconds or 1.0
        model = load_chat_model(self.name, self.settings, most, timeout=timeout, streaming=True)
        if self.settings.chat_url and "temperature" in type(model).model_fields:
            # A server of one's own samples as it likes; here nothing is to be invented.
            return model.model_copy(update={"temperature": 0.0})
        return model

    def _ask(self, messages: Sequence[BaseMessage], *, with_tools: bool) -> None:
        """Have the sheet take each claim as it comes; raises _Refused where it takes no tools."""
        places = iter(range(len(self.wrote), len(self.wrote) + self.room.claims))

        def take(element: Any) -> None:
            for place in islice(places, 1):
                self._take(element, place)

        self._listen(messages, take, with_tools=with_tools)

    def _listen(self, messages: Sequence[BaseMessage], take: Any, *, with_tools: bool) -> None:
        incoming = Incoming(take, self._check)
        agent: Any = create_agent(
            self._model(min(self.room.answer, self.settings.chat_answer_tokens)),
            tools(self.work, self.given) if with_tools else [],
            system_prompt=self._instructions(),
            middleware=[self.meter],
            response_format=ProviderStrategy(Claims if with_tools else self._shape()),
        )
        config = {"recursion_limit": STEPS, "callbacks": [incoming]}
        try:
            state = agent.invoke({"messages": list(messages)}, config)
        except (
            ModelError,
            ConfigurationError,
            StructuredOutputError,
            GraphRecursionError,
            Stopped,
        ):
            raise
        except Exception as error:  # each provider's package raises its own
            if with_tools and getattr(error, "status_code", None) in (400, 404, 422, 500, 501):
                raise _Refused from error
            raise problem_of(self.name, error) from error
        incoming.whole(str(state["messages"][-1].text))

    def _check(self) -> None:
        self.meter.check()
        self.listener.check()

    # What of it holds ------------------------------------------------------------------------

    def _take(self, element: Any, place: int) -> None:
        """Read one claim and have it verified."""
        self.wrote.append(element)
        try:
            if self.room.brief:
                short = Short.model_validate(element)
                repeated = self.given.sentences[short.sentence]
                self.sheet.take(self._said(short.text, repeated), place, repeated.text)
            else:
                self.sheet.take(Said.model_validate(element), place)
        except (ValidationError, KeyError):
            text = json.dumps(element, ensure_ascii=False)
            self.sheet.faults.append((place, Dropped(text, UNREADABLE)))

    def _said(self, text: str, repeated: Claim) -> Said:
        """A short sentence as a claim: it stands on what the one that it repeats stands on."""
        spans = [{"passage": each, "quote": self.given.spans[each]} for each in repeated.citations]
        return Said.model_validate(
            {"kind": repeated.kind, "text": text, "citations": spans, "facts": [*repeated.facts]}
        )

    def _verified(
        self, claims: Sequence[Claim], citations: Sequence[Citation], repeated: Mapping[str, str]
    ) -> tuple[list[Claim], list[Dropped]]:
        work = self.work
        return verify(
            claims,
            citations,
            self.given.book.made,
            work.store,
            self.texts,
            codebook=work.codebook,
            embed=lambda texts: work.index.embed_sentences(list(texts)),
            repeated=repeated,
            computed=[claim.text for claim in self.composed.draft.claims],
            judge=self.judge,
        )

    def _mend(self, messages: Sequence[BaseMessage]) -> None:
        """Have the sentences that do not hold written once more, each in its own place."""
        faults = list(self.sheet.faults)
        listed = [{"text": each.text, "why": each.reason} for _, each in faults]
        wanted = "\n".join(json.dumps(each, ensure_ascii=False) for each in listed)
        before = json.dumps({"claims": self.wrote}, ensure_ascii=False)
        again = [AIMessage(before), HumanMessage(f"{_prompt('mend')}\n{wanted}")]
        places = iter([place for place, _ in faults])

        def take(element: Any) -> None:
            for place in islice(places, 1):
                self._take(element, place)

        # What holds is not lost with what does not.
        with suppress(ModelError, ConfigurationError, StructuredOutputError):
            self._listen([*messages, *again], take, with_tools=False)


class _Refused(Exception):
    """The server took the request for none that it can answer."""


def _prompt(name: str) -> str:
    return resources.files("assistant.agent").joinpath(f"{name}.md").read_text("utf-8")
