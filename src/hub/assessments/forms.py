from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from hub.assessments import rules
from hub.assessments.models import Confidence, ContributionLink, Difference, Speaker, Stage, VoicesShared
from hub.assessments.permissions import may_start_for_all_of, organisations_to_start, units_to_start
from hub.core.forms import LongText, OnceForm, PlainForm, Radios
from hub.organisations.models import Sharing
from hub.organisations.permissions import Kind
from hub.toolkit.models import Edition

SYMBOLS = {
    Stage.NOT_YET: "ring",
    Stage.STARTED: "half",
    Stage.USUAL: "full",
    Stage.OTHERS_COULD_LEARN: "share",
    Stage.NOT_FOR_US: "dash",
    Stage.UNKNOWN: "query",
}


class Stand(forms.RadioSelect):
    """Equal choices, each with a shape and words."""

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        return option | {"symbol": SYMBOLS.get(value, "")}


def stage_field(**kwargs):
    return forms.ChoiceField(choices=Stage.choices, widget=Stand, required=False, **kwargs)


class AnswerForm(PlainForm):
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput(attrs={"data-keep": ""}))
    stage = stage_field(label=_("Where do we stand?"))
    confidence = forms.ChoiceField(
        label=_("How sure are you?"), choices=Confidence.choices, widget=forms.RadioSelect, required=False
    )
    evidence = LongText(label=_("What shows this, if anything?"), required=False, rows=2)
    in_the_way = LongText(label=_("What is in the way, if anything?"), required=False, rows=2)
    still_true = forms.BooleanField(label=_("Still true"), required=False)

    @classmethod
    def of(cls, asked, data=None):
        answer = asked.answer
        initial = {"version": asked.version}
        if answer:
            initial |= {name: getattr(answer, name) for name in ("stage", "confidence", "evidence", "in_the_way")}
        return cls(data, prefix=f"s{asked.statement.pk}", initial=initial)

    @property
    def names(self):
        """Only these travel when the answer is saved by itself."""
        return ",".join(["csrfmiddlewaretoken", *(self.add_prefix(name) for name in self.fields)])

    @property
    def has_more(self):
        """Whether the folded part holds something."""
        return bool(self["confidence"].value() or self["in_the_way"].value() or self.errors)

    @property
    def was_sent(self):
        return self.add_prefix("version") in self.data

    @property
    def content(self):
        return rules.Content(**{name: self.cleaned_data[name] for name in rules.Content.__dataclass_fields__})

    @property
    def saved(self):
        return {
            "content": self.content,
            "based_on": self.cleaned_data["version"],
            "still_true": self.cleaned_data["still_true"],
        }


class HeardForm(PlainForm):
    based_on = forms.IntegerField(min_value=0, widget=forms.HiddenInput(attrs={"data-keep": ""}), required=False)
    staff = forms.IntegerField(label=_("Staff and volunteers"), min_value=0, max_value=9999, required=False)
    service_users = forms.IntegerField(
        label=_("People who use the service"), min_value=0, max_value=9999, required=False
    )
    carers = forms.IntegerField(label=_("Carers, family and friends"), min_value=0, max_value=9999, required=False)
    not_heard = LongText(label=_("Who was not heard yet?"), max_length=1000, required=False, rows=2)

    @classmethod
    def of(cls, heard, data=None):
        shown = [name for name in cls.base_fields if name != "based_on"]
        initial = {name: getattr(heard, name) for name in shown} | {"based_on": heard.pk} if heard else {}
        return cls(data, prefix="heard", initial=initial)

    @property
    def names(self):
        return ",".join(["csrfmiddlewaretoken", *(self.add_prefix(name) for name in self.fields)])

    @property
    def was_sent(self):
        return self.add_prefix("not_heard") in self.data

    @property
    def numbers(self):
        return {name: value or (0 if name != "not_heard" else "") for name, value in self.cleaned_data.items()}


