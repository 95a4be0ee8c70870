"""The random numbers of R, so that limits which it drew can be recomputed to the last digit.

R's default generator is the Mersenne Twister, which numpy has too; only the seeding and the step from uniform to
normal numbers (by inversion) are R's own. Source: R 4.2.2, help page Random.
"""

from collections.abc import Iterator

import numpy as np
from scipy.special import ndtri

from equity.stats.normal import Floats

WORD, SCRAMBLE, FIRST = 2**32, 69069, 50
UNIT, FINE = 2.3283064365386963e-10, 134217728


def normals(seed: int) -> Iterator[float]:
    """What rnorm(1) would give again and again after set.seed(seed)."""
    twister = np.random.MT19937()
    twister.state = {"bit_generator": "MT19937", "state": {"key": state(seed), "pos": 624}}
    while True:
        coarse, fine = (twister.random_raw(2) * UNIT).clip(UNIT / 2, 1 - UNIT / 2)
        yield float(ndtri((np.floor(FINE * coarse) + fine) / FINE))


def state(seed: int) -> np.ndarray:
    words = []
    for place in range(FIRST + 625):
        seed = (SCRAMBLE * seed + 1) % WORD
        if place > FIRST:
            words.append(seed)
    return np.array(words, dtype=np.uint32)


def truncated(values: Floats, errors: Floats, *, times: int, seed: int, top: float = 100) -> Floats:
    """Normal values drawn one after another, each drawn again until it lies between 0 and the top."""
    source = normals(seed)

    def one(value: float, error: float) -> float:
        return next(found for found in (value + error * step for step in source) if 0 <= found <= top)

    return np.array([[one(*group) for group in zip(values, errors, strict=True)] for _ in range(times)])
