"""Saying that the corpus does not have what a question asks about."""

from collections.abc import Iterator
from dataclasses import replace

from assistant.answers.parts import Desk
from assistant.reading.saying import group_name, land_name
from corpus.metrics.relations import counted, query

MOST_NAMED, MOST_KEYS = 8, 4


def heard(desk: Desk) -> int:
    """How many people wrote something that is coded: who could have spoken of a stage."""
    base = counted(desk.store, desk.anywhere)
    text = query(desk.store, desk.anywhere, base, "SELECT count(*) AS n FROM heard")
    return int(desk.store.sql(text)[0]["n"])


def undated(desk: Desk) -> str | None:
    """Say that nothing here is dated; the sentence, None where something is."""
    filters = replace(desk.anywhere.filters, since=None, until=None)
    ask = replace(desk.anywhere, filters=filters, against=None, by=None)
    row = desk.store.sql(
        query(desk.store, ask, "records", "SELECT count(*) AS n, count(date) AS dated FROM scope")
    )[0]
    if row["dated"] or not row["n"]:
        return None
    reason = f"{desk.said.say('lacks_dates', n=desk.said.number(row['n']))}."
    desk.draft.claim("limit", reason, style="lead")
    return reason


def tell(desk: Desk) -> str:
    """Say which words name nothing here and which stages there are; the sentence that says so."""
    said = desk.said
    lacks = said.joined([said.quote(word) for word in desk.reading.lacks])
    form = "lacks_one" if len(desk.reading.lacks) == 1 else "lacks_many"
    reason = f"{said.say(form, words=lacks)}."
    desk.draft.claim("limit", reason, style="lead")
    there = [
        said.say("lacks_group", group=name, values=", ".join(values))
        for name, values in _there(desk)
        if values
    ]
    if there:
        text = said.say("lacks_try", what=said.joined(there))
        desk.draft.claim("limit", f"{text}.")
    return reason


def _there(desk: Desk) -> Iterator[tuple[str, list[str]]]:
    """What a question may be limited to: the stages, the channels and the segments there are."""
    said, store = desk.said, desk.store
    shares = [f for f in desk.book.run("journey", desk.anywhere) if f.name == "journey.share"]
    # A stage that is lacking in the sense that was asked about is not offered in another.
    stages = [s for f in shares if (s := f.about["stage"]) not in desk.reading.limits.stages]
    yield (
        said.say("lacks_stages"),
        [desk.word("stage", stage).lower() for stage in stages[:MOST_NAMED]],
    )
    rows = store.sql(
        "SELECT channel, count(*) AS n FROM records WHERE channel IS NOT NULL "
        "GROUP BY channel ORDER BY n DESC, channel"
    )
    yield said.say("lacks_channels"), [str(row["channel"]) for row in rows[:MOST_NAMED]]
    by_key: dict[str, list[str]] = {}
    for key, value in store.segment_values():
        by_key.setdefault(key, []).append(value)
    for key, values in list(by_key.items())[:MOST_KEYS]:
        if len(values) <= MOST_NAMED and not any(value.isdigit() for value in values):
            lands = all(land_name(value, said.language) for value in values)
            named = [group_name(value, said.language) or value for value in values]
            yield said.say("lacks_countries") if lands else key, named
