"""The main navigation: five links at most, by what somebody comes to do."""

from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from hub.organisations.models import Partnership
from hub.organisations.permissions import Kind, roles_of

OUR_YEAR = ("home:choose_year", _("Our year"))
ANSWERS = ("assessments:my_assessments", _("Our answers"))
PLEDGES = ("pledges:read_pledges", _("Pledges"))
ASKS = ("pledges:read_asks", _("Ask the group"))
ROUNDS = ("home:list_rounds", _("Rounds"))
OVERVIEW = ("home:show_board", _("What moved"))
SERVICES = ("home:show_commissioner", _("What services share"))
TOOLKIT = ("toolkit:read_toolkit", _("Toolkit"))
IN_A_PARTNERSHIP = {"home:show_board", "home:show_commissioner", "toolkit:read_toolkit"}

# The first role that somebody has decides what stands there. Everything else is a link away.
LINKS = [
    (Kind.COORDINATOR, [ROUNDS, OVERVIEW, PLEDGES, ASKS, TOOLKIT]),
    (Kind.LEAD, [OUR_YEAR, ANSWERS, PLEDGES, ASKS, TOOLKIT]),
    (Kind.COLLEAGUE, [OUR_YEAR, ANSWERS, PLEDGES, ASKS, TOOLKIT]),
    (Kind.APPROVER, [OUR_YEAR, PLEDGES, ASKS, TOOLKIT]),
    (Kind.COMMISSIONER, [SERVICES, OVERVIEW, PLEDGES, ASKS, TOOLKIT]),
    (Kind.BOARD, [OVERVIEW, PLEDGES, ASKS, TOOLKIT]),
    (Kind.ANALYST, [OVERVIEW, PLEDGES, ASKS, TOOLKIT]),
    (Kind.EDITOR, [TOOLKIT, PLEDGES, ASKS]),
]


def navigation(request):
    """Lazy, so that pages without navigation pay nothing for it."""
    return {
        "navigation": SimpleLazyObject(lambda: _links(request)),
        "foot_links": SimpleLazyObject(lambda: _foot(request)),
    }


def _links(request):
    links = _work(request) if _is_signed_in(request) else _public(request)
    return [link | {"is_here": _is_here(link["url"], request.path)} for link in links]


def _is_here(url, path):
    """A page below it counts too, except below the front page, where everything is."""
    return path == url or (url != "/" and path.startswith(url))


def _work(request):
    roles = list(roles_of(request.user).select_related("partnership"))
    by_kind = {role.kind: role for role in reversed(roles)}
    for kind, links in LINKS:
        if kind in by_kind:
            return [_link(name, words, by_kind[kind].partnership) for name, words in links]
    return []


def _link(name, words, partnership):
    args = [partnership.slug] if name in IN_A_PARTNERSHIP else []
    return {"url": reverse(name, args=args), "words": words}


def _public(request):
    partnership = _partnership_here(request)
    links = [{"url": reverse("publishing:show_front"), "words": _("Home")}]
    if partnership:
        there = [partnership]
        links += [
            {"url": reverse("publishing:list_pledges", args=there), "words": _("Pledges")},
            {"url": reverse("publishing:list_organisations", args=there), "words": _("Who takes part")},
            {"url": reverse("toolkit:read_toolkit", args=there), "words": _("Toolkit")},
        ]
    return [*links, {"url": reverse("account_login"), "words": _("Sign in")}]


def _partnership_here(request):
    """The one whose pages these are, or the only one there is."""
    match = request.resolver_match
    if match and "partnership" in match.kwargs:
        return match.kwargs["partnership"]
    slugs = list(Partnership.objects.values_list("slug", flat=True)[:2])
    return slugs[0] if len(slugs) == 1 else None


def _foot(request):
    links = [{"url": reverse("publishing:show_open_data"), "words": _("Open data")}]
    if _is_signed_in(request):
        links.insert(0, {"url": reverse("organisations:you"), "words": _("You and your data")})
        links.append({"url": reverse("account_logout"), "words": _("Sign out")})
    return links


def _is_signed_in(request):
    return request.user.is_authenticated
