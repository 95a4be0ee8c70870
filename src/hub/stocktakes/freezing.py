"""The pages and files of a stocktake, as they are frozen. Nothing in them changes with the site."""

import csv
import io
import json

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone

from hub.core.spreadsheets import safe_cells
from hub.stocktakes import describing, rules

HTML, CSS, CSV, JSON = (
    "text/html; charset=utf-8",
    "text/css; charset=utf-8",
    "text/csv; charset=utf-8",
    "application/json",
)
STYLE, STYLE_PATH = "stocktakes/stocktake.css", "stocktake.css"


def files_of(stocktake, draft, *, step=None):
    """Every page and file as (path, kind, bytes)."""
    parts = draft.parts
    for number, part in enumerate(parts, start=1):
        yield rules.path_of(part), HTML, page_of(stocktake, draft, part).encode()
        if step:
            step(number, len(parts))
    yield STYLE_PATH, CSS, style_of(stocktake.partnership).encode()
    yield "data.json", JSON, data_of(stocktake, draft).encode()
    tables = tables_of(draft.record, draft.story)
    yield "datapackage.json", JSON, describing.package_of(stocktake, tables).encode()
    for name, (head, rows) in tables.items():
        yield f"{name}.csv", CSV, _csv(head, rows)


def previews_of(stocktake, draft, *, step):
    """Every page as it will look, as (path, text)."""
    for number, part in enumerate(draft.parts, start=1):
        yield rules.path_of(part), page_of(stocktake, draft, part, is_preview=True)
        step(number, len(draft.parts))


def page_of(stocktake, draft, part, *, is_preview=False):
    """One page, whole. As a preview it says so."""
    record = draft.record
    strand = next((one for one in record.strands if part == f"{rules.STRAND}{one.slug}"), None)
    area = next((one for one in record.areas if part == f"{rules.AREA}{one.slug}"), None)
    areas = [one for one in record.areas if part == rules.WHOLE or (strand and one.slug in strand.areas)]
    template = "area" if area else "strand" if strand else "whole"
    context = {
        "stocktake": stocktake,
        "record": record,
        "said": draft.story.get(part, {}),
        "part": part,
        "title": draft.parts[part],
        "strand": strand,
        "area": area,
        "areas": areas,
        "priorities": draft.priorities,
        "approvals": draft.approvals,
        "seal": draft.seal,
        "today": timezone.localdate(),
        "is_preview": is_preview,
        "home": _home(stocktake, is_preview=is_preview),
        "tables": TABLES,
        "language": settings.LANGUAGE_CODE,
    }
    return render_to_string(f"stocktakes/frozen/{template}.html", context)


def _home(stocktake, *, is_preview):
    return f"{stocktake.get_absolute_url()}preview/" if is_preview else stocktake.public_address


def style_of(partnership):
    """The style sheet, with the partnership's colour."""
    found = finders.find(STYLE)
    with open(found, encoding="utf-8") as file:
        text = file.read()
    return f"{text}\n:root{{--plum:{partnership.brand_colour}}}\n"


def data_of(stocktake, draft):
    """What was approved, with who stood behind it (roles, never names) and when."""
    document = {"record": json.loads(stocktake.record), "story": draft.story, "priorities": draft.priorities}
    document["about"] = {
        "format": "stocktake 1",
        "year": stocktake.year,
        "partnership": stocktake.partnership.slug,
        "programme": stocktake.programme.slug,
        "is_example": stocktake.is_example,
        "approved_by": [one.approved_as for one in draft.approvals],
        "frozen_on": timezone.localdate().isoformat(),
        "record_seal": stocktake.record_seal,
        "seal": draft.seal,
    }
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)


TABLES = ("actions", "targets", "readings", "updates", "story")


def tables_of(record, story):
    """The same as tables: name -> (head, rows)."""
    return {
        "actions": (
            ["area", "action", "title", "what", "owner_role", "due_on", "standing", "reason", "reported_on",
             "is_example"],
            [
                [area.slug, one.key, one.title, one.action, one.owner_role, one.due_on, one.standing.kind,
                 one.standing.reason, one.reported_on, area.is_example and bool(one.reported_on)]
                for area in record.areas for one in area.actions
            ],
        ),
        "targets": (
            ["area", "target", "title", "measure", "to_reach", "by", "standing", "source"],
            [
                [area.slug, one.key, one.title, measure.name, goal.words if goal else "", goal.by if goal else "",
                 measure.standing.kind, one.source]
                for area in record.areas for one in area.targets for measure, goal in _goals(area, one)
            ],
        ),
        "readings": (
            ["area", "belongs_to", "measure", "unit", "on", "shows", "counted", "range_95", "movement", "is_example"],
            [
                [area.slug, one.belongs_to, one.name, one.unit, point.on, point.text, point.of, point.range,
                 one.movement, area.is_example]
                for area in record.areas for one in area.measures for point in one.points
            ],
        ),
        "updates": (
            ["area", "action", "on", "stage", "happened", "worked", "hard", "next", "evidence_url", "is_example"],
            [
                [area.slug, one.key, said.on, said.stage, said.happened, said.worked, said.hard, said.next,
                 said.evidence_url, area.is_example]
                for area in record.areas for one in area.actions for said in one.updates
            ],
        ),
        "story": (
            ["part", "heading", "words"],
            [[part, heading, words] for part, told in sorted(story.items()) for heading, words in told.items()],
        ),
    }  # fmt: skip


def _goals(area, target):
    measures = [one for one in area.measures if one.pk in target.measures]
    return [(one, one.goals[0] if one.goals else None) for one in measures]


def _csv(head, rows):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows(safe_cells(_cell(cell) for cell in row) for row in rows)
    return out.getvalue().encode()


def _cell(value):
    return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
