import time
from functools import wraps

from allauth.account import app_settings
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.stagekit import clear_login
from allauth.account.stages import LoginByCodeStage
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hub.accounts import actions
from hub.core.access import allow, anyone, own_account

AFTER_SECOND_CHECK = "after_second_check"


class SignInView(RequestLoginCodeView):
    """Ask for the address. Coming back to this page is how one corrects a mistyped address."""

    def _redirect_to_pending_stage(self, request, stage):
        if stage.key == LoginByCodeStage.key:
            return None
        return super()._redirect_to_pending_stage(request, stage)


@method_decorator(login_stage_required(stage=LoginByCodeStage.key, redirect_urlname="account_login"), name="dispatch")
class CodeView(ConfirmLoginCodeView):
    """Enter the code. One that has run out is not a dead end: the next one is a button away."""

    def dispatch(self, request, *args, **kwargs):
        state = request._login_stage.state
        if time.time() - state["at"] > app_settings.LOGIN_BY_CODE_TIMEOUT:
            return offer_a_new_code(request, state["email"], ran_out=True)
        return super().dispatch(request, *args, **kwargs)

    def form_invalid(self, form):
        email = self._process.state["email"]
        response = super().form_invalid(form)
        if self._process.state["failed_attempts"] < app_settings.LOGIN_BY_CODE_MAX_ATTEMPTS:
            return response
        list(messages.get_messages(self.request))  # our page says it in its own words
        return offer_a_new_code(self.request, email, ran_out=False)


def offer_a_new_code(request, email, *, ran_out):
    clear_login(request)
    next_url = get_next_redirect_url(request) or ""
    return render(request, "accounts/new_code.html", {"email": email, "next": next_url, "ran_out": ran_out})


@allow(anyone)
@require_safe
def joining(request):
    """How somebody without an account gets one."""
    return render(request, "accounts/joining.html")


@allow(own_account)
@require_safe
def security(request):
    """How you sign in: everything about it on one page."""
    mine = Authenticator.objects.filter(user=request.user).order_by("created_at")
    spare = mine.filter(type=Authenticator.Type.RECOVERY_CODES).first()
    return render(
        request,
        "accounts/security.html",
        {
            "passkeys": mine.filter(type=Authenticator.Type.WEBAUTHN),
            "app": mine.filter(type=Authenticator.Type.TOTP).first(),
            "spare_codes": len(spare.wrap().get_unused_codes()) if spare else None,
            "go_on_to": request.session.get(AFTER_SECOND_CHECK),
        },
    )


@allow(own_account)
@require_safe
def second_check(request):
    """Somebody's role asks for a second check: confirm it now, or set it up first."""
    next_url = get_next_redirect_url(request) or "/"
    if Authenticator.objects.filter(user=request.user).exists():
        return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': next_url})}")
    request.session[AFTER_SECOND_CHECK] = next_url
    return render(request, "accounts/second_check.html")


def with_something_to_confirm(view):
    """Who has no passkey and no app is shown how to get one, instead of a closed door."""

    @wraps(view)
    def confirm(request, *args, **kwargs):
        if request.user.is_authenticated and not Authenticator.objects.filter(user=request.user).exists():
            return redirect("accounts:second_check")
        return view(request, *args, **kwargs)

    return confirm


@allow(own_account)
@require_POST
def sign_out_everywhere(request):
    actions.sign_out_everywhere(request.user, stay_in=request)
    messages.success(request, _("You are signed out everywhere else. On this device you are still signed in."))
    return redirect("accounts:security")
