"""
Rates, percentages and intervals that do not give their numerator away.

A figure worked out from true counts is shown only as precisely as leaves at least five numerators that would have been
printed the same, and never for a count that is hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from equity.disclosure.release import NotReleased, ShownCount
from equity.disclosure.rules import Rule

NUMERATORS = 5
MOST_TENS = 3
_SEAL = object()
HIDDEN = "*"


@dataclass(frozen=True)
class ReleasedFigure:
    """A rate, percentage or limit that may be printed, or a star."""

    text: str
    seal: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise NotReleased("Only released_rate and released_figures make figures.")

    @property
    def is_hidden(self) -> bool:
        return self.text == HIDDEN


def released_rate(
    numerator: ShownCount, denominator: ShownCount, *, per: int = 100, decimals: int = 1
) -> ReleasedFigure:
    """
    A rate of two released counts. It tells no more than they do.

    Where a count was rounded the rate is that of the rounded counts; where either is hidden, so is the rate.
    """
    if numerator.value is None or not denominator.value:
        return ReleasedFigure(HIDDEN, _SEAL)
    return ReleasedFigure(printed(Fraction(numerator.value * per, denominator.value), decimals), _SEAL)


@dataclass(frozen=True)
class Figure:
    """Something worked out from a count: what it would be for any count, and the decimals wished for."""

    of: Callable[[int], Fraction]
    decimals: int


def released_figures(
    true_count: int, figures: Sequence[Figure], *, rule: Rule, published: ShownCount | None = None
) -> list[ReleasedFigure]:
    """
    Figures of one true count that are printed together (a rate and both ends of its interval, a p-value).

    Decimals are given up one by one, then tens, until at least five counts would print all of them the same. Where
    the count itself is published, those five must be among the counts it could stand for, so that the figures tell
    nothing more. For a hidden or a small count there are only stars.
    """
    if rule.is_small(true_count) or (published and published.is_hidden):
        return [ReleasedFigure(HIDDEN, _SEAL) for _ in figures]
    open_counts = counts_thought_possible(true_count, rule, published)
    needed = min(NUMERATORS, len(open_counts)) if published else NUMERATORS
    for given_up in range(max(figure.decimals for figure in figures) + MOST_TENS + 1):
        texts = [printed(figure.of(true_count), figure.decimals - given_up) for figure in figures]
        if len(consistent(texts, figures, given_up, open_counts)) >= needed:
            return [ReleasedFigure(text, _SEAL) for text in texts]
    return [ReleasedFigure(HIDDEN, _SEAL) for _ in figures]


def counts_thought_possible(true_count: int, rule: Rule, published: ShownCount | None) -> range:
    if published is not None and published.high is not None:
        return range(published.low, published.high + 1)
    return range(rule.hides_up_to + 1, 2 * true_count + 100)


def consistent(texts: Sequence[str], figures: Sequence[Figure], given_up: int, counts: Iterable[int]) -> list[int]:
    """The counts that print as these texts."""
    pairs = list(zip(texts, figures, strict=True))
    return [n for n in counts if all(printed(f.of(n), f.decimals - given_up) == text for text, f in pairs)]


def printed(value: Fraction, places: int) -> str:
    """Rounded half up, as people expect."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    rounded = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{rounded:.{max(places, 0)}f}"
