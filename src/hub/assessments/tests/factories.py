"""Assessments and the people round them, for tests. Everything is made up."""

import datetime

import factory
from django.utils import timezone

from hub.accounts.tests.factories import UserFactory
from hub.assessments import queries
from hub.assessments.models import Answer, Assessment, ContributionLink, Contributor, Speaker, Stage, Voice
from hub.assessments.models.voices import hash_of
from hub.organisations.models import Role
from hub.organisations.tests.factories import OrganisationFactory, RoleFactory
from hub.toolkit.models import Audience
from hub.toolkit.tests.factories import AreaFactory, EditionFactory, SectionFactory, StatementFactory

YEAR = 2026


def an_edition(*, areas=1, sections=1, statements=2, audience=Audience.PROVIDERS, **edition):
    """An edition of so many areas, with so many sections each, with so many statements each."""
    edition = EditionFactory(**edition)
    for number in range(1, areas + 1):
        area = AreaFactory(edition=edition, number=number, audience=audience)
        for _section in range(sections):
            section = SectionFactory(area=area)
            StatementFactory.create_batch(statements, section=section)
    return edition


def later_edition(edition, *, changes=(), leaves_out=()):
    """The next edition of the same chapter: the same keys, some with new words, some left out."""
    later = EditionFactory(chapter=edition.chapter, number=edition.number + 1)
    for area in edition.areas.all():
        new_area = AreaFactory(edition=later, number=area.number, audience=area.audience)
        for section in area.sections.all():
            new_section = SectionFactory(area=new_area, title=section.title)
            for old in section.statements.exclude(key__in=leaves_out):
                text = f"{old.text} And more." if old.key in changes else old.text
                StatementFactory(section=new_section, key=old.key, text=text, position=old.position)
    return later


class AssessmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Assessment

    organisation = factory.SubFactory(OrganisationFactory)
    edition = factory.LazyFunction(an_edition)
    year = YEAR


class AnswerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Answer

    assessment = factory.SubFactory(AssessmentFactory)
    statement = factory.LazyAttribute(lambda answer: statements_in(answer.assessment)[0])
    version = 1
    stage = Stage.STARTED
    saved_by = factory.SubFactory(UserFactory)


class VoiceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Voice

    assessment = factory.SubFactory(AssessmentFactory)
    statement = factory.LazyAttribute(lambda voice: statements_in(voice.assessment)[0])
    speaker = Speaker.SERVICE_USER
    text = factory.Sequence(lambda number: f"Example words {number}.")
    recorded_by = factory.SubFactory(UserFactory)


TOKEN = "example-token-of-a-link"


class LinkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ContributionLink

    assessment = factory.SubFactory(AssessmentFactory)
    section = factory.LazyAttribute(lambda link: statements_in(link.assessment)[0].section)
    speaker = Speaker.SERVICE_USER
    token_hash = factory.LazyFunction(lambda: hash_of(TOKEN))
    made_by = factory.SubFactory(UserFactory)
    expires_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(days=30))


class ContributorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Contributor

    link = factory.SubFactory(LinkFactory)


def statements_in(assessment):
    found = queries.asked_statements(assessment).select_related("section__area")
    return list(found)


def somebody_who(kind, assessment, *, everywhere=False, **user):
    """A person with this role where the assessment is made; `everywhere` in the whole organisation."""
    return RoleFactory(
        user=UserFactory(**user),
        kind=kind,
        organisation=assessment.organisation,
        unit=None if everywhere else assessment.unit,
    ).user


def a_lead(assessment, **kwargs):
    return somebody_who(Role.Kind.LEAD, assessment, **kwargs)


def a_colleague(assessment, **kwargs):
    return somebody_who(Role.Kind.COLLEAGUE, assessment, **kwargs)
