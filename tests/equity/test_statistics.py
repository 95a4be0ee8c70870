"""What each statistical function promises, over generated input."""

import numpy as np
import pytest
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

settings.register_profile("engine", deadline=None, max_examples=60)
settings.load_profile("engine")


@keeps("proportions.wilson", "0 <= lower <= x/n <= upper <= 1")
@given(shares(), st.sampled_from([0.9, 0.95, 0.998]))
def test_wilson_holds_the_share_and_stays_within_0_and_1(share, confidence):
    low, high = proportions.wilson(*share, confidence=confidence)
    assert 0 <= low <= share[0] / share[1] <= high <= 1


@keeps("proportions.wilson", "exchanging x and n − x mirrors the limits")
@given(shares())
def test_wilson_is_mirrored_when_yes_and_no_change_places(share):
    x, n = share
    low, high = proportions.wilson(x, n)
    other_low, other_high = proportions.wilson(n - x, n)
    assert (low, high) == pytest.approx((1 - other_high, 1 - other_low), abs=1e-9)


@keeps("proportions.wilson", "wider at higher confidence")
@given(shares())
def test_more_confidence_is_never_narrower(share):
    narrow, wide = proportions.wilson(*share), proportions.wilson(*share, confidence=0.998)
    assert wide[0] <= narrow[0]
    assert wide[1] >= narrow[1]


@pytest.mark.parametrize(("x", "n"), [(1, 0), (5, 3), (np.nan, 4), (1, np.nan)])
def test_an_impossible_share_is_not_a_number(x, n):
    assert np.isnan(proportions.share(x, n))
    assert np.isnan(proportions.wilson(x, n)).all()


@keeps("rates.poisson_limits", "lower <= x <= upper", "lower is 0 when x is 0")
@given(st.integers(0, 100_000), st.sampled_from([0.95, 0.998]))
def test_poisson_limits_hold_the_count(x, confidence):
    low, high = rates.poisson_limits(x, confidence=confidence)
    assert 0 <= low <= x <= high
    assert (low == 0) == (x == 0)


@keeps("rates.rate", "a rate of nobody is not 0")
def test_a_rate_of_nobody_is_not_zero():
    assert np.isnan(rates.rate(3, 0))
    assert np.isnan(rates.rate(3, np.nan))
    assert rates.rate(0, 10) == 0


@keeps("comparisons.katz", "exchanging the groups inverts the limits")
@keeps("comparisons.rate_ratio_limits", "exchanging the groups inverts the limits")
@keeps("comparisons.woolf", "exchanging the groups inverts the limits")
@keeps("comparisons.koopman", "exchanging the groups inverts the limits")
@given(st.integers(1, 4_000), st.integers(1, 4_000), st.integers(1, 4_000), st.integers(1, 4_000))
def test_exchanging_the_groups_inverts_a_ratio(x1, d1, x0, d0):
    n1, n0 = x1 + d1, x0 + d0
    for method in (comparisons.katz, comparisons.rate_ratio_limits, comparisons.woolf, comparisons.koopman):
        low, high = method(x1, n1, x0, n0)
        other_low, other_high = method(x0, n0, x1, n1)
        assert (low, high) == pytest.approx((1 / other_high, 1 / other_low), rel=1e-6)


@keeps("comparisons.newcombe", "within −1 and 1", "contains the difference", "exchanging the groups mirrors the limits")
@given(shares(2_000), shares(2_000))
def test_newcombe_holds_the_gap_and_is_mirrored(one, other):
    low, high = comparisons.newcombe(*one, *other)
    gap = comparisons.risk_difference(*one, *other)
    assert -1 <= low <= gap + 1e-12
    assert gap - 1e-12 <= high <= 1
    mirrored = comparisons.newcombe(*other, *one)
    assert (low, high) == pytest.approx((-mirrored[1], -mirrored[0]), abs=1e-9)


