"""Gradients over ordered groups, and one number for many groups."""

from pathlib import Path

import numpy as np

from equity.analysis.truth.reference_draws import truncated
from equity.analysis.truth.tables import Computed, File, Near, Row, as_rows, columns, grouped, numbers, read, texts
from equity.stats import gradients, proportions, rates, summary
from equity.stats.normal import MANY, Floats, z_for

# The reference's own draws: how many, and the seed that its package always sets.
SLOPE_DRAWS, SPREAD_DRAWS, SPREAD_SEED = 200_000, 200, 123456
SLOPE_AGAIN = MANY
# So many standard errors leave less than one chance in a thousand that any of the 192 limits lies further off.
STANDARD_ERRORS = 4.7
SCALES: dict[int, gradients.Scale] = {0: "linear", 1: "log", 2: "logit"}
BY_SLOPE = ("service", "level", "value_type", "transform")
BY_MEASURE = ("service", "period", "dimension", "measure_variant", "reference", "favourable")


def slopes(folder: Path) -> Computed:
    return [
        slope_row((service, level, kind, there), in_order(table))
        for (service, level), table in grouped(read(folder / "deprivation.csv"), "service", "level")
        for kind, there in ((2, False), (2, True), (0, False), (1, False))
    ]


def in_order(table: list[Row]) -> list[Row]:
    return sorted(table, key=lambda row: int(row["quantile"]))


def slope_row(key: tuple[str, str, int, bool], table: list[Row]) -> dict[str, object]:
    """One gradient: its errors are read off the published interval of each group, on the scale of its kind."""
    (_, _, kind, there), (x, n) = key, columns(table, "users", "population")
    scale = SCALES[kind]
    value = x / n if kind == 2 else rates.rate(x, n, per=100_000)
    low, high = proportions.wilson(x, n) if kind == 2 else rates.rate_limits(x, n, per=100_000)
    error = (gradients.INTO[scale](high) - gradients.INTO[scale](low)) / (2 * z_for(0.95))
    slope = gradients.slope_index(value, error, n, scale=scale, fit_there=there, draws=SLOPE_AGAIN)
    row: dict[str, object] = dict(zip(BY_SLOPE, key, strict=True))
    row |= {"sii": slope.sii, "rii": slope.rii, "intercept": slope.start}
    for name, low_side, high_side in (("sii", slope.sii_lower, slope.sii_upper), ("rii", slope.rii_lower, slope.rii_upper)):  # fmt: skip  # noqa: E501
        margin = simulation_margin(high_side - low_side)
        row |= {f"{name}_lower95_0cl": drawn(low_side, margin), f"{name}_upper95_0cl": drawn(high_side, margin)}
    return row


def drawn(value: float, margin: float) -> Near:
    return Near(value, margin, f"drawn at random, held to {STANDARD_ERRORS} standard errors of the two simulations")


def simulation_margin(width: float) -> float:
    """How far apart two simulated 2.5th percentiles may be: √(p(1 − p)(1/m + 1/n)) / density, a few times over."""
    z, tail = z_for(0.95), 0.025
    density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi) / (width / (2 * z))
    spread = np.sqrt(tail * (1 - tail) * (1 / SLOPE_DRAWS + 1 / SLOPE_AGAIN.times))
    return float(STANDARD_ERRORS * spread / density)


# The reference package prints these errors on another scale than the estimates (see the README beside the data).
OFF_SCALE = {"MLD": 1000, "TI": 1000, "PAF": 100, "PAF_ordered": 100, "SII_logit": 100, "SII_linear": 100}
LIMITS_ON_SCALE = ("SII_logit", "SII_linear")
SIDES = ("se", "lowerci", "upperci")


def measured(variant: str, found: summary.Summary, *, margin: float = 0.0, **about: object) -> dict[str, object]:
    """One row: as the package prints it, and on the scale of its estimate."""
    kind = about.get("ci_kind", "formula")
    row: dict[str, object] = {"measure_variant": variant, "reference": "", "favourable": 1, "ci_kind": "formula"}
    row |= {"estimate": found.value} | about
    if kind == "none":
        return row | dict.fromkeys((*SIDES, *(f"{side}_corrected" for side in SIDES)))
    scale = OFF_SCALE.get(variant, 1)
    limits_scale = 1 if variant in LIMITS_ON_SCALE else scale
    error = found.error if kind == "formula" else None
    printed = {
        "se": error / scale if error is not None else None,
        "lowerci": found.value - (found.value - found.lower) / limits_scale,
        "upperci": found.value + (found.upper - found.value) / limits_scale,
    }
    corrected = {"se_corrected": error, "lowerci_corrected": found.lower, "upperci_corrected": found.upper}
    return row | {name: rough(value, margin) for name, value in (printed | corrected).items()}


def rough(value: float | None, margin: float) -> object:
    if not margin or value is None:
        return value
    return Near(value, abs(value) * margin, "differentiated numerically by the reference, held to its rounding error")


def summary_measures(folder: Path) -> Computed:
    found: Computed = []
    for (service, period), table in grouped(read(folder / "counts.csv"), "service", "period"):
        key = {"service": service, "period": period, "dimension": "ethnicity19"}
        found += [key | row for row in of_unordered([row for row in table if row["users"]])]
    for (service, level), table in grouped(read(folder / "deprivation.csv"), "service", "level"):
        key = {"service": service, "period": "", "dimension": f"deprivation_{level}"}
        found += [key | row for row in of_ordered(*columns(in_order(table), "users", "population"))]
    return found


def in_percent(x: Floats, n: Floats) -> summary.Groups:
    p = x / n
    return summary.Groups.of(100 * p, 100 * np.sqrt(np.where(x == 0, 0.5 / n / n, p * (1 - p) / n)), n)


