"""The bilingual lexicon: what carries a question's words into the other language's index.

``lexicon.yaml`` holds groups of words that say the same thing, ``{fr: [...], en: [...]}``. A word
is looked up by its stem, so one form of each is enough.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

from corpus.analysis import stems


@cache
def _groups() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """(language, stem) to the stems of the other language."""
    text = resources.files("retrieval").joinpath("lexicon.yaml").read_text(encoding="utf-8")
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for group in yaml.load(text, Loader=yaml.CSafeLoader):
        for here, there in (("fr", "en"), ("en", "fr")):
            theirs = tuple(dict.fromkeys(s for word in group[there] for s in stems(word, there)))
            for word in group[here]:
                own = stems(word, here)
                if len(own) == 1:
                    key = (here, own[0])
                    found[key] = tuple(dict.fromkeys(found.get(key, ()) + theirs))
    return found


def translations(stem: str, language: str) -> tuple[str, ...]:
    """The stems of the other language (French for English, and back) that a stem may have there."""
    return _groups().get((language, stem), ())
