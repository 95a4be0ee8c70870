"""What people type and paste: understood, or explained, but never quietly taken for something else."""

import argparse
import json
import os
import random

import pytest

from equity.attack import attack
from equity.attack.ages import years_of
from equity.attack.published import CONVENTIONS, Published, from_record
from equity.cli import main
from equity.disclosure.ages import ages_in
from equity.disclosure.commands import seconds
from equity.disclosure.joint import Past
from equity.disclosure.specification import Specification, people_where, period_of
from equity.disclosure.table import TableError

FIRST_SIGNS = "=+-@"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def protect(rows: str, *more: str, rule: str = "additive") -> int:
    with open("in.csv", "w", encoding="utf-8") as file:
        file.write(rows)
    return main(["protect", "in.csv", "--count", "people", "--rule", rule, "--out", "out.csv", *more])


def hierarchy(rows: str) -> tuple[str, str]:
    with open("groups.csv", "w", encoding="utf-8") as file:
        file.write(f"dimension, child, parent\n{rows}")
    return "--hierarchy", "groups.csv"


def out() -> str:
    with open("out.csv", encoding="utf-8") as file:
        return file.read()


WITH_GROUPS = "group,people\nab,43\na,3\nb,40\nc,50\n"


class TestHierarchies:
    def test_a_hierarchy_for_a_column_that_is_not_there_is_refused(self, here, capsys):
        asked = hierarchy("ethnicity,a,ab\nethnicity,b,ab\n")
        assert protect(WITH_GROUPS, *asked) == 2
        assert "ethnicity, which is not a column of the table. Its columns are group." in capsys.readouterr().err
        (here / "out.csv").write_text("group,people\nTotal,93\nab,43\na,*\nb,40\nc,50\n")
        assert main(["attack", "out.csv", *asked]) == 2
        assert "ethnicity" in capsys.readouterr().err

    def test_capitals_and_spaces_in_a_column_name_do_not_lose_its_groups(self, here, capsys):
        asked = hierarchy("Group ,a, ab\nGroup ,b,ab \n")
        assert protect(WITH_GROUPS, *asked) == 0
        assert main(["attack", "out.csv", "--rule", "additive", *asked]) == 0
        (here / "out.csv").write_text("group,people\nTotal,93\nab,43\na,*\nb,40\nc,50\n")
        assert main(["attack", "out.csv", "--rule", "additive", *asked]) == 1
        assert "a: 3 to 3" in capsys.readouterr().out

    def test_a_category_written_in_two_ways_is_refused(self, here, capsys):
        assert protect(WITH_GROUPS, *hierarchy("group,a,AB\ngroup,b,AB\n")) == 2
        assert "look like one category" in capsys.readouterr().err

    def test_capitals_may_tell_a_group_from_its_parts(self, here):
        asked = hierarchy("group,a,A\ngroup,b,A\n")
        assert protect("group,people\na,30\nb,40\nc,50\n", *asked) == 0
        assert "A,70\n" in out()

    @pytest.mark.parametrize(
        ("rows", "says"),
        [
            ("group,a,b\ngroup,b,a\n", "inside itself"),
            ("group,a,x\ngroup,a,y\n", "in two groups"),
        ],
    )
    def test_the_attacker_explains_a_hierarchy_that_cannot_be(self, here, capsys, rows, says):
        (here / "out.csv").write_text("group,people\nTotal,93\na,*\nb,40\nc,50\n")
        assert main(["attack", "out.csv", *hierarchy(rows)]) == 2
        assert says in capsys.readouterr().err

    def test_hierarchies_of_two_releases_that_go_round_in_a_circle_are_explained(self, here, capsys):
        about = ("--ledger", "l.jsonl", "--requested-by", "analyst")
        rows = "group,people\na,30\nb,40\n"
        assert protect(rows.replace("b,", "c,"), *about, *hierarchy("group,a,b\n")) == 0
        assert protect(rows.replace("a,", "c,"), *about, *hierarchy("group,b,a\n")) == 2
        assert "inside itself" in capsys.readouterr().err


