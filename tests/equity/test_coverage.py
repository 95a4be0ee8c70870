"""Do intervals hold the truth as often as they say? By simulation, seeded."""

import numpy as np
import pytest

from equity.stats import comparisons, crossing, gradients, means, proportions, rates, standardised, summary
from equity.stats.normal import Draws

RNG = np.random.default_rng(20_240_401)
TIMES = 4_000


def held(low, high, truth):
    low, high = np.nan_to_num(low, nan=-np.inf), np.nan_to_num(high, nan=np.inf)
    return float(((low <= truth) & (truth <= high)).mean())


@pytest.mark.parametrize("p", [0.05, 0.2, 0.5])
@pytest.mark.parametrize("n", [20, 80, 400])
def test_wilson(n, p):
    # Wilson is known to dip to 0.92 for small n and p near 0; the exact figure for 20 and 0.05 is 0.9245.
    assert held(*proportions.wilson(RNG.binomial(n, p, TIMES), n), p) > 0.91


@pytest.mark.parametrize("mean", [0.7, 3, 12, 60, 400])
def test_poisson_limits(mean):
    low, high = rates.poisson_limits(RNG.poisson(mean, TIMES))
    assert held(low, high, mean) > 0.94


@pytest.mark.parametrize("confidence", [0.95, 0.998])
def test_the_wider_level_too(confidence):
    x = RNG.binomial(200, 0.3, 20_000)
    assert held(*proportions.wilson(x, 200, confidence=confidence), 0.3) == pytest.approx(confidence, abs=0.012)


METHODS = {
    "katz": (comparisons.katz, 1.5, 0.93),
    "koopman": (comparisons.koopman, 1.5, 0.93),
    "woolf": (comparisons.woolf, (0.3 / 0.7) / (0.2 / 0.8), 0.93),
    "newcombe": (comparisons.newcombe, 0.1, 0.93),
    "miettinen-nurminen": (comparisons.score_difference, 0.1, 0.93),
}


@pytest.mark.parametrize("name", METHODS)
def test_two_shares(name):
    method, truth, least = METHODS[name]
    low, high = method(RNG.binomial(120, 0.3, 1_500), 120, RNG.binomial(300, 0.2, 1_500), 300)
    assert held(low, high, truth) > least


@pytest.mark.parametrize("method", [comparisons.rate_ratio_limits, comparisons.rate_exact_limits])
def test_two_rates(method):
    low, high = method(RNG.poisson(30, TIMES), 1000, RNG.poisson(80, TIMES), 4000)
    assert held(low, high, 1.5) > 0.94


def test_a_group_against_everyone():
    n, p = np.array([100, 400, 900]), np.array([0.30, 0.25, 0.20])
    x = RNG.binomial(n, p, (2_000, 3))
    truth = p / ((n * p).sum() / n.sum())
    found = np.array([[side[0] for side in comparisons.against_everyone(row, n)[1:]] for row in x])
    assert held(found[:, 0], found[:, 1], truth[0]) > 0.93


def test_means():
    scores = RNG.normal(7, 2, (2_000, 12))
    found = means.mean_from_sums(np.full(2_000, 12), scores.sum(axis=1), (scores**2).sum(axis=1))
    assert held(found.lower, found.upper, 7) > 0.94


def test_standardised_rates():
    n, p, w = np.array([400, 900, 300]), np.array([0.02, 0.05, 0.10]), np.array([5_000, 6_000, 2_000])
    truth = float((w * p).sum() / w.sum())
    found = [standardised.direct(RNG.poisson(n * p), n, w, per=1) for _ in range(1_000)]
    assert held(np.array([one.lower for one in found]), np.array([one.upper for one in found]), truth) > 0.935
    ratios = [standardised.indirect(RNG.poisson(n * p), n, p) for _ in range(1_000)]
    assert held(np.array([one.lower for one in ratios]), np.array([one.upper for one in ratios]), 1) > 0.935


