"""Which language a text is in."""

from collections import Counter
from collections.abc import Iterable
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

LANGUAGES = ("fr", "en", "nl", "de", "es", "it")

_ENOUGH = 240
"""Characters from which a language is sure; more of a long review would only take longer."""

_FEWEST_LETTERS = 16
"""Below this many letters the identifier guesses; the source's language is the better guess."""

# The words that tell French from English in a question too short for letter statistics.
_TELLING = {
    "fr": frozenset(
        "le la les un une des du au aux et est sont que qui quoi quel quelle quels quelles "
        "pourquoi comment combien nos notre vos pour dans sur avec ce cette ces ont à où "
        "clients avis magasin livraison remboursement".split()
    ),
    "en": frozenset(
        "the a an of and is are what which who why how many much our your for in on with this "
        "these do does did have has to it they customers reviews shop delivery refund "
        "refunds".split()
    ),
}


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(LANGUAGES))
    return identifier


def detect(text: str) -> str:
    """The language of ``text`` (ISO 639-1, one of LANGUAGES), or "" where it is too short."""
    if sum(map(str.isalpha, text[:200])) < _FEWEST_LETTERS:
        return ""
    return str(_identifier().classify(text[:_ENOUGH])[0])


def detect_all(texts: Iterable[str]) -> list[str]:
    """The language of each text; the short ones get the one that most of the others have."""
    found = [detect(text) for text in texts]
    counted = Counter(language for language in found if language)
    usual = counted.most_common(1)[0][0] if counted else "en"
    return [language or usual for language in found]


def detect_question(text: str) -> str:
    """The language of a question, from its function words first, then from its letters."""
    words = text.lower().replace("'", " ").replace("’", " ").split()
    told = {
        language: sum(word.strip('?!.,;:«»"()') in telling for word in words)
        for language, telling in _TELLING.items()
    }
    if told["fr"] != told["en"]:
        return max(told, key=lambda language: told[language])
    found = str(_identifier().classify(text)[0])
    # With as many words of the one as of the other it is one of the two.
    return found if found in told or not told["fr"] else "en"
