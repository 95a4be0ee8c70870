"""What people type about a programme."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.commitments.forms import CaseForm, UpdateForm
from hub.core.forms import DayMonthYear, LongText, OnceForm, PlainForm
from hub.programme import rules

STANDINGS = {
    "late": _("Late"),
    "at_risk": _("At risk"),
    "silent": _("Not reported for a while"),
    "unreported": _("Not reported yet"),
    "on_course": _("On course"),
    "done": _("Done"),
    "stopped": _("Stopped"),
}


class ChooseActions(PlainForm):
    """What to see in the list of actions. What nobody could choose is as good as nothing."""

    standing = forms.ChoiceField(
        label=_("How it stands"),
        required=False,
        choices=[("", _("All")), *((kind, STANDINGS[kind]) for kind in rules.STANDINGS)],
    )
    area = forms.ChoiceField(label=_("Area"), required=False)
    strand = forms.ChoiceField(label=_("Strand"), required=False)
    principle = forms.ChoiceField(label=_("Principle"), required=False)
    group = forms.ChoiceField(label=_("Group of people"), required=False)
    characteristic = forms.ChoiceField(label=_("Characteristic"), required=False)
    forum = forms.ChoiceField(label=_("Forum"), required=False)
    community = forms.ChoiceField(label=_("Community"), required=False)
    owner = forms.ChoiceField(label=_("Who looks after it"), required=False)

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name != "standing":
                field.choices = [("", _("All")), *choices.get(name, [])]

    def offered(self):
        """Only where there is something to choose."""
        return [self[name] for name, field in self.fields.items() if len(field.choices) > 1]

    @property
    def wanted(self):
        """What was chosen and could be."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class ReportForm(UpdateForm):
    """How an action is going. One answer is needed; the rest is as much as there is time for."""

    evidence_until = DayMonthYear(
        label=_("Until when does that count?"),
        help_text=_("After this day it has to be looked at again. Leave it empty if it does not run out."),
        required=False,
    )

    def clean(self):
        cleaned = super().clean()
        shows = cleaned.get("evidence") or cleaned.get("evidence_url")
        if cleaned.get("evidence_until") and not shows and not self.has_error("evidence_url"):
            self.add_error("evidence", _("Say what shows it, or leave the day empty"))
        return cleaned

    def said(self):
        said = super().said()
        return said | {"asks_the_group": self.cleaned_data["asks_the_group"]}


class PersonChoice(forms.ModelChoiceField):
    """People by name, with where they work, because names may repeat."""

    def label_from_instance(self, person):
        return f"{person}, {person.works_at}" if person.works_at else f"{person}"


class PersonForm(OnceForm, CaseForm):
    """Chooses somebody with something to do in the partnership."""

    def __init__(self, *args, people, **kwargs):
        self.people = people
        super().__init__(*args, **kwargs)


class HandOverForm(PersonForm):
    def add_fields(self):
        self.fields["to"] = PersonChoice(
            self.people, label=_("Who looks after it from now on?"), empty_label=_("Choose a person")
        )
        self.fields["owner_role"] = forms.CharField(
            label=_("Their job"),
            help_text=_("For example “head of libraries”. This is what others see."),
            max_length=120,
        )
        self.fields["words"] = LongText(label=_("What should they know?"), required=False, max_length=1000, rows=3)


class DeputyForm(PersonForm):
    def add_fields(self):
        self.fields["person"] = PersonChoice(
            self.people, label=_("Who reports while you are away?"), required=False, empty_label=_("Nobody")
        )
        self.fields["until"] = DayMonthYear(
            label=_("Until when?"), help_text=_("Leave it empty if you do not know yet"), required=False
        )

    def clean_until(self):
        until = self.cleaned_data["until"]
        if until and until < timezone.localdate():
            raise forms.ValidationError(_("Enter a day that is not in the past"))
        return until


class OwnersViewForm(OnceForm, PlainForm):
    words = LongText(
        label=_("How do you see it?"),
        help_text=_("Everybody reads this beside where it stands. Leave it empty to take your words away."),
        max_length=1000,
        required=False,
        rows=4,
    )


class QuestionForm(OnceForm, PlainForm):
    words = LongText(
        label=_("What do you want to know?"),
        help_text=_("Whoever looks after it can read this, and so can the partnership. It stays until it is answered."),
        max_length=2000,
    )


class ReplyForm(OnceForm, PlainForm):
    words = LongText(label=_("What do you say?"))


class HelpForm(OnceForm, PlainForm):
    text = LongText(
        label=_("What would help?"),
        help_text=_("Everybody in the partnership can read this. Leave out names of people."),
    )
