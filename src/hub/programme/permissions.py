"""Who may do what with a programme."""

from django.db.models import Exists, OuterRef, Q, Subquery

from hub.accounts.models import User
from hub.commitments.models import Measure, Reading
from hub.core.access import policy
from hub.organisations.models import Role
from hub.organisations.permissions import Kind, has_role, roles_of
from hub.programme.models import Action, Challenge, Decision, Forum, Meeting, Programme, Seat, ServiceArea


def people_of(partnership):
    """Everybody with something to do in the partnership may look after an action. Names may repeat: see `works_at`."""
    roles = Role.objects.current().filter(partnership=partnership)
    theirs = roles.filter(user=OuterRef("pk")).exclude(organisation=None).order_by("pk")
    people = User.objects.filter(is_active=True, pk__in=roles.values("user")).order_by("name", "email")
    return people.annotate(works_at=Subquery(theirs.values("organisation__name")[:1]))


def forums_kept_by(user):
    """Whoever chairs a forum and those who coordinate plan its meetings."""
    if not user.is_authenticated:
        return Forum.objects.none()
    chairs = Seat.objects.current().filter(holder=user.pk, is_chair=True).values("forum")
    coordinated = Forum.objects.coordinated_by(user).values("pk")
    return Forum.objects.filter(Q(pk__in=Forum.objects.of(user).filter(pk__in=chairs)) | Q(pk__in=coordinated))


def with_keeping(forums, user):
    """Forums with whether this person keeps them."""
    return forums.annotate(may_keep=Exists(forums_kept_by(user).filter(pk=OuterRef("pk"))))


def with_meeting_keeping(meetings, user):
    return meetings.annotate(may_keep=Exists(Meeting.objects.kept_by(user).filter(pk=OuterRef("pk"))))


def with_decision_keeping(decisions, user):
    """What meetings agreed, with whether this person says how it goes."""
    return decisions.annotate(may_report=Exists(Decision.objects.reportable_by(user).filter(pk=OuterRef("pk"))))


def _finds(rows):
    return lambda request, pk, **_: rows(request.user).filter(pk=pk).exists()


def _found_by_its_page(request, **_):
    """The page finds it among what this person may read, or answers 404. Asking here as well would be asking twice."""
    return request.user.is_authenticated


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


def readings_kept_by(user):
    """Of those measures, the readings that nobody has put right yet."""
    return Reading.objects.current().filter(measure__in=measures_kept_by(user))


def kinds_of_roles(user):
    return set(roles_of(user).values_list("kind", flat=True))


reads_own_work = policy("has a role in a partnership", lambda request, **_: request.user.is_authenticated)
takes_part = policy("has a role in a partnership", lambda request, **_: roles_of(request.user).exists())
reads_action = policy("works in the partnership of this action", _found_by_its_page)
reports_on_action = policy("looks after this action", _finds(Action.objects.reportable_by))
questions_action = policy("sits on the board of this action's partnership", _finds(questioned_by))
reads_challenge = policy("works in the partnership of this question", _found_by_its_page)
answers_challenge = policy("looks after the action of this question", _finds(Challenge.objects.answered_by))
settles_challenge = policy("asked this question", _finds(Challenge.objects.own_to))
keeps_measure = policy("looks after this measure", _finds(measures_kept_by))
keeps_reading = policy("looks after the measure of this reading", _finds(readings_kept_by))
coordinates_programme = policy(
    "coordinates the partnership of this programme", _finds(Programme.objects.coordinated_by)
)
coordinates_somewhere = policy(
    "coordinates a partnership", lambda request, **_: has_role(request.user, Kind.COORDINATOR)
)
changes_area = policy("coordinates the partnership of this area", _finds(ServiceArea.objects.coordinated_by))
changes_action = policy("coordinates the partnership of this action", _finds(Action.objects.coordinated_by))
reads_forum = policy("works in the partnership of this forum", _found_by_its_page)
keeps_forum = policy("chairs this forum or coordinates", _finds(forums_kept_by))
reads_decision = policy("works in the partnership of this decision", _found_by_its_page)
reports_on_decision = policy("looks after what was decided", _finds(Decision.objects.reportable_by))
reads_meeting = policy("works in the partnership of this meeting", _found_by_its_page)
keeps_meeting = policy("chairs the forum of this meeting or coordinates", _finds(Meeting.objects.kept_by))
was_at_meeting = policy("was at this meeting", _finds(Meeting.objects.attended_by))
