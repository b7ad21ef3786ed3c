"""What is said of each stage, as a relation of SQL."""

from corpus.metrics.relations import among
from corpus.metrics.types import Ask

TONE = "CASE polarity WHEN '+' THEN 1.0 WHEN '-' THEN -1.0 ELSE 0.0 END"
"""A mention's polarity as a number."""


def spoken(ask: Ask) -> str:
    """A relation of the mentions that have a stage, within the filters.

    Columns ``who, customer_key, date, channel, stage, theme, polarity, emotions``. Unlike ``said``
    it keeps apart what one record says of several stages.
    """
    kept = f" AND m.stage IN {among(ask.filters.stage)}" if ask.filters.stage else ""
    kept += f" AND m.theme IN {among(ask.themes)}" if ask.themes else ""
    return (
        "(SELECT scope.who, scope.customer_key, scope.date, scope.channel, m.stage, m.theme, "
        "m.polarity, m.emotions FROM mentions AS m JOIN scope ON scope.id = m.record_id "
        f"WHERE scope.coded AND m.stage IS NOT NULL{kept})"
    )
