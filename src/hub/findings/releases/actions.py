"""From asking to publish a finding to taking it back: what people do on the way."""

from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from equity.disclosure.ledger import LedgerError
from hub import audit
from hub.audit.seals import name_of
from hub.core.letters import post
from hub.findings.models import Release, ReleaseStep, Reply
from hub.findings.releases import queries, rules
from hub.findings.releases.ledgers import DatabaseStore, are_as_recorded, ledger_of, texts_of
from hub.organisations.permissions import leads

Kind = ReleaseStep.Kind
MOST_TRIES = 5


class NotPossibleError(Exception):
    """It was decided already, or by somebody who may not. Said in words."""


@contextmanager
def _writing_in_the_ledger():
    try:
        yield
    except LedgerError as error:
        raise NotPossibleError(
            _("The ledger of releases does not hold. Nothing was done. Whoever runs the site finds out why.")
        ) from error


def _held(release):
    """It as it is now, until the transaction ends. Everybody who writes waits for the ledger first, then for it."""
    DatabaseStore(release.partnership).wait_for_others()
    about = Release.objects.select_related("partnership", "organisation", "unit", "ledger_line")
    return about.select_for_update(of=("self",)).get(pk=release.pk)


def _insist(release, allowed, words):
    """It may have been decided, or taken back, while this person was reading."""
    if not allowed.filter(pk=release.pk).exists():
        raise NotPossibleError(str(words))


@transaction.atomic
def ask(finding, *, by, link=""):
    """Ask that everybody may read a finding. One that is asked for already is not asked for twice."""
    about = finding.analysis
    DatabaseStore(about.partnership).wait_for_others()
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


DECIDED = gettext_lazy("This was decided already, or you have decided on it before.")


@transaction.atomic
def approve(release, *, by):
    """One of two who say that it may go out. It goes out when both did and those whose figure it is were heard."""
    release = _held(release)
    _insist(release, Release.objects.approvable_by(by), DECIDED)
    roles = ",".join(queries.roles_in(release, by))
    ReleaseStep.objects.create(release=release, kind=Kind.APPROVED, roles=roles, made_by=by)
    with _writing_in_the_ledger():
        ledger = ledger_of(release.partnership)
        for name in queries.own_tables(release):
            ledger.approve(name, by=name_of(by))
    audit.record("release.approved", subject=release, by=by)
    publish_if_done(release)
    return release


@transaction.atomic
def decline(release, *, by, words):
    """One no is enough. Whoever asked may ask again when the reason is gone."""
    release = _held(release)
    _insist(release, Release.objects.approvable_by(by), DECIDED)
    roles = ",".join(queries.roles_in(release, by))
    ReleaseStep.objects.create(release=release, kind=Kind.DECLINED, roles=roles, words=words, made_by=by)
    release.end()
    audit.record("release.declined", subject=release, by=by)
    return release


@transaction.atomic
def answer(release, *, by, text=""):
    """Those whose figure it is put words beside it, or say that they have nothing to add."""
    release = _held(release)
    _insist(release, Release.objects.answered_by(by), _("It waits for no words any more."))
    if text:
        Reply.objects.create(
            organisation=release.organisation, unit=release.unit, code=release.code, release=release, text=text,
            said_by=by,
        )  # fmt: skip
    release.heard_at = release.heard_at or timezone.now()
    release.save(update_fields=["heard_at"])
    audit.record("release.answered", subject=release, by=by, has_words=bool(text))
    publish_if_done(release)
    return release


@transaction.atomic
def withdraw(release, *, by, words):
    """From now on its address holds a notice with the day and the reason. What was seen cannot be unseen."""
    release = _held(release)
    _insist(release, Release.objects.withdrawable_by(by), _("It was taken back already."))
    step = ReleaseStep.objects.create(release=release, kind=Kind.WITHDRAWN, words=words, made_by=by)
    with _writing_in_the_ledger():
        ledger = ledger_of(release.partnership)
        for name in queries.own_tables(release):
            # The reason is somebody's words, which may have to be taken out one day: the ledger only names them.
            ledger.withdraw(name, by=name_of(by), reason=name_of(step))
    release.end()
    audit.record("release.withdrawn", subject=release, by=by)
    return release


