"""The attacker is held to lists of every possible table, made by hand or by brute force."""

import itertools
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from equity.attack import CannotRead, attack, possible, read_release
from equity.attack.published import CONVENTIONS, Published
from equity.attack.shifts import Shifts
from equity.attack.universe import universe_of

MOST = 12


def published(rows: dict[tuple[str, str], int | None], rule: str = "additive", **more: object) -> Published:
    return Published("table", ("group", "band"), rows, CONVENTIONS[rule], **more)  # type: ignore[arg-type]


def two_by_two(a, b, c, d, *, rows, columns, total) -> dict[tuple[str, str], int | None]:
    return {
        ("x", "1"): a, ("x", "2"): b, ("y", "1"): c, ("y", "2"): d,
        ("x", "Total"): rows[0], ("y", "Total"): rows[1],
        ("Total", "1"): columns[0], ("Total", "2"): columns[1], ("Total", "Total"): total,
    }  # fmt: skip


def every_possible_value(cells: dict[tuple[str, str], int | None], rule: str) -> dict[tuple[str, str], set[int]]:
    """All tables of four whole numbers up to a limit, one after another."""
    found: dict[tuple[str, str], set[int]] = {labels: set() for labels in cells}
    for a, b, c, d in itertools.product(range(MOST), repeat=4):
        truth = two_by_two(a, b, c, d, rows=(a + b, c + d), columns=(a + c, b + d), total=a + b + c + d)
        if all(shown is None or fits(truth[labels], shown, rule) for labels, shown in cells.items()):
            for labels, value in truth.items():
                found[labels].add(value)
    return found


