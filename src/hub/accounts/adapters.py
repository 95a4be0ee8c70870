"""Where django-allauth asks us: our words, our stages of signing in, and how secrets are kept."""

import base64
import hashlib

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

TOO_MANY = gettext_lazy("That is a lot of tries in a short time. Wait five minutes, then try again. Nothing is lost")
WRONG_CODE = gettext_lazy("That is not the code we sent. Check each letter, or ask for a new code")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": gettext_lazy("This account has been switched off. Ask your coordinator to help"),
        "incorrect_code": WRONG_CODE,
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
    }

    def is_open_for_signup(self, request):
        """Accounts come from invitations only."""
        return False

    def get_login_stages(self):
        return ["allauth.account.stages.LoginByCodeStage", "hub.accounts.stages.AppStage"]

    def get_reauthentication_methods(self, user):
        """The passkey comes first for those without an app: their only other way would be a spare code."""
        methods = super().get_reauthentication_methods(user)
        words = {
            "mfa_reauthenticate": _("Use a code from your app, or a spare code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        methods = [method | {"description": words[method["id"]]} for method in methods]
        return methods if has_app(user) else methods[::-1]

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        super().send_notification_mail(template_prefix, user, context, email or user.email)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("That code did not match. Wait for the next one in your app, then enter that"),
        "cannot_generate_recovery_codes": gettext_lazy("Add an app or a passkey first, then make spare codes"),
    }

    def get_totp_issuer(self):
        return settings.HUB_NAME

    def _get_site_name(self):
        return settings.HUB_NAME

    def build_totp_svg(self, url):
        """Drawn into the page, because the content policy allows no data: pictures."""
        svg = segno.make(url).svg_inline(scale=4, border=4, light="#fff", svgclass=None, lineclass=None)
        return mark_safe(svg)  # noqa: S308 - drawn by segno, nothing typed is in it

    def encrypt(self, text):
        return keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        return keys().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user, type):
        return _("My passkey")


def has_app(user):
    return DefaultMFAAdapter().is_mfa_enabled(user, ["totp"])


def keys():
    """A stolen database alone does not give away the secrets of people's apps."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"second factor {secret}".encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
