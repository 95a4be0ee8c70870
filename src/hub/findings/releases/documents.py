"""What is published of a finding, as bytes: written once from a result that may leave, and read back for its page.

Nothing but the engine's released results goes in, so nothing else can come out. Knows no database.
"""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass

from equity.analysis import findings as matters
from equity.disclosure.results import ReleasedSeries, ReleasedTable, insist
from equity.model import measure
from hub.core.spreadsheets import safe_cells
from hub.findings import computing
from hub.findings.releases import rules

FINDING, TABLE = "finding.json", "table.csv"
PLACES = 4

# name, type, what it holds, whether it is always there. The CSV and the JSON have the same names.
COLUMNS = [
    ("group", "string", "The group of people", True),
    ("wider_group", "string", "The wider group that it is part of, where the list has one", False),
    ("count", "number", "How many of them. Empty where it is hidden or not known", False),
    ("out_of", "number", "Out of how many. Empty where it is hidden or not known", False),
    ("value", "number", "The figure, in the finding's unit", False),
    ("low", "number", "The lower end of the range in which the true figure probably lies (95%)", False),
    ("high", "number", "The upper end of that range", False),
    ("compared", "string", "Beside everyone together, or beside the group that the finding names", False),
    (
        "unknown",
        "number",
        "Of how many of those counted the group is not known, in the whole table. Empty where that is hidden",
        False,
    ),
    ("note", "string", "Why a figure is missing", False),
]
ABOUT = [
    ("measure", "string", "What is measured", True),
    ("unit", "string", "The unit of the figure", True),
    ("place", "string", "The service or place", True),
    ("period", "string", "The time it is about", True),
    ("population", "string", "The residents it is compared with: source, year and ages", False),
    ("source", "string", "Where the figures come from", True),
    ("licence", "string", "On what terms they may be used", True),
]


class TooFewToDivideError(Exception):
    """A small group may be shown by one characteristic only."""


@dataclass(frozen=True)
class About:
    """What the result does not say by itself."""

    period: str
    place: str
    licence: str
    licence_address: str
    is_example: bool
    unknown_is_hidden: bool = False


def freeze(table: ReleasedTable, series: ReleasedSeries | None, about: About) -> dict[str, str]:
    """The finding's files by name."""
    insist(table)
    _insist_on_one_characteristic_of_few(table)
    found = _document(table, series, about)
    return {FINDING: json.dumps(found, ensure_ascii=False, indent=1) + "\n", TABLE: _csv(found)}


def _insist_on_one_characteristic_of_few(table):
    characteristics = {name for row in table.rows for name, _code, _label in row.groups}
    crossed = {name for row in table.rows if len(row.groups) > 1 for name, _code, _label in row.groups}
    people = sum((row.n if row.n is not None else row.x) or 0 for row in table.rows)
    if crossed and not rules.may_be_divided(people, characteristics):
        raise TooFewToDivideError


def _document(table, series, about):
    what, finding = measure(table.measure), matters.finding_of(table)
    named = set(computing.named_in(table))
    return {
        "title": table.title,
        "question": what.question,
        "sentence": finding.sentence if finding else table.sentence,
        "detail": finding.detail if finding else "",
        "in_words": table.sentence,
        "measure": what.code,
        "unit": what.unit,
        "per": int(what.per),
        "better": what.better,
        "place": about.place,
        "period": about.period,
        "everyone": _number(table.reference_value) if table.reference != "none" else None,
        "population": next((row.population_source for row in table.rows if row.population_source), ""),
        "unknown": _unknown(max((row.n_unknown for row in table.rows), default=0.0), about),
        "protection": table.mark,
        "licence": about.licence,
        "licence_address": about.licence_address,
        "is_example": about.is_example,
        "rows": [_row(row, named, about) for row in table.rows],
        "moved": series.sentence if series else "",
        "over_time": [
            {"group": line.label, "in_the_finding": line.code in named, "period": point.period,
             "count": _number(point.x), "out_of": _number(point.n), "value": _number(point.value),
             "low": _number(point.low), "high": _number(point.high)}
            for line in (series.lines if series else ()) if line.code in named for point in line.points
        ],
        "caveats": list(table.caveats),
        "sources": list(table.sources),
    }  # fmt: skip


def _unknown(people, about):
    """A nought would be a number, and this one is not known to the reader."""
    return None if about.unknown_is_hidden else _number(people)


