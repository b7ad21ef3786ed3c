"""Questions that could be answered, and cannot once the passages that name their subject are gone.

The subject is one noun that the codebook has no word for, so that nothing else can stand for it. A
case names all the passages, of whatever kind and language, that hold it or a translation of it; the
run takes them out of reach in a copy, and asks there.
"""

from collections.abc import Iterator

from assistant.words import typeset
from corpus.analysis import STEMMED, stems
from corpus.codebook import starting_codebook
from evals.own.phrases import phrases, with_article, wording
from evals.own.types import Draft, Own
from evals.types import Case
from retrieval.lexicon import translations

MOST = 12
"""Passages that are taken out of reach for one question."""


def drafts(own: Own) -> Iterator[Draft]:
    """Nouns in random order, each with all that names it."""
    language = own.language
    known = _coded_words(language)
    found = [each for each in phrases(own.passages, language) if " " not in each.words]
    own.random.shuffle(found)
    for phrase in found:
        (stem,) = stems(phrase.words, language)
        if stem in known or any(each in known for each in translations(stem, language)):
            continue
        forms = {stem, *(t for t in translations(stem, language))}
        out = [p for p in own.passages if not forms.isdisjoint(p.stems)]
        if not 2 <= len(out) <= MOST or not any(p.kind == "feedback" for p in out):
            continue
        template = own.random.choice(wording(language)["any"])
        question = template.format(**with_article(phrase, language))
        case = Case(
            id="",
            kind="unanswerable",
            language=language,
            question=typeset(question.replace("'", "’"), language),
            status=("abstained",),
            without=tuple(p.id for p in out),
        )
        yield Draft(case, "\n".join(f"[{p.id}] {p.text}" for p in out), phrase.words)


def _coded_words(language: str) -> frozenset[str]:
    """The stems of what the codebook tells its themes by, in either language."""
    return frozenset(
        stem
        for theme in starting_codebook().themes
        for own in STEMMED
        for text in (theme.label[own], *theme.patterns.get(own, ()))  # type: ignore[index, call-overload]
        for stem in stems(text, own)
    )
