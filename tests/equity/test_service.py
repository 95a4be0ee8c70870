"""A service's own file: what is counted, by whom, together, by place and over time."""

import csv

import numpy as np
import pytest

from equity.analysis.counting import Wanted
from equity.analysis.gradient import gradient
from equity.analysis.over_time import gap_change, over_time
from equity.analysis.service import analyse
from equity.model import Series, Table
from equity.problem import Problem
from equity.reading import checking
from equity.reading.files import open_file
from equity.reading.mapping import Coded, FileMapping, StageRule, guess
from equity.reading.populations import Population
from equity.stats import crossing, proportions
from equity.stats.normal import Draws

CODES = {"ethnicity": Coded("ethnicity", "nhs2001"), "sex": Coded("sex", "sex")}
STAGES = {"assessed": StageRule("assessed", ("1",)), "completed": StageRule("completed", ("1",))}


@pytest.fixture
def people(tmp_path):
    """Made-up people with known gaps: men of group N complete less than either alone would give."""
    rng = np.random.default_rng(5)
    path = tmp_path / "people.csv"
    with path.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(
            ["person", "date", "ethnicity", "sex", "provider", "decile", "assessed", "completed", "experience"]
        )
        for i in range(6_000):
            ethnic, sex = (
                rng.choice(["A", "N", "Z", "99"], p=[0.6, 0.3, 0.06, 0.04]),
                rng.choice(["F", "M", ""], p=[0.5, 0.48, 0.02]),
            )
            decile = rng.integers(1, 11)
            done = (
                0.4
                - 0.05 * (ethnic == "N")
                - 0.05 * (sex == "M")
                - 0.15 * (ethnic == "N" and sex == "M")
                + 0.01 * decile
            )
            writer.writerow([
                i // 2, f"202{rng.integers(2, 5)}-{rng.integers(1, 13):02d}-15", ethnic, sex, f"P{rng.integers(1, 7)}", decile,  # noqa: E501
                int(rng.random() < 0.8), int(rng.random() < done), rng.integers(0, 11) if rng.random() < 0.5 else "",
            ])  # fmt: skip
    return path


def made(path, **words):
    wanted = words.pop("wanted", Wanted())
    population = words.pop("population", None)
    stages = words.pop("stages", STAGES)
    file = open_file(path)
    mapping = FileMapping(words.pop("characteristics", CODES), stages, **words)
    checking.check(file, mapping)
    return {result.code: result for result in analyse(file, mapping, population=population, wanted=wanted)}


def test_people_of_unknown_group_are_in_no_row_and_in_the_count_of_unknown(people):
    table = made(people)["completion-ethnicity"]
    assert (
        sum(row.n or 0 for row in table.rows)
        + sum(1 for row in csv.DictReader(people.read_text().splitlines()) if row["ethnicity"] in ("Z", "99"))
        == 6_000
    )
    assert table.rows[0].n_unknown > 0
    assert any("no known answer" in said for said in table.caveats)


def test_where_each_person_counts_once_nothing_says_that_they_count_twice(people):
    said = {
        count: " ".join(made(people, count=count, person="person", date="date")["completion-sex"].caveats)
        for count in ("events", "first")
    }
    assert "someone referred twice is counted twice" in said["events"]
    assert "counted twice" not in said["first"]


def test_reasons_for_not_knowing_stand_apart(people):
    table = made(people)["completion-ethnicity"]
    said = next(said for said in table.caveats if "no known answer" in said)
    assert "asked, did not want to say" in said
    assert "not known" in said


def test_unknown_people_are_shared_out_between_none_and_all(people):
    for row in made(people)["completion-ethnicity"].rows:
        if row.n:
            assert row.unknown_low <= row.unknown_shared <= row.unknown_high


def test_many_groups_get_one_number_with_its_interval(people):
    codes = {**CODES, "deprivation": Coded("decile", "imd_decile")}
    said = " ".join(made(people, characteristics=codes)["completion-deprivation"].caveats)
    assert "One number for all groups" in said
    assert "95% interval" in said


def test_a_characteristic_and_a_place_can_be_put_together(people):
    table = made(people, provider="provider", wanted=Wanted(together=(("ethnicity", "provider"),)))
    cell = table["completion-ethnicity-x-provider"].rows[0]
    assert [group[0] for group in cell.groups] == ["ethnicity", "provider"]


def test_half_years_say_change_or_noise_and_how_long_a_change_would_take_to_show(people):
    series = made(people, date="date")["completion-ethnicity-over-time"]
    assert any(line.usual for line in series.lines)
    assert "noise" in series.sentence.lower()
    assert any("4 chances in 5" in said for said in series.caveats)


