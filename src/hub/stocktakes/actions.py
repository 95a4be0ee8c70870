"""Everything that is written about stocktakes and board packs."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from hub.audit import record
from hub.organisations.permissions import roles_of
from hub.stocktakes import document, freezing, packing, queries, rules
from hub.stocktakes.gathering import Gathering
from hub.stocktakes.models import (
    FrozenFile,
    Job,
    PackFile,
    PreviewPage,
    Stocktake,
    StocktakeApproval,
    StocktakeQuerySet,
    Telling,
    WordTemplate,
)


class ChangedMeanwhileError(Exception):
    """Somebody else wrote while this person was writing, or the words are not those that were read."""


class NotOpenError(Exception):
    """What is frozen never changes."""


class StoppedError(Exception):
    """Whoever asked for it does not want it any more."""


# Writing.


@transaction.atomic
def open_stocktake(programme, *, by, year, starts_on, ends_on):
    """A stocktake of one year, and the wish that its record be gathered."""
    taken = Stocktake.objects.filter(partnership=programme.partnership).values_list("slug", flat=True)
    stocktake = Stocktake.objects.create(
        programme=programme,
        partnership=programme.partnership,
        slug=rules.free_slug(year, list(taken)),
        year=year,
        starts_on=starts_on,
        ends_on=ends_on,
        opened_by=by,
    )
    want(Job.Kind.GATHER, stocktake=stocktake, by=by)
    record("stocktake.opened", subject=stocktake, by=by, year=year)
    return stocktake


@transaction.atomic
def gather_again(stocktake, *, by):
    """What was written stays. The figures become those of the record as it is now."""
    _open(stocktake)
    job = want(Job.Kind.GATHER, stocktake=stocktake, by=by)
    record("stocktake.gathering_wanted", subject=stocktake, by=by)
    return job


@transaction.atomic
def tell(stocktake, part, words, *, by, seen):
    """Add what is told under the headings of a part, where it is not what stands there already."""
    stocktake = _open(stocktake)
    draft = queries.Draft(stocktake)
    if draft.seen(part) != seen:
        raise ChangedMeanwhileError
    before = draft.story.get(part, {})
    new = {heading: said for heading, said in words.items() if said != before.get(heading, "")}
    for heading, said in new.items():
        Telling.objects.create(stocktake=stocktake, part=part, heading=heading, words=said, told_by=by)
    if new:
        _look_again(stocktake, by=by)
        record("stocktake.told", subject=stocktake, by=by, part=part)


def _look_again(stocktake, *, by):
    """Small ones are made while one waits."""
    if rules.is_large(len(stocktake.record)):
        want(Job.Kind.LOOK, stocktake=stocktake, by=by)


@transaction.atomic
def approve(stocktake, *, by, seal):
    """Stand behind the words that were read. With the second person's approval it is frozen."""
    stocktake = _open(stocktake)
    if queries.Draft(stocktake).seal != seal:
        raise ChangedMeanwhileError
    _approval, is_new = StocktakeApproval.objects.get_or_create(
        stocktake=stocktake, approved_by=by, seal=seal, defaults={"approved_as": _role_of(by, stocktake)}
    )
    if is_new:
        record("stocktake.approved", subject=stocktake, by=by, seal=seal)
    if rules.may_freeze(_approvers(stocktake, seal)):
        want(Job.Kind.FREEZE, stocktake=stocktake, by=by)


def _role_of(user, stocktake):
    kinds = roles_of(user).filter(partnership=stocktake.partnership_id)
    order = [str(kind) for kind in StocktakeQuerySet.READ_BY]
    role = min(kinds, key=lambda one: order.index(one.kind) if one.kind in order else len(order))
    with translation.override(settings.LANGUAGE_CODE):
        return str(role.get_kind_display())


def _approvers(stocktake, seal):
    return list(stocktake.approvals.filter(seal=seal).values_list("approved_by", flat=True))


@transaction.atomic
def retract(stocktake, *, by, why):
    """Take a frozen stocktake back. Its address says so for ever; what it said is kept, and served no more."""
    stocktake = Stocktake.objects.select_for_update().get(pk=stocktake.pk)
    if stocktake.frozen_at and not stocktake.retracted_at:
        stocktake.retracted_at, stocktake.retracted_by, stocktake.retraction = timezone.now(), by, why
        stocktake.save(update_fields=["retracted_at", "retracted_by", "retraction"])
        record("stocktake.retracted", subject=stocktake, by=by)


def _open(stocktake):
    locked = Stocktake.objects.select_for_update().get(pk=stocktake.pk)
    if not locked.is_open:
        raise NotOpenError
    return locked


# Board packs.


@transaction.atomic
def ask_for_pack(programme, *, by, stocktake=None):
    """One at a time for a person; the one before makes way."""
    Job.objects.under_way().filter(kind=Job.Kind.PACK, asked_by=by).update(stopped_at=timezone.now())
    PackFile.objects.filter(job__asked_by=by, job__programme=programme).delete()
    job = want(Job.Kind.PACK, programme=programme, stocktake=stocktake, by=by)
    record("pack.asked_for", subject=job, by=by)
    return job


@transaction.atomic
def stop(job, *, by):
    if Job.objects.under_way().filter(pk=job.pk).update(stopped_at=timezone.now()):
        record("pack.stopped", subject=job, by=by)


@transaction.atomic
def take_file(file, *, by):
    """What leaves is on the record."""
    record("pack.taken", subject=file.job, by=by, kind=file.kind)


@transaction.atomic
def keep_template(partnership, *, by, name, body):
    kept, _made = WordTemplate.objects.update_or_create(
        partnership=partnership, defaults={"name": name, "body": body, "added_by": by, "added_at": timezone.now()}
    )
    record("word_template.kept", subject=kept, by=by)
    return kept


