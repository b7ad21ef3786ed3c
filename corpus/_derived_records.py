"""What is derived from records, as SELECTs: see ``derived`` for what each table is."""

from collections.abc import Callable

from corpus import tables as t
from corpus.enumerated import Run, enumerated, named

RECORD = "(-1 - record_id)"
"""``who`` of a record that counts for itself."""

COPIED = 40
"""Characters of a stretch that two texts share by copying, hardly by chance."""

_OF_RECORD = (
    "customer_key, who, date, stage, channel, language, segments, source_id, voice, coded, overall"
)


def keys(_: Run) -> str:
    return (
        "SELECT customer_key AS name, "
        "CAST(row_number() OVER (ORDER BY customer_key) - 1 AS INTEGER) AS customer_key, "
        "CAST(row_number() OVER (ORDER BY md5(customer_key)) AS INTEGER) AS drawn FROM "
        "(SELECT customer_key FROM records UNION SELECT customer_key FROM events) "
        "WHERE customer_key IS NOT NULL ORDER BY 2"
    )


def told(run: Run) -> str:
    columns = named(run, t.records, "stage", "channel", "language", "source_id", "voice")
    number = "CAST(row_number() OVER (ORDER BY id) - 1 AS INTEGER)"
    return (
        f"SELECT *, coalesce(customer_key, {RECORD}) AS who FROM (SELECT {number} AS record_id, "
        f"id, keys.customer_key, date, segments, {columns}, "
        "(title <> '' OR text <> '') AS written, id IN (SELECT record_id FROM coded) AS coded, "
        "first.goodness AS overall FROM records LEFT JOIN keys ON keys.name = records.customer_key "
        "LEFT JOIN (SELECT record_id AS scored, goodness FROM scores WHERE rank = 0) AS first "
        "ON first.scored = records.id) ORDER BY who"
    )


def mentioned(run: Run) -> str:
    theme, place = (enumerated(run, f"mentions.{name}", "mentions") for name in ("theme", "stage"))
    carried = ", ".join(f"any_value(r.{each}) AS {each}" for each in _OF_RECORD.split(", "))
    felt = "from_json(emotions, '[\"VARCHAR\"]')"
    return (
        f"SELECT r.record_id, any_value(r.id) AS id, {theme} AS theme, {place} AS place, "
        "bool_or(polarity = '+') AS good, bool_or(polarity = '-') AS bad, count(*) AS n, "
        "count_if(polarity = '+') - count_if(polarity = '-') AS tone, "
        f"list_distinct(flatten(list({felt}))) AS emotions, {carried} FROM mentions "
        "JOIN (SELECT * FROM told WHERE coded) AS r ON r.id = mentions.record_id "
        "GROUP BY r.record_id, mentions.theme, mentions.stage ORDER BY who, record_id"
    )


def themed(_: Run) -> str:
    carried = ", ".join(f"any_value({each}) AS {each}" for each in _OF_RECORD.split(", "))
    return (
        "SELECT record_id, any_value(id) AS id, theme, min(place) AS place, bool_or(good) AS good, "
        f"bool_or(bad) AS bad, {carried} FROM mentioned GROUP BY record_id, theme "
        "ORDER BY who, record_id"
    )


def quotable(run: Run) -> str:
    theme, place, polarity = (
        enumerated(run, f"mentions.{name}", "mentions") for name in ("theme", "stage", "polarity")
    )
    carried = ", ".join(f"r.{each}" for each in _OF_RECORD.split(", "))
    return (
        "SELECT CAST(row_number() OVER (ORDER BY theme, polarity) AS INTEGER) AS mention, * FROM "
        f"(SELECT passage_id, CAST(span_start AS INTEGER) AS span_start, "
        f"CAST(span_end AS INTEGER) AS span_end, {theme} AS theme, {place} AS place, "
        f"{polarity} AS polarity, probability, json_array_length(emotions) AS felt, p.score, "
        "coalesce(2 * abs(p.score - 0.5), 0) AS extreme, p.text, p.addressed, "
        "length(p.text) AS length, "
        "CASE WHEN s.name IS NOT NULL THEN {'name': s.name, 'value': value, 'minimum': minimum, "
        f"'maximum': maximum, 'kind': s.kind}} END AS first, r.record_id, r.id, {carried} "
        "FROM mentions JOIN told AS r ON r.id = mentions.record_id "
        "JOIN passages AS p ON p.id = passage_id "
        "LEFT JOIN (SELECT * FROM scores WHERE rank = 0) AS s ON s.record_id = r.id) ORDER BY 1"
    )


def answers(run: Run) -> str:
    scored = (
        "SELECT r.record_id, r.id, rank, value, minimum, maximum, goodness, "
        f"{named(run, t.scores, 'name', 'kind')}, "
        "CASE WHEN kind <> 'nps' THEN value WHEN value >= 9 THEN 100.0 WHEN value <= 6 "
        "THEN -100.0 ELSE 0.0 END AS worth, "
        "r.* EXCLUDE (record_id, id, written) FROM scores "
        "JOIN told AS r ON r.id = scores.record_id"
    )
    return (
        "SELECT answer.*, answer.date - ended AS lived_ago, middle, ending "
        f"FROM ({scored}) AS answer ASOF LEFT JOIN lived "
        "ON answer.customer_key = lived.customer_key AND answer.date >= lived.ended "
        "ORDER BY who, record_id, rank"
    )


def by_stage(table: str) -> Callable[[Run], str]:
    """The rows of a table again for each stage that their records are of or speak of."""
    stages = (
        "SELECT record_id, CAST(stage AS VARCHAR) AS spoken_of FROM told WHERE stage IS NOT NULL "
        "UNION SELECT record_id, CAST(place AS VARCHAR) FROM mentioned WHERE place IS NOT NULL"
    )
    return lambda _: (
        f"SELECT spoken_of, {table}.* FROM {table} JOIN ({stages}) USING (record_id) "
        "ORDER BY spoken_of, who"
    )


def signals(_: Run) -> str:
    first = "(SELECT record_id, min_by(goodness, rank) AS goodness FROM answers GROUP BY record_id)"
    words = "(SELECT record_id, sum(tone) / sum(n) AS tone FROM mentioned GROUP BY record_id)"
    return (
        f"SELECT record_id, coalesce(2 * goodness - 1, tone) AS signal, {_OF_RECORD} FROM (SELECT "
        f"* FROM {first} AS first FULL JOIN {words} AS words USING (record_id)) "
        "JOIN told USING (record_id) ORDER BY who, date"
    )


def stretches(_: Run) -> str:
    marks = r"[^\pL\pN''’ -]+"  # in a literal of SQL
    shared = (
        "SELECT * FROM (SELECT DISTINCT record_id, trim(stretch) AS stretch "
        "FROM (SELECT * FROM told WHERE coded) JOIN records USING (id), "
        "unnest(regexp_split_to_array(lower(strip_accents(title || '. ' || text)), "
        f"'{marks}')) AS s(stretch) WHERE length(trim(stretch)) >= {COPIED}) "
        "QUALIFY count(*) OVER (PARTITION BY stretch) > 1"
    )
    return (
        "SELECT record_id, CAST(dense_rank() OVER (ORDER BY stretch) AS INTEGER) AS copy, stretch "
        f"FROM ({shared}) ORDER BY record_id"
    )
