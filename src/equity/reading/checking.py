"""The dry run: what was read, recognised and rejected, before anything is computed."""
# ruff: noqa: S608 - names are quoted with `escaped` or `quoted`, values are ours

import csv
from dataclasses import dataclass
from pathlib import Path

from equity.reading.files import OpenFile, Rejected, escaped
from equity.reading.mapping import FileMapping, MappingError
from equity.vocabulary import UNKNOWN_WORDS, RecognitionReport, Unknown, category_set, recognise
from equity.vocabulary import mapping as mapping_between
from equity.whole import whole

DATE_FORMATS = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%d/%m/%y",
)
MOST_SHOWN = 12


@dataclass(frozen=True)
class Quality:
    """The data-quality report of one file."""

    file: str
    rows: int
    kept: int
    rejected: tuple[Rejected, ...]
    recognised: tuple[tuple[str, RecognitionReport], ...]
    duplicates: int

    def text(self) -> str:
        lines = [
            f"{self.file}: {self.rows:,} rows read, {self.kept:,} kept, {len(rejected_rows(self.rejected)):,} rejected."
        ]
        for name, report in self.recognised:
            lines.append(f"\n{name} ({category_set(report.set_code).name})\n  {report.usable:,} recognised")
            lines += [f"  {count:,} {UNKNOWN_WORDS[Unknown(kind)].lower()}" for kind, count in report.unknown]
            lines += [
                f"  {count:,} rows say {label!r}: {NOT_USABLE.get(kind, kind)}"
                for label, kind, count in report.not_usable[:MOST_SHOWN]
            ]
            if len(report.not_usable) > MOST_SHOWN:
                lines.append(f"  and {len(report.not_usable) - MOST_SHOWN} other labels")
        lines += ["\nRejected rows"] if self.rejected else []
        lines += [
            f"  row {one.row:,}, column {one.column or '-'}: {one.reason} ({one.value!r})"
            for one in self.rejected[:MOST_SHOWN]
        ]
        if len(self.rejected) > MOST_SHOWN:
            lines.append(f"  and {len(self.rejected) - MOST_SHOWN:,} more")
        if self.duplicates:
            lines.append(f"\n{self.duplicates:,} rows are exact copies of another row. They are kept.")
        return "\n".join(lines)


NOT_USABLE = {
    "unrecognised": "not recognised, counted with answers we could not read",
    "combined": "several groups together, counted with answers we could not read",
    "total": "a total, not a group",
    "not_applicable": "not applicable",
    "valid": "a category of another list, counted with answers we could not read",
}


def rejected_rows(rejected: tuple[Rejected, ...]) -> set[int]:
    return {one.row for one in rejected}


def check(file: OpenFile, mapping: FileMapping) -> Quality:
    """Code every column, reject rows that cannot be used, and leave a table `coded` for counting.

    Promises: rows read = rows kept + rows rejected; every rejected row has a row number, column and reason; a
    label that is not recognised keeps its row, among the people of unknown group.
    """
    reports = tuple(
        (code, code_column(file, code, coded.column, coded.set_code)) for code, coded in mapping.characteristics.items()
    )
    refused = unusable(file, mapping)
    con = file.connection
    con.execute("create or replace temp table refused (row_number bigint)")
    if refused:
        con.execute("insert into refused select unnest(?)", [[one.row for one in refused]])
    con.execute(coded_sql(file, mapping))
    kept = int(con.execute("select count(*) from coded").fetchall()[0][0])
    rows = file.rows + len(rejected_rows(tuple(file.rejected)))
    return Quality(file.name, rows, kept, (*file.rejected, *refused), reports, duplicates(file))


def unusable(file: OpenFile, mapping: FileMapping) -> list[Rejected]:
    """Rows with a date or number that cannot be read, or without the person that must be counted."""
    found = bad_dates(file, mapping.date) if mapping.date else []
    for column in (mapping.pay, mapping.experience):
        found += bad_numbers(file, column) if column else []
    return found + (missing_persons(file, mapping.person) if mapping.count != "events" else [])


def coded_sql(file: OpenFile, mapping: FileMapping) -> str:
    """The table for counting: codes in place of words, dates and numbers read, whether each stage was reached."""
    columns, joins = ["row_number"], []
    for code, coded in mapping.characteristics.items():
        columns.append(f"coalesce(codes_{code}.code, '{Unknown.MISSING}') as {code}")
        joins.append(f'left join codes_{code} on codes_{code}.label = rows."{escaped(coded.column)}"')
    plain = {
        "person": mapping.person,
        "service": mapping.service,
        "provider": mapping.provider,
        "area": mapping.area,
    }
    columns += [f'"{escaped(column)}" as {name}' for name, column in plain.items() if column]
    if mapping.date:
        columns.append(f"{date_sql(mapping.date)} as date")
    for name, column in (("pay", mapping.pay), ("experience", mapping.experience)):
        columns += [f'try_cast("{escaped(column)}" as double) as {name}'] if column else []
    columns += [f"{stage_sql(rule.column, rule.values)} as stage_{stage}" for stage, rule in mapping.stages.items()]
    return (
        f"create or replace table coded as select {', '.join(columns)} from rows {' '.join(joins)} "
        "where row_number not in (select row_number from refused)"
    )


