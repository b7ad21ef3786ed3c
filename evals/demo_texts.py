"""The demo company's texts as the store holds them, and how they are coded there."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.core import Assistant
from corpus.demo.texts import Text
from corpus.demo.texts import texts as written


@dataclass(frozen=True, slots=True)
class Said:
    """A coded mention: its theme, polarity, and the span it stands on."""

    theme: str
    polarity: str
    start: int
    end: int


def coded_texts(assistant: Assistant) -> Iterator[tuple[Text, Sequence[Said]]]:
    """Each text that the corpus holds once, with its coded mentions.

    A text said twice (the campaign's) is left out: which of its copies is meant, nobody can say.
    """
    rows = assistant.sql(
        "SELECT p.id, p.text, m.theme, m.polarity, m.span_start, m.span_end FROM passages p "
        "LEFT JOIN mentions m ON m.passage_id = p.id WHERE p.kind = 'feedback' ORDER BY ALL"
    )
    said: dict[str, list[Said]] = {}
    texts: dict[str, str] = {}
    for row in rows:
        texts[row["id"]] = row["text"]
        of = said.setdefault(row["id"], [])
        if row["theme"] is not None:
            of.append(Said(row["theme"], row["polarity"], row["span_start"], row["span_end"]))
    times = Counter(texts.values())
    place = {text: identity for identity, text in texts.items() if times[text] == 1}
    for text in written():
        if text.passage in place:
            yield text, said[place[text.passage]]
