"""What people type about commitments. Only what fits a kind of measure is asked."""

from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.commitments import charts, rules
from hub.commitments.actions import Figure
from hub.commitments.models import Measure, OfferStep, Update
from hub.core.forms import DayMonthYear, LongText, OnceForm, PlainForm, PlainWords, Radios
from hub.toolkit.models import Characteristic

LARGEST = Decimal(10) ** 9
LONGEST = 40  # Longer than any number that people type.


class Number(forms.Field):
    """A number as people type it. Words get a kind sentence that says where words go."""

    widget = forms.TextInput

    words_instead = gettext_lazy("Write a number here, such as 12 or 12.5, and put your words in another box")

    def __init__(self, *, words_instead="", required=False, **kwargs):
        super().__init__(required=required, **kwargs)
        self.words_instead = words_instead or self.words_instead
        self.widget.attrs |= {"inputmode": "decimal", "class": "govuk-input--width-5"}

    def to_python(self, value):
        text = str(value or "").strip()
        if not text:
            return None
        number = rules.number_in(text) if len(text) <= LONGEST else None
        if number is None:
            raise forms.ValidationError(self.words_instead, code="words")
        if abs(number) > LARGEST:
            raise forms.ValidationError(_("Enter a number below 1,000,000,000"), code="large")
        return number.quantize(Decimal("0.0001")) if number % 1 else number.quantize(Decimal(1))

    def has_changed(self, initial, data):
        return bool((data or "").strip())


class WholeNumber(Number):
    words_instead = gettext_lazy("Write a whole number here, such as 12, and put your words in another box")

    def to_python(self, value):
        number = super().to_python(value)
        if number is None:
            return None
        if number % 1 or number < 0:
            raise forms.ValidationError(_("Enter a whole number, such as 12"), code="whole")
        if number > 2_000_000_000:
            raise forms.ValidationError(_("Enter a number below 2,000,000,000"), code="large")
        return int(number)


class FieldsByCase(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_fields()


class CaseForm(PlainWords, FieldsByCase):
    """A form whose fields depend on what it is about. They are added before their errors get plain words."""


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
    "number": (gettext_lazy("In what?"), gettext_lazy("For example people, visits, pounds. Leave it empty if it is clear")),
    "share": (gettext_lazy("Of whom, or of what?"), gettext_lazy("For example “first visits where one was needed”")),
}
PER = [(100, gettext_lazy("In a hundred (per cent)")), (1000, gettext_lazy("In a thousand")), (100_000, gettext_lazy("In a hundred thousand"))]
COUNTED = {
    "share": (gettext_lazy("How many?"), gettext_lazy("Out of how many?"), gettext_lazy("How many are not known?")),
    "survey": (gettext_lazy("How many agreed?"), gettext_lazy("How many answered?"), gettext_lazy("How many gave no answer?")),
}
SHARE_ONLY = gettext_lazy("Or just the share, if that is all you know")
PARTS_HINT = gettext_lazy("One kind of people on each line, then how many. For example: Aged 25 to 40, 6")
WRONG_WAY_UP = gettext_lazy("The first number cannot be larger than the second. Check both")
STORY_INSTEAD = gettext_lazy("That looks like words. Write a number here, and tell the story under “What happened?”")


class FigureFields:
    """The boxes for one reading of a measure, and how they become a figure. Mixed into forms."""

    def add_figure_fields(self, kind, asked, *, start="", words_instead="", size=None):
        self.start, self.asked, self.figure_kind, self.group_size = start, asked, kind, size
        add = self.fields.__setitem__
        if "numerator" in asked:
            labels = COUNTED[kind]
            for name, label in zip(("numerator", "denominator", "unknown"), labels, strict=True):
                add(start + name, WholeNumber(label=label, words_instead=words_instead))
        if "value" in asked:
            label = SHARE_ONLY if "numerator" in asked else _("What is the number?")
            add(start + "value", Number(label=label, words_instead=words_instead))
        if "parts" in asked:
            add(start + "parts", LongText(label=_("Who is in it?"), help_text=PARTS_HINT, required=False, max_length=2000, rows=4))
            add(start + "unknown", WholeNumber(label=_("How many are not known?"), words_instead=words_instead))
        if "done" in asked and kind == Measure.Kind.MILESTONE:
            add(start + "done", forms.BooleanField(label=_("It is done"), required=False))

    def clean_figure(self):
        if "numerator" in self.asked:
            self._clean_share()
        if "parts" in self.asked:
            self._clean_parts()

    def _clean_share(self):
        some, all_ = self._given("numerator"), self._given("denominator")
        share = self._given("value")
        per = self.share_is_per()
        if some is not None and all_ is None and not self.has_error(self.start + "denominator"):
            self.add_error(self.start + "denominator", _("Write out of how many, or only the share further down"))
        if all_ == 0:
            self.add_error(self.start + "denominator", _("Enter a number above 0, or leave all boxes empty"))
        elif all_ is not None and some is None and not self.has_error(self.start + "numerator"):
            self.add_error(self.start + "numerator", _("Write how many of them. If it is none, write 0"))
        elif some is not None and all_ is not None and some > all_:
            self.add_error(self.start + "numerator", WRONG_WAY_UP)
        if share is not None and some is not None:
            self.add_error(self.start + "value", _("Leave this empty when you give both numbers. We work the share out"))
        elif share is not None and not 0 <= share <= per:
            self.add_error(self.start + "value", _("Enter a number from 0 to %(per)s") % {"per": charts.plain(per)})

    def _clean_parts(self):
        parts, wrong = rules.parts_in(self.cleaned_data.get(self.start + "parts") or "")
        if wrong:
            lines = _(" and ").join(str(number) for number in wrong)
            words = _("Line %(lines)s: write the kind of people, then a number, for example “Asian 2”")
            self.add_error(self.start + "parts", words % {"lines": lines})
        labels = [label.casefold() for label, _count in parts]
        if len(set(labels)) < len(labels):
            self.add_error(self.start + "parts", _("The same words stand on two lines. Put them together on one"))
        counted = sum(count for _label, count in parts) + (self._given("unknown") or 0)
        size = self.group_size or self.cleaned_data.get("group_size")
        if size and counted > size:
            words = _("This adds up to %(counted)d, but the group has %(size)d places. Check the numbers")
            self.add_error(self.start + "parts", words % {"counted": counted, "size": size})
        self.cleaned_data[self.start + "parts"] = tuple(parts)

    def share_is_per(self):
        return rules.per_of(self.figure_kind, int(self.cleaned_data.get("per") or 100))

    def _given(self, name):
        return self.cleaned_data.get(self.start + name)

    def figure_values(self):
        """What Figure holds, or nothing where all boxes stayed empty."""
        values = {name: self._given(name) for name in ("value", "numerator", "denominator", "unknown")}
        values["parts"] = self._given("parts") or ()
        if self._given("done"):
            values["value"] = Decimal(1)
        said = values["parts"] or values["value"] is not None or values["numerator"] is not None
        return values if said else {}


