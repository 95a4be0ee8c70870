from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from hub.audit import anchor
from hub.audit.models import Entry
from hub.audit.verification import faults


class Command(BaseCommand):
    help = "Check that nobody has changed, taken out or cut off anything in the record of what happened."
    requires_system_checks = []

    def handle(self, **options):
        if Entry._meta.db_table not in connection.introspection.table_names():
            raise CommandError(without_tables(), returncode=1)
        found = 0
        for fault in faults():
            found += 1
            self.stdout.write(fault)
        if found:
            raise CommandError(f"The record does not hold: {found} fault{'s' if found > 1 else ''}.", returncode=1)
        end = Entry.objects.last()
        self.stdout.write(
            f"The record holds: {end.sequence} entries, the last of {end.at:%d %B %Y %H:%M}."
            if end
            else "The record is empty, and nothing was ever anchored."
        )


def without_tables():
    if lost := sum(1 for _ in anchor.lines()):
        return f"The record does not hold: its tables are gone from the database, and {lost} entries were anchored."
    return (
        "There is no record yet: this database has no tables. ./run serve makes them. "
        "The record of ./run demo is another one: HUB_DEMO=1 ./run verify-audit checks it."
    )