def publish_if_done(release):
    """Put it out once two have approved and those whose figure it is have answered or had their days.

    What cannot go out any more ends here with the reason, so that nothing waits for it and nobody is held up by it.
    """
    if release.published_at or release.ended_at or not release.ready_at or not _is_done(release):
        return False
    if because := why_not_any_more(release) or _why_not_by_the_ledger(release):
        _end(release, because)
        return False
    release.published_at = timezone.now()
    release.save(update_fields=["published_at"])
    audit.record("release.published", subject=release)
    return True


def _is_done(release):
    approved = release.steps.filter(kind=Kind.APPROVED)
    may_reply = rules.may_still_reply(release.reply_by, heard=release.heard_at is not None, today=timezone.localdate())
    return rules.is_approved([step.roles.split(",") for step in approved]) and not may_reply


def why_not_any_more(release):
    """What its service did with the figures since, that ends it before it is public."""
    if queries.is_closed(release):
        return _("Its service keeps these figures to itself now.")
    if release.ready_at and not queries.figures_still_stand(release):
        return _("Its service has taken back or corrected the figures. Ask again about those that stand now.")
    return ""


def _why_not_by_the_ledger(release):
    if not are_as_recorded(release, texts_of(release)):
        return _("The files are not those that the ledger holds. Nothing went out.")
    try:
        ledger = ledger_of(release.partnership)
        may = all(ledger.may_be_public(name) for name in queries.own_tables(release))
    except LedgerError:
        return _("The ledger of releases does not hold. Nothing went out.")
    return "" if may else _("The ledger does not say that it may go out. Nothing went out.")


def _end(release, because):
    release.end(because)
    audit.record("release.ended", subject=release, because=because)


def publish_due():
    """Those whose days to reply are over."""
    for release in _under_way().filter(ready_at__isnull=False, reply_by__lt=timezone.localdate()):
        with transaction.atomic():
            publish_if_done(_held(release))


def end_outdated():
    """Figures that were taken back, corrected or closed do not go out, as if they had not been sent."""
    for release in _under_way().exclude(organisation=None):
        if why_not_any_more(release):
            with transaction.atomic():
                held = _held(release)
                if not held.published_at and not held.ended_at and (because := why_not_any_more(held)):
                    _end(held, because)


def _under_way():
    return Release.objects.under_way().select_related("partnership")


def tell_of_other_figures(organisation, unit):
    """What is public stays so until somebody takes it back: its service is told, once, that its figures changed."""
    public = Release.objects.public().filter(organisation=organisation, unit=unit, told_at=None)
    for release in public.select_related("partnership"):
        if not queries.figures_still_stand(release):
            _tell_of_other_figures(release)


@transaction.atomic
def _tell_of_other_figures(release):
    held = _held(release)
    if held.told_at:
        return
    held.told_at = timezone.now()
    held.save(update_fields=["told_at"])
    words = _(
        "The figures behind a public finding about you, “%(title)s”, were taken back or corrected. It stays public "
        "until you take it back, on its page under “Findings on their way to the public”. Then you may ask again."
    )
    people = [person.email for person in queries.people_whose_figure_it_is(held)]
    post(_("Figures behind a public finding have changed"), words % {"title": held.title}, people)
    audit.record("release.told_of_other_figures", subject=held)


@transaction.atomic
def begin(release):
    """A worker is about to make it safe. After many tries it is given up, and says so."""
    release.begun_at, release.tries = timezone.now(), release.tries + 1
    release.save(update_fields=["begun_at", "tries"])
    if release.tries > MOST_TRIES:
        release.end(_("It could not be made safe. Whoever runs the site finds out why."))
    audit.record("release.begun", subject=release)
    return release.ended_at is None
