"""What the tables of a frozen stocktake hold, column by column, as a data package that programs can read."""

import json

from django.utils.translation import gettext_lazy as _

DATES, YES_OR_NO = {"due_on", "reported_on", "by", "on"}, {"is_example"}
COLUMNS = {
    "area": _("The area, by its short name"),
    "action": _("The action, by its short name"),
    "target": _("The key target, by its short name"),
    "title": _("What it is called"),
    "what": _("What is to be done"),
    "owner_role": _("Who looks after it, as a role"),
    "due_on": _("By when. Empty where no date is stated"),
    "standing": _("How it stood on the last day that the stocktake looks at"),
    "reason": _("Why it stood so"),
    "reported_on": _("The day of the last update. Empty where nobody reported"),
    "is_example": _("Whether it is made up, as an example"),
    "measure": _("What is counted"),
    "to_reach": _("What is to be reached, in words"),
    "by": _("By when that is to be reached"),
    "source": _("Where the words are from"),
    "belongs_to": _("The key target or action that is measured. Empty for a measure of the whole area"),
    "unit": _("In which unit"),
    "on": _("On which day"),
    "shows": _("What it showed, as on the page"),
    "counted": _("How many people or things were counted"),
    "range_95": _("The 95% range"),
    "movement": _("Whether the figure moved in the year: up, down, same, first, words or uncounted"),
    "stage": _("How far it was"),
    "happened": _("What happened"),
    "worked": _("What worked"),
    "hard": _("What was hard"),
    "next": _("What is next"),
    "evidence_url": _("Where one sees it"),
    "part": _("The part of the stocktake: whole, a strand or an area"),
    "heading": _("Under which heading it is told"),
    "words": _("What is told"),
}


def package_of(stocktake, tables):
    """A Frictionless data package beside the tables. `tables` is name -> (head, rows)."""
    return json.dumps(
        {
            "profile": "tabular-data-package",
            "name": f"stocktake-{stocktake.slug}",
            "title": f"{stocktake.programme.title}, {stocktake.year}",
            "resources": [_resource(name, head) for name, (head, _rows) in tables.items()],
        },
        ensure_ascii=False,
        indent=1,
    )


def _resource(name, head):
    return {
        "name": name,
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": [_field(column) for column in head], "missingValues": [""]},
    }


def _field(column):
    kind = "date" if column in DATES else "boolean" if column in YES_OR_NO else "string"
    return {"name": column, "type": kind, "description": str(COLUMNS[column])}
