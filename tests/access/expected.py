"""Reads expected.txt: for every page, written by hand, what each role gets."""

from pathlib import Path

FILE = Path(__file__).with_name("expected.txt")
WHOSE = ("own", "unit", "other", "far")
METHODS = {"R": "GET", "S": "POST"}


class Line(dict):
    """What each role gets from one page, for each method that the page answers to: `line["GET"]["lead"]`."""

    def letter(self, method, role, whose):
        """Pages about nothing in particular have one letter, the others one for each of WHOSE."""
        letters = self[method][role]
        return letters if len(letters) == 1 else letters[WHOSE.index(whose)]

    def letters(self, role, whose):
        return {self.letter(method, role, whose) for method in self}


def lines():
    """A page that is read by some and sent by others has two lines."""
    rows = [line.split() for line in FILE.read_text().splitlines() if line.strip() and not line.startswith("#")]
    (_page, _how, *roles), *rows = rows
    found = {}
    for page, how, *letters in rows:
        for letter in how:
            found.setdefault(page, Line())[METHODS[letter]] = dict(zip(roles, letters, strict=True))
    return found
