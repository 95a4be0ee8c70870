"""The programme that a published strategy describes, with made-up news in one of its areas."""

from functools import cache

from django.conf import settings

from hub.programme.actions import load_examples, load_programme
from hub.programme.content import known_in, read_examples, read_programme

FOLDER = settings.CONTENT / "programmes/challenging-inequality"
LOOKED_AFTER_BY = ("example-borough-council", None)


def make_programme(world):
    """Nobody knows how its actions went, so they are not reported. One area shows how that looks when they are."""
    text, examples = read()
    programme = load_programme(text)
    load_examples(programme, text, examples, owner=world.people[LOOKED_AFTER_BY])


@cache
def read():
    """Once for every world that a process makes."""
    schemas = settings.CONTENT / "schemas"
    text = read_programme(FOLDER, schemas, known_in(settings.CONTENT))
    return text, read_examples(FOLDER, schemas, text)
