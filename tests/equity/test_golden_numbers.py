"""The published figures of Islington and North Central London, worked out by hand once."""

import pytest

from equity.analysis.compare import compare
from equity.analysis.completeness import completeness
from equity.analysis.findings import findings
from equity.model import Table
from equity.reading import tables
from equity.report.published import published_report
from equity.vocabulary import SetsDoNotNest, VocabularyError

FIVE_YEARS = ("2019-20", "2020-21", "2021-22", "2022-23", "2023-24")
# Census group, referrals, per 1,000 and rate ratio to White British with its 95% interval, Islington 2022-23.
ACCESS = {
    "A": (86_092, 3_575, 41.5, 1.00, None, None),
    "B": (7_062, 325, 46.0, 1.11, 0.99, 1.24),
    "C": (41_600, 1_575, 37.9, 0.91, 0.86, 0.97),
    "D": (4_171, 300, 71.9, 1.73, 1.54, 1.95),
    "E": (2_257, 100, 44.3, 1.07, 0.87, 1.30),
    "F": (3_750, 140, 37.3, 0.90, 0.76, 1.06),
    "G": (6_053, 330, 54.5, 1.31, 1.17, 1.47),
    "H": (4_051, 250, 61.7, 1.49, 1.31, 1.69),
    "J": (995, 95, 95.5, 2.30, 1.88, 2.82),
    "K": (5_972, 205, 34.3, 0.83, 0.72, 0.95),
    "L": (5_389, 265, 49.2, 1.18, 1.05, 1.34),
    "M": (7_368, 485, 65.8, 1.59, 1.44, 1.74),
    "N": (18_091, 620, 34.3, 0.83, 0.76, 0.90),
    "P": (3_284, 140, 42.6, 1.03, 0.87, 1.22),
    "R": (5_125, 175, 34.1, 0.82, 0.71, 0.96),
    "S": (15_330, 670, 43.7, 1.05, 0.97, 1.14),
}
COMPLETION = {
    "A": (27.3, 26.6, 27.9),
    "C": (29.2, 28.2, 30.2),
    "D": (21.1, 19.0, 23.3),
    "K": (20.4, 18.0, 23.0),
    "M": (19.3, 17.8, 21.0),
    "N": (20.7, 19.2, 22.2),
    "S": (20.5, 19.1, 21.9),
    "R": (25.4, 22.3, 28.7),
}
RECOVERY = {
    "A": (52.4, 50.9, 53.9),
    "C": (51.7, 49.5, 53.9),
    "D": (39.2, 33.4, 45.3),
    "K": (33.3, 27.1, 40.2),
    "M": (42.5, 37.7, 47.4),
    "N": (41.5, 37.4, 45.8),
    "S": (34.5, 30.7, 38.4),
    "R": (50.0, 42.1, 57.9),
}


def rows(table):
    return {row.groups[0][1]: row for row in table.rows}


def test_islington_has_216590_residents_and_the_five_boroughs_1410293():
    assert tables.population("TAF87", "census2021").known_total == 216_590
    assert tables.population("QMJ", "census2021").known_total == 1_410_293


def test_referrals_by_year_are_the_published_ones():
    years = ("2017-18", "2018-19", "2019-20", "2020-21", "2021-22", "2022-23", "2023-24", "2024-25")
    assert [tables.total("TAF87", year, "referred") for year in years] == [
        9_540,
        10_415,
        11_505,
        9_000,
        11_250,
        10_055,
        9_450,
        5_620,
    ]


def test_broad_groups_of_one_year_add_up_to_everyone():
    counts = tables.activity("TAF87", "2022-23", "referred", "nhs2001").at("group5_2001")
    assert {count.code: count.value for count in counts.known()} == {
        "white": 5_475,
        "mixed": 870,
        "asian": 815,
        "black": 1_245,
        "other": 845,
    }
    assert counts.unknown == 795


@pytest.mark.parametrize("code", ACCESS)
def test_access_by_ethnic_group(code):
    table = compare(
        "access",
        tables.activity("TAF87", "2022-23", "referred", "nhs2001"),
        tables.population("TAF87", "census2021"),
        reference="A",
    )
    people, referrals, rate, ratio, low, high = ACCESS[code]
    row = rows(table)[code]
    assert (row.n, row.x) == (people, referrals)
    assert row.value == pytest.approx(rate, abs=0.05)
    assert row.ratio == pytest.approx(ratio, abs=0.006)
    expected = (None, None) if low is None else pytest.approx((low, high), abs=0.006)
    assert (row.ratio_lower95, row.ratio_upper95) == expected


@pytest.mark.parametrize(
    ("measure", "stage", "before", "expected"),
    [("completion", "completed", "referred", COMPLETION), ("recovery", "recovered", "at_caseness", RECOVERY)],
)
def test_completion_and_recovery_over_five_years(measure, stage, before, expected):
    table = compare(
        measure,
        tables.activity_over("TAF87", FIVE_YEARS, stage, "nhs2001"),
        tables.activity_over("TAF87", FIVE_YEARS, before, "nhs2001"),
    )
    for code, figures in expected.items():
        row = rows(table)[code]
        assert (row.value, row.lower95, row.upper95) == pytest.approx(figures, abs=0.051)


