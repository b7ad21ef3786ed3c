"""What is said of each stage, as a relation of SQL."""

from corpus.metrics.relations import among
from corpus.metrics.types import Ask


def spoken(ask: Ask) -> str:
    """A relation of the mentions that have a stage, within the filters.

    Columns ``who, customer_key, date, channel, stage, theme, good, bad, tone, n, emotions``: a row
    for a record, a theme and a stage, with the sum ``tone`` of the ``n`` mentions' polarities.
    Unlike ``said`` it keeps apart what one record says of several stages.
    """
    kept = f" AND m.place IN {among(ask.filters.stage)}" if ask.filters.stage else ""
    kept += f" AND m.theme IN {among(ask.themes)}" if ask.themes else ""
    return (
        "(SELECT scope.who, scope.customer_key, scope.date, scope.channel, m.place AS stage, "
        "m.theme, m.good, m.bad, m.tone, m.n, m.emotions FROM mentioned AS m "
        f"JOIN scope USING (record_id) WHERE m.place IS NOT NULL{kept})"
    )
