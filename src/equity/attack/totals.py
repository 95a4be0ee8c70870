"""Labels that behave like totals without being called so. Taken for categories they would blunt the attack."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping

TOTAL = "Total"
ALL = {"all", "every", "everyone", "everybody", "overall", "grand", "sum", "both"}
Cells = Mapping[tuple[str, ...], int | None]


def disguised_total(cells: Cells, place: int, parents: Mapping[str, str]) -> str | None:
    """The first label that is never less than its sisters and is called like a total, or is always their sum."""
    rows: dict[tuple[str, ...], dict[str, int | None]] = defaultdict(dict)
    for cell, shown in cells.items():
        rows[cell[:place] + cell[place + 1 :]][cell[place]] = shown
    groups = {*parents.values(), TOTAL}
    enough = 1 if any(shown % 5 for shown in cells.values() if shown is not None) else 2
    labels = list(dict.fromkeys(cell[place] for cell in cells))
    for label in labels:
        if label in groups or label in parents:
            continue
        sisters = [other for other in labels if other not in (label, TOTAL) and parents.get(other, TOTAL) == TOTAL]
        if not sisters:
            continue
        if sounds_like_all(label) and all(is_largest(row, label, sisters) for row in rows.values()):
            return label
        if is_their_sum(list(rows.values()), label, sisters, enough=enough):
            return label
    return None


def sounds_like_all(label: str) -> bool:
    words = re.findall(r"[a-z]+", label.casefold())
    starts = words[:1] and words[0] in ALL and words[:2] != ["all", "other"]
    return bool(starts) or bool({"total", "totals", "subtotal", "subtotals"} & set(words))


def is_largest(row: Mapping[str, int | None], label: str, sisters: Collection[str]) -> bool:
    one = row.get(label)
    return one is None or all((row.get(other) or 0) <= one for other in sisters)


def is_their_sum(rows: list[dict[str, int | None]], label: str, sisters: Collection[str], *, enough: int) -> bool:
    """Told by the sisters themselves, or by a total that is twice as large. Rounded numbers do it by chance once."""
    times = 0
    for row in rows:
        one, others = row.get(label, 0), [row.get(other, 0) for other in sisters]
        known = [other for other in others if other is not None]
        whole = row.get(TOTAL)
        told = sum(known) if len(known) == len(others) else None if whole is None or one is None else whole - one
        if one is None or told is None:
            continue
        if one != told:
            return False
        times += one > 0
    used = [other for other in sisters if any(row.get(other, 0) != 0 for row in rows)]
    return times >= enough and len(used) > 1
