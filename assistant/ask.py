"""From a question to its answer, each step a function that can be read and tested alone.

question → understand → scope → gather → compose → verify → answer
"""

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter
from uuid import uuid4

from assistant import findings
from assistant.abstain import (
    answerability,
    said_filters,
)
from assistant.answerability import by_figures
from assistant.answers.beside import compose as compose_beside
from assistant.answers.beyond import tell as tell_beyond
from assistant.answers.book import FactBook
from assistant.answers.causes import causes_of
from assistant.answers.choose import computed, open_desk
from assistant.answers.lacks import heard
from assistant.answers.lacks import tell as tell_lacks
from assistant.answers.lacks import undated as tell_undated
from assistant.answers.levels import period
from assistant.answers.parts import Desk, first, people
from assistant.answers.sure import compose as compose_sure
from assistant.answers.todo import compose as compose_todo
from assistant.answers.todo import given as given_by_library
from assistant.candidates import SentenceVectors
from assistant.draft import Draft
from assistant.gather import Evidence, gather
from assistant.lookup import abstained, found
from assistant.pages import Corpus, Hired, Listener, Page, Request, Work
from assistant.reading import marks_named, read, said_back
from assistant.reading.intents import EMBEDDER
from assistant.reading.known import known
from assistant.reading.types import Reading, of_time, read_back
from assistant.research import quote_research
from assistant.scope import find_scope
from assistant.types import Answer, Claim, Dropped, EvidenceSummary, Understood
from assistant.understand import understand
from assistant.verify import verify
from corpus import tables as t
from corpus.conversations import Turn
from corpus.filters import Filters, values_of
from corpus.metrics._periods import period_name
from corpus.metrics.relations import counted
from corpus.types import FEWEST

CALLING = ("why", "do")
"""The intents whose answers end with what to do."""

WRITTEN = ("answered", "partial")
"""The pages that a chat model may write in the place of the composed one: no other way of writing
turns what cannot be known into an answer."""

OF_CAUSES = ("why", "said")
"""The intents whose answers have what the company believes and research claims beside them."""

MOST_CAUSES, MOST_SOUGHT = 4, 2
"""Themes of an answer that map and beliefs are set beside, and research is looked for of."""


