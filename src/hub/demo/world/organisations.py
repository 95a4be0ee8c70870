"""Who is there: real organisations with what sources say of them, examples, and made-up people in the examples."""

from allauth.account.models import EmailAddress

from hub.accounts.models import User
from hub.demo.personas import PERSONAS, WITHOUT_ACCOUNT
from hub.organisations.models import Fact, Organisation, Partnership, Role, Unit

PLAIN = ["slug", "name", "kind", "provides", "commissions", "size_in_words", "summary", "website", "is_example"]


def make_organisations(world):
    world.partnership = Partnership.objects.create(**world.data["partnership"])
    for row in world.data["organisations"]:
        fields = {name: row[name] for name in PLAIN if name in row}
        organisation = Organisation.objects.create(partnership=world.partnership, **fields)
        world.organisations[row["slug"]] = organisation
        for fact in row.get("facts", []):
            Fact.objects.create(organisation=organisation, text=fact["text"], source=world.source(fact["source"]))
        for unit in row.get("units", []):
            world.units[row["slug"], unit["slug"]] = Unit.objects.create(organisation=organisation, **unit)


def make_people(world):
    for persona in PERSONAS:
        if persona.slug not in WITHOUT_ACCOUNT:
            _make_person(world, persona)


def _make_person(world, persona):
    name = f"{persona.words} (example)"
    user = User.objects.create_user(persona.email, name=name)
    EmailAddress.objects.create(user=user, email=persona.email, verified=True, primary=True)
    organisation = world.organisations.get(persona.organisation)
    unit = world.units.get((persona.organisation, persona.unit))
    Role.objects.create(
        user=user, kind=persona.kind, partnership=world.partnership, organisation=organisation, unit=unit
    )
    world.people.setdefault(persona.slug, user)
    if persona.kind == Role.Kind.LEAD:
        world.people[persona.organisation, persona.unit or None] = user
