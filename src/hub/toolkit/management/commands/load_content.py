from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from hub.toolkit.actions import PublishedEditionError, load_characteristics, load_edition
from hub.toolkit.content import ContentError, read_characteristics, read_editions


class Command(BaseCommand):
    help = "Load the toolkit's chapters and the characteristics from the content files. Run it as often as you like."

    def add_arguments(self, parser):
        parser.add_argument("--content", type=Path, default=settings.CONTENT, help="the folder with the content files")
        parser.add_argument("--with-examples", action="store_true", help="load made-up editions too")
        parser.add_argument("--check", action="store_true", help="only say whether the files are in order")

    def handle(self, *, content, with_examples, check, verbosity, **options):
        self.is_quiet = verbosity == 0
        try:
            editions, characteristics = read(content, with_examples)
            if check:
                self.say(f"In order: {in_words(len(editions), 'edition')}.")
                return
            self.load(editions, characteristics)
        except ContentError as error:
            raise CommandError("The content files cannot be loaded yet.\n" + "\n".join(error.sentences)) from error
        except PublishedEditionError as error:
            raise CommandError(str(error)) from error

    def say(self, sentence):
        if not self.is_quiet:
            self.stdout.write(sentence)

    @transaction.atomic
    def load(self, editions, characteristics):
        changed = load_characteristics(characteristics)
        if changed:
            self.say(f"Characteristics and groups: {changed} added or changed.")
        loaded = [edition for edition in editions if load_edition(edition)]
        for edition in loaded:
            counts = ", ".join(in_words(number, name) for name, number in edition.counts.items())
            self.say(f"{edition.title}: loaded, with {counts}.")
        if not changed and not loaded:
            self.say(
                f"Nothing to do. {in_words(len(editions), 'edition')} and the characteristics are as in the files."
            )


def read(content, with_examples):
    schemas = content / "schemas"
    editions = read_editions(content / "toolkits", schemas)
    wanted = [edition for edition in editions if with_examples or not edition.is_example]
    return wanted, read_characteristics(content / "characteristics.yaml", schemas)


def in_words(number, noun):
    one, many = (noun, noun + "s") if not noun.endswith("s") else (noun.removesuffix("s"), noun)
    if noun in ("training", "reading"):
        one = many = noun
    return f"{number} {one if number == 1 else many}"
