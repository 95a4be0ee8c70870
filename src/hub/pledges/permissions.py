"""Who may do what with pledges and asks."""

from django.db.models import Q

from hub.assessments.models import Assessment
from hub.commitments.models import Ask, Offer
from hub.commitments.queries import Reader
from hub.core.access import policy
from hub.organisations.models import Organisation, Role
from hub.organisations.permissions import Kind, has_role, own, roles_of
from hub.pledges.models import Pledge

WRITERS = [Kind.LEAD, Kind.COLLEAGUE]


def reader_of(pledge, user):
    """Those who made it see everything; their partners see what is meant for them."""
    is_ours = Pledge.objects.filter(own(user), pk=pledge.pk).exists()
    return Reader.OURS if is_ours else Reader.PARTNER


def organisations_that_pledge_by(user):
    """Organisations for which this person may make a pledge or ask the group."""
    return Organisation.objects.filter(pk__in=roles_of(user).filter(kind__in=WRITERS).values("organisation"))


def has_an_approver(organisation):
    return Role.objects.current().filter(organisation=organisation, kind=Kind.APPROVER, user__is_active=True).exists()


def may_publish_without_approver(pledge):
    return not has_an_approver(pledge.organisation)


def people_of(organisation, unit=None):
    """Who may look after a pledge: everybody who works there now."""
    roles = Role.objects.current().filter(organisation=organisation, kind__in=Role.IN_AN_ORGANISATION)
    if unit:
        roles = roles.filter(unit__in=[unit.pk]) | roles.filter(unit=None)
    return roles


def owner_has_left(pledge):
    owner = pledge.commitment.owner_id
    return owner is not None and not people_of(pledge.organisation, pledge.unit).filter(user=owner).exists()


def approvable_by(user):
    return Pledge.objects.filter(own(user, Kind.APPROVER))


def asks_of(user):
    """Asks that this person may settle: of the organisation or department they write for, and their own."""
    if not user.is_authenticated:
        return Ask.objects.none()
    theirs = Q(asked_by=user, organisation__in=organisations_that_pledge_by(user))
    return Ask.objects.filter(own(user, *WRITERS, unit="commitment__pledge__unit") | theirs)


def asks_open_to(user):
    """Asks of others to which this person may offer help for their own organisation."""
    partnerships = roles_of(user).filter(kind__in=WRITERS).values("partnership")
    return Ask.objects.open().filter(partnership__in=partnerships)


def offers_of(user):
    """Offers that this person may take back: of the whole organisation they write for, and their own."""
    if not user.is_authenticated:
        return Offer.objects.none()
    theirs = Q(offered_by=user, organisation__in=organisations_that_pledge_by(user))
    return Offer.objects.filter(own(user, *WRITERS, unit=None) | theirs)


def offers_handled_by(user):
    """Offers that this person's side got or made."""
    return Offer.objects.filter(Q(ask__in=asks_of(user)) | Q(pk__in=offers_of(user).values("pk")))


def _finds(rows):
    return lambda request, pk, **_: rows(request.user).filter(pk=pk).exists()


reads_pledges = policy("has a role in a partnership", lambda request, **_: roles_of(request.user).exists())
pledges = policy("lead or colleague of an organisation", lambda request, **_: has_role(request.user, *WRITERS))
reads_pledge = policy(
    "reads this pledge",
    lambda request, pk, **_: (
        request.user.is_authenticated and Pledge.objects.visible_to(request.user).filter(pk=pk).exists()
    ),
)
reads_results = policy("reads this assessment", _finds(Assessment.objects.visible_to))
reports_on_pledge = policy("reports on this pledge", _finds(Pledge.objects.reportable_by))
leads_pledge = policy("leads the organisation of this pledge", _finds(Pledge.objects.led_by))
approves_pledge = policy("approves what this organisation publishes", _finds(approvable_by))
reads_asks = reads_pledges
reads_ask = policy("reads this ask", _finds(Ask.objects.visible_to))
made_ask = policy("works for the organisation that asks", _finds(asks_of))
may_offer = policy("may offer help with this ask", _finds(asks_open_to))
handles_offer = policy("asked for this offer or made it", _finds(offers_handled_by))
