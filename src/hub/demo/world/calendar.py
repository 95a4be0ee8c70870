"""The example world stands still on one day. Moved by whole days, it is always as fresh as on that day."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

NOON = datetime.time(12)


@dataclass(frozen=True)
class Calendar:
    as_of: datetime.date
    today: datetime.date

    def day(self, day):
        return day + (self.today - self.as_of) if day else None

    def moment(self, day):
        """The middle of a day. Nothing happens after today."""
        if day is None:
            return None
        moved = min(self.day(day), self.today)
        moment = timezone.make_aware(datetime.datetime.combine(moved, NOON))
        return min(moment, timezone.now())

    @property
    def years(self):
        return round((self.today - self.as_of).days / 365.25)

    def year(self, year):
        return year + self.years

    def title(self, title, year):
        return title.replace(str(year), str(self.year(year)))