@keeps("comparisons.score_difference", "with the factor never narrower than without", "within −1 and 1")
@given(shares(500), shares(500))
def test_miettinen_and_nurminen_are_never_narrower_than_mee(one, other):
    assume(one[1] + other[1] > 3)
    mee, mn = comparisons.score_difference(*one, *other, small_sample=False), comparisons.score_difference(*one, *other)
    assert mn[0] <= mee[0] + 1e-9
    assert mn[1] >= mee[1] - 1e-9
    assert -1 <= mn[0] <= mn[1] <= 1


@keeps("comparisons.fisher", "between 0 and 1", "the same when the groups are exchanged")
@given(shares(300), shares(300))
def test_fisher_is_a_chance_and_does_not_care_who_comes_first(one, other):
    p = comparisons.fisher(*one, *other)[0]
    assert 0 <= p <= 1
    assert p == pytest.approx(comparisons.fisher(*other, *one)[0], rel=1e-9)


@keeps("comparisons.koopman", "upper is infinite when x0 is 0")
@keeps("comparisons.rate_exact_limits", "lower is 0 when x1 is 0")
def test_ratios_against_nobody_are_endless_and_said_so():
    low, high = comparisons.koopman(5, 100, 0, 100)
    assert low > 0
    assert np.isinf(high)
    assert comparisons.rate_exact_limits(0, 100, 5, 100)[0] == 0
    assert np.isnan(comparisons.katz(0, 100, 5, 100)).all()


@keeps("comparisons.against_everyone", "contains the ratio")
@given(tables())
def test_against_everyone_the_ratio_lies_in_its_interval(table):
    x, n = table
    assume(x.sum() > 0)
    ratio, low, high = comparisons.against_everyone(x, n)
    known = ~np.isnan(low)
    assert (low[known] <= ratio[known] + 1e-9).all()
    assert (high[known] >= ratio[known] - 1e-9).all()


@keeps("comparisons.against_everyone", "1 when every group is equal", "closes in on 1 as a group becomes everyone")
def test_against_everyone_equal_groups_are_1_and_a_group_that_is_everyone_has_no_doubt():
    ratio, _, _ = comparisons.against_everyone([10, 20, 30], [100, 200, 300])
    assert ratio == pytest.approx([1, 1, 1])
    _, low, high = comparisons.against_everyone([50], [100])
    assert (low[0], high[0]) == pytest.approx((1, 1))


@keeps("multiple.benjamini_hochberg", "never below p", "never above 1", "keeps the order of p")
@keeps("multiple.holm", "never below Benjamini & Hochberg's", "never above Bonferroni's")
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_adjusted_p_values_keep_their_order_and_never_shrink(p):
    p = np.array(p)
    bh, holm, bonferroni = multiple.benjamini_hochberg(p), multiple.holm(p), multiple.bonferroni(p)
    assert (bh >= p - 1e-15).all()
    assert (bh <= 1).all()
    assert (bh <= holm + 1e-12).all()
    assert (holm <= bonferroni + 1e-12).all()
    order = np.argsort(p)
    assert (np.diff(bh[order]) >= -1e-12).all()


def test_missing_p_values_are_not_counted():
    assert multiple.bonferroni([0.01, np.nan, 0.02]) == pytest.approx([0.02, np.nan, 0.04], nan_ok=True)


@keeps("standardised.direct", "does not change when the standard is multiplied by a constant")
@given(tables(fewest=3), st.floats(0.1, 50))
def test_a_standard_population_only_counts_in_proportion(table, times):
    x, n = table
    w = np.arange(1.0, len(x) + 1)
    one, other = standardised.direct(x, n, w), standardised.direct(x, n, w * times)
    assert one.value == pytest.approx(other.value, nan_ok=True)


@keeps("standardised.direct", "equals the crude rate when every band has the same rate")
def test_direct_standardisation_of_equal_rates_is_the_crude_rate():
    found = standardised.direct([10, 20, 40], [100, 200, 400], [5, 1, 3], per=100)
    assert found.value == pytest.approx(10)


@keeps("standardised.direct", "nothing below 10 events")
def test_below_ten_events_nothing_is_standardised():
    assert np.isnan(standardised.direct([4, 5], [100, 100], [1, 1]).value)
    assert not np.isnan(standardised.direct([5, 5], [100, 100], [1, 1]).value)


