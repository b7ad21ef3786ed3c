"""Which column of a feedback table is which field, from names and values."""

from collections.abc import Callable, Sequence

from corpus.importers import dates, scores
from corpus.importers.columns import Column
from corpus.importers.words import has_word, language, meaning, phrases, strength, words

_PROSE_WORDS = 5
"""Mean words from which an unnamed column is taken for what people wrote."""


def feedback_fields(columns: Sequence[Column]) -> dict[str, str]:
    """Field to column: text, title, id, date (``A+B``: A, else B), score:NAME, segment:NAME, …

    Scores come in the order in which a record lists them.
    """
    fields: dict[str, str] = {}
    left = {column.name: column for column in columns if column.sample}

    def take(field: str, column: Column | None) -> None:
        if column is not None:
            fields[field] = column.name
            left.pop(column.name, None)

    take("id", _best(left, "id", _is_id))
    when = date_columns(list(left.values()))
    if when:
        fields["date"] = "+".join(column.name for column in when)
    for column in when:
        left.pop(column.name)
    take("language", _best(left, "language", _is_language))
    found = score_columns(list(left.values()))
    fields |= {f"score:{column.name}": column.name for column in found}
    for column in found:
        left.pop(column.name)
    told = text_columns(list(left.values()))
    if told:
        fields["text"] = "+".join(column.name for column in told)
    for column in told:
        left.pop(column.name)
    take("title", _best(left, "title", _is_title))
    take("customer", _best(left, "customer", _is_customer))
    take("voice", _best(left, "voice", _is_voice))
    take("stage", _best(left, "stage", _is_category))
    take("channel", _best(left, "channel", _is_category))
    for column in left.values():
        if is_segment(column):
            fields[f"segment:{column.name}"] = column.name
    return fields


def _best(left: dict[str, Column], field: str, test: Callable[[Column], bool]) -> Column | None:
    """The column whose name says ``field`` best among those whose values fit."""
    named = [column for column in left.values() if strength(column.name, field) and test(column)]
    return max(named, key=lambda column: strength(column.name, field), default=None)


def text_column(columns: Sequence[Column]) -> Column | None:
    """The column of what people wrote: well named, else the one most like prose; or None."""
    best = max(columns, key=_text_likeness, default=None)
    return best if best is not None and _text_likeness(best) > 0 else None


def text_columns(columns: Sequence[Column]) -> list[Column]:
    """The column of what people wrote, and those of the other open questions, in their order.

    "What did you like?" and "What should we improve?" are two answers of one person; a table often
    has a column for what is good and one for what is bad.
    """
    main = text_column(columns)
    if main is None:
        return []
    sided = has_word(main.name, "sides")
    return [
        column
        for column in columns
        if column is main
        or _answers_openly(column)
        or (sided and has_word(column.name, "sides") and _text_likeness(column) > 0)
    ]


def _answers_openly(column: Column) -> bool:
    """Whether the name is an open question, and the values are no options to choose from."""
    name = words(column.name)
    asks = any(name[: len(start)] == start for start in phrases("open_questions"))
    return asks and column.wordy and column.words >= 3 and column.distinctness >= 0.1


def _text_likeness(column: Column) -> float:
    if not column.wordy or _is_label(column):
        return 0.0
    if _answers_openly(column):
        return 1.2 + _prose(column)
    named = strength(column.name, "text")
    if named < 0.6 and strength(column.name, "title") > 0.6:
        # A title is text where there is no other.
        return 0.01 * _prose(column) if column.words >= 4 else 0.0
    if named > 0.6:
        return 1 + named + _prose(column)
    if named and column.words >= 3 and column.distinctness >= 0.3:
        return 0.5 + named + _prose(column)
    if column.words < _PROSE_WORDS or column.distinctness < 0.5:
        return 0.0
    # Translations, replies and addresses are prose too, and the last resort.
    other = has_word(column.name, "fields", "text", "never")
    return (0.05 if other else 0.3) * _prose(column)


def _prose(column: Column) -> float:
    """From 0 to 1: long, distinct and there."""
    share = column.filled / max(column.rows, 1)
    return min(column.words / 20, 1) * min(column.distinctness, 1) * (0.2 + 0.8 * share)


