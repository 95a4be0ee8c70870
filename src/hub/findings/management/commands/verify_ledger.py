from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from hub.findings.models import LedgerLine
from hub.findings.releases.ledgers import faults


class Command(BaseCommand):
    help = "Check that nobody has changed, taken out or cut off anything in the ledgers of releases."
    requires_system_checks = []

    def handle(self, **options):
        if LedgerLine._meta.db_table not in connection.introspection.table_names():
            raise CommandError("There is no ledger yet: this database has no table for one.", returncode=1)
        found = 0
        for fault in faults():
            found += 1
            self.stdout.write(fault)
        if found:
            raise CommandError(f"The ledgers do not hold: {found} fault{'s' if found > 1 else ''}.", returncode=1)
        self.stdout.write(f"The ledgers hold: {LedgerLine.objects.count()} lines, each as it was written.")