class TestTotals:
    @pytest.mark.parametrize("name", ["total", "TOTAL", " Total "])
    def test_a_total_in_other_letters_is_the_total(self, here, name):
        assert protect(f"group,people\n{name},103\na,3\nb,50\nc,50\n") == 0
        assert [line.split(",")[0] for line in out().splitlines()[1:]] == ["Total", "a", "b", "c"]
        assert main(["attack", "out.csv"]) == 0
        (here / "out.csv").write_text(f"group,people\n{name},103\na,*\nb,50\nc,50\n")
        assert main(["attack", "out.csv"]) == 1

    @pytest.mark.parametrize("name", ["All", "All ages", "Everyone", "England", "Group total"])
    def test_a_total_by_another_name_is_refused(self, here, capsys, name):
        assert protect(f"group,people\n{name},103\na,3\nb,50\nc,50\n") == 2
        said = capsys.readouterr().err
        assert f"In group, {name} looks like the total of others." in said
        assert "call it Total" in said
        (here / "out.csv").write_text(f"group,people\nTotal,206\n{name},103\na,*\nb,50\nc,50\n")
        assert main(["attack", "out.csv"]) == 2
        assert f"{name} looks like the total of group" in capsys.readouterr().err

    def test_a_total_by_another_name_is_found_in_every_slice_and_among_groups(self, here, capsys):
        rows = "group,sex,people\nWhite,f,70\nWhite,m,33\na,f,30\na,m,3\nb,f,40\nb,m,30\nc,f,9\nc,m,8\n"
        assert protect(rows, *hierarchy("group,a,ab\ngroup,b,ab\n")) == 2
        assert "White looks like the total" in capsys.readouterr().err

    def test_one_row_with_everybody_is_enough(self, here, capsys):
        assert protect("group,sex,people\na,f,30\na,m,3\nb,f,40\nb,m,31\nAll,All,104\n") == 2
        assert "In group, All looks like the total" in capsys.readouterr().err

    def test_a_rounded_total_by_another_name_is_refused_for_what_it_is_called(self, here, capsys):
        assert protect("group,people\nAll,105\na,*\nb,50\nc,50\n", rule="nhs-mh") == 2
        assert "All looks like the total" in capsys.readouterr().err

    @pytest.mark.parametrize(
        "rows",
        [
            "group,people\na,0\nb,0\nc,0\n",  # nothing counted
            "group,people\na,50\nb,50\n",  # two alike
            "group,people\na,50\nb,50\nc,0\n",
            "group,people\na,30\nb,10\nc,20\n",  # rounded once: by chance
            "group,sex,people\na,f,30\na,m,9\nb,f,10\nb,m,8\nc,f,20\nc,m,6\n",  # in one row only
            "group,people\nAll other groups,90\na,20\nb,31\n",
            "group,people\nAll Saints,20\na,30\nb,41\n",  # not the largest
        ],
    )
    def test_what_only_looks_a_little_like_a_total_passes(self, here, rows):
        assert protect(rows) == 0
        assert main(["attack", "out.csv", "--rule", "additive"]) == 0

    def test_the_hierarchy_says_that_it_is_a_category_of_its_own(self, here):
        asked = hierarchy("group,big,Total\n")
        assert protect("group,people\nbig,103\na,3\nb,50\nc,50\n", *asked) == 0
        assert main(["attack", "out.csv", "--rule", "additive", *asked]) == 0


SPELLINGS = {
    range(18, 65): [
        "18-64", "18–64", "18 to 64", "18-64 years", "aged 18 to 64", "18 - 64 yrs", "18yrs-64yrs", "between 18 and 64",
        "from 18 to 64", "Ages 18 to 64 years", "18 to under 65", "18 years to 64 years old",
    ],
    range(65, 121): [
        "65+", "65 and over", "65 or over", "65 years and over", "65+ years", "65 or older", "65 and older", "65 plus",
        "65 years or more", "65 and above", "aged 65 and over", "≥65", "over 64", "over 64s", "older than 64", ">64",
    ],
    range(18): [
        "0-17", "00-17", "under 18", "under 18s", "Under 18's", "younger than 18", "less than 18 years", "<18",
        "up to 17", "17 and under", "17 or younger", "aged under 18", "below 18",
    ],
    range(40, 41): ["40", "40 years", "aged 40", "40 yrs old"],
}  # fmt: skip
NO_AGES = ["A", "18-64 months", "Year 1 of 3", "E09000019", "18/64", "64-18", "under 0", "1-2-3", "18, 19", "1000+", ""]