def test_only_one_pooled_recovery_cell_misses_a_hidden_year():
    table = compare(
        "recovery",
        tables.activity_over("TAF87", FIVE_YEARS, "recovered", "nhs2001"),
        tables.activity_over("TAF87", FIVE_YEARS, "at_caseness", "nhs2001"),
    )
    assert [row.groups[0][1] for row in table.rows if "hidden" in row.reason] == ["E"]
    assert any("White and Black African miss" in said for said in table.caveats)


@pytest.mark.parametrize(
    ("code", "fixed", "between"), [("N", 0.53, 0.62), ("K", 0.65, 0.74), ("R", 0.41, 0.45), ("M", 1.19, 1.22)]
)
def test_early_ratios_depend_on_the_census_behind_them(code, fixed, between):
    counts = tables.activity("TAF87", "2017-18", "referred", "nhs2001")
    assert rows(compare("access", counts, tables.population("TAF87", "census2021"), reference="A"))[
        code
    ].ratio == pytest.approx(fixed, abs=0.006)
    assert rows(compare("access", counts, tables.population_in("TAF87", "2017-18"), reference="A"))[
        code
    ].ratio == pytest.approx(between, abs=0.006)


def test_black_residents_are_detained_nearly_three_times_as_often_as_white_residents():
    table = compare(
        "detention",
        tables.activity("QMJ", "2023-24", "detained", "group5_2001"),
        tables.population("QMJ", "census2021"),
        reference="white",
    )
    black = rows(table)["black"]
    assert (black.ratio, black.ratio_lower95, black.ratio_upper95) == pytest.approx((2.87, 2.59, 3.19), abs=0.006)
    assert black.value == pytest.approx(313.1, abs=0.05)


def test_the_mistake_in_the_published_rates_is_refused():
    counts = tables.activity("QMJ", "2023-24", "detained", "group5_2001")
    with pytest.raises(SetsDoNotNest):
        compare("detention", counts, tables.population("QMJ", "census2021").at("group5_2021"))
    with pytest.raises(VocabularyError):
        counts.at("group5_2021")


@pytest.mark.parametrize(
    ("code", "missing"),
    [
        ("nhs2001", 7.9),
        ("religion_nhs", 95.9),
        ("sexual_orientation_nhs", 20.6),
        ("disability_nhs", 86.7),
        ("long_term_condition", 88.1),
        ("sex", 0.4),
    ],
)
def test_missing_characteristics_in_2022_23(code, missing):
    table = completeness(
        [tables.activity("TAF87", "2022-23", "referred", code)], [tables.total("TAF87", "2022-23", "referred")]
    )
    assert 100 - table.rows[0].value == pytest.approx(missing, abs=0.06)


@pytest.mark.parametrize(
    ("code", "rate", "ratio"), [("heterosexual", 45.5, 1.0), ("gay_lesbian", 55.8, 1.23), ("bisexual", 125.7, 2.76)]
)
def test_referrals_by_sexual_orientation(code, rate, ratio):
    table = compare(
        "access",
        tables.activity("TAF87", "2022-23", "referred", "sexual_orientation_nhs"),
        tables.population("TAF87", "sexual_orientation"),
        reference="heterosexual",
    )
    assert rows(table)[code].value == pytest.approx(rate, abs=0.05)
    assert rows(table)[code].ratio == pytest.approx(ratio, abs=0.006)


def test_an_orientation_the_nhs_cannot_record_is_absent_and_not_zero():
    table = compare(
        "access",
        tables.activity("TAF87", "2022-23", "referred", "sexual_orientation_nhs"),
        tables.population("TAF87", "sexual_orientation"),
    )
    assert rows(table)["other"].x is None
    assert "not in the population or source" in rows(table)["other"].reason


def test_the_report_opens_with_people_leaving_and_detention_not_with_unsafe_access():
    report = published_report()
    opening = [finding.table for finding in report.findings]
    assert opening[0].startswith("completion")
    assert any(code.startswith("detention") for code in opening)
    assert not any(code.startswith("access") for code in opening)
    assert 3 <= len(opening) <= 4


def test_a_report_never_says_why():
    report = published_report()
    words = " ".join(
        [finding.sentence + finding.detail for finding in report.findings]
        + [result.sentence for result in report.results]
    ).lower()
    assert not any(cause in words for cause in ("because", "due to", "caused", "leads to", "result of"))


def test_findings_need_something_clear():
    report = published_report()
    quiet = [result.of for result in report.results if isinstance(result.of, Table) and result.of.measure == "access"]
    assert findings(quiet) == ()


def test_published_figures_are_marked_as_such():
    assert published_report().mark == "Published figures"
