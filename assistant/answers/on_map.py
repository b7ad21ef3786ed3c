"""What the journey map assumes: of a persona that a question names, or beside what customers say.

"What is Marc's pain at delivery?" asks for cells and no figure; "does the map see delivery as
customers do?" for both, side by side: the share who complain, and the cells.
"""

import re
from collections.abc import Sequence
from typing import Any

from assistant.answers import levels
from assistant.answers.deeds import patterns, worded
from assistant.answers.parts import Desk, first, quote_complaints, share
from assistant.reading.text import plain_words, stem_of
from corpus.metrics._assumed import UNFELT
from corpus.metrics.relations import among, quoted

MOST_CELLS = 4

FELT = ("pain", "thinking", "doing", "touchpoint")
"""The lanes that are told where a question names none, in this order."""


def compose(desk: Desk) -> bool:
    """Write the answer; False where the question is not wholly of the map, or no cell is."""
    words = patterns()[desk.reading.language]
    plain = plain_words(desk.reading.text)
    of_map = bool(worded(words["map"]).search(plain))
    names = _personas(desk)
    persona = next((names[each] for each in names if worded(re.escape(each)).search(plain)), None)
    if not (of_map or persona) or not _understood(desk, words, names):
        return False
    both = (
        of_map
        and desk.reading.intent in ("compare", "stage", "said", "why")
        and bool(worded(words["customers"]).search(plain))
    )
    if both and not persona:
        return _beside(desk)
    lanes = [lane for lane, said in words["lanes"].items() if worded(said).search(plain)]
    cells = _cells(desk, persona, lanes)
    elsewhere = bool(persona and lanes and not cells)
    cells = cells or (_cells(desk, persona, ()) if elsewhere else [])
    if not cells:
        return False
    whose = desk.said.quote(persona) if persona else ""
    desk.draft.heading(desk.said.say("head_journey"))
    if persona:
        desk.draft.introduce(desk.said.say("m_of_persona", persona=whose))
    _tell(desk, cells)
    desk.draft.claim("limit", desk.said.say("m_elsewhere" if elsewhere else "m_assumed"))
    return True


def _personas(desk: Desk) -> dict[str, str]:
    """The personas of the maps by what names each in a question.

    That is the name before a comma (« Marc, membre du Club »), else the whole: "The busy parent".
    """
    rows = desk.store.sql("SELECT DISTINCT persona FROM cells WHERE persona <> '' ORDER BY 1")
    personas = [str(row["persona"]) for row in rows]
    named = [plain_words(each.partition(",")[0]) or plain_words(each) for each in personas]
    # Two that begin alike are told apart by the whole of their names.
    keys = [
        name if named.count(name) == 1 else plain_words(each)
        for name, each in zip(named, personas, strict=True)
    ]
    return {key: persona for key, persona in zip(keys, personas, strict=True) if key}


def _understood(desk: Desk, words: dict[str, Any], names: dict[str, str]) -> bool:
    """Whether no word is left that says something else."""
    known = re.compile(
        rf"(?:{words['map']}|{words['map_filler']}|{'|'.join(words['lanes'].values())})$"
    )
    of_names = {word for name in names for word in name.split()}
    return all(
        plain in of_names or known.match(plain) for plain in map(plain_words, desk.reading.leftover)
    )


def _cells(desk: Desk, persona: str | None, lanes: Sequence[str]) -> list[dict[str, Any]]:
    """The cells asked about, those that share a word with the question first."""
    stages, themes = desk.ask.filters.stage, desk.reading.themes
    if not (persona or stages or themes):
        return []
    kept = f"lane NOT IN {among(UNFELT)}" if not lanes else f"lane IN {among(tuple(lanes))}"
    if persona:
        kept += f" AND persona = {quoted(persona)}"
    if stages:
        kept += f" AND stage IN {among(stages)}"
    if themes:
        of_themes = f"SELECT record_id FROM mentions WHERE theme IN {among(themes)}"  # noqa: S608 - quoted
        kept += f" AND id IN ({of_themes})"
    rows = desk.store.sql(f"SELECT id, lane, text FROM cells WHERE {kept} ORDER BY id")  # noqa: S608 - quoted
    order = list(lanes or FELT)
    asked = {stem_of(word, "fr") for word in plain_words(desk.reading.text).split()} - {""}

    def rank(row: dict[str, Any]) -> tuple[int, int, str]:
        own = {stem_of(word, "fr") for word in plain_words(row["text"]).split()}
        lane = order.index(row["lane"]) if row["lane"] in order else len(order)
        return -len(own & asked), lane, row["id"]

    return sorted(rows, key=rank)[:MOST_CELLS]


def _tell(desk: Desk, cells: Sequence[dict[str, Any]]) -> None:
    """The cells word for word, each under where it stands in the map."""
    said = desk.said
    for row in cells:
        passage = desk.store.passage(row["id"])
        heading, _, text = passage.text.partition("\n")
        cited = desk.draft.cite(passage, len(passage.text) - len(text), len(passage.text))
        claim = f"{heading}{said.say('colon')}{said.quote(text)}"
        desk.draft.claim("journey", claim, style="bullet", citations=[cited])


def _beside(desk: Desk) -> bool:
    """How many complain of it, then what the map assumes of the same."""
    themes, stages = desk.reading.themes, desk.ask.filters.stage
    cells = _cells(desk, None, ())
    if not cells or not (themes or stages):
        return False
    said, figures = desk.said, []
    for theme in themes:
        figure = first(desk.run("themes"), "themes.negative", theme=theme)
        if figure:
            text = said.say("cause", theme=desk.theme(theme), share=share(said, figure))
            desk.claim("finding", levels.sentence(text), [figure], style="lead")
            figures.append(figure)
    if not themes:
        for stage in stages:
            figure = first(desk.run("journey"), "journey.negative", stage=stage)
            if figure:
                name = desk.word("stage", stage)
                text = said.say("cause", theme=name, share=share(said, figure))
                desk.claim("finding", levels.sentence(text), [figure], style="lead")
                figures.append(figure)
    if not figures:
        return False
    contrary = {
        f.about["passage"]: f
        for f in desk.run("gaps")
        if f.name == "gaps.cell-emotion" and f.about["theme"] in themes
    }
    desk.draft.heading(said.say("head_journey"))
    for row in [row for row in cells if row["id"] in contrary]:
        passage = desk.store.passage(row["id"])
        heading, _, text = passage.text.partition("\n")
        figure = contrary[row["id"]]
        claim = said.say("map_contrary", theme=desk.theme(figure.about["theme"]), cell=heading)
        cited = desk.draft.cite(passage, len(passage.text) - len(text), len(passage.text))
        desk.draft.claim(
            "journey",
            f"{claim}{said.say('colon')}{said.quote(text)}",
            style="bullet",
            citations=[cited],
            facts=[desk.book.use(figure)],
        )
    _tell(desk, [row for row in cells if row["id"] not in contrary])
    desk.draft.heading(said.say("head_words"))
    for theme in themes:
        quote_complaints(desk, "quote", 2, theme=theme)
    return True
