from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.urls import Resolver404, resolve, reverse

from hub.organisations.actions import start_partnership
from hub.organisations.models import Role


class Command(BaseCommand):
    help = "Begin a partnership and invite its first coordinator. Run it again to send the letter again."

    def add_arguments(self, parser):
        parser.add_argument("slug", help="as it shall stand in addresses, such as islington")
        parser.add_argument("name", help="such as “Progressing Equality in Islington”")
        parser.add_argument("place", help="such as Islington")
        parser.add_argument("email", help="of the first coordinator")

    def handle(self, slug, email, **options):
        if coordinates_already(slug, email):
            self.stdout.write(f"{email} coordinates it already.")
            return
        try:
            validate_email(email)
            check_is_free(slug)
            invitation = start_partnership(slug=slug, email=email, name=options["name"], place=options["place"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        page = settings.HUB_ADDRESS + reverse("organisations:join", args=[invitation.public_id])
        self.stdout.write(f"{invitation.email} joins at {page}\nThe code that opens it went there by e-mail.")


def coordinates_already(slug, email):
    roles = Role.objects.current().filter(partnership__slug=slug, kind=Role.Kind.COORDINATOR)
    return roles.filter(user__email=email.lower()).exists()


def check_is_free(slug):
    """A partnership's front page is at its slug, where some other pages are already."""
    try:
        leads_to = resolve(f"/{slug}/").kwargs
    except Resolver404:
        leads_to = {}
    if leads_to != {"partnership": slug}:
        raise ValidationError(f"A partnership cannot be at “/{slug}/”. Choose another word, in small letters.")
