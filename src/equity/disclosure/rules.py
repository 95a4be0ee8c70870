"""Rule sets, read from rules.toml beside this file."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass
from enum import Enum
from functools import cache
from importlib.resources import files

from equity.problem import Problem


class Objective(Enum):
    CELLS = "cells"
    PEOPLE = "people"
    GROUPS = "groups"


class Audience(Enum):
    PUBLIC = "public"
    PARTNER = "partner"
    INTERNAL = "internal"


@dataclass(frozen=True)
class Rule:
    name: str
    version: int
    title: str
    hides_up_to: int
    promises_up_to: int
    rounds_to: int
    says: str
    source: str

    @property
    def protects(self) -> bool:
        return self.hides_up_to >= 0

    @property
    def is_exact(self) -> bool:
        return self.rounds_to == 1

    def is_small(self, count: int) -> bool:
        return count <= self.hides_up_to

    def shown(self, count: int) -> int:
        """The count as published: to the nearest step. Steps are odd, so nothing lies half-way."""
        return self.rounds_to * ((count + self.rounds_to // 2) // self.rounds_to)

    def range_of(self, shown: int) -> tuple[int, int]:
        """The counts that would be published as this number."""
        slack = self.rounds_to // 2
        return max(shown - slack, self.hides_up_to + 1), shown + slack

    @property
    def fingerprint(self) -> str:
        """Changes when anything in the rule changes, its wording included."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


class UnknownRule(Problem):
    """No rule set has this name."""


@cache
def rules() -> dict[str, Rule]:
    text = files("equity.disclosure").joinpath("rules.toml").read_text(encoding="utf-8")
    return {name: Rule(name=name, **body) for name, body in tomllib.loads(text).items()}


def rule_named(name: str) -> Rule:
    try:
        return rules()[name]
    except KeyError:
        raise UnknownRule(f"There is no rule called {name}. The rules are {', '.join(rules())}.") from None
