"""A date as people write it: a day, a month and a year in three boxes."""

import datetime
from dataclasses import dataclass

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PARTS = ("day", "month", "year")
YEARS = range(1900, 2101)


@dataclass(frozen=True)
class Typed:
    """What stood in the three boxes, kept so that it can be shown again."""

    day: str
    month: str
    year: str

    @property
    def missing(self):
        return [part for part in PARTS if not getattr(self, part)]


class DayMonthYearInput(forms.Widget):
    template_name = "core/forms/date.html"
    use_fieldset = True

    def value_from_datadict(self, data, files, name):
        typed = Typed(*(data.get(f"{name}-{part}", "").strip() for part in PARTS))
        return None if len(typed.missing) == len(PARTS) else typed

    def value_omitted_from_data(self, data, files, name):
        return all(f"{name}-{part}" not in data for part in PARTS)

    def format_value(self, value):
        if isinstance(value, datetime.date):
            return Typed(str(value.day), str(value.month), str(value.year))
        return value or Typed("", "", "")

    def get_context(self, name, value, attrs):
        context = super().get_context(name, None, attrs)
        typed = self.format_value(value)
        context["parts"] = [{"name": f"{name}-{part}", "part": part, "value": getattr(typed, part)} for part in PARTS]
        return context

    def id_for_label(self, id_):
        return f"{id_}-day"


class DayMonthYear(forms.Field):
    widget = DayMonthYearInput
    default_error_messages = {
        "required": gettext_lazy("Enter a date, such as 31 3 2027"),
    }

    def to_python(self, value):
        if value is None or isinstance(value, datetime.date):
            return value
        if value.missing:
            raise _wrong(_must_include(value.missing), *value.missing)
        day, month, year = _number(value.day), _month(value.month), _number(value.year)
        if month is None:
            raise _wrong(_("Write the month as a number from 1 to 12, or as its name"), "month")
        if year not in YEARS:
            raise _wrong(_("Write the year with four digits, such as 2027"), "year")
        return _date(day, month, year)

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != initial
        except forms.ValidationError:
            return True


def _must_include(missing):
    words = {"day": _("a day"), "month": _("a month"), "year": _("a year")}
    return _("Add %(missing)s to the date") % {"missing": _(" and ").join(words[part] for part in missing)}


def _number(text):
    return int(text) if text.isdecimal() and len(text) < 5 else None


def _month(text):
    """A number, or a name that is typed in part or whole: 3, mar and March are the same."""
    number = _number(text)
    if number is not None:
        return number if number in MONTHS else None
    start = text.casefold().rstrip(".")
    named = [number for number, name in MONTHS.items() if len(start) >= 3 and str(name).casefold().startswith(start)]
    return named[0] if len(named) == 1 else None


def _date(day, month, year):
    try:
        return datetime.date(year, month, day or 0)
    except ValueError:
        raise _wrong(
            _("%(month)s %(year)s has no such day. Check the day and the month")
            % {"month": MONTHS[month], "year": year},
            "day",
        ) from None


def _wrong(sentence, *parts):
    return forms.ValidationError(sentence, code="date", params={"parts": parts})
