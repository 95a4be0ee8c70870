"""Every public function says what it computes, and every promise it makes has a test."""

import numpy as np
import promises
import pytest
import test_statistics
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from promises import inner_shares, keeps, shares, tables

from equity.stats import (
    charts_over_time,
    comparisons,
    crossing,
    doubt,
    funnels,
    gradients,
    means,
    multiple,
    noticing,
    proportions,
    rates,
    representation,
    standardised,
    strata,
    summary,
)
from equity.stats.normal import Draws

settings.load_profile("engine")

FUNCTIONS = dict(promises.public_functions())
P = st.floats(0, 1)


def test_the_walk_finds_the_public_functions():
    assert {"proportions.wilson", "comparisons.fisher", "means.pay_gap_limits", "funnels.overdispersion"} <= set(
        FUNCTIONS
    )
    assert len(FUNCTIONS) > 55


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_docstring_names_formula_unit_errors_and_source(name):
    found = promises.parts(FUNCTIONS[name])
    assert set(found) == {"Formula", "Unit", "Errors", "Source", "Promises"}
    assert all(found.values())


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_promise_has_a_test(name):
    assert test_statistics  # where most of them are kept
    assert promises.KEPT[name] == promises.promises(FUNCTIONS[name])


def test_no_promise_is_kept_that_nobody_made():
    assert set(promises.KEPT) <= set(FUNCTIONS)


@keeps("proportions.share", "between 0 and 1 or nan")
@given(st.integers(-10, 100), st.integers(-10, 100))
def test_a_share_is_a_fraction_or_nothing(x, n):
    found = float(proportions.share(x, n))
    assert np.isnan(found) or 0 <= found <= 1


@keeps("rates.limits_method", "changes at 10")
@given(st.integers(0, 40))
def test_the_method_of_a_count_changes_at_ten(x):
    assert rates.limits_method(x) == ("Exact" if x < 10 else "Byar")


@keeps("rates.rate_limits", "contains the rate")
@given(st.integers(0, 5_000), st.integers(1, 100_000))
def test_a_rate_lies_in_its_limits(x, n):
    low, high = rates.rate_limits(x, n)
    assert low <= rates.rate(x, n) <= high


@keeps("representation.index", "equal to the group's rate over the overall rate")
@keeps("representation.population_share", "the shares add up to 1")
@keeps("representation.people_missing", "0 at the group's own rate")
@given(tables())
def test_representation_is_the_rate_over_everyones(table):
    x, n = table
    assume(x.sum() > 0)
    assert representation.index(x, n) == pytest.approx((x / n) / (x.sum() / n.sum()))
    assert representation.population_share(x, n).sum() == pytest.approx(1)
    assert representation.people_missing(x[0], n[0], x[0] / n[0]) == pytest.approx(0, abs=1e-9)


@keeps("representation.outside_four_fifths", "the same for a ratio and its inverse")
@given(st.floats(0.05, 20))
def test_four_fifths_does_not_care_which_side_is_on_top(ratio):
    assume(abs(ratio - 0.8) > 1e-9 and abs(ratio - 1.25) > 1e-9)
    assert representation.outside_four_fifths(ratio) == representation.outside_four_fifths(1 / ratio)


@keeps("comparisons.risk_ratio", "exchanging the groups inverts it")
@keeps("comparisons.odds_ratio", "exchanging the groups inverts it")
@keeps("comparisons.risk_difference", "exchanging the groups changes its sign")
@keeps("comparisons.katz", "contains the ratio")
@keeps("comparisons.rate_ratio_limits", "contains the ratio")
@keeps("comparisons.woolf", "contains the ratio")
@keeps("comparisons.koopman", "contains the ratio")
@keeps("comparisons.score_difference", "contains the difference")
@given(inner_shares(), inner_shares())
def test_intervals_of_two_groups_hold_what_they_are_about(one, other):
    for estimate in (comparisons.risk_ratio, comparisons.odds_ratio):
        assert estimate(*one, *other) == pytest.approx(1 / estimate(*other, *one))
    gap = comparisons.risk_difference(*one, *other)
    assert gap == pytest.approx(-comparisons.risk_difference(*other, *one))
    for method in (comparisons.katz, comparisons.rate_ratio_limits, comparisons.koopman):
        holds(method(*one, *other), comparisons.risk_ratio(*one, *other))
    holds(comparisons.woolf(*one, *other), comparisons.odds_ratio(*one, *other))
    holds(comparisons.score_difference(*one, *other), gap)


def holds(limits, value):
    slack = 1e-7 * max(1.0, abs(float(value)))
    assert limits[0] <= value + slack
    assert value - slack <= limits[1]


