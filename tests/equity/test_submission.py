"""Counts that leave a person's own machine: what is in them, what never is, and what the reader refuses."""

import csv
import json

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equity.content import folder
from equity.problem import Problem
from equity.submission.document import NotASubmission, Rows, Submission, Table, checksum_of, read
from equity.submission.periods import days_of, half_before, half_of, in_order
from equity.vocabulary import Unknown

COLUMNS = ["client_id", "referral_date", "ethnicity", "sex", "age", "assessed", "completed", "notes"]
PEOPLE = [
    ["zq-1001", "2025-05-04", "White British", "F", "34", "1", "1", "zq words about one"],
    ["zq-1002", "2025-06-04", "N", "M", "35", "1", "0", "zq words about two"],
    ["zq-1002", "2025-07-04", "N", "M", "35", "0", "0", "the same person again"],
    ["zq-1003", "2025-11-04", "Not asked", "F", "71", "1", "1", ""],
    ["zq-1004", "2025-11-05", "Prefer not to say", "", "17", "0", "0", ""],
    ["zq-1005", "2026-01-05", "zq unreadable", "F", "abc", "0", "0", ""],
    ["zq-1006", "2026-01-06", "", "F", "", "0", "0", ""],
]


@pytest.fixture
def people(tmp_path):
    return a_file(tmp_path, PEOPLE)


def a_file(folder, rows, name="people.csv"):
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([COLUMNS, *rows])
    return path


@pytest.fixture
def submit(run, tmp_path):
    def made(path, *words):
        out = tmp_path / "submission.json"
        code, _said, problem = run("submit", path, "--out", out, *words)
        assert code == 0, problem
        return out.read_text(encoding="utf-8")

    return made


def groups(found, period, characteristic):
    [table] = [one for one in found.tables if (one.period, one.characteristic) == (period, characteristic)]
    return table.groups


class TestTwoTogether:
    def test_pairs_of_known_groups_are_counted_by_half_year_and_stage(self, submit, people):
        found = read(submit(people, "--together", "ethnicity,sex"))
        first, second = found.crossed
        assert (first.period, first.sets) == ("2025 Apr-Sep", ("nhs2001", "sex"))
        assert first.groups == {("A", "F"): (1, 1, 1), ("N", "M"): (1, 1, 0)}
        assert second.groups == {}

    def test_a_file_without_them_reads_as_before_and_one_with_them_reads_back(self, submit, people):
        plain, more = read(submit(people)), submit(people, "--together", "ethnicity,sex")
        assert "crossed" not in plain.content()
        assert read(more).text() == more
        assert read(more).tables == plain.tables

    def test_they_keep_to_the_schema(self, submit, people):
        schema = json.loads((folder() / "schema" / "submission.schema.json").read_text(encoding="utf-8"))
        jsonschema.validate(json.loads(submit(people, "--together", "ethnicity,sex")), schema)

    def test_what_is_not_in_the_file_is_named(self, run, people, tmp_path):
        code, _said, problem = run("submit", people, "--out", tmp_path / "x.json", "--together", "ethnicity,religion")
        assert code
        assert "religion" in problem

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"characteristics": ["ethnicity"]}, "two characteristics"),
            ({"characteristics": ["ethnicity", "ethnicity"]}, "two characteristics"),
            ({"sets": ["sex", "nhs2001"]}, "is not a list for"),
            ({"sets": ["ours", "sex"]}, "ours"),
            ({"period": "2030-31"}, "no totals"),
            ({"groups": {"A": {"zq": [1, 1, 1]}}}, "not on the lists"),
            ({"groups": {"A": {"F": [1, 1]}}}, "2 counts for 3 stages"),
            ({"groups": {"A": {"F": [-1, 1, 1]}}}, "whole number"),
            ({"name": "zq"}, "nothing else"),
        ],
    )
    def test_anything_else_in_them_is_refused(self, submit, people, changed, said):
        content = json.loads(submit(people, "--together", "ethnicity,sex"))
        content["crossed"][0] |= changed
        with pytest.raises(NotASubmission, match=said):
            read(json.dumps(content | {"checksum": checksum_of(content)}))


