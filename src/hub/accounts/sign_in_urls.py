"""django-allauth's pages, only those we use, under the names that it looks them up by. None knows a password."""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as spare
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkey
from django.urls import path

from hub.accounts import views
from hub.accounts.record import downloaded_spare_codes

sign_in = views.SignInView.as_view()

urlpatterns = [
    path("accounts/sign-in/", sign_in, name="account_login"),
    path("accounts/sign-in/", sign_in, name="account_request_login_code"),
    path("accounts/sign-in/code/", views.CodeView.as_view(), name="account_confirm_login_code"),
    path("accounts/sign-in/passkey/", passkey.login_webauthn, name="mfa_login_webauthn"),
    path("accounts/sign-in/app/", second_factor.authenticate, name="mfa_authenticate"),
    path("accounts/sign-out/", account.logout, name="account_logout"),
    path("accounts/switched-off/", account.account_inactive, name="account_inactive"),
    path("accounts/joining/", views.joining, name="account_signup"),
    path("accounts/security/", views.security, name="mfa_index"),
    path("accounts/security/", views.security, name="mfa_list_webauthn"),
    path(
        "accounts/security/confirm/",
        views.with_something_to_confirm(second_factor.reauthenticate),
        name="mfa_reauthenticate",
    ),
    path(
        "accounts/security/confirm/passkey/",
        views.with_something_to_confirm(passkey.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("accounts/security/app/add/", app.activate_totp, name="mfa_activate_totp"),
    path("accounts/security/app/remove/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("accounts/security/spare-codes/", spare.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("accounts/security/spare-codes/new/", spare.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path(
        "accounts/security/spare-codes/download/",
        downloaded_spare_codes(spare.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("accounts/security/passkeys/add/", passkey.add_webauthn, name="mfa_add_webauthn"),
    path("accounts/security/passkeys/<int:pk>/rename/", passkey.edit_webauthn, name="mfa_edit_webauthn"),
    path("accounts/security/passkeys/<int:pk>/remove/", passkey.remove_webauthn, name="mfa_remove_webauthn"),
]
