from django.db import transaction
from django.db.models import F

from hub import audit
from hub.commitments.models import Commitment, HandOver, Wording

KEPT_AS_IT_WAS = ["title", "inequality", "action", "outcome", "knowing", "due_on"]
MANY = ["groups", "statements"]


class ChangedMeanwhile(Exception):  # noqa: N818 - it is news rather than an error
    """Somebody else changed the commitment after this person had opened it."""


@transaction.atomic
def make_commitment(partnership, *, by, groups=(), statements=(), **answers):
    commitment = Commitment.objects.create(partnership=partnership, made_by=by, **answers)
    commitment.groups.set(groups)
    commitment.statements.set(statements)
    audit.record("commitment.made", subject=commitment, by=by)
    return commitment


@transaction.atomic
def change_commitment(commitment, *, by, seen, **answers):
    """Change what a commitment says, keeping what it said. `seen` is the version that this person had before them."""
    changed = Commitment.objects.filter(pk=commitment.pk, version=seen).update(version=F("version") + 1)
    if not changed:
        raise ChangedMeanwhile
    before = Commitment.objects.get(pk=commitment.pk)
    if any(field in answers and getattr(before, field) != answers[field] for field in KEPT_AS_IT_WAS):
        Wording.objects.create(
            commitment=before, changed_by=by, **{field: getattr(before, field) for field in KEPT_AS_IT_WAS}
        )
    for field in MANY:
        if field in answers:
            getattr(before, field).set(answers.pop(field))
    for field, answer in answers.items():
        setattr(before, field, answer)
    before.save(update_fields=list(answers))
    audit.record(
        "commitment.changed", subject=before, by=by, **{field: str(answer) for field, answer in answers.items()}
    )
    return before


@transaction.atomic
def hand_over(commitment, *, to, by, owner_role="", words=""):
    """Somebody else looks after it from now on; who did before stays on the record."""
    HandOver.objects.create(
        commitment=commitment, from_owner=commitment.owner, to_owner=to, words=words, handed_over_by=by
    )
    commitment.owner = to
    commitment.owner_role = owner_role
    commitment.save(update_fields=["owner", "owner_role"])
    Commitment.objects.filter(pk=commitment.pk).update(version=F("version") + 1)
    audit.record("commitment.handed_over", subject=commitment, by=by, to=to)
    return commitment
