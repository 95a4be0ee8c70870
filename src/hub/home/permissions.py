"""Who may open which of the pages that bring several parts together."""

from hub.assessments.models import InvitationList, Place, Round, StuckNote
from hub.core.access import policy
from hub.organisations.models import Organisation, Partnership, Unit
from hub.organisations.permissions import Kind, has_role, roles_of, works_in

LOOKS_OVER = [Kind.BOARD, Kind.COMMISSIONER, Kind.COORDINATOR, Kind.ANALYST]


def _coordinates_somewhere(request):
    return has_role(request.user, Kind.COORDINATOR)


def _coordinates(rows):
    return lambda request, pk: rows.coordinated_by(request.user).filter(pk=pk).exists()


def _works_here(request, partnership, organisation, unit=None):
    here = Organisation.objects.filter(partnership__slug=partnership, slug=organisation).first()
    if here is None:
        return False
    part = Unit.objects.filter(organisation=here, slug=unit).first() if unit else None
    if unit and part is None:
        return False
    return works_in(request.user, here, part) if unit else works_in_all_of(request.user, here)


def works_in_all_of(user, organisation):
    """Somebody of one department looks at that department's year, not at the whole organisation's."""
    in_an_organisation = roles_of(user).filter(kind__in=[Kind.LEAD, Kind.COLLEAGUE, Kind.APPROVER])
    return in_an_organisation.filter(organisation=organisation, unit=None).exists()


def _answers_at_the_place(request, pk):
    return Place.objects.answered_by(request.user).filter(pk=pk).exists()


def _has(*kinds):
    def has(request, partnership):
        there = Partnership.objects.filter(slug=partnership).values("pk")
        return roles_of(request.user).filter(kind__in=kinds, partnership__in=there).exists()

    return has


coordinator_somewhere = policy("coordinates a partnership", _coordinates_somewhere)
coordinator_of_the_round = policy("coordinates the round", _coordinates(Round.objects))
coordinator_of_the_place = policy("coordinates the round of the place", _coordinates(Place.objects))
coordinator_of_the_list = policy("coordinates the round of the list", _coordinates(InvitationList.objects))
coordinator_of_the_note = policy("coordinates the round of the note", _coordinates(StuckNote.objects))
works_here = policy("works in the organisation or department", _works_here)
answers_at_the_place = policy("answers for the organisation in the round", _answers_at_the_place)
commissioner_here = policy("commissions in the partnership", _has(Kind.COMMISSIONER))
looks_over_the_partnership = policy("looks over the partnership", _has(*LOOKS_OVER))