class TestCounting:
    def test_counts_stand_by_half_year_group_and_stage(self, submit, people):
        found = read(submit(people))
        assert found.stages == ("referred", "assessed", "completed")
        assert found.periods == ("2025 Apr-Sep", "2025-26 Oct-Mar")
        # The person who was referred twice in one half-year counts once, as they first came.
        assert groups(found, "2025 Apr-Sep", "ethnicity")["N"] == (1, 1, 0)
        assert groups(found, "2025 Apr-Sep", "ethnicity")["A"] == (1, 1, 1)
        assert found.totals["2025 Apr-Sep"] == (2, 2, 1)

    def test_reasons_for_not_knowing_stay_apart(self, submit, people):
        winter = groups(read(submit(people)), "2025-26 Oct-Mar", "ethnicity")
        assert {kind: winter[kind][0] for kind in Unknown} == {
            "not_asked": 1, "declined": 1, "invalid": 1, "missing": 1, "not_known": 0,
        }  # fmt: skip

    def test_groups_that_nobody_belongs_to_are_there_with_a_nought(self, submit, people):
        assert groups(read(submit(people)), "2025 Apr-Sep", "ethnicity")["K"] == (0, 0, 0)

    def test_single_years_of_age_are_sent_as_bands(self, submit, people):
        found = read(submit(people))
        assert {table.set_code for table in found.tables if table.characteristic == "age"} == {"age8"}
        assert groups(found, "2025 Apr-Sep", "age")["25-34"] == (1, 1, 1)

    def test_groups_add_up_to_the_total(self, submit, people):
        found = read(submit(people))
        for table in found.tables:
            sums = tuple(sum(counts) for counts in zip(*table.groups.values(), strict=True))
            assert sums == found.totals[table.period]

    def test_a_file_without_dates_is_about_the_period_one_gives(self, submit, tmp_path):
        path = tmp_path / "undated.csv"
        path.write_text("ethnicity,completed\nA,1\nN,0\nN,1\n")
        found = read(submit(path, "--period", "2024-25"))
        assert found.periods == ("2024-25",)
        assert found.totals["2024-25"] == (3, 2)
        assert found.counts == "events"

    def test_months_show_a_part_of_a_year(self, submit, people):
        assert read(submit(people)).months == {"2025 Apr-Sep": 3, "2025-26 Oct-Mar": 2}

    def test_it_says_what_made_it(self, submit, people):
        found = read(submit(people))
        assert found.software.startswith("equity ")
        assert 'column = "ethnicity", set = "nhs2001"' in found.mapping
        assert found.rows == Rows(read=7, kept=7, rejected=0)


class TestNobodysRow:
    def test_nothing_of_a_persons_row_is_in_the_file(self, submit, people):
        text = submit(people)
        for row in PEOPLE:
            for value in (row[0], row[1], row[7]):
                assert not value or value not in text
        assert "zq" not in text

    def test_more_people_make_no_longer_file(self, tmp_path):
        """As many numbers for seven people as for seven times as many: there is a count for each group, not a row."""
        from equity.cli import main

        where, lengths = tmp_path, []
        for times in (1, 9):
            rows = [[f"{row[0]}-{again}", *row[1:]] for row in PEOPLE for again in range(times)]
            assert main(["submit", str(a_file(where, rows)), "--out", str(where / "out.json")]) == 0
            lengths.append(len(list(read((where / "out.json").read_text()).cells())))
        assert lengths[0] == lengths[1]


class TestTheFile:
    def test_what_is_written_is_read_back_equal(self, submit, people):
        text = submit(people)
        assert read(text).text() == text
        assert read(read(text).text()) == read(text)

    def test_it_keeps_to_its_schema(self, submit, people):
        schema = json.loads((folder() / "schema" / "submission.schema.json").read_text(encoding="utf-8"))
        content = json.loads(submit(people))
        jsonschema.validate(content, schema)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(content | {"people": []}, schema)

    def test_the_same_people_give_the_same_checksum(self, submit, people):
        assert json.loads(submit(people))["checksum"] == json.loads(submit(people))["checksum"]

    def test_a_changed_count_is_seen(self, submit, people):
        content = json.loads(submit(people))
        content["totals"]["2025 Apr-Sep"][0] += 1
        with pytest.raises(NotASubmission, match="was changed after it was made"):
            read(json.dumps(content))

    def test_a_file_cut_off_on_the_way_is_seen(self, submit, people):
        text = submit(people)
        with pytest.raises(NotASubmission, match="is not a submission file"):
            read(text[: len(text) // 2])


def whole():
    table = Table("2025-26", "sex", "sex", {"F": (3, 2), "M": (2, 1)})
    return Submission("people", ("referred", "completed"), {"2025-26": (5, 3)}, (table,), Rows(5, 5, 0), "equity 1")


def changed(**words):
    content = whole().content() | words
    return json.dumps(content | {"checksum": checksum_of(content)})


def in_a_table(**words):
    return {"tables": [whole().content()["tables"][0] | words]}


WRONG = {
    "another version": ({"version": 2}, "made for version 2"),
    "people beside the counts": ({"persons": [{"name": "zq"}]}, "which a submission never does"),
    "people where it says whom it is about": ({"people": [{"name": "zq"}]}, "its stages say something else"),
    "an unknown stage": ({"stages": ["referred", "vanished"]}, "no stage 'vanished'"),
    "a stage twice": ({"stages": ["referred", "referred"]}, "each stage stands once"),
    "counting something else": ({"counts": "visits"}, "It can count people or events"),
    "a half year of its own": ({"totals": {"spring": [5, 3]}}, "is not a period"),
    "no totals": ({"totals": {}}, "0 periods"),
    "a list of numbers for a name": ({"totals": [5, 3]}, "names with values"),
    "no tables": ({"tables": []}, "no counts"),
    "a table twice": ({"tables": whole().content()["tables"] * 2}, "twice"),
    "a table of another period": (in_a_table(period="2024-25"), "no totals for 2024-25"),
    "a person in a table": (in_a_table(name="zq"), "nothing else"),
    "an unknown characteristic": (in_a_table(characteristic="height"), "no characteristic 'height'"),
    "a list of another characteristic": (in_a_table(set="nhs2001"), "is not a list for sex"),
    "an unknown list": (in_a_table(set="ours"), "no category set 'ours'"),
    "a group that is not on the list": (in_a_table(groups={"zebra": [1, 1]}), "'zebra' is not in Sex"),
    "too few counts": (in_a_table(groups={"F": [1]}), "1 counts for 2 stages"),
    "less than nobody": (in_a_table(groups={"F": [-1, 0]}), "whole number"),
    "half a person": (in_a_table(groups={"F": [1.5, 0]}), "whole number"),
    "yes for a number": (in_a_table(groups={"F": [True, 0]}), "whole number"),
    "a number without end": (in_a_table(groups={"F": [10**30, 0]}), "whole number"),
    "rows of something else": ({"rows": {"read": 1, "kept": 1, "names": 1}}, "nothing else"),
    "months of another time": ({"months": {"1999-00": 3}}, "does not have|do not have"),
    "a story for its software": ({"made_by": {"software": "x" * 200, "mapping": ""}}, "at most 100 letters"),
}


@pytest.mark.parametrize("what", WRONG)
def test_the_reader_refuses(what):
    words, sentence = WRONG[what]
    with pytest.raises(NotASubmission, match=sentence):
        read(changed(**words))


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "hello", "{", '{"format": "other"}', "[" * 100_000, '{"a":1,"a":2}']
)
def test_the_reader_refuses_what_is_no_submission_at_all(text):
    with pytest.raises(NotASubmission, match="Make one with equity submit"):
        read(text)


