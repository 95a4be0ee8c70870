"""One group against another: x1 of n1 against x0 of n0."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, chdtrc, gammaln, ndtr, xlog1py, xlogy

from equity.stats.normal import Floats, as_floats, z_for
from equity.stats.proportions import wilson

Limits = tuple[Floats, Floats]
# R's exact tests count outcomes as no more likely than the one seen within this slack.
SLACK = 1 + 1e-7


def four(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike) -> tuple[Floats, Floats, Floats, Floats]:
    a, b, c, d = np.broadcast_arrays(*(as_floats(part) for part in (x1, n1, x0, n0)))
    return a, b, c, d


def log_limits(ratio: Floats, error: Floats, confidence: float) -> Limits:
    half = z_for(confidence) * np.where(np.isfinite(error), error, np.nan)
    return ratio * np.exp(-half), ratio * np.exp(half)


def risk_ratio(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike) -> Floats:
    """A share over another share, or a rate over another rate.

    Formula: (x1/n1) / (x0/n0).
    Unit: ratio.
    Errors: nan when nobody in group 0 was counted.
    Source: Rothman 2008.
    Promises: exchanging the groups inverts it.
    """
    x1, n1, x0, n0 = four(x1, n1, x0, n0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(x0 > 0, (x1 / n1) / (x0 / n0), np.nan)


def katz(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, *, confidence: float = 0.95) -> Limits:
    """Log interval of a risk ratio.

    Formula: ratio × exp(± z√(1/x1 − 1/n1 + 1/x0 − 1/n0)).
    Unit: ratio.
    Errors: x ~ binomial; nan with a zero count.
    Source: Katz 1978, Biometrics 34:469.
    Promises: contains the ratio; exchanging the groups inverts the limits.
    """
    x1, n1, x0, n0 = four(x1, n1, x0, n0)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(1 / x1 - 1 / n1 + 1 / x0 - 1 / n0)
    return log_limits(risk_ratio(x1, n1, x0, n0), error, confidence)


def rate_ratio_limits(
    x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, *, confidence: float = 0.95
) -> Limits:
    """Log interval of a ratio of two rates.

    Formula: ratio × exp(± z√(1/x1 + 1/x0)).
    Unit: ratio.
    Errors: x ~ Poisson; nan with a zero count.
    Source: Rothman 2008.
    Promises: contains the ratio; exchanging the groups inverts the limits.
    """
    x1, n1, x0, n0 = four(x1, n1, x0, n0)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(1 / x1 + 1 / x0)
    return log_limits(risk_ratio(x1, n1, x0, n0), error, confidence)


def odds_ratio(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike) -> Floats:
    """Odds of group 1 over odds of group 0.

    Formula: x1(n0 − x0) / ((n1 − x1)x0).
    Unit: ratio.
    Errors: nan when any of the four cells is 0.
    Source: definition.
    Promises: exchanging the groups inverts it.
    """
    x1, n1, x0, n0 = four(x1, n1, x0, n0)
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = x1 * (n0 - x0) / ((n1 - x1) * x0)
    return np.where((x1 > 0) & (x0 > 0) & (x1 < n1) & (x0 < n0), odds, np.nan)


def woolf(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, *, confidence: float = 0.95) -> Limits:
    """Log interval of an odds ratio.

    Formula: ratio × exp(± z√(Σ 1/cell)).
    Unit: ratio.
    Errors: x ~ binomial; nan with a zero cell.
    Source: Woolf 1955.
    Promises: contains the ratio; exchanging the groups inverts the limits.
    """
    x1, n1, x0, n0 = four(x1, n1, x0, n0)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(1 / x1 + 1 / (n1 - x1) + 1 / x0 + 1 / (n0 - x0))
    return log_limits(odds_ratio(x1, n1, x0, n0), error, confidence)


def risk_difference(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike) -> Floats:
    """The gap between two shares.

    Formula: x1/n1 − x0/n0.
    Unit: fraction.
    Errors: nan or endless where n is 0.
    Source: definition.
    Promises: exchanging the groups changes its sign.
    """
    x1, n1, x0, n0 = four(x1, n1, x0, n0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return x1 / n1 - x0 / n0


def newcombe(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, *, confidence: float = 0.95) -> Limits:
    """Interval of a difference of proportions from the two Wilson intervals.

    Formula: gap − √((p1 − l1)² + (u0 − p0)²) and gap + √((u1 − p1)² + (p0 − l0)²).
    Unit: fraction.
    Errors: x ~ binomial; defined at 0 and n; nan where a share is not.
    Source: Newcombe 1998, method 10.
    Promises: within −1 and 1; contains the difference; exchanging the groups mirrors the limits.
    """
    x1, n1, x0, n0 = four(x1, n1, x0, n0)
    (l1, u1), (l0, u0) = wilson(x1, n1, confidence=confidence), wilson(x0, n0, confidence=confidence)
    p1, p0 = x1 / n1, x0 / n0
    gap = p1 - p0
    return gap - np.hypot(p1 - l1, u0 - p0), gap + np.hypot(u1 - p1, p0 - l0)


def koopman(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, *, confidence: float = 0.95) -> Limits:
    """Score interval of a risk ratio, defined with a zero count.

    Formula: the ratios whose score (x1/n1 − ratio·x0/n0)/√variance is ± z, the variance at the likeliest shares.
    Unit: ratio.
    Errors: x ~ binomial; nan where nobody was counted in a group.
    Source: Koopman 1984, Biometrics 40:513.
    Promises: lower is 0 when x1 is 0; upper is infinite when x0 is 0; contains the ratio; exchanging the groups
    inverts the limits.
    """
    x1, n1, x0, n0 = four(x1, n1, x0, n0)
    z = z_for(confidence)

    def score(log_ratio: Floats) -> Floats:
        ratio = np.exp(log_ratio)
        total = n1 + n0
        b = -(n1 * ratio + x1 + n0 + x0 * ratio)
        base = (-b - np.sqrt(np.maximum(b * b - 4 * total * ratio * (x1 + x0), 0))) / (2 * total * ratio)
        base = np.clip(base, 0, 1)
        top = np.clip(base * ratio, 0, 1)
        return signed(x1 / n1 - ratio * x0 / n0, top * (1 - top) / n1 + ratio**2 * base * (1 - base) / n0)

    with np.errstate(divide="ignore", invalid="ignore"):
        middle = np.log(np.maximum(x1, 0.5) / n1) - np.log(np.maximum(x0, 0.5) / n0)
        lower = np.exp(root_of(lambda r: score(r) - z, middle - 40, middle + 1))
        upper = np.exp(root_of(lambda r: score(r) + z, middle - 1, middle + 40))
    return np.where(x1 > 0, lower, 0.0), np.where(x0 > 0, upper, np.inf)


def score_difference(
    x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, *, confidence: float = 0.95, small_sample: bool = True
) -> Limits:
    """Score interval of a difference of proportions.

    Formula: the differences whose score is ± z, the variance at the likeliest shares, times N/(N − 1) unless
    small_sample=False, which gives Mee's.
    Unit: fraction.
    Errors: x ~ binomial.
    Source: Miettinen & Nurminen 1985; Mee 1984.
    Promises: within −1 and 1; contains the difference; with the factor never narrower than without.
    """
    x1, n1, x0, n0 = four(x1, n1, x0, n0)
    z = z_for(confidence) * (np.sqrt((n1 + n0) / (n1 + n0 - 1)) if small_sample else 1.0)
    gap = x1 / n1 - x0 / n0

    def score(delta: Floats) -> Floats:
        base = restricted_base(x1, n1, x0, n0, delta)
        top = np.clip(base + delta, 0, 1)
        return signed(gap - delta, top * (1 - top) / n1 + base * (1 - base) / n0)

    with np.errstate(divide="ignore", invalid="ignore"):
        edge = np.ones_like(gap)
        return root_of(lambda d: score(d) - z, -edge, gap), root_of(lambda d: score(d) + z, gap, edge)


def restricted_base(x1: Floats, n1: Floats, x0: Floats, n0: Floats, delta: Floats) -> Floats:
    """The likeliest p0 when p1 − p0 is held at delta: the root of a cubic, in closed form."""
    total, events = n1 + n0, x1 + x0
    l2 = (n1 + 2 * n0) * delta - total - events
    l1 = (n0 * delta - total - 2 * x0) * delta + events
    l0 = x0 * delta * (1 - delta)
    q = l2**3 / (27 * total**3) - l1 * l2 / (6 * total**2) + l0 / (2 * total)
    p = np.where(q >= 0, 1, -1) * np.sqrt(np.maximum(l2**2 / (9 * total**2) - l1 / (3 * total), 0))
    angle = np.where(p == 0, 0, np.clip(q / np.where(p == 0, 1, p**3), -1, 1))
    base = 2 * p * np.cos((np.pi + np.arccos(angle)) / 3) - l2 / (3 * total)
    return np.clip(base, np.maximum(0, -delta), np.minimum(1, 1 - delta))


def signed(distance: Floats, variance: Floats) -> Floats:
    """Distance in standard errors; with no variance it is endless unless the distance is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = distance / np.sqrt(np.maximum(variance, 0))
    return np.where(np.abs(distance) < 1e-15, 0.0, found)


