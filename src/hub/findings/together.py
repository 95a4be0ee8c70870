"""Counts of several services added together, where they count the same thing. Knows no database."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from equity.analysis import words as said
from equity.model import Finding, Source, caveat, measure, measures
from equity.submission.periods import days_of, in_order
from equity.vocabulary import characteristics, mapping
from hub.findings.computing import (
    FEW,
    JOINED,
    MOST,
    Made,
    Result,
    Step,
    access_of,
    recorded_of,
    share_of,
    two_together,
)
from hub.submissions.rules import UNKNOWN, Figures

FEWEST, FEWEST_IN_WORDS = 2, 3
ENOUGH_TO_NAME = FEW
STEPS = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
WHY = {
    "nothing": "no figures by this characteristic for this time",
    "stages": "other stages",
    "list": "another list of groups, which cannot be added to this one",
    "counts": "referrals or visits, where the others count people",
}


@dataclass(frozen=True, eq=False)
class Given:
    """What one service says today. `counts` is people or events."""

    name: str
    counts: str
    figures: Mapping[tuple[str, str], Figures]


@dataclass(frozen=True)
class Added:
    """The same services in every period, so that nothing moves because somebody else sent."""

    periods: Mapping[str, Figures]
    names: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]


def add(given: Sequence[Given], characteristic: str, stages: Iterable[str]) -> Added | None:
    """Counts of these stages by one characteristic, of every service that counts them alike; the others with why not.

    None where fewer than two do.
    """
    wanted = tuple(stages)
    theirs = {one: _of(one, characteristic) for one in given}
    newest = _newest(theirs.values())
    if newest is None:
        return None
    kept, left_out = dict(theirs), []

    def keep(fits, why):
        for one in [one for one in kept if not fits(one)]:
            left_out.append((one.name, why))
            del kept[one]

    keep(lambda one: newest in theirs[one], "nothing")
    keep(lambda one: set(wanted) <= _stages(theirs[one][newest]), "stages")
    if not kept:
        return None
    what = Counter(one.counts for one in kept).most_common(1)[0][0]
    keep(lambda one: one.counts == what, "counts")
    list_of = Counter(theirs[one][newest].set_code for one in kept).most_common(1)[0][0]
    keep(lambda one: _nests(theirs[one][newest].set_code, list_of), "list")
    if len(kept) < FEWEST:
        return None
    each = [_in_list(theirs[one], list_of) for one in kept]
    periods = _shared(each, newest)
    added = {period: _sum(characteristic, list_of, period, [one[period] for one in each], wanted) for period in periods}
    return Added(added, tuple(one.name for one in kept), tuple(sorted(left_out)))


def _of(one, characteristic):
    return {period: figures for (period, code), figures in one.figures.items() if code == characteristic}


def _newest(each):
    """The newest half-year that at least half of those who count this sent; of years, where nobody sends half-years."""
    sent = Counter(period for periods in each for period in periods)
    services = sum(1 for periods in each if periods)
    halves = [period for period in sent if " " in period]
    common = [period for period in (halves or sent) if 2 * sent[period] >= services and sent[period] >= FEWEST]
    return max(common, key=days_of, default=None)


def _stages(figures):
    return {stage for counts in figures.groups.values() for stage in counts}


def _nests(set_code, wanted):
    return all(mapping(*sides) is not None for sides in _sides(set_code, wanted))


def _sides(set_code, wanted):
    """Of two characteristics together, the lists of each."""
    return zip(set_code.split(JOINED), wanted.split(JOINED), strict=True)


def _in_list(periods, wanted):
    return {period: as_list(one, wanted) for period, one in periods.items() if _nests(one.set_code, wanted)}


def as_list(figures: Figures, wanted: str) -> Figures:
    """The same people in a coarser list of groups."""
    if figures.set_code == wanted:
        return figures
    ways = [mapping(*sides) for sides in _sides(figures.set_code, wanted)]
    groups: dict[str, Counter] = {}
    for code, counts in figures.groups.items():
        groups.setdefault(code if code in UNKNOWN else _through(ways, code), Counter()).update(counts)
    return Figures(figures.characteristic, wanted, figures.period, groups)


def _through(ways, code):
    return JOINED.join(way[one] for way, one in zip(ways, code.split(JOINED), strict=True))


def _shared(each, newest):
    """Periods of one kind, up to the newest, that every service sent."""
    common = set.intersection(*(set(one) for one in each))
    kind = [one for one in common if (" " in one) == (" " in newest) and days_of(one) <= days_of(newest)]
    return in_order(kind)


def _sum(characteristic, list_of, period, each, stages):
    codes = dict.fromkeys(code for one in each for code in one.groups)
    groups = {
        code: {stage: sum(one.groups.get(code, {}).get(stage, 0) for one in each) for stage in stages} for code in codes
    }
    return Figures(characteristic, list_of, period, groups)


# What the sums say.


def look_at_together(
    name: str, given: Sequence[Given], *, place: str = "", step: Step = lambda done, of: None
) -> Result:
    """Everything that the sums can say, the few things that matter first."""
    source = Source("own", "", name, "", "", f"Figures that {len(given)} services handed in.", is_published=False)
    plans = [*_plans(name, given, source, place), lambda: _written_down(name, given, source)]
    found, looked_at = [], 0
    for number, plan in enumerate(plans, start=1):
        made = plan()
        looked_at += made is not None
        if made is not None and made.finding is not None:
            found.append(made)
        step(number, len(plans))
    found.sort(key=lambda made: -made.finding.weight)
    return Result(tuple(found[:MOST]), looked_at)


def _plans(name, given, source, place):
    there = dict.fromkeys(code for one in given for _period, code in one.figures)
    stages = {stage for one in given for figures in one.figures.values() for stage in _stages(figures)}
    for code in there:
        look = _crossed if JOINED in code else _share
        for what in measures().values():
            if what.kind == "share" and {what.numerator, what.denominator} <= stages:
                yield lambda look=look, what=what, code=code: look(name, given, what, code, source)
        if place and "referred" in stages and JOINED not in code:
            yield lambda code=code: _access(name, given, code, source, place)


def _share(name, given, what, code, source):
    added = add(given, code, (what.numerator, what.denominator))
    return _told(share_of(name, what, code, added.periods, source), added) if added else None


def _crossed(name, given, what, code, source):
    added = add(given, code, (what.numerator, what.denominator))
    made = two_together(name, what, code, added.periods, source) if added else None
    return _told(made, added) if made else None


def _access(name, given, code, source, place):
    added = add(given, code, ("referred",))
    return _told(access_of(name, code, added.periods, source, place), added) if added else None


def _written_down(name, given, source):
    there = dict.fromkeys(code for one in given for _period, code in one.figures if JOINED not in code)
    added = {code: one for code in there if (one := add(given, code, ("referred",)))}
    if not added:
        return None
    # All of them up to the same time, the newest.
    last = {code: list(one.periods)[-1] for code, one in added.items()}
    newest = max(last.values(), key=days_of)
    same = {code: added[code].periods for code in added if last[code] == newest}
    widest = max((added[code] for code in same), key=lambda one: len(one.names))
    made = recorded_of(name, same, source)
    return _told(made(), widest) if made else None


def _told(made: Made | None, added: Added) -> Made | None:
    """Who was added and who was not, beside what must be known before it is used."""
    if made is None:
        return None
    told = [f"Added together: {said.listed(list(added.names))}."]
    told += [f"Not in it: {name} ({WHY[why]})." for name, why in added.left_out]
    told.append("Somebody who went to two of these services is counted in each.")
    surer = made.surer
    if added.left_out:
        surer = (
            "Agree on one list of groups, the same stages and the same half-years, so that nobody is left out.",
            *surer,
        )
    return replace(made, table=replace(made.table, caveats=(*made.table.caveats, *told)), surer=surer)


# In words alone, for everybody in the partnership.


def in_words(result: Result) -> Result:
    """Which way and for whom, and at least how many people: no share, no range, no count."""
    made = (_in_words(one) for one in result.made)
    return Result(tuple(one for one in made if one is not None), result.looked_at)


def _in_words(made: Made) -> Made | None:
    rows = {row.groups[0][1]: row for row in made.table.rows}
    named = tuple(code for code in made.named if (rows[code].n or 0) >= ENOUGH_TO_NAME)
    people = sum(abs(rows[code].people_missing or 0) for code in named)
    if not named or (made.characteristic and people < STEPS[0]):
        return None
    bare = tuple(_without_numbers(row, is_named=row.groups[0][1] in named) for row in made.table.rows)
    table = replace(made.table, rows=bare, reference_value=None, caveats=_safe(made))
    finding = Finding(*_sentences(made, [rows[code] for code in named], people), (), made.table.code, 0.0)
    return replace(made, table=table, finding=finding, named=named, series=None, people=float(at_least(people)))


def at_least(people):
    """Steps so wide that one service cannot be told from two sums that differ by it."""
    return max((step for step in STEPS if step <= people), default=0)


NUMBERS = ("x", "n", "value", "lower95", "upper95", "people_missing")


def _without_numbers(row, *, is_named):
    nothing = dict.fromkeys(NUMBERS)
    compared = row.compared if is_named else "not comparable"
    return replace(row, **nothing, n_unknown=0.0, reason="", compared=compared)


def _safe(made):
    """What is said with numbers of single groups stays with those who see numbers."""
    names = [one for one in made.table.caveats if one.startswith(("Added together", "Not in it", "Somebody who went"))]
    return (caveat("not_why"), *names)


def _sentences(made, rows, people):
    what, where = measure(made.table.measure), said.where_and_when(made.table.place_name, made.table.period)
    if not made.characteristic:
        names = said.listed([row.label.lower() for row in rows])
        return f"Too often nothing is written down: {names}.", f"{where}."
    which = "higher" if what.better == "lower" else "lower"
    by = said.listed([characteristics()[one].name.lower() for one in made.characteristic.split(JOINED)])
    if JOINED in made.characteristic:
        names = said.listed([f"people who are {row.label}" for row in rows])
        return (
            f"{what.name} is {which} than {by} would each give alone among {names}.",
            f"At least {at_least(people):,} people beyond what each alone explains. {where}.",
        )
    names = said.listed([said.people_of(row) for row in rows])
    return (
        f"{what.name}, by {by}: {which} than for everybody together among {names}.",
        f"At least {at_least(people):,} {what.missing}. {where}.",
    )
