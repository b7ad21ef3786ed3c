"""An answer written by a chat model in the place of the composed one, or the reason why not.

evidence → model with tools → claims → verify → rewritten once → verify → draft
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date as Date
from importlib import resources
from typing import Any

from langchain.agents import create_agent
from langchain.agents.structured_output import ProviderStrategy, StructuredOutputError
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langgraph.errors import GraphRecursionError
from pydantic import ValidationError

from assistant.agent.bounds import Meter, NoBudget, TooLong
from assistant.agent.claims import MOST_CLAIMS, Claims, Said, schema
from assistant.agent.drafting import drafted, ordered
from assistant.agent.evidence import Given, fact_lines
from assistant.agent.tools import tools
from assistant.answers.book import FactBook
from assistant.draft import Draft
from assistant.models import load_chat_model, problem_of
from assistant.pages import Page, Work, Written
from assistant.reading import said_back
from assistant.types import Claim, Dropped
from assistant.verify import verify
from corpus.errors import ConfigurationError, ModelError
from corpus.settings import Settings
from corpus.types import EVIDENCE_KINDS

LONGEST_ANSWER = 2_500
"""Tokens of one completion."""

STEPS = 24
"""Steps of the agent's graph: two for each time that it is asked."""

EACH_KIND = 5
"""Passages of a kind of evidence that are given with the question."""

TOKENS_OF_FACTS, TOKENS_OF_PASSAGES = 2_000, 2_500


def write(
    name: str, settings: Settings, work: Work, composed: Page, given_texts: Sequence[str]
) -> Written:
    """Have the model answer from what the composed answer was made from, and what it asks for.

    ``given_texts`` are what any sentence may draw on, as for ``verify``. Never raises for what the
    model does: ``reason`` then names one of the sentences ``model_…`` of the answers' words.
    """
    meter = Meter(name, settings, work.store)
    try:
        return _Writing(name, settings, work, composed, given_texts, meter).write()
    except NoBudget:
        reason = "model_no_budget"
    except TooLong:
        reason = "model_too_long"
    except (StructuredOutputError, ValidationError, json.JSONDecodeError):
        reason = "model_malformed"
    except GraphRecursionError:
        reason = "model_loops"
    except ConfigurationError:
        reason = "model_unusable"
    except ModelError:
        reason = "model_silent"
    return Written(None, None, reason, meter.as_dict())


