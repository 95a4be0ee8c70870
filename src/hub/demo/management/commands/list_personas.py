from django.core.management.base import BaseCommand

from hub.demo.personas import SHOWN


class Command(BaseCommand):
    help = "Say who one can be in the demonstration."

    def handle(self, **options):
        for persona in SHOWN:
            self.stdout.write(f"    {persona.words}. {persona.comes_to}")
