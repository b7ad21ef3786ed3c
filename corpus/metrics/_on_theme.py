"""Whether words are about a theme by the codebook's own words, rather than about another one."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from math import log

from corpus.analysis import stems
from corpus.codebook import LANGUAGES, Codebook, Language, Theme

About = Callable[[Collection[str], str, str], float]
"""From a text's stems, its language and a theme to how much it is of that theme, from -1 to 1."""


def closeness(codebook: Codebook) -> About:
    """How much nearer a text is to a theme's words than to those of the theme next to it.

    Words of few themes count for more; a word of the theme's name is never of another theme only.
    0 where the codebook knows none of the text's words, or not its language; -1 where it knows
    them of other themes alone.
    """
    names = {
        (theme.id, language): _names(theme, language)
        for theme in codebook.themes
        for language in LANGUAGES
    }
    weights = {language: _weights(codebook, language) for language in LANGUAGES}

    def about(text: Collection[str], language: str, theme: str) -> float:
        words = weights.get(language)  # type: ignore[call-overload]  # None for other languages
        if words is None:
            return 0.0
        held: Counter[str] = Counter()
        said = set(text)
        for stem in said:
            held.update(words.get(stem, {}))
        own = held.pop(theme, 0.0)
        other = max(held.values(), default=0.0)
        nearer = (own - other) / max(own, other) if own or other else 0.0
        named = said & names[theme, language]  # type: ignore[index]  # one of the two by now
        return max(0.0, nearer) if named else nearer

    return about


def _weights(codebook: Codebook, language: Language) -> Mapping[str, Mapping[str, float]]:
    """Of each stem the themes whose words it is among, and its weight."""
    of_themes = {theme.id: _words(theme, language) for theme in codebook.themes}
    spread = Counter(stem for words in of_themes.values() for stem in words)
    found: dict[str, dict[str, float]] = {}
    for theme, words in of_themes.items():
        for stem in words:
            found.setdefault(stem, {})[theme] = log(len(of_themes) / spread[stem]) + 0.01
    return found


def _names(theme: Theme, language: Language) -> set[str]:
    """The stems of a theme's label and of its patterns of one word."""
    texts = [theme.label[language]]
    texts += [each for each in theme.patterns.get(language, ()) if " " not in each]
    return {stem for text in texts for stem in stems(text, language)}


def _words(theme: Theme, language: Language) -> set[str]:
    texts = [
        theme.label[language],
        theme.definition[language],
        *theme.includes.get(language, ()),
        *theme.patterns.get(language, ()),
        *(example.text for example in theme.examples[language]),
    ]
    return {stem for text in texts for stem in stems(text, language)}
