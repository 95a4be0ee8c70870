"""What frames every page: whose name and colours it wears, and five links at most, by what somebody comes to do."""

from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from hub.core.brand import Brand
from hub.organisations.models import Partnership
from hub.organisations.permissions import Kind, roles_of

OUR_YEAR = ("home:choose_year", _("Our year"))
ANSWERS = ("assessments:my_assessments", _("Our answers"))
PLEDGES = ("pledges:read_pledges", _("Pledges"))
ASKS = ("pledges:read_asks", _("Ask the group"))
ROUNDS = ("home:list_rounds", _("Rounds"))
OVERVIEW = ("home:show_board", _("What moved"))
SERVICES = ("home:show_commissioner", _("What services share"))
FIGURES = ("submissions:show_figures", _("Figures"))
FINDINGS = ("findings:show_findings", _("Findings"))
PROGRAMME = ("programme:show_work", _("Programme"))
TOOLKIT = ("toolkit:read_toolkit", _("Toolkit"))
IN_A_PARTNERSHIP = {"home:show_board", "home:show_commissioner", "toolkit:read_toolkit"}

# The first role that somebody has decides what stands there. Everything else is a link away.
LINKS = {
    Kind.COORDINATOR: [ROUNDS, OVERVIEW, PROGRAMME, PLEDGES, TOOLKIT],
    Kind.LEAD: [OUR_YEAR, ANSWERS, PLEDGES, ASKS, TOOLKIT],
    Kind.COLLEAGUE: [OUR_YEAR, ANSWERS, PLEDGES, ASKS, TOOLKIT],
    Kind.APPROVER: [OUR_YEAR, FIGURES, PLEDGES, ASKS, TOOLKIT],
    Kind.COMMISSIONER: [SERVICES, OVERVIEW, PLEDGES, ASKS, TOOLKIT],
    Kind.BOARD: [OVERVIEW, PROGRAMME, PLEDGES, ASKS, TOOLKIT],
    Kind.ANALYST: [FIGURES, OVERVIEW, PROGRAMME, PLEDGES, TOOLKIT],
    Kind.EDITOR: [TOOLKIT, FINDINGS, PLEDGES, ASKS],
}
ORDER = list(LINKS)


def navigation(request):
    """Lazy, so that pages without a frame pay nothing for it."""
    frame = Frame(request)
    return {
        "brand": SimpleLazyObject(lambda: frame.brand),
        "navigation": SimpleLazyObject(lambda: frame.links),
        "foot_links": SimpleLazyObject(lambda: _foot(request)),
    }


class Frame:
    """Asks for somebody's roles, or for the only partnership there is, once for the brand and the links together."""

    def __init__(self, request):
        self.request = request
        self.slug = request.resolver_match.kwargs.get("partnership") if request.resolver_match else None

    @property
    def brand(self):
        """As the view said, or as it is where the page or the person belongs."""
        said = getattr(self.request, "brand", None)
        return said or (self.partnership.brand if self.partnership else Brand(settings.HUB_NAME))

    @property
    def partnership(self):
        if self.roles:
            here = [role.partnership for role in self.roles if role.partnership.slug == self.slug]
            return here[0] if here else self.first_role.partnership
        return self.only_partnership

    @cached_property
    def roles(self):
        return list(roles_of(self.request.user).select_related("partnership"))

    @property
    def first_role(self):
        return min(self.roles, key=lambda role: ORDER.index(role.kind))

    @cached_property
    def only_partnership(self):
        found = list(Partnership.objects.all()[:2])
        return found[0] if len(found) == 1 else None

    @property
    def links(self):
        links = self._work() if _is_signed_in(self.request) else self._public()
        return [link | {"is_here": _is_here(link["url"], self.request.path)} for link in links]

    def _work(self):
        if not self.roles:
            return []
        role = self.first_role
        return [_link(name, words, role.partnership) for name, words in LINKS[role.kind]]

    def _public(self):
        slug = self.slug or (self.only_partnership and self.only_partnership.slug)
        links = [{"url": reverse("publishing:show_front"), "words": _("Home")}]
        if slug:
            links += [
                {"url": reverse("publishing:list_pledges", args=[slug]), "words": _("Pledges")},
                {"url": reverse("publishing:list_organisations", args=[slug]), "words": _("Who takes part")},
                {"url": reverse("toolkit:read_toolkit", args=[slug]), "words": _("Toolkit")},
            ]
        return [*links, {"url": reverse("account_login"), "words": _("Sign in")}]


def _is_here(url, path):
    """A page below it counts too, except below the front page, where everything is."""
    return path == url or (url != "/" and path.startswith(url))


def _link(name, words, partnership):
    args = [partnership.slug] if name in IN_A_PARTNERSHIP else []
    return {"url": reverse(name, args=args), "words": words}


def _foot(request):
    links = [{"url": reverse("publishing:show_open_data"), "words": _("Open data")}]
    if _is_signed_in(request):
        links.insert(0, {"url": reverse("organisations:you"), "words": _("You and your data")})
        links.append({"url": reverse("account_logout"), "words": _("Sign out")})
    return links


def _is_signed_in(request):
    return request.user.is_authenticated
