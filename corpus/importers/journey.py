"""Journey maps: what the company assumes of each stage, one cell a row, or YAML."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from corpus.errors import InputError
from corpus.files import RawFile
from corpus.importers import tabular
from corpus.importers.columns import listing, mapped
from corpus.importers.numbers import reading
from corpus.importers.words import meaning, phrases, plain, stage, strength, words
from corpus.labels import LANE_LABELS, STAGE_LABELS, label
from corpus.types import Cell, Imported, Locator, Quarantined

FIELDS = (
    "map",
    "persona",
    "stage",
    "step",
    "lane",
    "text",
    "emotion",
    "moment_of_truth",
    "owner",
)

_CONTENT = ("text", "emotion", "moment_of_truth")
"""What a cell says of its stage; a row without any of it is an empty field of a canvas."""

LARGEST_YAML = 5_000_000
"""Bytes; the safe loader is slow, and no map is longer."""

_WORDS_OF = {"stage": "cell_stage", "text": "cell_text"}
_SUGGESTS_YAML = re.compile(
    r"^\s*(?:-\s+)?[\"']?(?:cells|cellules|lane|voie|couche|ligne)[\"']?\s*:", re.M | re.I
)
_SUGGESTS_REFERENCE = re.compile(r"(?:^|[\s\[{,:-])[&*][^\s&*]", re.M)
_CELLS = ("cells", "cellules", "cellule", "rows", "lignes")


@dataclass(frozen=True, slots=True)
class _Grid:
    """Rows of a map, each a mapping of column to text; ``known`` holds for all of them."""

    columns: tuple[str, ...]
    rows: list[tuple[Mapping[str, str], Locator]]
    known: Mapping[str, str]
    quarantined: tuple[Quarantined, ...] = ()


def claims(file: RawFile) -> float:
    """How sure it is that the file is a journey map: 0.95 for stages and lanes, else 0."""
    if file.format not in ("text", "xlsx"):
        return 0.0
    if file.format == "text" and _may_be_yaml(file):
        try:
            grid = _yaml_grid(file)
        except InputError:
            # Nothing else is kept in YAML, so reading it gives the error that fits.
            return 0.5 if file.suffix in (".yaml", ".yml") else 0.0
        return 0.95 if {"stage", "lane"} <= _guess(grid.columns).keys() else 0.0
    if file.suffix in (".md", ".markdown", ".html", ".htm"):
        return 0.0
    fits = any({"stage", "lane"} <= _guess(t.columns).keys() for t in tabular.sample(file))
    return 0.95 if fits else 0.0


def read(file: RawFile, mapping: Mapping[str, str]) -> Imported:
    """The cells of a map; ``mapping`` overrides the guessed columns.

    Stages and lanes become the usual ones where their words are known; the locator keeps the
    map's own. Rows without a stage, a lane or any content are set aside; a field of a canvas that
    nobody filled in (a stage and a lane, and nothing said of them) is none. Raises InputError where
    there is no column of stages, lanes or text, and for YAML that is too long or refers to itself.
    """
    is_yaml = file.format == "text" and _may_be_yaml(file)
    tables = [] if is_yaml else tabular.tables(file)
    grids = (
        [_yaml_grid(file)]
        if is_yaml
        else [
            _Grid(
                table.columns,
                [
                    (dict(zip(table.columns, row, strict=True)), locator)
                    for row, locator in zip(table.rows, table.locators, strict=True)
                ],
                {},
                table.quarantined,
            )
            for table in tables
        ]
    )
    cells: list[Cell] = []
    bad: list[Quarantined] = []
    used: dict[str, str] = {}
    rows_read = 0
    for grid, fields in _fitting(file, grids, mapping):
        used |= fields
        rows_read += len(grid.rows) + len(grid.quarantined)
        bad += grid.quarantined
        for row, locator in grid.rows:
            values = {field: row.get(column, "").strip() for field, column in fields.items()}
            filled = {field: value for field, value in values.items() if value}
            if {"stage", "lane"} <= filled.keys() and filled.keys().isdisjoint(_CONTENT):
                rows_read -= 1
                continue
            made = _cell({**grid.known, **filled}, locator, Path(file.name).stem)
            if isinstance(made, Cell):
                cells.append(made)
            else:
                bad.append(made)
    return Imported(
        "journey",
        rows_read,
        mapping=used,
        cells=tuple(cells),
        quarantined=tuple(sorted(bad, key=lambda each: each.row)),
        hidden=sum((Counter(table.hidden) for table in tables), Counter()),
    )


def _fitting(
    file: RawFile, grids: list[_Grid], mapping: Mapping[str, str]
) -> Iterator[tuple[_Grid, dict[str, str]]]:
    """The grids (sheets) that are maps, with their fields."""
    problem: InputError | None = None
    some = False
    for grid in grids:
        if not grid.rows and not grid.quarantined:
            continue
        try:
            fields = mapped(_guess(grid.columns), mapping, grid.columns, FIELDS)
        except InputError as error:
            problem = problem or InputError(f"{file.name}: {error}")
            continue
        if {"stage", "lane", "text"} <= fields.keys() | grid.known.keys():
            some = True
            yield grid, fields
    if some:
        return
    if problem is not None:
        raise problem
    raise InputError(
        f"{file.name} has no stage, lane and text with rows under them among "
        f"{listing(grids[0].columns)}; name them with --map stage=COLUMN, lane=COLUMN "
        "and text=COLUMN."
    )


def _guess(columns: tuple[str, ...]) -> dict[str, str]:
    """Field to column, by the names alone."""
    found: dict[str, str] = {}
    # Where both "phase" and "étape" are there, the finer one is the step.
    for field in ("lane", "stage", "text", "step", "moment_of_truth", "emotion", "map", "persona",
                  "owner"):  # fmt: skip
        left = [column for column in columns if column not in found.values()]
        as_words = _WORDS_OF.get(field, field)
        best = max(left, key=lambda column: strength(column, as_words), default="")
        if best and strength(best, as_words):
            found[field] = best
    return {field: found[field] for field in FIELDS if field in found}


def _cell(values: Mapping[str, str], locator: Locator, stem: str) -> Cell | Quarantined:
    own_stage, own_lane = values.get("stage", ""), values.get("lane", "")
    text = values.get("text", "")
    emotion = _emotion(values.get("emotion", ""))
    missing = [name for name, value in (("stage", own_stage), ("lane", own_lane)) if not value]
    if not text and emotion is None:
        missing.append("text")
    if missing:
        return Quarantined(int(locator["row"]), f"no {' and no '.join(missing)}")
    return Cell(
        map=values.get("map") or stem,
        persona=values.get("persona", ""),
        stage=stage(own_stage) or own_stage,
        step=values.get("step", ""),
        lane=_lane(own_lane),
        text=text,
        emotion=emotion,
        moment_of_truth=_is_true(values.get("moment_of_truth", "")),
        owner=values.get("owner", ""),
        locator={**locator, "cell": f"{own_stage} · {own_lane}"},
    )


def _lane(value: str) -> str:
    """The usual lane that a map's word stands for, else that word in lower case."""
    return meaning(value, "lanes") or value.lower()


