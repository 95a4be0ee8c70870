"""Programmes and what is in them, for tests. Everything is made up."""

import datetime

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from hub.commitments.tests.factories import CommitmentFactory, MeasureFactory, OrganisationFactory, PartnershipFactory
from hub.programme.models import Action, Community, Forum, KeyTarget, Outcome, Programme, ServiceArea, Strand

TODAY = timezone.localdate()


def days_ago(days):
    return TODAY - datetime.timedelta(days=days)


def moment(days):
    """So many days ago, at noon."""
    return timezone.make_aware(datetime.datetime.combine(days_ago(days), datetime.time(12)))


class ProgrammeFactory(DjangoModelFactory):
    class Meta:
        model = Programme

    partnership = factory.SubFactory(PartnershipFactory)
    organisation = factory.SubFactory(OrganisationFactory, partnership=factory.SelfAttribute("..partnership"))
    slug = factory.Sequence(lambda n: f"programme-{n}")
    title = factory.Sequence(lambda n: f"Fairer together {n}")
    published_at = factory.LazyFunction(timezone.now)


class StrandFactory(DjangoModelFactory):
    class Meta:
        model = Strand

    programme = factory.SubFactory(ProgrammeFactory)
    slug = factory.Sequence(lambda n: f"strand-{n}")
    position = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"As a neighbour {n}")


def _commitment():
    partnership = factory.SelfAttribute("..programme.partnership")
    return factory.SubFactory(CommitmentFactory, partnership=partnership, due_on=None)


class ServiceAreaFactory(DjangoModelFactory):
    class Meta:
        model = ServiceArea

    programme = factory.SubFactory(ProgrammeFactory)
    strand = factory.SubFactory(StrandFactory, programme=factory.SelfAttribute("..programme"))
    commitment = _commitment()
    slug = factory.Sequence(lambda n: f"area-{n}")
    position = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Libraries {n}")


class ForumFactory(DjangoModelFactory):
    class Meta:
        model = Forum

    programme = factory.SubFactory(ProgrammeFactory)
    commitment = _commitment()
    slug = factory.Sequence(lambda n: f"forum-{n}")
    position = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Residents' table {n}")


class CommunityFactory(DjangoModelFactory):
    class Meta:
        model = Community

    programme = factory.SubFactory(ProgrammeFactory)
    slug = factory.Sequence(lambda n: f"community-{n}")
    position = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"A plan with our neighbours {n}")


class ActionFactory(DjangoModelFactory):
    class Meta:
        model = Action

    area = factory.SubFactory(ServiceAreaFactory)
    commitment = factory.SubFactory(
        CommitmentFactory, partnership=factory.SelfAttribute("..area.programme.partnership"), due_on=None
    )
    key = factory.Sequence(lambda n: f"action-{n}")
    position = factory.Sequence(lambda n: n + 1)


class KeyTargetFactory(DjangoModelFactory):
    class Meta:
        model = KeyTarget
        skip_postgeneration_save = True

    area = factory.SubFactory(ServiceAreaFactory)
    key = factory.Sequence(lambda n: f"target-{n}")
    position = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Open on Sundays {n}")

    @factory.post_generation
    def measured_by(target, create, kind, **fields):  # noqa: N805 - factory-boy's way
        """A measure of its own, of the kind that is named."""
        fields = {"kind": kind or "number", "counting": "things"} | fields
        target.measures.add(MeasureFactory(commitment=target.area.commitment, **fields))


class OutcomeFactory(DjangoModelFactory):
    class Meta:
        model = Outcome

    area = factory.SubFactory(ServiceAreaFactory)
    key = factory.Sequence(lambda n: f"outcome-{n}")
    position = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"People feel at home {n}")
