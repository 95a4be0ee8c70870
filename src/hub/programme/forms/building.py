"""Building a programme: by hand, or from one spreadsheet."""

import datetime

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.accounts.models import User
from hub.commitments.forms import CaseForm
from hub.core.forms import DayMonthYear, LongText, OnceForm, PlainForm, Radios, Ticks
from hub.programme.spreadsheet import checked

QUESTIONS = {
    "inequality": gettext_lazy("What is unfair now?"),
    "action": gettext_lazy("What will be done?"),
    "outcome": gettext_lazy("What should come of it?"),
    "knowing": gettext_lazy("How will we know?"),
}
KINDS = [
    ("milestone", gettext_lazy("A step that is done or not yet done")),
    ("number", gettext_lazy("A number")),
    ("share", gettext_lazy("So many in a hundred")),
    ("cadence", gettext_lazy("Something that happens every so often")),
]
# What each part of a programme is asked.
ASKED = {
    "strand": ["title", "words"],
    "principle": ["title", "words"],
    "area": ["title", "strand", "words"],
    "action": ["title", "area", *QUESTIONS, "owner", "owner_role", "due_on"],
    "target": ["title", "area", "words", "kind", "value", "due_on", "serves"],
    "outcome": ["title", "area", "words", "serves"],
}


class ProgrammeForm(OnceForm, CaseForm):
    def __init__(self, *args, partnerships=(), **kwargs):
        self.partnerships = partnerships
        super().__init__(*args, **kwargs)

    def add_fields(self):
        if len(self.partnerships) > 1:
            self.fields["partnership"] = forms.ModelChoiceField(self.partnerships, label=_("Whose is it?"))
        self.fields["title"] = forms.CharField(label=_("What is it called?"), max_length=200)
        self.fields["summary"] = LongText(label=_("What is it for?"), required=False)
        self.fields["starts_on"] = DayMonthYear(label=_("From"), required=False)
        self.fields["ends_on"] = DayMonthYear(label=_("Until"), required=False)
        self.fields["report_every_weeks"] = forms.IntegerField(
            label=_("Every how many weeks do owners say how it goes?"), min_value=1, max_value=104, initial=13
        )

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("It cannot end before it starts. Check both dates"))
        return cleaned

    def about(self):
        return {name: self.cleaned_data[name] for name in self.cleaned_data if name not in ("once", "partnership")}


class SheetForm(PlainForm):
    sheet = forms.FileField(
        label=gettext_lazy("Your sheet"),
        help_text=gettext_lazy("Excel, OpenDocument or CSV. You see what would happen before anything is saved."),
    )


class PartForm(OnceForm, CaseForm):
    """One part of a programme, asked as a row of the sheet is read."""

    def __init__(self, *args, what, programme, people, **kwargs):
        self.what, self.programme, self.people = what, programme, people
        super().__init__(*args, **kwargs)

    def add_fields(self):
        made = {
            "title": self._title_field,
            "words": self._words_field,
            "strand": self._strand_field,
            "area": self._area_field,
            "owner": self._owner_field,
            "owner_role": self._owner_role_field,
            "due_on": self._due_on_field,
            "kind": self._kind_field,
            "value": self._value_field,
            "serves": self._serves_field,
        }
        for name in ASKED[self.what]:
            self.fields[name] = made[name]() if name in made else _question(name)

    def _title_field(self):
        return forms.CharField(label=_("Title"), max_length=160)

    def _words_field(self):
        return LongText(label=_("In words"), max_length=1000, required=False, rows=3)

    def _strand_field(self):
        return forms.ModelChoiceField(
            self.programme.strands.all(),
            label=_("In which strand?"),
            to_field_name="title",
            empty_label=_("Choose one"),
        )

    def _area_field(self):
        return _titled(self.programme.areas, _("In which area?"))

    def _owner_field(self):
        return forms.ModelChoiceField(
            self.people,
            label=_("Who looks after it?"),
            to_field_name="email",
            required=False,
            empty_label=_("Nobody yet"),
        )

    def _owner_role_field(self):
        return forms.CharField(
            label=_("Their job"), help_text=_("This is what others see."), max_length=120, required=False
        )

    def _due_on_field(self):
        return DayMonthYear(label=_("By when?"), required=self.what == "target")

    def _kind_field(self):
        return forms.ChoiceField(
            label=_("What kind of target is it?"), choices=KINDS, widget=Radios, initial=KINDS[0][0]
        )

    def _value_field(self):
        return forms.CharField(
            label=_("Which figure is to be reached?"),
            help_text=_("Empty for a step. For something that happens: at most how many weeks lie between two"),
            max_length=20,
            required=False,
        )

    def _serves_field(self):
        return forms.CharField(
            label=_("Which actions serve it?"),
            help_text=_("Their titles, with a semicolon between them"),
            max_length=2000,
            required=False,
        )

    def row(self):
        """The answers as a row of a sheet, checked in the same way."""
        cells = {name: _as_typed(self.cleaned_data.get(name)) for name in ASKED[self.what]} | {"what": self.what}
        [row] = checked([list(cells), list(cells.values())])
        return row


def _titled(rows, label):
    return forms.ModelChoiceField(rows.all(), label=label, to_field_name="title", empty_label=_("Choose one"))


def _question(name):
    return LongText(label=QUESTIONS[name], required=False, rows=3)


def _as_typed(value):
    """As it would stand in a cell."""
    if value is None:
        return ""
    if isinstance(value, User):
        return value.email
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


class ActionForm(CaseForm):
    """Changes what an action says, and what it belongs to."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, programme, **kwargs):
        self.programme = programme
        super().__init__(*args, **kwargs)

    def add_fields(self):
        self.fields["title"] = forms.CharField(label=_("Title"), max_length=160)
        for name, label in QUESTIONS.items():
            self.fields[name] = LongText(label=label, required=False, rows=3)
        self.fields["people"] = forms.CharField(label=_("Who is it for?"), max_length=300, required=False)
        self.fields["due_on"] = DayMonthYear(label=_("By when?"), required=False)
        self.fields["phase"] = self._one(self.programme.phases, _("Phase"))
        self.fields["community"] = self._one(self.programme.communities, _("Part of a plan for one community"))
        self.fields["principles"] = self._many(self.programme.principles, _("Principles"))
        self.fields["forums"] = self._many(self.programme.forums, _("Forums"))

    def _one(self, rows, label):
        return forms.ModelChoiceField(rows.all(), label=label, required=False, empty_label=_("None"))

    def _many(self, rows, label):
        return forms.ModelMultipleChoiceField(rows.all(), label=label, widget=Ticks, required=False)

    def offered(self):
        """Without the choices for which there is nothing to choose."""
        return [field for field in self.visible_fields() if not self._is_bare(field.field)]

    def _is_bare(self, field):
        return isinstance(field, forms.ModelChoiceField) and not field.queryset.exists()

    def answers(self):
        return {name: self.cleaned_data[name] for name in ("title", *QUESTIONS, "people", "due_on")}

    def ties(self):
        return {name: self.cleaned_data[name] for name in ("phase", "community", "principles", "forums")}