@keeps("standardised.indirect", "1 for the reference itself")
def test_the_reference_itself_has_a_ratio_of_1():
    x, n = np.array([10.0, 30.0]), np.array([100.0, 200.0])
    assert standardised.indirect(x, n, x / n).value == pytest.approx(1)
    assert np.isnan(standardised.indirect(x, n, [0, 0]).value)


@keeps("strata.trend", "does not change when scores are shifted or stretched")
@given(tables(fewest=3), st.floats(0.5, 9), st.floats(-20, 20))
def test_a_trend_does_not_depend_on_how_its_steps_are_written(table, stretch, shift):
    x, n = table
    steps = np.arange(len(x), dtype=float)
    one, other = strata.trend(x, n, steps), strata.trend(x, n, steps * stretch + shift)
    assert one.statistic == pytest.approx(other.statistic, rel=1e-6, nan_ok=True)


@keeps("strata.trend", "never above the heterogeneity χ²")
@given(tables(fewest=3))
def test_a_trend_is_never_more_than_all_differences_together(table):
    x, n = table
    assume(0 < x.sum() < n.sum())
    assert strata.trend(x, n).statistic <= strata.heterogeneity(x, n, draws=Draws(50)).statistic + 1e-6


def test_small_tables_are_tested_by_dealing_the_outcomes_again():
    assert strata.heterogeneity([1, 0, 3], [4, 5, 6]).method == "permutation"
    assert strata.heterogeneity([100, 90], [200, 200]).method == "Pearson"
    assert np.isnan(strata.heterogeneity([0, 0], [5, 5]).p)


@keeps("strata.mantel_haenszel_odds", "equals the plain odds ratio with one stratum")
@keeps("strata.mantel_haenszel_risk", "equals the plain risk ratio with one stratum")
@given(shares(800), shares(800))
def test_one_stratum_is_the_plain_ratio(one, other):
    (x1, n1), (x0, n0) = one, other
    assume(0 < x1 < n1 and 0 < x0 < n0)
    assert strata.mantel_haenszel_odds([x1], [n1], [x0], [n0]).value == pytest.approx(
        float(comparisons.odds_ratio(x1, n1, x0, n0))
    )
    assert strata.mantel_haenszel_risk([x1], [n1], [x0], [n0]).value == pytest.approx(
        float(comparisons.risk_ratio(x1, n1, x0, n0))
    )


@keeps("means.mean_of", "the mean lies between its limits")
@given(st.lists(st.floats(0, 100), min_size=2, max_size=50))
def test_a_mean_lies_between_its_limits(scores):
    found = means.mean_of(scores)
    assert found.lower <= found.value + 1e-9
    assert found.value - 1e-9 <= found.upper
    assert found.value == pytest.approx(np.mean(scores), abs=1e-9)


def test_one_score_has_no_interval():
    assert np.isnan(means.mean_of([5.0]).lower)


@keeps("means.median_gap", "0 for equal pay", "positive when the group is paid less")
def test_equal_pay_has_no_gap_and_lower_pay_a_positive_one():
    assert means.median_gap([10, 20, 30], [10, 20, 30]) == (0, 0)
    assert means.median_gap([20, 20], [18, 18]) == pytest.approx((10, 10))


@keeps("gradients.slope_index", "SII is 0 and RII 1 when every group is equal")
@keeps("gradients.model_gradient", "SII is 0 and RII 1 when every group is equal")
@keeps("gradients.concentration", "0 when every group is equal")
def test_equal_groups_have_no_gradient():
    slope = gradients.slope_index([0.2] * 5, [0.01] * 5, [100] * 5, draws=Draws(2_000))
    assert (slope.sii, slope.rii) == pytest.approx((0, 1))
    model = gradients.model_gradient([0.2] * 5, [100] * 5)
    assert (model.sii, model.rii) == pytest.approx((0, 1), abs=1e-9)
    assert gradients.concentration([0.2] * 5, [100] * 5).value == pytest.approx(0)