@keeps("comparisons.koopman", "lower is 0 when x1 is 0")
@keeps("comparisons.rate_exact_limits", "upper is infinite when x0 is 0")
@given(shares(), shares())
def test_nobody_counted_leaves_one_side_open(one, other):
    assert comparisons.koopman(0, one[1], *other)[0] == 0
    assert np.isinf(comparisons.rate_exact_limits(*one, 0, other[1])[1])


@keeps("comparisons.rate_exact_limits", "at least the stated coverage")
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.998])
@pytest.mark.parametrize("means", [(2, 5), (8, 3), (30, 30)])
def test_the_exact_interval_of_a_rate_ratio_is_never_too_short(means, confidence):
    rng = np.random.default_rng(11)
    x1, x0 = rng.poisson(means[0], 20_000), rng.poisson(means[1], 20_000)
    low, high = comparisons.rate_exact_limits(x1, 1_000, x0, 2_000, confidence=confidence)
    truth = (means[0] / 1_000) / (means[1] / 2_000)
    spread = np.sqrt(confidence * (1 - confidence) / 20_000)
    assert ((low <= truth) & (truth <= high)).mean() > confidence - 4 * spread


@keeps("comparisons.chi_square", "between 0 and 1 or nan", "the same when the groups are exchanged")
@keeps("comparisons.rates_differ", "between 0 and 1 or nan", "the same when the groups are exchanged")
@keeps("comparisons.rate_exact_p", "between 0 and 1", "the same when the groups are exchanged")
@given(shares(300), shares(300))
def test_a_p_value_is_a_chance_and_does_not_care_who_comes_first(one, other):
    for test in (comparisons.chi_square, comparisons.rates_differ, comparisons.rate_exact_p):
        there, back = (float(np.ravel(test(*pair))[0]) for pair in ((*one, *other), (*other, *one)))
        assert np.isnan(there) or 0 <= there <= 1
        assert there == pytest.approx(back, rel=1e-6, abs=1e-12, nan_ok=True)


@keeps("multiple.benjamini_hochberg", "does not depend on the order of the table")
@keeps("multiple.bonferroni", "never below p", "never above 1")
@given(st.lists(P, min_size=2, max_size=20), st.randoms(use_true_random=False))
def test_adjustment_does_not_depend_on_the_order_of_the_table(p, random):
    p, order = np.array(p), list(range(len(p)))
    random.shuffle(order)
    assert multiple.benjamini_hochberg(p[order]) == pytest.approx(multiple.benjamini_hochberg(p)[order])
    plain = multiple.bonferroni(p)
    assert (plain >= p).all()
    assert (plain <= 1).all()


SCORES = st.lists(st.floats(0, 100), min_size=2, max_size=30)


@keeps("means.mean_from_sums", "the mean lies between its limits")
@keeps("means.mean_of", "shifting every score shifts mean and limits")
@given(SCORES, st.floats(-50, 50))
def test_means_move_with_their_scores(scores, shift):
    scores = np.array(scores)
    sums = means.mean_from_sums(len(scores), scores.sum(), (scores**2).sum())
    holds((sums.lower, sums.upper), sums.value)
    one, other = means.mean_of(scores), means.mean_of(scores + shift)
    for side in ("value", "lower", "upper"):
        assert float(getattr(other, side)) == pytest.approx(float(getattr(one, side)) + shift, abs=1e-6)


PAY = st.lists(st.floats(9, 90), min_size=2, max_size=30)


@keeps(
    "means.pay_gap_limits",
    "contains the gap",
    "the same seed gives the same limits",
    "does not change when pay is in another currency",
)
@given(PAY, PAY, st.floats(0.1, 9))
def test_a_pay_gap_lies_in_its_limits_in_any_currency(reference, group, rate):
    few = Draws(200)
    found = means.pay_gap_limits(reference, group, draws=few)
    assert found.lower <= found.value <= found.upper
    assert found == means.pay_gap_limits(reference, group, draws=few)
    other = means.pay_gap_limits(np.array(reference) * rate, np.array(group) * rate, draws=few)
    assert (other.value, other.lower, other.upper) == pytest.approx((found.value, found.lower, found.upper), abs=1e-6)


@keeps("strata.heterogeneity", "p does not depend on the order of the groups")
@given(tables())
def test_heterogeneity_does_not_depend_on_the_order_of_the_groups(table):
    x, n = table
    one, other = (strata.heterogeneity(*pair, draws=Draws(300)) for pair in ((x, n), (x[::-1], n[::-1])))
    assert one.statistic == pytest.approx(other.statistic, nan_ok=True)
    assert one.p == pytest.approx(other.p, nan_ok=True, abs=0.12 if one.method == "permutation" else 1e-9)