def _is_label(column: Column) -> bool:
    """Whether many rows share few short values, as categories do."""
    return column.filled >= 20 and column.distinctness < 0.2 and column.words < 4


def date_columns(columns: Sequence[Column]) -> list[Column]:
    """The experience's date column, if half filled, then the publication's; none, one or two."""
    found = [column for column in columns if _is_date(column)]
    lived = [c for c in found if has_word(c.name, "experience") and c.filled * 2 >= c.rows]
    told = [c for c in found if not has_word(c.name, "experience")]
    told.sort(key=lambda c: (strength(c.name, "date"), c.filled), reverse=True)
    if not told and not lived:
        return found[:1]
    return lived[:1] + told[:1]


def _is_date(column: Column) -> bool:
    name = column.name
    if has_word(name, "fields", "date", "never"):
        return False
    named = strength(name, "date") > 0
    if column.dates >= (0.6 if named else 0.9):
        return True
    if not named:
        return False
    stamps = sum(dates.looks_like_timestamp(value) for value in column.sample)
    if stamps >= 0.9 * len(column.sample):
        return True
    # Formats that only the slow parser knows.
    few = [v for v in column.sample[:20] if not v.isdigit()]
    return (
        bool(few)
        and column.codes < 0.5
        and sum(found is not None for found in dates.read_dates(few)) >= 0.6 * len(few)
    )


def score_columns(columns: Sequence[Column]) -> list[Column]:
    """The score columns, the overall one first and yes-or-no ones last."""
    found = [(column, of) for column in columns if (of := scores.family(column)) is not None]
    return [
        column for column, of in sorted(found, key=lambda each: scores.rank(each[0].name, each[1]))
    ]


def is_segment(column: Column) -> bool:
    """Whether the column sorts customers or products into groups worth comparing."""
    # A whole question may mention a shop; a name of a few words says what the column is.
    named = strength(column.name, "segment") > 0 and len(words(column.name)) <= 4
    if has_word(column.name, "fields", "segment", "never") or not 2 <= column.distinct <= 500:
        return False
    if column.chars > 40 or column.words > 6 or column.dates > 0.5 or column.codes > 0.2:
        return False
    if strength(column.name, "id") or strength(column.name, "customer"):
        return False
    if column.numbers > 0.5 and not named:
        return False
    # In a small table a few repetitions must do.
    repeats = 3 if column.filled > 30 else 1.5
    if named and column.filled <= 30 and column.numbers < 0.5:
        repeats = 1
    return column.filled / column.distinct >= repeats


def _is_id(column: Column) -> bool:
    return column.filled == column.rows == column.distinct and column.words < 2


def _is_title(column: Column) -> bool:
    return (
        column.wordy
        and column.chars <= 200
        and (column.words >= 1.5 or (column.distinctness >= 0.3 and not _is_label(column)))
    )


def _is_customer(column: Column) -> bool:
    if column.words > 4 or column.chars > 80 or column.dates > 0.5:
        return False
    # "Client: oui/non" sorts people into groups; it does not say who they are.
    return column.filled < 20 or column.distinct > 5


def _is_language(column: Column) -> bool:
    known = sum(bool(language(value)) and len(value) < 20 for value in column.sample)
    return known >= 0.8 * len(column.sample)


def _is_voice(column: Column) -> bool:
    known = sum(meaning(value, "voices") is not None for value in column.sample)
    return known >= 0.8 * len(column.sample)


def _is_category(column: Column) -> bool:
    if not column.wordy or column.words > 4 or column.distinct > 50:
        return False
    return column.filled < 30 or column.filled / column.distinct >= 3


def recognised(columns: Sequence[Column]) -> bool:
    """Whether any header is a word that tables of feedback use."""
    fields = ("text", "title", "id", "customer", "date", "language", "channel", "segment")
    return any(
        any(strength(column.name, field) for field in fields)
        or has_word(column.name, "scores", "surely")
        for column in columns
        if len(words(column.name)) <= 6
    )