class KindForm(PlainForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("How will you know?"), choices=Measure.Kind, widget=Radios(hints=KIND_HINTS)
    )


class MeasureForm(OnceForm, FigureFields, CaseForm):
    """One kind of measure, with where we start and where we want to get to."""

    def __init__(self, *args, kind, **kwargs):
        self.kind = kind
        super().__init__(*args, **kwargs)

    def add_fields(self):
        asks = rules.ASKS[self.kind]
        for name in asks.measure:
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
            "per": lambda: forms.TypedChoiceField(label=_("How do you want to say it?"), choices=PER, coerce=int, initial=100),
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
            "direction": lambda: forms.ChoiceField(
                label=_("Which way should it go?"), choices=Measure.Direction, widget=Radios, initial="up"
            ),
            "direction_reason": lambda: forms.CharField(
                label=_("Why that way?"),
                help_text=_("Only needed for “up at first, down later”. For example: more people tell us before fewer have to"),
                max_length=300,
                required=False,
            ),
            "review_on": lambda: DayMonthYear(
                label=_("When will you look at this again?"),
                help_text=_("Only needed for “up at first, down later”"),
                required=False,
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
                label=_("At most how many weeks apart?"), help_text=_("For every six to eight weeks, 6 and 8"), required=True
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
        self._clean_direction()
        self._clean_weeks()
        self._clean_size()
        self.clean_figure()
        self._clean_start()
        self._clean_target()
        return cleaned

    def _clean_direction(self):
        if self.cleaned_data.get("direction") != Measure.Direction.UP_THEN_DOWN:
            return
        if not self.cleaned_data.get("direction_reason"):
            self.add_error("direction_reason", _("Say why it should go up at first"))
        if not self.cleaned_data.get("review_on") and not self.has_error("review_on"):
            self.add_error("review_on", _("Enter the day on which you will look at this again"))

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
        values = {name: self.cleaned_data[name] for name in ("value", "words", "by", "reason") if name in self.cleaned_data}
        if self.measure.kind == Measure.Kind.MILESTONE:
            values["words"] = _("Done")
        return values


class FigureForm(FigureFields, CaseForm):
    """What one measure shows. In an update all boxes may stay empty; by itself something must be said."""

    def __init__(self, *args, measure, needed=False, **kwargs):
        kwargs.setdefault("prefix", f"measure{measure.pk}")
        self.measure, self.needed = measure, needed
        super().__init__(*args, **kwargs)

    def add_fields(self):
        measure, needed = self.measure, self.needed
        words_instead = Number.words_instead if needed else STORY_INSTEAD
        self.add_figure_fields(
            measure.kind, rules.ASKS[measure.kind].reading, words_instead=words_instead, size=measure.group_size
        )
        if needed or measure.kind == Measure.Kind.CADENCE:
            self.fields["on"] = DayMonthYear(
                label=_("On which day did it happen?") if measure.kind == Measure.Kind.CADENCE else _("On which day was that?"),
                required=needed,
                initial=timezone.localdate if needed else None,
            )
        if needed:
            self.fields["source"] = forms.CharField(
                label=_("Where does it come from?"), help_text=_("For example “our booking system”"), max_length=300, required=False
            )

    def share_is_per(self):
        return rules.per_of(self.measure.kind, self.measure.per)

    def clean(self):
        cleaned = super().clean()
        self.clean_figure()
        on = cleaned.get("on")
        if on and on > timezone.localdate():
            self.add_error("on", _("Enter a day that is not in the future"))
        if self.needed and not self.errors and not self._says_something():
            self.add_error(next(iter(self.fields)), _("Write what the figures are"))
        return cleaned

    def _says_something(self):
        return self.measure.kind in (Measure.Kind.CADENCE, Measure.Kind.MILESTONE) or bool(self.figure_values())

    def figure(self):
        """None where nothing was typed."""
        values = self.figure_values()
        on = self.cleaned_data.get("on")
        if self.measure.kind == Measure.Kind.CADENCE:
            values = {"value": Decimal(1)} if on else {}
        if self.measure.kind == Measure.Kind.MILESTONE and self.needed and not values:
            values = {"value": Decimal(0)}
        if not values:
            return None
        source = self.cleaned_data.get("source", "")
        return Figure(measure=self.measure, on=on or timezone.localdate(), source=source, **values)


class OneFigureForm(OnceForm, FigureForm):
    pass


class UpdateForm(OnceForm, PlainForm):
    """How it is going. One answer is needed; the rest is as much as there is time for."""

    stage = forms.ChoiceField(label=gettext_lazy("How is it going?"), choices=Update.Stage, widget=forms.RadioSelect)
    help_wanted = LongText(
        label=gettext_lazy("What would help?"),
        help_text=gettext_lazy("For example: somebody who has done this, a room, a contact"),
        required=False,
        rows=3,
    )
    asks_the_group = forms.BooleanField(
        label=gettext_lazy("Ask the group for this now"),
        help_text=gettext_lazy("Everybody in the partnership can read it and offer help."),
        required=False,
    )
    happened = LongText(label=gettext_lazy("What happened?"), required=False, rows=4)
    worked = LongText(label=gettext_lazy("What worked?"), required=False, rows=2)
    hard = LongText(label=gettext_lazy("What was hard?"), required=False, rows=2)
    next = LongText(label=gettext_lazy("What is next?"), required=False, rows=2)
    changed = forms.CharField(
        label=gettext_lazy("Did you change how you work?"),
        help_text=gettext_lazy("A few words, for example “same-day phone interpreting”. It is marked on the chart."),
        max_length=120,
        required=False,
    )
    evidence = LongText(label=gettext_lazy("What shows it?"), required=False, max_length=2000, rows=2)
    evidence_url = forms.URLField(
        label=gettext_lazy("A link to it"), required=False, assume_scheme="https", max_length=200
    )

    def clean(self):
        cleaned = super().clean()
        stage = cleaned.get("stage")
        if stage == Update.Stage.STUCK and not cleaned.get("help_wanted"):
            self.add_error("help_wanted", _("Say what would help. A few words are enough"))
        if stage == Update.Stage.STOPPED and not cleaned.get("happened"):
            self.add_error("happened", _("Say why it stopped, so that others can learn from it"))
        if cleaned.get("asks_the_group") and not cleaned.get("help_wanted") and not self.has_error("help_wanted"):
            self.add_error("help_wanted", _("Say what would help, so that the group knows what to offer"))
        return cleaned

    def said(self):
        return {name: self.cleaned_data[name] for name in self.cleaned_data if name not in ("once", "asks_the_group")}


class AskForm(OnceForm, PlainForm):
    text = LongText(
        label=gettext_lazy("What would help?"),
        help_text=gettext_lazy("Everybody in the partnership can read this. Leave out names of people."),
    )


class OfferForm(OnceForm, CaseForm):
    text = LongText(
        label=gettext_lazy("What can you offer?"),
        help_text=gettext_lazy("For example an hour on the phone, something you wrote, a contact. Small is fine."),
    )
    may_be_public = forms.BooleanField(
        label=gettext_lazy("This may be shown where the pledge is public"),
        help_text=gettext_lazy("Only the name of your organisation and these words, never your own name."),
        required=False,
    )

    def __init__(self, *args, organisations, **kwargs):
        self.organisations = organisations
        super().__init__(*args, **kwargs)

    def add_fields(self):
        if len(self.organisations) > 1:
            self.fields["organisation"] = forms.ModelChoiceField(
                self.organisations, label=_("For which organisation do you offer this?")
            )

    def organisation(self):
        return self.cleaned_data.get("organisation") or self.organisations[0]


class StepForm(OnceForm, CaseForm):
    """What becomes of an offer. Thanks say what came of it."""

    def __init__(self, *args, step, **kwargs):
        self.step = step
        super().__init__(*args, **kwargs)

    def add_fields(self):
        is_thanks = self.step == OfferStep.Step.THANKED
        label = _("What came of it?") if is_thanks else _("A few words to them, if you like")
        self.fields["words"] = LongText(label=label, required=is_thanks, rows=4)


class CloseAskForm(OnceForm, PlainForm):
    came_of_it = LongText(
        label=gettext_lazy("What came of it?"),
        help_text=gettext_lazy("Those who offered help are told. “Nothing this time” is a fair answer."),
    )
