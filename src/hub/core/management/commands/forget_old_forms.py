from django.core.management.base import BaseCommand

from hub.core.once import forget_old_forms


class Command(BaseCommand):
    help = "Forget which forms were sent more than a month ago. Nobody presses those buttons again."

    def handle(self, **options):
        self.stdout.write(f"{forget_old_forms()} forgotten.")
