"""How words become index terms: lower case, stop words out, stemmed, accents folded."""

from functools import cache

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

STEMMED = {"fr": "french", "en": "english"}
"""The languages with a stemmer of their own; the others share the field ``other``."""


UNLISTED = {"fr": ["est", "son", "sa", "ses", "là", "as", "ça", "cela"], "en": []}
"""Words without a subject that the index's own lists of stop words lack."""


def field_of(language: str) -> str:
    """The index field that holds texts of a language."""
    return language if language in STEMMED else "other"


@cache
def analyser(field: str) -> TextAnalyzer:
    """The analyser of a field: ``fr``, ``en`` or ``other``."""
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.lowercase())
    if field in STEMMED:
        builder = builder.filter(Filter.stopword(STEMMED[field]))
        builder = builder.filter(Filter.custom_stopword(UNLISTED[field]))
        builder = builder.filter(Filter.stemmer(STEMMED[field]))
    return builder.filter(Filter.ascii_fold()).build()


@cache
def _cached_stems(text: str, field: str) -> tuple[str, ...]:
    return tuple(analyser(field).analyze(text.replace("œ", "oe").replace("’", "'")))


def stems(text: str, language: str) -> tuple[str, ...]:
    """The index terms of a text in its language, in order, repeats kept."""
    if len(text) <= 64:
        return _cached_stems(text, field_of(language))
    return tuple(analyser(field_of(language)).analyze(text.replace("œ", "oe").replace("’", "'")))


def verb_stems(word: str, language: str) -> tuple[str, ...]:
    """The stem of the verb behind a French third person plural, which the stemmer leaves whole.

    « attendent » is looked for as « attend » too, since customers write « attendre », « attente ».
    """
    if language != "fr" or len(word) < 7 or not word.lower().endswith("ent"):
        return ()
    return tuple(stem for stem in stems(word[:-3], "fr") if stem not in stems(word, "fr"))
