"""Staff by group and pay band at once, as somebody writes them into a table of their own."""

from collections.abc import Mapping, Sequence

from equity.submission.document import Crossed, Table
from equity.vocabulary import UNKNOWN_WORDS, Unknown, category_set

STAGE = "staff"


def columns_of(band_set: str) -> dict[str, str]:
    """The columns of such a table: every band, then those whose band is not known. Codes and names."""
    found = category_set(band_set)
    return {code: found.label(code) for code in found.codes} | {
        str(Unknown.NOT_KNOWN): UNKNOWN_WORDS[Unknown.NOT_KNOWN]
    }


def tables_by_band(
    period: str, set_code: str, band_set: str, groups: Mapping[str, Sequence[int]], stages: Sequence[str] = (STAGE,)
) -> tuple[Table, Crossed]:
    """Everybody by band, and each known group at each known band. `groups` hold a count for each column.

    Promises: what is not known of either side is in the first, so what of a band has no known group can be told.
    """
    chosen, bands = category_set(set_code), category_set(band_set)

    def counts(people: int) -> tuple[int, ...]:
        return tuple(people if stage == STAGE else 0 for stage in stages)

    columns = list(columns_of(band_set))
    sums = {band: sum(row[place] for row in groups.values()) for place, band in enumerate(columns)}
    everybody = {code: counts(sums.get(code, 0)) for code in (*bands.codes, *map(str, Unknown))}
    pairs = {
        (code, band): counts(groups[code][place])
        for code in chosen.codes
        if code in groups
        for place, band in enumerate(bands.codes)
        if groups[code][place]
    }
    return (
        Table(period, bands.characteristic, band_set, everybody),
        Crossed(period, (chosen.characteristic, bands.characteristic), (set_code, band_set), pairs),
    )