def answer_question(
    corpus: Corpus, asked: Request, before: Sequence[Turn], hired: Hired | None, listener: Listener
) -> tuple[Answer, Reading]:
    """Answer one question from the evidence itself, or with the chat model that is hired.

    A question that leans on the last of the turns ``before`` is read, and searched for, together
    with it, unless it was written out as a whole.
    """
    clock = _Clock()
    store, index, vectors, codebook = corpus.store, corpus.index, corpus.vectors, corpus.codebook
    filters, writer = asked.filters, hired.write if hired else None
    text = asked.whole or asked.text
    last = read_back(before[-1].reading) if before else None
    meaning = index.embed_question if index.model == EMBEDDER else None
    reading = read(text, store, codebook, before=last, language=asked.language, meaning=meaning)
    reading = reading.corrected(asked.corrected) if asked.corrected else reading
    question = understand(resolved(reading), reading.language)
    scope = find_scope(question, filters, store, index)
    clock.lap("understand")
    sources = {source.id: source for source in store.sources()}

    def evidence(*, sides: bool) -> Evidence:
        made = gather(question, scope, index, vectors, sides=sides)
        # A source may be removed while the answer is made; then it is not quoted.
        held = {
            kind: [c for c in found if c.passage.source_id in sources]
            for kind, found in made.found.items()
        }
        return replace(made, found=held)

    # Figures need to know what was found, but do not show it: both sides are for those who do.
    both_sides = writer is not None
    looked = evidence(sides=both_sides)
    likely = answerability(looked, scope, store)
    clock.lap("gather")
    # Read once: it grows behind, and an answer must agree with itself.
    share = index.embedded_share
    work = Work(question, reading, filters, scope, looked, likely, store, index, codebook, sources)
    leans_on = last.text if last and (reading.follows or asked.whole) else None
    # Who wrote the question out may use no figure that nobody asked about.
    own_words = [asked.text, *(turn.question for turn in before)]
    page = _computed(work, vectors)
    if page is None and findings.of_causes_before(reading):
        page, work = findings.compose(work, vectors, before) or (None, work)
    if page is None:
        if not both_sides:
            looked = evidence(sides=True)
            work = replace(work, evidence=looked, likely=answerability(looked, scope, store))
        page = _with_actions(work, found(work, share))
    if page.status == "abstained" and work.likely.reason == "weak" and reading.leftover:
        page = _in_part(work, vectors) or page
    clock.lap("compose")
    listener.check()
    given = [*own_words, *_given(work, share), *given_by_library(page.actions)]
    written = writer(work, page, given, listener) if writer and page.status in WRITTEN else None
    if written:
        page = written.page or page
        clock.lap("write")
    if written and written.reason:
        page.draft.claim("limit", question.words.say(written.reason))
    if page.tail and reading.intent == "do":
        # What to do is what was asked; why comes after it.
        page.draft.bring_forward(*page.tail)
    kept, dropped = _verified(page, corpus, given)
    if page.status == "answered" and page.draft.loses_lead(kept):
        page = replace(page, status="partial")
    said_nothing = not any(claim.kind != "limit" for claim in kept)
    if said_nothing and kept and page.computed and page.status in WRITTEN:
        # Why there is no figure has been said, and says more than that no text holds the words.
        page = replace(page, status="abstained", reason=kept[0].text)
    elif said_nothing and page.status not in ("abstained", "clarify"):
        reason = work.likely.reason or "weak"
        page = abstained(replace(work, likely=replace(work.likely, reason=reason)))
        kept, _ = _verified(page, corpus, given)
    page.draft.keep_cited(kept)
    clock.lap("verify")
    used = {fact for claim in kept for fact in claim.facts}
    answer = Answer(
        id=uuid4().hex,
        conversation_id=asked.conversation_id or uuid4().hex,
        question=asked.text,
        language=question.language,
        status=page.status,
        understood=replace(_understood(work, page, leans_on), whole=asked.whole),
        text=page.draft.markdown(),
        claims=page.draft.claims,
        citations=page.draft.citations,
        facts=[fact for fact in page.facts if fact.id in used],
        evidence=EvidenceSummary(
            records_in_scope=store.count(t.records, scope.filters),
            records_total=store.count(t.records),
            passages_retrieved=work.evidence.retrieved,
            embedded_share=round(share, 4),
            filters=scope.filters.as_dict(),
        ),
        actions=page.actions,
        answerability=round(_answerability(work, page), 3),
        abstained_because=page.reason,
        dropped=[*(written.dropped if written else ()), *dropped],
        model=written.model if written else None,
        usage=written.usage if written else {},
        timings_ms=clock.laps,
    )
    return answer, reading


def _verified(
    page: Page, corpus: Corpus, given: Sequence[str]
) -> tuple[list[Claim], list[Dropped]]:
    """The claims of a page that hold: what a model wrote was verified while it was written."""
    composed = [claim for claim in page.draft.claims if claim.id not in page.by_model]
    kept, dropped = verify(
        composed,
        page.draft.citations,
        page.facts,
        corpus.store,
        given,
        codebook=corpus.codebook,
        embed=corpus.vectors.of,
        computed=[claim.text for claim in composed],
        judge=corpus.judge,
    )
    holds = {claim.id: claim for claim in kept}
    written = {claim.id: claim for claim in page.draft.claims if claim.id in page.by_model}
    found = written | holds
    return [found[claim.id] for claim in page.draft.claims if claim.id in found], dropped


def resolved(reading: Reading) -> str:
    """What is searched for: a question, with what those that it leans on were about."""
    text = reading.text.lower()
    return " ".join((reading.text, *(each for each in reading.about if each.lower() not in text)))


