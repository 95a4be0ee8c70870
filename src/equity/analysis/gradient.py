"""How a measure rises or falls along ordered groups."""

from dataclasses import replace

import numpy as np

from equity.analysis import words
from equity.analysis.compare import as_array
from equity.model import Measure, Table
from equity.problem import Problem
from equity.stats import gradients, proportions
from equity.stats.normal import Draws, z_for
from equity.vocabulary import category_set

FEWEST_GROUPS = 3


def gradient(table: Table) -> gradients.Gradient:
    """Slope index of inequality over ordered groups. Refuses groups that have no order, such as ethnic groups."""
    if not category_set(table.set_code).ordered:
        raise Problem(f"{category_set(table.set_code).name} has no order, so there is no gradient.")
    rows = [row for row in table.rows if row.x is not None and row.n and row.x <= row.n]
    if len(rows) < FEWEST_GROUPS:
        raise Problem("A gradient needs at least three groups with people in them.")
    x, n = as_array([row.x for row in rows]), as_array([row.n for row in rows])
    low, high = proportions.wilson(x, n)
    return gradients.slope_index(x / n, (high - low) / (2 * z_for(0.95)), n, draws=Draws(20_000))


def with_gradient(table: Table, set_code: str, what: Measure) -> Table:
    """Ordered groups get their gradient in words; groups without an order never do.

    Nor does the use of a service by age: it is meant for some ages.
    """
    found = category_set(set_code)
    if not found.ordered or (what.kind == "rate" and found.characteristic == "age"):
        return table
    try:
        slope = gradient(table)
    except Problem:
        return table
    return replace(table, sentence=table.sentence + in_words(slope, what))


def in_words(slope: gradients.Gradient, what: Measure) -> str:
    if slope.sii_lower <= 0 <= slope.sii_upper:
        return ""
    side = "higher" if slope.sii > 0 else "lower"
    size, low, high = (words.spoken(value * what.per) for value in (abs(slope.sii), slope.sii_lower, slope.sii_upper))
    return f" From the first group to the last it is {size} {side} (95% interval {low} to {high}){relative(slope)}."


def relative(slope: gradients.Gradient) -> str:
    """The same as a ratio, where the line starts above nought."""
    if not 0 < slope.rii_lower < slope.rii_upper < np.inf:
        return ""
    value, low, high = (words.spoken(side, 2) for side in (slope.rii, slope.rii_lower, slope.rii_upper))
    return f", {value} times as high ({low} to {high})"
