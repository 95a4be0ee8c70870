"""Who may reach which page. Every view names its policy; a view without one is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

# Pages are read and forms are sent. Nothing here answers to anything else.
METHODS = ("GET", "HEAD", "POST")


@dataclass(frozen=True)
class Policy:
    """`second_factor` asks everybody for it. `first_is_enough` asks nobody, whatever their role."""

    name: str
    test: Callable[..., bool]
    second_factor: bool = False
    first_is_enough: bool = False


def policy(name, test, *, second_factor=False, first_is_enough=False):
    return Policy(name, test, second_factor, first_is_enough)


def _is_signed_in(request, **_):
    return request.user.is_authenticated


anyone = policy("anyone", lambda request, **_: True, first_is_enough=True)
signed_in = policy("signed in", _is_signed_in)
own_account = policy("signed in, to see to their own account", _is_signed_in, first_is_enough=True)


class PolicyMissing(ImproperlyConfigured):
    """A view says nothing about who may reach it, so nobody may."""


def allow(rule: Policy):
    """Tie a view to its policy, which the access middleware asks before the view runs."""

    def tie(view: Callable[..., object]):
        view.policy = rule
        return view

    return tie


def policy_of(view, name="") -> Policy | None:
    """A view's own policy, or for other people's views the one in the table that settings name."""
    return getattr(view, "policy", None) or import_string(settings.ACCESS_POLICIES).get(name)


class AccessMiddleware:
    """Asks the policy of every view before it runs, and counts every refusal."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.count_refusal = import_string(settings.ACCESS_COUNTS_REFUSALS)
        self.has_second_factor = import_string(settings.ACCESS_HAS_SECOND_FACTOR)
        self.needs_second_factor = import_string(settings.ACCESS_NEEDS_SECOND_FACTOR)

    def __call__(self, request):
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        response = self.get_response(request)
        # A view that finds nothing for this person has refused them too.
        if response.status_code in (403, 404) and request.resolver_match:
            self.count_refusal(request.resolver_match.view_name, by=request.user)
        return response

    def process_view(self, request, view, args, kwargs):
        rule = policy_of(view, request.resolver_match.view_name)
        if rule is None:
            raise PolicyMissing(f"{request.resolver_match.view_name} ({request.path}) has no policy.")
        if not rule.test(request, **kwargs):
            return self.refuse(request)
        if self.lacks_second_factor(request, rule):
            return redirect_and_return(request, settings.ACCESS_SECOND_FACTOR_URL)
        return None

    def lacks_second_factor(self, request, rule):
        """Asked last, and of the database only about people who have not proved it yet."""
        if rule.first_is_enough or not request.user.is_authenticated or self.has_second_factor(request):
            return False
        return rule.second_factor or self.needs_second_factor(request.user)

    def refuse(self, request):
        """A stranger may sign in; somebody signed in learns nothing, not even that the page exists."""
        if request.user.is_authenticated:
            raise Http404
        self.count_refusal(request.resolver_match.view_name)
        return redirect_and_return(request, settings.LOGIN_URL)


def redirect_and_return(request, destination):
    """Send away, to come back later. A part of a page cannot be sent away: it says so and keeps what was typed."""
    if request.headers.get("HX-Request") and not request.headers.get("HX-Boosted"):
        return HttpResponse(_("You are not signed in any more. Sign in, then try again."), status=401)
    return HttpResponseRedirect(f"{resolve_url(destination)}?{urlencode({'next': place_to_return_to(request)})}")


def place_to_return_to(request: HttpRequest):
    """The page itself, or for something sent the page it was sent from."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    referrer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referrer, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(referrer)
    if not parts.netloc:
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


__all__ = [
    "AccessMiddleware",
    "Policy",
    "PolicyMissing",
    "allow",
    "anyone",
    "own_account",
    "policy",
    "policy_of",
    "signed_in",
]
