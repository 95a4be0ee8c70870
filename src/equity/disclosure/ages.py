"""Ages behind the labels that people give to bands, so that bands that overlap are known to."""

from __future__ import annotations

import re
from collections.abc import Iterable

OLDEST = 120
FILLING = re.compile(r"(?<![a-z])(?:aged?|ages|years?|yrs?|yo|y|old|of age)(?![a-z])\.?|(?<=\d)'?s(?![a-z])")
DASHES = re.compile(r"[‐‑‒–—−]")
N = r"(\d{1,3})"
ONE = re.compile(N)
BETWEEN = re.compile(rf"(?:from )?{N} ?(?:-|to|till|until|through) ?{N}|between {N} and {N}")
UP_TO_BEFORE = re.compile(rf"(?:from )?{N} ?(?:-|to) ?(?:under|below|<) ?{N}")
FROM = re.compile(rf"{N} ?(?:\+|plus|(?:and|or|&) (?:over|older|above|more|up|upwards|greater))|(?:>=|≥|at least) ?{N}")
ABOVE = re.compile(rf"(?:over|above|older than|more than|>) ?{N}")
BELOW = re.compile(rf"(?:under|below|younger than|less than|<) ?{N}")
UP_TO = re.compile(rf"{N} ?(?:and|or|&) (?:under|younger|below|less)|(?:up to|at most|<=|≤) ?{N}")
CALLED_AGE = re.compile(r"(?:^|.*[^a-z])age(?:s|d|[ _-]?(?:band|group|range|bracket)s?)?(?:[^a-z].*|$)")


def ages_in(label: str) -> frozenset[str]:
    """Single years of age for an age band; any other label is its own code."""
    band = band_of(label)
    return frozenset(f"{year} years" for year in range(band[0], band[1] + 1)) if band else frozenset({label})


def band_of(label: str) -> tuple[int, int] | None:
    """The first and last year of age that a label speaks of, or nothing when it does not speak of ages."""
    text = " ".join(FILLING.sub(" ", DASHES.sub("-", label.casefold())).split())
    found = next((found for found in bands_read(text) if found), None)
    return found if found and found[0] <= found[1] else None


def bands_read(text: str) -> Iterable[tuple[int, int] | None]:
    one, several = numbers(ONE, text), numbers(BETWEEN, text)
    yield (one[0], one[0]) if one else None
    yield (several[0], several[1]) if several else None
    before, start, above = numbers(UP_TO_BEFORE, text), numbers(FROM, text), numbers(ABOVE, text)
    yield (before[0], before[1] - 1) if before else None
    yield (start[0], OLDEST) if start else None
    yield (above[0] + 1, OLDEST) if above else None
    below, up_to = numbers(BELOW, text), numbers(UP_TO, text)
    yield (0, below[0] - 1) if below else None
    yield (0, up_to[0]) if up_to else None


def numbers(pattern: re.Pattern[str], text: str) -> list[int]:
    match = pattern.fullmatch(text)
    return [int(group) for group in match.groups() if group] if match else []


def not_understood(name: str, labels: Iterable[str]) -> list[str]:
    """Labels with a number that cannot be read as ages, in a column that is about ages."""
    known = {label: band_of(label) for label in labels}
    bands = [band for band in known.values() if band and band[0] < band[1]]
    if not CALLED_AGE.fullmatch(name.casefold()) and 2 * len(bands) <= len(known):
        return []
    return [label for label, band in known.items() if band is None and any(sign.isdigit() for sign in label)]
