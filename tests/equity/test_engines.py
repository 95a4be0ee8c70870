"""The same plan gives the same cells on every engine, on random rows."""

import os
import subprocess
import sys
from dataclasses import replace
from random import Random

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equity.backends import duckdb_engine, prepared, store
from equity.backends.plan import Counter, Dimension, Plan
from equity.problem import Problem

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
VALUES = {
    "ethnicity": ["A", "B", "it's", None],
    "sex": ["F", "M", None],
    "provider": ["P1", "P2", None],
    "status": ["in", "out", None],
}
DIMENSIONS = (
    Dimension("provider", "provider"),
    Dimension("ethnicity", "ethnicity"),
    Dimension("sex", "sex"),
    Dimension("band", "age // 10", whole=(0, 9)),
)
COUNTERS = (
    Counter("n", "true"),
    Counter("left_early", "status = 'out'"),
    Counter("answers", "score is not null"),
    Counter("total", "score", False),
    Counter("known", "ethnicity is not null and sex is not null", of_dimensions=True),
)
STATES = (Dimension("status", "status"), Dimension("score", "score", whole=(0, 10)))
made = Plan.crossing(DIMENSIONS, COUNTERS, outer=("provider",))
PLAN = Plan(made.dimensions, made.counters, made.groupings, states=STATES)
ROW = st.tuples(
    *(st.sampled_from(VALUES[name]) for name in VALUES),
    st.one_of(st.none(), st.integers(0, 99)),
    st.one_of(st.none(), st.integers(0, 10)),
    st.integers(1, 6),
)


def loaded(rows):
    con = duckdb.connect()
    con.execute(
        "create table people (ethnicity varchar, sex varchar, provider varchar, status varchar, age integer, score integer, person integer)"  # noqa: E501
    )
    if rows:
        con.executemany("insert into people values (?, ?, ?, ?, ?, ?, ?)", rows)
    return con


def by_hand(rows):
    """The plan counted in plain Python."""
    found = {}
    for ethnicity, sex, provider, status, age, score, _ in rows:
        keys = {
            "provider": provider,
            "ethnicity": ethnicity,
            "sex": sex,
            "band": None if age is None else str(age // 10),
        }
        keys = {name: "missing" if value is None else value for name, value in keys.items()}
        adds = (
            1,
            int(status == "out"),
            int(score is not None),
            score or 0,
            int(ethnicity is not None and sex is not None),
        )
        for grouping in PLAN.groupings:
            cell = (PLAN.number(grouping), *(keys[name] if name in grouping else None for name in PLAN.names))
            found[cell] = tuple(a + b for a, b in zip(found.get(cell, (0,) * 5), adds, strict=True))
    return found


@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROW, min_size=1, max_size=60))
def test_covers_grouping_sets_kernel_and_plain_python_agree_cell_by_cell(rows):
    from equity.backends import kernel

    con = loaded(rows)
    expected = by_hand(rows)
    assert duckdb_engine.count(PLAN, "people", con).lookup() == expected
    assert duckdb_engine.count_plainly(PLAN, "people", con).lookup() == expected
    assert kernel.count(PLAN, prepared.prepare(PLAN, "people", con)).cells().lookup() == expected


@settings(deadline=None, max_examples=6)
@given(st.lists(ROW, min_size=1, max_size=60))
def test_different_persons_are_counted_exactly_in_every_cell(rows):
    con = loaded(rows)
    counters = (Counter("n", "true"), Counter("left_early", "status = 'out'"))
    plan = Plan(
        DIMENSIONS[:3], counters, (frozenset({"sex"}), frozenset({"ethnicity", "sex"}), frozenset()), distinct="person"
    )
    cells = duckdb_engine.count(plan, "people", con).lookup()
    assert cells == duckdb_engine.count_plainly(plan, "people", con).lookup()
    everyone = cells[(0, None, None, None)]
    assert everyone == (len({row[6] for row in rows}), len({row[6] for row in rows if row[3] == "out"}))


def test_a_store_counts_the_same_after_it_was_kept(tmp_path):
    from equity.backends import kernel

    rows = [("A", "F", "P1", "out", 23, 4, 1), ("B", None, "P2", "in", None, None, 2)] * 40
    con = loaded(rows)
    store.save(prepared.prepare(PLAN, "people", con), tmp_path / "store")
    assert kernel.count(PLAN, store.load(tmp_path / "store")).cells().lookup() == by_hand(rows)


def test_a_value_beyond_the_first_rows_is_not_lost(monkeypatch):
    from equity.backends import kernel

    monkeypatch.setattr(prepared, "SAMPLE", 5)
    rows = [("A", "F", "P1", "out", 23, 4, 1)] * 20 + [("rare", "M", "P9", "in", 50, 1, 2)]
    con = loaded(rows)
    assert kernel.count(PLAN, prepared.prepare(PLAN, "people", con)).cells().lookup() == by_hand(rows)