@transaction.atomic
def drop_template(partnership, *, by):
    for template in WordTemplate.objects.filter(partnership=partnership):
        record("word_template.dropped", subject=template, by=by)
        template.delete()


# Jobs.


def want(kind, *, by, programme=None, stocktake=None):
    """One of a kind at a time for a stocktake."""
    if stocktake and kind != Job.Kind.PACK and (there := stocktake.jobs.under_way().filter(kind=kind).first()):
        return there
    programme = programme or stocktake.programme
    return Job.objects.create(kind=kind, programme=programme, stocktake=stocktake, asked_by=by)


@transaction.atomic
def begin(job):
    """Also again, where its worker was stopped or it failed. After many tries it is given up, and says so."""
    job.beat_at, job.tries = timezone.now(), job.tries + 1
    if job.tries > MOST_TRIES:
        job.finished_at, job.trouble = timezone.now(), _("It could not be made. Whoever runs the site finds out why.")
    job.save(update_fields=["beat_at", "tries", "finished_at", "trouble"])
    record("job.begun", subject=job)
    return job.is_under_way


MOST_TRIES = 10


def carry_out(pk):
    """Do what was asked, showing how far it is; keep all of it at once, or nothing. Twice does no harm."""
    job = Job.objects.select_related("programme__partnership", "programme__organisation", "stocktake").get(pk=pk)
    if not job.is_under_way:
        return
    try:
        with translation.override(settings.LANGUAGE_CODE):
            DO[job.kind](job, _beats(pk))
    except StoppedError:
        return


def _beats(pk):
    def step(done, of):
        alive = Job.objects.under_way().filter(pk=pk)
        if not alive.update(beat_at=timezone.now(), steps_done=done, steps_all=of):
            raise StoppedError

    return step


def gather(job, step):
    stocktake = job.stocktake
    gathered = _gathered(stocktake.programme, stocktake, step)
    text = gathered.as_text()
    with transaction.atomic():
        _finish(job)
        locked = _open(stocktake)
        locked.record, locked.record_seal, locked.gathered_at = text, rules.seal_of(text), timezone.now()
        locked.contents = list(document.parts_of(gathered))
        locked.is_example = locked.programme.areas.filter(has_example_updates=True).exists()
        locked.save(update_fields=["record", "record_seal", "contents", "gathered_at", "is_example"])
        _look_again(locked, by=job.asked_by)
        record("stocktake.gathered", subject=locked, seal=locked.record_seal)


def _gathered(programme, stocktake, step):
    before = queries.previous_of(stocktake)
    return Gathering(
        programme,
        year=stocktake.year,
        starts_on=stocktake.starts_on,
        ends_on=stocktake.ends_on,
        before=(queries.priorities_of(before), before.year) if before else ((), None),
        step=step,
    ).record()


def freeze(job, step):
    """Only what two people stand behind, word for word."""
    stocktake = Stocktake.objects.select_related("partnership", "programme").get(pk=job.stocktake_id)
    draft = queries.Draft(stocktake)
    files = [] if stocktake.frozen_at else list(freezing.files_of(stocktake, draft, step=step))
    with transaction.atomic():
        _finish(job)
        locked = Stocktake.objects.select_for_update().get(pk=stocktake.pk)
        if locked.frozen_at:
            return
        if queries.Draft(locked).seal != draft.seal or not rules.may_freeze(_approvers(locked, draft.seal)):
            Job.objects.filter(pk=job.pk).update(trouble=_("It was changed after it was approved. Approve it again."))
            return
        FrozenFile.objects.bulk_create(
            FrozenFile(stocktake=locked, path=path, content_type=kind, body=body, seal=rules.seal_of(body))
            for path, kind, body in files
        )
        locked.preview_pages.all().delete()
        locked.frozen_at, locked.seal, locked.priorities = timezone.now(), draft.seal, "\n".join(draft.priorities)
        locked.save(update_fields=["frozen_at", "seal", "priorities"])
        record("stocktake.frozen", subject=locked, seal=locked.seal, files=rules.seal_of_files(files))


def look(job, step):
    """The pages of a large stocktake as they will look. Where words changed meanwhile, they are made once more."""
    stocktake = Stocktake.objects.select_related("partnership", "programme").get(pk=job.stocktake_id)
    draft = queries.Draft(stocktake)
    pages = [
        PreviewPage(stocktake=stocktake, path=path, body=body, seal=draft.seal)
        for path, body in freezing.previews_of(stocktake, draft, step=step)
    ]
    with transaction.atomic():
        _finish(job)
        locked = Stocktake.objects.select_for_update().get(pk=stocktake.pk)
        locked.preview_pages.all().delete()
        PreviewPage.objects.bulk_create(pages)
        if locked.is_open and queries.Draft(locked).seal != draft.seal:
            want(Job.Kind.LOOK, stocktake=locked, by=job.asked_by)
        record("stocktake.pages_made", subject=locked, seal=draft.seal)


def make_pack(job, step):
    made = list(packing.files_of(job, step))
    with transaction.atomic():
        _finish(job)
        PackFile.objects.bulk_create(PackFile(job=job, **one) for one in made)
        record("pack.made", subject=job)


def _finish(job):
    """The first that comes here keeps what it made."""
    if not Job.objects.under_way().filter(pk=job.pk).update(finished_at=timezone.now()):
        raise StoppedError


DO = {Job.Kind.GATHER: gather, Job.Kind.FREEZE: freeze, Job.Kind.PACK: make_pack, Job.Kind.LOOK: look}