def root_of(score, low: Floats, high: Floats) -> Floats:  # type: ignore[no-untyped-def]
    """Halve the bracket until it cannot shrink; the score falls from low to high."""
    low, high = np.array(low, dtype=float), np.array(high, dtype=float)
    for _ in range(90):
        middle = (low + high) / 2
        falls = score(middle) > 0
        low, high = np.where(falls, middle, low), np.where(falls, high, middle)
    return (low + high) / 2


def chi_square(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike) -> Floats:
    """p of Pearson's test that two proportions are equal, without continuity correction.

    Formula: χ²(1) of (p1 − p0)² / (p(1 − p)(1/n1 + 1/n0)).
    Unit: probability.
    Errors: nan when nobody or everybody was counted; not safe where fewer than 5 are expected.
    Source: Pearson 1900.
    Promises: between 0 and 1 or nan; the same when the groups are exchanged.
    """
    x1, n1, x0, n0 = four(x1, n1, x0, n0)
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (x1 + x0) / (n1 + n0)
        statistic = (x1 / n1 - x0 / n0) ** 2 / (pooled * (1 - pooled) * (1 / n1 + 1 / n0))
    return np.asarray(chdtrc(1, statistic))


def rates_differ(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike) -> Floats:
    """p that two rates are equal.

    Formula: normal on the log ratio over √(1/x1 + 1/x0); exact when a count is below 10.
    Unit: probability.
    Errors: x ~ Poisson; nan where a population is missing.
    Source: Rothman 2008; Przyborowski & Wilenski 1940.
    Promises: between 0 and 1 or nan; the same when the groups are exchanged.
    """
    x1, n1, x0, n0 = four(x1, n1, x0, n0)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.abs(np.log((x1 / n1) / (x0 / n0))) / np.sqrt(1 / x1 + 1 / x0)
    p = np.atleast_1d(np.asarray(2 * ndtr(-z)))
    flat = [np.atleast_1d(part) for part in (x1, n1, x0, n0)]
    few = np.flatnonzero(((flat[0] < 10) | (flat[2] < 10)) & (flat[1] > 0) & (flat[3] > 0))
    p[few] = rate_exact_p(*(part[few] for part in flat))
    return p.reshape(np.shape(x1))