@pytest.mark.parametrize("outer", [(), ("provider",), ("provider", "band"), ("sex", "ethnicity", "provider")])
@pytest.mark.parametrize("ways", [1, 2, 3])
def test_the_kernel_counts_what_plain_sql_counts_whatever_lies_outside(outer, ways, monkeypatch):
    from equity.backends import kernel

    monkeypatch.setattr(kernel, "ROWS_AT_ONCE", 7)
    monkeypatch.setattr(prepared, "BLOCK", 5)
    pick = Random(7).choice
    ages, scores = [None, *range(100)], [None, *range(11)]
    rows = [(*map(pick, VALUES.values()), pick(ages), pick(scores), 1) for _ in range(300)]
    con = loaded(rows + rows[:20])
    counters = (*COUNTERS, Counter("of_first", "provider = 'P1' and sex is not null", of_dimensions=True))
    crossed = Plan.crossing(DIMENSIONS, counters, outer=outer, ways=ways)
    plan = Plan(crossed.dimensions, crossed.counters, crossed.groupings, states=STATES)
    made = prepared.prepare(plan, "people", con)
    assert made.times.sum() == 320
    assert len(made.keys) <= 300
    assert kernel.count(plan, made).cells().lookup() == duckdb_engine.count_plainly(plan, "people", con).lookup()


ODD_COLUMNS = {
    "numbers without a promised range": "[-3, 7, null][1 + i % 3]",
    "numbers with a point": "[0.5, 1.25, null][1 + i % 3]",
    "yes and no": "[true, false, null][1 + i % 3]",
    "days": "[date '2024-01-31', date '2024-02-29', null][1 + i % 3]",
    "an enumeration": "['x', 'y', null][1 + i % 3]::enum ('y', 'x')",
    "empty words": "['', ' ', null][1 + i % 3]",
    "nothing at all": "null::varchar",
}


@pytest.mark.parametrize("name", ODD_COLUMNS)
def test_columns_of_every_type_are_coded_as_plain_sql_reads_them(name):
    from equity.backends import kernel

    con = duckdb.connect()
    con.execute(
        f"create table people as select {ODD_COLUMNS[name]} as odd, ['in', 'out'][1 + i % 2] as status from range(30) as numbers(i)"  # noqa: E501
    )
    odd, status = Dimension("odd", "odd", whole=(0, 9)), Dimension("status", "status")
    counters = (Counter("n", "true"), Counter("known", "odd is not null"))
    sums = Plan(
        (odd,),
        (counters[0], Counter("left_early", "status = 'out'")),
        (frozenset(), frozenset({"odd"})),
        states=(status,),
    )
    states = Plan((status,), counters, (frozenset(), frozenset({"status"})), states=(odd,))
    for plan in (sums, states):
        if name == "numbers without a promised range":
            plan = replace(
                plan, dimensions=tuple(map(unranged, plan.dimensions)), states=tuple(map(unranged, plan.states))
            )
        found = kernel.count(plan, prepared.prepare(plan, "people", con)).cells().lookup()
        assert found == duckdb_engine.count_plainly(plan, "people", con).lookup()


def unranged(column):
    return replace(column, whole=None)


REFUSED = {
    "persons": (replace(PLAN, distinct="person"), "does not add up"),
    "an expression as state": (replace(PLAN, states=(Dimension("late", "age // 10"),)), "more than a column"),
    "one name for two": (replace(PLAN, states=(Dimension("sex", "sex"),)), "share a name"),
    "a condition on a column that is no dimension": (
        replace(PLAN, counters=(*COUNTERS, Counter("old", "age > 64", of_dimensions=True))),
        "more than the dimensions",
    ),
    "numbers below nothing": (replace(PLAN, counters=(*COUNTERS, Counter("owed", "-score", False))), "below 0"),
    "another counter first": (replace(PLAN, counters=COUNTERS[1:]), "must be the rows"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_kernel_says_which_plans_it_leaves_to_plain_sql(name):
    from equity.backends import kernel

    plan, said = REFUSED[name]
    con = loaded([("A", "F", "P1", "out", 23, 4, 1)])
    with pytest.raises(store.DoesNotFit, match=said):
        kernel.count(plan, prepared.prepare(plan, "people", con))


def test_the_word_that_stands_for_missing_is_not_taken_for_a_value():
    con = loaded([("missing", "F", "P1", "out", 23, 4, 1), (None, "F", "P1", "out", 23, 4, 1)])
    with pytest.raises(store.DoesNotFit, match="as a value"):
        prepared.prepare(PLAN, "people", con)


def test_counting_from_a_store_loads_neither_duckdb_nor_scipy():
    code = "import sys; import equity.backends.kernel; print({'duckdb', 'scipy', 'pandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=ENVIRONMENT)
    assert done.stdout.strip() == "set()"


def test_numbers_outside_the_promised_range_are_refused():
    con = loaded([("A", "F", "P1", "out", 2300, 4, 1)])
    with pytest.raises(Problem, match="outside the range"):
        prepared.prepare(PLAN, "people", con)


def test_a_folder_that_is_no_store_is_said_plainly(tmp_path):
    with pytest.raises(Problem, match="not a prepared store"):
        store.load(tmp_path)


def test_every_grouping_lies_in_a_cover_and_covers_are_few():
    plan = Plan.crossing([Dimension(name, name) for name in "abcde"], COUNTERS[:1], outer=(), ways=2)
    assert len(plan.groupings) == 16
    assert all(any(grouping <= cover for cover in plan.covers) for grouping in plan.groupings)
    assert len(plan.covers) == 4


def test_a_plan_cannot_group_by_what_it_does_not_have():
    with pytest.raises(ValueError, match="no column for"):
        Plan(DIMENSIONS, COUNTERS, (frozenset({"mood"}),))


def test_a_fingerprint_changes_with_the_plan_and_the_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("x\n1\n")
    source = f"read_csv('{path}')"
    first = prepared.fingerprint(PLAN, source)
    path.write_text("x\n1\n2\n")
    assert prepared.fingerprint(PLAN, source) != first
    assert prepared.fingerprint(made, source) != prepared.fingerprint(PLAN, source)
