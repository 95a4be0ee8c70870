from django import forms
from django.utils.translation import gettext_lazy as _

from hub.core.forms import PlainForm


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


class EraseForm(PlainForm):
    sure = forms.BooleanField(label=_("Yes, take out my name and my e-mail address"))
