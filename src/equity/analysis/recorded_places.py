"""How often each place writes down ethnic group, beside the average of all places."""

from dataclasses import replace

from equity.analysis import words
from equity.analysis.compare import Beside, Frame, Group, as_array, tabulate
from equity.analysis.providers import funnel_caveats, with_funnel
from equity.content import read_rows
from equity.model import Table, caveat, measure
from equity.reading import tables

PUBLISHED = "ethnicity_recorded.csv"


def ethnicity_recorded(period: str, *, own: str = "", title: str = "") -> Table:
    """Referrals with a known ethnic group in every integrated care board of England, with funnel limits."""
    what, source = measure("completeness"), tables.sources()["talking_therapies"]
    rows = [row for row in read_rows("tables", PUBLISHED) if row["period"] == period]
    groups = [Group((("area", row["place"], row["name"]),), row["name"]) for row in rows]
    n = as_array([float(row["referred"]) for row in rows])
    x = n - as_array([float(row["unknown"]) for row in rows])
    table = with_funnel(
        tabulate(
            what,
            groups,
            x,
            n,
            Frame("England", period=period),
            beside=Beside(source),
        ),
        own=own,
    )
    said = (*funnel_caveats(table), caveat("definition_changes"), *words.source_caveats(table.rows, source))
    worded = words.worded(
        table, what, title=title, place_name="Integrated care boards of England", caveats=said, sources=(source.line,)
    )
    return replace(worded, code=f"ethnicity-recorded-{period}", sentence=in_words(table))


def in_words(table: Table) -> str:
    said = [f"Ethnic group is known for {words.spoken(table.reference_value)} of every 100 records."]
    for side in ("lower", "higher"):
        found = [row for row in table.rows if row.compared in (side, f"much {side}")]
        if found:
            said.append(
                f"It is {side} in {words.listed([f'{row.label} ({words.spoken(row.value)})' for row in found])}."
            )
    own = next((row for row in table.rows if table.funnel and row.groups[0][1] == table.funnel.own), None)
    if own:
        said.append(f"In {own.label} it is {words.spoken(own.value)}.")
    return " ".join(said)
