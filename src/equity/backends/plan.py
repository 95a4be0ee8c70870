"""A counting plan: what to count, in which groupings, as plain SQL.

Counters are additive, so cells can be added up. Instead of reading the rows once for every grouping, a few
covering tables are counted from the rows (a set cover of the groupings), and everything else is added up from them.
"""
# ruff: noqa: S608 - names are quoted with `escaped` or `quoted`, values are ours

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

MISSING = "missing"
WIDEST_COVER = 3


@dataclass(frozen=True)
class Dimension:
    """A column to group by. `sql` gives its value as text or a whole number; missing becomes 'missing'."""

    name: str
    sql: str
    # When the sql gives whole numbers between these two (or missing), they can be coded without looking at the data.
    whole: tuple[int, int] | None = None

    def as_text(self) -> str:
        return f"coalesce(cast({self.sql} as string), '{MISSING}')"


@dataclass(frozen=True)
class Counter:
    """Something that adds up: a condition (how many rows meet it) or a whole number (its sum)."""

    name: str
    sql: str
    is_condition: bool = True
    # A condition on the dimensions themselves, rather than on the plan's states.
    of_dimensions: bool = False

    def as_number(self) -> str:
        return f"case when {self.sql} then 1 else 0 end" if self.is_condition else f"coalesce({self.sql}, 0)"


ROWS = Counter("n", "true")


@dataclass(frozen=True)
class Step:
    """One table of the plan, made from the rows or from tables before it."""

    name: str
    sql: str


