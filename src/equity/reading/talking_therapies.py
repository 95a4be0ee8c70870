"""Read NHS England's Talking Therapies key measures (the long table of organisation, variable, measure, value)."""
# ruff: noqa: S608 - names are quoted with `escaped` or `quoted`, values are ours

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from equity.backends import duckdb_engine
from equity.vocabulary import Unknown, category_set, recognise

STAGES = {
    "referrals_received": "referred",
    "finished_course_treatment": "completed",
    "at_caseness": "at_caseness",
    "recovery": "recovered",
}
# Age bands changed in 2021-22; deprivation tenths run backwards; ethnic groups follow the 2001 list.
SETS = {
    "Ethnic Group": "nhs2001",
    "Gender": "sex",
    "Sexual Orientation Type": "sexual_orientation_nhs",
    "Religion": "religion_nhs",
    "Disability Type": "disability_nhs",
    "Long Term Condition Status": "long_term_condition",
    "Indices of Deprivation Decile": "imd_decile_tt",
}
AGE_CHANGED = "2021-22"
TOGETHER = "Not stated/Not known/Invalid"


@dataclass(frozen=True)
class Reading:
    """Tidy rows, and what was left out and why."""

    rows: tuple[tuple[str, str, str, str, str, str, str], ...]
    left_out: tuple[tuple[str, int], ...]


def read(path: Path, places: Iterable[str]) -> Reading:
    """Rows of place, period, stage, set, code, count and state for the organisations asked for."""
    con = duckdb_engine.connect()
    wanted = ", ".join(duckdb_engine.quoted(place) for place in places)
    source = (
        f"read_parquet({duckdb_engine.quoted(path)})"
        if path.suffix == ".parquet"
        else f"read_csv({duckdb_engine.quoted(path)}, all_varchar = true)"
    )
    names = [row[0] for row in con.execute(f"describe select * from {source}").fetchall()]
    only_counts = "and measure_statistic = 'count'" if "measure_statistic" in names else ""
    found = con.execute(
        f"select org_code, reporting_period, measure_name, variable_type, variable_a, nullif(variable_b, 'NULL'), value from {source} "  # noqa: E501
        f"where org_code in ({wanted}) {only_counts} order by all"
    ).fetchall()
    return tidied(found)


def tidied(found: Iterable[tuple[str, ...]]) -> Reading:
    rows: list[tuple[str, str, str, str, str, str, str]] = []
    left_out: dict[str, int] = {}
    for place, period, measure, variable, first, second, value in found:
        coded = code_of(variable, first, second, period)
        if measure not in STAGES or coded is None or value in (None, "NULL"):
            why = (
                "not a measure used"
                if measure not in STAGES
                else "a subtotal or another variable"
                if coded is None
                else "not applicable"
            )
            left_out[why] = left_out.get(why, 0) + 1
            continue
        set_code, code = coded
        suppressed = value == "*"
        rows.append(
            (
                place,
                period,
                STAGES[measure],
                set_code,
                code,
                "" if suppressed else str(int(float(value))),
                "suppressed" if suppressed else "counted",
            )
        )
    return Reading(tuple(rows), tuple(sorted(left_out.items())))


def code_of(variable: str, first: str, second: str | None, period: str) -> tuple[str, str] | None:
    """The set and code of one line; None for subtotals and variables about treatment."""
    if variable == "Total":
        return "total", "all"
    set_code = (
        ("age_tt2021" if period >= AGE_CHANGED else "age_tt2017") if variable == "Age Group" else SETS.get(variable)
    )
    if set_code is None:
        return None
    label = first if second in (None, "All") else second
    if variable == "Ethnic Group" and second in (None, "All") and first != TOGETHER:
        return None
    seen = recognise(label, set_code)
    if seen.kind in set(Unknown):
        return set_code, seen.kind
    return (set_code, seen.code) if seen.code in category_set(set_code).codes else None