def fisher(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike) -> Floats:
    """Two-sided exact p that two proportions are equal.

    Formula: the chance of outcomes no likelier than the one seen, with all margins fixed.
    Unit: probability.
    Errors: nan where a count is missing.
    Source: Fisher 1934.
    Promises: between 0 and 1; the same when the groups are exchanged.
    """
    return np.array([fisher_one(*row) for row in zip(*map(np.ravel, four(x1, n1, x0, n0)), strict=True)])


def fisher_one(x1: float, n1: float, x0: float, n0: float) -> float:
    if not all(np.isfinite((x1, n1, x0, n0))):
        return float("nan")
    events = x1 + x0
    k = np.arange(max(0, events - n0), min(n1, events) + 1)
    log_p = log_choose(n1, k) + log_choose(n0, events - k) - log_choose(n1 + n0, events)
    chances = np.exp(log_p - log_p.max())
    seen = chances[int(x1 - k[0])]
    return float(min(1.0, chances[chances <= seen * SLACK].sum() / chances.sum()))


def log_choose(n: float, k: ArrayLike) -> Floats:
    k = as_floats(k)
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))


def rate_exact_limits(
    x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, *, confidence: float = 0.95
) -> Limits:
    """Exact interval of a rate ratio.

    Formula: Clopper-Pearson of x1 among x1 + x0, as odds × n0/n1.
    Unit: ratio.
    Errors: x ~ Poisson; 0 and endless when nobody was counted.
    Source: Przyborowski & Wilenski 1940.
    Promises: at least the stated coverage; lower is 0 when x1 is 0; upper is infinite when x0 is 0.
    """
    x1, n1, x0, n0 = four(x1, n1, x0, n0)
    alpha = (1 - confidence) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(x1 > 0, betaincinv(np.maximum(x1, 1e-300), x0 + 1, alpha), 0.0)
        high = np.where(x0 > 0, betaincinv(x1 + 1, np.maximum(x0, 1e-300), 1 - alpha), 1.0)
        nothing = x1 + x0 == 0
        lower, upper = low / (1 - low) * n0 / n1, high / (1 - high) * n0 / n1
    return np.where(nothing, 0.0, lower), np.where(nothing, np.inf, upper)