@pytest.mark.parametrize("reference", ["everyone", "rest", "A", "zzz"])
def test_a_reference_is_used_wherever_the_groups_have_it(people, reference):
    found = made(people, population=Population.of_place("E09000019"), wanted=Wanted(reference=reference))
    wanted = reference if reference != "zzz" else "everyone"
    assert found["completion-ethnicity"].reference == wanted
    assert found["access-ethnicity"].reference == wanted
    assert found["completion-sex"].reference == ("everyone" if reference == "A" else wanted)


def test_ready_made_counts_keep_the_reference_too(tmp_path):
    path = tmp_path / "staff.csv"
    path.write_text(WORKFORCE)
    stages = {name: StageRule(name) for name in WORKFORCE.splitlines()[0].split(",")[1:]}
    mapping = FileMapping({"ethnicity": CODES["ethnicity"]}, stages, kind="counts")
    found = {result.code: result for result in analyse(open_file(path), mapping, wanted=Wanted(reference="A"))}
    rows = {row.groups[0][1]: row for row in found["appointment-ethnicity"].rows}
    assert rows["N"].ratio == pytest.approx(0.5)
    assert rows["A"].ratio == pytest.approx(1)


def test_part_of_a_half_year_is_said_to_be_part(people):
    lines = people.read_text().splitlines()
    kept = [lines[0], *(line for line in lines[1:] if "2023-04" <= line.split(",")[1] < "2024-03")]
    people.write_text("\n".join(kept) + "\n")
    series = made(people, date="date")["completion-sex-over-time"]
    assert "2023-24 Oct-Mar is part of a year only." in series.caveats
    assert not any(said.startswith("2023 Apr-Sep is part") for said in series.caveats)


def test_residents_show_who_is_missing(people):
    found = made(people, population=Population.of_place("E09000019"))
    row = found["representation-ethnicity"].rows[0]
    assert row.value == pytest.approx(found["access-ethnicity"].rows[0].ratio)
    assert row.unit.startswith("times its share")


def test_places_stand_in_a_funnel(people):
    table = made(people, provider="provider")["completion-by-provider"]
    assert table.funnel.average == pytest.approx(table.reference_value / 100)
    assert table.funnel.tau == 0


def test_each_stage_stands_on_the_one_before(people):
    found = made(people, stages={"assessed": StageRule("assessed", ("1",)), "entered": StageRule("completed", ("1",))})
    assessed = {row.label: row.x for row in found["assessed-ethnicity"].rows}
    entered = {row.label: row.n for row in found["entered-ethnicity"].rows}
    assert assessed == entered


def test_rows_first_rows_and_persons_are_three_different_counts(people):
    rows = list(csv.DictReader(people.read_text().splitlines()))
    halves = {
        (
            row["person"],
            row["date"][:4],
            row["date"][5:7] in ("04", "05", "06", "07", "08", "09"),
            row["date"][5:7] < "04",
        )
        for row in rows
    }
    everyone = {}
    for count in ("events", "first", "persons"):
        found = made(people, count=count, person="person", date="date")
        everyone[count] = (
            sum(row.n or 0 for row in found["completion-sex"].rows) + found["completion-sex"].rows[0].n_unknown
        )
    assert everyone["events"] == pytest.approx(6_000, abs=200)
    assert everyone["first"] < everyone["events"]
    assert everyone["persons"] < everyone["first"]
    assert len(halves) >= everyone["first"] - 200


def test_two_characteristics_together_show_what_neither_alone_would(people):
    table = made(people, wanted=Wanted(together=(("ethnicity", "sex"),)))["completion-ethnicity-x-sex"]
    cell = next(row for row in table.rows if row.label == "African and Male")
    assert [group[0] for group in cell.groups] == ["ethnicity", "sex"]
    assert cell.difference < 0
    assert cell.difference_upper95 < 0
    assert cell.compared in ("lower", "much lower")
    assert "the two alone" in cell.reference


def test_every_pair_is_crossed_when_asked(people):
    found = made(
        people, characteristics={**CODES, "deprivation": Coded("decile", "imd_decile")}, wanted=Wanted(every_pair=True)
    )
    assert {"completion-ethnicity-x-sex", "completion-ethnicity-x-deprivation", "completion-sex-x-deprivation"} <= set(
        found
    )


def test_three_characteristics_can_be_put_together(people):
    found = made(
        people,
        characteristics={**CODES, "deprivation": Coded("decile", "imd_decile")},
        wanted=Wanted(together=(("ethnicity", "sex", "deprivation"),)),
    )
    table = found["completion-ethnicity-x-sex-x-deprivation"]
    assert len(table.rows[0].groups) == 3
    assert len(table.rows) > 20


def test_putting_together_what_is_not_there_is_said_plainly(people):
    with pytest.raises(Problem, match="no 'religion'"):
        made(people, wanted=Wanted(together=(("ethnicity", "religion"),)))


