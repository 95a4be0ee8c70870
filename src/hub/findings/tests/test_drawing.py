"""Charts as text: whole, escaped, light, and heard as well as seen."""

import gzip
from xml.etree import ElementTree

import pytest
from django.utils.translation import gettext, override

from equity.vocabulary import category_set
from hub.core.marks import number, words_of
from hub.findings import charts, drawing
from hub.findings.following import Seen
from hub.findings.models import Finding, Point, Row

HOSTILE = '"><script>x</script>&amp;'


def a_row(code="M", **fields):
    usual = {"label": code, "broad": "", "x": 40, "n": 100, "value": 40.0, "low": 30.0, "high": 50.0}
    usual |= {"compared": "about the same", "is_named": True}
    return Row(code=code, **usual | fields)


def a_finding(**fields):
    return Finding(per=100, **{"reference": 42.0} | fields)


def parsed(drawn):
    return ElementTree.fromstring(f"<div>{drawn}</div>")


def test_words_from_outside_stay_words():
    row = a_row(label=HOSTILE, broad=HOSTILE, reason=HOSTILE)
    hidden = a_row("N", label=HOSTILE, value=None, low=None, high=None, reason=HOSTILE)
    point = Point(code="M", label=HOSTILE, period=HOSTILE, value=40.0, low=30.0, high=50.0, x=4, n=10)
    seen = [Seen(HOSTILE, None, 4, 10, 0)]
    drawn = [
        charts.chart(a_finding(), [row, hidden]).drawn,
        charts.panels(a_finding(), [point])[0].drawn,
        charts.control(seen, None, HOSTILE).drawn,
        charts.glance(a_finding(), [row, hidden]).drawn,
        drawing._row(charts.Mark(row, "low", HOSTILE, HOSTILE, HOSTILE, "1%", "1%", "1%"), ""),
    ]
    for one in drawn:
        assert "<script" not in one
        parsed(one)


def test_a_mark_stands_where_its_value_is():
    drawn = parsed(charts.chart(a_finding(), [a_row(value=0.0, low=0.0, high=100.0), a_row("N", value=50.0)]).drawn)
    assert [dot.get("cx") for dot in drawn.findall(".//div[@class='rows']//circle")] == ["0.00%", "50.00%"]


@pytest.mark.parametrize(
    ("compared", "shape"), [("lower", "circle"), ("about the same", "circle"), ("much higher", "rect")]
)
def test_higher_has_a_shape_of_its_own(compared, shape):
    drawn = parsed(charts.chart(a_finding(), [a_row(compared=compared)]).drawn)
    assert len(drawn.findall(f".//div[@class='rows']//{shape}")) == 1


def test_a_chart_over_time_is_heard_as_one_picture():
    points = [
        Point(code="M", label="Black Caribbean", period="2024-25", value=18.2, low=12.0, high=25.0, x=20, n=110),
        Point(code="M", label="Black Caribbean", period="2025-26"),
    ]
    [panel] = charts.panels(a_finding(), points)
    picture = parsed(panel.drawn).find(".//svg")
    assert picture.get("role") == "img"
    assert picture.get("aria-label") == "Black Caribbean. 2024-25: 18.2%; 2025-26: not known."


def test_at_a_glance_shows_the_groups_with_most_people_missing_in_the_lists_order():
    rows = [a_row(code, missing=missing) for code, missing in zip("ABCDEF", (1, 60, 20, 2, 30, 40), strict=True)]
    shown = charts.glance(a_finding(), [*rows, a_row("G", missing=90, is_named=False)])
    assert [mark.row.code for mark in shown.marks] == ["B", "C", "E", "F"]


def test_a_chart_weighs_at_most_two_kilobytes():
    rows = [a_row(code, label=category_set("nhs2001").label(code)) for code in category_set("nhs2001").codes]
    assert len(gzip.compress(charts.chart(a_finding(), rows).drawn.encode())) < 2_000


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (19.96, "20.0"),
        (99.97, "100"),
        (4.5, "4.5"),
        (20, "20"),
        (1234567.8, "1,234,568"),
        (-3.25, "-3.2"),
        (-0.04, "0.0"),
        (None, "–"),
    ],
)
def test_a_number_is_rounded_and_never_cut_off(value, said):
    assert number(value) == said


def test_a_number_has_the_signs_of_the_readers_language():
    with override("ar"):
        assert number(1234.0) == "1.234"
        assert number(4.5) == "4,5"


def test_words_are_kept_for_each_language_apart():
    said = words_of(lambda: gettext("Sign in"))
    english = said()
    with override("ar"):
        assert said() != english
    assert said() == english
