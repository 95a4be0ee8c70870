import factory

from hub.accounts.tests.factories import UserFactory
from hub.organisations.models import Organisation, Partnership, Role, Unit


class PartnershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Partnership

    name = factory.Sequence(lambda number: f"Example Partnership {number}")
    slug = factory.Sequence(lambda number: f"example-{number}")
    place = "Exampleton"


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    partnership = factory.SubFactory(PartnershipFactory)
    name = factory.Sequence(lambda number: f"Example Organisation {number}")
    slug = factory.Sequence(lambda number: f"organisation-{number}")
    is_example = True


class UnitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Unit

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda number: f"Example Department {number}")
    slug = factory.Sequence(lambda number: f"department-{number}")


class RoleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Role

    user = factory.SubFactory(UserFactory)
    kind = Role.Kind.LEAD
    organisation = factory.SubFactory(OrganisationFactory)
    partnership = factory.SelfAttribute("organisation.partnership")


class PartnershipRoleFactory(RoleFactory):
    """A role in the whole partnership."""

    kind = Role.Kind.COORDINATOR
    organisation = None
    partnership = factory.SubFactory(PartnershipFactory)
