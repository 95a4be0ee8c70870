from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from hub.demo.world import AlreadyInUseError, load


class Command(BaseCommand):
    help = "Load the Islington demonstration into its own, empty database."

    def handle(self, **options):
        if not settings.DEMO:
            raise CommandError("Set HUB_DEMO=1 first. The demonstration never goes into a database that is in use.")
        call_command("load_content", with_examples=True, verbosity=options["verbosity"])
        try:
            made = load()
        except AlreadyInUseError as why:
            raise CommandError(str(why)) from why
        self.stdout.write("The demonstration is ready." if made else "The demonstration was there already.")
