from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from hub.programme.actions import AlreadyThereError, load_examples, load_programme
from hub.programme.content import PROGRAMME, known_in, read_examples, read_programme, without_a_place
from hub.toolkit.content import ContentError


class Command(BaseCommand):
    help = "Load the programmes from the content files. Run it as often as you like."

    def add_arguments(self, parser):
        parser.add_argument("--content", type=Path, default=settings.CONTENT, help="the folder with the content files")
        parser.add_argument("--with-examples", action="store_true", help="load made-up updates too")

    def handle(self, *, content, with_examples, verbosity, **options):
        self.is_quiet = verbosity == 0
        try:
            known = known_in(content)
            for folder in sorted(file.parent for file in (content / "programmes").glob(f"*/{PROGRAMME}")):
                self.load(read_programme(folder, content / "schemas", known), folder, content, with_examples)
        except ContentError as error:
            raise CommandError("The content files cannot be loaded yet.\n" + "\n".join(error.sentences)) from error
        except AlreadyThereError as error:
            raise CommandError(str(error)) from error

    def load(self, text, folder, content, with_examples):
        made = load_programme(text)
        if made is None:
            self.say(f"{text.title}: as in the files.")
            return
        examples = read_examples(folder, content / "schemas", text) if with_examples else None
        if examples:
            load_examples(made, text, examples)
        counts = ", ".join(f"{number} {name}" for name, number in text.counts.items())
        self.say(f"{text.title}: loaded, with {counts}.")
        for sentence in without_a_place(text):
            self.say(f"  Not placed: {sentence}")

    def say(self, sentence):
        if not self.is_quiet:
            self.stdout.write(sentence)
