"""What people type about figures."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from equity.submission.look import MOST_BYTES
from equity.submission.pasted import EVERYONE, count_in
from equity.vocabulary import Unknown
from hub.core.forms import DayMonthYear, LongText, OnceForm, PlainForm, Radios, Ticks
from hub.organisations.models import Partnership
from hub.submissions import queries, typed, words
from hub.submissions.models import DataRound, People, Readers
from hub.submissions.sandbox import RefusedFile, look_at

READERS_HINTS = {
    "only_us": gettext_lazy("Nobody else sees a number. Findings about you are yours alone"),
    "analysts": gettext_lazy("They add services together and look for patterns"),
    "commissioners": gettext_lazy("Those who pay for the service see the exact counts too"),
}
MOST_PAIRS = 80  # Rows that somebody can still type and look over.


class RoundForm(OnceForm, PlainForm):
    kind = forms.ChoiceField(label=gettext_lazy("What is it?"), choices=DataRound.Kind, widget=Radios, initial="round")
    title = forms.CharField(
        label=gettext_lazy("What do you call it?"),
        help_text=gettext_lazy("For example: Figures for April to September"),
        max_length=120,
    )
    period = forms.ChoiceField(label=gettext_lazy("Which time do you ask about?"))
    due_on = DayMonthYear(label=gettext_lazy("By when?"), help_text=gettext_lazy("For example, 31 3 2027"))
    stages = forms.MultipleChoiceField(label=gettext_lazy("What should they count?"), widget=Ticks)
    lists = forms.MultipleChoiceField(label=gettext_lazy("For which groups?"), widget=Ticks)
    services = forms.MultipleChoiceField(label=gettext_lazy("Whom do you ask?"), widget=Ticks)

    def __init__(self, *args, partnership, people=People.CLIENTS, **kwargs):
        super().__init__(*args, **kwargs)
        self.partnership, self.people = partnership, people
        self.known = queries.services_in(partnership)
        self.fields["period"].choices = _period_choices(people)
        self.fields["stages"].choices = words.stage_choices(people)
        self.fields["stages"].initial = words.USUAL_ABOUT[people]
        self.fields["lists"].choices = words.list_choices(people)
        self.fields["lists"].initial = words.USUAL_LISTS
        self.fields["services"].choices = [(key, one.name) for key, one in self.known.items()]

    def clean_due_on(self):
        if self.cleaned_data["due_on"] < timezone.localdate():
            raise forms.ValidationError(_("Choose a date that has not passed"))
        return self.cleaned_data["due_on"]

    def answers(self):
        kept = {name: self.cleaned_data[name] for name in ("kind", "title", "period", "due_on", "stages", "lists")}
        services = [self.known[key] for key in self.cleaned_data["services"]]
        return kept | {"services": services, "people": self.people}


def _period_choices(people):
    """Staff are counted once a year, so years stand first for them."""
    today = timezone.localdate()
    periods = queries.recent_periods(today)
    if people == People.STAFF:
        periods = list(dict.fromkeys([*queries.recent_years(today), *periods]))
    return [(period, period) for period in periods]


class PartnershipForm(PlainForm):
    partnership = forms.ModelChoiceField(Partnership.objects.none(), label=gettext_lazy("For which partnership?"))


class ServiceFields(PlainForm):
    """Whose figures they are, and who may see them."""

    service = forms.ChoiceField(label=gettext_lazy("Whose figures are they?"))
    readers = forms.ChoiceField(
        label=gettext_lazy("Who may see the exact counts?"),
        choices=Readers,
        initial=Readers.ONLY_US,
        widget=Radios(hints=READERS_HINTS),
    )

    def __init__(self, *args, services, **kwargs):
        super().__init__(*args, **kwargs)
        self.services = services
        self.fields["service"].choices = [(key, one.name) for key, one in services.items()]
        if len(services) == 1:
            self.fields["service"].initial = next(iter(services))
            self.fields["service"].widget = forms.HiddenInput()

    def service_chosen(self):
        return self.services[self.cleaned_data["service"]]


class FileForm(ServiceFields):
    file = forms.FileField(
        label=gettext_lazy("Your file"),
        help_text=gettext_lazy("What equity submit wrote (submission.json), or our template, filled in"),
    )

    field_order = ["service", "file", "readers"]

    def clean_file(self):
        """The name is not looked at, only what is in it, in a process of its own."""
        try:
            self.document = look_at(self.cleaned_data["file"].read(MOST_BYTES + 1))
        except RefusedFile as refused:
            raise forms.ValidationError(str(refused).splitlines()) from None
        return self.cleaned_data["file"]


class WhatForm(PlainForm):
    """Which table to type: one list of groups in one time, or each of its groups together with those of another."""

    people = forms.ChoiceField(choices=People, required=False, widget=forms.HiddenInput)
    period = forms.ChoiceField(label=gettext_lazy("Which time is it about?"))
    list = forms.ChoiceField(label=gettext_lazy("Which groups?"))
    second = forms.ChoiceField(
        label=gettext_lazy("Together with which others?"),
        help_text=gettext_lazy(
            "For example with sex, to see Black women beside Black men. First send a table of each by itself"
        ),
        required=False,
    )
    stages = forms.MultipleChoiceField(label=gettext_lazy("What did you count?"), widget=Ticks)

    bands = forms.ChoiceField(
        label=gettext_lazy("Or count all staff by what they are paid?"),
        help_text=gettext_lazy("Then each group has a box for each quarter or band, and nothing else is counted"),
        required=False,
    )

    def __init__(self, *args, people=People.CLIENTS, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["people"].initial = people
        self.fields["period"].choices = _period_choices(people)
        self.fields["list"].choices = words.list_choices(people)
        self.fields["second"].choices = [("", _("None, these groups by themselves")), *words.list_choices(people)]
        self.fields["stages"].choices = words.stage_choices(people)
        self.fields["stages"].initial = words.USUAL_ABOUT[people]
        if people == People.STAFF:
            self.fields["stages"].required = False
            self.fields["bands"].choices = [("", _("No")), *((code, words.list_name(code)) for code in words.PAY_BANDS)]
        else:
            del self.fields["bands"]

    def clean(self):
        cleaned = super().clean()
        first, second = cleaned.get("list"), cleaned.get("second")
        if "stages" in cleaned and not cleaned["stages"] and not cleaned.get("bands"):
            self.add_error("stages", _("Choose what you counted"))
        if second and cleaned.get("bands"):
            self.add_error("second", _("By what staff are paid, choose groups of one list only"))
        elif first and second:
            pairs = len(words.groups_of(first)) * len(words.groups_of(second))
            if words.characteristic_of(first) == words.characteristic_of(second):
                self.add_error("second", _("Choose groups of another kind than the first"))
            elif pairs > MOST_PAIRS:
                self.add_error("second", _("That makes %(pairs)s rows. Choose shorter lists, or send a file") % {"pairs": pairs})  # fmt: skip # noqa: E501
        return cleaned


class TableForm(ServiceFields):
    """A box for each group and stage, or the whole table pasted."""

    paste = LongText(label=gettext_lazy("Or paste the table from Excel"), required=False, max_length=50_000, rows=6)

    def __init__(self, *args, what, **kwargs):
        super().__init__(*args, **kwargs)
        self.what, self.table = what, typed.table_of(what)
        # What stands above each column of boxes: stages, or pay bands.
        self.headings = self.table.headings(what["stages"])
        self.stages = tuple(self.headings)
        self.fields["paste"].help_text = self.table.how_to_paste
        self.wrong = {}

    @property
    def rows(self):
        """Each line of the table with what stands in its boxes."""
        for code in self.table.codes:
            boxes = [
                {
                    "name": self._box(code, stage),
                    "stage": self.headings[stage],
                    "value": self.data.get(self._box(code, stage), ""),
                    "wrong": self.wrong.get(self._box(code, stage), ""),
                }
                for stage in self.stages
            ]
            yield {"code": code, "label": self.table.label(code), "broad": self.table.broad(code), "boxes": boxes,
                   "is_unknown": code in set(Unknown), "is_total": code == EVERYONE}  # fmt: skip

    @property
    def columns(self):
        return list(self.headings.values())

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("paste"):
            self._fill_from_paste(cleaned["paste"])
        elif "paste" in cleaned:
            self._read_boxes()
        return cleaned

    def _fill_from_paste(self, text):
        """What was pasted goes into the boxes, where it is looked over before it is kept."""
        filled, wrong = self.table.pasted(text, self.headings)
        if wrong:
            self.add_error("paste", [str(one) for one in wrong[:20]])
            return
        self.data = self.data.copy()
        for code, counts in filled.items():
            for stage, count in zip(self.stages, counts, strict=True):
                self.data[self._box(code, stage)] = str(count)
        self._read_boxes()

    def _read_boxes(self):
        self.counts = {code: tuple(self._count(code, stage) for stage in self.stages) for code in self.table.codes}
        if self.wrong:
            labels = [row["label"] for row in self.rows if any(box["wrong"] for box in row["boxes"])]
            self.add_error(None, _("Some boxes need a change: %(rows)s") % {"rows": ", ".join(labels[:10])})
        elif not any(map(any, self.counts.values())):
            self.add_error(None, _("Write how many people of each group there were, or paste the table"))

    def _count(self, code, stage):
        name = self._box(code, stage)
        count, problem = count_in(self.data.get(name, "")[:40])
        if problem:
            self.wrong[name] = problem
        return count

    @staticmethod
    def _box(code, stage):
        return f"n-{code}-{stage}"

    def document(self):
        return self.table.document(self.what["period"], self.stages, self.counts)


class ReadersForm(PlainForm):
    readers = forms.ChoiceField(
        label=gettext_lazy("Who may see the exact counts?"), choices=Readers, widget=Radios(hints=READERS_HINTS)
    )
