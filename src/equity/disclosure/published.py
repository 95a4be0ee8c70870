"""A table as it would leave: numbers as the rule shows them, and stars. Nothing here knows a hidden count."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from equity.disclosure.ages import ages_in
from equity.disclosure.problem import Flags
from equity.disclosure.records import Described, DimensionRecord
from equity.disclosure.rules import Rule
from equity.disclosure.specification import Specification
from equity.disclosure.system import State, System, as_shown
from equity.disclosure.table import STAR, Dimension, Labels, Table


@dataclass(frozen=True)
class ShownTable:
    """What readers would see, before anyone has said that they may."""

    dimensions: tuple[Dimension, ...]
    count_name: str
    shown: Mapping[Labels, int | None]
    states: Mapping[Labels, State]
    rule: Rule
    specification: Specification

    def as_csv(self) -> str:
        """One row a cell, every margin included, a number or a star, nothing else."""
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*(dimension.name for dimension in self.dimensions), self.count_name])
        for labels, value in self.shown.items():
            writer.writerow([*labels, STAR if value is None else value])
        return file.getvalue()

    def described(self) -> Described:
        """The specification with its dimensions, as the ledger keeps it."""
        dimensions: dict[str, DimensionRecord] = {
            dimension.name: {
                "parents": {label: dimension.parent(label) for label in dimension.labels[1:]},
                "covers": {leaf: sorted(ages_in(leaf)) for leaf in dimension.leaves if ages_in(leaf) != {leaf}},
            }
            for dimension in self.dimensions
        }
        return {**self.specification.as_json(), "dimensions": dimensions}


def shown_table(table: Table, rule: Rule, system: System, hidden: Flags, specification: Specification) -> ShownTable:
    states = dict(system.states)
    for column, labels in enumerate(system.cells):
        if hidden[column]:
            states[labels] = State.COMPANY
    shown = {labels: as_shown(table.counts[labels], rule, states[labels]) for labels in table.cells}
    return ShownTable(table.dimensions, table.count_name, shown, states, rule, specification)
