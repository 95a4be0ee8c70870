"""Sentences and caveats in plain English. A number, then what it means, then what is not known. Never a cause."""

from collections.abc import Sequence
from dataclasses import replace

from equity.model import Counts, Measure, Row, Source, Table, caveat
from equity.stats import summary
from equity.stats.normal import FEW
from equity.vocabulary import UNKNOWN_WORDS, Unknown, category_set, characteristics

LOWER, HIGHER = ("much lower", "lower"), ("much higher", "higher")
MOST_NAMED = 4
FEWEST_GROUPS = 5
BEFORE = {
    "sex": "people recorded as {lower}",
    "gender_identity": "people recorded as {lower}",
    "age": "people aged {lower}",
    "deprivation": "people living in deprivation group {label}",
    "language": "people whose language is {label}",
    "service": "{label}",
    "provider": "{label}",
    "area": "{label}",
    "pay_band": "people in {label}",
}


def spoken(value: float | None, decimals: int | None = None) -> str:
    """A number as people say it: three figures at most, with commas."""
    if value is None:
        return "not known"
    if decimals is None:
        decimals = 0 if abs(value) >= 100 else 1
    return f"{value:,.{decimals}f}"


def rounded(people: float) -> str:
    """A number of people as one would say it: two figures at most."""
    size = 10 ** max(len(str(round(people))) - 2, 0)
    return f"{max(round(people / size) * size, 1):,.0f}"


def years(count: float) -> str:
    """A length of time as one would say it."""
    if count > 50:
        return "more than 50 years"
    if count <= 1:
        return "a year or less"
    return (
        f"about {round(count)} years" if count >= 1.5 else "about a year and a half" if count > 1.25 else "about a year"
    )


def is_half(period: str) -> bool:
    return period.endswith(("Apr-Sep", "Oct-Mar"))


def where_and_when(place: str, period: str) -> str:
    return ", ".join(part for part in (place, period) if part)


def listed(names: Sequence[str]) -> str:
    if not names:
        return "nobody"
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def full_label(row: Row) -> str:
    """A label that can stand alone: 'Any other White background', but 'Black Caribbean' for Caribbean."""
    first = row.broad.split(" or ")[0].split(",")[0]
    needs = {
        "Caribbean": "Black Caribbean",
        "African": "Black African",
        "British": "White British",
        "Irish": "White Irish",
    }
    return needs.get(row.label, row.label) if first in ("Black", "White") else row.label


def people_of(row: Row) -> str:
    """'Black African people', but 'people in any other ethnic group' and 'people aged 16 to 24'."""
    label = full_label(row)
    if len(row.groups) > 1:
        return f"people who are {label}"
    if row.groups[0][0] in BEFORE:
        return BEFORE[row.groups[0][0]].format(label=label, lower=label.lower())
    if label.startswith(("Any other", "Other", "Another", "Chinese and other", "Mixed")):
        return (
            f"people in {label[0].lower()}{label[1:]}"
            if "group" in label
            else f"people of {label[0].lower()}{label[1:]}"
        )
    return f"{label} people"


def caveats_for(
    what: Measure, rows: Sequence[Row], numerator: Counts, denominator: Counts, level: str
) -> tuple[str, ...]:
    """The caveats that apply to this table, most important first."""
    said = [caveat("not_why")]
    counted = numerator if what.kind == "rate" else denominator
    if counted.unknown:
        share = spoken(100 * counted.unknown / counted.total)
        said.append(caveat("unknown", share=share, unit="records", count=spoken(counted.unknown, 0) + kinds(counted)))
    for code in what.caveats:
        if code == "all_age" and denominator.base != "all ages":
            said.append(caveat("adults"))
        elif code == "all_age" and category_set(level).characteristic != "ethnicity":
            continue
        else:
            said.append(caveat(code))
    said += source_caveats(rows, numerator.source)
    if numerator.set_code != denominator.set_code and (
        notes := (*numerator.at(level).notes, *denominator.at(level).notes)
    ):
        said.append(caveat("coding", notes="; ".join(dict.fromkeys(notes))))
    said.append(caveat("grouping", set=category_set(level).name))
    warning = characteristics()[category_set(level).characteristic].warning
    if warning and (category_set(level).characteristic != "ethnicity" or len(category_set(level)) <= 2):
        said.append(warning)
    if len(rows) > 4:
        said.append(caveat("many", count=len(rows)))
    said += one_number(what, rows)
    return tuple(dict.fromkeys(said))


