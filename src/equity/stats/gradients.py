"""Gradients over ORDERED groups, such as deprivation. Never for ethnicity: its groups have no order."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit

from equity.stats.normal import MANY, Draws, Floats, as_floats, z_for

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
    """Where the middle person of each group stands.

    Formula: cumulative population share less half of the group's own.
    Unit: fraction of the population, from 0 to 1.
    Errors: none.
    Source: Wagstaff 2002.
    Promises: their weighted mean is one half.
    """
    share = as_floats(population) / as_floats(population).sum()
    return np.asarray(np.cumsum(share) - share / 2)


def slope_index(
    values: ArrayLike,
    errors: ArrayLike,
    population: ArrayLike,
    *,
    scale: Scale = "linear",
    fit_there: bool = False,
    draws: Draws = MANY,
    confidence: float = 0.95,
) -> Gradient:
    """Slope index of inequality (SII) and relative index (RII) by least squares on the mid-rank.

    Formula: value = a + b·rank, weighted by population share; SII = b and RII = (a + b)/a. With `fit_there` the line is
    fitted on the log or logit scale and both are read off its ends on the original scale.
    Unit: SII that of the values; RII a ratio.
    Errors: values ~ normal on `scale`, with the standard errors given; limits are percentiles of seeded draws. With
    `fit_there` they are the limits of b, with the line turned about its middle.
    Source: Low & Low 2004; Fingertips technical guidance.
    Promises: SII is 0 and RII 1 when every group is equal; reversing the order turns SII to −SII and RII to 1/RII; the
    same seed gives the same limits.
    """
    y, errors, population = as_floats(values), as_floats(errors), as_floats(population)
    line, there = least_squares_line(population), scale if fit_there else "linear"
    start, end = ends(line, INTO[there](y), there)
    drawn = INTO[scale](y) + draws.normal(len(y)) * errors
    tails = [50 * (1 - confidence), 50 * (1 + confidence)]
    if fit_there:
        low, high = turned(line, INTO[there](y), np.percentile(drawn @ line[1], tails), there)
        slopes, ratios = high - low, high / low
    else:
        starts, finishes = ends(line, BACK[scale](drawn), "linear")
        slopes, ratios = np.percentile(finishes - starts, tails), np.percentile(finishes / starts, tails)
    (sii_low, sii_high), (rii_low, rii_high) = slopes.tolist(), ratios.tolist()
    return Gradient(float(end - start), sii_low, sii_high, float(end / start), rii_low, rii_high, float(start))


def turned(line: Floats, y: Floats, slopes: Floats, scale: Scale) -> tuple[Floats, Floats]:
    """The two ends of the fitted line once its slope is changed and its middle (rank one half) held."""
    middle = y @ line[0] + y @ line[1] / 2
    return BACK[scale](middle - slopes / 2), BACK[scale](middle + slopes / 2)


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

    Formula: predictions at rank 1 and 0, their difference and ratio. `weights` default to the population, which makes
    the
    logistic form the ordinary grouped model.
    Unit: SII fraction; RII a ratio.
    Errors: delta method from heteroscedasticity-consistent (HC1) variances, rough with few groups.
    Source: WHO 2024; Schlotheuber & Hosseinpoor 2022; Wagstaff 2002.
    Promises: SII is 0 and RII 1 when every group is equal; contains the index.
    """
    z = z_for(confidence)
    model = fitted_model(values, population, link=link, weights=weights)
    low, high = model.ends()
    at_low, at_high = model.slopes()
    sii_error, rii_error = model.error(at_high - at_low), model.error(at_high / high - at_low / low)
    sii, rii, stretch = high - low, high / low, float(np.exp(z * rii_error))
    return Gradient(
        sii, sii - z * sii_error, sii + z * sii_error, rii, rii / stretch, rii * stretch, low, sii_error, rii_error
    )


@dataclass(frozen=True)
class Model:
    """A fitted line on the scale of its link, with the covariance of its intercept and slope."""

    beta: Floats
    covariance: Floats
    link: Scale

    def ends(self) -> tuple[float, float]:
        return float(BACK[self.link](self.beta[0])), float(BACK[self.link](self.beta.sum()))

    def slopes(self) -> tuple[Floats, Floats]:
        """How each end moves with intercept and slope."""
        (low, high), (at_low, at_high) = self.ends(), np.array([[1.0, 0.0], [1.0, 1.0]])
        return (at_low * low * (1 - low), at_high * high * (1 - high)) if self.link == "logit" else (at_low, at_high)

    def error(self, slope: Floats) -> float:
        return float(np.sqrt(slope @ self.covariance @ slope))


def fitted_model(
    values: ArrayLike, population: ArrayLike, *, link: Scale = "logit", weights: ArrayLike | None = None
) -> Model:
    """The weighted model of a share on the mid-rank, as `model_gradient` fits it.

    Formula: least squares, or iterated least squares with a logit link, on the mid-rank.
    Unit: that of the link.
    Errors: heteroscedasticity-consistent (HC1) covariance.
    Source: WHO 2024; Long & Ervin 2000.
    Promises: its ends are the values when these lie on its curve.
    """
    y, people = as_floats(values), as_floats(population)
    w = people if weights is None else as_floats(weights)
    design = np.column_stack([np.ones_like(y), mid_ranks(people)])
    beta, mean, slope = fitted(design, y, w, link)
    bread = np.linalg.inv(design.T @ (design * (w * slope**2 / variance_of(mean, link))[:, None]))
    residual = w * (y - mean) * slope / variance_of(mean, link)
    meat = (design * residual[:, None]).T @ (design * residual[:, None])
    return Model(beta, bread @ meat @ bread * len(y) / (len(y) - 2), link)


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


ConcentrationForm = Literal["absolute", "relative", "erreygers", "wagstaff"]


def concentration(
    values: ArrayLike, population: ArrayLike, *, form: ConcentrationForm = "relative", confidence: float = 0.95
) -> Index:
    """Concentration index over ordered groups: below 0, the outcome gathers at the start of the order.

    Formula: slope of 2σ²y (absolute) or 2σ²y/μ (relative) on the mid-rank, weighted by population; Erreygers
    multiplies the
    relative index by 4μ and Wagstaff divides it by 1 − μ, both for shares.
    Unit: absolute that of the values, others none.
    Errors: those of the weighted regression, rough with few groups.
    Source: Kakwani, Wagstaff & van Doorslaer 1997; Erreygers 2009.
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
    """Rank areas into equal groups; group 1 holds the HIGHEST values.

    Formula: by rank, ties sharing the lower one.
    Unit: number of the group.
    Errors: nan stays nan; all nan when there are fewer areas than groups.
    Source: Fingertips technical guidance.
    Promises: no area of a lower group lies below one of a higher group.
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
