"""What the design system publishes for each of its components: options, and the HTML they should give.

Its options are nested and in camel case; `in_our_words` says the same to our partials. An option that a partial does
not have is an error, so a fixture cannot pass by being ignored.
"""

import json
import re
from functools import cache
from pathlib import Path

from django.utils.safestring import mark_safe

COMPONENTS = Path(__file__).resolve().parents[2] / "frontend/node_modules/govuk-frontend/dist/govuk/components"
PLAIN = {
    *("classes", "id", "idPrefix", "name", "value", "type", "rows", "href", "role", "open", "attributes", "disabled"),
    *(
        "describedBy",
        "maxlength",
        "threshold",
        "summaryText",
        "titleText",
        "titleId",
        "descriptionText",
        "landmarkLabel",
    ),
    *("preventDoubleClick", "number", "current", "ellipsis", "visuallyHiddenText", "divider", "behaviour", "checked"),
    *("selected", "previous", "next"),
}
PASSED_ON_AS_ATTRIBUTES = {"autocomplete", "inputmode", "pattern", "autocapitalize"}


@cache
def fixtures(component):
    """Each fixture by its name: its options and its HTML."""
    path = COMPONENTS / component / "fixtures.json"
    assert path.exists(), "The design system is not installed. Run ./run build-frontend first."
    published = json.loads(path.read_text(encoding="utf-8"))["fixtures"]
    return {one["name"]: (one["options"], one["html"]) for one in published}


def in_our_words(component, options):
    said = {}
    for option, given in options.items():
        said.update(_one(component, option, given, options))
    return said


def _one(component, option, given, options):
    if option in ("text", "html"):
        return {option: _words({option: given})} if component in WRAPS_HTML else {"text": _words({option: given})}
    if option in PLAIN and not isinstance(given, list):
        return {_snake(option): given}
    if option in PASSED_ON_AS_ATTRIBUTES:
        return {"attributes": {**options.get("attributes", {}), option: given}}
    if option == "spellcheck":
        return {"attributes": {"spellcheck": "true" if given else "false"}}
    return NESTED[option](component, given, options)


WRAPS_HTML = {"details", "inset-text", "notification-banner", "fieldset"}


def _snake(name):
    return re.sub("([A-Z])", lambda found: "_" + found[1].lower(), name)


def _words(given):
    return mark_safe(given["html"]) if "html" in given else given.get("text", "")


def _label(_component, given, _options):
    _only(given, "text", "html", "classes", "isPageHeading")
    return {
        "label": _words(given),
        "label_classes": given.get("classes"),
        "is_page_heading": given.get("isPageHeading"),
    }


def _legend(_component, given, _options):
    _only(given, "text", "html", "classes", "isPageHeading")
    heading = given.get("isPageHeading")
    return {"legend": _words(given), "legend_classes": given.get("classes"), "is_page_heading": heading}


def _fieldset(component, given, options):
    _only(given, "legend", "describedBy")
    legend = _legend(component, given["legend"], options) if "legend" in given else {}
    return {**legend, "described_by": given.get("describedBy")}


def _hint(_component, given, _options):
    _only(given, "text", "html")
    return {"hint": _words(given)}


def _error(_component, given, _options):
    _only(given, "text", "html")
    return {"error_message": _words(given)}


def _group(_component, given, _options):
    _only(given, "classes")
    return {"group_classes": given["classes"]}


def _affix(name):
    def affix(_component, given, _options):
        _only(given, "text")
        return {name: given["text"]}

    return affix


def _items(component, given, options):
    return {"items": [_item(component, item, options) for item in given if item]}


def _item(component, item, options):
    chosen = options.get("values", [options["value"]] if "value" in options else [])
    ours = {_snake(key): value for key, value in item.items() if key in PLAIN}
    rest = {key: value for key, value in item.items() if key not in PLAIN}
    _only(rest, "text", "html", "hint", "conditional")
    if "text" in rest or "html" in rest:
        ours["text"] = _words(rest)
    if "hint" in rest:
        ours["hint"] = _words(rest["hint"])
    if "conditional" in rest:
        ours["conditional"] = mark_safe(rest["conditional"]["html"])
    mark = "selected" if component == "select" else "checked"
    ours.setdefault(mark, item.get("value") in chosen)
    return ours


def _values(component, given, options):
    return {} if component == "checkboxes" else {"items": date_items(given, error="errorMessage" in options)}


def date_items(values, *, error):
    return [
        {"part": part, "name": part, "label": part.capitalize(), "value": values.get(part), "error": error}
        for part in ("day", "month", "year")
    ]


def _rows(_component, given, _options):
    rows = [_row(row) for row in given]
    return {"rows": rows, "any_row_has_actions": any(row["actions"] for row in rows)}


def _row(row):
    _only(row, "key", "value", "actions")
    actions = [
        {"href": one["href"], "text": _words(one), "visually_hidden_text": one.get("visuallyHiddenText")}
        for one in row.get("actions", {}).get("items", [])
    ]
    return {"key": _words(row["key"]), "value": _words(row["value"]), "actions": actions}


def _errors(_component, given, _options):
    return {"error_list": [{"text": _words(one), "href": one.get("href")} for one in given]}


def _only(given, *known):
    unknown = set(given) - set(known)
    assert not unknown, f"our partial has no {sorted(unknown)}"


NESTED = {
    "label": _label,
    "legend": _legend,
    "fieldset": _fieldset,
    "hint": _hint,
    "errorMessage": _error,
    "formGroup": _group,
    "prefix": _affix("prefix"),
    "suffix": _affix("suffix"),
    "items": _items,
    "values": _values,
    "rows": _rows,
    "errorList": _errors,
}