def rate_exact_p(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike) -> Floats:
    """Two-sided exact p that two rates are equal.

    Formula: the chance of outcomes no likelier than the one seen, x1 ~ binomial(x1 + x0, n1/(n1 + n0)).
    Unit: probability.
    Errors: nan where a count is missing.
    Source: Przyborowski & Wilenski 1940.
    Promises: between 0 and 1; the same when the groups are exchanged.
    """
    return np.array([rate_exact_one(*row) for row in zip(*map(np.ravel, four(x1, n1, x0, n0)), strict=True)])


def rate_exact_one(x1: float, n1: float, x0: float, n0: float) -> float:
    if not all(np.isfinite((x1, n1, x0, n0))) or n1 + n0 <= 0:
        return float("nan")
    events, share = x1 + x0, n1 / (n1 + n0)
    k = np.arange(events + 1)
    log_p = log_choose(events, k) + xlogy(k, share) + xlog1py(events - k, -share)
    seen = log_p[int(x1)]
    return float(min(1.0, np.exp(log_p[log_p <= seen + np.log(SLACK)]).sum()))


def against_everyone(
    x: ArrayLike, n: ArrayLike, *, poisson: bool = False, confidence: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """Each group's share (or rate) over that of all groups together, with a log interval.

    Formula: everyone includes the group, so with w = n_g/N the delta method gives (1/p_g − w/p)²·var(p_g) +
    ((1 − w)/p)²·var(p_rest).
    Unit: ratio.
    Errors: binomial, or Poisson for rates; nan with a zero count.
    Source: delta method, Oehlert 1992.
    Promises: 1 when every group is equal; contains the ratio; closes in on 1 as a group becomes everyone.
    """
    x, n = as_floats(x), as_floats(n)
    total_x, total_n = np.nansum(x), np.nansum(np.where(np.isnan(x), np.nan, n))
    with np.errstate(divide="ignore", invalid="ignore"):
        own, whole, w = x / n, total_x / total_n, n / total_n
        rest_n = total_n - n
        rest = np.where(rest_n > 0, (total_x - x) / rest_n, 0)
        own_var = own / n if poisson else own * (1 - own) / n
        rest_var = np.where(rest_n > 0, (rest if poisson else rest * (1 - rest)) / rest_n, 0)
        error = np.sqrt((1 / own - w / whole) ** 2 * own_var + ((1 - w) / whole) ** 2 * rest_var)
        ratio = own / whole
        lower, upper = log_limits(ratio, np.where(x > 0, error, np.nan), confidence)
    return ratio, lower, upper