@st.composite
def stratified(draw):
    rows = draw(st.lists(st.tuples(inner_shares(400), inner_shares(400)), min_size=1, max_size=5))
    return tuple(np.array(column, float) for column in zip(*((*one, *other) for one, other in rows), strict=True))


@keeps("strata.mantel_haenszel_odds", "contains the ratio")
@keeps("strata.mantel_haenszel_risk", "contains the ratio")
@keeps("strata.cochran_mantel_haenszel", "the same when the groups are exchanged")
@given(stratified())
def test_ratios_over_strata_lie_in_their_limits(four):
    for method in (strata.mantel_haenszel_odds, strata.mantel_haenszel_risk):
        found = method(*four)
        holds((found.lower, found.upper), found.value)
    there, back = strata.cochran_mantel_haenszel(*four), strata.cochran_mantel_haenszel(*four[2:], *four[:2])
    assert there.statistic == pytest.approx(back.statistic, rel=1e-9, abs=1e-12)


@keeps("standardised.indirect", "contains the ratio")
@given(tables())
def test_a_standardised_ratio_lies_in_its_limits(table):
    x, n = table
    found = standardised.indirect(x, n, np.full(len(x), 0.2))
    assert found.lower <= found.value <= found.upper


@keeps("gradients.mid_ranks", "their weighted mean is one half")
@keeps("gradients.quantiles", "no area of a lower group lies below one of a higher group")
@given(st.lists(st.floats(1, 1_000), min_size=5, max_size=60))
def test_ranks_and_groups_follow_the_order(values):
    people = np.array(values)
    assert (gradients.mid_ranks(people) * people).sum() / people.sum() == pytest.approx(0.5)
    groups = gradients.quantiles(people, 5)
    for lower, higher in ((a, b) for a in range(1, 6) for b in range(a + 1, 6)):
        if (groups == lower).any() and (groups == higher).any():
            assert people[groups == lower].min() >= people[groups == higher].max()


@keeps("gradients.model_gradient", "contains the index")
@keeps("gradients.fitted_model", "its ends are the values when these lie on its curve")
@given(st.floats(0.05, 0.6), st.floats(-0.04, 0.3), st.sampled_from(["linear", "logit"]))
def test_a_model_goes_through_values_on_its_curve(start, rise, link):
    people = np.array([100.0, 300, 200, 250, 150])
    ends = gradients.INTO[link](np.array([start, start + rise]))
    values = gradients.BACK[link](ends[0] + (ends[1] - ends[0]) * gradients.mid_ranks(people))
    assert gradients.fitted_model(values, people, link=link).ends() == pytest.approx((start, start + rise), abs=1e-8)
    found = gradients.model_gradient(values + np.array([0, 0.01, 0, -0.01, 0.005]), people, link=link)
    holds((found.sii_lower, found.sii_upper), found.sii)
    holds((found.rii_lower, found.rii_upper), found.rii)


@keeps("summary.difference", "contains the difference", "exchanging the groups mirrors the limits")
@keeps("summary.ratio", "contains the ratio", "exchanging the groups inverts the limits")
@given(st.floats(1, 90), st.floats(1, 90), st.floats(0.1, 9))
def test_two_groups_of_a_summary_can_change_places(first, second, error):
    groups = summary.Groups.of([first, second], [error, error / 2], [100, 300])
    gap, back = summary.difference(groups, 0, 1), summary.difference(groups, 1, 0)
    holds((gap.lower, gap.upper), gap.value)
    assert (gap.lower, gap.upper) == pytest.approx((-back.upper, -back.lower))
    ratio, turned = summary.ratio(groups, 0, 1), summary.ratio(groups, 1, 0)
    holds((ratio.lower, ratio.upper), ratio.value)
    assert (ratio.lower, ratio.upper) == pytest.approx((1 / turned.upper, 1 / turned.lower))


@keeps("summary.between_group_variance", "0 when every group is equal")
@keeps("summary.mean_log_deviation", "0 when every group is equal")
@keeps("summary.theil", "0 when every group is equal")
@keeps("summary.population_attributable", "0 when every group is equal")
@keeps("summary.spread_measures", "0 when every group is equal")
@given(st.floats(1, 90), st.lists(st.integers(50, 900), min_size=3, max_size=6))
def test_equal_groups_have_no_inequality(value, people):
    y = np.full(len(people), value)
    groups = summary.Groups.of(y, y / 10, people)
    for measure in (summary.between_group_variance, summary.mean_log_deviation, summary.theil):
        assert measure(groups).value == pytest.approx(0, abs=1e-9)
    assert [one.value for one in summary.population_attributable(groups, 0)] == pytest.approx([0, 0], abs=1e-9)
    for name, measure in summary.spread_measures(reference=0).items():
        assert float(measure(groups.y, groups.p)) == pytest.approx(0, abs=1e-6), name


