from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from hub.accounts.models import User
from hub.core.forms import PlainModelForm, PlainWords

CODE_BOX = {"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
NUMBER_BOX = {"autocomplete": "one-time-code", "spellcheck": "false"}


class SignInForm(PlainWords, RequestLoginCodeForm):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email", "spellcheck": "false"}),
    )


class CodeForm(PlainWords, ConfirmLoginCodeForm):
    code = forms.CharField(
        label=_("Code from the e-mail"),
        help_text=_("Eight letters, such as BCDF-GHJK. Capitals and the dash do not matter."),
        max_length=40,
        widget=forms.TextInput(CODE_BOX),
    )


def app_code():
    return forms.CharField(
        label=_("Code from your app"),
        help_text=_("Six digits that change every half minute. A spare code works too."),
        max_length=40,
        widget=forms.TextInput(NUMBER_BOX),
    )


class AppCodeForm(PlainWords, AuthenticateForm):
    code = app_code()


class AppCodeAgainForm(PlainWords, ReauthenticateForm):
    code = app_code()


class AddAppForm(PlainWords, ActivateTOTPForm):
    code = forms.CharField(
        label=_("Code that the app shows now"),
        help_text=_("Six digits."),
        max_length=40,
        widget=forms.TextInput(NUMBER_BOX | {"inputmode": "numeric"}),
    )


def passkey_name():
    return forms.CharField(
        label=_("Name of this passkey"),
        help_text=_("So that you know which is which, such as 'my phone'."),
        max_length=60,
    )


class AddPasskeyForm(PlainWords, AddWebAuthnForm):
    name = passkey_name()
    # Always a passkey that can sign in by itself; the page's script reads it from here.
    passwordless = forms.BooleanField(initial=True, widget=forms.CheckboxInput({"hidden": True}))


class RenamePasskeyForm(PlainWords, EditWebAuthnForm):
    name = passkey_name()


class NameForm(PlainModelForm):
    class Meta:
        model = User
        fields = ["name"]
        help_texts = {"name": _("Shown to the people you work with here, beside what you write.")}
