"""Pledges and who works on them, for tests."""

import uuid

import factory
from factory.django import DjangoModelFactory

from hub.assessments.models import Answer, Assessment
from hub.commitments.tests.factories import (
    CommitmentFactory,
    OrganisationFactory,
    PracticeFactory,
    StatementFactory,
    somebody,
)
from hub.pledges.models import Pledge

YEAR = 2026


class PledgeFactory(DjangoModelFactory):
    class Meta:
        model = Pledge

    organisation = factory.SubFactory(OrganisationFactory)
    commitment = factory.SubFactory(CommitmentFactory, partnership=factory.SelfAttribute("..organisation.partnership"))
    year = YEAR


class AssessmentFactory(DjangoModelFactory):
    class Meta:
        model = Assessment

    organisation = factory.SubFactory(OrganisationFactory)
    year = YEAR


def gap(organisation, **answer):
    """An answer that is a gap, with a practice that helps."""
    statement = StatementFactory()
    PracticeFactory(section=statement.section).statements.add(statement)
    assessment = AssessmentFactory(organisation=organisation, edition=statement.section.area.edition)
    return Answer.objects.create(
        assessment=assessment,
        statement=statement,
        version=1,
        **{"stage": "not_yet", "in_the_way": "No budget", **answer},
    )


def form_of(**answers):
    """What a browser sends, with a token of its own."""
    return {"once": str(uuid.uuid4()), **answers}


def date_of(name, day):
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def lead_of(organisation, **user):
    return somebody("lead", organisation, **user)
