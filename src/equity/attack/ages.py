"""What an outsider reads in a label: single years of age, where it is a band."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product

OLDEST = 120
SAY_NOTHING = {"age", "aged", "ages", "year", "years", "yr", "yrs", "yo", "y", "s", "old", "of", ".", "'", "’"}
SIGNS = dict.fromkeys("‐‑‒–—−", "-") | {"≥": ">=", "≤": "<="}
MORE = ("over", "older", "above", "more", "up", "upwards", "greater")
LESS = ("under", "younger", "below", "less")
SHAPES: dict[str, Callable[..., tuple[int, int]]] = {
    "#": lambda one: (one, one),
    **{f"# {to} #": lambda one, two: (one, two) for to in ("-", "to", "till", "until", "through")},
    **{f"from # {to} #": lambda one, two: (one, two) for to in ("-", "to", "till", "until", "through")},
    "between # and #": lambda one, two: (one, two),
    **{
        f"# {to} {less} #": lambda one, two: (one, two - 1)
        for to, less in product(("-", "to"), ("under", "below", "<"))
    },
    **{f"# {more}": lambda one: (one, OLDEST) for more in ("+", "plus")},
    **{f"# {link} {more}": lambda one: (one, OLDEST) for link, more in product(("and", "or", "&"), MORE)},
    **{f"{more} #": lambda one: (one, OLDEST) for more in ("> =", "at least")},
    **{f"{more} #": lambda one: (one + 1, OLDEST) for more in ("over", "above", "older than", "more than", ">")},
    **{f"{less} #": lambda one: (0, one - 1) for less in ("under", "below", "younger than", "less than", "<")},
    **{f"# {link} {less}": lambda one: (0, one) for link, less in product(("and", "or", "&"), LESS)},
    **{f"{less} #": lambda one: (0, one) for less in ("up to", "at most", "< =")},
}


def years_of(label: str) -> frozenset[str]:
    """The codes of the years it covers, or none when it is not about ages."""
    text = "".join(SIGNS.get(sign, sign) for sign in label.casefold())
    words = [word for word in re.findall(r"[0-9]+|[a-z]+|\S", text) if word not in SAY_NOTHING]
    numbers = [word for word in words if word.isdecimal()]
    shape = SHAPES.get(" ".join("#" if word.isdecimal() else word for word in words))
    if shape is None or any(len(number) > 3 for number in numbers):
        return frozenset()
    first, last = shape(*map(int, numbers))
    return frozenset(f"{year} years" for year in range(first, last + 1))
