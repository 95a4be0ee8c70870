"""Everything that is written about figures."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from hub import audit
from hub.submissions import queries, words
from hub.submissions.models import Asked, Count, CrossedCount, DataRound, Noticed, PayGap, Seat, Submission, Total


@transaction.atomic
def open_round(partnership, *, by, stages, lists, services, **fields):
    """Ask services for figures. `services` are `queries.Service`."""
    round = DataRound.objects.create(partnership=partnership, opened_by=by, **fields)
    Asked.objects.bulk_create(
        Asked(round=round, what=what, code=code)
        for what, codes in ((Asked.What.STAGE, stages), (Asked.What.LIST, lists))
        for code in codes
    )
    Seat.objects.bulk_create(Seat(round=round, organisation=one.organisation, unit=one.unit) for one in services)
    audit.record("data_round.opened", subject=round, by=by, services=len(services))
    return round


@transaction.atomic
def close_round(round, *, by):
    """What comes later still counts; nobody is reminded of it any more."""
    if round.closed_at is None:
        round.closed_at = timezone.now()
        round.save(update_fields=["closed_at"])
        audit.record("data_round.closed", subject=round, by=by)
    return round


def draft(service, document, *, by, way, readers):
    """Keep counts for their sender to look at, before anybody else may. The same figures again are the same draft."""
    same = Submission.objects.filter(
        organisation=service.organisation, unit=service.unit, checksum=document.checksum, taken_back_at=None
    )
    try:
        return same.first() or _drafted(service, document, by=by, way=way, readers=readers)
    except IntegrityError:
        # Somebody sent the same file at the same moment: theirs stands.
        return same.get()


@transaction.atomic
def _drafted(service, document, *, by, way, readers):
    submission = Submission.objects.create(
        organisation=service.organisation,
        unit=service.unit,
        people=document.people,
        way=way,
        readers=readers,
        counts=document.counts,
        checksum=document.checksum,
        software=document.software,
        mapping=document.mapping,
        rows_read=document.rows.read,
        rows_kept=document.rows.kept,
        rows_rejected=document.rows.rejected,
        made_by=by,
    )
    Total.objects.bulk_create(
        Total(submission=submission, period=period, stage=stage, value=value, months=document.months.get(period))
        for period, values in document.totals.items()
        for stage, value in zip(document.stages, values, strict=True)
    )
    Count.objects.bulk_create(
        (
            Count(
                submission=submission,
                period=cell.period,
                characteristic=cell.characteristic,
                set_code=cell.set_code,
                code=cell.code,
                stage=cell.stage,
                value=cell.count,
            )
            for cell in document.cells()
        ),
        batch_size=1000,
    )
    CrossedCount.objects.bulk_create(
        (_crossed(submission, one, pair, stage, value) for one in document.crossed
         for pair, counts in one.groups.items() for stage, value in zip(document.stages, counts, strict=True)),
        batch_size=1000,
    )  # fmt: skip
    PayGap.objects.bulk_create(
        _pay_gap(submission, one, code, paid) for one in document.pay for code, paid in one.groups.items()
    )
    audit.record("submission.drafted", subject=submission, by=by, checksum=document.checksum)
    return submission


def _crossed(submission, one, pair, stage, value):
    """Always in one order, whichever stood first in the file, so that services can be added together."""
    sides = sorted(zip(one.characteristics, one.sets, pair, strict=True), key=lambda side: words.place_of(side[0]))
    (first, first_set, first_code), (second, second_set, second_code) = sides
    return CrossedCount(
        submission=submission, period=one.period, first=first, first_set=first_set, first_code=first_code,
        second=second, second_set=second_set, second_code=second_code, stage=stage, value=value,
    )  # fmt: skip


def _pay_gap(submission, one, code, paid):
    return PayGap(
        submission=submission, period=one.period, characteristic=one.characteristic, set_code=one.set_code,
        reference=one.reference, code=code, people=paid.people, mean=paid.mean, median=paid.median, low=paid.low,
        high=paid.high,
    )  # fmt: skip


@transaction.atomic
def send(submission, *, by):
    """From now on the figures count, and the readers named in them see them."""
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    if not submission.is_draft:
        return submission
    submission.sent_at, submission.sent_by = timezone.now(), by
    submission.save(update_fields=["sent_at", "sent_by"])
    figures = queries.figures_of([submission.pk])[submission.pk]
    noticed = queries.notices_of(submission, figures, queries.totals_of(submission))
    Noticed.objects.bulk_create(
        Noticed(submission=submission, kind=kind, period=period, characteristic=characteristic)
        for kind, period, characteristic in dict.fromkeys((one.kind, one.period, one.characteristic) for one in noticed)
    )
    audit.record("submission.sent", subject=submission, by=by, checksum=submission.checksum, readers=submission.readers)
    return submission


@transaction.atomic
def take_back(submission, *, by):
    """As if it had not been sent: nothing counts it any more. That it was there stays on the record."""
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    if submission.taken_back_at is None:
        submission.taken_back_at = timezone.now()
        submission.save(update_fields=["taken_back_at"])
        submission.cells.all().delete()
        submission.crossed_cells.all().delete()
        submission.pay_gaps.all().delete()
        submission.totals.all().delete()
        audit.record("submission.taken_back", subject=submission, by=by)
    return submission


@transaction.atomic
def choose_readers(submission, *, by, readers):
    was, submission.readers = submission.readers, readers
    submission.save(update_fields=["readers"])
    audit.record("submission.readers_chosen", subject=submission, by=by, was=was, readers=readers)
    return submission
