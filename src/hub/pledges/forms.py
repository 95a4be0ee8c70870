"""What people type about pledges."""

import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.accounts.models import User
from hub.commitments.forms import AskForm, CaseForm
from hub.commitments.models import Commitment, Update
from hub.core.forms import DayMonthYear, LongText, OnceForm, PlainForm, Radios
from hub.organisations.models import Sharing
from hub.pledges.permissions import people_of
from hub.toolkit.models import Area, Edition, Group, Statement

EXAMPLES = {
    "title": gettext_lazy("A few words that others will remember"),
    "inequality": gettext_lazy("Who misses out today, and how do you know?"),
    "action": gettext_lazy("Something you can do this year with what you have"),
    "outcome": gettext_lazy("What will be different, and for whom?"),
    "knowing": gettext_lazy("You can add figures in the next step"),
}


def people_choices(organisation, unit):
    return User.objects.filter(is_active=True, pk__in=people_of(organisation, unit).values("user")).order_by(
        "name", "email"
    )


class PledgeForm(CaseForm):
    """The four questions, and for whom, by whom and until when."""

    title = forms.CharField(
        label=gettext_lazy("What do you promise, in one line?"), help_text=EXAMPLES["title"], max_length=160
    )
    inequality = LongText(label=gettext_lazy("What is unfair now?"), help_text=EXAMPLES["inequality"], required=False)
    action = LongText(label=gettext_lazy("What will we do?"), help_text=EXAMPLES["action"], required=False)
    outcome = LongText(
        label=gettext_lazy("What do we want to come of it?"), help_text=EXAMPLES["outcome"], required=False, rows=4
    )
    knowing = LongText(label=gettext_lazy("How will we know?"), help_text=EXAMPLES["knowing"], required=False, rows=4)
    people = forms.CharField(
        label=gettext_lazy("Who is it for?"),
        help_text=gettext_lazy("In your own words. You can also choose groups below."),
        max_length=300,
        required=False,
    )
    groups = forms.ModelMultipleChoiceField(
        Group.objects.none(),
        label=gettext_lazy("Groups of people"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    work = forms.ChoiceField(label=gettext_lazy("Is this new?"), choices=Commitment.Work, widget=Radios, required=False)
    due_on = DayMonthYear(label=gettext_lazy("By when?"), required=False)
    statements = forms.ModelMultipleChoiceField(
        Statement.objects.none(),
        label=gettext_lazy("Points of the toolkit that it serves"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args, organisation, unit=None, editions=None, **kwargs):
        self.organisation, self.unit = organisation, unit
        self.editions = list(newest_editions() if editions is None else editions)
        super().__init__(*args, **kwargs)

    def add_fields(self):
        self.fields["groups"].queryset = Group.objects.select_related("characteristic").order_by(
            "characteristic__position", "characteristic_id", "position"
        )
        self.fields["statements"].queryset = (
            Statement.objects.filter(section__area__edition__in=self.editions)
            .for_audience(provides=self.organisation.provides, commissions=self.organisation.commissions)
            .select_related("section__area")
            .order_by("section__area__edition", "section__area__number", "section__position", "position")
        )

    def groups_by_characteristic(self):
        return self._together("groups", lambda group: group.characteristic.name)

    def statements_by_area(self):
        return self._together("statements", lambda statement: statement.section.area.title)

    def _together(self, name, heading_of):
        """Choices gathered under their headings, which open where something is chosen."""
        gathered = {}
        for number, choice in enumerate(self[name].subwidgets):
            row = gathered.setdefault(heading_of(choice.data["value"].instance), [])
            row.append(
                {
                    "id": f"{self[name].auto_id}-{number}",
                    "value": str(choice.data["value"]),
                    "text": choice.data["label"],
                    "checked": choice.data["selected"],
                }
            )
        return [
            {"heading": heading, "items": items, "chosen": sum(item["checked"] for item in items)}
            for heading, items in gathered.items()
        ]


class NewPledgeForm(OnceForm, PledgeForm):
    def add_fields(self):
        super().add_fields()
        year = timezone.localdate().year
        self.fields["owner"] = forms.ModelChoiceField(
            people_choices(self.organisation, self.unit),
            label=_("Who looks after it?"),
            help_text=_("One person. Others see only their job, not their name."),
            required=False,
            empty_label=_("Nobody yet"),
        )
        self.fields["owner_role"] = _job_field()
        self.fields["year"] = forms.TypedChoiceField(
            label=_("For which year?"),
            choices=[(one, str(one)) for one in (year - 1, year, year + 1)],
            coerce=int,
            initial=year,
        )

    def clean_due_on(self):
        due_on = self.cleaned_data["due_on"]
        if due_on and due_on < timezone.localdate() - datetime.timedelta(days=366):
            raise forms.ValidationError(_("That is more than a year ago. Check the date"))
        return due_on

    def answers(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "once"}


class ChangePledgeForm(PledgeForm):
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def answers(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


def newest_editions():
    """The newest published edition of each chapter."""
    newest = {}
    for edition in Edition.objects.published().order_by("chapter", "number"):
        newest[edition.chapter_id] = edition
    return newest.values()


def _job_field():
    return forms.CharField(
        label=_("Their job"),
        help_text=_("For example “service manager”. This is what others see."),
        max_length=120,
        required=False,
    )


class HandOverForm(OnceForm, CaseForm):
    def __init__(self, *args, pledge, **kwargs):
        self.pledge = pledge
        super().__init__(*args, **kwargs)

    def add_fields(self):
        people = people_choices(self.pledge.organisation, self.pledge.unit).exclude(pk=self.pledge.commitment.owner_id)
        self.fields["to"] = forms.ModelChoiceField(
            people, label=_("Who looks after it from now on?"), empty_label=_("Choose a person")
        )
        self.fields["owner_role"] = _job_field()
        self.fields["words"] = LongText(label=_("What should they know?"), required=False, max_length=1000, rows=3)


class CarryOnForm(OnceForm, PlainForm):
    due_on = DayMonthYear(label=gettext_lazy("By when?"), required=False)


SHARING_HINTS = {
    Sharing.ONLY_US: gettext_lazy("People with a role in your organisation"),
    Sharing.COMMISSIONERS: gettext_lazy("Also the commissioners in this partnership"),
    Sharing.PARTNERSHIP: gettext_lazy("Everybody with a role in this partnership"),
    Sharing.EVERYONE: gettext_lazy("A public page that anybody can read and share"),
}


class SharingForm(OnceForm, CaseForm):
    """Who may read a pledge. Publishing needs consent, in words."""

    def __init__(self, *args, choices, **kwargs):
        self.choices = choices
        super().__init__(*args, **kwargs)

    def add_fields(self):
        self.fields["sharing"] = forms.ChoiceField(
            label=_("Who may read this pledge?"),
            choices=[choice for choice in Sharing.choices if choice[0] in self.choices],
            widget=Radios(hints={value: words for value, words in SHARING_HINTS.items() if value in self.choices}),
        )
        if Sharing.EVERYONE in self.choices:
            self.fields["consents"] = forms.BooleanField(
                label=_("Yes, our organisation agrees that everybody may read what is listed above"),
                required=False,
            )
        self.fields["words"] = forms.CharField(
            label=_("Why? Only if you want to say"),
            max_length=300,
            required=False,
            help_text=_("If you take a published pledge back, this stands in its place."),
        )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("sharing") == Sharing.EVERYONE and not cleaned.get("consents"):
            self.add_error("consents", _("Tick this if your organisation agrees, or choose another answer"))
        return cleaned


class NewAskForm(AskForm, CaseForm):
    """An ask that is not about one pledge."""

    def __init__(self, *args, organisations, **kwargs):
        self.organisations = organisations
        super().__init__(*args, **kwargs)

    def add_fields(self):
        self.fields["area"] = forms.ModelChoiceField(
            Area.objects.filter(edition__in=newest_editions()).order_by("edition", "number"),
            label=_("Which area is it about?"),
            help_text=_("We can then show who has shared something in it."),
            required=False,
            empty_label=_("None of them"),
        )
        if len(self.organisations) > 1:
            self.fields["organisation"] = forms.ModelChoiceField(
                self.organisations, label=_("For which organisation do you ask?")
            )

    def organisation(self):
        return self.cleaned_data.get("organisation") or self.organisations[0]


class FilterForm(PlainForm):
    """What to show on the list of pledges. Unknown values are as good as none."""

    whose = forms.ChoiceField(
        label=gettext_lazy("Whose"),
        required=False,
        choices=[("", gettext_lazy("Ours")), ("all", gettext_lazy("Everybody’s in the partnership"))],
    )
    stage = forms.ChoiceField(
        label=gettext_lazy("How it is going"),
        required=False,
        choices=[("", gettext_lazy("All")), *Update.Stage.choices],
    )
    year = forms.TypedChoiceField(label=gettext_lazy("Year"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args, years, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", _("All")), *((year, str(year)) for year in years)]

    def chosen(self, name):
        return self.cleaned_data.get(name) if self.is_valid() or name in self.cleaned_data else None
