"""The LangChain retriever."""

from collections.abc import Callable

import pytest
from langchain_core.runnables import RunnableLambda

from corpus.filters import Filters
from retrieval.embeddings import HashedWords
from retrieval.index import SearchIndex
from retrieval.retriever import AncrageRetriever


@pytest.fixture
def index(load, open_index: Callable[..., SearchIndex], avis, reviews) -> SearchIndex:
    index = open_index(HashedWords())
    load(avis)
    load(reviews, "reviews.csv")
    index.follow()
    index.embed()
    return index


def test_passages_come_as_documents(index: SearchIndex) -> None:
    (found,) = AncrageRetriever(index=index, limit=1).invoke("Pourquoi le colis est-il cassé ?")
    assert found.page_content == "Le colis est arrivé cassé et personne ne répond."
    assert index.search("colis cassé", "fr", limit=1)[0].passage.id == found.id
    assert found.metadata.pop("score") > 0
    assert found.metadata == {
        "kind": "feedback",
        "source": "avis.csv",
        "language": "fr",
        "locator": {"row": 2},
        "date": "2026-01-10",
    }


def test_it_searches_as_the_index_does(index: SearchIndex) -> None:
    question = "Why is the delivery fee shown so late?"
    found = AncrageRetriever(index=index, limit=4).invoke(question)
    assert [d.id for d in found] == [h.passage.id for h in index.search(question, "en", limit=4)]


def test_filters_and_mode(index: SearchIndex) -> None:
    french = AncrageRetriever(index=index, filters=Filters(language=("fr",)), mode="dense")
    assert {document.metadata["language"] for document in french.invoke("the parcel")} == {"fr"}
    lexical = AncrageRetriever(index=index, mode="lexical")
    assert lexical.invoke("zeppelin") == []


def test_it_stands_in_a_chain(index: SearchIndex) -> None:
    chain = AncrageRetriever(index=index, limit=2) | RunnableLambda(len)
    assert chain.batch(["le colis", "the refund"]) == [2, 2]


async def _ask(retriever: AncrageRetriever) -> int:
    return len(await retriever.ainvoke("le colis"))


def test_it_can_be_awaited(index: SearchIndex) -> None:
    import asyncio

    assert asyncio.run(_ask(AncrageRetriever(index=index, limit=3))) == 3