class TestAges:
    @pytest.mark.parametrize(("years", "label"), [(years, one) for years, many in SPELLINGS.items() for one in many])
    def test_the_ways_in_which_people_write_ages_mean_the_same(self, years, label):
        codes = {f"{year} years" for year in years}
        assert ages_in(label) == codes
        assert years_of(label) == codes

    @pytest.mark.parametrize("label", NO_AGES)
    def test_other_labels_are_their_own_code(self, label):
        assert ages_in(label) == {label}
        assert years_of(label) == frozenset()

    def test_the_protector_and_the_attacker_read_the_same_ages(self):
        """Each has its own reader; put together from the same words, they never differ."""
        words = [
            "18",
            "64",
            "5",
            "-",
            "to",
            "and",
            "or",
            "over",
            "older",
            "under",
            "than",
            "+",
            "aged",
            "years",
            "up",
            "<",
        ]
        choose = random.Random(4)
        for _ in range(4000):
            label = " ".join(choose.choices(words, k=choose.randint(1, 5)))
            assert (years_of(label) or {label}) == ages_in(label), label

    @pytest.mark.parametrize("second", ["19 to 64 years", "over 18 and under 65", "19–64", "19-64 yrs"])
    def test_bands_that_overlap_are_attacked_together_however_they_are_written(self, here, capsys, second):
        about = ("--ledger", "l.jsonl", "--requested-by", "analyst")
        assert protect("age,people\n18-64,400\n65+,60\n", *about) == 0
        code = protect(f"age,people\n{second},398\n65+,60\n", *about)
        said = capsys.readouterr().err
        assert (code, "R0001" in said) == (1, True) or (code, "cannot be read as ages" in said) == (2, True)

    def test_an_attack_on_files_sees_bands_that_overlap(self, here):
        (here / "a.csv").write_text("age,people\nTotal,460\n18-64,400\n65+,60\n")
        (here / "b.csv").write_text("age,people\nTotal,458\n19 to 64 years,398\n65 years and over,60\n")
        assert main(["attack", "a.csv", "b.csv", "--rule", "additive"]) == 1

    def test_ages_that_cannot_be_read_are_refused_where_releases_are_compared(self, here, capsys):
        rows = "age band,people\n18-64,400\n5th decade and after: 65,60\nnot known,70\n"
        about = ("--ledger", "l.jsonl", "--requested-by", "analyst")
        assert protect(rows, *about) == 2
        said = capsys.readouterr().err
        assert "5th decade and after: 65 cannot be read as ages" in said
        assert "not known" not in said
        assert protect(rows) == 0
        assert protect("group,people\na,60\nb,70\n", *about, "--where", "age=18 till then 64") == 2
        assert protect("ward,people\nward 1,60\nward 2,70\n", *about) == 0


class TestDays:
    def test_a_day_is_a_day_however_it_is_written(self, here, capsys):
        about = ("--ledger", "l.jsonl", "--requested-by", "analyst")
        assert protect("age,people\n18+,400\n", *about, "--period", "2025-04-01", "2025-09-30") == 0
        assert protect("age,people\n19+,398\n", *about, "--period", "20250401", "20250930") == 1
        assert "R0001" in capsys.readouterr().err
        assert period_of("20250401", "2025-09-30") == period_of("2025-04-01", "20250930")

    def test_a_day_in_an_older_ledger_is_read_as_a_day(self, here):
        about = ("--ledger", "l.jsonl", "--requested-by", "analyst")
        assert protect("age,people\n18+,400\n", *about, "--period", "2025-04-01", "2025-09-30") == 0
        record = json.loads((here / "l.jsonl").read_text().splitlines()[-1])
        compact = {**record, "specification": {**record["specification"], "period": ["20250401", "20250930"]}}
        assert (
            from_record(compact).period == from_record(record).period == Past.from_record(compact).specification.period
        )

    def test_what_is_not_a_day_is_explained(self, here, capsys):
        assert protect("age,people\n18+,400\n", "--period", "2025-4-1", "2025-09-30") == 2
        assert capsys.readouterr().err == "2025-4-1 is not a day. Write year-month-day, such as 2025-04-01.\n"


