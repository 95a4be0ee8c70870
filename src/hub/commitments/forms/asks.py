from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.commitments.forms.cases import CaseForm
from hub.commitments.models import OfferStep
from hub.core.forms import LongText, OnceForm, PlainForm


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
