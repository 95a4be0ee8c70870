from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.assessments.rounds import rules

PASTED = (
    "Organisation\tContact e-mail\tKind\tProvides or commissions\n"
    "Example Night Shelter\tshelter@example.org\tcharity\tprovides\t\t\n"
    "Example Trust\tnot-an-address\tNHS\tboth\n"
    '"Example\nCouncil"\tcouncil@example.org\tCouncil\tcommissions\n'
)


def test_a_list_with_headings_is_read_by_its_headings():
    rows = rules.checked(rules.read_list("Email;Name\na@example.org;Example One\n"))
    assert [(row.number, row.name, row.email) for row in rows] == [(2, "Example One", "a@example.org")]


def test_rows_keep_the_numbers_that_the_person_sees():
    assert [row.number for row in rules.checked(rules.read_list(PASTED))] == [2, 3, 4]


def test_trailing_empty_cells_and_cells_of_several_lines_are_understood():
    shelter, _, council = rules.checked(rules.read_list(PASTED))
    assert not shelter.problems
    assert council.name == "Example Council"
    assert (council.provides, council.commissions) == (False, True)


def test_a_wrong_address_is_named_with_its_row_and_nothing_else_is_wrong():
    wrong = [row for row in rules.checked(rules.read_list(PASTED)) if row.problems]
    assert [(row.number, row.problems) for row in wrong] == [(3, (("email", "not_an_email"),))]


def test_the_same_name_twice_names_the_first_row():
    rows = rules.checked(rules.read_list("Example A,a@example.org\n\nexample a,b@example.org"))
    assert rows[1].problems == (("name", "same_as 1"),)
    assert rows[1].number == 3


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Example A,", "no_email"),
        (",a@example.org", "no_name"),
        ("Example A,a@example.org,zoo", "unknown_kind"),
        ("Example A,a@example.org,charity,sometimes", "unknown_part"),
        ("Example A,a@example.org,charity,both,London", "too_many_columns"),
        ("A" * 161 + ",a@example.org", "long_name"),
    ],
)
def test_each_kind_of_mistake_has_its_own_sentence(line, problem):
    [row] = rules.checked(rules.read_list(line))
    assert problem in dict(row.problems).values()


def test_an_address_that_was_put_right_is_right():
    rows = rules.put_right(rules.read_list(PASTED), {(3, "email"): " trust@example.org "})
    assert not any(row.problems for row in rules.checked(rows))


def read(text):
    return [(row.number, row.name, row.email) for row in rules.checked(rules.read_list(text))]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_may_end_as_on_any_computer(end):
    text = f"Example A,a@example.org{end}Example B,b@example.org{end}"
    assert read(text) == [(1, "Example A", "a@example.org"), (2, "Example B", "b@example.org")]


def test_a_quote_that_is_never_closed_is_named_and_takes_no_other_row_with_it():
    rows = rules.checked(rules.read_list('Example A,a@example.org\n"Example B,b@example.org\nExample C,c@example.org'))
    assert [(row.name, row.email) for row in rows][2] == ("Example C", "c@example.org")
    assert [row.problems for row in rows] == [(), (("name", "open_quote"),), ()]


def test_a_quote_that_another_row_seems_to_close_takes_no_other_row_with_it():
    text = '"Example A,a@example.org\nExample B,b@example.org\n"Example C",c@example.org'
    assert [number for number, *_ in read(text)] == [1, 2, 3]


@pytest.mark.parametrize("heading", ["Contact name", "Contact", "Job"])
def test_a_column_that_we_do_not_need_is_left_out_wherever_it_stands(heading):
    texts = [
        f"Name,{heading},Email\nExample A,Somebody,a@example.org",
        f"Email,Name,{heading}\na@example.org,Example A,Somebody",
        f"{heading},Email,Name\nSomebody,a@example.org,Example A",
    ]
    for text in texts:
        assert read(text) == [(2, "Example A", "a@example.org")]
        assert "Somebody" not in rules.as_text(rules.read_list(text))


def test_the_columns_that_are_left_out_are_named():
    assert rules.columns_left_out("\nName,Contact name,Email,\nA,B,a@example.org") == ["Contact name"]
    assert rules.columns_left_out("Name,,Email\nA,B,a@example.org") == ["2"]
    assert rules.columns_left_out(PASTED) == []
    assert rules.columns_left_out("Example A,a@example.org,charity,both,London") == []


def test_the_name_of_a_person_is_not_taken_for_the_name_of_the_organisation():
    text = "Name,Organisation,Contact,Contact email\nSomebody,Example A,Somebody,a@example.org"
    assert read(text) == [(2, "Example A", "a@example.org")]
    assert rules.columns_left_out(text) == ["Name", "Contact"]


@given(
    st.text(max_size=60), st.dictionaries(st.tuples(st.integers(1, 3), st.sampled_from(rules.Row.FIELDS)), st.text())
)
def test_any_text_can_be_read_put_right_and_read_again(text, fixes):
    rows = rules.checked(rules.put_right(rules.read_list(text), fixes))
    assert rules.checked(rules.read_list(rules.as_text(rows))) == rows


cell = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)


@given(st.lists(st.tuples(cell, cell, cell, cell), max_size=12))
def test_a_list_written_out_reads_the_same(cells):
    """So that nothing typed is lost between one look and the next."""
    text = "\n".join("\t".join('"' + each.replace('"', '""') + '"' for each in line) for line in cells)
    rows = rules.checked(rules.read_list(text))
    assert rules.checked(rules.read_list(rules.as_text(rows))) == rows


def test_the_middle_half_leaves_a_quarter_off_at_each_end():
    stages = ["not_yet", "started", "started", "usual", "usual", "others_could_learn"]
    assert rules.middle_half(stages) == ("started", "usual")


def test_five_organisations_are_too_few_for_a_band():
    assert rules.middle_half(["started"] * 5) is None
    assert rules.middle_half(["started"] * 6) == ("started", "started")


def test_not_knowing_is_not_a_place_on_the_line():
    assert rules.middle_half(["started"] * 5 + ["unknown", "not_for_us", ""]) is None


def test_a_trust_with_many_departments_counts_once():
    assert rules.one_voice(["not_yet", "usual", "usual", "unknown"]) == "usual"
    assert rules.one_voice(["not_yet", "usual"]) == "not_yet"
    assert rules.one_voice(["unknown"]) is None


@given(st.lists(st.sampled_from(rules.LADDER), min_size=6, max_size=40))
def test_a_band_never_shows_the_far_ends_of_a_small_pool(stages):
    low, high = (rules.LADDER.index(stage) for stage in rules.middle_half(stages))
    places = sorted(map(rules.LADDER.index, stages))
    assert places[1] <= low <= high <= places[-2]


def test_nobody_is_reminded_twice_on_one_day():
    today = date(2026, 5, 4)
    assert rules.may_nudge(last=None, today=today)
    assert rules.may_nudge(last=date(2026, 5, 3), today=today)
    assert not rules.may_nudge(last=today, today=today)
