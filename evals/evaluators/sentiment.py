"""Whether what is coded of a theme is praise or complaint as its writer marked it."""

from collections.abc import Iterator

from evals.demo_texts import coded_texts
from evals.types import Metric, Row
from evals.world import World

METRICS = (
    Metric(
        "accuracy", "mentions found whose polarity is as marked, neutral ones aside", slack=0.03
    ),
    Metric("reversed", "mentions found whose polarity is the opposite", "lower", slack=0.02),
)


def rows(world: World) -> Iterator[Row]:
    """A row for each text with a mention that was found on the words marked."""
    if world.system.name != "ancrage":
        return
    for text, said in coded_texts(world.assistant):
        pairs = [
            (each.polarity, mark.polarity)
            for mark in text.mentions
            for each in said
            if each.theme == mark.theme and each.start < mark.end and mark.start < each.end
            if mark.polarity != "0"
        ]
        name = f"text-{text.number}"
        if not pairs:
            reason = "no mention of it was found, or none is praise or complaint"
            yield Row(name, text.language, text.writer or name, ineligible=reason)
            continue
        values = {
            "accuracy": sum(ours == mark for ours, mark in pairs) / len(pairs),
            "reversed": sum(ours not in (mark, "0") for ours, mark in pairs) / len(pairs),
        }
        yield Row(name, text.language, text.writer or name, values, shown={"text": text.passage})
