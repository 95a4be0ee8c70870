"""From rows of persons to cells, access, representation and completeness, through the counting plan."""

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import numpy as np

from equity.analysis.truth.tables import Computed, File, as_rows, pair, poisson_method, read
from equity.backends import duckdb_engine
from equity.backends.cells import Cells
from equity.backends.plan import Counter, Dimension, Plan
from equity.stats import comparisons, proportions, rates, representation
from equity.vocabulary import mapping

ETHNIC = "case when ethnic_code in ('Z', '99') then null else ethnic_code end"
COUNTED = {
    "users": "true",
    "assessed": "assessed = '1'",
    "completed": "completed = '1'",
    "scored": "improved is not null",
    "improved": "improved = '1'",
}
SHARES = {
    "attrition": ("dropped", "users"),
    "assessed": ("assessed", "users"),
    "outcome": ("improved", "scored"),
    "outcome_recorded": ("scored", "completed"),
}
RECORDED = {
    "records": "true",
    "recorded": "ethnic_code is not null",
    "valid": "ethnic_code is not null and ethnic_code not in ('Z', '99')",
    "not_stated": "ethnic_code = 'Z'",
    "not_known": "ethnic_code = '99'",
    "blank": "ethnic_code is null",
}


def dimensions() -> dict[str, str]:
    """The expected file's names for its dimensions; its broad groups put Chinese with Asian."""
    way = mapping("nhs2001", "group5_2021")
    assert way is not None
    broad = " ".join(f"when '{code}' then '{group.capitalize()}'" for code, group in way.pairs)
    plain = {"period": "period", "provider": "provider", "sx": "sex", "age_band": "age_band", "imd": "imd_quintile"}
    return {"eth": ETHNIC, "broad": f"case ethnic_code {broad} end"} | plain


def counted(
    folder: Path, sql: dict[str, str], counters: dict[str, str], groupings: Iterable[tuple[str, ...]] = ()
) -> Cells:
    plan = Plan(
        tuple(Dimension(name, code) for name, code in sql.items()),
        tuple(Counter(name, code) for name, code in counters.items()),
        tuple(frozenset(one) for one in groupings or [tuple(sql)]),
    )
    source = f"read_csv({duckdb_engine.quoted(folder / 'persons.csv')}, all_varchar = true)"
    return duckdb_engine.count(plan, source, duckdb_engine.connect())


ORDER = ("period", "provider", "eth", "broad", "sx", "age_band", "imd")


def cells(folder: Path) -> Computed:
    chosen = [one for size in (1, 2) for one in combinations(ORDER, size) if set(one) != {"eth", "broad"}]
    found = counted(folder, dimensions(), COUNTED, chosen)
    return [row for names in chosen for row in cell_rows(found.of(*names), names)]


def cell_rows(part: Cells, names: tuple[str, ...]) -> Computed:
    columns: dict[str, object] = {"dim2": "", "level2": ""}
    for place, name in enumerate(names, start=1):
        levels = part.keys[name]
        columns |= {f"dim{place}": name, f"level{place}": np.where(levels == "missing", "unknown", levels)}
    counts = {name: values.astype(float) for name, values in part.counts.items()}
    counts["dropped"] = counts["users"] - counts["completed"]
    for name, (top, bottom) in SHARES.items():
        x, n = counts[top], counts[bottom]
        columns |= {f"{name}_value": proportions.share(x, n)} | pair(name, proportions.wilson(x, n))
    return as_rows(columns | counts)


def users(folder: Path) -> dict[tuple[str, str], int]:
    found = counted(folder, {"ethnic_code": ETHNIC, "sex": "sex"}, {"users": "true"})
    keys = zip(found.keys["ethnic_code"], found.keys["sex"], strict=True)
    return dict(zip(keys, found.counts["users"].tolist(), strict=True))


def residents(folder: Path) -> dict[tuple[str, str], float]:
    table = read(folder / "person_population.csv")
    return {(row["ethnic_code"], row["sex"]): float(row["population"]) for row in table}


def access(folder: Path) -> Computed:
    """A group absent from the population, or of nobody there, has no rate."""
    people, population = users(folder), residents(folder)
    keys = [(ethnic, sex) for ethnic, sex in sorted(people) if ethnic != "missing" and sex in ("F", "M")]
    x, n = np.array([people[key] for key in keys], float), np.array([population.get(key, np.nan) for key in keys])
    lower, upper = rates.rate_limits(x, n, per=100_000)
    named = {"ethnic_code": [key[0] for key in keys], "sex": [key[1] for key in keys], "users": x, "population": n}
    limits = {"lowercl": lower, "uppercl": upper, "method": poisson_method(np.where(n > 0, x, np.nan))}
    return as_rows(named | {"computable": n > 0, "value": rates.rate(x, n, per=100_000)} | limits)


def represented(folder: Path) -> Computed:
    """Only cells with a population count, above and below the line; the reference is group A."""
    people, population = users(folder), residents(folder)
    groups = sorted({group for group, _ in population})
    used = [key for key, n in population.items() if n > 0]
    x = np.array([sum(people.get(key, 0) for key in used if key[0] == group) for group in groups], float)
    n = np.array([sum(population[key] for key in used if key[0] == group) for group in groups])
    first = groups.index("A")
    four, others = (x, n, x[first], n[first]), np.arange(len(groups)) != first
    ratio = comparisons.risk_ratio(*four)
    columns: dict[str, object] = {
        "ethnic_code": groups,
        "users": x,
        "population": n,
        "user_share": x / x.sum(),
        "population_share": n / n.sum(),
        "representation_index": representation.index(x, n),
        "relative_rate_index": ratio,
        "share_gap_points": representation.gap_points(x, n),
        "four_fifths_flag": representation.outside_four_fifths(ratio),
    }
    for name, limits in (("rri", comparisons.rate_ratio_limits(*four)), ("katz", comparisons.katz(*four))):
        columns |= pair(name, tuple(np.where(others, side, np.nan) for side in limits))  # type: ignore[arg-type]
    return as_rows(columns)


def completeness(folder: Path) -> Computed:
    found = counted(folder, {"provider": "provider"}, RECORDED)
    x, n = found.counts["valid"], found.counts["records"]
    valid = {"valid_value": proportions.share(x, n)} | pair("valid", proportions.wilson(x, n))
    return as_rows({"provider": found.keys["provider"]} | found.counts | valid)


FILES = {
    "persons_cells.csv": File(("dim1", "level1", "dim2", "level2"), cells),
    "persons_access_rate.csv": File(("ethnic_code", "sex"), access),
    "persons_representation.csv": File(("ethnic_code",), represented),
    "persons_completeness.csv": File(("provider",), completeness),
}
