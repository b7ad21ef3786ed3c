"""What a question looks for in each language's field of the lexical index."""

from corpus.analysis import STEMMED, field_of, stems, verb_stems
from retrieval.lexical import FIELDS, Terms
from retrieval.lexicon import translations


def query_terms(text: str, language: str) -> Terms:
    """Field to term to weight.

    A word goes to its own language's field, by the lexicon to the other's, and as it is
    (a name, a brand) to the fields for which the lexicon has nothing. Several translations
    share the weight of the word that they stand for.
    """
    own = field_of(language)
    terms: Terms = {field: {} for field in FIELDS}
    # Each word is analysed alone, so that its stem and its other forms stay together.
    for word in text.replace("’", " ").replace("'", " ").split():
        for stem in (*stems(word, language), *verb_stems(word.strip("?!.,;:"), language)):
            terms[own][stem] = 1.0
            for field in FIELDS:
                if field == own:
                    continue
                theirs = translations(stem, own) if field in STEMMED and own in STEMMED else ()
                for other in theirs:
                    terms[field][other] = max(terms[field].get(other, 0.0), 1 / len(theirs))
                if not theirs:
                    for other in stems(word, field):
                        terms[field].setdefault(other, 1.0)
    return {field: weights for field, weights in terms.items() if weights}
