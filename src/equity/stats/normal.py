"""Quantiles used by every interval."""

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
