"""The three or four things that matter, ranked by how many people are missing and how sure we are."""

from collections.abc import Iterable

from equity.analysis import words
from equity.model import Finding, Row, Table, caveat, measure

MOST = 4
# 2011 age shares: all-age rates of groups other than White understate adult rates by up to about this factor.
AGE_DOUBT = 1.19
SURE = {"much lower": 1.0, "much higher": 1.0, "lower": 0.8, "higher": 0.8}


def findings(tables: Iterable[Table], *, most: int = MOST) -> tuple[Finding, ...]:
    """At most one finding a table, heaviest first."""
    found = [finding for table in tables if (finding := finding_of(table)) is not None]
    return tuple(sorted(found, key=lambda finding: -finding.weight)[:most])


def finding_of(table: Table) -> Finding | None:
    """What a table says about people who are missing out; None when nothing in it is clear."""
    what = measure(table.measure)
    if what.kind == "index" or (what.code == "completeness" and table.funnel):
        return None  # The same people stand in the table of rates; places are not people.
    if what.code == "completeness":
        return unrecorded(table)
    worse = ("much lower", "lower") if what.better != "lower" else ("much higher", "higher")
    everyone = sum(row.n or 0 for row in table.rows)
    rows = [row for row in table.rows if row.compared in worse and (row.n or 0) < everyone / 2 and survives_doubt(row)]
    if not rows or table.reference_value is None:
        return None
    people = sum(abs(row.people_missing or 0) for row in rows)
    weight = sum(abs(row.people_missing or 0) * SURE[row.compared] for row in rows)
    return Finding(
        f"{words.capital(what.says.format(value=words.spoken(table.reference_value)))}. It is {worse[-1]} for {by_value(rows)}.",  # noqa: E501
        f"{about(people)} {what.missing}. {words.where_and_when(table.place_name, table.period)}.",
        most_relevant(table),
        table.code,
        weight,
    )


def survives_doubt(row: Row) -> bool:
    """Would the gap still be there if the group's all-age population overstated its adults as far as is known?"""
    if "all ages" not in row.population_source or row.groups[0][0] != "ethnicity":
        return True
    if row.compared in ("lower", "much lower"):
        return row.ratio_upper95 is not None and row.ratio_upper95 * AGE_DOUBT < 1
    return row.ratio_lower95 is not None and row.ratio_lower95 / AGE_DOUBT > 1


def about(people: float) -> str:
    """Round numbers of people: nobody knows them to the last person."""
    size = 10 if people >= 20 else 1
    return f"About {round(people / size) * size:,.0f}"


def by_value(rows: list[Row]) -> str:
    """The three clearest groups with their values, in the table's order."""
    shown = sorted(rows, key=lambda row: row.p_adjusted if row.p_adjusted is not None else 1)[:3]
    shown.sort(key=rows.index)
    names = [f"{words.people_of(row)} ({words.spoken(row.value)})" for row in shown]
    more = len(rows) - len(shown)
    return words.listed([*names, f"{more} other group{'s' if more > 1 else ''}"] if more else names)


def unrecorded(table: Table) -> Finding | None:
    rows = [row for row in table.rows if row.value is not None and row.value < 75 and row.n]
    if not rows:
        return None
    worst = min(rows, key=lambda row: row.value or 0)
    names = words.listed([row.label.lower() for row in rows])
    people = (worst.n or 0) - (worst.x or 0)
    return Finding(
        f"We cannot see whether everyone is treated fairly where nothing is written down: {names}.",
        f"{worst.label} is not known for {words.spoken(100 - (worst.value or 0))} of every 100 records "
        f"({words.spoken(people, 0)}). {words.where_and_when(table.place_name, table.period)}.",
        table.caveats[:1],
        table.code,
        people * 0.02,
    )


def most_relevant(table: Table) -> tuple[str, ...]:
    first = {caveat("not_why")}
    return tuple(said for said in table.caveats if said not in first)[:3]
