"""Groups of different age beside each other: standardised rates and ratios within ages, in whole reports."""

import csv
from itertools import product

import numpy as np
import pytest
from test_service import made

from equity.analysis.counting import Wanted
from equity.analysis.standardising import Crossed, crossed_of
from equity.reading import checking
from equity.reading.files import open_file
from equity.reading.mapping import Coded, FileMapping, StageRule, guess
from equity.reading.populations import Population
from equity.report import excel, html
from equity.report.own import Protection, own_report
from equity.stats import standardised, strata

AGES = ("0-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+")
ODDS_OF_COMING = np.array([1, 12, 12, 10, 8, 6, 3, 2]) / 400
OLD, YOUNG = np.array([6, 5, 7, 8, 9, 9, 8, 8]) * 1000, np.array([10, 18, 14, 8, 4, 3, 2, 1]) * 1000
GROUPS = {"A": OLD, "N": YOUNG}
CODES = {"ethnicity": Coded("ethnicity", "nhs2001"), "age": Coded("age", "age8"), "sex": Coded("sex", "sex")}
STAGES = {"assessed": StageRule("assessed", ("1",))}


def residents_of(folder, lines=()):
    """As many women as men, in groups of very different ages."""
    path = folder / "residents.csv"
    rows = [f"{group},{age},{sex},{size // 2}" for group, sizes in GROUPS.items() for age, size in zip(AGES, sizes, strict=True) for sex in "FM"]  # fmt: skip  # noqa: E501
    path.write_text("\n".join(["ethnicity,age band,sex,population", *rows, *lines]) + "\n")
    return path


def people_of(folder, less=1.0, columns=("ethnicity", "age", "sex", "assessed")):
    """Everybody comes as often as others of their age, but for group N `less` often; and the old are assessed more."""
    path = folder / "people.csv"
    with path.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        for group, age, sex in product(GROUPS, range(8), "FM"):
            come = round(GROUPS[group][age] / 2 * ODDS_OF_COMING[age] * (less if group == "N" else 1))
            for place in range(come):
                about = {"ethnicity": group, "age": AGES[age], "sex": sex, "assessed": int(place % 9 < 2 + age)}
                writer.writerow([about[column] for column in columns])
    return path


def rows_of(table):
    return {row.groups[0][1]: row for row in table.rows}


def test_a_young_group_comes_more_often_only_because_it_is_young(tmp_path):
    found = made(
        people_of(tmp_path),
        characteristics=CODES,
        stages=STAGES,
        population=Population.of_file(residents_of(tmp_path)),
    )["access-ethnicity"]
    rows = rows_of(found)
    assert rows["N"].value / rows["A"].value > 1.3
    assert rows["N"].standardised == pytest.approx(rows["A"].standardised, rel=0.03)
    assert rows["N"].standardised_ratio == pytest.approx(1, abs=0.03)
    assert rows["N"].standardised_to == "age and sex, all residents (residents)"
    assert rows["B"].standardised is None
    assert any("must not be compared with each other" in said for said in found.caveats)


def test_a_standardised_rate_is_worked_out_from_every_age_and_sex(tmp_path):
    file, residents = people_of(tmp_path, 0.6), residents_of(tmp_path)
    population = Population.of_file(residents)
    row = rows_of(made(file, characteristics=CODES, stages=STAGES, population=population)["access-ethnicity"])["N"]
    came = list(csv.DictReader(file.read_text().splitlines()))
    cells = list(product(AGES, "FM"))
    x = {g: np.array([sum((r["ethnicity"], r["age"], r["sex"]) == (g, *c) for r in came) for c in cells]) for g in GROUPS}  # fmt: skip  # noqa: E501
    n = {group: np.repeat(sizes / 2, 2) for group, sizes in GROUPS.items()}
    everyone = n["A"] + n["N"]
    assert row.standardised == pytest.approx(1000 * (x["N"] / n["N"] * everyone).sum() / everyone.sum(), rel=1e-12)
    expected = (n["N"] * (x["A"] + x["N"]) / everyone).sum()
    assert row.standardised_ratio == pytest.approx(x["N"].sum() / expected, rel=1e-12)
    dobson = standardised.direct(x["N"], n["N"], everyone, per=1000, confidence=0.998)
    assert (row.standardised_lower998, row.standardised_upper998) == pytest.approx((dobson.lower, dobson.upper))
    assert row.standardised_lower998 < row.standardised_lower95 < row.standardised < row.standardised_upper95