@keeps("summary.mean_log_deviation", "does not change when y is multiplied by a constant")
@keeps("summary.theil", "does not change when y is multiplied by a constant")
@given(st.lists(st.floats(1, 90), min_size=3, max_size=6), st.floats(0.2, 5))
def test_relative_measures_do_not_know_the_unit(values, times):
    y, people = np.array(values), np.arange(1, len(values) + 1) * 100
    for measure in (summary.mean_log_deviation, summary.theil):
        one, other = (measure(summary.Groups.of(v, v / 10, people)).value for v in (y, y * times))
        assert one == pytest.approx(other, abs=1e-7)


@keeps("summary.bootstrap", "contains 0 only if it is at the clamp", "the same seed gives the same limits")
@keeps("summary.from_drawn_values", "lower is never above upper")
@settings(max_examples=25)
@given(tables())
def test_limits_of_spread_are_never_below_nothing(table):
    x, n = table
    assume(x.sum() > 0)
    measure = summary.spread_measures()["BGSD"]
    found, again = (summary.bootstrap(measure, x, n, draws=Draws(100)) for _ in range(2))
    assert found == again
    assert 0 <= found.lower <= found.upper
    assert found.lower > 0 or found.lower == 0.0
    drawn = Draws(50).normal(len(x)) + 100 * x / n
    limits = summary.from_drawn_values(measure, 100 * x / n, n, drawn)
    assert limits.lower <= limits.upper


@keeps("crossing.excess_over_additive", "the same seed gives the same limits")
@settings(max_examples=20)
@given(tables(fewest=4, most=4))
def test_excess_is_the_same_again(table):
    x, n = (column.reshape(2, 2) for column in table)
    one, other = (crossing.excess_over_additive(x, n, draws=Draws(50)) for _ in range(2))
    assert np.array_equal(one.lower, other.lower)
    assert np.array_equal(one.upper, other.upper)


@keeps("doubt.unknown_bounds", "nothing changes when nobody is unknown")
@keeps("doubt.rounded_share_between", "contains the share of every pair of counts that is rounded to the figures")
@given(shares(800))
def test_doubt_holds_what_could_be_true(share):
    x, n = share
    bounds = doubt.unknown_bounds([x, n], 0)
    assert bounds.none.tolist() == bounds.all.tolist() == [x, n]
    assert bounds.proportional == pytest.approx([x, n])
    low, high = doubt.rounded_share_between(5 * round(x / 5), 5 * round(n / 5))
    assume(not np.isnan(low) and not np.isnan(high))
    assert low - 1e-12 <= x / n <= high + 1e-12


@keeps("funnels.expected_for", "contains the number observed")
@keeps("funnels.axis_top", "above the largest")
@keeps("funnels.grid", "rises from 1")
@given(st.integers(1, 100_000))
def test_funnel_axes_hold_what_was_counted(observed):
    most, fewest = funnels.expected_for(observed, funnels.TWO)
    assert min(most, fewest) <= observed <= max(most, fewest)
    top = funnels.axis_top(observed)
    assert top >= observed * 1.05 * (1 - 1e-12)
    points = funnels.grid(top)
    assert points[0] == 1
    assert (np.diff(points) > 0).all()


@keeps("funnels.significance", "a provider at the average is not significant")
@given(st.integers(1, 50), st.integers(2, 40))
def test_providers_at_the_average_are_not_significant(x, times):
    events, people = np.array([x, x * 2]), np.array([x, x * 2]) * times
    for statistic, denominator in (("proportion", people), ("rate", people), ("ratio", events)):
        assert set(funnels.significance(events, denominator, statistic=statistic)) == {"Not significant"}


@keeps("charts_over_time.p_chart", "wider limits where n is smaller")
@given(st.lists(inner_shares(), min_size=3, max_size=12))
def test_a_smaller_month_has_wider_limits(months):
    x, n = (np.array(column, float) for column in zip(*months, strict=True))
    chart = charts_over_time.p_chart(x, n)
    order = np.argsort(n)
    assert (np.diff((chart.upper - chart.lower)[order]) <= 1e-12).all()
    assert noticing.people_needed(0.2, 0.3) > 0
