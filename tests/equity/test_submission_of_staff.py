"""Counts of staff that leave an employer's own machine: by band, by quarter of pay, and never what anybody is paid."""

import csv
import io
import json

import jsonschema
import numpy as np
import pytest
from python_calamine import CalamineWorkbook

from equity.content import folder
from equity.problem import Problem
from equity.submission.document import STAFF, NotASubmission, checksum_of, read
from equity.submission.workbook import FIRST_ROW, START, read_template, template

COLUMNS = ["staff_name", "Sex", "Ethnicity", "Band", "Salary", "Disciplined", "Trained"]


def a_list_of_staff():
    """Two hundred people. Women are paid about a tenth less, and fewer of them stand in band 8a."""
    rng = np.random.default_rng(20)
    people = []
    for number in range(200):
        woman = number % 5 < 3
        band = "8a" if number % 40 < (4 if woman else 16) else "5"
        pay = round((27.13 if woman else 30.17) + float(rng.normal(0, 3)) + 20 * (band == "8a"), 4)
        ethnicity = "A" if number % 10 else "N"
        disciplined = "yes" if number % 50 == 7 else "no"
        trained = "yes" if number % 2 else "no"
        people.append([f"zq-{number}", "F" if woman else "M", ethnicity, band, str(pay), disciplined, trained])
    return people


@pytest.fixture
def staff(tmp_path):
    path = tmp_path / "staff.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([COLUMNS, *a_list_of_staff()])
    return path


@pytest.fixture
def submitted(run, tmp_path, staff):
    out = tmp_path / "submission.json"
    code, _said, problem = run("submit", staff, "--out", out, "--period", "2025-26")
    assert code == 0, problem
    return out.read_text(encoding="utf-8")


def table(found, characteristic):
    return next(one for one in found.tables if one.characteristic == characteristic)


def crossed(found, *characteristics):
    return next(one for one in found.crossed if one.characteristics == characteristics)


class TestAListOfStaff:
    def test_it_says_that_it_is_about_staff_and_every_row_is_one_of_them(self, submitted):
        found = read(submitted)
        assert found.people == STAFF
        assert json.loads(submitted)["people"] == "staff"
        assert found.stages == ("disciplined", "trained", "staff")
        assert found.totals["2025-26"] == (4, 100, 200)

    def test_each_group_is_counted_at_each_band_by_itself(self, submitted):
        pairs = crossed(read(submitted), "sex", "pay_band").groups
        by_hand = [row for row in a_list_of_staff() if (row[1], row[3]) == ("F", "8a")]
        assert pairs["F", "8a"][-1] == len(by_hand)
        assert sum(counts[-1] for counts in pairs.values()) == 200

    def test_quarters_by_pay_hold_a_quarter_of_everybody_each(self, submitted):
        quarters = table(read(submitted), "pay_quarter").groups
        assert [quarters[code][-1] for code in ("lower", "lower_middle", "upper_middle", "upper")] == [50, 50, 50, 50]
        best = sorted(a_list_of_staff(), key=lambda row: -float(row[4]))[:50]
        women = crossed(read(submitted), "sex", "pay_quarter").groups["F", "upper"][-1]
        assert women == sum(row[1] == "F" for row in best)

    def test_people_who_are_paid_the_same_stand_in_the_same_quarter(self, run, tmp_path):
        path, out = tmp_path / "same.csv", tmp_path / "out.json"
        rows = "\n".join(f"{'F' if number % 2 else 'M'},12.5" for number in range(40))
        path.write_text(f"Sex,Pay\n{rows}\nF,99.0\n")
        assert run("submit", path, "--out", out, "--period", "2025-26")[0] == 0
        quarters = table(read(out.read_text()), "pay_quarter").groups
        assert sorted(counts[0] for counts in quarters.values()) == [0] * 7 + [1, 40]

    def test_the_gap_is_in_percent_of_what_men_are_paid_with_its_limits(self, submitted):
        [by_sex] = [one for one in read(submitted).pay if one.characteristic == "sex"]
        women, men = ([float(row[4]) for row in a_list_of_staff() if row[1] == sex] for sex in "FM")
        assert by_sex.reference == "M"
        paid = by_sex.groups["F"]
        assert paid.people == len(women)
        assert paid.mean == round(100 * (np.mean(men) - np.mean(women)) / np.mean(men), 1)
        assert paid.median == round(100 * (np.median(men) - np.median(women)) / np.median(men), 1)
        assert paid.low <= paid.mean <= paid.high

    def test_other_groups_are_beside_the_largest(self, submitted):
        [by_group] = [one for one in read(submitted).pay if one.characteristic == "ethnicity"]
        assert (by_group.reference, set(by_group.groups)) == ("A", {"A", "N"})

    def test_it_reads_back_equal_and_keeps_to_its_schema(self, submitted):
        assert read(submitted).text() == submitted
        schema = json.loads((folder() / "schema" / "submission.schema.json").read_text(encoding="utf-8"))
        jsonschema.validate(json.loads(submitted), schema)

    def test_nobody_and_nobodys_pay_is_in_it(self, submitted):
        assert "zq" not in submitted
        for row in a_list_of_staff():
            assert row[4] not in submitted

    def test_a_group_of_fewer_than_ten_is_not_compared_by_pay(self, run, tmp_path):
        path, out = tmp_path / "few.csv", tmp_path / "out.json"
        rows = [f"M,{20 + number}" for number in range(20)] + [f"F,{10 + number}" for number in range(12)]
        path.write_text("\n".join(["Sex,Pay", *rows, *(f"X,{90 + number}" for number in range(9))]) + "\n")
        assert run("submit", path, "--out", out, "--period", "2025-26")[0] == 0
        [by_sex] = read(out.read_text()).pay
        assert set(by_sex.groups) == {"F", "M"}


