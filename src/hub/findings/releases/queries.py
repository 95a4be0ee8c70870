"""Reading releases, and who has a part in them."""

from django.contrib.auth import get_user_model
from django.db.models import Q

from hub.findings.models import Release, Reply
from hub.findings.models.releases import DECIDERS
from hub.findings.releases import documents
from hub.organisations.models import Role
from hub.organisations.permissions import Kind, roles_of

STEPS_SHOWN = 20


def roles_in(release, user):
    """As what somebody may decide on a release."""
    roles = roles_of(user).filter(partnership=release.partnership_id)
    kinds = set(roles.filter(kind__in=DECIDERS).values_list("kind", flat=True))
    approves = roles.filter(kind=Kind.APPROVER)
    if release.organisation_id:
        approves = approves.filter(Q(unit=None) | Q(unit=release.unit_id), organisation=release.organisation_id)
    return sorted({*kinds, *approves.values_list("kind", flat=True)})


def deciders_of(release):
    """Everybody who could approve it, without whoever asked."""
    roles = Role.objects.current().filter(partnership=release.partnership_id)
    kinds = roles.filter(kind__in=DECIDERS)
    approvers = roles.filter(kind=Kind.APPROVER)
    if release.organisation_id:
        approvers = approvers.filter(organisation=release.organisation_id)
    people = get_user_model().objects.filter(roles__in=kinds | approvers, is_active=True)
    return people.exclude(pk=release.asked_by_id).distinct().order_by("email")


def people_whose_figure_it_is(release):
    roles = Role.objects.current().filter(organisation=release.organisation_id, kind__in=[Kind.LEAD, Kind.APPROVER])
    return get_user_model().objects.filter(roles__in=roles, is_active=True).distinct().order_by("email")


def own_tables(release):
    """What the ledger calls tables that are ours to approve. A publisher's are its own."""
    return release.named_in_ledger if release.organisation_id else []


def file_of(release, name):
    return release.files.get(name=name).content


def document_of(release):
    return documents.read_back(file_of(release, documents.FINDING))


def replies_beside(release):
    """What those whose figure it is said to everybody."""
    return Reply.objects.filter(release=release)


def releases_for_list(user):
    return Release.objects.visible_to(user).select_related("organisation", "unit").order_by("-asked_at", "-pk")


def public_in(partnership):
    found = Release.objects.public().filter(partnership=partnership)
    return found.select_related("organisation", "unit").order_by("is_example", "-published_at", "-pk")