def fits(count: int, shown: int, rule: str) -> bool:
    if rule == "additive":
        return count == shown
    return count >= 5 and 5 * ((count + 2) // 5) == shown


CASES = [
    two_by_two(None, 7, 6, None, rows=(9, 8), columns=(8, 9), total=17),
    two_by_two(None, None, None, None, rows=(8, 9), columns=(7, 10), total=17),
    two_by_two(None, None, 6, 5, rows=(8, 11), columns=(9, 10), total=19),
    two_by_two(None, None, None, 6, rows=(None, 9), columns=(6, 9), total=15),
]


@pytest.mark.parametrize("cells", CASES)
def test_bounds_of_exact_tables_are_those_of_all_possible_tables(cells):
    expected = every_possible_value(cells, "additive")
    for finding in attack([published(cells)]).findings:
        values = expected[finding.labels]
        assert (finding.low, finding.high) == (min(values), max(values))
        assert set(finding.missing) == set(range(6)) - values


ROUNDED = [
    two_by_two(None, 5, 5, None, rows=(10, 10), columns=(10, 10), total=15),
    two_by_two(None, 5, 5, 5, rows=(10, 10), columns=(10, 10), total=20),
    two_by_two(None, None, 5, 5, rows=(5, 10), columns=(10, 5), total=15),
]


@pytest.mark.parametrize("cells", ROUNDED)
def test_bounds_of_rounded_tables_are_those_of_all_possible_tables(cells):
    expected = every_possible_value(cells, "nhs-mh")
    for finding in attack([published(cells, "nhs-mh")]).findings:
        values = expected[finding.labels]
        assert (finding.low, finding.high) == (min(values), max(values))
        assert set(finding.missing) == set(range(5)) - values


def test_a_star_alone_in_its_row_is_pinned_and_breaks_the_promise():
    report = attack([published(two_by_two(None, 7, 6, 5, rows=(9, 11), columns=(8, 12), total=20))])
    assert [(finding.low, finding.high) for finding in report.broken] == [(2, 2)]
    assert report.pinned == 1


def test_a_star_that_can_only_be_large_keeps_the_promise():
    cells = two_by_two(None, None, None, None, rows=(100, 9), columns=(100, 9), total=109)
    by_labels = {finding.labels: finding for finding in attack([published(cells)]).findings}
    assert by_labels["x", "1"].low > 5
    assert by_labels["x", "1"].keeps_promise


def test_whole_people_are_fewer_than_the_linear_bounds_allow():
    """Three pairs that each come to an odd total, in a ring: the linear bounds meet at a half, no whole table does."""
    cells = two_by_two(None, None, None, None, rows=(8, 9), columns=(7, 10), total=17)
    release = published(cells)
    tables = possible.PossibleTables(universe_of([release]), [release])
    first = next(cell for cell in tables.universe.cells if cell.labels == ("x", "1"))
    assert tables.whole_table_with(first.groups, 2.2, 2.8) is None
    assert tables.whole_table_with(first.groups, 3, 3) is not None


def test_a_question_without_an_answer_in_time_counts_against_the_table(monkeypatch):
    """Whoever attacks may not say that a value is possible only because nobody had time to find out."""
    monkeypatch.setattr(possible, "PATIENCE", -1.0)
    tables, star = six_by_six()
    assert tables.whole_table_with(star.groups, 3, 3) is None
    monkeypatch.setattr(possible, "PATIENCE", 60.0)
    assert tables.whole_table_with(star.groups, 3, 3) is not None


def test_a_few_people_moved_in_a_table_that_is_known_show_another_value():
    tables, star = six_by_six()
    known = tables.whole_table_with(star.groups, 3, 3)
    Shifts(tables).try_from(known, star.groups, 5)
    assert tables.seen[-1][star.groups].sum() == 5
    assert np.abs(tables.seen[-1] - known).sum() == 8, "two people go round four cells"
    assert (tables.seen[-1].reshape(6, 6).sum(axis=0) == 18).all()
    assert (tables.seen[-1].reshape(6, 6).sum(axis=1) == 18).all()


def test_no_move_shows_a_value_that_no_table_has():
    tables, star = six_by_six()
    known = tables.whole_table_with(star.groups, 3, 3)
    Shifts(tables).try_from(known, star.groups, 19)
    assert len(tables.seen) == 1


def six_by_six():
    """All stars, where every row and every column comes to 18; and the first of them."""
    places = [str(number) for number in range(6)]
    cells = {(group, band): None for group in places for band in places}
    cells |= {(group, "Total"): 18 for group in places} | {("Total", band): 18 for band in places}
    release = published(cells | {("Total", "Total"): 108})
    tables = possible.PossibleTables(universe_of([release]), [release])
    return tables, next(cell for cell in tables.universe.cells if cell.labels == ("0", "0"))


def test_a_hierarchy_gives_more_away():
    rows = {("p", "1"): None, ("q", "1"): 9, ("r", "1"): None, ("Total", "1"): 30, ("g", "1"): 12}
    both = {(a, b): v for (a, _), v in rows.items() for b in ("1", "Total")}
    flat = {labels: value for labels, value in both.items() if labels[0] != "g"}
    loose = attack([published(flat)]).findings[0]
    tight = attack([published(both, parents={"group": {"p": "g", "q": "g", "r": "Total"}})])
    assert (loose.low, loose.high) == (0, 21)
    assert {finding.low for finding in tight.findings if finding.labels[0] == "p"} == {3}


def test_numbers_that_cannot_all_be_true_are_said_to_be_so():
    cells = two_by_two(5, None, 6, 7, rows=(20, 13), columns=(11, 8), total=33)
    with pytest.raises(CannotRead, match="cannot all be true"):
        attack([published(cells)])


def test_two_cuts_of_the_same_people_are_attacked_together():
    first = Published("A", ("group",), {("x",): 40, ("y",): 60, ("Total",): 100}, CONVENTIONS["additive"])
    second = Published("B", ("band",), {("1",): None, ("2",): 97, ("Total",): 100}, CONVENTIONS["additive"])
    assert attack([first, second]).pinned == 1


def ages(*bands: str) -> dict[str, dict[str, frozenset[str]]]:
    def years(band: str) -> frozenset[str]:
        low, high = band.split("-")
        return frozenset(f"{year} years" for year in range(int(low), int(high) + 1))

    return {"age": {band: years(band) for band in bands}}


def test_the_difference_between_overlapping_age_bands_is_attacked():
    rule = CONVENTIONS["additive"]
    adults = Published("A", ("age",), {("18-64",): 40, ("Total",): 40}, rule, covers=ages("18-64"))
    older = Published("B", ("age",), {("19-64",): 38, ("Total",): 38}, rule, covers=ages("19-64"))
    broken = attack([adults, older]).broken
    assert {(finding.low, finding.high) for finding in broken} == {(2, 2)}
    assert {finding.other_release for finding in broken} == {"B"}


def test_a_difference_is_held_to_the_strictest_promise_whichever_release_comes_first():
    """Five people are larger than what is hidden under the rounding rule, and promised under the exact one."""
    exact, rounded = CONVENTIONS["additive"], CONVENTIONS["nhs-mh"]
    adults = {("18-64",): 40, ("Total",): 40}
    all_three = [
        Published("A", ("age",), adults, exact, covers=ages("18-64")),
        Published("B", ("age",), {("19-64",): 35, ("Total",): 35}, exact, covers=ages("19-64")),
        Published("C", ("age",), adults, rounded, covers=ages("18-64")),
    ]
    for order in itertools.permutations(all_three):
        assert {(finding.low, finding.high) for finding in attack(order).broken} == {(5, 5)}


def test_rounded_numbers_hide_a_small_difference():
    rule = CONVENTIONS["nhs-mh"]
    adults = Published("A", ("age",), {("18-64",): 40, ("Total",): 40}, rule, covers=ages("18-64"))
    older = Published("B", ("age",), {("19-64",): 40, ("Total",): 40}, rule, covers=ages("19-64"))
    assert not attack([adults, older]).broken


def test_other_people_and_other_times_say_nothing():
    rows = {("x",): None, ("y",): 97, ("Total",): None}
    other = {("x",): 3, ("y",): 97, ("Total",): 100}
    rule = CONVENTIONS["additive"]
    spring = Published("A", ("group",), rows, rule, period=(date(2025, 4, 1), date(2025, 9, 30)))
    autumn = Published("B", ("group",), other, rule, period=(date(2025, 10, 1), date(2026, 3, 31)))
    assert not attack([spring, autumn]).broken
    elsewhere = Published("C", ("group",), other, rule, subject=("somewhere else", ""), period=spring.period)
    assert not attack([spring, elsewhere]).broken
    again = Published("D", ("group",), other, rule, period=spring.period)
    assert attack([spring, again]).broken


def test_people_seen_in_two_half_years_may_be_the_same_people():
    def counted(name: str, first: str, last: str, count: int | None, people: bool) -> Published:
        cells = {("x",): count, ("Total",): count}
        days = date.fromisoformat(first), date.fromisoformat(last)
        return Published(name, ("group",), cells, CONVENTIONS["additive"], counts_people=people, period=days)

    def halves(people: bool) -> list[Published]:
        return [
            counted("A", "2025-04-01", "2025-09-30", 10, people),
            counted("B", "2025-10-01", "2026-03-31", None, people),
            counted("C", "2025-04-01", "2026-03-31", 12, people),
        ]

    events = {
        f.labels: (f.low, f.high) for f in attack(halves(False)).findings if f.release == "B" and not f.other_release
    }
    people = {
        f.labels: (f.low, f.high) for f in attack(halves(True)).findings if f.release == "B" and not f.other_release
    }
    assert people["x",] == (2, 12)
    assert events["x",] == (2, 2)


def test_a_release_is_read_from_its_file(tmp_path: Path):
    path = tmp_path / "released.csv"
    path.write_text("group,count\nTotal,15\nx,*\ny,10\n")
    release = read_release(path)
    assert release.convention.name == "nhs-mh" or release.convention.name == "hes-plus-zero"
    assert release.cells["x",] is None
    path.write_text("group,count\nTotal,15.5\n")
    with pytest.raises(CannotRead, match="whole number"):
        read_release(path)


def test_the_attacker_agrees_with_the_published_size_of_the_leak():
    """Starring 0 to 4 and keeping exact totals gives away dozens of the 203 small counts of this table."""
    import csv
    from collections import Counter

    counts: Counter[tuple[str, ...]] = Counter()
    with (Path(__file__).parent / "truth" / "19x3x8-1.csv").open() as file:
        for row in csv.DictReader(file):
            for key in itertools.product(*[(row[name], "Total") for name in ("ethnicity", "sex", "age")]):
                counts[key] += int(row["count"])
    cells = {labels: count if count > 4 else None for labels, count in counts.items()}
    report = attack([Published("habit", ("ethnicity", "sex", "age"), cells, CONVENTIONS["additive"])], intervals=False)
    assert len(report.findings) == 203
    assert report.pinned > 40
    assert len(report.broken) > 100


CODES = 5
EVERYBODY = np.array(list(itertools.product(range(10), repeat=CODES)))


def overlapping_bands(seed: int) -> tuple[list[Published], dict[str, np.ndarray]]:
    """Five single years of age that are all hidden, and overlapping bands of them with their exact numbers."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 6, CODES)
    single, shown = np.eye(CODES, dtype=bool), []
    while len(shown) < 5:
        band = rng.random(CODES) < 0.5
        if 2 <= band.sum() <= 3 and 5 <= truth[band].sum() <= 9:
            shown.append(band)
    possible = EVERYBODY[np.all([EVERYBODY @ band == truth @ band for band in shown], axis=0)]
    releases = [one_band(f"star {n}", band, None) for n, band in enumerate(single)]
    releases += [one_band(f"band {n}", band, int(truth @ band)) for n, band in enumerate(shown)]
    return releases, {f"star {n}": possible[:, n] for n in range(CODES) if any(band[n] for band in shown)}


def one_band(name: str, years: np.ndarray, count: int | None) -> Published:
    covers = {"age": {"band": frozenset(f"{year} years" for year in np.flatnonzero(years))}}
    return Published(name, ("age",), {("band",): count}, CONVENTIONS["additive"], covers=covers)


WHERE_PARTS_OF_PEOPLE_WOULD_ALLOW_MORE = [5, 11, 14, 16, 18, 20, 21, 27]


@pytest.mark.parametrize("seed", [*range(4), *WHERE_PARTS_OF_PEOPLE_WOULD_ALLOW_MORE])
def test_only_values_of_whole_people_are_said_to_be_possible(seed):
    releases, expected = overlapping_bands(seed)
    for finding in attack(releases, intervals=False).findings:
        if not finding.other_release and finding.release in expected:
            assert set(finding.missing) == set(range(6)) - set(expected[finding.release].tolist())
