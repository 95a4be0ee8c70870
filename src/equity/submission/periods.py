"""Half-years and financial years by name: 2025 Apr-Sep, 2025-26 Oct-Mar, 2025-26."""

import re
from datetime import date

from equity.problem import Problem

PERIOD = re.compile(r"(?P<year>\d{4})(?:-(?P<next>\d{2}))?(?: (?P<half>Apr-Sep|Oct-Mar))?")


class BadPeriod(Problem):
    """A period that nobody else would understand."""


def days_of(period: str) -> tuple[date, date]:
    """The first and the last day of a period. Refuses any other way to write one."""
    found = PERIOD.fullmatch(period)
    year = int(found["year"]) if found else 0
    spans_years = bool(found and found["next"] and int(found["next"]) == (year + 1) % 100)
    if found and year >= 1900:
        if found["half"] == "Apr-Sep" and not found["next"]:
            return date(year, 4, 1), date(year, 9, 30)
        if found["half"] == "Oct-Mar" and spans_years:
            return date(year, 10, 1), date(year + 1, 3, 31)
        if found["half"] is None and spans_years:
            return date(year, 4, 1), date(year + 1, 3, 31)
    raise BadPeriod(f"{period!r} is not a period. Write 2025 Apr-Sep, 2025-26 Oct-Mar or 2025-26.")


def half_of(day: date) -> str:
    if 4 <= day.month <= 9:
        return f"{day.year} Apr-Sep"
    start = day.year if day.month >= 10 else day.year - 1
    return f"{start}-{(start + 1) % 100:02d} Oct-Mar"


def half_before(period: str) -> str:
    """The half-year before the day on which a period begins."""
    first, _ = days_of(period)
    return half_of(date.fromordinal(first.toordinal() - 1))


def in_order(periods: list[str]) -> list[str]:
    return sorted(periods, key=days_of)