def _computed(work: Work, vectors: SentenceVectors) -> Page | None:
    """The page that analyses give; None where the question is not one for them."""
    if work.reading.unsure:
        return _asked_back(work)
    if work.reading.vague and work.asked == Filters():
        return _asked_what(work)
    if work.asked.kind and "feedback" not in work.asked.kind:
        return None
    desk = open_desk(work.store, work.codebook, work.reading, work.counted, Draft())
    if work.reading.lacks:
        if heard(desk) < FEWEST:
            # Too little is coded to say what there is not; words may find it all the same.
            return None
        reason = tell_lacks(desk)
        return Page(desk.draft, desk.book.made, "abstained", reason, computed=True)
    if beyond := tell_beyond(desk):
        return Page(desk.draft, desk.book.made, "abstained", beyond, computed=True)
    desk = _widened(desk, work)
    if not computed(desk):
        missing = tell_undated(desk) if of_time(work.reading) else None
        return Page(desk.draft, [], "abstained", missing, computed=True) if missing else None
    if all(c.kind in ("journey", "limit") and not c.facts for c in desk.draft.claims):
        # What a map assumes is no figure: nothing is to be said of how far it can be trusted.
        return Page(desk.draft, desk.book.made, "answered", computed=True)
    if work.reading.intent in OF_CAUSES and not work.scope.filters.kind:
        themes = (list(work.reading.themes) or desk.themes_told())[:MOST_CAUSES]
        compose_beside(desk, themes)
        found = findings.find(themes[:MOST_SOUGHT], work, vectors, [work.reading.language], 1)
        quote_research(desk.draft, desk.said, found.spans, work.sources)
    start = desk.draft.written
    actions = compose_todo(desk)
    end = desk.draft.written
    compose_sure(desk)
    tail = start, end
    return Page(desk.draft, desk.book.made, "answered", computed=True, actions=actions, tail=tail)


def _widened(desk: Desk, work: Work) -> Desk:
    """The desk of everybody where what to do is asked of too few to tell, with a word of it."""
    filters, limits = desk.ask.filters, work.reading.limits
    wider = replace(limits, segment={}, channels=(), languages=(), score=None)
    if work.reading.intent != "do" or wider == limits:
        return desk
    reading = replace(work.reading, limits=wider)
    of_all = open_desk(work.store, work.codebook, reading, work.counted, Draft())
    base = counted(desk.store, desk.ask)
    wrote = first(of_all.run("voices", filters=filters), f"voices.{base}")
    if wrote is None or (wrote.value or 0) >= FEWEST:
        return desk
    who = people(of_all.said, wrote, wrote.value or 0)
    of_all.claim("limit", f"{of_all.said.say('few_to_act', people=who)}.", [wrote], style="plain")
    return of_all


def _in_part(work: Work, vectors: SentenceVectors) -> Page | None:
    """The page of what is understood of a question whose other words no passage answers.

    None where no theme, stage or score says what it is about, or a name is among those words: then
    it is another question.
    """
    reading, said = work.reading, work.question.words
    told = bool(reading.themes or reading.limits.stages or reading.score)
    if not told or any(each[:1].isupper() for each in reading.leftover):
        return None
    page = _computed(replace(work, reading=replace(reading, leftover=())), vectors)
    if page is None or page.status != "answered":
        return None
    words = said.joined([said.quote(each) for each in reading.leftover])
    page.draft.claim("limit", said.say("not_counted", words=words))
    return replace(page, status="partial")


def _with_actions(work: Work, page: Page) -> Page:
    """What words found, with the actions for the themes that the question is about."""
    reading = work.reading
    if page.status not in WRITTEN or reading.intent not in CALLING or not reading.themes:
        return page
    desk = open_desk(work.store, work.codebook, reading, work.counted, page.draft)
    book = FactBook(work.store, work.codebook, reading.language, page.facts)
    desk = replace(desk, book=book)
    themes = desk.run("themes")
    complaints = [
        figure
        for figure in themes
        if figure.name == "themes.negative" and figure.about["theme"] in reading.themes
    ]
    desk.causes.extend(causes_of(desk, themes, complaints, set()))
    start = page.draft.written
    actions = compose_todo(desk)
    tail = (start, page.draft.written) if actions else page.tail
    return replace(page, facts=book.made, actions=actions, tail=tail)


