from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from hub import audit
from hub.commitments.models import Measure, Part, Reading, Target, Turn


class AlreadyCorrected(Exception):  # noqa: N818 - it is news rather than an error
    """Somebody else has put the same mistake right."""


@dataclass(frozen=True)
class Figure:
    """What a measure showed on one day, before it is kept as a reading."""

    measure: Measure
    on: date
    value: Decimal | None = None
    numerator: int | None = None
    denominator: int | None = None
    unknown: int | None = None
    words: str = ""
    source: str = ""
    parts: tuple[tuple[str, int], ...] = ()
    groups: tuple[tuple[str, int, int], ...] = ()


@transaction.atomic
def add_measure(commitment, *, by, kind, baseline=None, target=None, **fields):
    """Say how we will know. `baseline` and `target` are mappings of what Figure and Target hold."""
    measure = Measure.objects.create(commitment=commitment, kind=kind, **fields)
    if baseline:
        keep(Figure(measure=measure, **baseline), by=by, is_baseline=True)
    if target:
        Target.objects.create(measure=measure, set_by=by, **target)
    audit.record("measure.added", subject=measure, by=by, commitment=commitment)
    return measure


@transaction.atomic
def end_measure(measure, *, by):
    """Nobody is asked for it any more. Its readings stay."""
    measure.ended_at = timezone.now()
    measure.save(update_fields=["ended_at"])
    audit.record("measure.ended", subject=measure, by=by)


@transaction.atomic
def turn_measure(measure, *, by, direction, direction_reason="", review_on=None):
    """It should go another way from now on. How it was stays in sight."""
    Turn.objects.create(measure=measure, direction=measure.direction, reason=measure.direction_reason, turned_by=by)
    measure.direction, measure.direction_reason, measure.review_on = direction, direction_reason, review_on
    measure.save(update_fields=["direction", "direction_reason", "review_on"])
    audit.record("measure.turned", subject=measure, by=by, direction=direction)


@transaction.atomic
def set_target(measure, target, *, by):
    """A changed target is a new one; the old ones stay in sight. `target` is a mapping of what Target holds."""
    target = Target.objects.create(measure=measure, set_by=by, **target)
    audit.record("target.set", subject=measure, by=by, value=str(target))
    return target


@transaction.atomic
def add_reading(figure, *, by, update=None, is_baseline=False):
    reading = keep(figure, by=by, update=update, is_baseline=is_baseline)
    audit.record("reading.added", subject=reading, by=by, measure=figure.measure)
    return reading


@transaction.atomic
def correct_reading(wrong, figure, *, by):
    """A new reading that takes the place of a wrong one. Both stay."""
    try:
        with transaction.atomic():
            reading = keep(figure, by=by, corrects=wrong, is_baseline=wrong.is_baseline, update=wrong.update)
    except IntegrityError:
        raise AlreadyCorrected from None
    audit.record("reading.corrected", subject=reading, by=by, corrects=wrong)
    return reading


def keep(figure, *, by, **fields):
    reading = Reading.objects.create(
        measure=figure.measure,
        on=figure.on,
        value=sum(count for _label, count in figure.parts) if figure.parts else figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        unknown=figure.unknown,
        words=figure.words,
        source=figure.source,
        made_by=by,
        **fields,
    )
    Part.objects.bulk_create(
        Part(reading=reading, label=label, count=count, out_of=out_of)
        for label, count, out_of in (*((*part, None) for part in figure.parts), *figure.groups)
    )
    return reading
