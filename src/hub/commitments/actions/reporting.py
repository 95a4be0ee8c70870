from django.db import IntegrityError, transaction

from hub import audit
from hub.commitments.actions.measuring import AlreadyCorrected, keep
from hub.commitments.models import Update


@transaction.atomic
def report_progress(commitment, *, by, figures=(), **said):
    """Add an update, with what its measures show today."""
    update = Update.objects.create(commitment=commitment, made_by=by, **said)
    for figure in figures:
        keep(figure, by=by, update=update)
    audit.record("update.added", subject=update, by=by, commitment=commitment, stage=update.stage)
    return update


@transaction.atomic
def correct_update(wrong, *, by, **said):
    """A new update that takes the place of a wrong one. Both stay, and the wrong one points to the right one."""
    try:
        with transaction.atomic():
            update = Update.objects.create(
                commitment=wrong.commitment, corrects=wrong, stands_at=wrong.stands_at, made_by=by, **said
            )
    except IntegrityError:
        raise AlreadyCorrected from None
    audit.record("update.corrected", subject=update, by=by, corrects=wrong)
    return update
