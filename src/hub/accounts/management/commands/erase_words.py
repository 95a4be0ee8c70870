from django.core.management.base import BaseCommand, CommandError

from hub.accounts.models import User
from hub.accounts.words import erase_words, kinds, written_by


class Command(BaseCommand):
    help = "List what somebody wrote, or take the words of some of it out for good."

    def add_arguments(self, parser):
        parser.add_argument("kind", nargs="?", choices=sorted(kinds()), help="what it is")
        parser.add_argument("numbers", nargs="*", type=int, help="which of that kind")
        parser.add_argument("--list", type=int, metavar="PERSON", help="list what the person with this number wrote")

    def handle(self, *, kind, numbers, list, **options):
        if list is not None:
            self._list(list)
        elif kind and numbers:
            self._erase(kind, numbers)
        else:
            raise CommandError("Say what to take out, such as: erase_words answer 12. Or list it: erase_words --list 7")

    def _list(self, person):
        user = User.objects.filter(pk=person).first()
        if user is None:
            raise CommandError(f"There is no person {person}.")
        for kind, one in written_by(user):
            words = " / ".join(one.what_it_says.values()).replace("\n", " ")
            self.stdout.write(f"{kind} {one.pk}: {words}")

    def _erase(self, kind, numbers):
        found = kinds()[kind]._default_manager.in_bulk(numbers)
        if missing := sorted(set(numbers) - set(found)):
            raise CommandError(f"There is no {kind} {missing[0]}. Nothing was taken out.")
        for one in found.values():
            erase_words(one, by=None)
        self.stdout.write(f"Taken out: {len(found)}.")
