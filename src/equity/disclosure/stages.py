"""How a ledger names a stage, whatever else its file has; and what was recorded before that was so."""

from __future__ import annotations

import re
from collections.abc import Sequence

from equity.disclosure.records import Described, ReleaseRecord
from equity.disclosure.specification import Chosen
from equity.model.stages import line, road_of, roads

DIVIDED = re.compile(r"(events|first|persons) by (.+)")
HALF, ENDING = "half-year", "ending"


def reached(stage: str) -> dict[str, Chosen]:
    """Of whom this stage consists: how far they came on each road that leads there."""
    furthest = {road_of(one).code: one for one in line(stage)}
    return {code: Chosen(frozenset({one}), parents=road_of(one).parents) for code, one in furthest.items()}


def as_now(record: ReleaseRecord) -> ReleaseRecord:
    """
    A record as it would be written today.

    Once a stage's name depended on the other columns of its file, and the characteristics were part of the measure.
    """
    said = record["specification"]
    divided = DIVIDED.fullmatch(said["measure"])
    if "by" in said or not divided or {*divided[2].split(" and ")} != {*said["dimensions"]} - {HALF}:
        return record
    stages = {stage for name, chosen in said["where"].items() if (stage := stage_in(name, chosen["codes"]))}
    where = {name: chosen for name, chosen in said["where"].items() if not stage_in(name, chosen["codes"])}
    if stages:
        furthest = max(sorted(stages), key=lambda stage: len(line(stage)))
        where |= {name: chosen.as_json() for name, chosen in reached(furthest).items()}
    now: Described = {**said, "measure": divided[1], "by": divided[2].split(" and "), "where": where}
    return {**record, "specification": now}


def stage_in(name: str, codes: Sequence[str]) -> str:
    """The stage that an old record names: `completed: yes`, or `ending: completed`."""
    if name == ENDING:
        return codes[0]
    return name if [*codes] == ["yes"] and any(name in road.stages for road in roads()) else ""
