"""Building a programme: by hand, or from one spreadsheet."""

import datetime

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.accounts.models import User
from hub.commitments.forms import CaseForm
from hub.core.forms import DayMonthYear, LongText, OnceForm, PlainForm, Radios, Ticks
from hub.programme.forms.working import PersonChoice
from hub.programme.models import AtWork
from hub.programme.spreadsheet import COUNTED, checked, longest, names_in, same
from hub.toolkit.models import Group

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
    "phase": ["title", "when", "words"],
    "community": ["title", "words", "group", "takes_part"],
    "forum": ["title", "words", "value"],
    "area": ["title", "strand", "words"],
    "action": ["title", "area", *QUESTIONS, "owner", "owner_role", "due_on", "phase", "community"],
    "target": ["title", "area", "words", "kind", "value", "due_on", "serves"],
    "outcome": ["title", "area", "words", "serves"],
    "indicator": ["title", "area", "shows", "kind", "value", "due_on"],
}
IN_AN_ACTION = ("phase", "community")  # Asked only where the programme has any.
WHICH_FIGURE = {
    "target": (
        gettext_lazy("Which figure is to be reached?"),
        gettext_lazy("Empty for a step. For something that happens: at most how many weeks lie between two"),
    ),
    "indicator": (
        gettext_lazy("Which figure is to be reached?"),
        gettext_lazy("Empty where nobody has said. For so many in a hundred: a number up to 100"),
    ),
    "forum": (
        gettext_lazy("At most how many weeks lie between two meetings?"),
        gettext_lazy("Empty where nobody has said. It is then followed like any other target"),
    ),
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
            "when": _when_field,
            "group": _group_field,
            "takes_part": _takes_part_field,
            "phase": self._phase_field,
            "community": self._community_field,
            "shows": self._shows_field,
            "strand": self._strand_field,
            "area": self._area_field,
            "owner": self._owner_field,
            "owner_role": self._owner_role_field,
            "due_on": self._due_on_field,
            "kind": self._kind_field,
            "value": self._value_field,
            "serves": _serves_field,
        }
        for name in ASKED[self.what]:
            if name not in IN_AN_ACTION or getattr(self.programme, PLURAL[name]).exists():
                self.fields[name] = made[name]() if name in made else _question(name)

    def _title_field(self):
        label = _("What is counted?") if self.what == "indicator" else _("Title")
        return forms.CharField(label=label, max_length=longest(self.what, "title"))

    def _words_field(self):
        return LongText(label=_("In words"), max_length=longest(self.what, "words"), required=False, rows=3)

    def _strand_field(self):
        return _titled(self.programme.strands, _("In which strand?"))

    def _phase_field(self):
        return _titled(self.programme.phases, _("In which phase?"), nothing=_("None"))

    def _community_field(self):
        return _titled(self.programme.communities, _("Part of a plan for one community?"), nothing=_("None"))

    def _shows_field(self):
        return forms.CharField(
            label=_("For which outcome?"), help_text=_("Its title. It has to be in the same area"), max_length=200
        )

    def _area_field(self):
        return _titled(self.programme.areas, _("In which area?"))

    def _owner_field(self):
        return PersonChoice(
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
        if self.what == "indicator":
            counted = [one for one in KINDS if one[0] in COUNTED]
            return forms.ChoiceField(label=_("How is it counted?"), choices=counted, widget=Radios, initial="number")
        return forms.ChoiceField(
            label=_("What kind of target is it?"), choices=KINDS, widget=Radios, initial=KINDS[0][0]
        )

    def _value_field(self):
        label, hint = WHICH_FIGURE[self.what]
        return forms.CharField(label=label, help_text=hint, max_length=20, required=False)

    def row(self):
        """The answers as a row of a sheet, checked in the same way."""
        cells = {name: _as_typed(self.cleaned_data.get(name)) for name in self.asked} | {"what": self.what}
        [row] = checked([list(cells), list(cells.values())])
        return row

    @property
    def asked(self):
        return [name for name in ASKED[self.what] if name in self.fields]


PLURAL = {"phase": "phases", "community": "communities"}


def _titled(rows, label, *, nothing=None):
    return forms.ModelChoiceField(
        rows.all(),
        label=label,
        to_field_name="title",
        required=nothing is None,
        empty_label=nothing or _("Choose one"),
    )


def _when_field():
    return forms.CharField(
        label=_("When is it?"), help_text=_("For example “from summer 2027”"), max_length=200, required=False
    )


def _group_field():
    rows = Group.objects.select_related("characteristic").order_by("characteristic__position", "position")
    return forms.ModelChoiceField(
        rows, label=_("For which group of people?"), to_field_name="slug", required=False,
        empty_label=_("None of those on the list"),
    )  # fmt: skip


def _takes_part_field():
    return LongText(
        label=_("Who plans together?"),
        help_text=_("One a line. Organisations of the partnership are recognised by their name."),
        max_length=1000, required=False, rows=4,
    )  # fmt: skip


def _serves_field():
    return LongText(
        label=_("Which actions serve it?"), help_text=_("Their titles, one a line"), max_length=2000, required=False,
        rows=3,
    )  # fmt: skip


def _question(name):
    return LongText(label=QUESTIONS[name], required=False, rows=3)


def _as_typed(value):
    """As it would stand in a cell."""
    if value is None:
        return ""
    if isinstance(value, User):
        return value.email
    if isinstance(value, Group):
        return value.slug
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


class ActionForm(CaseForm):
    """Changes what an action says."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def add_fields(self):
        self.fields["title"] = forms.CharField(label=_("Title"), max_length=160)
        for name, label in QUESTIONS.items():
            self.fields[name] = LongText(label=label, required=False, rows=3)
        self.fields["people"] = forms.CharField(label=_("Who is it for?"), max_length=300, required=False)
        self.fields["due_on"] = DayMonthYear(label=_("By when?"), required=False)

    def answers(self):
        return {name: self.cleaned_data[name] for name in ("title", *QUESTIONS, "people", "due_on")}


class ChangePartForm(CaseForm):
    """What one part says. `titles` are those of the actions that it may belong to."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, what, programme, titles=(), **kwargs):
        self.what, self.programme, self.titles = what, programme, titles
        super().__init__(*args, **kwargs)

    def add_fields(self):
        self.fields["title"] = forms.CharField(label=_("Title"), max_length=200)
        if self.what == "phase":
            self.fields["when"] = _when_field()
        if self.what == "area":
            self.fields["strand"] = forms.ModelChoiceField(
                self.programme.strands.all(), label=_("In which strand?"), empty_label=None
            )
        self.fields["words"] = LongText(
            label=_("In words"), max_length=longest(self.what, "words"), required=False, rows=4
        )
        if self.what == "community":
            self.fields["group"], self.fields["takes_part"] = _group_field(), _takes_part_field()
        if self.what in ("target", "outcome"):
            self.fields["serves"] = _serves_field()

    def clean_serves(self):
        for name in names_in(self.cleaned_data["serves"]):
            if same(name) not in self.titles:
                raise forms.ValidationError(_("There is no action called “%(name)s” in this area") % {"name": name})
        return self.cleaned_data["serves"]

    def said(self):
        return {name: self.cleaned_data[name] for name in self.fields if name != "seen"}


# What an action may be tied to: one of them, or as many as there are.
ONE = {"phase": gettext_lazy("Phase"), "community": gettext_lazy("Part of a plan for one community")}
MANY = {
    "principles": gettext_lazy("Principles"),
    "forums": gettext_lazy("Forums"),
    "characteristics": gettext_lazy("Characteristics"),
    "groups": gettext_lazy("Groups of people"),
}


class TiesForm(CaseForm):
    """What an action belongs to. `choices` holds for each kind what there is: (value, words)."""

    long = tuple(MANY)

    def __init__(self, *args, choices, titles, statements, **kwargs):
        self.choices, self.titles, self.statements = choices, titles, statements
        super().__init__(*args, **kwargs)

    def add_fields(self):
        for name, label in ONE.items():
            if name in self.choices:
                nothing = [("", _("None"))]
                self.fields[name] = forms.ChoiceField(
                    label=label, required=False, choices=[*nothing, *self.choices[name]]
                )
        for name, label in MANY.items():
            if name in self.choices:
                self.fields[name] = forms.MultipleChoiceField(
                    label=label, required=False, choices=self.choices[name], widget=Ticks
                )
        self.fields["goes_with"] = LongText(
            label=_("Other actions that it goes with"),
            help_text=_("Their titles, one a line; the area in brackets where two share a title. They show it too."),
            required=False, rows=3,
        )  # fmt: skip
        self.fields["statements"] = LongText(
            label=_("Points of the toolkit"),
            help_text=_("The short name of each, one a line. It stands in the open data and in the point’s address."),
            required=False, rows=3,
        )  # fmt: skip

    def clean_goes_with(self):
        return self._known("goes_with", self.titles, _("There is no action called “%(name)s” in this programme"))

    def clean_statements(self):
        return self._known("statements", self.statements, _("There is no point of the toolkit called “%(name)s”"))

    def _known(self, name, there, wrong):
        found = []
        for line in filter(None, (line.strip() for line in self.cleaned_data[name].splitlines())):
            so_called = there.get(line.casefold(), [])
            if not so_called:
                raise forms.ValidationError(wrong % {"name": line})
            if len(so_called) > 1:
                raise forms.ValidationError(
                    _("More than one is called “%(name)s”. Write its area after it, in brackets") % {"name": line}
                )
            found += so_called
        return found


class AtWorkForm(OnceForm, CaseForm):
    """A measure about people at work: whom it is about, what is counted, and what is to be reached."""

    def __init__(self, *args, programme, **kwargs):
        self.programme = programme
        super().__init__(*args, **kwargs)

    def add_fields(self):
        self.fields["topic"] = forms.ChoiceField(
            label=_("What is it about?"), choices=AtWork.Topic.choices, widget=Radios
        )
        self.fields["area"] = forms.ModelChoiceField(
            self.programme.areas.all(), label=_("In which area?"), empty_label=_("Choose one")
        )
        self.fields["service"] = forms.CharField(
            label=_("Which service, if not the whole area?"), max_length=120, required=False
        )
        self.fields["group"] = forms.ModelChoiceField(
            Group.objects.order_by("characteristic__position", "position"), label=_("Which group of staff, if one?"),
            required=False, empty_label=_("Everybody"),
            help_text=_("Figures about one group or one language stay with those who work on it."),
        )  # fmt: skip
        self.fields["language"] = forms.CharField(label=_("Which language, if one?"), max_length=80, required=False)
        self.fields["name"] = forms.CharField(
            label=_("What do you count?"),
            help_text=_("For example “staff who speak Somali” or “frontline staff who were trained”"), max_length=200,
        )  # fmt: skip
        self.fields["kind"] = forms.ChoiceField(
            label=_("How is it counted?"), widget=Radios, initial="number",
            choices=[("number", _("A number")), ("share", _("So many of so many"))],
        )  # fmt: skip
        self.fields["value"] = forms.DecimalField(
            label=_("Which figure is needed?"), help_text=_("For so many of so many: the share in a hundred"),
            required=False, min_value=0, max_digits=14, decimal_places=4,
        )  # fmt: skip
        self.fields["by"] = DayMonthYear(label=_("By when?"), required=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("by") and cleaned.get("value") is None and not self.has_error("value"):
            self.add_error("value", _("Write which figure is to be reached by then"))
        if cleaned.get("topic") == AtWork.Topic.LANGUAGES and not cleaned.get("language"):
            self.add_error("language", _("Write which language"))
        return cleaned

    def about(self):
        return {name: self.cleaned_data[name] for name in ("topic", "service", "group", "language")}

    def counted(self):
        typed = self.cleaned_data
        target = {"value": typed["value"], "by": typed["by"]} if typed["value"] is not None else None
        # Which language somebody speaks says where their family comes from: as small a group as any other.
        counting = "a_group" if typed["group"] or typed["language"] else "anyone"
        return {"kind": typed["kind"], "name": typed["name"], "counting": counting, "target": target}