@dataclass(frozen=True)
class Plan:
    dimensions: tuple[Dimension, ...]
    counters: tuple[Counter, ...]
    groupings: tuple[frozenset[str], ...]
    # When set, conditions count different values of this column (persons), which do not add up over cells.
    distinct: str = ""
    # Columns with few values on which the counters depend: with them the fast kernel can count (see kernel.py).
    states: tuple[Dimension, ...] = ()

    def __post_init__(self) -> None:
        names = {dimension.name for dimension in self.dimensions}
        if unknown := {name for grouping in self.groupings for name in grouping} - names:
            raise ValueError(f"The plan groups by {sorted(unknown)}, which it has no column for.")

    @classmethod
    def crossing(
        cls, dimensions: Iterable[Dimension], counters: Iterable[Counter], *, outer: Iterable[str] = (), ways: int = 2
    ) -> "Plan":
        """Every combination of up to `ways` dimensions, within every subset of the outer ones."""
        dimensions, outer = tuple(dimensions), tuple(outer)
        inner = [dimension.name for dimension in dimensions if dimension.name not in outer]
        inside = [set(chosen) for size in range(ways + 1) for chosen in combinations(inner, size)]
        around = [set(chosen) for size in range(len(outer), -1, -1) for chosen in combinations(outer, size)]
        return cls(dimensions, tuple(counters), tuple(frozenset(a | b) for a in around for b in inside))

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(dimension.name for dimension in self.dimensions)

    def ordered(self, grouping: Iterable[str]) -> tuple[str, ...]:
        chosen = set(grouping)
        return tuple(name for name in self.names if name in chosen)

    def number(self, grouping: frozenset[str]) -> int:
        """A grouping as a number: one bit for each dimension, the first the highest."""
        return sum(1 << (len(self.names) - 1 - place) for place, name in enumerate(self.names) if name in grouping)

    @cached_property
    def always_beside(self) -> frozenset[str]:
        """Dimensions that every largest grouping has: the outer ones."""
        largest = [one for one in self.groupings if not any(one < other for other in self.groupings)]
        return frozenset.intersection(*largest) if largest else frozenset()

    @cached_property
    def covers(self) -> tuple[frozenset[str], ...]:
        """A few wider groupings such that every grouping asked for lies inside one of them (greedy set cover)."""
        outer = self.always_beside
        waiting = {one - outer for one in self.groupings if not any(one < other for other in self.groupings)}
        inner = sorted({name for one in waiting for name in one})
        widths = range(min(WIDEST_COVER, len(inner)), len(inner) + 1) if inner else range(1)
        widest = max((len(one) for one in waiting), default=0)
        size = max(widest, widths.start)
        candidates = [frozenset(chosen) for chosen in combinations(inner, min(size, len(inner)))]
        found: list[frozenset[str]] = []
        while waiting:
            best = max(candidates, key=lambda one: sum(small <= one for small in waiting))
            found.append(best)
            waiting = {one for one in waiting if not one <= best}
        return tuple(outer | one for one in found)

    def cover_of(self, grouping: frozenset[str]) -> int:
        return next(place for place, cover in enumerate(self.covers) if grouping <= cover)

    def parent_of(self, grouping: frozenset[str]) -> frozenset[str] | None:
        """The smallest other grouping of the plan to add up from; None when it comes from a covering table."""
        return min((one for one in self.groupings if grouping < one), key=len, default=None)

    def steps(self, source: str) -> tuple[Step, ...]:
        """The plan as tables in order: the covering tables, then each grouping, then all cells together."""
        if self.distinct:
            return self.distinct_steps(source)
        added = ", ".join(f"sum({counter.name}) as {counter.name}" for counter in self.counters)
        steps = [Step(f"cover_{place}", self.cover_sql(cover, source)) for place, cover in enumerate(self.covers)]
        for grouping in sorted(self.groupings, key=len, reverse=True):
            parent = self.parent_of(grouping)
            table = f"cells_{self.number(parent)}" if parent is not None else f"cover_{self.cover_of(grouping)}"
            columns = ", ".join(self.ordered(grouping))
            steps.append(
                Step(
                    f"cells_{self.number(grouping)}",
                    f"select {columns + ', ' if columns else ''}{added} from {table}"
                    + (f" group by {columns}" if columns else ""),
                )
            )
        return (*steps, Step("all_cells", " union all ".join(map(self.cells_sql, self.groupings))))

    def distinct_steps(self, source: str) -> tuple[Step, ...]:
        """Persons do not add up, so every grouping is counted from the rows."""
        counters = ", ".join(f"{self.from_rows(counter)} as {counter.name}" for counter in self.counters)
        steps = []
        for grouping in self.groupings:
            shown = [dimension for dimension in self.dimensions if dimension.name in grouping]
            dimensions = "".join(f"{dimension.as_text()} as {dimension.name}, " for dimension in shown)
            by = ", ".join(str(place + 1) for place in range(len(shown)))
            sql = f"select {dimensions}{counters} from {source}" + (f" group by {by}" if shown else "")
            steps.append(Step(f"cells_{self.number(grouping)}", sql))
        return (*steps, Step("all_cells", " union all ".join(map(self.cells_sql, self.groupings))))

    def from_rows(self, counter: Counter) -> str:
        if self.distinct and counter.is_condition:
            return f"count(distinct case when {counter.sql} then {self.distinct} end)"
        return f"sum({counter.as_number()})"

    def cover_sql(self, cover: frozenset[str], source: str) -> str:
        shown = [dimension for dimension in self.dimensions if dimension.name in cover]
        dimensions = ", ".join(f"{dimension.as_text()} as {dimension.name}" for dimension in shown)
        counters = ", ".join(f"{self.from_rows(counter)} as {counter.name}" for counter in self.counters)
        by = ", ".join(str(place + 1) for place in range(len(shown)))
        return f"select {dimensions + ', ' if shown else ''}{counters} from {source}" + (
            f" group by {by}" if shown else ""
        )

    def cells_sql(self, grouping: frozenset[str]) -> str:
        columns = ", ".join(name if name in grouping else f"cast(null as string) as {name}" for name in self.names)
        counters = ", ".join(f"cast({counter.name} as bigint) as {counter.name}" for counter in self.counters)
        return f"select {self.number(grouping)} as grouping_number, {columns}, {counters} from cells_{self.number(grouping)}"  # noqa: E501

    def plain_sql(self, source: str) -> str:
        """The definition, slow and simple: GROUP BY GROUPING SETS over the rows."""
        if self.distinct:
            return " union all ".join(self.one_plainly(grouping, source) for grouping in self.groupings)
        dimensions = ", ".join(f"{dimension.as_text()} as {dimension.name}" for dimension in self.dimensions)
        counters = ", ".join(f"{counter.as_number()} as {counter.name}" for counter in self.counters)
        added = ", ".join(f"cast(sum({counter.name}) as bigint) as {counter.name}" for counter in self.counters)
        sets = ", ".join(f"({', '.join(self.ordered(grouping))})" for grouping in self.groupings)
        bits = " + ".join(
            f"{1 << (len(self.names) - 1 - place)} * (1 - grouping({name}))" for place, name in enumerate(self.names)
        )
        return (
            f"select {bits} as grouping_number, {', '.join(self.names)}, {added} "
            f"from (select {dimensions}, {counters} from {source}) as coded group by grouping sets ({sets})"
        )

    def one_plainly(self, grouping: frozenset[str], source: str) -> str:
        columns = ", ".join(
            f"{dimension.as_text()} as {dimension.name}"
            if dimension.name in grouping
            else f"cast(null as string) as {dimension.name}"
            for dimension in self.dimensions
        )
        counters = ", ".join(
            f"cast({self.from_rows(counter)} as bigint) as {counter.name}" for counter in self.counters
        )
        by = ", ".join(str(place + 2) for place, dimension in enumerate(self.dimensions) if dimension.name in grouping)
        return f"select {self.number(grouping)} as grouping_number, {columns}, {counters} from {source}" + (
            f" group by {by}" if by else ""
        )
