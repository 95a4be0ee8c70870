"""Quantiles and draws used by every interval."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]


def as_floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)


def z_for(confidence: float) -> float:
    """The two-sided normal quantile: 1.96 for 0.95, 3.09 for 0.998."""
    if not 0 < confidence < 1:
        raise ValueError(f"Confidence is a share between 0 and 1, not {confidence}.")
    return float(ndtri(0.5 + confidence / 2))


@dataclass(frozen=True)
class Draws:
    """How often to draw again, and the seed that makes it repeatable."""

    times: int = 4_000
    seed: int = 1

    def generator(self) -> np.random.Generator:
        return np.random.default_rng(self.seed)

    def normal(self, groups: int) -> Floats:
        return self.generator().standard_normal((self.times, groups))


FEW, USUAL, MANY = Draws(2_000), Draws(4_000), Draws(100_000)