class SettleForm(PlainForm):
    """Two texts put together. Each field starts as what was typed; what was saved stands beside it."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    stage = stage_field(label=_("Where do we stand?"))
    confidence = forms.ChoiceField(
        label=_("How sure are you?"), choices=Confidence.choices, widget=Radios, required=False
    )
    evidence = LongText(label=_("What shows this, if anything?"), required=False, rows=6)
    in_the_way = LongText(label=_("What is in the way, if anything?"), required=False, rows=4)

    content = AnswerForm.content


class VoiceForm(OnceForm, PlainForm):
    speaker = forms.ChoiceField(label=_("Who said it?"), choices=Speaker.choices, widget=Radios)
    people = forms.IntegerField(label=_("How many people said this?"), min_value=1, max_value=999, initial=1)
    stage = stage_field(label=_("Where do they say that we stand? (if they said)"))
    text = LongText(label=_("In their words"), required=False, rows=4)

    def clean(self):
        said = super().clean()
        if not (said.get("stage") or said.get("text") or "text" in self.errors):
            self.add_error("text", _("Write what they said, or choose where they say that we stand"))
        return said


class LinkForm(OnceForm, PlainForm):
    purpose = forms.ChoiceField(
        label=_("What do you want to ask?"),
        choices=[
            (ContributionLink.Purpose.SECTION, _("What they think about one page of statements")),
            (ContributionLink.Purpose.DIFFERENCE, _("Whether it made a difference, and what followed")),
        ],
        widget=Radios,
    )
    section = forms.ModelChoiceField(
        label=_("About which page? (only for the first)"), queryset=None, required=False, empty_label=_("Choose a page")
    )
    speaker = forms.ChoiceField(label=_("Who is it for?"), choices=Speaker.choices, widget=Radios)
    note = forms.CharField(
        label=_("A note for yourself (if you like)"),
        help_text=_("For instance 'Tuesday group'. No names of people."),
        max_length=120,
        required=False,
    )
    days = forms.TypedChoiceField(
        label=_("How long should it work?"),
        coerce=int,
        choices=[(days, _("%(days)d days") % {"days": days}) for days in rules.LINK_DAYS],
        initial=30,
    )

    def __init__(self, *args, sections, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["section"].queryset = sections

    def clean(self):
        asked = super().clean()
        if asked.get("purpose") != ContributionLink.Purpose.SECTION:
            asked["section"] = None
        elif not asked.get("section") and "section" not in self.errors:
            self.add_error("section", _("Choose the page that this link should open"))
        return asked


class SayForm(PlainForm):
    """What somebody without an account says about one statement."""

    stage = stage_field(label=_("What do you think?"))
    text = LongText(label=_("In your own words (if you like)"), required=False, rows=3)


class DifferenceForm(PlainForm):
    reply = forms.ChoiceField(
        label=_("Did it make a difference for you?"), choices=Difference.Reply.choices, widget=Radios
    )
    text = LongText(label=_("What changed, or what should? (if you like)"), required=False, rows=4)


class SharingForm(PlainForm):
    sharing = forms.ChoiceField(
        label=_("Who may read it once it is signed off?"),
        choices=Sharing.choices,
        widget=Radios(
            hints={
                Sharing.ONLY_US: _("People who work in your organisation."),
                Sharing.COMMISSIONERS: _("Also those who plan and pay for services in your partnership."),
                Sharing.PARTNERSHIP: _("Also people in the other organisations of your partnership."),
                Sharing.EVERYONE: _("Anybody, without signing in."),
            }
        ),
    )


class ShareVoicesForm(PlainForm):
    LEAD, US, READERS, READERS_COUNT = "lead", "us", "readers", "count"
    choice = forms.ChoiceField(label=_("Who may read what people said?"), widget=Radios)
    understood = forms.BooleanField(
        label=_("I have thought about whether somebody could be recognised"), required=False
    )

    def __init__(self, *args, assessment, is_risky, **kwargs):
        super().__init__(*args, **kwargs)
        self.assessment, self.is_risky = assessment, is_risky
        self.fields["choice"].choices = [
            (self.LEAD, _("Only the lead, as now")),
            (self.READERS_COUNT, _("Others see how many were heard, but not their words")),
            (self.US, _("Colleagues who work on this with us")),
        ]
        if assessment.sharing != Sharing.ONLY_US:
            readers = _("Everybody who may read this self-assessment: %(sharing)s") % {
                "sharing": assessment.get_sharing_display().lower()
            }
            self.fields["choice"].choices += [(self.READERS, readers)]
        if not is_risky:
            del self.fields["understood"]

    def clean(self):
        asked = super().clean()
        shows_words = asked.get("choice") in (self.US, self.READERS)
        if shows_words and self.is_risky and not asked.get("understood"):
            self.add_error("understood", _("Tick this to go on, or share only how many were heard"))
        return asked

    @property
    def decision(self):
        what = {
            self.LEAD: VoicesShared.What.NOTHING,
            self.READERS_COUNT: VoicesShared.What.COUNTS,
        }.get(self.cleaned_data["choice"], VoicesShared.What.WORDS)
        far = self.cleaned_data["choice"] in (self.READERS, self.READERS_COUNT)
        return {
            "what": what,
            "sharing": self.assessment.sharing if far else Sharing.ONLY_US,
            "was_warned": self.is_risky,
        }


class PracticeForm(PlainForm):
    text = LongText(label=_("What do you do, and what could others take from it?"), rows=6)
    how_to_ask = forms.CharField(
        label=_("How can others ask you about it?"),
        help_text=_("For instance 'ask us at the next meeting', or an address of your organisation."),
        max_length=200,
        required=False,
    )
    sharing = forms.ChoiceField(
        label=_("Who may read it?"), choices=Sharing.choices, widget=Radios, initial=Sharing.PARTNERSHIP
    )


class StartForm(PlainForm):
    """Which part of the organisation looks at itself, against which chapter, and in which part it speaks."""

    PROVIDERS, COMMISSIONERS, BOTH = "providers", "commissioners", "both"
    WHOLE, NEW = "whole", "new"

    organisation = forms.ModelChoiceField(label=_("Which organisation?"), queryset=None, empty_label=None)
    part = forms.ChoiceField(label=_("Is this for all of it, or for one part?"), widget=Radios)
    name = forms.CharField(label=_("What is the new department or project called?"), max_length=160, required=False)
    staff = forms.IntegerField(
        label=_("About how many people work there? (if you know)"), min_value=1, max_value=99999, required=False
    )
    edition = forms.ModelChoiceField(
        label=_("Which chapter of the toolkit?"), queryset=None, widget=Radios, empty_label=None
    )
    audience = forms.ChoiceField(
        label=_("In which part do you answer?"),
        widget=Radios,
        choices=[
            (PROVIDERS, _("We provide services")),
            (COMMISSIONERS, _("We plan and pay for services")),
            (BOTH, _("Both")),
        ],
    )

    def __init__(self, *args, user, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.of = user, organisation
        everything = organisations_to_start(user)
        self.fields["organisation"].queryset = everything
        self.fields["organisation"].widget = forms.HiddenInput()
        self.fields["organisation"].initial = organisation
        self.fields["edition"].queryset = newest_editions()
        self.fields["edition"].initial = self.fields["edition"].queryset.first()
        self.fields["part"].choices = list(self._parts())
        self.fields["part"].initial = self.fields["part"].choices[0][0]
        self.fields["audience"].initial = self._usual_audience()

    def _parts(self):
        if may_start_for_all_of(self.user, self.of):
            yield self.WHOLE, _("All of %(organisation)s") % {"organisation": self.of}
        for unit in units_to_start(self.user).filter(organisation=self.of):
            yield str(unit.pk), unit.name
        if may_start_for_all_of(self.user, self.of):
            yield self.NEW, _("A department or project that is not on this list")

    def _usual_audience(self):
        if self.of.provides and self.of.commissions:
            return self.BOTH
        return self.PROVIDERS if self.of.provides else self.COMMISSIONERS

    def clean(self):
        asked = super().clean()
        if asked.get("part") == self.NEW:
            self._check_the_new_name(asked)
        return asked

    def _check_the_new_name(self, asked):
        name = asked.get("name", "")
        if not name and "name" not in self.errors:
            self.add_error("name", _("Write what the department or project is called"))
        elif name and self.of.units.filter(slug=slugify(name)[:80]).exists():
            self.add_error("name", _("There is one of this name already. Choose it above"))

    @property
    def for_whom(self):
        audience = self.cleaned_data["audience"]
        return {
            "for_providers": audience in (self.PROVIDERS, self.BOTH),
            "for_commissioners": audience in (self.COMMISSIONERS, self.BOTH),
        }


class CarryOnForm(PlainForm):
    edition = forms.ModelChoiceField(label=_("Which edition?"), queryset=None, widget=Radios, empty_label=None)
    year = forms.TypedChoiceField(label=_("For which year?"), coerce=int, widget=Radios)

    def __init__(self, *args, assessment, this_year, **kwargs):
        super().__init__(*args, **kwargs)
        editions = Edition.objects.published().filter(
            chapter=assessment.edition.chapter_id, number__gte=assessment.edition.number
        )
        self.assessment = assessment
        self.fields["edition"].queryset = editions
        self.fields["edition"].initial = editions.first()
        years = sorted({this_year, assessment.year, assessment.year + 1} - set(range(assessment.year)))
        self.fields["year"].choices = [(year, str(year)) for year in years]
        self.fields["year"].initial = max(this_year, assessment.year)

    def clean(self):
        asked = super().clean()
        if (asked.get("edition"), asked.get("year")) == (self.assessment.edition, self.assessment.year):
            self.add_error("year", _("You have this year already. Choose another year, or a newer edition"))
        return asked


class ColleagueForm(OnceForm, PlainForm):
    email = forms.EmailField(label=_("Their e-mail address"))
    kind = forms.ChoiceField(
        label=_("What will they do?"),
        initial=Kind.COLLEAGUE,
        choices=[
            (Kind.COLLEAGUE, _("Answer together with us")),
            (Kind.LEAD, _("Lead it with me")),
            (Kind.APPROVER, _("Sign it off")),
        ],
        widget=Radios(
            hints={
                Kind.COLLEAGUE: _("They write answers and what people say."),
                Kind.LEAD: _("They also invite people, read all voices, sign off and decide what is shared."),
                Kind.APPROVER: _("They read it and sign it off. They need a second way to prove who they are."),
            }
        ),
    )


def newest_editions():
    """The latest published edition of each chapter."""
    published = Edition.objects.published()
    newest = {}
    for pk, chapter in published.order_by("chapter__position", "number").values_list("pk", "chapter"):
        newest[chapter] = pk
    return published.filter(pk__in=newest.values()).order_by("chapter__position")