@pytest.mark.parametrize("name", sorted(whole().content()))
def test_the_reader_refuses_a_file_with_a_part_missing(name):
    content = {word: value for word, value in whole().content().items() if word != name}
    with pytest.raises(NotASubmission):
        read(json.dumps(content | {"checksum": checksum_of(content)}))


def test_what_was_refused_above_was_right_before():
    assert read(changed()) == whole()


class TestTheCommand:
    def test_a_file_of_counts_is_sent_to_the_platform_instead(self, run, tmp_path):
        path = tmp_path / "counts.csv"
        path.write_text("ethnicity,referred,completed\nA,10,5\nN,8,2\n")
        code, _, problem = run("submit", path, "--out", tmp_path / "out.json")
        assert (code, "holds counts already" in problem) == (2, True)
        assert not (tmp_path / "out.json").exists()

    def test_a_file_without_dates_says_what_to_add(self, run, tmp_path):
        path = tmp_path / "undated.csv"
        path.write_text("person,ethnicity,completed\n1,A,1\n2,N,0\n")
        code, _, problem = run("submit", path, "--out", tmp_path / "out.json")
        assert (code, "--period" in problem) == (2, True)

    def test_it_says_what_it_wrote(self, run, people, tmp_path):
        code, said, _ = run("submit", people, "--out", tmp_path / "out.json")
        assert (code, "nobody's row" in said) == (0, True)
        assert not list(tmp_path.glob(".unfinished*"))


class TestPeriods:
    @pytest.mark.parametrize("period", ["2025 Apr-Sep", "2025-26 Oct-Mar", "2025-26", "1999-00"])
    def test_a_period_holds_the_days_it_names(self, period):
        first, last = days_of(period)
        assert first.day == 1
        assert 180 < (last - first).days < 366

    @pytest.mark.parametrize("period", ["2025", "2025-27", "2025-26 Apr-Sep", "2025 Oct-Mar", "spring", "2025-26 ", ""])
    def test_other_ways_to_write_one_are_refused(self, period):
        with pytest.raises(Problem, match="is not a period"):
            days_of(period)

    @settings(max_examples=100, deadline=None)
    @given(st.dates(min_value=days_of("1950-51")[0], max_value=days_of("2090-91")[0]))
    def test_every_day_is_in_its_half_and_not_in_the_one_before(self, day):
        first, last = days_of(half_of(day))
        assert first <= day <= last
        assert days_of(half_before(half_of(day)))[1] < first

    def test_periods_stand_in_the_order_of_time(self):
        assert in_order(["2025-26 Oct-Mar", "2024-25 Oct-Mar", "2025 Apr-Sep"]) == [
            "2024-25 Oct-Mar", "2025 Apr-Sep", "2025-26 Oct-Mar",
        ]  # fmt: skip
