"""Who may reach the pages that come from other packages, by URL name. Whatever is not here is refused."""

from hub.core.access import anyone, own_account

POLICIES = {
    "account_login": anyone,
    "account_request_login_code": anyone,
    "account_confirm_login_code": anyone,
    "account_inactive": anyone,
    "account_logout": anyone,
    "mfa_login_webauthn": anyone,
    "mfa_authenticate": anyone,
    "mfa_reauthenticate": own_account,
    "mfa_reauthenticate_webauthn": own_account,
    "mfa_activate_totp": own_account,
    "mfa_deactivate_totp": own_account,
    "mfa_view_recovery_codes": own_account,
    "mfa_generate_recovery_codes": own_account,
    "mfa_download_recovery_codes": own_account,
    "mfa_list_webauthn": own_account,
    "mfa_add_webauthn": own_account,
    "mfa_edit_webauthn": own_account,
    "mfa_remove_webauthn": own_account,
}
