"""From asking to publish a finding to taking it back: what people do on the way."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hub import audit
from hub.audit.seals import name_of
from hub.core.letters import post
from hub.findings.models import Release, ReleaseStep, Reply
from hub.findings.releases import queries, rules
from hub.findings.releases.ledgers import is_as_recorded, ledger_of
from hub.organisations.permissions import leads

Kind = ReleaseStep.Kind


class NotPossibleError(Exception):
    """It was decided already, or by somebody who may not. Said in words."""


@transaction.atomic
def ask(finding, *, by, link=""):
    """Ask that everybody may read a finding. One that is asked for already is not asked for twice."""
    about = finding.analysis
    whose = {"partnership": about.partnership, "organisation": about.organisation, "unit": about.unit}
    there = Release.objects.under_way().filter(code=finding.code, **whose).first()
    if there:
        return there
    asks_for_themselves = about.organisation is None or leads(by, about.organisation, about.unit)
    release = Release.objects.create(
        people=about.people,
        code=finding.code,
        measure=finding.measure,
        characteristic=finding.characteristic,
        title=finding.title,
        is_example=bool(about.organisation and about.organisation.is_example),
        asked_by=by,
        reply_by=None if asks_for_themselves else rules.reply_by(timezone.localdate()),
        **whose,
    )
    link = link and f"{link}{release.get_absolute_url()}"
    post(
        _("A finding waits for your approval"),
        _("Somebody asks that everybody may read “%(title)s”. Two people decide. Read what would go out:\n\n%(link)s")
        % {"title": release.title, "link": link},
        [person.email for person in queries.deciders_of(release)],
    )
    if release.reply_by:
        _tell_whose_figure_it_is(release, link)
    audit.record("release.asked", subject=release, by=by, finding=finding.code)
    return release


def _tell_whose_figure_it_is(release, link):
    words = _(
        "Somebody asks that everybody may read a finding about you, “%(title)s”. Until %(day)s you may put your own "
        "words beside it. It does not go out before that, unless you say so:\n\n%(link)s"
    )
    about = {"title": release.title, "day": f"{release.reply_by:%d %B %Y}", "link": link}
    people = [person.email for person in queries.people_whose_figure_it_is(release)]
    post(_("Your figure may be published"), words % about, people)


@transaction.atomic
def approve(release, *, by):
    """One of two who say that it may go out. It goes out when both did and those whose figure it is were heard."""
    release = _held(release, by)
    ReleaseStep.objects.create(
        release=release, kind=Kind.APPROVED, roles=",".join(queries.roles_in(release, by)), made_by=by
    )
    ledger = ledger_of(release.partnership)
    for name in queries.own_tables(release):
        ledger.approve(name, by=name_of(by))
    publish_if_done(release)
    audit.record("release.approved", subject=release, by=by)
    return release


@transaction.atomic
def decline(release, *, by, words):
    """One no is enough. Whoever asked may ask again when the reason is gone."""
    release = _held(release, by)
    roles = ",".join(queries.roles_in(release, by))
    ReleaseStep.objects.create(release=release, kind=Kind.DECLINED, roles=roles, words=words, made_by=by)
    _end(release)
    audit.record("release.declined", subject=release, by=by)
    return release


def _held(release, by):
    """The release, held until the transaction ends, if this person may still decide on it."""
    Release.objects.select_for_update().get(pk=release.pk)
    found = Release.objects.approvable_by(by).filter(pk=release.pk).select_related("partnership", "ledger_line").first()
    if found is None:
        raise NotPossibleError(_("This was decided already, or you have decided on it before."))
    return found


@transaction.atomic
def answer(release, *, by, text=""):
    """Those whose figure it is put words beside it, or say that they have nothing to add."""
    release = Release.objects.select_for_update().get(pk=release.pk)
    if text:
        Reply.objects.create(
            organisation=release.organisation, unit=release.unit, code=release.code, release=release, text=text,
            said_by=by,
        )  # fmt: skip
    release.heard_at = release.heard_at or timezone.now()
    release.save(update_fields=["heard_at"])
    publish_if_done(release)
    audit.record("release.answered", subject=release, by=by, has_words=bool(text))
    return release


@transaction.atomic
def withdraw(release, *, by, words):
    """From now on its address holds a notice with the day and the reason. What was seen cannot be unseen."""
    release = Release.objects.select_for_update().get(pk=release.pk)
    if release.ended_at:
        raise NotPossibleError(_("It was taken back already."))
    step = ReleaseStep.objects.create(release=release, kind=Kind.WITHDRAWN, words=words, made_by=by)
    ledger = ledger_of(release.partnership)
    for name in queries.own_tables(release):
        # The reason is somebody's words, which may have to be taken out one day: the ledger only names them.
        ledger.withdraw(name, by=name_of(by), reason=name_of(step))
    _end(release)
    audit.record("release.withdrawn", subject=release, by=by)
    return release


def _end(release):
    release.ended_at = timezone.now()
    release.save(update_fields=["ended_at"])


def publish_if_done(release):
    """Put it out once two have approved and those whose figure it is have answered or had their days."""
    if release.published_at or release.ended_at or not release.ready_at or not _is_done(release):
        return False
    if not all(is_as_recorded(release, file) for file in release.files.all()):
        raise NotPossibleError(_("The files are not those that the ledger holds. Nothing went out."))
    ledger = ledger_of(release.partnership)
    if not all(ledger.may_be_public(name) for name in queries.own_tables(release)):
        raise NotPossibleError(_("The ledger does not say that it may go out. Nothing went out."))
    release.published_at = timezone.now()
    release.save(update_fields=["published_at"])
    audit.record("release.published", subject=release)
    return True


def _is_done(release):
    approved = release.steps.filter(kind=Kind.APPROVED)
    may_reply = rules.may_still_reply(release.reply_by, heard=release.heard_at is not None, today=timezone.localdate())
    return rules.is_approved([step.roles.split(",") for step in approved]) and not may_reply


def publish_due():
    """Those whose days to reply are over."""
    for release in Release.objects.under_way().filter(ready_at__isnull=False, reply_by__lt=timezone.localdate()):
        with transaction.atomic():
            held = Release.objects.select_for_update().get(pk=release.pk)
            publish_if_done(held)


@transaction.atomic
def begin(release):
    """A worker is about to make it safe."""
    release.begun_at = timezone.now()
    release.save(update_fields=["begun_at"])
    audit.record("release.begun", subject=release)
