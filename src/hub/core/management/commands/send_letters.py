from django.core.management.base import BaseCommand

from hub.core.letters import send_waiting


class Command(BaseCommand):
    help = "Try again to send the letters that the mail server did not take."

    def handle(self, **options):
        sent, waiting = send_waiting()
        self.stdout.write(f"{sent} sent, {waiting} wait.")