def _emotion(value: str) -> int | None:
    """From -2 to +2; None for anything else."""
    found = reading(value)
    if found is None or found.value not in (-2, -1, 0, 1, 2):
        return None
    return int(found.value)


def _is_true(value: str) -> bool:
    value = plain(value.strip())
    return value in ("✓", "✔", "☑", "1.0") or (
        bool(words(value)) and words(value) in phrases("truth")
    )


# --- YAML


def _may_be_yaml(file: RawFile) -> bool:
    if file.suffix in (".yaml", ".yml"):
        return True
    named = file.suffix in (".csv", ".tsv", ".jsonl", ".md", ".html", ".htm")
    return not named and _SUGGESTS_YAML.search(file.text[:20_000]) is not None


def _yaml_grid(file: RawFile) -> _Grid:
    """The cells of a YAML map: a list, or ``cells`` beside what holds for all of them."""
    content = _load(file)
    known: dict[str, str] = {}
    if isinstance(content, dict):
        keys = {plain(str(key)): key for key in content}
        under = next((keys[name] for name in _CELLS if name in keys), None)
        others = {str(k): _text(v) for k, v in content.items() if k != under}
        scalars = {k: v for k, v in others.items() if v}
        known = {field: scalars[key] for field, key in _guess(tuple(scalars)).items()}
        content = content[under] if under is not None else None
    if not isinstance(content, list):
        raise InputError(f"{file.name} holds no list of cells; put them under the key cells.")
    columns: dict[str, None] = {}
    rows: list[tuple[Mapping[str, str], Locator]] = []
    bad: list[Quarantined] = []
    for i, cell in enumerate(content, 1):
        if not isinstance(cell, dict):
            bad.append(Quarantined(i, "not a cell with named fields"))
            continue
        row = {str(key): _text(value) for key, value in cell.items()}
        columns.update(dict.fromkeys(row))
        rows.append((row, {"row": i}))
    return _Grid(tuple(columns), rows, known, tuple(bad))


def _load(file: RawFile) -> object:
    if len(file.data) > LARGEST_YAML:
        raise InputError(f"{file.name} is longer than 5 MB of YAML; save the map as CSV.")
    try:
        # A few anchors that refer to each other can unfold into more than any memory holds.
        if _SUGGESTS_REFERENCE.search(file.text) and any(
            isinstance(token, yaml.AnchorToken | yaml.AliasToken)
            for token in yaml.scan(file.text, Loader=yaml.SafeLoader)
        ):
            raise InputError(
                f"{file.name} uses YAML anchors (& and *), which are not read; write them out."
            )
        return yaml.safe_load(file.text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark is not None else ""
        raise InputError(f"{file.name} is not valid YAML{where}; correct it.") from error
    except (ValueError, RecursionError, OverflowError, TypeError, AttributeError) as error:
        raise InputError(f"{file.name} cannot be read as YAML; is it a journey map?") from error


def _text(value: object) -> str:
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "\n".join(
            filter(None, (_text(item) for item in value if not isinstance(item, list)))
        )
    return str(value).strip()


# --- Files that load back


def written(stage_id: str, lane_id: str, language: str) -> tuple[str, str]:
    """The words for a stage and a lane in a file that this importer is to read back.

    Those of the language where they are read as the same stage and lane, else the keys.
    """
    own_stage = label(STAGE_LABELS, stage_id, language)
    own_lane = label(LANE_LABELS, lane_id, language)
    return (
        own_stage if (stage(own_stage) or own_stage) == stage_id else stage_id,
        own_lane if _lane(own_lane) == lane_id else lane_id,
    )
