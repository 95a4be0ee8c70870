"""From what people are paid to quarters and gaps, on their own machine. Nobody's pay comes out."""
# ruff: noqa: S608 - names are ours

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from equity.analysis.workforce import paid_by_group
from equity.reading.files import OpenFile
from equity.reading.mapping import Coded, FileMapping
from equity.stats.means import median_gap, pay_gap_limits
from equity.stats.normal import Floats
from equity.submission.document import FEWEST_PAID, QUARTER, Paid, PayGap
from equity.vocabulary import Unknown, category_set

QUARTERS = category_set(QUARTER).codes
# People who are paid the same share their middle rank, so they stand in the same quarter.
RANKED = f"""
create or replace table coded as select * exclude (quarter), coalesce(quarter, '{Unknown.MISSING}') as {QUARTER} from (
    select *, case least(3, cast(floor(4 * (rank - 0.5) / paid) as integer)) {{cases}} end as quarter from (
        select *, case when pay > 0 then
            rank() over (partition by pay > 0 order by pay) + (count(*) over (partition by pay > 0, pay) - 1) / 2.0
        end as rank, count(*) filter (pay > 0) over () as paid from coded
    )
)
"""


def with_quarters(file: OpenFile, mapping: FileMapping) -> FileMapping:
    """The mapping with one more characteristic, in which quarter of everybody's pay somebody stands."""
    if not mapping.pay:
        return mapping
    cases = " ".join(f"when {place} then '{code}'" for place, code in enumerate(QUARTERS))
    file.connection.execute(RANKED.format(cases=cases))
    characteristics = {**mapping.characteristics, QUARTER: Coded(mapping.pay, QUARTER)}
    return replace(mapping, characteristics=characteristics)


def pay_gaps(file: OpenFile, mapping: FileMapping, codes: Sequence[str], period: str) -> Iterator[PayGap]:
    """For each characteristic how far each group's pay lies below that of one of them.

    Promises: nothing of fewer than ten people; no sum of money, only percent of that group's pay.
    """
    for code in codes:
        set_code = mapping.characteristics[code].set_code
        if set_code in ALONE:
            continue
        known = category_set(set_code).codes
        paid = {
            key: values
            for key, values in paid_by_group(file, code).items()
            if key in known and len(values) >= FEWEST_PAID
        }
        if len(paid) > 1:
            chosen = reference_of(code, paid)
            groups = {key: paid_beside(paid[chosen], paid[key]) for key in known if key in paid}
            yield PayGap(period, code, set_code, chosen, groups)


# Women's pay is compared with men's, as the regulations on gender pay gaps do.
REFERENCES = {"sex": "M"}


def reference_of(code: str, paid: Mapping[str, Floats]) -> str:
    """The group that the others are compared with: the largest, where it is not agreed otherwise."""
    agreed = REFERENCES.get(code, "")
    return agreed if agreed in paid else max(paid, key=lambda key: len(paid[key]))


# Nobody reads a pay gap for each year of age.
ALONE = ("age_single",)


def paid_beside(reference: Floats, own: Floats) -> Paid:
    if own is reference:
        return Paid(len(own), 0.0, 0.0, 0.0, 0.0)
    mean, median = pay_gap_limits(reference, own), median_gap(reference, own)[1]
    return Paid(len(own), *(round(float(share), 1) for share in (mean.value, median, mean.lower, mean.upper)))
