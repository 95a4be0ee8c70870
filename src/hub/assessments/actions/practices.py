"""Strengths that an organisation offers to others."""

from django.db import transaction
from django.utils import timezone

from hub import audit
from hub.assessments.models import SharedPractice


@transaction.atomic
def share_practice(assessment, statement, *, by, text, how_to_ask, sharing):
    """Offer it, or offer it in new words: the earlier offer is withdrawn and stays on the record."""
    offered = assessment.shared_practices.current().filter(statement=statement)
    if offered.filter(text=text, how_to_ask=how_to_ask, sharing=sharing).exists():
        return offered.get()
    offered.update(withdrawn_at=timezone.now())
    practice = SharedPractice.objects.create(
        organisation=assessment.organisation,
        assessment=assessment,
        statement=statement,
        text=text,
        how_to_ask=how_to_ask,
        sharing=sharing,
        offered_by=by,
    )
    audit.record("practice.shared", subject=practice, by=by, text=text, sharing=sharing)
    return practice


@transaction.atomic
def withdraw_practice(practice, *, by):
    if practice.withdrawn_at is None:
        practice.withdrawn_at = timezone.now()
        practice.save(update_fields=["withdrawn_at"])
        audit.record("practice.withdrawn", subject=practice, by=by)