def _row(row, named, about):
    return {
        "group": row.label, "wider_group": row.broad, "count": _number(row.x), "out_of": _number(row.n),
        "value": _number(row.value), "low": _number(row.lower95), "high": _number(row.upper95),
        "compared": "" if row.compared == "not comparable" else row.compared, "unknown": _unknown(row.n_unknown, about),
        "note": row.reason, "in_the_finding": row.groups[0][1] in named,
    }  # fmt: skip


def _number(value):
    if value is None or value != value:
        return None
    return int(value) if float(value).is_integer() else round(value, PLACES)


def _csv(found):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    names = [name for name, *_ in COLUMNS]
    same = {**found, "source": " ".join(found["sources"])}
    writer.writerow([*names, *(name for name, *_ in ABOUT)])
    for row in found["rows"]:
        cells = [*(row[name] for name in names), *(same[name] for name, *_ in ABOUT)]
        writer.writerow(safe_cells("" if cell is None else cell for cell in cells))
    return out.getvalue()


# Reading it back.


@dataclass(frozen=True)
class PublicRow:
    """One group, as the charts take it."""

    label: str
    broad: str
    x: float | None
    n: float | None
    value: float | None
    low: float | None
    high: float | None
    compared: str
    unknown: float | None
    reason: str
    is_named: bool
    missing: None = None
    beside: None = None


@dataclass(frozen=True)
class PublicPoint:
    code: str
    label: str
    period: str
    x: float | None
    n: float | None
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class PublicFinding:
    """A published finding, read from its own bytes."""

    title: str
    question: str
    sentence: str
    detail: str
    in_words: str
    says: str
    per: int
    place: str
    period: str
    reference: float | None
    population: str
    unknown: float | None
    protection: str
    licence: str
    licence_address: str
    is_example: bool
    moved: str
    rows: tuple[PublicRow, ...]
    points: tuple[PublicPoint, ...]
    caveats: tuple[str, ...]
    sources: tuple[str, ...]


SAME = (
    "title", "question", "sentence", "detail", "in_words", "per", "place", "period", "population", "unknown",
    "protection", "licence", "licence_address", "is_example", "moved",
)  # fmt: skip


def read_back(content: str) -> PublicFinding:
    found = json.loads(content)
    return PublicFinding(
        **{name: found[name] for name in SAME},
        says=found["unit"],
        reference=found["everyone"],
        rows=tuple(_public_row(row) for row in found["rows"]),
        points=tuple(_public_point(point) for point in found["over_time"]),
        caveats=tuple(found["caveats"]),
        sources=tuple(found["sources"]),
    )


def _public_row(row: Mapping) -> PublicRow:
    return PublicRow(
        row["group"], row["wider_group"], row["count"], row["out_of"], row["value"], row["low"], row["high"],
        row["compared"], row["unknown"], row["note"], row["in_the_finding"],
    )  # fmt: skip


def _public_point(point: Mapping) -> PublicPoint:
    return PublicPoint(
        point["group"], point["group"], point["period"], point["count"], point["out_of"], point["value"],
        point["low"], point["high"],
    )  # fmt: skip


def schema() -> dict:
    """JSON Schema of a published finding."""
    text, number = {"type": "string"}, {"type": ["number", "null"]}
    row = {name: _property(kind, about) for name, kind, about, _always in COLUMNS}
    row["in_the_finding"] = {"type": "boolean", "description": "True for the groups that the finding is about"}
    time = {name: row[name] for name in ("group", "in_the_finding", "count", "out_of", "value", "low", "high")}
    time["period"] = text
    top = dict.fromkeys(
        ("title", "question", "sentence", "detail", "in_words", "measure", "unit", "better", "place", "period",
         "population", "protection", "licence", "licence_address", "moved"), text
    )  # fmt: skip
    top |= {"per": {"type": "integer"}, "everyone": number, "unknown": number, "is_example": {"type": "boolean"}}
    lists = {
        "rows": {"type": "array", "items": _object(row)},
        "over_time": {"type": "array", "items": _object(time)},
        "caveats": {"type": "array", "items": text},
        "sources": {"type": "array", "items": text},
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Finding", **_object(top | lists)}


def _property(kind, about):
    return {"type": [kind, "null"] if kind == "number" else kind, "description": about}


def _object(properties):
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
    }  # fmt: skip