def code_column(file: OpenFile, code: str, column: str, set_code: str) -> RecognitionReport:
    """Recognise every different label once, and keep label and code for the join."""
    con = file.connection
    labels = con.execute(f'select "{escaped(column)}", count(*) from rows group by 1').fetchall()
    con.execute(f"create or replace temp table codes_{code} (label varchar, code varchar)")
    usable, unknown, not_usable, coded = 0, dict.fromkeys(Unknown, 0), [], []
    for label, count in labels:
        found = recognise(age_of(label, set_code), set_code)
        if found.is_usable:
            usable += count
            coded.append((label, found.code))
        elif found.kind in set(Unknown):
            unknown[Unknown(found.kind)] += count
            coded.append((label, found.kind))
        else:
            not_usable.append((label or "", found.kind, count))
            coded.append((label, str(Unknown.INVALID)))
    if coded:
        con.execute(f"insert into codes_{code} select unnest(?), unnest(?)", list(map(list, zip(*coded, strict=True))))
    kinds = tuple((str(kind), count) for kind, count in unknown.items() if count)
    return RecognitionReport(set_code, usable, kinds, tuple(sorted(not_usable, key=lambda item: -item[2])))


def regroup(file: OpenFile, code: str, given: str, wanted: str) -> None:
    """Put the coded rows of one characteristic into a coarser set. People of whom nothing is known stay as they are."""
    way = mapping_between(given, wanted)
    assert way is not None
    con = file.connection
    kinds = dict(con.execute("select table_name, table_type from information_schema.tables").fetchall())
    if f"coded_{given}" not in kinds:  # or it was done before
        con.execute(f"alter {'view' if kinds['coded'] == 'VIEW' else 'table'} coded rename to coded_{given}")
    con.execute("create or replace temp table coarser (given varchar, code varchar)")
    con.execute("insert into coarser select unnest(?), unnest(?)", list(map(list, zip(*way.pairs, strict=True))))
    con.execute(
        f"create or replace view coded as select rows.* replace (coalesce(coarser.code, rows.{code}) as {code}) "
        f"from coded_{given} as rows left join coarser on coarser.given = rows.{code}"
    )


def age_of(label: str | None, set_code: str) -> str | None:
    """A single age goes into its band."""
    if label is None or (not set_code.startswith("age_") and set_code != "age8") or not label.isdigit():
        return label
    way = mapping_between("age_single", set_code)
    return way[str(min(int(label), 100))] if way and int(label) <= 130 else label


def stage_sql(column: str, values: tuple[str, ...]) -> str:
    name = f'"{escaped(column)}"'
    if not values:
        return f"({name} is not null)"
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"coalesce({name} in ({listed}), false)"


def date_sql(column: str) -> str:
    formats = ", ".join(f"'{form}'" for form in DATE_FORMATS)
    return f'cast(try_strptime("{escaped(column)}", [{formats}]) as date)'


def bad_dates(file: OpenFile, column: str) -> list[Rejected]:
    """A wholly unreadable date column is a mistake in the mapping, not in every row."""
    rows = file.connection.execute(
        f"select row_number, coalesce(\"{escaped(column)}\", '') from rows where {date_sql(column)} is null order by 1"
    ).fetchall()
    if len(rows) == file.rows and file.rows:
        raise MappingError(
            f"{file.name}, column {column}: no row holds a date we can read, for example {rows[0][1]!r} in row {rows[0][0]}."  # noqa: E501
        )
    return [Rejected(row, column, value, "not a date" if value else "no date") for row, value in rows]


def bad_numbers(file: OpenFile, column: str) -> list[Rejected]:
    rows = file.connection.execute(
        f'select row_number, "{escaped(column)}" from rows where "{escaped(column)}" is not null and try_cast("{escaped(column)}" as double) is null order by 1'  # noqa: E501
    ).fetchall()
    return [Rejected(row, column, value, "not a number") for row, value in rows]


def missing_persons(file: OpenFile, column: str) -> list[Rejected]:
    rows = file.connection.execute(
        f'select row_number from rows where "{escaped(column)}" is null order by 1'
    ).fetchall()
    return [Rejected(row, column, "", "no person") for (row,) in rows]


def duplicates(file: OpenFile) -> int:
    names = ", ".join(f'"{escaped(column)}"' for column in file.columns)
    found = file.connection.execute(
        f"select coalesce(sum(copies - 1), 0) from (select count(*) as copies from rows group by {names} having count(*) > 1)"  # noqa: E501
    ).fetchall()
    return int(found[0][0])


def write_rejected(rejected: tuple[Rejected, ...], path: Path) -> None:
    """Every rejected row with its reason, as a CSV file that is whole or not there."""
    with whole(path) as beside, beside.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("row", "column", "value", "reason"))
        writer.writerows((one.row, one.column, safe_in_a_sheet(one.value), one.reason) for one in rejected)


def safe_in_a_sheet(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