def of_unordered(table: list[Row]) -> Computed:
    groups = in_percent(*columns(table, "users", "population"))
    white = texts(table, "group").index("W_BRI")
    top, bottom = int(np.argmax(groups.y)), int(np.argmin(groups.y))
    found = [
        measured("D_max_min", summary.difference(groups, top, bottom)),
        measured("R_max_min", summary.ratio(groups, top, bottom)),
        measured("D_reference", summary.difference(groups, white, bottom), reference="W_BRI"),
        measured("R_reference", summary.ratio(groups, white, bottom), reference="W_BRI"),
        measured("BGV", summary.between_group_variance(groups)),
        measured("MLD", summary.mean_log_deviation(groups)),
        measured("TI", summary.theil(groups)),
    ]
    for favourable, reference in ((True, top), (False, bottom)):
        both = summary.population_attributable(groups, reference, favourable=favourable)
        found += [measured(name, one, favourable=int(favourable)) for name, one in zip(("PAR", "PAF"), both, strict=True)]  # fmt: skip  # noqa: E501
    return found + spread(groups, white)


def spread(groups: summary.Groups, white: int) -> Computed:
    """Measures whose limits the reference drew: with its own draws they come out to the last digit."""
    values = truncated(groups.y, groups.error, times=SPREAD_DRAWS, seed=SPREAD_SEED)
    measures = summary.spread_measures(reference=white)
    return [
        measured(
            name,
            summary.from_drawn_values(
                with_fixed_mean(groups) if name == "IDISW" else measure, groups.y, groups.people, values
            ),
            reference="W_BRI" if name.startswith("MDR") else "",
            ci_kind="simulation_200",
        )
        for name, measure in measures.items()
    ]


def with_fixed_mean(groups: summary.Groups) -> summary.Measure:
    """The reference keeps the mean of the estimates in this one measure while it draws the values."""
    return lambda y, p: 100 * (p * np.abs(y - groups.mean)).sum(axis=-1) / groups.mean


def of_ordered(x: Floats, n: Floats) -> Computed:
    groups, last = in_percent(x, n), len(x) - 1
    par, paf = summary.population_attributable(groups, last)
    indices = {
        "ACI": gradients.concentration(100 * x / n, n, form="absolute"),
        "RCI": gradients.concentration(x / n, n),
        "RCI_erreygers": gradients.concentration(x / n, n, form="erreygers"),
        "RCI_wagstaff": gradients.concentration(x / n, n, form="wagstaff"),
    }
    return [
        measured("D_ordered", summary.difference(groups, last, 0)),
        measured("R_ordered", summary.ratio(groups, last, 0)),
        measured("PAR_ordered", par),
        measured("PAF_ordered", paf),
        *(measured(name, summary.Summary(i.value, i.error, i.lower, i.upper)) for name, i in indices.items()),
        # The package weights the logistic model by population twice; `plain` is the ordinary grouped model.
        *modelled("logit", x / n, n, n * n),
        *modelled("linear", x / n, n, n),
        *modelled("logit", x / n, n, n, plain=True),
    ]


def modelled(link: gradients.Scale, y: Floats, n: Floats, weights: Floats, *, plain: bool = False) -> Computed:
    slope = gradients.model_gradient(y, n, link=link, weights=weights)
    name, kind = (f"{link}_plain", "none") if plain else (link, "formula")
    sii = summary.Summary(100 * slope.sii, 100 * slope.sii_error, 100 * slope.sii_lower, 100 * slope.sii_upper)
    rii = summary.Summary(slope.rii, slope.log_rii_error, slope.rii_lower, slope.rii_upper)
    for_sii, for_rii = numerical_error(gradients.fitted_model(y, n, link=link, weights=weights))
    return [
        measured(f"SII_{name}", sii, margin=for_sii, ci_kind=kind),
        measured(f"RII_{name}", rii, margin=for_rii, ci_kind=kind),
    ]


def numerical_error(model: gradients.Model) -> tuple[float, float]:
    """How much of its value the reference's standard error can be off, because it differentiates by small steps.

    With a step of h = max(√ε·|β|, 1e-10) each derivative carries the rounding of two function values over h, that of
    β + h, and a truncation error of about h. A value at one end is rounded by ε for each unit of its predictor, and
    twice more. The share follows through the covariance, by Cauchy and Schwarz.
    """
    precision, beta = float(np.finfo(float).eps), np.abs(model.beta)
    step = np.maximum(np.sqrt(precision) * beta, 1e-10)
    (low, high), (at_low, at_high) = model.ends(), model.slopes()
    rounded = precision * (2 + np.abs([model.beta[0], model.beta.sum()]))
    of_ends = np.array([(rounded * (low, high)).sum(), rounded.sum()])
    slopes_of = np.array([at_high - at_low, at_high / high - at_low / low])
    off = 2 * of_ends[:, None] / step + np.abs(slopes_of) * precision * beta / step + step
    true = np.array([model.error(slope) for slope in slopes_of])
    shares = (off * np.sqrt(np.diag(model.covariance))).sum(axis=1) / true
    return float(shares[0]), float(shares[1])


def quantiles(folder: Path) -> Computed:
    table = read(folder / "areas.csv")
    scores = numbers(table, "imd_score")
    groups = {"quintile": gradients.quantiles(scores, 5), "decile": gradients.quantiles(scores, 10)}
    return as_rows({"area": texts(table, "area"), "imd_score": scores} | groups)


FILES = {
    "sii_rii_phe.csv": File(BY_SLOPE, slopes),
    "summary_measures.csv": File(BY_MEASURE, summary_measures),
    "quantiles.csv": File(("area",), quantiles),
}
