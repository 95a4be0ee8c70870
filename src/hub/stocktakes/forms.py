"""What people type about a stocktake."""

from importlib import import_module

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.core.forms import DayMonthYear, LongText, OnceForm, PlainForm
from hub.stocktakes import rules
from hub.stocktakes.models import Stocktake
from hub.stocktakes.templatetags.stocktakes import heading_name

MOST_BYTES = 5_000_000


class OpenForm(OnceForm, PlainForm):
    year = forms.IntegerField(label=_("For which year?"), min_value=2000, max_value=2100)
    starts_on = DayMonthYear(label=_("The first day of it"))
    ends_on = DayMonthYear(label=_("The last day of it"))

    def __init__(self, *args, programme, **kwargs):
        super().__init__(*args, **kwargs)
        self.programme = programme

    def clean(self):
        told = super().clean()
        starts_on, ends_on = told.get("starts_on"), told.get("ends_on")
        if starts_on and ends_on and ends_on <= starts_on:
            self.add_error("ends_on", _("Enter a last day that comes after the first"))
        if starts_on and starts_on > timezone.localdate():
            self.add_error("starts_on", _("Enter a day that has come. Nothing is on record yet for a later one"))
        there = Stocktake.objects.filter(programme=self.programme, year=told.get("year"), retracted_at=None)
        if there.exists():
            self.add_error("year", _("There is a stocktake of that year. Choose another year, or go on with that one"))
        return told


class StoryForm(PlainForm):
    """The words of one part. What stands there is what was told last."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, part, **kwargs):
        super().__init__(*args, **kwargs)
        for heading in rules.HEADINGS:
            self.fields[heading] = LongText(label=heading_name(heading), required=False, rows=4)
        if part == rules.WHOLE:
            self.fields["priorities"] = LongText(
                label=heading_name("priorities"),
                required=False,
                rows=4,
                help_text=_("One thing a line, ten at most. The next stocktake begins with them."),
            )

    def clean_priorities(self):
        words = self.cleaned_data["priorities"]
        if len(rules.priorities_in(words)) > rules.MOST_PRIORITIES:
            raise forms.ValidationError(_("Leave at most ten. More than that cannot all come first"))
        return words

    def words(self):
        return {name: said for name, said in self.cleaned_data.items() if name != "seen"}


class ApproveForm(PlainForm):
    """`seal` is that of what they read, so that nobody approves other words by mistake."""

    seal = forms.CharField(widget=forms.HiddenInput, max_length=64)
    read = forms.BooleanField(label=_("I have read all of it, and it may be public for ever"))


class RetractForm(PlainForm):
    why = LongText(
        label=_("Why do you take it back?"),
        max_length=1000,
        help_text=_("Everybody reads this at its address. Leave out names."),
    )


class TemplateForm(PlainForm):
    template = forms.FileField(
        label=_("A Word document (.docx)"),
        help_text=_("Its styles, its head and its foot are used. What is written in it is left out."),
    )

    def clean_template(self):
        file = self.cleaned_data["template"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("Choose a document smaller than 5 MB"))
        # Loaded when it is wanted: what it stands on is heavy.
        templates = import_module("hub.stocktakes.packs.templates")
        try:
            templates.check(file.read())
        except templates.NotATemplateError as error:
            raise forms.ValidationError(str(error)) from error
        file.seek(0)
        return file
