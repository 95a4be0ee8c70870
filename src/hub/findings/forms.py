from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from equity.model import measures
from equity.vocabulary import characteristics
from hub.core.forms import LongText, OnceForm, PlainForm
from hub.findings import side_by_side
from hub.organisations.models import Partnership
from hub.submissions import words
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


class NarrativeForm(OnceForm, PlainForm):
    text = LongText(
        label=gettext_lazy("What is behind the gap, and what will you do about it?"),
        help_text=gettext_lazy(
            "Say what you know and what you do not. Leave out names and what single people are paid"
        ),
        max_length=4000,
        rows=8,
    )


class AskForm(OnceForm, PlainForm):
    """Nothing to fill in: pressing is asking."""


class PublicReplyForm(OnceForm, PlainForm):
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
            (code, what.name) for code, what in measures().items() if what.kind in ("share", "rate", "gap")
        ]
        named = [(code, one.name) for code, one in characteristics().items()]
        self.fields["characteristic"].choices = [("", _("All of them")), *named]
        statements = Statement.objects.filter(
            section__area__edition__published_on__isnull=False, section__area__edition__is_example=False
        ).order_by("section__area__number", "section__position", "position")
        self.fields["statement_key"].choices = list(dict(statements.values_list("key", "text")).items())

    def answers(self):
        return {name: self.cleaned_data[name] for name in ("measure", "characteristic", "statement_key", "reason")}


class ChoiceOf(PlainForm):
    """What to look at, in the address, so that it can be kept and sent. What is on no list falls back to the usual."""

    def __init__(self, said, *, lists, usual):
        fitting = {name: said.get(name, "") for name in lists}
        self.chosen = {
            name: value if value in dict(lists[name]) else usual.get(name) or next(iter(dict(lists[name])), "")
            for name, value in fitting.items()
        }
        super().__init__(initial=self.chosen)
        for name, choices in lists.items():
            self.fields[name].choices = choices
            if len(choices) < 2:
                self.fields[name].widget = forms.HiddenInput()


class GapChoice(ChoiceOf):
    partnership = forms.ChoiceField(label=gettext_lazy("Partnership"))
    measure = forms.ChoiceField(label=gettext_lazy("What"))
    characteristic = forms.ChoiceField(label=gettext_lazy("By"))
    group = forms.ChoiceField(label=gettext_lazy("Which people"))
    period = forms.ChoiceField(label=gettext_lazy("When"))

    def __init__(self, said, *, room, partnerships):
        lists = {
            "partnership": [(one.slug, one.name) for one in partnerships],
            "measure": [(code, measures()[code].name) for code in room.measures],
            "characteristic": side_by_side.characteristic_names(room.characteristics),
            "period": [(period, period) for period in room.periods],
        }
        measure = side_by_side.USUAL["measure"]
        usual = side_by_side.USUAL | {"measure": measure if measure in room.measures else ""}
        super().__init__(said, lists=lists, usual=usual)

    def offer_groups(self, found):
        """Which there are is known once the figures are read."""
        self.fields["group"].choices = found.codes
        self.initial["group"] = found.code


class RecordedChoice(ChoiceOf):
    partnership = forms.ChoiceField(label=gettext_lazy("Partnership"))
    characteristic = forms.ChoiceField(label=gettext_lazy("Whose"))
    stage = forms.ChoiceField(label=gettext_lazy("At which stage"))
    period = forms.ChoiceField(label=gettext_lazy("When"))

    def __init__(self, said, *, room, partnerships):
        lists = {
            "partnership": [(one.slug, one.name) for one in partnerships],
            "characteristic": side_by_side.characteristic_names(room.characteristics),
            "stage": [(stage, words.stage_name(stage)) for stage in room.stages],
            "period": [(period, period) for period in room.periods],
        }
        super().__init__(said, lists=lists, usual=side_by_side.USUAL)
