"""Who works on an assessment."""

from django.db.models import Q

from hub.organisations.models import Invitation, Role


def people_of(assessment):
    here = Q(unit=None) | Q(unit=assessment.unit_id) if assessment.unit_id else Q(unit=None)
    roles = Role.objects.current().filter(here, organisation=assessment.organisation_id)
    return roles.filter(kind__in=Role.IN_AN_ORGANISATION).select_related("user").order_by("given_at")


def invited_to(assessment):
    """Letters that nobody has opened yet."""
    waiting = Invitation.objects.open().filter(organisation=assessment.organisation_id, unit=assessment.unit_id)
    return waiting.order_by("-invited_at")
