import datetime
import hashlib
from dataclasses import dataclass, field

import yaml
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from hub.audit import record
from hub.demo.models import Marker
from hub.demo.world.calendar import Calendar
from hub.demo.world.feedback import make_feedback
from hub.demo.world.figures import make_figures
from hub.demo.world.organisations import make_organisations, make_people
from hub.demo.world.pledges import make_asks, make_pledges, make_real_pledges
from hub.demo.world.programme import make_programme
from hub.demo.world.stocktakes import make_stocktakes
from hub.demo.world.years import close_rounds, make_assessments, make_practices, make_rounds
from hub.organisations.models import Partnership

FILE = settings.CONTENT / "partnerships/islington.yaml"


class AlreadyInUseError(Exception):
    """The database holds something that is not the demonstration, or an older demonstration."""


@dataclass
class World:
    """What is being made, and how to find what was made before."""

    data: dict
    calendar: Calendar
    partnership: Partnership | None = None
    organisations: dict = field(default_factory=dict)
    units: dict = field(default_factory=dict)
    people: dict = field(default_factory=dict)
    rounds: dict = field(default_factory=dict)
    assessments: dict = field(default_factory=dict)
    pledges: dict = field(default_factory=dict)

    def source(self, reference):
        """Where a fact comes from, in words."""
        source = self.data["sources"][reference[0]]
        published = f", {source['published']}" if "published" in source else ""
        return f"{source['publisher']}: {source['title']}{published}. {reference[1]}"

    def place(self, row):
        """The organisation, and the unit if there is one, that a row names."""
        organisation = self.organisations[row["organisation"]]
        return organisation, self.units[row["organisation"], row["unit"]] if "unit" in row else None

    def lead_of(self, row):
        return self.people.get((row["organisation"], row.get("unit"))) or self.people.get((row["organisation"], None))


@transaction.atomic
def load(path=FILE, *, today=None):
    """Make the world, once. True if it was made now."""
    text = path.read_bytes()
    content_hash = hashlib.sha256(text).hexdigest()
    if _is_there(content_hash):
        return False
    world = World(yaml.safe_load(text), Calendar(datetime.date.min, datetime.date.min))
    world.calendar = Calendar(world.data["as_of"], today or timezone.localdate())
    for step in STEPS:
        step(world)
    Marker.objects.create(content_hash=content_hash)
    record("demo.loaded", content=content_hash)
    return True


STEPS = [
    make_organisations,
    make_people,
    make_rounds,
    make_assessments,
    close_rounds,
    make_practices,
    make_real_pledges,
    make_pledges,
    make_asks,
    make_programme,
    make_stocktakes,
    make_feedback,
    make_figures,
]


def _is_there(content_hash):
    marker = Marker.objects.first()
    if marker is None and not Partnership.objects.exists():
        return False
    if marker is None:
        raise AlreadyInUseError("This database holds a partnership that is not the demonstration. Nothing was changed.")
    if marker.content_hash != content_hash:
        raise AlreadyInUseError(
            "The demonstration was made from an older file. Delete its database, then load it again."
        )
    return True