def test_a_share_gets_its_ratio_within_ages(tmp_path):
    file = people_of(tmp_path)
    table = made(file, characteristics=CODES, stages=STAGES)["assessed-ethnicity"]
    row = rows_of(table)["N"]
    came = list(csv.DictReader(file.read_text().splitlines()))
    counts = [
        [sum((r["ethnicity"], r["age"], r["sex"]) == (g, *c) and r["assessed"] in kept for r in came) for c in product(AGES, "FM")]  # noqa: E501
        for g, kept in (("N", "1"), ("N", "01"), ("A", "1"), ("A", "01"))
    ]  # fmt: skip
    by_hand = strata.mantel_haenszel_risk(*counts)
    assert row.standardised_ratio == pytest.approx(by_hand.value, rel=1e-12)
    assert (row.standardised_ratio_lower95, row.standardised_ratio_upper95) == pytest.approx(
        (by_hand.lower, by_hand.upper)
    )
    assert row.standardised is None
    assert row.compared in ("lower", "much lower")
    assert "Between people of the same age and sex nothing clear is left for White British and" in table.sentence


def test_what_is_still_there_at_the_same_age_is_said(tmp_path):
    people, population = people_of(tmp_path, 0.5), Population.of_file(residents_of(tmp_path))
    table = made(people, characteristics=CODES, stages=STAGES, population=population)["access-ethnicity"]
    assert "Between people of the same age and sex it is still lower for Black African (0." in table.sentence


def test_a_chosen_reference_is_what_others_stand_beside(tmp_path):
    wanted, population = Wanted(reference="A"), Population.of_file(residents_of(tmp_path))
    found = made(people_of(tmp_path, 0.5), characteristics=CODES, stages=STAGES, population=population, wanted=wanted)
    rows = rows_of(found["access-ethnicity"])
    assert rows["A"].standardised_ratio is None
    assert rows["N"].standardised_ratio == pytest.approx(0.5, abs=0.03)
    assert "the rates of White British" in " ".join(found["access-ethnicity"].caveats)
    assert rows_of(found["assessed-ethnicity"])["N"].standardised_to == "age and sex, beside White British"


def reasons(table):
    return [said for said in table.caveats if said.startswith("Not adjusted for age")]


def test_why_there_is_nothing_standardised_is_one_sentence(tmp_path):
    codes = {"ethnicity": CODES["ethnicity"]}
    found = made(people_of(tmp_path), characteristics=codes, stages=STAGES, population=Population.of_place("E09000019"))
    assert reasons(found["access-ethnicity"]) == [
        "Not adjusted for age: these groups were not counted together with ages."
    ]
    assert reasons(found["assessed-ethnicity"]) == reasons(found["access-ethnicity"])
    found = made(people_of(tmp_path), characteristics=CODES, stages=STAGES, population=Population.of_place("E09000019"))
    assert reasons(found["access-ethnicity"]) == [
        "Not adjusted for age: the population does not say how old the people of each group are."
    ]
    assert not reasons(found["assessed-age"])


def test_residents_that_are_not_crossed_are_not_taken_as_crossed(tmp_path):
    path = tmp_path / "margins.csv"
    path.write_text(
        "ethnicity,age,population\nA,Total,60000\nN,Total,60000\n" + "".join(f"Total,{age},15000\n" for age in AGES)
    )
    population = Population.of_file(path)
    assert population.for_set("ethnicity").total == population.for_set("age").total == 120_000
    assert population.crossed(("ethnicity", "age")) is None


def test_lines_of_totals_are_not_added_to_their_parts(tmp_path):
    totals = ["A,Total,Total,60000", "N,Total,Total,60000", "Total,Total,Total,120000"]
    with_totals = Population.of_file(residents_of(tmp_path, totals))
    assert with_totals.for_set("ethnicity").total == 120_000
    assert with_totals.for_set("age").total == 120_000
    assert with_totals.crossed(("ethnicity", "age", "sex")) is not None


def test_people_without_a_known_age_are_said_to_be_left_out(tmp_path):
    file = people_of(tmp_path)
    file.write_text(file.read_text() + "A,,F,1\n" * 90)
    table = made(file, characteristics=CODES, stages=STAGES)["assessed-ethnicity"]
    assert any("have no known age and sex, and are left out" in said for said in table.caveats)


