"""Saying how we will know, and where we want to get to. Only what fits a kind of measure is asked."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.commitments import charts, rules
from hub.commitments.forms.cases import CaseForm
from hub.commitments.forms.figures import WRONG_WAY_UP, FigureFields
from hub.commitments.forms.numbers import Number, WholeNumber
from hub.commitments.models import Measure
from hub.core.forms import DayMonthYear, OnceForm, PlainForm, Radios
from hub.toolkit.models import Characteristic

# The words in which each kind of measure asks.

KIND_HINTS = {
    "number": gettext_lazy("For example 25 pairs of mentors, or how many leaflets went out"),
    "share": gettext_lazy("For example 14 of 40 first visits, or half of the people who find work"),
    "milestone": gettext_lazy("For example reaching a level of an award, or a policy that is agreed"),
    "cadence": gettext_lazy("For example a meeting every six to eight weeks"),
    "survey": gettext_lazy("For example how many agree with one sentence in the yearly survey"),
    "composition": gettext_lazy("For example the nine seats of a board, or a staff team of eight"),
}
NAME_ASKS = {
    "number": gettext_lazy("What do you count?"),
    "share": gettext_lazy("What should be true of them?"),
    "milestone": gettext_lazy("What will be done?"),
    "cadence": gettext_lazy("What happens?"),
    "survey": gettext_lazy("What does the survey ask people, or what do they agree with?"),
    "composition": gettext_lazy("Which group is it?"),
}
NAME_HINTS = {
    "number": gettext_lazy("For example “pairs of mentors”"),
    "share": gettext_lazy("For example “had an interpreter”"),
    "milestone": gettext_lazy("For example “reach level two of Disability Confident”"),
    "cadence": gettext_lazy("For example “the community coalition meets”"),
    "survey": gettext_lazy("For example “I can get help here when I need it”"),
    "composition": gettext_lazy("For example “our board”"),
}
UNIT_ASKS = {
    "number": (gettext_lazy("In what?"), gettext_lazy("For example people, visits, pounds. Empty is fine")),
    "share": (gettext_lazy("Of whom, or of what?"), gettext_lazy("For example “first visits where one was needed”")),
}
PER = [
    (100, gettext_lazy("In a hundred (per cent)")),
    (1000, gettext_lazy("In a thousand")),
    (100_000, gettext_lazy("In a hundred thousand")),
]


class KindForm(PlainForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("How will you know?"), choices=Measure.Kind, widget=Radios(hints=KIND_HINTS)
    )


class DirectionFields:
    """Which way a measure should go. Up at first and down later needs a reason and a day to look again."""

    def add_direction(self):
        self.fields["direction"] = forms.ChoiceField(
            label=_("Which way should it go?"), choices=Measure.Direction, widget=Radios, initial="up"
        )
        self.fields["direction_reason"] = forms.CharField(
            label=_("Why that way?"),
            help_text=_("Only needed for “up at first, down later”. For example: first more people tell us"),
            max_length=300,
            required=False,
        )
        self.fields["review_on"] = DayMonthYear(
            label=_("When will you look at this again?"),
            help_text=_("Only needed for “up at first, down later”"),
            required=False,
        )

    def clean_directions(self):
        if self.cleaned_data.get("direction") != Measure.Direction.UP_THEN_DOWN:
            return
        if not self.cleaned_data.get("direction_reason"):
            self.add_error("direction_reason", _("Say why it should go up at first"))
        if not self.cleaned_data.get("review_on") and not self.has_error("review_on"):
            self.add_error("review_on", _("Enter the day on which you will look at this again"))


class TurnForm(OnceForm, DirectionFields, CaseForm):
    def add_fields(self):
        self.add_direction()

    def clean(self):
        cleaned = super().clean()
        self.clean_directions()
        return cleaned

    def values(self):
        return {name: self.cleaned_data[name] for name in rules.DIRECTION}


class MeasureForm(OnceForm, DirectionFields, FigureFields, CaseForm):
    """One kind of measure, with where we start and where we want to get to."""

    def __init__(self, *args, kind, **kwargs):
        self.kind = kind
        super().__init__(*args, **kwargs)

    def about(self):
        return [self[name] for name in rules.ASKS[self.kind].measure]

    def start_boxes(self):
        return [
            field
            for field in self.visible_fields()
            if field.name.startswith("start_") or field.name == "baseline_due_on"
        ]

    def target_boxes(self):
        return [field for field in self.visible_fields() if field.name.startswith("target_")]

    def add_fields(self):
        asks = rules.ASKS[self.kind]
        for name in asks.measure:
            if name == "direction":
                self.add_direction()
            elif name not in rules.DIRECTION:
                self.fields[name] = self._measure_field(name)
        self.add_figure_fields(self.kind, asks.start, start="start_", words_instead=Number.words_instead)
        if asks.start:
            self._ask_where_we_start()
        self._ask_for_the_target(asks.target)

    def _measure_field(self, name):
        kind = self.kind
        unit, unit_hint = UNIT_ASKS.get(kind, ("", ""))
        return {
            "name": lambda: forms.CharField(label=NAME_ASKS[kind], help_text=NAME_HINTS[kind], max_length=200),
            "unit": lambda: forms.CharField(label=unit, help_text=unit_hint, max_length=120, required=False),
            "per": lambda: forms.TypedChoiceField(
                label=_("How do you want to say it?"), choices=PER, coerce=int, initial=100
            ),
            "instrument": lambda: forms.CharField(
                label=_("Which survey, and which question in it?"),
                help_text=_("For example “the yearly residents’ survey, question 12”"),
                max_length=300,
            ),
            "counting": lambda: forms.ChoiceField(
                label=_("What are you counting?"),
                help_text=_("We never show the public how many people of a certain group there are."),
                choices=Measure.Counting,
                widget=Radios,
            ),
            "characteristic": lambda: forms.ModelChoiceField(
                Characteristic.objects.all(),
                label=_("Which one thing do you look at?"),
                help_text=_("One at a time keeps people from being recognised. For another, add another measure."),
                required=False,
                empty_label=_("Something else"),
            ),
            "group_size": lambda: WholeNumber(label=_("How many places does it have?"), required=True),
            "every_weeks_from": lambda: WholeNumber(label=_("At least how many weeks apart?")),
            "every_weeks_to": lambda: WholeNumber(
                label=_("At most how many weeks apart?"),
                help_text=_("For every six to eight weeks, 6 and 8"),
                required=True,
            ),
        }[name]()

    def _ask_where_we_start(self):
        self.fields["start_on"] = DayMonthYear(
            label=_("On which day was that?"), required=False, initial=timezone.localdate
        )
        self.fields["baseline_due_on"] = DayMonthYear(
            label=_("If you do not know yet: by when will you?"), required=False
        )

    def _ask_for_the_target(self, asked):
        if "value" in asked:
            self.fields["target_value"] = Number(
                label=_("Where do you want to get to?"), help_text=_("A number. Leave it empty if you do not know yet")
            )
        if "words" in asked and self.kind == Measure.Kind.COMPOSITION:
            self.fields["target_words"] = forms.CharField(
                label=_("Where do you want to get to?"),
                help_text=_("In words, for example “people from more age groups”"),
                max_length=300,
                required=False,
            )
        if "by" in asked:
            self.fields["target_by"] = DayMonthYear(label=_("By when?"), required=False)

    def clean(self):
        cleaned = super().clean()
        self.clean_directions()
        self._clean_weeks()
        self._clean_size()
        self.clean_figure()
        self._clean_start()
        self._clean_target()
        return cleaned

    def _clean_weeks(self):
        low, high = self.cleaned_data.get("every_weeks_from"), self.cleaned_data.get("every_weeks_to")
        if high is not None and not 1 <= high <= 520:
            self.add_error("every_weeks_to", _("Enter a number of weeks from 1 to 520"))
        elif low is not None and high is not None and low > high:
            self.add_error("every_weeks_from", WRONG_WAY_UP)

    def _clean_size(self):
        size = self.cleaned_data.get("group_size")
        if size is not None and not 1 <= size <= 500:
            self.add_error("group_size", _("Enter a number from 1 to 500. For a larger group, count a share"))

    def _clean_start(self):
        if "start_on" not in self.fields:
            return
        started, due = self.figure_values(), self.cleaned_data.get("baseline_due_on")
        if self.errors:
            return
        if not started and not due:
            self.add_error("baseline_due_on", _("Say where you start, or by when you will know. A rough date is fine"))
        if started and not self.cleaned_data.get("start_on"):
            self.add_error("start_on", _("Enter the day of the figures"))

    def _clean_target(self):
        value = self.cleaned_data.get("target_value")
        per = self.share_is_per()
        if value is not None and self.kind in rules.IS_A_SHARE and not 0 <= value <= per:
            self.add_error("target_value", _("Enter a number from 0 to %(per)s") % {"per": charts.plain(per)})

    def values(self):
        """What `add_measure` takes."""
        cleaned = self.cleaned_data
        fields = {name: cleaned[name] for name in rules.ASKS[self.kind].measure if cleaned.get(name) is not None}
        started = self.figure_values()
        if started:
            started["on"] = cleaned["start_on"]
        else:
            fields["baseline_due_on"] = cleaned.get("baseline_due_on")
        return {**fields, "kind": self.kind, "baseline": started or None, "target": self._target()}

    def _target(self):
        value, by = self.cleaned_data.get("target_value"), self.cleaned_data.get("target_by")
        words = self.cleaned_data.get("target_words") or ""
        if self.kind == Measure.Kind.MILESTONE and by:
            words = _("Done")
        return {"value": value, "words": words, "by": by} if value is not None or words else None


class TargetForm(OnceForm, CaseForm):
    """A new target. Why it changed is asked when there was one before."""

    def __init__(self, *args, measure, before=None, **kwargs):
        self.measure, self.before = measure, before
        super().__init__(*args, **kwargs)

    def add_fields(self):
        measure = self.measure
        asked = rules.ASKS[measure.kind].target
        if "value" in asked:
            self.fields["value"] = Number(label=_("Where do you want to get to?"), required=True)
        elif measure.kind == Measure.Kind.COMPOSITION:
            self.fields["words"] = forms.CharField(label=_("Where do you want to get to?"), max_length=300)
        self.fields["by"] = DayMonthYear(label=_("By when?"), required=measure.kind == Measure.Kind.MILESTONE)
        if self.before:
            self.fields["reason"] = forms.CharField(
                label=_("Why does it change?"), help_text=_("The old target stays in sight, with this"), max_length=300
            )

    def clean(self):
        cleaned = super().clean()
        value = cleaned.get("value")
        per = rules.per_of(self.measure.kind, self.measure.per)
        if value is not None and self.measure.kind in rules.IS_A_SHARE and not 0 <= value <= per:
            self.add_error("value", _("Enter a number from 0 to %(per)s") % {"per": charts.plain(per)})
        return cleaned

    def values(self):
        values = {
            name: self.cleaned_data[name] for name in ("value", "words", "by", "reason") if name in self.cleaned_data
        }
        if self.measure.kind == Measure.Kind.MILESTONE:
            values["words"] = _("Done")
        return values