@keeps("gradients.slope_index", "reversing the order turns SII to −SII and RII to 1/RII")
@keeps("gradients.concentration", "reversing the order changes the sign")
@given(st.lists(st.floats(0.05, 0.9), min_size=4, max_size=8))
def test_turning_the_order_round_turns_the_gradient_round(values):
    y, people = np.array(values), np.linspace(100, 300, len(values))
    errors = np.full(len(y), 0.01)
    there, back = (
        gradients.slope_index(v, errors, p, draws=Draws(100)) for v, p in ((y, people), (y[::-1], people[::-1]))
    )
    assert there.sii == pytest.approx(-back.sii, abs=1e-9)
    assert there.rii == pytest.approx(1 / back.rii, rel=1e-9)
    ahead, behind = (gradients.concentration(v, p).value for v, p in ((y, people), (y[::-1], people[::-1])))
    assert ahead == pytest.approx(-behind, abs=1e-9)


@keeps("gradients.slope_index", "the same seed gives the same limits")
def test_the_same_seed_gives_the_same_limits():
    arguments = ([0.1, 0.2, 0.3], [0.02] * 3, [10, 20, 30])
    assert gradients.slope_index(*arguments, draws=Draws(500)) == gradients.slope_index(*arguments, draws=Draws(500))


@keeps(
    "doubt.unknown_bounds", "none <= proportional <= all for every group", "the proportional counts add up to everyone"
)
@keeps("doubt.completeness_adjusted", "proportional when every group is recorded equally")
@given(st.lists(st.integers(1, 900), min_size=3, max_size=12), st.integers(1, 300))
def test_unknown_people_are_never_lost(x, unknown):
    found = doubt.unknown_bounds(x, unknown)
    assert (found.none <= found.proportional).all()
    assert (found.proportional <= found.all).all()
    assert found.proportional.sum() == pytest.approx(sum(x) + unknown)
    adjusted = doubt.completeness_adjusted(x, unknown, np.full(len(x), 0.8))
    assert adjusted == pytest.approx(found.proportional)


@keeps("doubt.completeness_adjusted", "a group recorded less often gains more")
def test_groups_recorded_less_often_gain_more_unknown_people():
    found = doubt.completeness_adjusted([100, 100], 50, [0.9, 0.6])
    assert found[1] > found[0]
    assert found.sum() == pytest.approx(250)


@keeps(
    "doubt.rounded_between",
    "contains every count that is rounded to the figure",
    "the figure itself when nothing was rounded",
)
@given(st.integers(0, 5_000))
def test_a_count_rounded_to_5_lies_in_its_rounding_interval(count):
    published = 5 * round(count / 5)
    low, high = doubt.rounded_between(published)
    assert low <= count <= high
    assert tuple(doubt.rounded_between(count, rounded_to=1)) == (count, count)


@keeps("representation.index", "1 for every group when use follows the population")
@keeps("representation.gap_points", "the gaps add up to 0")
@given(tables(), st.integers(1, 6))
def test_equal_use_is_fair_representation(table, times):
    _, people = table
    assert representation.index(people * times, people) == pytest.approx(np.ones(len(people)))
    assert representation.gap_points(people * times, people).sum() == pytest.approx(0, abs=1e-9)


@keeps("crossing.excess_over_additive", "0 everywhere in a table whose cells are all equal")
def test_a_table_of_equal_cells_has_no_excess():
    found = crossing.excess_over_additive(np.full((3, 4), 20), np.full((3, 4), 100), draws=Draws(200))
    assert np.abs(found.excess).max() < 1e-12
    assert (found.lower <= 0).all()
    assert (found.upper >= 0).all()


def test_an_empty_cell_has_no_excess_at_all():
    found = crossing.excess_over_additive([[1, 0], [2, 3]], [[10, 0], [10, 10]], draws=Draws(50))
    assert np.isnan(found.excess[0, 1])


