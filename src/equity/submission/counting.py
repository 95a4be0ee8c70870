"""From a person's own file to a submission, on their own machine. Only counts come out."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from equity.analysis.counting import ALL, Wanted, counted, crossed, months_of
from equity.backends.cells import Cells
from equity.problem import Problem
from equity.reading.checking import Quality, rejected_rows
from equity.reading.files import OpenFile
from equity.reading.mapping import FileMapping
from equity.submission.document import BANDS, OF_STAFF, STAGES, Crossed, Rows, Submission, Table, check_crossed
from equity.submission.pay import pay_gaps, with_quarters
from equity.submission.periods import days_of, in_order
from equity.version import VERSION
from equity.vocabulary import Unknown, category_set
from equity.vocabulary import mapping as mapping_between


class CannotSubmit(Problem):
    """What a file lacks to become a submission."""


Pair = tuple[str, str]


def submission_of(
    file: OpenFile, mapping: FileMapping, quality: Quality, *, period: str = "", together: Sequence[Pair] = ()
) -> Submission:
    """Counts by half-year (or of the one period that is given) of a file that `checking.check` has coded.

    Staff are counted by each group and pay band as well, and their pay becomes quarters and gaps.
    `together` are pairs of characteristics that are counted together as well, of people for whom both are known.

    Promises: no value of a person's row is in it, only counts; every group of each list stands in it, nobody
    counted too; the groups of each characteristic add up to the total, unless different persons are counted.
    """
    mapping = what_can_be_sent(mapping, period)
    given, mapping = mapping, with_quarters(file, mapping)
    others = [code for code in mapping.characteristics if code not in BANDS]
    by_band = [(code, band) for code in others for band in BANDS if band in mapping.characteristics]
    together = list(dict.fromkeys((*together, *by_band))) if is_of_staff(mapping) else together
    wanted = Wanted(by_place=False, together=tuple(together), together_by_half=True)
    cells = counted(file, mapping, wanted)
    pairs = [(first, second) for first, second in crossed(mapping, wanted)]
    stages = tuple(stage for stage in STAGES if column_of(mapping, stage))
    months = {} if period else months_of(file, mapping)
    halves = [period] if period else in_order([str(half) for half in cells.of("half").keys["half"]])
    totals = {half: totals_of(cells, mapping, stages, half, period) for half in halves}
    both = tuple(crossed_of(cells, mapping, stages, half, pair, period) for half in halves for pair in pairs)
    check_crossed(both, len(both), totals, "The submission")
    return Submission(
        counts="events" if mapping.count == "events" else "people",
        stages=stages,
        totals=totals,
        tables=tuple(
            table_of(cells, mapping, stages, half, code, period) for half in halves for code in mapping.characteristics
        ),
        rows=Rows(quality.rows, quality.kept, len(rejected_rows(quality.rejected))),
        software=f"equity {VERSION}",
        mapping=replace(given, left_out=()).text(),
        months={half: months[half] for half in halves if half in months},
        crossed=both,
        pay=tuple(pay_gaps(file, mapping, others, period)) if given.pay else (),
    )


def what_can_be_sent(mapping: FileMapping, period: str) -> FileMapping:
    """The mapping without what a submission has no place for."""
    if mapping.kind != "rows":
        raise CannotSubmit("This file holds counts already. Type or paste them on the platform, or use its template.")
    if not mapping.characteristics:
        raise CannotSubmit("No characteristic was recognised, such as ethnic group or age. See equity check.")
    if period:
        days_of(period)
        mapping = replace(mapping, date="", count="persons" if mapping.count == "first" else mapping.count)
    of_staff, stages = is_of_staff(mapping), {stage: rule for stage, rule in mapping.stages.items() if stage in STAGES}
    if of_staff and "shortlisted" not in stages and not period:
        raise CannotSubmit("Staff are counted on one day. Say which time it is about with --period 2025-26.")
    if not mapping.date and not period:
        raise CannotSubmit("No column of dates was recognised. Say which time it is about with --period 2025-26.")
    if of_staff and {*stages} - {*OF_STAFF}:
        raise CannotSubmit("This file counts staff and people who use the service. Make a file of each.")
    pay = mapping.pay if of_staff else ""
    return replace(mapping, stages=stages, service="", provider="", area="", experience="", pay=pay)


def is_of_staff(mapping: FileMapping) -> bool:
    """Whether its rows are people who work there, or applied to: a stage tells, or else a pay band or pay."""
    stages = {*mapping.stages} & {*STAGES}
    return bool(stages & {*OF_STAFF} or (not stages and ({*mapping.characteristics} & {*BANDS} or mapping.pay)))


def column_of(mapping: FileMapping, stage: str) -> str:
    """The counter behind a stage. Every row is a referral when no column says so, or one of the staff in a list of
    staff. Empty when there is none."""
    if stage in mapping.stages:
        return f"stage_{stage}"
    of_all = "staff" if is_of_staff(mapping) and "shortlisted" not in mapping.stages else "referred"
    return ALL if stage == of_all and (of_all == "staff" or not is_of_staff(mapping)) else ""


def totals_of(cells: Cells, mapping: FileMapping, stages: tuple[str, ...], half: str, period: str) -> tuple[int, ...]:
    part = cells.of() if period else cells.of("half")
    here = np.ones(len(part), bool) if period else part.keys["half"].astype(str) == half
    return tuple(int(part.counts[column_of(mapping, stage)][here].sum()) for stage in stages)


def table_of(cells: Cells, mapping: FileMapping, stages: tuple[str, ...], half: str, code: str, period: str) -> Table:
    """Every category of the list and every reason for not knowing, in that order."""
    set_code = mapping.characteristics[code].set_code
    part = cells.of(code) if period else cells.of(code, "half")
    here = np.ones(len(part), bool) if period else part.keys["half"].astype(str) == half
    keys = [str(key) for key in part.keys[code][here]]
    columns = [part.counts[column_of(mapping, stage)][here] for stage in stages]
    found: dict[str, tuple[int, ...]] = {}
    sent_as = COARSER.get(set_code, set_code)
    for place, key in enumerate(keys):
        group = coarser(key, set_code, sent_as)
        before = found.get(group, (0,) * len(stages))
        found[group] = tuple(int(column[place]) + count for column, count in zip(columns, before, strict=True))
    nobody = (0,) * len(stages)
    everybody = (*category_set(sent_as).codes, *map(str, Unknown))
    return Table(half, code, sent_as, {group: found.get(group, nobody) for group in everybody})


def crossed_of(
    cells: Cells, mapping: FileMapping, stages: tuple[str, ...], half: str, pair: Pair, period: str
) -> Crossed:
    """Pairs of known groups. How many people are not known stands in the tables of one characteristic."""
    given = [mapping.characteristics[code].set_code for code in pair]
    sent_as = [COARSER.get(set_code, set_code) for set_code in given]
    part = cells.of(*pair) if period else cells.of(*pair, "half")
    here = np.ones(len(part), bool) if period else part.keys["half"].astype(str) == half
    columns = [part.counts[column_of(mapping, stage)][here] for stage in stages]
    found: dict[Pair, tuple[int, ...]] = {}
    unknown = set(map(str, Unknown))
    for place, keys in enumerate(zip(*(part.keys[code][here] for code in pair), strict=True)):
        if unknown & {str(key) for key in keys}:
            continue
        first, second = (
            coarser(str(key), *lists) for key, lists in zip(keys, zip(given, sent_as, strict=True), strict=True)
        )
        before = found.get((first, second), (0,) * len(stages))
        found[first, second] = tuple(int(column[place]) + count for column, count in zip(columns, before, strict=True))
    in_order_of_lists = {
        (first, second): found[first, second]
        for first in category_set(sent_as[0]).codes
        for second in category_set(sent_as[1]).codes
        if any(found.get((first, second), ()))
    }
    return Crossed(half, pair, (sent_as[0], sent_as[1]), in_order_of_lists)


# A count for each year of age is nearly a list of people, so bands are sent instead.
COARSER = {"age_single": "age8"}


def coarser(key: str, set_code: str, sent_as: str) -> str:
    if set_code == sent_as or key in set(Unknown):
        return key
    way = mapping_between(set_code, sent_as)
    assert way is not None
    return way[key]
