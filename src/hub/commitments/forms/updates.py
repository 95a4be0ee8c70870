from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.commitments.models import Update
from hub.core.forms import LongText, OnceForm, PlainForm


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