class TestWhom:
    def test_leaving_out_two_leaves_out_both(self):
        both = people_where(["provider!=A", "Provider != B"])
        assert both == people_where(["provider!=A|B"])
        assert both["provider"].codes == {"A", "B"}

    @pytest.mark.parametrize("texts", [["provider=A", "provider=B"], ["provider=A|B", "Provider!=B"]])
    def test_whom_it_counts_is_said_once(self, texts):
        with pytest.raises(TableError, match="Say once which"):
            people_where(texts)

    @pytest.mark.parametrize("text", ["provider", "provider=", "=A", "provider=|"])
    def test_whom_it_counts_has_a_name_and_a_value(self, text):
        with pytest.raises(TableError, match="NAME=VALUE"):
            people_where([text])

    def test_the_ledger_says_whom_the_file_holds(self, here):
        about = ("--ledger", "l.jsonl", "--requested-by", "analyst")
        assert protect("age,people\n18+,400\n", *about, "--where", "provider!=A", "--where", "provider!=B") == 0
        record = json.loads((here / "l.jsonl").read_text().splitlines()[-1])
        assert record["specification"]["where"]["provider"]["codes"] == ["A", "B"]

    def test_capitals_and_spaces_do_not_part_releases_about_the_same_people(self, here, capsys):
        about = ("--ledger", "l.jsonl", "--requested-by", "analyst")
        first = ("--measure", "Seen ", "--population", "Example  Trust", "--where", "Provider =A|B")
        second = ("--measure", "seen", "--population", "example trust", "--where", "provider=A|B")
        assert protect("Age,people\n18+,400\n", *about, *first) == 0
        assert protect("age,people\n19+,398\n", *about, *second) == 1
        assert "R0001" in capsys.readouterr().err

    def test_capitals_in_a_category_do_not_part_releases(self, here, capsys):
        about = ("--ledger", "l.jsonl", "--requested-by", "analyst")
        wide = "group,people\nWhite British,300\nWhite Irish,60\nBlack,90\n"
        groups = hierarchy("group,White British,White\ngroup,White Irish,White\n")
        assert protect(wide, *about, *groups, "--where", "provider=A|b") == 0
        fewer = "group,people\nwhite,358\nBLACK,90\n"
        assert protect(fewer, *about, "--where", "Provider=a") == 1
        assert "R0001" in capsys.readouterr().err
        (here / "a.csv").write_text("age,group,people\n18+,White,360\n")
        (here / "b.csv").write_text("age,group,people\n19+,white,358\n")
        assert main(["attack", "a.csv", "b.csv", "--rule", "additive"]) == 1

    def test_capitals_that_tell_two_categories_apart_are_kept(self):
        rule = CONVENTIONS["additive"]
        rows = {("a",): 30, ("A",): 50, ("Total",): 80}
        both = [Published(name, ("group",), rows, rule, {"group": {"a": "Total", "A": "Total"}}) for name in "xy"]
        assert not attack(both).broken

    def test_the_attacker_knows_them_for_the_same_people_too(self, here):
        first = Specification("Example Trust", "Seen ", where=people_where(["Provider=A"]))
        second = Specification("example trust", "seen", where=people_where(["provider=A"]))
        assert first.meets(second)

        def record(name: str, about: Specification, column: str, label: str, count: int) -> dict[str, object]:
            dimensions = {column: {"parents": {label: "Total"}, "covers": {}}}
            said = {**about.as_json(), "dimensions": dimensions}
            rows = f"{column},people\nTotal,{count}\n{label},{count}\n"
            return {"id": name, "rule": {"name": "additive"}, "specification": said, "published": rows}

        held = [record("A", first, "Age", "18+", 400), record("B", second, "age", "over 18", 398)]
        assert attack([from_record(one) for one in held]).broken


ROWS = [f"{ward},{sex},{count}" for ward, counts in
        {"ward 10": (40, 3, 21), "ward 2": (28, 33, 16), "ward 1": (19, 52, 64), "annexe": (2, 90, 4)}.items()
        for sex, count in zip(("under 18", "65+", "18-64"), counts, strict=True)]  # fmt: skip


class TestOrder:
    @pytest.mark.parametrize("rule", ["nhs-mh", "additive"])
    def test_the_order_of_rows_changes_no_byte(self, here, rule):
        written = set()
        shuffled = random.Random(1)
        by_count = sorted(ROWS, key=lambda row: int(row.rsplit(",", 1)[1]))
        for rows in (ROWS, ROWS[::-1], by_count, shuffled.sample(ROWS, len(ROWS))):
            assert protect("ward,age,people\n" + "\n".join(rows) + "\n", rule=rule) == 0
            written.add(out())
        assert len(written) == 1

    def test_rows_come_in_an_order_that_people_expect(self, here):
        assert protect("ward,age,people\n" + "\n".join(ROWS) + "\n") == 0
        lines = [line.split(",") for line in out().splitlines()[1:]]
        assert list(dict.fromkeys(line[0] for line in lines)) == ["Total", "annexe", "ward 1", "ward 2", "ward 10"]
        assert list(dict.fromkeys(line[1] for line in lines)) == ["Total", "under 18", "18-64", "65+"]

    def test_stars_of_a_file_sorted_by_count_are_not_in_order_of_size(self, here):
        assert protect("group,people\nz,400\ny,60\nb,4\na,1\n") == 0
        assert [line.split(",")[0] for line in out().splitlines()[1:]] == ["Total", "a", "b", "y", "z"]

    def test_a_hierarchy_gives_the_order(self, here):
        asked = hierarchy("group,z,first\ngroup,a,first\ngroup,c,Total\n")
        assert protect("group,people\na,40\nb,50\nc,60\nz,70\n", *asked) == 0
        assert [line.split(",")[0] for line in out().splitlines()[1:]] == ["Total", "first", "z", "a", "c", "b"]


