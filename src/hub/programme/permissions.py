"""Who may do what with a programme."""

from django.db.models import Q

from hub.accounts.models import User
from hub.commitments.models import Measure
from hub.core.access import policy
from hub.organisations.models import Role
from hub.organisations.permissions import Kind, has_role, roles_of
from hub.programme.models import Action, Challenge, Forum, Meeting, Programme, Seat


def people_of(partnership):
    """Everybody with something to do in the partnership may look after an action."""
    roles = Role.objects.current().filter(partnership=partnership)
    return User.objects.filter(is_active=True, pk__in=roles.values("user")).order_by("name", "email")


def forums_kept_by(user):
    """Whoever chairs a forum and those who coordinate plan its meetings."""
    if not user.is_authenticated:
        return Forum.objects.none()
    chairs = Seat.objects.current().filter(holder=user.pk, is_chair=True).values("forum")
    coordinated = Forum.objects.coordinated_by(user).values("pk")
    return Forum.objects.filter(Q(pk__in=Forum.objects.of(user).filter(pk__in=chairs)) | Q(pk__in=coordinated))


def _finds(rows):
    return lambda request, pk, **_: rows(request.user).filter(pk=pk).exists()


def questioned_by(user):
    """Actions about which this person may ask: of the partnerships whose board they sit on or see to."""
    partnerships = roles_of(user).filter(kind__in=Challenge.ASKED_BY).values("partnership")
    return Action.objects.of(user).filter(area__programme__partnership__in=partnerships)


def measures_kept_by(user):
    """Measures of actions that this person reports on, and for those who coordinate of areas and forums too."""
    from_actions = Q(commitment__programme_action__in=Action.objects.reportable_by(user))
    served = Q(key_targets__actions__in=Action.objects.reportable_by(user))
    programmes = Programme.objects.coordinated_by(user)
    areas = Q(commitment__service_area__programme__in=programmes)
    forums = Q(commitment__forum__programme__in=programmes)
    return Measure.objects.filter(pk__in=Measure.objects.filter(from_actions | served | areas | forums).values("pk"))


takes_part = policy("has a role in a partnership", lambda request, **_: roles_of(request.user).exists())
reads_action = policy("works in the partnership of this action", _finds(Action.objects.of))
reports_on_action = policy("looks after this action", _finds(Action.objects.reportable_by))
questions_action = policy("sits on the board of this action's partnership", _finds(questioned_by))
reads_challenge = policy("works in the partnership of this question", _finds(Challenge.objects.of))
answers_challenge = policy("looks after the action of this question", _finds(Challenge.objects.answered_by))
settles_challenge = policy("asked this question", _finds(Challenge.objects.own_to))
keeps_measure = policy("looks after this measure", _finds(measures_kept_by))
coordinates_programme = policy(
    "coordinates the partnership of this programme", _finds(Programme.objects.coordinated_by)
)
coordinates_somewhere = policy(
    "coordinates a partnership", lambda request, **_: has_role(request.user, Kind.COORDINATOR)
)
changes_action = policy("coordinates the partnership of this action", _finds(Action.objects.coordinated_by))
reads_forum = policy("works in the partnership of this forum", _finds(Forum.objects.of))
keeps_forum = policy("chairs this forum or coordinates", _finds(forums_kept_by))
reads_meeting = policy("works in the partnership of this meeting", _finds(Meeting.objects.of))
keeps_meeting = policy("chairs the forum of this meeting or coordinates", _finds(Meeting.objects.kept_by))
was_at_meeting = policy("was at this meeting", _finds(Meeting.objects.attended_by))