def _asked_back(work: Work) -> Page:
    """The page that asks which of several things is meant."""
    said, draft = work.question.words, Draft()
    options = said.either([said.quote(each) for each in work.reading.unsure])
    reason = said.say("clarify_which", options=options)
    draft.claim("limit", reason, style="lead")
    return Page(draft, [], "clarify", reason, computed=True)


def _asked_what(work: Work) -> Page:
    """The page that asks what a question is about, with what it can be about here."""
    desk = open_desk(work.store, work.codebook, work.reading, work.counted, Draft())
    has, said = known(work.store), work.question.words
    stages = [desk.word("stage", f.about["stage"]).lower() for f in desk.run("journey")
              if f.name == "journey.share"]  # fmt: skip
    themes = [desk.theme(f.about["theme"]).lower() for f in desk.run("themes")]
    scores = [name.upper() if name == "nps" else name for name, _ in has.scores]
    options = [said.quote(each[0]) for each in (scores, stages, themes) if each]
    reason = said.say("clarify_what", options=said.either(options))
    desk.draft.claim("limit", reason, style="lead")
    return Page(desk.draft, [], "clarify", reason, computed=True)


def _answerability(work: Work, page: Page) -> float:
    """How likely this page answers: by its figures where it is made of them."""
    if page.facts and page.computed and page.status in WRITTEN:
        return by_figures(page.facts)
    return work.likely.score


class _Clock:
    def __init__(self) -> None:
        self._last = perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        now = perf_counter()
        self.laps[name] = round(1000 * (now - self._last), 1)
        self._last = now


def _given(work: Work, share: float) -> list[str]:
    """What any sentence may draw on beside the question: its filters, names, our own counts."""
    store, said = work.store, work.question.words
    counts = f"{work.evidence.retrieved} {int(100 * share)} % {store.count(t.passages)}"
    counts += f" {store.count(t.records)} {said_filters(work.scope.filters)}"
    counts += f" {len(store.sources_in_scope(work.feedback))}"
    names = [source.name for source in work.sources.values()]
    if work.reading.lacks:
        # What there is instead is told by name.
        has = known(store)
        names += [f"{key} {value}" for key, value in has.segments] + list(has.channels)
    within = work.reading.limits.within(work.counted)
    if within.since or within.until:
        # « Deuxième trimestre » is told as « 2e trimestre ».
        names.append(period(said, period_name(within)))
    sides = (work.reading.limits, work.reading.against)
    names += [marks_named(side.marks, said) for side in sides if side and side.marks]
    return [counts, *names, *said.languages.values()]


def _understood(work: Work, page: Page, leans_on: str | None) -> Understood:
    question, scope, reading = work.question, work.scope, work.reading
    said = question.words
    if page.computed:
        text = said.say("understood", what=said_back(reading, work.codebook, said))
    else:
        text = said.say("understood", what=_told(work))
    limits = reading.limits
    return Understood(
        intent=reading.intent,
        themes=list(reading.themes),
        filters=(limits.within(work.counted) if page.computed else scope.filters).as_dict(),
        period={
            "since": limits.since.isoformat() if limits.since else None,
            "until": limits.until.isoformat() if limits.until else None,
        },
        follow_up_of=leans_on,
        text=text,
    )


def _told(work: Work) -> str:
    """What was looked up, and where."""
    question, scope = work.question, work.scope
    said = question.words
    kinds = scope.filters.kind or question.kinds
    where = said.joined([said.say(f"kind_{kind}") for kind in kinds]) or said.say("everywhere")
    names = [work.sources[i].name for i in scope.filters.source if i in work.sources]
    names += [f"{n} = {said.either(values_of(v))}" for n, v in scope.filters.segment.items()]
    if names:
        where = said.say("understood_scope", where=where, scope=said.joined(names))
    told = [c.word for c in question.concepts if c.is_subject and not scope.names(c)]
    if work.in_general:
        told = [said.say("in_general" if question.polarity < 0 else "in_general_good")]
    return said.say("understood_about", words=", ".join(told), where=where) if told else where
