"""Where somebody's work begins."""

from django.urls import reverse

from hub.organisations.models import Role
from hub.organisations.permissions import Kind, roles_of

# The first role on this list that somebody has decides. Those who work in an organisation find their year.
FIRST = [Kind.COORDINATOR, *Role.IN_AN_ORGANISATION, Kind.COMMISSIONER, Kind.BOARD, Kind.ANALYST, Kind.EDITOR]


def landing_of(user):
    roles = sorted(roles_of(user).select_related("partnership"), key=lambda role: FIRST.index(role.kind))
    if not roles:
        return reverse("home:choose_year")
    return _page_for(roles[0])


def _page_for(role):
    there = [role.partnership.slug]
    if role.kind == Kind.COORDINATOR:
        return reverse("home:list_rounds")
    if role.kind in Role.IN_AN_ORGANISATION:
        return reverse("home:choose_year")
    if role.kind == Kind.COMMISSIONER:
        return reverse("home:show_commissioner", args=there)
    if role.kind == Kind.EDITOR:
        return reverse("toolkit:read_toolkit", args=there)
    return reverse("home:show_board", args=there)
