"""Every row of a report as plain values: for tidy CSV, JSON and anything that reads them."""

import csv
import io
import json
from dataclasses import asdict, fields

from equity.disclosure.results import ReleasedTable, Shareable, contents
from equity.model import Row, Series, Table
from equity.report.document import Report

FORMAT = "equity-result/1"
GROUP_COLUMNS = ("characteristic", "group_code", "group_label")


def columns() -> list[str]:
    rest = [field.name for field in fields(Row) if field.name not in ("groups", "label", "broad")]
    return [
        "table",
        "measure",
        "place",
        "period",
        *GROUP_COLUMNS,
        *(name for name in rest if name not in ("measure", "place", "period")),
        "mark",
    ]


def as_csv(report: Report) -> str:
    """One row a group a table, every column of the output contract. Crossed groups are joined with ' x '."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns(), lineterminator="\n")
    writer.writeheader()
    for table in report.tables:
        for row in table.rows:
            writer.writerow({name: value for name, value in flat(table, row).items() if name in columns()})
    return out.getvalue()


def flat(table: ReleasedTable, row: Row) -> dict[str, object]:
    values = {field.name: getattr(row, field.name) for field in fields(Row)}
    for name, place in zip(GROUP_COLUMNS, range(3), strict=True):
        values[name] = " x ".join(group[place] for group in row.groups)
    marked = {"table": table.code, "mark": table.mark}
    return marked | {name: safe_cell(value) for name, value in values.items()}


def safe_cell(value: object) -> object:
    """A spreadsheet would run a text that starts like a formula, so such text starts with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def as_json(report: Report) -> str:
    """The report as JSON, after the published schema (content/equity/schema/result.schema.json)."""
    return json.dumps(as_document(report), ensure_ascii=False, indent=1) + "\n"


def as_document(report: Report) -> dict[str, object]:
    return {
        "format": FORMAT,
        "title": report.title,
        "place": report.place,
        "about": report.about,
        "mark": report.mark,
        "sources": list(report.sources),
        "findings": [asdict(finding) for finding in report.findings],
        "results": [result_document(result.of, result.title) for result in report.results],
    }


def result_document(of: Shareable, title: str) -> dict[str, object]:
    if isinstance(of, ReleasedTable):
        return {"kind": "table", "mark": of.mark, **asdict(Table(**contents(of))), "title": title}  # type: ignore[arg-type]
    return {"kind": "series", "mark": of.mark, **asdict(Series(**contents(of))), "title": title}  # type: ignore[arg-type]