def test_ordered_groups_get_a_gradient_and_ethnic_groups_never_do(people):
    found = made(people, characteristics={**CODES, "deprivation": Coded("decile", "imd_decile")})
    slope = gradient(found["completion-deprivation"])
    assert slope.sii > 0
    assert slope.sii_lower > 0
    assert "From the first group to the last it is" in found["completion-deprivation"].sentence
    assert f", {slope.rii:.2f} times as high (" in found["completion-deprivation"].sentence
    with pytest.raises(Problem, match="has no order"):
        gradient(found["completion-ethnicity"])


def test_providers_stand_beside_everyone_together(people):
    table = made(people, provider="provider")["completion-by-provider"]
    assert [row.label for row in table.rows] == [f"P{i}" for i in range(1, 7)]
    assert table.reference == "everyone"


def test_half_years_become_a_series(people):
    series = made(people, date="date")["completion-ethnicity-over-time"]
    assert isinstance(series, Series)
    assert list(series.periods) == sorted(series.periods, key=lambda half: (half[:4], "Oct" in half))
    assert not series.is_published


def test_experience_is_a_mean_with_its_interval(people):
    table = made(people, experience="experience")["experience-ethnicity"]
    row = next(row for row in table.rows if row.label == "British")
    scores = [
        float(one["experience"])
        for one in csv.DictReader(people.read_text().splitlines())
        if one["ethnicity"] == "A" and one["experience"]
    ]
    assert row.value == pytest.approx(np.mean(scores))
    assert row.lower95 < row.value < row.upper95
    assert next(row for row in table.rows if row.label == "Irish").reason


def test_completeness_is_shown_at_each_stage(people):
    found = made(people)
    assert {"completeness-n", "completeness-assessed", "completeness-completed"} <= set(found)
    row = found["completeness-n"].rows[0]
    low, high = proportions.wilson(row.x, row.n)
    assert (row.lower95, row.upper95) == pytest.approx((100 * low, 100 * high))
    assert row.compared == "not comparable"


def test_access_needs_a_population_and_keeps_its_source(people):
    found = made(people, population=Population.of_place("E09000019"))
    row = found["access-ethnicity"].rows[0]
    assert row.n == 86_092
    assert "Census 2021" in row.population_source


def test_a_place_nobody_knows_is_said_plainly():
    with pytest.raises(Problem, match="no place 'E99'"):
        Population.of_place("E99")


WORKFORCE = "ethnicity,shortlisted,appointed,staff,disciplined,trained\nWhite British,400,80,900,9,300\nAfrican,100,10,150,6,30\nIndian,80,8,120,2,40\n"  # noqa: E501


def test_workforce_measures_come_from_ready_made_counts(tmp_path):
    path = tmp_path / "staff.csv"
    path.write_text(WORKFORCE)
    stages = {name: StageRule(name) for name in WORKFORCE.splitlines()[0].split(",")[1:]}
    file = open_file(path)
    mapping = FileMapping({"ethnicity": CODES["ethnicity"]}, stages, kind="counts")
    found = {result.code: result for result in analyse(file, mapping)}
    assert {"appointment-ethnicity", "discipline-ethnicity", "training-ethnicity"} <= set(found)
    table = found["appointment-ethnicity"]
    rows = {row.groups[0][1]: row for row in table.rows}
    assert rows["N"].value == pytest.approx(10)
    assert rows["A"].value == pytest.approx(20)
    assert rows["B"].x is None
    assert "not in the population or source" in rows["B"].reason


@pytest.fixture
def staff(tmp_path):
    path = tmp_path / "staff.csv"
    rng = np.random.default_rng(2)
    lines = ["ethnicity,band,pay"]
    for ethnic, band, mean, count in (
        ("A", "5", 18, 60),
        ("A", "8a", 30, 40),
        ("N", "5", 16, 30),
        ("N", "8a", 29, 5),
        ("H", "5", 17, 3),
        ("Z", "6", 20, 150),
    ):
        lines += [f"{ethnic},{band},{max(rng.normal(mean, 1), 10):.2f}" for _ in range(count)]
    path.write_text("\n".join(lines) + "\n")
    codes = {"ethnicity": Coded("ethnicity", "nhs2001"), "pay_band": Coded("band", "pay_band")}
    return made(path, characteristics=codes, stages={}, pay="pay")


def test_pay_gaps_stand_beside_the_largest_group(staff):
    rows = {row.groups[0][1]: row for row in staff["pay-gap-ethnicity"].rows}
    assert rows["A"].value == 0
    assert rows["A"].reason == "The reference."
    assert rows["N"].lower95 > 0
    assert rows["N"].lower95 < rows["N"].value < rows["N"].upper95
    assert "median gap" in rows["N"].reason
    assert rows["H"].value is None
    assert "Too few" in rows["H"].reason
    assert "Black African" in staff["pay-gap-ethnicity"].sentence