class TestFiles:
    @pytest.mark.parametrize(
        ("rows", "says"),
        [
            ("group,people\na,1,234\nb,60\n", "Line 2 of in.csv has more values than there are columns"),
            (",group,people\n0,a,30\n1,b,40\n", "a column without a name"),
            ("group,people\na,100000000000000000000000\nb,40\n", "larger than 1,000,000,000"),
            ("group,people\na,²\n", "whole number"),
            ("Group,group,people\na,b,3\n", "two columns with the same name"),
            ("group,people\nWhite,30\nwhite,40\n", "look like one category"),
            ("group,people\nBlack  African,30\nBlack African,40\n", "Line 3 of in.csv repeats the cell Black African"),
            ("group,people\n\n\na,3\n\na,4\n", "Line 6 of in.csv repeats"),
        ],
    )
    def test_what_cannot_be_meant_is_explained(self, here, capsys, rows, says):
        assert protect(rows) == 2
        assert says in capsys.readouterr().err

    def test_columns_and_rows_that_a_spreadsheet_left_empty_say_nothing(self, here):
        assert protect("group, people,,\na,30,,\nb,40,,\n,,,\n") == 0
        assert out() == "group,people\nTotal,70\na,30\nb,40\n"

    @pytest.mark.parametrize(
        ("rows", "says"),
        [
            ("group,people\nx,*\nx,5\n", "Line 3 repeats the cell x"),
            ("group,people\nx,*\ny,²\n", "Line 3 should end in a whole number"),
            ("group,people\nx,*\ny,100000000000000000000000\n", "larger than 1,000,000,000"),
            ("Group,group,people\nx,y,5\n", "Two columns have the same name"),
        ],
    )
    def test_the_attacker_explains_what_it_cannot_read(self, here, capsys, rows, says):
        (here / "out.csv").write_text(rows)
        assert main(["attack", "out.csv"]) == 2
        assert says in capsys.readouterr().err

    def test_no_label_runs_as_a_formula(self, here):
        rows = "=cmd(),people\n" + "".join(f"{sign}1+1,{60 + n}\n" for n, sign in enumerate(FIRST_SIGNS)) + "a,2\nb,3\n"
        asked = hierarchy('=cmd(),=1+1,"=sum"\n=cmd(),@1+1,"=sum"\n')
        assert protect(rows, *asked) == 0
        cells = [cell for line in out().splitlines() for cell in line.split(",")]
        assert not [cell for cell in cells if cell.startswith(tuple(FIRST_SIGNS))]
        assert "'=sum" in cells
        assert main(["attack", "out.csv", "--rule", "additive", *asked]) == 0


class TestPlaces:
    def test_nothing_that_was_given_is_written_over(self, here, capsys):
        rows = "group,people\na,30\n"
        assert protect(rows, "--out", "in.csv") == 2
        assert "in.csv would be written over" in capsys.readouterr().err
        assert (here / "in.csv").read_text() == rows
        os.symlink("in.csv", "other.csv")
        assert protect(rows, "--out", "other.csv") == 2

    def test_a_folder_is_named_as_a_folder(self, here, capsys):
        (here / "folder").mkdir()
        assert protect("group,people\na,30\n", "--out", "folder") == 2
        assert capsys.readouterr().err == "folder is a folder. Say which file in it.\n"
        assert protect("group,people\na,30\n", "--ledger", "nowhere/l.jsonl") == 2
        assert capsys.readouterr().err == "nowhere: there is no such folder.\n"

    def test_a_ledger_that_is_not_there_cannot_be_attacked(self, here, capsys):
        assert main(["attack", "--ledger", "none.jsonl"]) == 2
        assert capsys.readouterr().err == "none.jsonl: there is no such file.\n"

    @pytest.mark.parametrize("text", ["-5", "0", "nan", "inf", "soon"])
    def test_time_to_search_is_above_nothing(self, text):
        with pytest.raises(argparse.ArgumentTypeError, match="above 0"):
            seconds(text)
        assert seconds("2.5") == 2.5