def test_slope_index():
    p, n = np.array([0.30, 0.26, 0.22, 0.18, 0.14]), np.full(5, 400)
    truth = gradients.slope_index(p, np.full(5, 1e-9), n, draws=Draws(10)).sii
    inside = 0
    for _ in range(250):
        x = RNG.binomial(n, p)
        low, high = proportions.wilson(x, n)
        slope = gradients.slope_index(x / n, (high - low) / 3.92, n, draws=Draws(1_500))
        inside += slope.sii_lower <= truth <= slope.sii_upper
    assert inside / 250 > 0.90


def test_model_gradient_and_concentration_point_the_right_way():
    # Five groups leave three degrees of freedom: their robust and regression errors are rough, so only direction is
    # asked for.
    p, n = np.array([0.30, 0.26, 0.22, 0.18, 0.14]), np.full(5, 4_000)
    falls = [gradients.model_gradient(RNG.binomial(n, p) / n, n).sii_upper < 0 for _ in range(100)]
    gathers = [gradients.concentration(RNG.binomial(n, p) / n, n).upper < 0 for _ in range(100)]
    assert np.mean(falls) > 0.95
    assert np.mean(gathers) > 0.95


GROUPS_P, GROUPS_N = np.array([0.10, 0.14, 0.20, 0.25, 0.30]), np.array([3_000, 800, 1_500, 700, 2_000])


def drawn():
    x = RNG.binomial(GROUPS_N, GROUPS_P)
    p = x / GROUPS_N
    return x, summary.Groups.of(100 * p, 100 * np.sqrt(p * (1 - p) / GROUPS_N), GROUPS_N)


TRUE = summary.Groups.of(100 * GROUPS_P, np.zeros(5), GROUPS_N)


@pytest.mark.parametrize(
    "measure", [summary.mean_log_deviation, summary.theil, summary.between_group_variance], ids=lambda f: f.__name__
)
def test_summary_measures_hold_the_truth_on_their_own_scale(measure):
    truth = measure(TRUE).value
    found = [measure(drawn()[1]) for _ in range(800)]
    assert held(np.array([one.lower for one in found]), np.array([one.upper for one in found]), truth) > 0.92


def test_population_attributable_measures():
    par, paf = (one.value for one in summary.population_attributable(TRUE, 4))
    found = [summary.population_attributable(drawn()[1], 4) for _ in range(800)]
    for place, truth in ((0, par), (1, paf)):
        assert (
            held(np.array([one[place].lower for one in found]), np.array([one[place].upper for one in found]), truth)
            > 0.92
        )


@pytest.mark.parametrize("name", sorted(summary.spread_measures(reference=0)))
def test_spread_measures_by_bootstrap(name):
    measure = summary.spread_measures(reference=0)[name]
    truth = float(measure(TRUE.y, TRUE.p))
    found = [summary.bootstrap(measure, drawn()[0], GROUPS_N, draws=Draws(400, seed)) for seed in range(250)]
    assert held(np.array([one.lower for one in found]), np.array([one.upper for one in found]), truth) > 0.89


def test_excess_over_additive():
    n = np.full((2, 3), 600)
    p = np.array([[0.20, 0.25, 0.30], [0.30, 0.35, 0.50]])
    truth = crossing.additive(n * p, n)
    inside = []
    for seed in range(150):
        found = crossing.excess_over_additive(RNG.binomial(n, p), n, draws=Draws(300, seed))
        inside.append((found.lower <= (truth[0] - truth[1])) & ((truth[0] - truth[1]) <= found.upper))
    assert np.mean(inside) > 0.92


def test_interactions():
    n, p = np.full((2, 2), 500), np.array([[0.10, 0.20], [0.15, 0.40]])
    true_sum, true_ratio = (0.40 - 0.15 - 0.20 + 0.10) / 0.10, (0.40 / 0.15) / (0.20 / 0.10)
    sums = [crossing.reri(RNG.binomial(n, p), n) for _ in range(800)]
    products = [crossing.ratio_of_ratios(RNG.binomial(n, p), n) for _ in range(800)]
    assert held(np.array([one.lower for one in sums]), np.array([one.upper for one in sums]), true_sum) > 0.92
    assert held(np.array([one.lower for one in products]), np.array([one.upper for one in products]), true_ratio) > 0.93