class TestWhatIsRefused:
    def test_a_list_of_staff_says_which_time_it_is_about(self, run, staff, tmp_path):
        code, _said, problem = run("submit", staff, "--out", tmp_path / "out.json")
        assert (code, "Staff are counted on one day" in problem) == (2, True)

    def test_staff_and_clients_are_not_in_one_file(self, run, tmp_path):
        path = tmp_path / "both.csv"
        path.write_text("Sex,Referred,Trained\nF,yes,no\nM,yes,yes\n")
        code, _said, problem = run("submit", path, "--out", tmp_path / "out.json", "--period", "2025-26")
        assert (code, "Make a file of each" in problem) == (2, True)

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"groups": {"F": [9, 1.0, 1.0, 0.0, 2.0], "M": [20, 0, 0, 0, 0]}}, "fewer than 10 people"),
            ({"groups": {"F": [30, 31000.0, 1.0, 0.0, 2.0], "M": [20, 0, 0, 0, 0]}}, "100 at most"),
            ({"groups": {"F": [30, 1.0], "M": [20, 0, 0, 0, 0]}}, "are expected here"),
            ({"groups": {"F": [30, "zq", 1.0, 0.0, 2.0], "M": [20, 0, 0, 0, 0]}}, "are expected here"),
            ({"groups": {"F": [30, 1.0, 1.0, 0.0, 2.0]}, "reference": "M"}, "compared with is not there"),
            ({"reference": "zebra"}, "is not in Sex"),
            ({"period": "2030-31"}, "no totals"),
            ({"salaries": [1, 2]}, "nothing else"),
        ],
    )
    def test_anything_else_about_pay_is_refused(self, submitted, changed, said):
        content = json.loads(submitted)
        by_sex = next(place for place, one in enumerate(content["pay"]) if one["characteristic"] == "sex")
        content["pay"][by_sex] |= changed
        with pytest.raises(NotASubmission, match=said):
            read(json.dumps(content | {"checksum": checksum_of(content)}))

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ({"people": "clients"}, "its stages say something else"),
            ({"stages": ["referred", "trained", "staff"]}, "of each"),
        ],
    )
    def test_a_file_says_whom_it_is_about_as_its_stages_do(self, submitted, words, said):
        content = json.loads(submitted) | words
        with pytest.raises(Problem, match=said):
            read(json.dumps(content | {"checksum": checksum_of(content)}))


STAGES = {"staff": "Staff", "trained": "Trained"}


def sheets_of(content):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


class TestTheTemplate:
    @pytest.fixture
    def sheets(self):
        return sheets_of(template(["sex", "nhs2001"], STAGES, ["2025-26"], bands="pay_quarter"))

    def test_it_says_that_staff_are_counted_and_has_a_sheet_for_each_list_by_pay(self, sheets):
        assert "Staff, on one day" in [row[1] for row in sheets[START]]
        assert "Sex by pay" in sheets
        assert sheets["Sex by pay"][FIRST_ROW - 1][2:] == [
            "Lowest-paid quarter", "Lower middle quarter", "Upper middle quarter", "Best-paid quarter", "Not known",
        ]  # fmt: skip

    def test_what_is_filled_in_comes_back_with_each_group_at_each_band(self, sheets):
        sheets["Sex"][FIRST_ROW][2:4] = [60, 20]
        sheets["Sex"][FIRST_ROW + 1][2:4] = [40, 21]
        sheets["Sex by pay"][FIRST_ROW][2:7] = [20, 15, 13, 10, 2]
        sheets["Sex by pay"][FIRST_ROW + 1][2:7] = [5, 10, 11, 14, 0]
        found = read_template(sheets)
        assert found.people == STAFF
        assert crossed(found, "sex", "pay_quarter").groups["F", "upper"] == (10, 0)
        assert table(found, "pay_quarter").groups["upper"] == (24, 0)
        assert table(found, "pay_quarter").groups["not_known"] == (2, 0)
        assert found.totals["2025-26"] == (100, 41)
