"""Forums that meet."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.commitments.forms import CaseForm
from hub.core.forms import DayMonthYear, LongText, OnceForm, PlainForm, Ticks
from hub.programme.forms.working import PersonChoice, PersonForm


class SeatForm(PersonForm):
    def add_fields(self):
        self.fields["speaks_for"] = forms.CharField(
            label=_("For whom does it speak?"),
            help_text=_("For example “disabled staff” or “families of the estate”"),
            max_length=160,
        )
        self.fields["holder"] = PersonChoice(
            self.people, label=_("Who holds it?"), required=False, empty_label=_("Nobody yet: the seat is kept")
        )
        self.fields["is_chair"] = forms.BooleanField(label=_("They chair the forum"), required=False)


class MeetingForm(OnceForm, CaseForm):
    def __init__(self, *args, forum, **kwargs):
        self.forum = forum
        super().__init__(*args, **kwargs)

    def add_fields(self):
        self.fields["on"] = DayMonthYear(label=_("On which day?"))
        self.fields["place"] = forms.CharField(label=_("Where?"), max_length=200, required=False)
        self.fields["papers"] = LongText(
            label=_("Papers"), help_text=_("One web address a line"), required=False, max_length=4000, rows=3
        )

    def clean_on(self):
        on = self.cleaned_data["on"]
        if self.forum.meetings.filter(on=on).exists():
            raise forms.ValidationError(_("There is a meeting on that day already"))
        return on


class MinutesForm(OnceForm, CaseForm):
    def __init__(self, *args, seats, **kwargs):
        self.seats = seats
        super().__init__(*args, **kwargs)

    def add_fields(self):
        self.fields["came"] = forms.ModelMultipleChoiceField(
            self.seats, label=_("Who came?"), widget=Ticks, required=False
        )
        self.fields["minutes"] = LongText(label=_("What was said?"), max_length=20000, rows=10)
        self.fields["missing"] = LongText(
            label=_("Whose voice was missing?"),
            help_text=_("Seats that stayed empty are shown in any case. Is there anybody else?"),
            required=False,
            max_length=1000,
            rows=2,
        )


class FindForm(PlainForm):
    find = forms.CharField(
        label=gettext_lazy("Is it about a pledge or an action that is not on the agenda?"),
        help_text=gettext_lazy("Find it first, by some words of its title"),
        required=False,
        max_length=100,
    )

    @property
    def wanted(self):
        return self.cleaned_data["find"] if self.is_valid() else ""


class DecisionForm(PersonForm):
    """An agreement about an action or a pledge, or one that lives on by itself. `choices` are (number, title)."""

    def __init__(self, *args, choices, **kwargs):
        self.choices = choices
        super().__init__(*args, **kwargs)

    def add_fields(self):
        self.fields["words"] = LongText(label=_("What was agreed?"), max_length=1000, rows=3)
        self.fields["about"] = forms.TypedChoiceField(
            label=_("About which action or pledge?"),
            choices=[("", _("None: it stands by itself")), *self.choices],
            coerce=int,
            empty_value=None,
            required=False,
        )
        self.fields["owner"] = PersonChoice(
            self.people, label=_("Who looks after it?"), required=False, empty_label=_("Choose a person")
        )
        self.fields["owner_role"] = forms.CharField(label=_("Their job"), max_length=120, required=False)
        self.fields["due_on"] = DayMonthYear(label=_("By when?"), required=False)

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("about") and not cleaned.get("owner") and not self.has_error("owner"):
            self.add_error("owner", _("Choose who looks after it, or the action or pledge that it is about"))
        due_on = cleaned.get("due_on")
        if due_on and due_on < timezone.localdate():
            self.add_error("due_on", _("Enter a day that is not in the past"))
        return cleaned
