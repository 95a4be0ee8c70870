"""Each partial gives the HTML that the design system publishes for it."""

from pathlib import Path

import pytest
import yaml
from django.template.loader import render_to_string
from pytest_django.asserts import assertHTMLEqual, assertHTMLNotEqual

from tests.components.upstream import date_items, fixtures, in_our_words

COVERED = yaml.safe_load((Path(__file__).parent / "covered.yaml").read_text(encoding="utf-8"))
EACH = [(component, name) for component, held_to in COVERED.items() for name in held_to["fixtures"]]


@pytest.mark.parametrize(("component", "name"), EACH)
def test_a_partial_gives_what_the_design_system_publishes(component, name):
    options, html = fixtures(component)[name]
    assertHTMLEqual(ours(component, options), html)


def test_the_comparison_notices_a_difference():
    options, html = fixtures("input")["with error and hint"]
    assertHTMLNotEqual(ours("input", {**options, "hint": {"text": "Something else"}}), html)


def test_an_option_that_a_partial_lacks_is_not_passed_over():
    with pytest.raises((AssertionError, KeyError)):
        in_our_words("input", {"label": {"text": "Name", "colour": "red"}})


def test_every_partial_that_a_page_may_include_is_held_to_the_design_system():
    parts_of_others = {"attributes", "label", "legend", "hint", "error_message", "group_opens", "summary_list_action"}
    of_our_own = {"state", "messages", "pagination", "error_summary"}
    folder = Path(__file__).resolve().parents[2] / "src/hub/core/templates/core/components"
    partials = {path.stem for path in folder.glob("*.html")}
    assert partials - parts_of_others - of_our_own == {held_to["partial"] for held_to in COVERED.values()}


def ours(component, options):
    said = in_our_words(component, options)
    if component == "date-input":
        said.setdefault("items", date_items({}, error="errorMessage" in options))
    return render_to_string(f"core/components/{COVERED[component]['partial']}.html", said)
