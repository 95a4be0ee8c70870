"""Starting an assessment, agreeing on it, and carrying it on into the next year."""

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from hub import audit
from hub.assessments.models import Answer, Assessment, Presence, Round, SignOff
from hub.assessments.rules import needs_another_look
from hub.organisations.models import Unit
from hub.toolkit.models import Statement

A_MOMENT = datetime.timedelta(seconds=20)


@transaction.atomic
def start(organisation, edition, *, by, unit=None, year=None, for_providers=None, for_commissioners=None):
    """Start this year's assessment, or find the one that a colleague has started already."""
    year = year or timezone.localdate().year
    there = Assessment.objects.filter(organisation=organisation, unit=unit, edition=edition, year=year).first()
    if there:
        return there
    try:
        with transaction.atomic():
            assessment = Assessment.objects.create(
                organisation=organisation,
                unit=unit,
                edition=edition,
                year=year,
                round=_round_that_asks(organisation, unit, edition, year),
                for_providers=organisation.provides if for_providers is None else for_providers,
                for_commissioners=organisation.commissions if for_commissioners is None else for_commissioners,
                is_example=organisation.is_example,
                started_by=by,
            )
    except IntegrityError:  # A colleague pressed the button at the same moment.
        return Assessment.objects.get(organisation=organisation, unit=unit, edition=edition, year=year)
    audit.record("assessment.started", subject=assessment, by=by)
    return assessment


def begin(place, *, by):
    """Start what a round asks for."""
    return begin_year(place.organisation, place.round.edition, by=by, unit=place.unit, year=place.round.year)


def begin_year(organisation, edition, *, by, unit=None, year=None, **for_whom):
    """Start from last year's answers where there are some: nobody types anything twice."""
    year = year or timezone.localdate().year
    before = Assessment.objects.filter(
        organisation=organisation, unit=unit, edition__chapter=edition.chapter_id, year__lt=year
    )
    previous = before.order_by("-year", "-edition__number").first()
    if previous is None:
        return start(organisation, edition, by=by, unit=unit, year=year, **for_whom)
    return carry_on(previous, edition, by=by, year=year, **for_whom)


@transaction.atomic
def carry_on(previous, edition, *, by, year, for_providers=None, for_commissioners=None):
    """Start from the answers given before. Each waits for another look where time or words have changed."""
    assessment = start(
        previous.organisation,
        edition,
        by=by,
        unit=previous.unit,
        year=year,
        for_providers=previous.for_providers if for_providers is None else for_providers,
        for_commissioners=previous.for_commissioners if for_commissioners is None else for_commissioners,
    )
    if assessment == previous or assessment.answers.exists():
        return assessment
    assessment.carried_from = previous
    assessment.sharing = previous.sharing
    assessment.save(update_fields=["carried_from", "sharing"])
    Answer.objects.bulk_create(_carried(previous, assessment))
    audit.record("assessment.carried_on", subject=assessment, by=by, carried_from=previous.pk)
    return assessment


def _carried(previous, assessment):
    asked = Statement.objects.filter(section__area__edition=assessment.edition).for_audience(
        provides=assessment.for_providers, commissions=assessment.for_commissioners
    )
    by_key = {statement.key: statement for statement in asked}
    for answer in previous.answers.current().exclude(stage="").select_related("statement"):
        if statement := by_key.get(answer.statement.key):
            yield Answer(
                assessment=assessment,
                statement=statement,
                version=1,
                stage=answer.stage,
                confidence=answer.confidence,
                evidence=answer.evidence,
                in_the_way=answer.in_the_way,
                carried_from=answer,
                needs_review=answer.needs_review
                or needs_another_look(
                    new_year=assessment.year != previous.year, same_text=statement.text == answer.statement.text
                ),
                saved_by=answer.saved_by,
                saved_at=answer.saved_at,
            )


class NotAllReviewedError(RuntimeError):
    """Answers from last year still wait for somebody to say that they are true."""


@transaction.atomic
def sign_off(assessment, *, by):
    """This is what we agreed. Pressing twice signs once."""
    assessment = Assessment.objects.select_for_update().get(pk=assessment.pk)
    if assessment.is_signed_off:
        return assessment.sign_offs.first()
    if assessment.answers.current().filter(needs_review=True).exists():
        raise NotAllReviewedError
    sign_off = SignOff.objects.create(assessment=assessment, signed_off_by=by)
    assessment.signed_off_at = sign_off.signed_off_at
    assessment.save(update_fields=["signed_off_at"])
    audit.record("assessment.signed_off", subject=assessment, by=by)
    return sign_off


@transaction.atomic
def reopen(assessment, *, by):
    """Something is to be put right: nobody else sees it until it is signed off again."""
    assessment = Assessment.objects.select_for_update().get(pk=assessment.pk)
    if not assessment.is_signed_off:
        return assessment
    assessment.sign_offs.filter(reopened_at=None).update(reopened_at=timezone.now(), reopened_by=by)
    assessment.signed_off_at = None
    assessment.save(update_fields=["signed_off_at"])
    audit.record("assessment.reopened", subject=assessment, by=by)
    return assessment


@transaction.atomic
def choose_sharing(assessment, *, by, sharing):
    if assessment.sharing == sharing:
        return
    assessment.sharing = sharing
    assessment.save(update_fields=["sharing"])
    audit.record("assessment.sharing_chosen", subject=assessment, by=by, sharing=sharing)


def note_presence(assessment, section, *, by):
    """Somebody has this page open. Forgotten after two minutes, so it is no part of the record."""
    seat = Presence.objects.filter(assessment=assessment, section=section, user=by)
    now = timezone.now()
    if seat.filter(seen_at__gt=now - A_MOMENT).exists():
        return
    Presence.objects.update_or_create(assessment=assessment, section=section, user=by, defaults={"seen_at": now})


def _round_that_asks(organisation, unit, edition, year):
    rounds = Round.objects.open().filter(edition=edition, year=year, partnership=organisation.partnership_id)
    return rounds.filter(places__organisation=organisation, places__unit=unit).first()


@transaction.atomic
def name_unit(organisation, *, by, name, slug, staff=None):
    """A department or project that looks at itself."""
    unit = Unit.objects.create(organisation=organisation, name=name, slug=slug, staff=staff)
    audit.record("unit.named", subject=unit, by=by)
    return unit