class _Writing:
    def __init__(
        self,
        name: str,
        settings: Settings,
        work: Work,
        composed: Page,
        given_texts: Sequence[str],
        meter: Meter,
    ) -> None:
        self.name, self.settings, self.work, self.composed = name, settings, work, composed
        self.texts, self.meter = list(given_texts), meter
        book = FactBook(work.store, work.codebook, work.reading.language, composed.facts)
        self.given = Given(work.store, book)

    def write(self) -> Written:
        messages: list[BaseMessage] = [HumanMessage(self._question())]
        try:
            claims = self._asked(messages, with_tools=True)
        except _Refused:
            # Some servers take no tools, or none beside a schema: then it answers from what it has.
            claims = self._asked(messages, with_tools=False)
        claims = ordered(claims[:MOST_CLAIMS])
        draft = self._drafted(claims)
        kept, dropped = self._verified(draft)
        if dropped:
            claims = self._mended(draft, claims, kept, dropped, messages)
            draft = self._drafted(claims)
            kept, _ = self._verified(draft)
        if not any(claim.kind != "limit" for claim in kept):
            return Written(None, None, "model_unsupported", self.meter.as_dict(), dropped)
        composed, start = self.composed, draft.written
        own = frozenset(claim.id for claim in draft.claims)
        tail = None
        if composed.tail is not None:
            draft.take(composed.draft, composed.tail[0])
            tail = start, start + composed.tail[1] - composed.tail[0]
        page = replace(composed, draft=draft, facts=self.given.book.made, tail=tail, by_model=own)
        return Written(page, self.name, None, self.meter.as_dict(), dropped)

    # What it is asked ------------------------------------------------------------------------

    def _question(self) -> str:
        """The question with its evidence: what the composed answer uses, then what was found."""
        work = self.work
        used = [citation.passage_id for citation in self.composed.draft.citations]
        found = [c.passage for kind in EVIDENCE_KINDS for c in self._best(kind)]
        passages = {p.id: p for p in [*work.store.passages(used), *found]}
        facts = fact_lines(self.composed.facts, TOKENS_OF_FACTS)
        return (
            f"<question>\n{json.dumps(work.question.text, ensure_ascii=False)}\n</question>\n"
            f"<facts>\n{facts}\n</facts>\n"
            f"<passages>\n{self.given.passage_lines(passages.values(), TOKENS_OF_PASSAGES)}\n"
            "</passages>"
        )

    def _best(self, kind: Any) -> list[Any]:
        return list(self.work.evidence.found.get(kind, ()))[:EACH_KIND]

    def _instructions(self) -> str:
        reading, codebook = self.work.reading, self.work.codebook
        said = self.work.question.words
        return _prompt("instructions").format(
            language=said.languages.get(said.language, said.language),
            today=Date.today().isoformat(),
            reading=said_back(reading, codebook, said),
            themes=", ".join(theme.id for theme in codebook.themes),
        )

    def _asked(self, messages: Sequence[BaseMessage], *, with_tools: bool) -> list[Said]:
        """The claims that the model gives; raises _Refused where it takes no tools."""
        most = min(LONGEST_ANSWER, self.settings.chat_answer_tokens)
        model = load_chat_model(self.name, self.settings, most, timeout=self.meter.seconds or 1.0)
        shape: Any = Claims
        if not with_tools:
            facts = [fact.id for fact in self.composed.facts if fact.value is not None]
            shape = schema(list(self.given.passages), facts)
        agent: Any = create_agent(
            model,
            tools(self.work, self.given) if with_tools else [],
            system_prompt=self._instructions(),
            middleware=[self.meter],
            response_format=ProviderStrategy(shape),
        )
        try:
            state = agent.invoke({"messages": list(messages)}, {"recursion_limit": STEPS})
        except (ModelError, ConfigurationError, StructuredOutputError, GraphRecursionError):
            raise
        except Exception as error:  # each provider's package raises its own
            if with_tools and getattr(error, "status_code", None) in (400, 404, 422, 500, 501):
                raise _Refused from error
            raise problem_of(self.name, error) from error
        answered = state.get("structured_response")
        if answered is None:
            raise ModelError(f"The chat model {self.name} gave no claims.")
        return (
            answered if isinstance(answered, Claims) else Claims.model_validate(answered)
        ).claims

    # What of it holds ------------------------------------------------------------------------

    def _drafted(self, claims: Sequence[Said]) -> Draft:
        return drafted(claims, self.given, self.work.question.words)

    def _verified(self, draft: Draft) -> tuple[list[Claim], list[Dropped]]:
        facts = self.given.book.made
        work = self.work
        return verify(
            draft.claims,
            draft.citations,
            facts,
            work.store,
            self.texts,
            work.codebook,
            lambda texts: work.index.embed_sentences(list(texts)),
        )

    def _mended(
        self,
        draft: Draft,
        claims: Sequence[Said],
        kept: Sequence[Claim],
        dropped: Sequence[Dropped],
        messages: Sequence[BaseMessage],
    ) -> list[Said]:
        """The claims that hold, and those that do not as the model rewrites them, once."""
        faults = [{"text": each.text, "why": each.reason} for each in dropped]
        listed = "\n".join(json.dumps(each, ensure_ascii=False) for each in faults)
        before = Claims(claims=list(claims)).model_dump_json()
        wanted = HumanMessage(f"{_prompt('mend')}\n{listed}")
        try:
            again = self._asked([*messages, AIMessage(before), wanted], with_tools=False)
        except (ModelError, ConfigurationError, StructuredOutputError, ValidationError):
            # What holds is not lost with what does not.
            again = []
        names = {claim.id for claim in kept}
        held = [name in names for name in (claim.id for claim in draft.claims)]
        first = held.index(False)
        before_it = [each for each, holds in zip(claims[:first], held, strict=False) if holds]
        after = [each for each, holds in zip(claims, held, strict=True) if holds][first:]
        return ordered([*before_it, *again[: len(dropped)], *after])


class _Refused(Exception):
    """The server took the request for none that it can answer."""


def _prompt(name: str) -> str:
    return resources.files("assistant.agent").joinpath(f"{name}.md").read_text("utf-8")
