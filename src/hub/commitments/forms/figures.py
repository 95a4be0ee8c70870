"""The boxes for what a measure shows on one day."""

from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.commitments import charts, rules
from hub.commitments.actions import Figure
from hub.commitments.forms.cases import CaseForm
from hub.commitments.forms.numbers import Number, WholeNumber
from hub.commitments.models import Measure
from hub.core.forms import DayMonthYear, LongText, OnceForm

COUNTED = {
    "share": (gettext_lazy("How many?"), gettext_lazy("Out of how many?"), gettext_lazy("How many are not known?")),
    "survey": (
        gettext_lazy("How many agreed?"),
        gettext_lazy("How many answered?"),
        gettext_lazy("How many gave no answer?"),
    ),
}
SHARE_ONLY = gettext_lazy("Or just the share, if that is all you know")
PARTS_HINT = gettext_lazy("One kind of people on each line, then how many. For example: Aged 25 to 40, 6")
WRONG_WAY_UP = gettext_lazy("The first number cannot be larger than the second. Check both")
GROUPS_HINT = gettext_lazy(
    "One group on each line, for example: Women: 7 of 40. If you do not know of some people, add: Not known: 3 of 10. "
    "Each person counts in one line only. Only those who work on this read it; it is never public."
)
WRONG_IN_GROUPS = {
    "unreadable": gettext_lazy(
        "Line %(line)d: write the group, then how many of how many, in numbers, for example “Women: 7 of 40”"
    ),
    "long": gettext_lazy("Line %(line)d: shorten the name of the group to 80 characters"),
    "twice": gettext_lazy("Line %(line)d: this group stands on another line too. Put them together on one"),
    "nobody": gettext_lazy("Line %(line)d: the second number must be above 0. Leave out a group with nobody in it"),
    "above": gettext_lazy("Line %(line)d: the first number cannot be larger than the second. Check both"),
}
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
        if "groups" in asked:
            label = _("By group, if you know")
            add(start + "groups", LongText(label=label, help_text=GROUPS_HINT, required=False, max_length=2000, rows=3))
        if "parts" in asked:
            add(
                start + "parts",
                LongText(label=_("Who is in it?"), help_text=PARTS_HINT, required=False, max_length=2000, rows=4),
            )
            add(start + "unknown", WholeNumber(label=_("How many are not known?"), words_instead=words_instead))
        if "words" in asked:
            label = _("Or say in words who is in it")
            add(start + "words", forms.CharField(label=label, max_length=500, required=False))
        if "done" in asked and kind == Measure.Kind.MILESTONE:
            add(start + "done", forms.BooleanField(label=_("It is done"), required=False))

    def clean_figure(self):
        if "numerator" in self.asked:
            self._clean_share()
        if "groups" in self.asked:
            self._clean_groups()
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
            self.add_error(self.start + "value", _("Leave this empty if you give both numbers. We work it out"))
        elif share is not None and not 0 <= share <= per:
            self.add_error(self.start + "value", _("Enter a number from 0 to %(per)s") % {"per": charts.plain(per)})

    def _clean_groups(self):
        groups, wrong = rules.groups_in(self._given("groups") or "")
        for line, mistake in wrong.items():
            self.add_error(self.start + "groups", WRONG_IN_GROUPS[mistake] % {"line": line})
        if groups and not wrong:
            self._fit_the_whole(groups)
        self.cleaned_data[self.start + "groups"] = tuple(groups)

    def _fit_the_whole(self, groups):
        some, all_ = self._given("numerator"), self._given("denominator")
        if some is None or not all_:
            words = _("Write how many of how many there are of everybody too, in the boxes above")
            self.add_error(self.start + "groups", words)
            return
        more, others = rules.rest_of(groups, some, all_)
        told = {"some": some - more, "all": all_ - others, "whole_some": some, "whole": all_}
        if more < 0 or others < 0:
            words = _("The groups add up to %(some)d of %(all)d, but there are %(whole_some)d of %(whole)d in all")
            self.add_error(self.start + "groups", words % told)
        elif more > others:
            words = _(
                "The groups leave out %(others)d of everybody, but %(more)d of those who count. Check the numbers"
            )
            self.add_error(self.start + "groups", words % {"others": others, "more": more})

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
        values["groups"] = self._given("groups") or ()
        values["words"] = self._given("words") or ""
        if self._given("done"):
            values["value"] = Decimal(1)
        said = values["parts"] or values["words"] or values["value"] is not None or values["numerator"] is not None
        return values if said else {}


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
                label=_("On which day did it happen?")
                if measure.kind == Measure.Kind.CADENCE
                else _("On which day was that?"),
                required=needed,
                initial=timezone.localdate if needed else None,
            )
        if needed:
            self.fields["source"] = forms.CharField(
                label=_("Where does it come from?"),
                help_text=_("For example “our booking system”"),
                max_length=300,
                required=False,
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


def as_it_was(reading):
    """What stands in the boxes before somebody puts a reading right."""
    return {
        "value": f"{reading.value.normalize():f}" if reading.value is not None else "",
        "numerator": reading.numerator,
        "denominator": reading.denominator,
        "unknown": reading.unknown,
        "words": reading.words,
        "done": bool(reading.value),
        "on": reading.on,
        "source": reading.source,
        "parts": "\n".join(f"{part.label} {part.count}" for part in reading.parts.all()),
        "groups": "\n".join(f"{part.label}: {part.count} of {part.out_of}" for part in reading.groups),
    }
