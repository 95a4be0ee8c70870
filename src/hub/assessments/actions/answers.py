"""Writing answers down, so that the second of two writers loses nothing."""

from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from hub import audit
from hub.assessments.models import Answer, Assessment, Heard, SetAside
from hub.assessments.rules import Content, Outcome, put_together, what_becomes_of


class SignedOffError(RuntimeError):
    """What was agreed and signed off is changed only after somebody has opened it again."""


@dataclass(frozen=True)
class Saved:
    outcome: Outcome
    version: int
    set_aside: SetAside | None = None


@transaction.atomic
def save_answer(assessment, statement, *, by, content, based_on, still_true=False):
    """Add a version, unless nothing changed or somebody else saved since version `based_on` was read.

    An answer from last year is looked at when it is changed, or when somebody says that it is still true.
    """
    _hold(assessment)
    versions = list(assessment.answers.filter(statement=statement, version__gte=based_on).order_by("version"))
    newer = [answer for answer in versions if answer.version > based_on]
    current = versions[-1] if versions else None
    outcome = what_becomes_of(
        content,
        base=content_of(next((answer for answer in versions if answer.version == based_on), None)),
        current=content_of(current),
        somebody_was_first=any(answer.saved_by_id != by.pk for answer in newer),
    )
    version = current.version if current else 0
    if still_true and current and current.needs_review and content == content_of(current):
        outcome = Outcome.SAVED
    if outcome is Outcome.SAVED:
        version = _add_version(assessment, statement, version + 1, content, by).version
    if outcome is Outcome.SET_ASIDE:
        return Saved(outcome, based_on, _set_aside(assessment, statement, content, based_on, by))
    return Saved(outcome, version)


@transaction.atomic
def settle(set_aside, *, by, content, based_on):
    """Put two texts together. If yet another was saved meanwhile, the words go on waiting beside it."""
    assessment, statement = set_aside.assessment, set_aside.statement
    _hold(assessment)
    current = assessment.answers.filter(statement=statement).order_by("-version").first()
    version = current.version if current else 0
    if version != based_on:
        _write_over(set_aside, content, based_on)
        return Saved(Outcome.SET_ASIDE, version, set_aside)
    set_aside.settled_at, set_aside.settled_by = timezone.now(), by
    set_aside.save(update_fields=["settled_at", "settled_by"])
    audit.record("answer.settled", subject=set_aside, by=by)
    if content == content_of(current):
        return Saved(Outcome.UNCHANGED, version)
    return Saved(Outcome.SAVED, _add_version(assessment, statement, version + 1, content, by).version)


@transaction.atomic
def record_heard(assessment, section, *, by, based_on=0, **numbers):
    """Who was round the table. Added when something changed; the earlier ones stay.

    `based_on` is what the page showed: what a colleague wrote down meanwhile is not undone by an old page.
    """
    _hold(assessment)
    rows = assessment.heard.filter(section=section).order_by("pk")
    latest = rows.last()
    theirs = rows.filter(pk__gt=based_on).exclude(recorded_by=by).last()
    if theirs:
        base = rows.filter(pk=based_on).first()
        numbers = put_together(numbers, base=_numbers(base), theirs=_numbers(theirs))
    if numbers == _numbers(latest):
        return latest
    heard = Heard.objects.create(assessment=assessment, section=section, recorded_by=by, **numbers)
    audit.record("assessment.heard_recorded", subject=heard, by=by)
    return heard


def _numbers(heard):
    heard = heard or Heard()
    return {name: getattr(heard, name) for name in ("staff", "service_users", "carers", "not_heard")}


def content_of(row):
    if row is None:
        return Content()
    return Content(row.stage, row.confidence, row.evidence, row.in_the_way)


def _hold(assessment):
    """One writer at a time, and none once it is signed off."""
    if Assessment.objects.select_for_update().get(pk=assessment.pk).is_signed_off:
        raise SignedOffError


def _add_version(assessment, statement, version, content, by):
    answer = Answer.objects.create(
        assessment=assessment, statement=statement, version=version, saved_by=by, **asdict(content)
    )
    audit.record("answer.saved", subject=answer, by=by, statement=statement.pk, **asdict(content))
    return answer


def _set_aside(assessment, statement, content, based_on, by):
    """One text waits for each writer and statement: while they go on typing it is the same text."""
    waiting = SetAside.objects.filter(assessment=assessment, statement=statement, written_by=by, settled_at=None)
    set_aside = waiting.first() or SetAside(assessment=assessment, statement=statement, written_by=by)
    is_new = set_aside.pk is None
    _write_over(set_aside, content, based_on)
    if is_new:
        audit.record("answer.set_aside", subject=set_aside, by=by, statement=statement.pk, **asdict(content))
    return set_aside


def _write_over(set_aside, content, based_on):
    for name, value in asdict(content).items():
        setattr(set_aside, name, value)
    set_aside.based_on, set_aside.written_at = based_on, timezone.now()
    set_aside.save()