@keeps("crossing.reri", "0 when risks add up")
@keeps("crossing.ratio_of_ratios", "1 when risks multiply")
def test_risks_that_add_up_have_no_interaction_and_risks_that_multiply_have_a_ratio_of_1():
    assert crossing.reri([[10, 20], [30, 40]], [[100] * 2] * 2).value == pytest.approx(0)
    assert crossing.ratio_of_ratios([[10, 20], [20, 40]], [[100] * 2] * 2).value == pytest.approx(1)
    assert np.isnan(crossing.ratio_of_ratios([[0, 2], [2, 4]], [[100] * 2] * 2).value)


@keeps("funnels.proportion_funnel", "the limits close in as n grows", "the 99.8% pair lies outside the 95% pair")
@given(st.floats(0.05, 0.95))
def test_funnel_limits_close_in_on_the_average(average):
    limits = funnels.proportion_funnel([10, 100, 1_000, 10_000], average)
    assert (np.diff(limits.upper95 - limits.lower95) <= 1e-12).all()
    assert (limits.lower998 <= limits.lower95).all()
    assert (limits.upper998 >= limits.upper95).all()


@keeps(
    "funnels.overdispersion", "φ is near 1 for binomial counts", "τ is between six and eleven tenths of the true spread"
)
@keeps("funnels.proportion_funnel", "never narrower with τ")
def test_chance_alone_is_not_overdispersed_and_true_differences_are():
    rng = np.random.default_rng(3)
    n = np.full(200, 400)
    assert funnels.overdispersion(rng.binomial(n, 0.3), n).phi < 1.3
    spread = funnels.overdispersion(rng.binomial(n, np.clip(rng.normal(0.3, 0.08, 200), 0, 1)), n)
    assert spread.is_clear
    assert spread.phi > 3
    assert 0.6 * 0.08 < spread.tau < 1.1 * 0.08
    narrow, wide = funnels.proportion_funnel(n, 0.3), funnels.proportion_funnel(n, 0.3, tau=spread.tau)
    assert (wide.upper95 > narrow.upper95).all()


@keeps(
    "funnels.gap_funnel",
    "the average lies between the smallest and the largest gap",
    "swapping group and others turns every gap round",
)
@given(st.lists(st.tuples(inner_shares(), inner_shares()), min_size=3, max_size=12))
def test_the_average_gap_lies_between_the_gaps_and_turns_round_with_them(places):
    x, n, x0, n0 = (np.array([place[side][part] for place in places]) for side in (0, 1) for part in (0, 1))
    found, turned = funnels.gap_funnel(x, n, x0, n0), funnels.gap_funnel(x0, n0, x, n)
    assert found.gap.min() - 1e-12 <= found.average <= found.gap.max() + 1e-12
    np.testing.assert_allclose(turned.gap, -found.gap)
    assert turned.average == pytest.approx(-found.average)


@keeps("funnels.gap_funnel", "φ is near 1 where every place has the same gap")
def test_the_same_gap_everywhere_is_not_overdispersed_and_true_differences_are():
    rng = np.random.default_rng(5)
    n, n0 = np.full(200, 120), np.full(200, 700)
    same = funnels.gap_funnel(rng.binomial(n, 0.25), n, rng.binomial(n0, 0.35), n0)
    assert same.average == pytest.approx(-0.1, abs=0.01)
    assert same.spread.phi < 1.3
    assert same.tau == 0
    apart = rng.normal(0.25, 0.12, 200).clip(0, 1)
    assert 0.06 < funnels.gap_funnel(rng.binomial(n, apart), n, rng.binomial(n0, 0.35), n0).tau < 0.14


@keeps(
    "funnels.gap_limits",
    "the limits close in as the size grows",
    "the 99.8% pair lies outside the 95% pair",
    "never narrower with τ",
)
@given(st.floats(-0.3, 0.3), st.floats(0.05, 0.95))
def test_limits_of_a_gap_close_in_on_the_average(average, share):
    size = [5, 50, 500, 5_000]
    limits, wide = funnels.gap_limits(size, average, share), funnels.gap_limits(size, average, share, tau=0.05)
    assert (np.diff(limits.upper95 - limits.lower95) <= 1e-12).all()
    assert (limits.lower998 <= limits.lower95).all()
    assert (wide.upper95 >= limits.upper95).all()


