"""Only what has passed the gate can be shown, and what can be shown holds no hidden count."""

import dataclasses
from fractions import Fraction

import pytest
from tables import released, small_table

from equity.disclosure.precision import Figure, ReleasedFigure, printed, released_figures, released_rate
from equity.disclosure.release import NotReleased, Released, ShownCount
from equity.disclosure.rules import rule_named

SECRET = [[4040, 3, 21], [28, 33, 16], [19, 52, 64]]


def test_nobody_else_can_make_a_released_table():
    real = released(small_table(SECRET), "nhs-mh")
    with pytest.raises(NotReleased):
        Released(real.table, real.attack, real.quality, object())
    with pytest.raises(NotReleased):
        ReleasedFigure("3.2", object())


def everything_reachable(thing: object, seen: set[int]) -> list[object]:
    if id(thing) in seen:
        return []
    seen.add(id(thing))
    found = [thing]
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        parts = [getattr(thing, field.name) for field in dataclasses.fields(thing)]
    elif isinstance(thing, dict):
        parts = [*thing.keys(), *thing.values()]
    elif isinstance(thing, (list, tuple, set, frozenset)):
        parts = list(thing)
    else:
        parts = []
    for part in parts:
        found += everything_reachable(part, seen)
    return found


def test_a_released_table_holds_no_exact_count_anywhere():
    """4,043 people are shown as 4,045 and the 3 as a star; neither true number is left in the object."""
    result = released(small_table([[4043, 3, 21], [28, 33, 16], [19, 52, 64]]), "nhs-mh")
    result.as_csv(), result.as_json(), result.who_disappears()
    numbers = {thing for thing in everything_reachable(result, set()) if type(thing) is int}
    assert 4045 in numbers
    assert not {4043, 28, 33, 21, 52} & numbers


def test_its_words_never_hold_a_hidden_count():
    result = released(small_table([[40, 3, 21], [28, 33, 16], [19, 52, 64]]), "nhs-mh")
    assert "3" not in repr(result.count(("a", "1")))
    assert str(result.count(("a", "1"))) == "*"


def test_a_rate_of_a_hidden_count_is_hidden():
    hidden, shown = ShownCount(None, 0, None), ShownCount(100, 98, 102)
    assert released_rate(hidden, shown).is_hidden
    assert released_rate(shown, hidden).is_hidden
    assert released_rate(ShownCount(20, 18, 22), shown).text == "20.0"


@pytest.mark.parametrize(("numerator", "denominator"), [(12, 345), (57, 812), (6, 40), (801, 52000), (9, 9)])
def test_a_rate_of_a_true_count_leaves_five_numerators_possible(numerator, denominator):
    def rate(count: int) -> Fraction:
        return Fraction(100 * count, denominator)

    (figure,) = released_figures(numerator, [Figure(rate, 2)], rule=rule_named("nhs-mh"))
    if not figure.is_hidden:
        counts = range(5, 2 * numerator + 100)
        same = [sum(printed(rate(count), places) == figure.text for count in counts) for places in range(-3, 3)]
        assert max(same) >= 5


def test_precision_is_given_up_before_the_figure_is():
    def rate(count: int) -> Fraction:
        return Fraction(100 * count, 5000)

    figures = [Figure(rate, 3)]
    assert released_figures(400, figures, rule=rule_named("nhs-mh"))[0].text == "8.0"
    assert released_figures(4, figures, rule=rule_named("nhs-mh"))[0].is_hidden


def test_figures_printed_together_are_checked_together():
    """Each alone leaves six counts; both leave two."""
    low, high = Figure(lambda count: Fraction(count, 6), 0), Figure(lambda count: Fraction(count + 2, 6), 0)
    rule = rule_named("nhs-mh")
    assert released_figures(22, [low], rule=rule)[0].text == "4"
    together = released_figures(22, [low, high], rule=rule)
    assert [figure.text for figure in together] != ["4", "4"]


def test_a_figure_tells_no_more_than_the_count_printed_beside_it():
    shown = ShownCount(40, 38, 42)
    fine = Figure(lambda count: Fraction(100 * count, 100), 0)
    coarse = Figure(lambda count: Fraction(100 * count, 4000), 0)
    rule = rule_named("nhs-mh")
    assert released_figures(41, [fine], rule=rule, published=shown)[0].text != "41"
    assert released_figures(41, [coarse], rule=rule, published=shown)[0].text == "1"


def test_halves_are_printed_upwards():
    assert printed(Fraction(5, 2), 0) == "3"
    assert printed(Fraction(1234), -2) == "1200"
