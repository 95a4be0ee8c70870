from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login


def sign_in_with_code(request, user, *, go_to):
    """Somebody gave a code that only their inbox had. Whoever set up an app is still asked for it."""
    record_authentication(request, user, method="code", email=user.email)
    return perform_login(request, Login(user=user, email=user.email, redirect_url=go_to))
