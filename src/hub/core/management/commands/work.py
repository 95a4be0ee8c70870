import time

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections
from django.utils.module_loading import import_string


class Command(BaseCommand):
    help = "Do what takes longer than a page may, until stopped. It may be stopped at any moment, and nothing is lost."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do what is waiting, then stop")
        parser.add_argument("--pause", type=float, default=1.0, help="seconds to wait when there is nothing to do")

    def handle(self, *, once, pause, **options):
        looks = [import_string(name) for name in settings.WORK]
        while True:
            try:
                for look_for_work in looks:
                    look_for_work()
                call_command("db_worker", batch=True, startup_delay=False, verbosity=0)
            except OperationalError as error:
                # The database is away for a moment. What has to be done is still to be read from it afterwards.
                self.stderr.write(f"The database could not be reached: {type(error).__name__}. Trying again.")
                close_old_connections()
            if once:
                return
            time.sleep(pause)