def test_shares_of_staff_add_up_at_every_band(staff):
    rows = staff["workforce-share-ethnicity"].rows
    for band in ("5", "8a"):
        assert sum(row.value for row in rows if row.groups[0][1] == band) == pytest.approx(100)
    top = next(row for row in rows if row.groups[0][1] == "8a" and row.groups[1][1] == "N")
    assert (top.x, top.n) == (5, 45)


def test_a_gap_that_closes_is_told_from_one_that_stays(people):
    table = made(people)["completion-ethnicity"]
    british, african = (next(row for row in table.rows if row.label == label) for label in ("British", "African"))
    same = gap_change(african, british, african, british)
    assert same.first == same.last
    assert same.p == pytest.approx(1)
    closed = gap_change(african, british, british, british)
    assert closed.last == 0
    assert closed.p < 0.01


def test_a_year_with_many_unknown_is_called_less_safe(people):
    from dataclasses import replace

    table = made(people)["completion-ethnicity"]
    assert isinstance(table, Table)
    calm = replace(table, period="2022", rows=tuple(replace(row, n_unknown=100.0) for row in table.rows))
    odd = replace(table, period="2023", rows=tuple(replace(row, n_unknown=2_000.0) for row in table.rows))
    series = over_time([calm, calm, odd], title="Completion")
    assert any("much higher in 2023" in said for said in series.caveats)


def test_excess_is_what_the_margins_do_not_explain():
    found = crossing.excess_over_additive([[40, 20], [20, 10]], [[100] * 2] * 2, draws=Draws(100))
    assert found.excess == pytest.approx(np.array([[0.025, -0.025], [-0.025, 0.025]]))


def test_ready_made_counts_by_deprivation_have_a_gradient_and_use_by_age_has_none(tmp_path):
    path = tmp_path / "use.csv"
    lines = [f"{tenth},{1000 + tenth},{40 + 6 * tenth}" for tenth in range(1, 11)]
    path.write_text("\n".join(["imd_decile,population,referred", *lines]) + "\n")
    file = open_file(path)
    (table,) = analyse(file, guess(file))
    assert "From the first group to the last it is" in table.sentence
    path.write_text(
        "\n".join(["age,population,referred", "0-17,900,9", "18-24,800,80", "25-34,700,90", "35-44,900,120"]) + "\n"
    )
    file = open_file(path)
    (table,) = analyse(file, guess(file))
    assert "From the first group to the last" not in table.sentence


def wres_counts(tmp_path):
    path = tmp_path / "staff.csv"
    path.write_text(
        "ethnicity,staff,board,survey_answers,harassed_by_public,harassed_by_staff,fair_promotion,discriminated\n"
        "White British,700,11,350,70,35,245,14\nAfrican,200,1,300,90,60,120,45\nIndian,100,0,60,15,9,30,6\n"
    )
    file = open_file(path)
    mapping = guess(file)
    assert mapping.kind == "counts"
    return {result.code: result for result in analyse(file, mapping)}


def test_the_staff_survey_and_the_board_are_measured_too(tmp_path):
    found = wres_counts(tmp_path)
    codes = ("harassed_by_public", "harassed_by_staff", "fair_promotion", "discriminated", "board")
    assert {f"{code}-ethnicity" for code in codes} <= set(found)
    rows = {row.groups[0][1]: row for row in found["harassed_by_public-ethnicity"].rows}
    assert rows["N"].value == pytest.approx(30)
    assert rows["N"].compared in ("higher", "much higher")
    board = {row.groups[0][1]: row for row in found["board-ethnicity"].rows}
    assert board["N"].value == pytest.approx((1 / 12) / 0.2)
    assert board["N"].difference == pytest.approx(100 * (1 / 12 - 0.2))
    assert board["H"].difference == pytest.approx(-10)


def test_a_staff_list_is_counted_by_its_rows(tmp_path):
    path = tmp_path / "staff.csv"
    rows = ["British,no,yes,no"] * 80 + ["British,yes,no,yes"] * 10 + ["African,yes,no,no"] * 12 + ["African,no,no,no"] * 18  # fmt: skip  # noqa: E501
    path.write_text("\n".join(["ethnicity,disciplined,trained,board", *rows]) + "\n")
    file = open_file(path)
    mapping = guess(file)
    checking.check(file, mapping)
    found = {result.code: result for result in analyse(file, mapping, population=Population.of_place("E09000019"))}
    assert {"discipline-ethnicity", "training-ethnicity", "board-ethnicity"} <= set(found)
    assert "access-ethnicity" not in found
    rows = {row.groups[0][1]: row for row in found["discipline-ethnicity"].rows}
    assert (rows["N"].x, rows["N"].n) == (12, 30)
