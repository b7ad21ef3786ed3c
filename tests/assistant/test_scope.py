"""What part of the corpus a question is about, by its words alone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.core import Assistant
from assistant.scope import Scope, find_scope
from assistant.understand import understand
from corpus.files import RawFile
from corpus.filters import Filters
from corpus.settings import Settings


def insurance() -> str:
    lines = ["id;date;note;assureur;pays;avis"]
    for number in range(40):
        insurer = ("Direct Assurance", "Assurance", "Maaf", "Æther & Fils")[number % 4]
        country = ("France", "Île-de-France")[number % 2]
        text = "Assurance auto : remboursement lent" if number % 3 else "Assurance chère"
        text += ", assuré déçu" if number % 10 == 0 else ""
        lines.append(f"A{number};2026-01-05;2;{insurer};{country};{text} numéro {number}")
    return "\n".join(lines)


def lounges() -> str:
    lines = ["id,date,rating,review"]
    for number in range(40):
        text = "The lounge was crowded" if number % 2 else "A quiet lounge with good coffee"
        text += " for travellers" if number % 10 == 0 else ""
        lines.append(f'L{number},2026-01-05,2,"{text} at gate {number}"')
    return "\n".join(lines)


NOTE = "# Les salons\n\n## Constat\n\nLes voyageurs d'un salon restent plus longtemps.\n"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    settings = Settings(data=tmp_path_factory.mktemp("scope"), embeddings="none")
    with Assistant(settings) as assistant:
        for name, text in (
            ("avis.csv", insurance()),
            ("lounge.csv", lounges()),
            ("note.md", NOTE),
        ):
            assistant.ingest(RawFile(name, text.encode()), origin=f"/files/{name}")
        yield assistant


@pytest.fixture
def scope_of(assistant: Assistant) -> Callable[..., Scope]:
    def scope_of(text: str, **filters: object) -> Scope:
        return find_scope(understand(text), Filters(**filters), assistant.store, assistant.index)

    return scope_of


@pytest.fixture
def names(assistant: Assistant) -> Callable[[Scope], set[str]]:
    known = {source["id"]: source["name"] for source in assistant.sources()}
    return lambda scope: {known.get(i, i) for i in scope.filters.source}


@pytest.mark.parametrize(
    ("text", "sources", "subjects"),
    [
        ("Why do travellers dislike the lounge?", {"lounge.csv"}, ["lounge"]),
        ("Que disent les clients des assurances ?", {"avis.csv"}, ["assurances"]),
        # Half of its records hold it: it chooses the source, and still chooses records in it.
        ("Que disent les clients du remboursement ?", {"avis.csv"}, []),
        ("What do customers say about refunds?", {"avis.csv"}, []),
        # One in ten is enough for a word that says who is asked about.
        ("What do travellers say?", {"lounge.csv"}, []),
        ("Pourquoi les clients sont-ils mécontents ?", set(), []),
        ("What do customers say about tungsten?", set(), []),
    ],
)
def test_words_that_fill_a_source_choose_it(scope_of, names, text, sources, subjects):
    scope = scope_of(text)
    assert names(scope) == sources
    assert [concept.word for concept in scope.subjects] == subjects
    assert scope.narrowed == bool(sources)


def test_words_of_two_sources_choose_both(scope_of, names):
    scope = scope_of("Que disent les clients des assurances et du lounge ?")
    assert names(scope) == {"avis.csv", "lounge.csv"}


def test_a_source_that_was_asked_for_is_kept(scope_of):
    scope = scope_of("Why do travellers dislike the lounge?", source=("avis.csv",))
    assert scope.filters == Filters(source=("avis.csv",))
    assert not scope.narrowed


@pytest.mark.parametrize(
    ("text", "segment"),
    [
        ("Que disent les clients de Direct Assurance ?", {"assureur": "Direct Assurance"}),
        ("Que disent les clients de direct assurance ?", {"assureur": "Direct Assurance"}),
        ("Que disent les clients de la MAAF ?", {"assureur": "Maaf"}),
        ("Et en Ile de France ?", {"pays": "Île-de-France"}),
        ("Et en France ?", {"pays": "France"}),
        (
            "Que disent les clients de Maaf en Île-de-France ?",
            {"assureur": "Maaf", "pays": "Île-de-France"},
        ),
        ("Que disent les clients de Maafia ?", {}),
        ("Que disent les clients ?", {}),
    ],
)
def test_a_segment_s_value_in_the_question_limits_to_it(scope_of, text, segment):
    scope = scope_of(text)
    assert dict(scope.filters.segment) == segment
    assert dict(scope.named) == segment


def test_a_segment_that_was_asked_for_is_kept(scope_of):
    scope = scope_of("Que disent les clients de Maaf ?", segment={"pays": "France"})
    assert scope.filters.segment == {"pays": "France"}
    assert scope.named == ()


def test_a_name_that_was_used_is_no_subject(scope_of):
    scope = scope_of("Que disent les clients de Direct Assurance ?")
    assert scope.subjects == ()


def test_one_source_needs_no_choosing(tmp_path: Path):
    with Assistant(Settings(data=tmp_path, embeddings="none")) as assistant:
        assistant.ingest(RawFile("lounge.csv", lounges().encode()), origin="/lounge.csv")
        question = understand("Why do travellers dislike the lounge?")
        scope = find_scope(question, Filters(), assistant.store, assistant.index)
        assert scope.filters == Filters()


def test_the_sources_chosen_for_feedback_do_not_hide_the_research(assistant):
    answer = assistant.ask("Que dit la recherche des voyageurs d'un salon ?")
    assert {citation.source for citation in answer.citations} == {"note.md"}
