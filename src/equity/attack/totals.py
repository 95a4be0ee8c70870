"""Labels that behave like totals without being called so. Taken for categories they would blunt the attack."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping

TOTAL = "Total"
ALL = {"all", "every", "everyone", "everybody", "overall", "grand", "sum", "both"}
Cells = Mapping[tuple[str, ...], int | None]
Row = Mapping[str, int | None]


def disguised_total(cells: Cells, place: int, parents: Mapping[str, str]) -> str | None:
    """The first label that is never less than its sisters and is called like a total, or is always their sum."""
    found: dict[tuple[str, ...], dict[str, int | None]] = defaultdict(dict)
    for cell, shown in cells.items():
        found[cell[:place] + cell[place + 1 :]][cell[place]] = shown
    rows: list[Row] = list(found.values())
    labels = dict.fromkeys(cell[place] for cell in cells)
    sisters = {label for label in labels if label != TOTAL and parents.get(label, TOTAL) == TOTAL}
    sums = [sum_of(row, sisters) for row in rows]
    # Rounded numbers come to each other's sum by chance: once is not enough.
    enough = 1 if any(shown % 5 for shown in cells.values() if shown is not None) else 2
    unplaced = sisters - {*parents, *parents.values()}
    for label in labels:
        if label in unplaced and len(sisters) > 1:
            if sounds_like_all(label) and all(is_largest(row, label, sisters) for row in rows):
                return label
            if is_half(rows, sums, label, enough) and used(rows, sisters - {label}) > 1:
                return label
    return None


def sum_of(row: Row, sisters: Collection[str]) -> int | None:
    """Told by the sisters themselves, or by their total."""
    values = [row.get(sister, 0) for sister in sisters]
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else row.get(TOTAL)


def sounds_like_all(label: str) -> bool:
    words = re.findall(r"[a-z]+", label.casefold())
    starts = words[:1] and words[0] in ALL and words[:2] != ["all", "other"]
    return bool(starts) or bool({"total", "totals", "subtotal", "subtotals"} & set(words))


def is_largest(row: Row, label: str, sisters: Collection[str]) -> bool:
    one = row.get(label)
    return one is None or all((row.get(other) or 0) <= one for other in sisters)


def is_half(rows: list[Row], sums: list[int | None], label: str, enough: int) -> bool:
    """As much as all its sisters together, wherever that can be seen."""
    times = 0
    for row, whole in zip(rows, sums, strict=True):
        one = row.get(label, 0)
        if one is None or whole is None:
            continue
        if 2 * one != whole:
            return False
        times += one > 0
    return times >= enough


def used(rows: list[Row], labels: Collection[str]) -> int:
    return sum(any(row.get(label, 0) != 0 for row in rows) for label in labels)
