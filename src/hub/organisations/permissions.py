"""Who may do what in a partnership and its organisations. Everybody above asks here."""

from django.db.models import Q

from hub.core.access import policy
from hub.organisations.models import Role, Sharing

Kind = Role.Kind


def roles_of(user):
    if not user.is_authenticated:
        return Role.objects.none()
    return Role.objects.current().filter(user=user)


def has_role(user, *kinds, **where):
    return roles_of(user).filter(kind__in=kinds, **where).exists()


def coordinates(user, partnership):
    return has_role(user, Kind.COORDINATOR, partnership=partnership)


def needs_second_factor(user):
    """Some roles reach so much that a code by e-mail alone is not enough, on any page."""
    return has_role(user, *Role.NEEDS_SECOND_FACTOR)


def works_in(user, organisation, unit=None):
    """Whether the person works in the organisation; for a unit, in all of it or in just that unit."""
    here = Q(unit=None) | Q(unit=unit) if unit else Q()
    return roles_of(user).filter(here, kind__in=Role.IN_AN_ORGANISATION, organisation=organisation).exists()


def leads(user, organisation, unit=None):
    """A lead of the whole organisation leads each of its units."""
    return roles_of(user).filter(Q(unit=None) | Q(unit=unit), kind=Kind.LEAD, organisation=organisation).exists()


def own(user, *kinds, organisation="organisation", unit="unit"):
    """A filter for rows that belong to an organisation (or its unit) in which the person has one of these roles."""
    roles = roles_of(user).filter(kind__in=kinds or Role.IN_AN_ORGANISATION)
    everywhere = roles.filter(unit=None)
    own_rows = Q(**{f"{organisation}__in": everywhere.values("organisation")})
    if unit:
        own_rows |= Q(**{f"{unit}__in": roles.exclude(unit=None).values("unit")})
    return own_rows


def shared_with(user, *, organisation="organisation", unit="unit", sharing="sharing"):
    """A filter for rows that the person may read: their own, and what its organisation chose to share with them."""
    shared = shared_by_choice(user, organisation=organisation, sharing=sharing)
    return shared | own(user, organisation=organisation, unit=unit) if user.is_authenticated else shared


def shared_by_choice(user, *, organisation="organisation", sharing="sharing"):
    """A filter for rows that any organisation chose to share with the person."""
    everyone = Q(**{sharing: Sharing.EVERYONE})
    if not user.is_authenticated:
        return everyone
    partnership = f"{organisation}__partnership__in"
    partners = Q(**{sharing: Sharing.PARTNERSHIP, partnership: roles_of(user).values("partnership")})
    commissioning = roles_of(user).filter(kind=Kind.COMMISSIONER)
    commissioners = Q(**{sharing: Sharing.COMMISSIONERS, partnership: commissioning.values("partnership")})
    return everyone | partners | commissioners


def roles_ended_by(user):
    """Roles of people in the organisation, or the department, that this person leads."""
    return Role.objects.current().filter(own(user, Kind.LEAD), kind__in=Role.IN_AN_ORGANISATION)


def _coordinates_here(request, partnership, **_):
    return has_role(request.user, Kind.COORDINATOR, partnership__slug=partnership)


coordinator_here = policy("coordinates the partnership", _coordinates_here)
