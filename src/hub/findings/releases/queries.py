"""Reading releases, and who has a part in them."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q

from hub.audit.seals import seal
from hub.findings.models import Finding, Release, Reply
from hub.findings.models.releases import DECIDERS
from hub.findings.releases import documents
from hub.findings.releases.ledgers import are_as_recorded, texts_of
from hub.organisations.models import Role
from hub.organisations.permissions import Kind, own, roles_of
from hub.submissions.models import Readers, Submission, Total

STEPS_SHOWN = 20


def roles_in(release, user):
    """As what somebody may decide on a release."""
    roles = roles_of(user).filter(partnership=release.partnership_id)
    kinds = set(roles.filter(kind__in=DECIDERS).values_list("kind", flat=True))
    approves = roles.filter(kind=Kind.APPROVER)
    if release.organisation_id:
        approves = _of_its_service(approves, release)
    return sorted({*kinds, *approves.values_list("kind", flat=True)})


def _of_its_service(roles, release):
    """Roles in the whole organisation reach each of its units; those in a unit only that unit."""
    return roles.filter(Q(unit=None) | Q(unit=release.unit_id), organisation=release.organisation_id)


def deciders_of(release):
    """Everybody who could approve it, without whoever asked."""
    roles = Role.objects.current().filter(partnership=release.partnership_id)
    kinds = roles.filter(kind__in=DECIDERS)
    approvers = roles.filter(kind=Kind.APPROVER)
    if release.organisation_id:
        approvers = _of_its_service(approvers, release)
    people = get_user_model().objects.filter(roles__in=kinds | approvers, is_active=True)
    return people.exclude(pk=release.asked_by_id).distinct().order_by("email")


def people_whose_figure_it_is(release):
    roles = _of_its_service(Role.objects.current().filter(kind__in=[Kind.LEAD, Kind.APPROVER]), release)
    return get_user_model().objects.filter(roles__in=roles, is_active=True).distinct().order_by("email")


def own_tables(release):
    """What the ledger calls tables that are ours to approve. A publisher's are its own."""
    return release.named_in_ledger if release.organisation_id else []


def approved_text(release, name):
    """A file of a release, as long as every one of its files is what the ledger holds the hash of. None otherwise."""
    texts = texts_of(release)
    return texts.get(name) if are_as_recorded(release, texts) else None


def document_of(release):
    text = approved_text(release, documents.FINDING)
    return documents.read_back(text) if text else None


def may_see_why_refused(release, user):
    """A refusal names small groups: for those who may see the finding itself."""
    if release.organisation_id is None or Release.objects.filter(own(user), pk=release.pk).exists():
        return True
    about = {"analysis__organisation": release.organisation_id, "analysis__unit": release.unit_id}
    about |= {"analysis__people": release.people}
    return Finding.objects.visible_to(user).filter(code=release.code, **about).exists()


def replies_beside(release):
    """What those whose figure it is said to everybody."""
    return Reply.objects.filter(release=release)


def sent_of(release):
    """What the service whose figure it is has sent, and not taken back."""
    sent = Submission.objects.standing_about(release.people)
    return sent.filter(organisation=release.organisation_id, unit=release.unit_id)


def seal_of(submissions):
    """Tells whether two releases came from the same figures, and nothing else: nobody without the key can try any."""
    return seal(settings.AUDIT_KEY, "figures", *submissions.order_by("pk").values_list("checksum", flat=True))


def figures_still_stand(release):
    """Whether what a release was made from was neither taken back nor sent again since. Later periods do no harm."""
    if release.organisation_id is None:
        return True
    before = sent_of(release).filter(sent_at__lte=release.ready_at)
    later = sent_of(release).filter(sent_at__gt=release.ready_at)
    again = Total.objects.filter(submission__in=later, period__in=before.values("totals__period"))
    return seal_of(before) == release.made_from and not again.exists()


def is_closed(release):
    """Whether its service keeps to itself what somebody else asked to publish."""
    return bool(release.reply_by) and sent_of(release).filter(readers=Readers.ONLY_US).exists()


def releases_for_list(user):
    return Release.objects.visible_to(user).select_related("organisation", "unit").order_by("-asked_at", "-pk")


def public_in(partnership):
    found = Release.objects.public().filter(partnership=partnership)
    return found.select_related("organisation", "unit", "ledger_line").order_by("is_example", "-published_at", "-pk")