def test_ready_made_counts_are_standardised_too(tmp_path):
    path = tmp_path / "counts.csv"
    lines = [f"{group},{age},{size},{round(size * odds)},{round(size * odds * 0.5)}" for group, sizes in GROUPS.items() for age, size, odds in zip(AGES, sizes, ODDS_OF_COMING, strict=True)]  # fmt: skip  # noqa: E501
    path.write_text("\n".join(["ethnicity,age,population,referred,assessed", *lines]) + "\n")
    stages = {name: StageRule(name) for name in ("population", "referred", "assessed")}
    found = made_of_counts(path, stages)
    rows = rows_of(found["access-ethnicity"])
    assert rows["N"].standardised == pytest.approx(rows["A"].standardised, rel=0.03)
    assert rows["N"].standardised_to == "age, all residents"
    assert rows_of(found["assessed-ethnicity"])["N"].standardised_ratio == pytest.approx(1, abs=0.05)


def made_of_counts(path, stages):
    from equity.analysis.service import analyse

    mapping = FileMapping({code: CODES[code] for code in ("ethnicity", "age")}, stages, kind="counts")
    return {result.code: result for result in analyse(open_file(path), mapping)}


def protected(people, population, **wanted):
    file = open_file(people)
    mapping = guess(file)
    checking.check(file, mapping)
    return own_report(
        file, mapping, title="R", population=str(population), wanted=Wanted(**wanted), protection=Protection("nhs-mh")
    )


def test_protected_reports_standardise_what_can_be_shown(tmp_path):
    file, residents = people_of(tmp_path, columns=("ethnicity", "age", "assessed")), residents_of(tmp_path)
    file.write_text(file.read_text() + "K,0-17,1\n" * 2 + "K,45-54,1\n" * 30)
    residents.write_text(residents.read_text() + "".join(f"K,{age},{sex},2000\n" for age in AGES for sex in "FM"))
    report = protected(file, residents, over_time=False).report
    table = next(table for table in report.tables if table.code == "access-ethnicity")
    rows = rows_of(table)
    shown = [row for row in rows.values() if row.standardised_ratio is not None]
    assert shown
    assert all(row.standardised_to == "age, all residents (residents)" for row in shown)
    assert rows["K"].standardised_ratio is None
    page = html.write(report)
    assert "Same age, all residents (residents)" in page
    assert b"Standardised ratio" in unpacked(excel.as_workbook(report))


def unpacked(book):
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        return packed.read("xl/sharedStrings.xml")


def test_a_column_that_says_every_row_was_referred_costs_nothing(tmp_path):
    file = people_of(tmp_path, columns=("ethnicity", "assessed"))
    header, *lines = file.read_text().splitlines()
    file.write_text("\n".join([f"{header},referred", *(f"{line},1" for line in lines)]) + "\n")
    made_report = protected(file, "E09000019", over_time=False)
    assert not made_report.left_out
    assert {"assessed-ethnicity", "access-ethnicity"} <= {table.code for table in made_report.report.tables}


def test_single_years_of_age_are_shown_in_bands(tmp_path):
    file = people_of(tmp_path)
    file.write_text(file.read_text().replace(",18-24,", ",19,").replace(",75+,", ",81,").replace("0-17", "11"))
    for band, year in (("25-34", 30), ("35-44", 40), ("45-54", 50), ("55-64", 60), ("65-74", 70)):
        file.write_text(file.read_text().replace(band, str(year)))
    opened = open_file(file)
    mapping = guess(opened)
    assert mapping.characteristics["age"].set_code == "age_single"
    checking.check(opened, mapping)
    report = own_report(opened, mapping, title="R", protection=Protection("internal")).report
    table = next(table for table in report.tables if table.code == "assessed-age")
    assert [row.groups[0][1] for row in table.rows] == list(AGES)
    assert sum(row.n for row in table.rows) == opened.rows


def test_a_column_called_age_band_holds_ages(tmp_path):
    assert guess(open_file(residents_of(tmp_path))).characteristics["age"] == Coded("age band", "age8")


@pytest.mark.parametrize("seed", range(5))
def test_counts_put_into_coarser_sets_stay_as_many(seed):
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 50, (16, 101)).astype(float)
    fine = Crossed(("nhs2001", "age_single"), counts, counts.sum(axis=0))
    coarse = fine.at(("group5_2001", "age8"))
    assert coarse.counts.shape == (5, 8)
    assert coarse.counts.sum() == counts.sum()
    assert (coarse.everyone == coarse.counts.sum(axis=0)).all()


def test_people_of_unknown_age_are_in_no_stratum():
    found = crossed_of(["group5_2001", "sex"], {("white", "F"): 3, ("white", "not_known"): 5, ("missing", "M"): 7})
    assert found.counts.sum() == 3
