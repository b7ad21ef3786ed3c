"""Reading a question: its language, what it asks for, and the words that carry its subject."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.words import Words, words
from corpus.analysis import STEMMED, field_of, stems, verb_stems
from corpus.language import detect_question
from corpus.types import EvidenceKind
from retrieval.lexical import FIELDS
from retrieval.lexicon import translations

Intent = Literal["figure", "why", "list", "yes-no", "what"]

_INVERTED = re.compile(
    r"(?:-t)?-(?:je|tu|ils?|elles?|on|nous|vous|ce|ci|là|moi|leur|lui|les?|la|en|y)$", re.IGNORECASE
)
"""The pronoun of a French question or order: « restent-ils », « montre-moi »."""

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


@dataclass(frozen=True)
class Concept:
    """One content word of a question, with the index terms under which it may stand.

    ``forms`` maps a field to its terms there; ``named`` says that it is a name, a brand or a
    year, which nothing else can stand for; ``judges`` that it says good or bad and not of what;
    ``polar`` that it says what people feel about it ("dislike"); ``act`` what they do about it
    ("leave"); ``audience`` that it says who is asked about and not what.
    """

    word: str
    forms: Mapping[str, tuple[str, ...]]
    named: bool
    judges: bool
    polar: bool
    act: bool
    audience: bool

    def __hash__(self) -> int:
        return hash(self.word)

    @property
    def is_subject(self) -> bool:
        """Whether the word says what the question is about."""
        return not (self.judges or self.polar or self.audience)

    def pairs(self) -> list[tuple[str, str]]:
        """The (field, term) pairs of all the forms."""
        return [(field, term) for field, terms in self.forms.items() for term in terms]

    def within(self, text_stems: frozenset[str], field: str) -> bool:
        """Whether a text of ``field``, given its stems, holds the concept."""
        return any(term in text_stems for term in self.forms.get(field, ()))


@dataclass(frozen=True)
class Question:
    """A question as it was read.

    ``polarity`` is -1 for what goes wrong, +1 for what goes well, 0 for neither. ``kinds`` are
    the kinds of evidence that the question names, empty where it names none; ``own`` says that it
    asks of the company's own data.
    """

    text: str
    language: str
    intent: Intent
    polarity: int
    kinds: tuple[EvidenceKind, ...]
    concepts: tuple[Concept, ...]
    own: bool = False

    @property
    def words(self) -> Words:
        """The words of the language in which to answer."""
        return words(self.language)


def understand(text: str, language: str | None = None) -> Question:
    """Read a question; ``language`` is the answer's, else the question's own."""
    own = detect_question(text)
    said = words(own)
    intent: Intent = "what"
    for name, pattern in said.intents.items():
        if pattern.search(text):
            intent = name  # type: ignore[assignment]
            break
    kinds = [kind for kind, pattern in said.kinds.items() if pattern.search(text)]
    # "ne recommandent pas" must not count as "recommandent" too.
    rest, blamed = said.negative.subn(" ", text)
    polarity = bool(said.positive.search(rest)) - bool(blamed)
    return Question(
        text=text,
        language=language or (own if own in STEMMED else "en"),
        intent=intent,
        polarity=polarity,
        kinds=tuple(kinds),  # type: ignore[arg-type]
        concepts=_concepts(text, own, said),
        own=bool(said.own.search(text)),
    )


def _concepts(text: str, language: str, said: Words) -> tuple[Concept, ...]:
    own = field_of(language)
    found: dict[str, Concept] = {}
    # Words that only say whose evidence is asked for are no subject of it.
    for kind in ("internal", "journey", "research"):
        text = said.kinds[kind].sub(lambda known: " " * len(known[0]), text)
    for match in _WORD.finditer(text.replace("’", "'")):
        word = _INVERTED.sub("", match[0])
        named = _is_named(word, match.start(), text)
        for stem in stems(word, language):
            if (stem in said.frame and not named) or (len(stem) < 2 and not stem.isdigit()):
                continue
            forms: dict[str, tuple[str, ...]] = {own: (stem, *verb_stems(word, language))}
            for field in FIELDS:
                if field != own:
                    translated = (
                        translations(stem, own) if own in STEMMED and field in STEMMED else ()
                    )
                    forms[field] = translated or stems(word, field)
            act = bool(said.acts.match(word))
            concept = Concept(
                word,
                forms,
                named,
                judges=stem in said.judging and not named,
                polar=not act and bool(said.negative.match(word) or said.positive.match(word)),
                act=act,
                audience=stem in said.audience,
            )
            found.setdefault(stem, concept)
    return tuple(found.values())


def _is_named(word: str, start: int, text: str) -> bool:
    if re.fullmatch(r"(?:19|20)\d\d", word):
        return True
    before = text[:start].rstrip(" «“\"'(")
    opens_sentence = not before or before[-1] in ".?!:"
    return word[0].isupper() and not opens_sentence
