from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from equity.model import measures
from equity.vocabulary import characteristics
from hub.core.forms import LongText, OnceForm, PlainForm
from hub.organisations.models import Partnership
from hub.toolkit.models import Statement


class PledgeForm(OnceForm, PlainForm):
    service = forms.ChoiceField(label=gettext_lazy("Who makes the pledge?"))

    def __init__(self, *args, services, **kwargs):
        super().__init__(*args, **kwargs)
        self.services = services
        self.fields["service"].choices = [(key, one.name) for key, one in services.items()]
        if len(services) == 1:
            self.fields["service"].initial = next(iter(services))
            self.fields["service"].widget = forms.HiddenInput()

    def service_chosen(self):
        return self.services[self.cleaned_data["service"]]


class ReplyForm(OnceForm, PlainForm):
    text = LongText(
        label=gettext_lazy("What should be said beside it?"),
        help_text=gettext_lazy("For example what changed in how you count, or what you are doing about it already"),
        max_length=2000,
        rows=4,
    )


class AskForm(OnceForm, PlainForm):
    """Nothing to fill in: pressing is asking."""


class PublicReplyForm(PlainForm):
    text = LongText(
        label=gettext_lazy("Your words beside it"),
        help_text=gettext_lazy(
            "Everybody will read them, also when the finding is old. Leave out names and counts of people. "
            "Leave it empty if you have nothing to add"
        ),
        required=False,
        max_length=2000,
        rows=4,
    )


class WhyForm(PlainForm):
    words = LongText(label=gettext_lazy("Why?"), max_length=500, rows=3)


class SuggestionForm(OnceForm, PlainForm):
    partnership = forms.ModelChoiceField(
        Partnership.objects.none(), label=gettext_lazy("Partnership"), empty_label=None
    )
    measure = forms.ChoiceField(label=gettext_lazy("For which findings?"))
    characteristic = forms.ChoiceField(label=gettext_lazy("About which characteristic?"), required=False)
    statement_key = forms.ChoiceField(label=gettext_lazy("Which statement of the toolkit may help?"))
    reason = forms.CharField(
        label=gettext_lazy("Why?"), help_text=gettext_lazy("One sentence that a lead can use"), max_length=400
    )

    def __init__(self, *args, partnerships, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partnership"].queryset = partnerships
        if len(partnerships) == 1:
            self.fields["partnership"].initial = partnerships[0]
            self.fields["partnership"].widget = forms.HiddenInput()
        self.fields["measure"].choices = [
            (code, what.name) for code, what in measures().items() if what.kind in ("share", "rate")
        ]
        named = [(code, one.name) for code, one in characteristics().items()]
        self.fields["characteristic"].choices = [("", _("All of them")), *named]
        statements = Statement.objects.filter(
            section__area__edition__published_on__isnull=False, section__area__edition__is_example=False
        ).order_by("section__area__number", "section__position", "position")
        self.fields["statement_key"].choices = list(dict(statements.values_list("key", "text")).items())

    def answers(self):
        return {name: self.cleaned_data[name] for name in ("measure", "characteristic", "statement_key", "reason")}
