from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from hub.organisations.actions import change_look
from hub.organisations.models import Partnership


class Command(BaseCommand):
    help = "Give a partnership its own name and colours. Colours on which words could not be read are refused."

    def add_arguments(self, parser):
        parser.add_argument("partnership", help="as it stands in addresses, such as islington")
        parser.add_argument("--name")
        parser.add_argument("--brand-colour", help="of panels and the line of beads, such as #4f2157")
        parser.add_argument("--action-colour", help="of the main button, such as #4f2157")

    def handle(self, partnership, **options):
        look = {name: options[name] for name in ("name", "brand_colour", "action_colour") if options[name]}
        try:
            change_look(Partnership.objects.get(slug=partnership), **look)
        except Partnership.DoesNotExist as error:
            raise CommandError(f"There is no partnership at “{partnership}”.") from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
