"""Gradients over ORDERED groups, such as deprivation. Never for ethnicity: its groups have no order."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit

from equity.stats.normal import Floats, as_floats, z_for

Scale = Literal["linear", "log", "logit"]
INTO = {"linear": lambda y: y, "log": np.log, "logit": logit}
BACK = {"linear": lambda y: y, "log": np.exp, "logit": expit}


@dataclass(frozen=True)
class Gradient:
    """Slope and relative index of inequality. Positive: higher at the end of the order."""

    sii: float
    sii_lower: float
    sii_upper: float
    rii: float
    rii_lower: float
    rii_upper: float
    start: float
    sii_error: float = np.nan
    log_rii_error: float = np.nan


@dataclass(frozen=True)
class Index:
    value: float
    error: float
    lower: float
    upper: float


def mid_ranks(population: ArrayLike) -> Floats:
    """Where the middle person of each group stands, from 0 to 1."""
    share = as_floats(population) / as_floats(population).sum()
    return np.asarray(np.cumsum(share) - share / 2)


def slope_index(
    values: ArrayLike,
    errors: ArrayLike,
    population: ArrayLike,
    *,
    fit_on: Scale = "linear",
    draw_on: Scale = "linear",
    draws: int = 100_000,
    seed: int = 1,
    confidence: float = 0.95,
) -> Gradient:
    """Slope index of inequality (SII) and relative index (RII) by least squares on the mid-rank.

    Formula: value = a + b·rank, weighted by population share; SII = b and RII = (a + b)/a, both on the original scale
    after fitting on `fit_on`. Errors: `errors` are standard errors on the scale `draw_on`; limits are percentiles
    of seeded normal draws. Unit: SII that of the values, RII a ratio. Source: Low & Low 2004; Fingertips
    technical guidance.
    Promises: SII is 0 and RII 1 when every group is equal; reversing the order turns SII to −SII and RII to 1/RII
    (linear); the same seed gives the same limits.
    """
    y, errors, population = as_floats(values), as_floats(errors), as_floats(population)
    line = least_squares_line(population)
    start, end = ends(line, INTO[fit_on](y), fit_on)
    centre = INTO[draw_on](y)
    drawn = centre + np.random.default_rng(seed).standard_normal((draws, len(y))) * errors
    starts, finishes = ends(line, INTO[fit_on](BACK[draw_on](drawn)), fit_on)
    tails = [50 * (1 - confidence), 50 * (1 + confidence)]
    slopes, ratios = np.percentile(finishes - starts, tails), np.percentile(finishes / starts, tails)
    (sii_low, sii_high), (rii_low, rii_high) = slopes.tolist(), ratios.tolist()
    return Gradient(float(end - start), sii_low, sii_high, float(end / start), rii_low, rii_high, float(start))


def least_squares_line(population: Floats) -> Floats:
    """The 2 × k matrix that turns values into intercept and slope."""
    w = population / population.sum()
    design = np.column_stack([np.ones_like(w), mid_ranks(population)])
    return np.asarray(np.linalg.solve(design.T @ (design * w[:, None]), design.T * w))


def ends(line: Floats, y: Floats, fit_on: Scale) -> tuple[Floats, Floats]:
    intercept, slope = y @ line[0], y @ line[1]
    return BACK[fit_on](intercept), BACK[fit_on](intercept + slope)


def model_gradient(
    values: ArrayLike,
    population: ArrayLike,
    *,
    link: Scale = "logit",
    weights: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Gradient:
    """SII and RII from a weighted linear or grouped logistic model of a share on the mid-rank.

    Formula: predictions at rank 1 and 0, their difference and ratio; standard errors by the delta method from
    heteroscedasticity-consistent (HC1) variances. `values` are fractions; `weights` default to the population,
    which makes the logistic form the ordinary grouped model. Source: WHO 2024, Schlotheuber & Hosseinpoor 2022;
    Wagstaff 2002.
    Promises: SII is 0 and RII 1 when every group is equal.
    """
    y, population = as_floats(values), as_floats(population)
    w = population if weights is None else as_floats(weights)
    design = np.column_stack([np.ones_like(y), mid_ranks(population)])
    beta, mean, slope = fitted(design, y, w, link)
    working = w * slope**2 / variance_of(mean, link)
    bread = np.linalg.inv(design.T @ (design * working[:, None]))
    residual = w * (y - mean) * slope / variance_of(mean, link)
    meat = (design * residual[:, None]).T @ (design * residual[:, None])
    covariance = bread @ meat @ bread * len(y) / (len(y) - 2)
    return gradient_from(beta, covariance, link, z_for(confidence))


def variance_of(mean: Floats, link: Scale) -> Floats:
    return mean * (1 - mean) if link == "logit" else np.ones_like(mean)


def fitted(design: Floats, y: Floats, w: Floats, link: Scale) -> tuple[Floats, Floats, Floats]:
    """Iterated least squares: coefficients, fitted means and the slope of mean on predictor."""
    beta = as_floats(
        np.linalg.lstsq(design * np.sqrt(w)[:, None], INTO[link](np.clip(y, 1e-9, 1 - 1e-9)) * np.sqrt(w), rcond=None)[
            0
        ]
    )
    if link == "linear":
        beta = as_floats(np.linalg.lstsq(design * np.sqrt(w)[:, None], y * np.sqrt(w), rcond=None)[0])
        return beta, np.asarray(design @ beta), np.ones_like(y)
    for _ in range(100):
        mean = expit(design @ beta)
        slope = mean * (1 - mean)
        step = np.linalg.solve(design.T @ (design * (w * slope)[:, None]), design.T @ (w * (y - mean)))
        beta = beta + step
        if np.abs(step).max() < 1e-13:
            break
    mean = expit(design @ beta)
    return beta, mean, mean * (1 - mean)


def gradient_from(beta: Floats, covariance: Floats, link: Scale, z: float) -> Gradient:
    low, high = BACK[link](beta[0]), BACK[link](beta[0] + beta[1])
    at_low, at_high = np.array([1.0, 0.0]), np.array([1.0, 1.0])
    if link == "logit":
        at_low, at_high = at_low * low * (1 - low), at_high * high * (1 - high)
    sii_error = float(np.sqrt((at_high - at_low) @ covariance @ (at_high - at_low)))
    log_slope = at_high / high - at_low / low
    rii_error = float(np.sqrt(log_slope @ covariance @ log_slope))
    sii, rii = float(high - low), float(high / low)
    stretch = np.exp(z * rii_error)
    return Gradient(
        sii,
        sii - z * sii_error,
        sii + z * sii_error,
        rii,
        rii / stretch,
        rii * stretch,
        float(low),
        sii_error,
        rii_error,
    )


ConcentrationForm = Literal["absolute", "relative", "erreygers", "wagstaff"]


def concentration(
    values: ArrayLike, population: ArrayLike, *, form: ConcentrationForm = "relative", confidence: float = 0.95
) -> Index:
    """Concentration index over ordered groups: below 0, the outcome gathers at the start of the order.

    Formula: slope of 2σ²y (absolute) or 2σ²y/μ (relative) on the mid-rank, weighted by population; Erreygers
    multiplies the relative index by 4μ and Wagstaff divides it by 1 − μ, both for shares. Unit: absolute that of
    the values, others none. Errors: those of the weighted regression. Source: Kakwani, Wagstaff & van Doorslaer
    1997;
    Erreygers 2009.
    Promises: 0 when every group is equal; reversing the order changes the sign.
    """
    y, population = as_floats(values), as_floats(population)
    w = population / population.sum()
    rank, mean = mid_ranks(population), float((w * y).sum())
    spread = float((w * (rank - (w * rank).sum()) ** 2).sum())
    scale = {"absolute": 1.0, "relative": 1 / mean, "erreygers": 4.0, "wagstaff": 1 / (mean * (1 - mean))}[form]
    target = 2 * spread * y * scale
    design = np.column_stack([np.ones_like(y), rank])
    bread = np.linalg.inv(design.T @ (design * w[:, None]))
    beta = bread @ (design.T @ (w * target))
    residual = target - design @ beta
    error = float(np.sqrt((w * residual**2).sum() / (len(y) - 2) * bread[1, 1]))
    z = z_for(confidence)
    return Index(float(beta[1]), error, float(beta[1] - z * error), float(beta[1] + z * error))


def quantiles(values: ArrayLike, groups: int = 5) -> Floats:
    """Rank areas into equal groups; group 1 holds the HIGHEST values. nan stays nan; ties share the lower rank.

    All nan when there are fewer areas than groups. Source: Fingertips technical guidance.
    """
    values = as_floats(values)
    known = ~np.isnan(values)
    found = np.full(values.shape, np.nan)
    count = int(known.sum())
    if count < groups:
        return found
    highest_first = np.sort(-values[known])
    rank = np.searchsorted(highest_first, -values[known], side="left") + 1
    group = np.floor((groups + 1) - np.ceil(((count + 1) - rank) / (count / groups)))
    found[known] = np.maximum(group, 1)
    return found
