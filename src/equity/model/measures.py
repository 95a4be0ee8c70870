"""A measure is a definition in content/equity/measures."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from equity.content import read_toml
from equity.problem import Problem

FILES = ("service.toml", "workforce.toml", "wres.toml")
Kind = Literal["rate", "share", "mean", "gap", "index"]
KINDS, BETTER = ("rate", "share", "mean", "gap", "index"), ("higher", "lower", "neither")


class MeasureError(Problem):
    """A measure that does not exist or is badly defined, said plainly."""


@dataclass(frozen=True)
class Measure:
    """What is counted over what, in which unit, and which way is better for people.

    Of an index, `counted` and `beside` are the words for the two whose shares stand beside each other.
    """

    code: str
    name: str
    question: str
    kind: Kind
    numerator: str
    denominator: str
    per: float
    unit: str
    better: Literal["higher", "lower", "neither"]
    says: str
    missing: str
    method: str
    source: str
    caveats: tuple[str, ...]
    counted: str = ""
    beside: str = ""

    @classmethod
    def of(cls, code: str, fields: Mapping[str, object]) -> "Measure":
        try:
            found = cls(code=code, **{**fields, "caveats": tuple(fields["caveats"])})  # type: ignore[arg-type]
        except (TypeError, KeyError) as error:
            raise MeasureError(f"The measure {code!r} is not fully defined: {error}.") from None
        if found.kind not in KINDS or found.better not in BETTER:
            raise MeasureError(
                f"The measure {code!r} has kind {found.kind!r} and better {found.better!r}, which do not exist."
            )
        return found


@cache
def measures() -> dict[str, Measure]:
    return {code: Measure.of(code, fields) for file in FILES for code, fields in read_toml("measures", file).items()}


@dataclass(frozen=True)
class Upper:
    """Which bands of a list are the upper ones. `stage` counts their staff, `inside` everybody whose band is known."""

    stage: str
    inside: str
    codes: tuple[str, ...]


@cache
def upper_bands() -> dict[str, Upper]:
    found = read_toml("measures", "seniority.toml")
    return {band_set: Upper(of["stage"], of["inside"], tuple(of["codes"])) for band_set, of in found.items()}


def measure(code: str) -> Measure:
    try:
        return measures()[code]
    except KeyError:
        raise MeasureError(f"There is no measure {code!r}. See `equity measures`.") from None


def caveat(code: str, **words: object) -> str:
    return str(read_caveats()[code]["text"]).format(**words)


@cache
def read_caveats() -> dict[str, dict[str, str]]:
    return read_toml("measures", "caveats.toml")
