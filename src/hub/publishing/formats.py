"""The same tables as CSV, as JSON, and described for machines."""

import csv
import datetime
import io
import json
from decimal import Decimal

from hub.core.spreadsheets import safe_cells
from hub.publishing.tables import TABLES

LICENCES = {
    "ogl_3": ("OGL-UK-3.0", "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"),
    "cc_by_4": ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "cc0_1": ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
}
XSD = {"string": "string", "number": "decimal", "integer": "integer", "boolean": "boolean", "date": "date"}


def as_csv(table, rows):
    """Safe to open in a spreadsheet: nothing that somebody typed runs as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table.header)
    writer.writerows(safe_cells(map(_cell, row)) for row in rows)
    return out.getvalue()


def as_json(table, rows, *, licence):
    """Text as it was written; only spreadsheets need the care that the CSV takes."""
    found = [{name: _value(value) for name, value in zip(table.header, row, strict=True)} for row in rows]
    return json.dumps({"licence": licence, table.name: found}, ensure_ascii=False)


def all_as_json(tables, *, licences):
    """Several tables in one answer."""
    found = {
        name: [{key: _value(value) for key, value in row.items()} for row in rows] for name, rows in tables.items()
    }
    return json.dumps({"licences": licences, **found}, ensure_ascii=False)


def schema_of_all(tables):
    """JSON Schema of an answer with several tables."""
    lists = {table.name: json_schema(table)["properties"][table.name] for table in tables}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {"licences": {"type": "object"}, "programmes": {"type": "array"}, **lists},
        "required": ["licences", "programmes", *lists],
    }


def table_schema(table):
    """Frictionless Table Schema."""
    return {
        "fields": [_field(column) for column in table.columns],
        "primaryKey": table.key,
        "missingValues": [""],
        "foreignKeys": _foreign_keys(table),
    }


def json_schema(table):
    """JSON Schema of the JSON file."""
    properties = {column.name: _property(column) for column in table.columns}
    row = {"type": "object", "properties": properties, "required": table.header, "additionalProperties": False}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": str(table.title),
        "type": "object",
        "properties": {"licence": {"type": "string"}, table.name: {"type": "array", "items": row}},
        "required": ["licence", table.name],
    }


def data_package(partnership, address):
    """Frictionless Data Package: all tables of a partnership, described."""
    package = {
        "name": f"{partnership.slug}-pledges",
        "title": partnership.name,
        "homepage": address(""),
        "licenses": licences_of(partnership),
        "resources": [
            {
                "name": table.name,
                "title": str(table.title),
                "description": str(table.description),
                "path": f"{table.name}.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": table_schema(table),
            }
            for table in TABLES.values()
        ],
    }
    return {name: value for name, value in package.items() if value}


def csvw(partnership):
    """CSV on the Web: the same description in the W3C's words."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"language": "en"}],
        "dc:title": partnership.name,
        "tables": [
            {
                "url": f"{table.name}.csv",
                "dc:description": str(table.description),
                "tableSchema": {
                    "primaryKey": table.key,
                    "columns": [
                        {
                            "name": column.name,
                            "titles": column.name,
                            "dc:description": str(column.description),
                            "datatype": XSD[column.type],
                            "required": column.required,
                        }
                        for column in table.columns
                    ],
                },
            }
            for table in TABLES.values()
        ],
    }


def licences_of(partnership):
    known = LICENCES.get(partnership.licence)
    return [{"name": known[0], "path": known[1], "title": partnership.get_licence_display()}] if known else []


def _cell(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return _number(value)
    return "" if value is None else value


def _value(value):
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return _number(value)
    return None if value == "" else value


def _number(value):
    return int(value) if value == int(value) else float(value)


def _field(column):
    field = {"name": column.name, "type": column.type, "description": str(column.description)}
    limits = {"required": True} if column.required else {}
    if column.options:
        limits["enum"] = list(column.options)
    return field | ({"constraints": limits} if limits else {})


def _property(column):
    kind = {"date": "string"}.get(column.type, column.type)
    found = {"type": kind if column.required else [kind, "null"], "description": str(column.description)}
    if column.type == "date":
        found["format"] = "date"
    if column.options:
        found["enum"] = list(column.options) if column.required else [*column.options, None]
    return found


def _foreign_keys(table):
    to = {
        "organisation": "organisations",
        "from_organisation": "organisations",
        "pledge": "pledges",
        "target": "targets",
    }
    return [
        {"fields": name, "reference": {"resource": to[name], "fields": "id"}} for name in table.header if name in to
    ]
