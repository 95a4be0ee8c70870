"""Every table that could be the truth, asked for its extremes: linear first, then in whole people."""

from __future__ import annotations

from collections.abc import Sequence

import highspy
import numpy as np
from numpy.typing import NDArray

from equity.attack.published import CannotRead, Published
from equity.attack.universe import Cell, Groups, Universe

CLOSE = 1e-6
DUAL_SIMPLEX = 1
CORNERS = 6
PATIENCE = 60.0  # seconds for one question in whole people; after that the answer is taken to be the bad one
NO_TABLE_FOUND = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kTimeLimit)
PRIMAL_SIMPLEX = 4  # only the question changes from one run to the next
Counts = NDArray[np.float64]


class PossibleTables:
    """Unknown whole numbers of people in each group, held by every number that was shown."""

    def __init__(self, universe: Universe, releases: Sequence[Published]):
        self.universe = universe
        self._limits = [
            (cell.groups, *shown_range(cell, releases)) for cell in universe.cells if cell.shown is not None
        ]
        self._linear = self._model()
        self._whole: highspy.Highs | None = None
        self._asked: Groups = np.empty(0, dtype=np.int64)
        self.seen: list[Counts] = []

    def _model(self) -> highspy.Highs:
        model = highspy.Highs()  # type: ignore[no-untyped-call]
        model.silent()
        model.setOptionValue("threads", 1)
        model.setOptionValue("presolve", "off")
        model.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
        count = self.universe.group_count
        reached = self._reached()
        model.addVars(count, np.zeros(count), np.where(reached, highspy.kHighsInf, 0.0))
        for groups, low, high in self._limits:
            model.addRow(low, high, len(groups), groups.astype(np.int32), np.ones(len(groups)))
        return model

    def _reached(self) -> NDArray[np.bool_]:
        """Groups that some release counts. Nothing can be said of the rest, and nothing is asked."""
        reached = np.zeros(self.universe.group_count, dtype=bool)
        for cell in self.universe.cells:
            reached[cell.groups] = True
        return reached

    def must_exist(self) -> None:
        """Numbers that contradict each other tell that something was changed between them, and by how much."""
        self.least(np.empty(0, dtype=np.int64))

    def least(self, weights: Groups) -> float:
        return self._extreme(weights, 1.0)

    def most(self, weights: Groups) -> float:
        return self._extreme(weights, -1.0)

    def _extreme(self, groups: Groups, sign: float) -> float:
        """The linear extreme of the sum over these groups; without limit comes back as infinity."""
        self.price(self._linear, groups, sign)
        self._linear.run()
        status = self._linear.getModelStatus()
        if status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return float("inf")
        if status == highspy.HighsModelStatus.kInfeasible:
            raise CannotRead(
                "These numbers cannot all be true together. If there are subtotals, give their hierarchy; if the "
                "tables are about different people or periods, use the ledger, which says so."
            )
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"the solver stopped with {status}")
        point = np.array(self._linear.getSolution().col_value)
        self._remember(point)
        return float(point[groups].sum())

    def price(self, model: highspy.Highs, groups: Groups, sign: float) -> None:
        if len(self._asked):
            model.changeColsCost(len(self._asked), self._asked.astype(np.int32), np.zeros(len(self._asked)))
        model.changeColsCost(len(groups), groups.astype(np.int32), np.full(len(groups), sign))
        self._asked = groups

    def _remember(self, point: Counts) -> None:
        """Keep a table of whole people: proof that every value in it is possible."""
        whole = np.rint(point)
        if np.abs(point - whole).max(initial=0.0) < CLOSE and self._fits(whole):
            self.seen.append(whole)

    def _fits(self, whole: Counts) -> bool:
        return bool((whole >= 0).all()) and all(low <= whole[g].sum() <= high for g, low, high in self._limits)

    def near(self, wishes: Sequence[tuple[Groups, int]]) -> Counts | None:
        """A table in which as many of these sums as possible take the value wished for, if it has whole people."""
        model = self._model()
        model.setOptionValue("simplex_strategy", DUAL_SIMPLEX)
        count = self.universe.group_count
        for groups, value in wishes:
            over = model.getNumCol()
            model.addVars(2, np.zeros(2), np.full(2, highspy.kHighsInf))
            model.changeColsCost(2, np.array([over, over + 1], dtype=np.int32), np.ones(2))
            columns = np.append(groups, [over, over + 1]).astype(np.int32)
            weights = np.append(np.ones(len(groups)), [-1.0, 1.0])
            model.addRow(float(value), float(value), len(columns), columns, weights)
        model.run()
        if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        before = len(self.seen)
        self._remember(np.array(model.getSolution().col_value)[:count])
        return self.seen[-1] if len(self.seen) > before else None

    def corner_with(self, groups: Groups, value: int) -> bool:
        """Try a few corners of the linear set where the sum has this value: they are often tables of whole people."""
        model, count = self._linear, self.universe.group_count
        self.price(model, groups, 0.0)
        model.addRow(float(value), float(value), len(groups), groups.astype(np.int32), np.ones(len(groups)))
        columns, before = np.arange(count, dtype=np.int32), len(self.seen)
        for seed in range(CORNERS):
            model.changeColsCost(count, columns, np.random.default_rng(seed).random(count))
            model.run()
            if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                break
            self._remember(np.array(model.getSolution().col_value))
            if len(self.seen) > before:
                break
        model.changeColsCost(count, columns, np.zeros(count))
        model.deleteRows(1, np.array([model.getNumRow() - 1], dtype=np.int32))
        return len(self.seen) > before

    def whole_table_with(self, groups: Groups, low: float, high: float) -> Counts | None:
        """A table of whole people with this sum between the two; None if there is none, or none was found in time."""
        model = self._whole_model()
        model.addRow(low, high, len(groups), groups.astype(np.int32), np.ones(len(groups)))
        model.setOptionValue("time_limit", model.getRunTime() + PATIENCE)
        model.run()
        status = model.getModelStatus()
        found = None
        if status == highspy.HighsModelStatus.kOptimal:
            found = np.rint(np.array(model.getSolution().col_value))
            if not self._fits(found):
                raise RuntimeError("the solver's whole table does not fit what was published")
            self.seen.append(found)
        elif status not in NO_TABLE_FOUND:
            raise RuntimeError(f"the solver stopped with {status}")
        model.deleteRows(1, np.array([model.getNumRow() - 1], dtype=np.int32))
        return found

    def _whole_model(self) -> highspy.Highs:
        if self._whole is None:
            self._whole = self._model()
            self._whole.setOptionValue("presolve", "choose")
            self._whole.setOptionValue("mip_rel_gap", 1.0)
            count = self.universe.group_count
            columns = np.arange(count, dtype=np.int32)
            self._whole.changeColsIntegrality(count, columns, np.full(count, highspy.HighsVarType.kInteger))
        return self._whole


def shown_range(cell: Cell, releases: Sequence[Published]) -> tuple[int, int]:
    assert cell.shown is not None
    return releases[cell.release].convention.range_of(cell.shown)
