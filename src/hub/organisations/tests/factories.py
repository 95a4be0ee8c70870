import struct
import zlib

import factory

from hub.accounts.tests.factories import UserFactory
from hub.organisations.models import Logo, Organisation, Partnership, Role, Unit


def a_png(width=64, height=64, more=b""):
    """A real picture, all black."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = zlib.compress(b"\0" * (width + 1) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"") + more


class LogoFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Logo

    digest = factory.Sequence(lambda number: f"{number:032x}")
    content = factory.LazyFunction(a_png)
    content_type = "image/png"


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