@keeps("charts_over_time.xmr", "shifting every value shifts mean and limits and changes no flag")
@given(st.lists(st.floats(-50, 50), min_size=3, max_size=30), st.floats(-9, 9))
def test_shifting_a_series_changes_no_flag(values, shift):
    values = np.round(np.array(values), 3)
    one, other = charts_over_time.xmr(values), charts_over_time.xmr(values + round(shift, 3))
    assert other.mean == pytest.approx(one.mean + round(shift, 3), abs=1e-6)
    assert other.lower == pytest.approx(one.lower + round(shift, 3), abs=1e-6)
    assert other.upper == pytest.approx(one.upper + round(shift, 3), abs=1e-6)
    assert other.special.tolist() == one.special.tolist()


@keeps("charts_over_time.xmr", "a constant series has no special cause")
def test_a_steady_series_has_no_special_cause():
    assert not charts_over_time.xmr(np.full(12, 3.3)).special.any()


def test_the_rules_for_special_cause():
    level = np.array([5, 6, 5, 6, 5, 6, 5, 6, 5, 6, 5, 6], float)
    jump = level.copy()
    jump[6] = 30
    assert charts_over_time.xmr(jump).outside[6]
    shifted = np.r_[level, level + 0.9]
    assert charts_over_time.xmr(np.r_[np.full(7, 1.0), np.full(7, 2.0)]).shift.any()
    assert charts_over_time.xmr(np.r_[level, np.linspace(5, 9, 7)]).trend.any()
    assert len(charts_over_time.xmr(shifted).values) == 24


@keeps("noticing.people_needed", "more for a smaller change", "more for more power")
@given(st.floats(0.1, 0.8), st.floats(0.02, 0.15))
def test_a_smaller_change_needs_more_people(before, change):
    assert noticing.people_needed(before, before + change / 2) > noticing.people_needed(before, before + change)
    assert noticing.people_needed(before, before + change, power=0.9) > noticing.people_needed(before, before + change)


@keeps("noticing.chance_of_noticing", "gives back the power that `people_needed` was asked for")
@keeps("noticing.smallest_change", "gives back the change that `people_needed` was asked about")
@keeps("noticing.years_needed", "half as long with twice the people")
def test_no_change_is_never_noticed_and_power_answers_the_question_back():
    assert np.isinf(noticing.people_needed(0.3, 0.3))
    people = noticing.people_needed(0.2, 0.25)
    assert noticing.chance_of_noticing(0.2, 0.25, people=people) == pytest.approx(0.8, abs=0.01)
    assert noticing.smallest_change(0.2, people=people) == pytest.approx(0.05, abs=1e-6)
    assert noticing.years_needed(0.2, 0.25, people_a_year=people / 2) == pytest.approx(2)
    assert noticing.years_needed(0.2, 0.25, people_a_year=people) == pytest.approx(1)


def test_fleiss_worked_example_of_sample_size():
    # Two shares of 0.60 and 0.70, 80% power, two-sided 5%: 356 people in each period.
    assert noticing.people_needed(0.60, 0.70) == pytest.approx(356, abs=1)


def test_wilson_against_the_worked_example_of_newcombe():
    # Newcombe 1998: 81 of 263 gives 0.2553 to 0.3662; 15 of 148 gives 0.0624 to 0.1605.
    assert proportions.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert proportions.wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)


def test_newcombe_against_his_own_example():
    # 56 of 70 against 48 of 80: 0.0524 to 0.3339.
    assert comparisons.newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_spread_measures_by_hand():
    y, p = np.array([10.0, 20.0]), np.array([0.5, 0.5])
    measures = summary.spread_measures(reference=0)
    assert float(measures["BGSD"](y, p)) == pytest.approx(5)
    assert float(measures["COVAR"](y, p)) == pytest.approx(100 * 5 / 15)
    assert float(measures["MDBW"](y, p)) == pytest.approx(5)
    assert float(measures["MDRU"](y, p)) == pytest.approx(5)
