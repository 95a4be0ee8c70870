"""Every table that could be the truth, asked for its extremes: linear first, then in whole people."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import highspy
import numpy as np
from highspy.highs import HighsCallbackEvent
from numpy.typing import NDArray

from equity.attack.published import CannotRead, Published
from equity.attack.universe import Cell, Groups, Universe

CLOSE = 1e-6
DUAL_SIMPLEX = 1
PRIMAL_SIMPLEX = 4  # only the question changes from one run to the next
NODES = 100  # for a table of whole people close by: where there is one it is found in fewer
# Seconds for one question in whole people, of this process and not of the clock, so that a busy machine gives no other
# answer than a quiet one; after that the answer is taken to be the bad one.
PATIENCE = 60.0
NO_TABLE_FOUND = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kInterrupt)
CONTRADICTION = (
    "These numbers cannot all be true together. If there are subtotals, give their hierarchy; if the tables are about "
    "different people or periods, use the ledger, which says so."
)
Counts = NDArray[np.float64]


class Sums:
    """Many sums over groups at once."""

    def __init__(self, sets: Sequence[Groups]):
        self._members = np.concatenate([np.empty(0, dtype=np.int64), *sets])
        self._starts = np.cumsum([0, *(len(groups) for groups in sets)])[:-1]

    def of(self, table: Counts) -> Counts:
        return np.add.reduceat(table[self._members], self._starts) if len(self._starts) else np.empty(0)


class PossibleTables:
    """Unknown whole numbers of people in each group, held by every number that was shown."""

    def __init__(self, universe: Universe, releases: Sequence[Published]):
        self.universe = universe
        shown = [cell for cell in universe.cells if cell.shown is not None]
        ranges = [shown_range(cell, releases) for cell in shown]
        self._sums = Sums([cell.groups for cell in shown])
        self._low, self._high = (np.array([limit[side] for limit in ranges], dtype=float) for side in (0, 1))
        self.least_of_each, self.most_of_each = self._limits_of_groups(shown)
        self._rows = [row for row, cell in enumerate(shown) if len(cell.groups) > 1]
        self._sets = [cell.groups for cell in shown]
        self._linear = self.model()
        self._whole: highspy.Highs | None = None
        self._close: highspy.Highs | None = None
        self._until = 0.0
        self._asked: Groups = np.empty(0, dtype=np.int64)
        self.seen: list[Counts] = []

    def _limits_of_groups(self, shown: Sequence[Cell]) -> tuple[Counts, Counts]:
        """A number shown of one group limits that group; nothing can be said of groups that no release counts."""
        least, most = np.zeros(self.universe.group_count), np.where(self._reached(), highspy.kHighsInf, 0.0)
        for cell, low, high in zip(shown, self._low, self._high, strict=True):
            if len(cell.groups) == 1:
                least[cell.groups] = np.maximum(least[cell.groups], low)
                most[cell.groups] = np.minimum(most[cell.groups], high)
        if (least > most).any():
            raise CannotRead(CONTRADICTION)
        return least, most

    def model(self) -> highspy.Highs:
        model = quiet_solver()
        model.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
        model.addVars(self.universe.group_count, self.least_of_each, self.most_of_each)
        for groups, low, high in self.limits():
            add_sum(model, groups, low, high)
        return model

    def limits(self) -> Iterator[tuple[Groups, float, float]]:
        """Every number that was shown of more than one group: what they may come to."""
        for row in self._rows:
            yield self._sets[row], float(self._low[row]), float(self._high[row])

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
            raise CannotRead(CONTRADICTION)
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"the solver stopped with {status}")
        point = np.array(self._linear.getSolution().col_value)
        self.remember(point)
        return float(point[groups].sum())

    def price(self, model: highspy.Highs, groups: Groups, sign: float) -> None:
        if len(self._asked):
            model.changeColsCost(len(self._asked), self._asked.astype(np.int32), np.zeros(len(self._asked)))
        model.changeColsCost(len(groups), groups.astype(np.int32), np.full(len(groups), sign))
        self._asked = groups

    def remember(self, point: Counts) -> bool:
        """Keep a table of whole people: proof that every value in it is possible."""
        whole = np.rint(point)
        is_possible = np.abs(point - whole).max(initial=0.0) < CLOSE and self._fits(whole)
        if is_possible:
            self.seen.append(whole)
        return bool(is_possible)

    def _fits(self, whole: Counts) -> bool:
        sums = self._sums.of(whole)
        return bool((whole >= 0).all() and (self._low <= sums).all() and (sums <= self._high).all())

    def remember_near(self, point: Counts) -> None:
        """Keep this table, or one of whole people that differs by less than one in every group, if one turns up."""
        if self.remember(point):
            return
        if self._close is None:
            self._close = self._integer_model()
            self._close.setOptionValue("mip_max_nodes", NODES)
        model, columns = self._close, np.arange(len(point), dtype=np.int32)
        down, up = np.floor(point + CLOSE), np.ceil(point - CLOSE)
        model.changeColsBounds(
            len(columns), columns, np.maximum(down, self.least_of_each), np.minimum(up, self.most_of_each)
        )
        model.run()
        if model.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            self.remember(np.rint(model.getSolution().col_value))

    def whole_table_with(self, groups: Groups, low: float, high: float) -> Counts | None:
        """A table of whole people with this sum between the two; None if there is none, or none was found in time."""
        if self._whole is None:
            self._whole = self._integer_model()
            self._whole.cbMipInterrupt.subscribe(self._mind_the_time)
        model = self._whole
        add_sum(model, groups, low, high)
        self._until = time.process_time() + PATIENCE
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
        delete_last_row(model)
        return found

    def _mind_the_time(self, event: HighsCallbackEvent) -> None:
        event.interrupt(time.process_time() > self._until)

    def _integer_model(self) -> highspy.Highs:
        model = self.model()
        model.setOptionValue("presolve", "choose")
        model.setOptionValue("mip_rel_gap", 1.0)
        count = self.universe.group_count
        columns = np.arange(count, dtype=np.int32)
        model.changeColsIntegrality(count, columns, np.full(count, highspy.HighsVarType.kInteger))
        return model


def quiet_solver() -> highspy.Highs:
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("presolve", "off")
    return solver


def add_sum(model: highspy.Highs, groups: Groups, low: float, high: float) -> None:
    model.addRow(float(low), float(high), len(groups), groups.astype(np.int32), np.ones(len(groups)))


def delete_last_row(model: highspy.Highs) -> None:
    model.deleteRows(1, np.array([model.getNumRow() - 1], dtype=np.int32))


def shown_range(cell: Cell, releases: Sequence[Published]) -> tuple[int, int]:
    assert cell.shown is not None
    return releases[cell.release].convention.range_of(cell.shown)
