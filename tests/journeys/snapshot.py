"""All rows of a database, kept aside so that each journey starts from them without making them again."""

from pathlib import Path

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

ASIDE = "aside"


class Snapshot:
    """Lies in a schema beside the tables. Sequences only ever go up, so numbers given later are free."""

    def __init__(self):
        self.anchor = Path(settings.AUDIT_ANCHOR).read_bytes()
        with connection.cursor() as cursor:
            self.tables = [name for name in connection.introspection.table_names(cursor) if name != "django_migrations"]
            run(
                cursor,
                f"DROP SCHEMA IF EXISTS {ASIDE} CASCADE",
                f"CREATE SCHEMA {ASIDE}",
                *(f'CREATE TABLE {ASIDE}."{name}" AS TABLE public."{name}"' for name in self.tables),
            )

    @transaction.atomic
    def put_back(self):
        """As a replica would take them: whole, and without asking triggers or foreign keys."""
        with connection.cursor() as cursor:
            run(
                cursor,
                "SET LOCAL session_replication_role = replica",
                *(f'DELETE FROM public."{name}"' for name in self.tables),
                *(f'INSERT INTO public."{name}" TABLE {ASIDE}."{name}"' for name in self.tables),
            )
        Path(settings.AUDIT_ANCHOR).write_bytes(self.anchor)
        ContentType.objects.clear_cache()


def run(cursor, *statements):
    cursor.execute(";\n".join(statements))
