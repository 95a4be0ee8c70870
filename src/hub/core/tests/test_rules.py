import datetime

import pytest
from django.forms import ValidationError

from hub.core.colour import check_action, check_brand, contrast, darkened
from hub.core.dates import DayMonthYear, Typed


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#4f2157", "#fff7ea", 11.7), ("#ffffff", "#ffffff", 1)],
)
def test_contrast_is_the_ratio_of_the_web_content_guidelines(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.05)
    assert contrast(one, other) == contrast(other, one)


def test_a_colour_that_words_can_be_read_on_has_no_problems():
    assert check_brand("#4f2157") == []
    assert check_action("#4f2157") == []


def test_a_pale_colour_is_refused_with_a_sentence_that_says_what_to_do():
    [problem] = check_brand("#ff9900")
    assert "hard to read" in problem
    assert "Choose a darker colour" in problem
    assert check_action("#ff9900")


@pytest.mark.parametrize("text", ["red", "#fff", "4f2157", "#4f2157;}", ""])
def test_what_is_not_a_colour_is_refused(text):
    [problem] = check_brand(text)
    assert "#4f2157" in problem


def test_a_panel_in_the_dark_theme_is_never_paler_than_by_day():
    assert contrast(darkened("#4f2157"), "#fff7ea") > contrast("#4f2157", "#fff7ea")


@pytest.mark.parametrize(
    ("day", "month", "year", "expected"),
    [
        ("31", "3", "2027", datetime.date(2027, 3, 31)),
        ("1", "mar", "2027", datetime.date(2027, 3, 1)),
        ("1", "September", "2027", datetime.date(2027, 9, 1)),
        ("29", "2", "2028", datetime.date(2028, 2, 29)),
        ("٣", "٤", "٢٠٢٧", datetime.date(2027, 4, 3)),
    ],
)
def test_a_date_is_read_as_people_write_it(day, month, year, expected):
    assert DayMonthYear().clean(Typed(day, month, year)) == expected


@pytest.mark.parametrize(
    ("day", "month", "year", "sentence", "parts"),
    [
        ("", "3", "2027", "Add a day to the date", ("day",)),
        ("", "3", "", "Add a day and a year to the date", ("day", "year")),
        ("30", "2", "2027", "February 2027 has no such day. Check the day and the month", ("day",)),
        ("x", "2", "2027", "February 2027 has no such day. Check the day and the month", ("day",)),
        ("1", "13", "2027", "Write the month as a number from 1 to 12, or as its name", ("month",)),
        ("1", "ma", "2027", "Write the month as a number from 1 to 12, or as its name", ("month",)),
        ("1", "3", "27", "Write the year with four digits, such as 2027", ("year",)),
        ("1", "3", "20277", "Write the year with four digits, such as 2027", ("year",)),
    ],
)
def test_a_date_that_cannot_be_read_says_which_part_and_what_to_do(day, month, year, sentence, parts):
    with pytest.raises(ValidationError) as caught:
        DayMonthYear().clean(Typed(day, month, year))
    assert caught.value.messages == [sentence]
    assert caught.value.params["parts"] == parts


def test_no_date_at_all_asks_for_one_only_where_it_is_needed():
    assert DayMonthYear(required=False).clean(None) is None
    with pytest.raises(ValidationError, match="Enter a date, such as"):
        DayMonthYear().clean(None)
