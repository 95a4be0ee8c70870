from django import forms
from django.utils.translation import gettext_lazy as _

from hub.core.forms import LongText, OnceForm, PlainForm, PlainModelForm, Radios
from hub.organisations import pictures
from hub.organisations.models import Partnership, Role


class JoinForm(PlainForm):
    code = forms.CharField(
        label=_("Code from the e-mail"),
        help_text=_("Eight letters, such as BCDF-GHJK. Capitals and the dash do not matter."),
        max_length=40,
        widget=forms.TextInput(
            {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    name = forms.CharField(
        label=_("What people call you (you may leave this empty)"),
        help_text=_("Shown to the people you work with here, beside what you write."),
        max_length=80,
        required=False,
        widget=forms.TextInput({"autocomplete": "name"}),
    )

    def wrong_code(self):
        self.add_error("code", _("That is not the code in the e-mail. Check each letter, then try again"))


class PartnerForm(OnceForm, PlainForm):
    email = forms.EmailField(label=_("Their e-mail address"))
    kind = forms.ChoiceField(
        label=_("What will they do?"),
        choices=[(kind, kind.label) for kind in Role.IN_THE_PARTNERSHIP],
        widget=Radios(
            hints={
                Role.Kind.COORDINATOR: _("They do what you do. They need a second way to prove who they are."),
                Role.Kind.COMMISSIONER: _("They read what organisations share with commissioners."),
                Role.Kind.BOARD: _("They read what organisations share with the partnership."),
                Role.Kind.ANALYST: _("They read the same as the board, and need a second way to prove who they are."),
                Role.Kind.EDITOR: _(
                    "They answer what people say about the toolkit, and prove who they are twice for it."
                ),
            }
        ),
    )


class EraseForm(PlainForm):
    sure = forms.BooleanField(label=_("Yes, take out my name and my e-mail address"))


class Colour(forms.CharField):
    """As brand guides write it: with or without #, in capitals or not."""

    def __init__(self, **kwargs):
        attributes = {"class": "govuk-input--width-10", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(max_length=40, widget=forms.TextInput(attributes), **kwargs)

    def to_python(self, value):
        text = super().to_python(value).lstrip("#").lower()
        return f"#{text}" if text else ""


class LookForm(PlainModelForm):
    summary = LongText(
        label=_("What the partnership does"),
        help_text=_("Two or three sentences. They open the front page."),
        max_length=2000,
        required=False,
    )
    brand_colour = Colour(
        label=_("Colour of panels and of the line of beads"),
        help_text=_("# and six letters or digits, such as #4f2157. White words must be easy to read on it."),
    )
    action_colour = Colour(
        label=_("Colour of the main button"),
        help_text=_("White words must be easy to read on it. In dark colours the button is always gold."),
    )

    class Meta:
        model = Partnership
        fields = ["name", "place", "summary", "contact", "licence", "brand_colour", "action_colour"]
        labels = {
            "name": _("Name of the partnership"),
            "place": _("Place"),
            "contact": _("How to reach the coordinator (you may leave this empty)"),
            "licence": _("How others may use the open data"),
        }
        help_texts = {
            "name": _("It stands at the top of every page and in every letter."),
            "place": _("Such as Islington, as in “What services in Islington promised”."),
            "contact": _("Everybody can read this: a name of a team, an address or a telephone number."),
        }
        widgets = {"licence": Radios}

    @property
    def changes(self):
        return {name: self.cleaned_data[name] for name in self.changed_data}


class LogoForm(PlainForm):
    logo = forms.FileField(
        label=_("Choose a picture"),
        help_text=_("PNG, JPEG or WebP, up to 200 kB. It is shown about 44 pixels high, beside the name."),
        widget=forms.FileInput({"accept": ",".join(sorted(pictures.TYPES))}),
    )

    def clean_logo(self):
        file = self.cleaned_data["logo"]
        pictures.check_size(file.size)
        return pictures.read(file.read())
