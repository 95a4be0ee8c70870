"""Who may read ties, and who may tie."""

from django.db.models import Exists, OuterRef, Q

from hub.commitments.models import Commitment
from hub.core.access import policy
from hub.organisations.permissions import roles_of
from hub.pledges.models import Pledge
from hub.programme.models import Action


def read_by(user):
    """Actions and pledges of one's own partnerships that this person may read."""
    mine = Commitment.objects.filter(partnership__in=roles_of(user).values("partnership"))
    actions, pledges = Action.objects.of(user), Pledge.objects.visible_to(user)
    return mine.filter(Q(programme_action__in=actions) | Q(pledge__in=pledges))


def tied_by(user):
    """Whoever reports on an action or a pledge says what it goes with."""
    actions, pledges = Action.objects.reportable_by(user), Pledge.objects.reportable_by(user)
    return read_by(user).filter(Q(programme_action__in=actions) | Q(pledge__in=pledges))


def with_tying(commitments, user):
    """With whether this person may tie them, and whether they are actions."""
    return commitments.annotate(
        may_tie=Exists(tied_by(user).filter(pk=OuterRef("pk"))),
        is_action=Exists(Action.objects.filter(commitment=OuterRef("pk"))),
    )


def _finds(rows):
    return lambda request, pk, **_: request.user.is_authenticated and rows(request.user).filter(pk=pk).exists()


def _found_by_its_page(request, **_):
    """The page finds it among what this person may read, or answers 404. Asking here as well would be asking twice."""
    return request.user.is_authenticated


reads_ties = policy("works in the partnership, and reads this pledge or action", _found_by_its_page)
ties = policy("reports on this pledge or action", _finds(tied_by))
