"""Who may reach the pages that come from other packages, by URL name. Whatever is not here is refused."""

from hub.core.access import anyone, signed_in

POLICIES = {
    "account_login": anyone,
    "account_request_login_code": anyone,
    "account_confirm_login_code": anyone,
    "account_inactive": anyone,
    "account_logout": anyone,
    "mfa_login_webauthn": anyone,
    "mfa_authenticate": anyone,
    "mfa_reauthenticate": signed_in,
    "mfa_reauthenticate_webauthn": signed_in,
    "mfa_activate_totp": signed_in,
    "mfa_deactivate_totp": signed_in,
    "mfa_view_recovery_codes": signed_in,
    "mfa_generate_recovery_codes": signed_in,
    "mfa_download_recovery_codes": signed_in,
    "mfa_list_webauthn": signed_in,
    "mfa_add_webauthn": signed_in,
    "mfa_edit_webauthn": signed_in,
    "mfa_remove_webauthn": signed_in,
}