def one_number(what: Measure, rows: Sequence[Row]) -> list[str]:
    """The inequality between many groups in one number (MDM, weighted by people), which can be followed over time."""
    known = [row for row in rows if row.x is not None and row.n and row.x <= row.n]
    x, n = ([float(getattr(row, name) or 0) for row in known] for name in ("x", "n"))
    if what.kind != "share" or len(known) < FEWEST_GROUPS or not 0 < sum(x) < sum(n):
        return []
    found = summary.bootstrap(summary.spread_measures()["MDMW"], x, n, draws=FEW)
    return [caveat("spread", value=spoken(found.value), low=spoken(found.lower), high=spoken(found.upper))]


def kinds(counted: Counts) -> str:
    """Different reasons for not knowing are different findings, so they stand apart where there are several."""
    found = [(UNKNOWN_WORDS[kind], counted.by_code[kind].value) for kind in Unknown if kind in counted.by_code]
    said = [f"{name[0].lower()}{name[1:]} {spoken(value, 0)}" for name, value in found if value]
    return f": {listed(said)}" if len(said) > 1 else ""


def source_caveats(rows: Sequence[Row], source: Source) -> list[str]:
    said = []
    if source.rounded_to > 1:
        said.append(caveat("rounded", rounded_to=source.rounded_to))
    hidden = [full_label(row) for row in rows if row.suppressed or "hidden by the publisher" in row.reason]
    if hidden:
        said.append(caveat("suppressed", suppressed_below=source.suppressed_below, groups=listed(hidden)))
    if any(row.n is not None and row.x is not None and row.x > row.n for row in rows):
        said.append(caveat("non_residents"))
    return said


def worded(
    table: Table, what: Measure, *, title: str, place_name: str, caveats: tuple[str, ...], sources: tuple[str, ...]
) -> Table:
    return replace(
        table,
        title=title or f"{what.question} {place_name}, {table.period}",
        place_name=place_name,
        caveats=caveats,
        sources=sources,
        sentence=sentence(table, what),
    )


def sentence(table: Table, what: Measure) -> str:
    """What the table says: the reference, then who is lower, then who is higher."""
    if table.reference == "none":
        return alone(table)
    opening = capital(what.says.format(value=spoken(table.reference_value))) + "."
    low = [row for row in table.rows if row.compared in LOWER]
    high = [row for row in table.rows if row.compared in HIGHER]
    if not low and not high:
        return f"{opening} No group is clearly different from {reference_words(table)}."
    parts = [f"It is {side} for {named(group)}" for side, group in (("lower", low), ("higher", high)) if group]
    return f"{opening} {'. '.join(parts)}."


def representation_sentence(table: Table, what: Measure) -> str:
    """Who is fewer, and who more, among the people reached than among the residents (or on the board, than staff)."""
    low = [row for row in table.rows if row.compared in LOWER]
    high = [row for row in table.rows if row.compared in HIGHER]
    parts = [
        f"{side} {what.counted} than their share of {what.beside}: {listed([f'{full_label(row)} ({spoken(row.value, 2)} times)' for row in rows])}."  # noqa: E501
        for side, rows in (("Fewer", low), ("More", high))
        if rows
    ]
    return " ".join(parts) or "No group is clearly missing, or clearly more than its share."


def alone(table: Table) -> str:
    """Rows that stand alone: the most and the least."""
    rows = [row for row in table.rows if row.value is not None]
    if not rows:
        return "Nothing here could be counted."
    most, least = max(rows, key=lambda row: row.value or 0), min(rows, key=lambda row: row.value or 0)
    if most.value == least.value:
        what = most.label if len(rows) == 1 else "Each of these"
        return f"{what} is known for {spoken(most.value)} of every 100 records."
    return f"{most.label} is known for {spoken(most.value)} of every 100 records, and {least.label.lower()} for {spoken(least.value)}."  # noqa: E501


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def reference_words(table: Table) -> str:
    if table.reference in ("everyone", "rest"):
        return {"everyone": "everyone together", "rest": "everyone else"}[table.reference]
    return next((full_label(row) for row in table.rows if row.groups[0][1] == table.reference), table.reference)


def named(rows: Sequence[Row]) -> str:
    """The clearest few, with their values."""
    clearest = sorted(rows, key=lambda row: row.p_adjusted if row.p_adjusted is not None else 1.0)[:MOST_NAMED]
    clearest.sort(key=list(rows).index)
    names = [f"{full_label(row)} ({spoken(row.value)})" for row in clearest]
    more = len(rows) - len(clearest)
    return listed([*names, f"{more} other group{'s' if more > 1 else ''}"] if more else names)
