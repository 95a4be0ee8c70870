"""What anybody knows of the stages of a service without seeing a number: content/equity/measures/stages.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from equity.content import read_toml


@dataclass(frozen=True)
class Road:
    """Stages that lie within one another. Nobody is in two that lie within the same one."""

    code: str
    says: str
    inside: str
    stages: Mapping[str, str]

    @property
    def parents(self) -> dict[str, str]:
        """As a hierarchy, in which some go no further than a stage that has others within it."""
        parents = {stage: within for stage, within in self.stages.items() if within}
        return parents | {f"{stage}, no further": stage for stage in sorted({*parents.values()})}


@cache
def roads() -> tuple[Road, ...]:
    found = read_toml("measures", "stages.toml")
    return tuple(Road(code, of["says"], of["inside"], of["stages"]) for code, of in found.items())  # type: ignore[arg-type]


def road_of(stage: str) -> Road:
    return next(road for road in roads() if stage in road.stages)


def line(stage: str) -> list[str]:
    """The stages that everybody at this one is at too, the widest first, and itself."""
    found, road = [stage], road_of(stage)
    while wider := road.stages[found[0]] or road.inside:
        found.insert(0, wider)
        road = road_of(wider)
    return found
