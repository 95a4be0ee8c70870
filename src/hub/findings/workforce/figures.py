"""Figures of staff by characteristic, with who works in the upper bands. Knows no database."""

from collections.abc import Mapping, Sequence

from equity.model import upper_bands
from equity.submission.document import BANDS
from equity.submission.periods import days_of, in_order
from equity.vocabulary import category_set
from hub.findings.computing import JOINED
from hub.submissions.rules import UNKNOWN, Figures

STAFF = "staff"
Key = tuple[str, str]


def figures_of_staff(figures: Mapping[Key, Figures], crossed: Mapping[Key, Figures]) -> dict[Key, Figures]:
    """Each characteristic with two more stages where it was counted by band: senior or best paid, and everybody's.

    Times do not follow each other at once: the same people would be added up twice.
    """
    found = dict(figures)
    for (period, _), one in crossed.items():
        code, band = sides_of(one)
        if band:
            found[period, code] = with_bands(found.get((period, code)), one, found.get((period, band)))
    return apart(found)


def sides_of(crossed: Figures) -> Key:
    """The characteristic of people and that of their posts, whichever came first; without the second, nothing."""
    first, second = crossed.characteristic.split(JOINED)
    if second in BANDS and first not in BANDS:
        return first, second
    return (second, first) if first in BANDS and second not in BANDS else ("", "")


def by_group_and_band(crossed: Figures) -> tuple[str, str, dict[Key, int]]:
    """Both lists and how many staff of each group are in each band."""
    flipped = crossed.characteristic.split(JOINED)[0] in BANDS
    sets, cells = crossed.set_code.split(JOINED), {}
    for joined, counts in crossed.groups.items():
        first, second = joined.split(JOINED)
        cells[(second, first) if flipped else (first, second)] = counts.get(STAFF, 0)
    return (sets[1], sets[0], cells) if flipped else (sets[0], sets[1], cells)


def with_bands(figures: Figures | None, crossed: Figures, by_band: Figures | None) -> Figures:
    """A characteristic's counts with those in the upper bands, and of all whose band is known."""
    code, _band = sides_of(crossed)
    set_code, band_set, cells = by_group_and_band(crossed)
    if figures is not None and figures.set_code != set_code:
        return figures
    upper = upper_bands()[band_set]
    groups = {group: dict(counts) for group, counts in (figures.groups if figures else {}).items()}
    for group in category_set(set_code).codes:
        mine = {band: people for (one, band), people in cells.items() if one == group}
        counts = groups.setdefault(group, {})
        counts[upper.stage] = sum(mine.get(band, 0) for band in upper.codes)
        counts[upper.inside] = sum(mine.values())
    unknown = _of_unknown_group(cells, by_band, upper.codes)
    if unknown is not None:
        groups.setdefault("not_known", {}).update(dict(zip((upper.stage, upper.inside), unknown, strict=True)))
    return Figures(code, set_code, crossed.period, groups)


def _of_unknown_group(cells: Mapping[Key, int], by_band: Figures | None, upper: Sequence[str]) -> Key | None:
    """Of those in a known band, how many have no known group: everybody there without the known ones."""
    if by_band is None:
        return None
    everybody = {band: counts.get(STAFF, 0) for band, counts in by_band.groups.items() if band not in UNKNOWN}
    known = {band: sum(people for (_, one), people in cells.items() if one == band) for band in everybody}
    left = {band: max(people - known[band], 0) for band, people in everybody.items()}
    return sum(left.get(band, 0) for band in upper), sum(left.values())


def apart(figures: Mapping[Key, Figures]) -> dict[Key, Figures]:
    """Newest first, and none that ends where one that is kept begins."""
    kept: list[str] = []
    for period in reversed(in_order(list({period for period, _ in figures}))):
        is_next = any(
            (" " in one) == (" " in period) and " " in one and (days_of(one)[0] - days_of(period)[1]).days == 1
            for one in kept
        )
        if not is_next:
            kept.append(period)
    return {key: one for key, one in figures.items() if key[0] in kept}
