"""The marks that our charts are drawn with, as text.

Places are numbers and percentages that we wrote ourselves. Words go through `words`, which is the only way in for
anything that a person typed.
"""

import re
from functools import lru_cache
from html import escape

from django.utils.formats import get_format
from django.utils.translation import get_language

__all__ = ["dot", "drawing", "line", "number", "place", "signs_here", "square", "text", "words", "words_of"]


_has_marks = re.compile("[&<>\"']").search


def words(said):
    """What people wrote, as text and never as marks. Most words have nothing to escape, and looking is quicker."""
    return escape(said) if _has_marks(said) else said


def place(percent):
    """For attributes: a point and Latin digits whatever the language."""
    return f"{percent:.2f}%"


def line(kind, *, x, y):
    """`x` and `y` are where it begins and ends."""
    return f'<line class="{kind}" x1="{x[0]}" x2="{x[1]}" y1="{y[0]}" y2="{y[1]}"/>'


def dot(x, y, r=6):
    return f'<circle class="dot" cx="{x}" cy="{y}" r="{r}"/>'


def square(x, y):
    """Higher than everyone: another shape, for those who do not tell colours apart."""
    return f'<svg x="{x}" y="{y}" overflow="visible"><rect class="dot" x="-6" y="-6" width="12" height="12"/></svg>'


def text(x, y, said):
    return f'<text x="{x}" y="{y}">{words(said)}</text>'


def drawing(height, marks, *, alternative=""):
    """Heard as one picture with its alternative, or not at all where the same stands beside it in words."""
    role = f'role="img" aria-label="{words(alternative)}"' if alternative else 'aria-hidden="true"'
    return f'<svg height="{height}" {role}>{marks}</svg>'


def number(value, signs=None):
    """A number as people say it: one place after the point below a hundred, and thousands set apart.

    A chart asks for the language's `signs` once: that takes longer than the rest of writing a number.
    """
    if value is None:
        return "–"
    said = f"{value:z.1f}" if -99.95 < value < 99.95 and value % 1 else f"{value:z,.0f}"
    signs = signs_here() if signs is None else signs
    return said.translate(signs) if signs else said


def signs_here():
    return _signs(get_language())


@lru_cache
def _signs(language):
    """What stands for the point and between thousands; nothing where it is as in English."""
    signs = {".": get_format("DECIMAL_SEPARATOR", language), ",": get_format("THOUSAND_SEPARATOR", language)}
    return {} if signs == {".": ".", ",": ","} else str.maketrans(signs)


def words_of(make):
    """The words of a chart in the reader's language. They are looked up once: each takes longer than a mark."""
    kept = lru_cache(lambda language: make())
    return lambda: kept(get_language())
