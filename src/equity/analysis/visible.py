"""Of whom a protected report can say least: communities that vanish from its tables are named, never passed over."""

from __future__ import annotations

from collections.abc import Iterator

from equity.analysis.passed import Own
from equity.analysis.releasing import UNKNOWN
from equity.analysis.words import listed
from equity.vocabulary import category_set, characteristics

MOST_NAMED = 5


def least_seen(own: Own) -> list[str]:
    """One sentence for each characteristic of which something is hidden, over all its tables."""
    return [text for code in own.mapping.characteristics if (text := least_seen_of(own, code))]


def least_seen_of(own: Own, code: str) -> str:
    hidden = sorted(hidden_of(own, code))[:MOST_NAMED]
    if not hidden:
        return ""
    named = [f"{name} ({shown} of {cells} numbers)" for _, name, shown, cells in hidden]
    return f"By {characteristics()[code].name.lower()}, least is shown of {listed(named)}."


def hidden_of(own: Own, code: str) -> Iterator[tuple[float, str, int, int]]:
    """Share, name, numbers shown and numbers there are, of each category that has a hidden one."""
    known = category_set(own.set_of(code))
    names = {one: known.label(one) for one in known.codes} | {UNKNOWN: "people of no known group"}
    tables = [released for (axes, _), released in own.releases.held.items() if axes == (code,)]
    rows = [row for table in tables for row in table.who_disappears() if row.dimension == code]
    for label, name in names.items():
        mine = [row for row in rows if row.category == label]
        shown, cells = sum(row.shown for row in mine), sum(row.cells for row in mine)
        if shown < cells:
            yield shown / cells, name, shown, cells
