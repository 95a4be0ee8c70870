"""Commitments and what they stand on, for tests. Names are made up."""

import datetime
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from hub.accounts.models import User
from hub.assessments.models import SharedPractice
from hub.commitments.models import Ask, Commitment, Measure, Offer, Part, Reading, Target, Update
from hub.organisations.models import Organisation, Partnership, Role, Unit
from hub.toolkit.models import Area, Chapter, Characteristic, Edition, Group, Practice, Section, Statement


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")


class PartnershipFactory(DjangoModelFactory):
    class Meta:
        model = Partnership

    name = factory.Sequence(lambda n: f"Example partnership {n}")
    slug = factory.Sequence(lambda n: f"example-partnership-{n}")
    place = "Exampleton"


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    partnership = factory.SubFactory(PartnershipFactory)
    name = factory.Sequence(lambda n: f"Example organisation {n}")
    slug = factory.Sequence(lambda n: f"example-organisation-{n}")
    is_example = True


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Department {n}")
    slug = factory.Sequence(lambda n: f"department-{n}")


def somebody(kind, organisation=None, *, unit=None, partnership=None, **user):
    """A new person with one role."""
    person = UserFactory(**user)
    give_role(person, kind, organisation, unit=unit, partnership=partnership)
    return person


def give_role(person, kind, organisation=None, *, unit=None, partnership=None):
    partnership = partnership or organisation.partnership
    return Role.objects.create(user=person, kind=kind, partnership=partnership, organisation=organisation, unit=unit)


class EditionFactory(DjangoModelFactory):
    class Meta:
        model = Edition

    chapter = factory.LazyFunction(
        lambda: Chapter.objects.get_or_create(slug="example-chapter", defaults={"title": "Example chapter"})[0]
    )
    number = factory.Sequence(lambda n: n + 1)
    title = "Example chapter, first edition"
    published_on = datetime.date(2025, 1, 1)


class AreaFactory(DjangoModelFactory):
    class Meta:
        model = Area

    edition = factory.SubFactory(EditionFactory)
    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Welcome {n}")
    audience = "both"


class SectionFactory(DjangoModelFactory):
    class Meta:
        model = Section

    area = factory.SubFactory(AreaFactory)
    number = factory.Sequence(lambda n: f"2.{n}")
    position = factory.Sequence(lambda n: n)
    title = "The first visit"


class StatementFactory(DjangoModelFactory):
    class Meta:
        model = Statement

    section = factory.SubFactory(SectionFactory)
    key = factory.Sequence(lambda n: f"statement-{n}")
    position = factory.Sequence(lambda n: n)
    text = "We offer an interpreter to everybody who needs one"
    audience = "both"


class GroupFactory(DjangoModelFactory):
    class Meta:
        model = Group

    characteristic = factory.LazyFunction(
        lambda: Characteristic.objects.get_or_create(slug="age", defaults={"name": "Age"})[0]
    )
    slug = factory.Sequence(lambda n: f"group-{n}")
    name = factory.Sequence(lambda n: f"People of group {n}")


class PracticeFactory(DjangoModelFactory):
    class Meta:
        model = Practice

    section = factory.SubFactory(SectionFactory)
    text = "Book an interpreter by phone for the same day."


class CommitmentFactory(DjangoModelFactory):
    class Meta:
        model = Commitment

    partnership = factory.SubFactory(PartnershipFactory)
    title = "An interpreter at the first visit"
    inequality = "Many people come without one."
    action = "We ask about language when somebody is referred."
    outcome = "People can say what they came to say."
    knowing = "We count each quarter."
    due_on = datetime.date(2027, 3, 31)


class MeasureFactory(DjangoModelFactory):
    class Meta:
        model = Measure

    commitment = factory.SubFactory(CommitmentFactory)
    kind = "share"
    name = "had an interpreter at the first visit"
    unit = "first visits where one was needed"
    counting = "things"


class ReadingFactory(DjangoModelFactory):
    class Meta:
        model = Reading

    measure = factory.SubFactory(MeasureFactory)
    on = datetime.date(2026, 4, 1)
    numerator = 14
    denominator = 40


def told_by_group(measure, **fields):
    """A reading of which only the whole may be read by everybody."""
    reading = ReadingFactory(**{"measure": measure, "numerator": 8123, "denominator": 9412} | fields)
    Part.objects.create(reading=reading, label="Women over 60", count=7731, out_of=8187)
    Part.objects.create(reading=reading, label="Men over 60", count=388, out_of=1200)
    return reading


class TargetFactory(DjangoModelFactory):
    class Meta:
        model = Target

    measure = factory.SubFactory(MeasureFactory)
    value = Decimal(80)
    by = datetime.date(2027, 3, 31)


class UpdateFactory(DjangoModelFactory):
    class Meta:
        model = Update

    commitment = factory.SubFactory(CommitmentFactory)
    stage = "moving"
    happened = "We ask about language now."


class AskFactory(DjangoModelFactory):
    class Meta:
        model = Ask

    organisation = factory.SubFactory(OrganisationFactory)
    partnership = factory.SelfAttribute("organisation.partnership")
    text = "Who knows interpreters in the north of the borough?"


class OfferFactory(DjangoModelFactory):
    class Meta:
        model = Offer

    ask = factory.SubFactory(AskFactory)
    organisation = factory.SubFactory(OrganisationFactory, partnership=factory.SelfAttribute("..ask.partnership"))
    text = "You can have our briefing sheet."


class SharedPracticeFactory(DjangoModelFactory):
    class Meta:
        model = SharedPractice

    organisation = factory.SubFactory(OrganisationFactory)
    statement = factory.SubFactory(StatementFactory)
    text = "We book by phone."
    sharing = "partnership"
