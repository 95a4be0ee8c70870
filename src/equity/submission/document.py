"""A submission: counts by stage, characteristic and period, with what is not known kept apart. And its file."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from equity.problem import Problem
from equity.submission import form
from equity.submission.periods import days_of
from equity.vocabulary import CategorySet, Unknown, VocabularyError, category_set, characteristics

FORMAT, VERSION = "equity-submission", 1
LARGEST = 100_000_000
MOST_PERIODS, MOST_STAGES = 60, 30
# What one count is. "events" may count a person more than once.
COUNTED = ("people", "events")
STAGES = (
    "referred",
    "assessed",
    "entered",
    "dropped_out",
    "completed",
    "scored",
    "improved",
    "at_caseness",
    "recovered",
    "shortlisted",
    "appointed",
    "disciplined",
    "trained",
    "staff",
    "detained",
    "users",
)
# Stages of those who work in a service or apply to. Everything else is about those who use it.
OF_STAFF = ("staff", "shortlisted", "appointed", "disciplined", "trained")
CLIENTS, STAFF = "clients", "staff"
# Characteristics of a post rather than of a person: staff are counted by these and by another at once.
QUARTER = "pay_quarter"
BANDS = ("pay_band", QUARTER)
WORDS = {"format", "version", "checksum", "made_by", "counts", "stages", "totals", "months", "tables", "rows"}
# What a file may leave out.
OPTIONAL = {"crossed", "people", "pay"}
TABLE_WORDS = {"period", "characteristic", "set", "groups"}
CROSSED_WORDS = {"period", "characteristics", "sets", "groups"}
MOST_CROSSED = 200
PAY_WORDS = {"period", "characteristic", "set", "reference", "groups"}
PAID_WORDS = ("people", "mean", "median", "low", "high")
# Of fewer people a mean would come close to what single people are paid.
FEWEST_PAID = 10
ROWS_WORDS = {"read", "kept", "rejected"}


class NotASubmission(Problem):
    """A file that is not a submission, or not one as it was written. The sentence says what to do."""


@dataclass(frozen=True)
class Table:
    """One characteristic in one period: a count for each group and stage, the reasons for not knowing included."""

    period: str
    characteristic: str
    set_code: str
    groups: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Crossed:
    """Two characteristics together in one period: a count for each pair of known groups and stage. Pairs that are not
    there count nobody."""

    period: str
    characteristics: tuple[str, str]
    sets: tuple[str, str]
    groups: Mapping[tuple[str, str], tuple[int, ...]]


@dataclass(frozen=True)
class Paid:
    """A group's mean and median pay below the reference's, in percent of it, with the limits of the mean."""

    people: int
    mean: float
    median: float
    low: float
    high: float


@dataclass(frozen=True)
class PayGap:
    """One characteristic in one period: how far each group's pay lies below that of one of them. Nobody's pay."""

    period: str
    characteristic: str
    set_code: str
    reference: str
    groups: Mapping[str, Paid]


@dataclass(frozen=True)
class Cell:
    period: str
    characteristic: str
    set_code: str
    code: str
    stage: str
    count: int


@dataclass(frozen=True)
class Rows:
    """How many rows of the person's own file went into it. Nothing of what stood in them."""

    read: int = 0
    kept: int = 0
    rejected: int = 0


@dataclass(frozen=True)
class Submission:
    counts: str
    stages: tuple[str, ...]
    totals: Mapping[str, tuple[int, ...]]
    tables: tuple[Table, ...]
    rows: Rows
    software: str
    mapping: str = ""
    months: Mapping[str, int] = field(default_factory=dict)
    crossed: tuple[Crossed, ...] = ()
    pay: tuple[PayGap, ...] = ()

    @property
    def people(self) -> str:
        """Whom it is about: those who use a service, or its staff."""
        return STAFF if set(self.stages) & set(OF_STAFF) else CLIENTS

    @property
    def periods(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.totals, *(table.period for table in self.tables))))

    def cells(self) -> Iterator[Cell]:
        for table in self.tables:
            for code, counts in table.groups.items():
                for stage, count in zip(self.stages, counts, strict=True):
                    yield Cell(table.period, table.characteristic, table.set_code, code, stage, count)

    @property
    def checksum(self) -> str:
        return checksum_of(self.content())

    def content(self) -> form.Content:
        """Everything but the checksum, ready for JSON."""
        content: form.Content = {
            "format": FORMAT,
            "version": VERSION,
            "made_by": {"software": self.software, "mapping": self.mapping},
            "counts": self.counts,
            "stages": list(self.stages),
            "totals": {period: list(counts) for period, counts in self.totals.items()},
            "months": dict(self.months),
            "tables": [
                {
                    "period": table.period,
                    "characteristic": table.characteristic,
                    "set": table.set_code,
                    "groups": {code: list(counts) for code, counts in table.groups.items()},
                }
                for table in self.tables
            ],
            "rows": {"read": self.rows.read, "kept": self.rows.kept, "rejected": self.rows.rejected},
        }
        if self.crossed:
            content["crossed"] = [crossed_content(one) for one in self.crossed]
        if self.people == STAFF:
            content["people"] = STAFF
        if self.pay:
            content["pay"] = [pay_content(one) for one in self.pay]
        return content

    def text(self) -> str:
        """The file. Reading it back gives an equal submission."""
        return json.dumps({**self.content(), "checksum": self.checksum}, ensure_ascii=False, indent=1) + "\n"


def crossed_content(crossed: Crossed) -> form.Crossed:
    groups: dict[str, dict[str, list[int]]] = {}
    for (first, second), counts in crossed.groups.items():
        groups.setdefault(first, {})[second] = list(counts)
    return {
        "period": crossed.period,
        "characteristics": list(crossed.characteristics),
        "sets": list(crossed.sets),
        "groups": groups,
    }


def pay_content(pay: PayGap) -> form.Pay:
    return {
        "period": pay.period,
        "characteristic": pay.characteristic,
        "set": pay.set_code,
        "reference": pay.reference,
        "groups": {code: [getattr(paid, word) for word in PAID_WORDS] for code, paid in pay.groups.items()},
    }


def checksum_of(content: Mapping[str, Any]) -> str:
    """Changes with anything in the file except its layout."""
    bare = {name: value for name, value in content.items() if name != "checksum"}
    plain = json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def read(text: str | bytes, name: str = "The file") -> Submission:
    """A submission from its file. Refuses anything else in one sentence that says what to do.

    Promises: what is read was written whole and not changed since; every label is one of the standard lists.
    """
    content = parsed(text, name)
    check_frame(content, name)
    found = submission_in(content, name)
    if content["checksum"] != checksum_of(content):
        raise NotASubmission(
            f"{name} was changed after it was made, or cut off on the way. Make it again with equity submit."
        )
    return found


def parsed(text: str | bytes, name: str) -> dict[str, Any]:
    try:
        content = json.loads(text, parse_constant=not_a_count, object_pairs_hook=each_once)
    except (ValueError, RecursionError):
        raise NotASubmission(f"{name} is not a submission file. Make one with equity submit.") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise NotASubmission(f"{name} is not a submission file. Make one with equity submit.")
    return content


def not_a_count(word: str) -> NoReturn:
    raise ValueError(word)


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that stands twice would mean one thing to us and another to somebody else."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def check_frame(content: dict[str, Any], name: str) -> None:
    if content.get("version") != VERSION:
        raise NotASubmission(
            f"{name} was made for version {content.get('version')!r} of the submission file; this reads version "
            f"{VERSION}. Make it again with the equity that your partnership uses."
        )
    if extra := sorted(set(content) - WORDS - OPTIONAL):
        raise NotASubmission(f"{name} holds {extra[0]!r}, which a submission never does. It was not read.")
    if missing := sorted(WORDS - set(content)):
        raise NotASubmission(f"{name} has no {missing[0]!r}. Make it again with equity submit.")


def submission_in(content: dict[str, Any], name: str) -> Submission:
    stages = tuple(listed(content["stages"], f"{name}, stages"))
    if unknown := [stage for stage in stages if stage not in STAGES]:
        raise NotASubmission(f"{name}: there is no stage {unknown[0]!r}. Stages: {', '.join(STAGES)}.")
    if not stages or len(set(stages)) != len(stages):
        raise NotASubmission(f"{name}: each stage stands once, and there is at least one.")
    if content["counts"] not in COUNTED:
        raise NotASubmission(f"{name} counts {content['counts']!r}. It can count {' or '.join(COUNTED)}.")
    totals = {
        period_in(period, name): counts_in(counts, len(stages), f"{name}, totals of {period}")
        for period, counts in mapping_in(content["totals"], f"{name}, totals").items()
    }
    if not totals or len(totals) > MOST_PERIODS:
        raise NotASubmission(f"{name} has {len(totals)} periods. It can have 1 to {MOST_PERIODS}.")
    tables = tuple(table_in(table, len(stages), name) for table in list_in(content["tables"], f"{name}, tables"))
    check_tables(tables, totals, name)
    found = list_in(content.get("crossed", []), f"{name}, crossed")
    crossed = tuple(crossed_in(one, len(stages), name) for one in found[:MOST_CROSSED])
    check_crossed(crossed, len(found), totals, name)
    check_people(stages, content.get("people"), name)
    pay = tuple(pay_in(one, totals, name) for one in list_in(content.get("pay", []), f"{name}, pay")[:MOST_CROSSED])
    check_pay(pay, stages, name)
    made_by = mapping_in(content["made_by"], f"{name}, made_by")
    return Submission(
        content["counts"],
        stages,
        totals,
        tables,
        rows_in(content["rows"], name),
        short(made_by.get("software"), 100, name),
        short(made_by.get("mapping"), 20_000, name),
        months_in(content["months"], totals, name),
        crossed,
        pay,
    )


def check_people(stages: tuple[str, ...], said: Any, name: str) -> None:
    """One file is about staff or about those who use the service, and says so."""
    of_staff = [stage for stage in stages if stage in OF_STAFF]
    if of_staff and len(of_staff) < len(stages):
        raise NotASubmission(f"{name} counts staff and people who use the service. Make a file of each.")
    if said not in (None, STAFF if of_staff else CLIENTS):
        raise NotASubmission(f"{name} says that it is about {shown(said)}, and its stages say something else.")


def check_pay(pay: tuple[PayGap, ...], stages: tuple[str, ...], name: str) -> None:
    places = [(one.period, one.characteristic) for one in pay]
    if pay and "staff" not in stages:
        raise NotASubmission(f"{name} speaks of pay, and counts no staff.")
    if len(set(places)) != len(places):
        raise NotASubmission(f"{name} compares pay by the same characteristic twice.")


def pay_in(found: Any, totals: Mapping[str, Any], name: str) -> PayGap:
    found = mapping_in(found, f"{name}, pay")
    if set(found) != PAY_WORDS:
        raise NotASubmission(f"{name}: pay holds {', '.join(sorted(PAY_WORDS))}, and nothing else.")
    period, code = period_in(found["period"], name), str(found["characteristic"])
    where = f"{name}, pay by {shown(code)}, {period}"
    chosen = category_set_in(str(found["set"]), code, where)
    groups = {
        group: paid_in(one, f"{where}, {shown(group)}") for group, one in mapping_in(found["groups"], where).items()
    }
    if period not in totals:
        raise NotASubmission(f"{name} has no totals for {period}.")
    if strange := [group for group in (*groups, found["reference"]) if group not in chosen.codes]:
        raise NotASubmission(f"{where}: {shown(strange[0])} is not in {chosen.name}.")
    if found["reference"] not in groups:
        raise NotASubmission(f"{where}: the group that pay is compared with is not there.")
    return PayGap(period, code, chosen.code, found["reference"], groups)


def paid_in(found: Any, where: str) -> Paid:
    people, *shares = [*list_in(found, where), *[None] * len(PAID_WORDS)][: len(PAID_WORDS)]
    if len(list_in(found, where)) != len(PAID_WORDS) or not all(type(one) in (int, float) for one in shares):
        raise NotASubmission(f"{where}: {', '.join(PAID_WORDS)} are expected here, as numbers.")
    if whole(people, where) < FEWEST_PAID:
        raise NotASubmission(
            f"{where}: fewer than {FEWEST_PAID} people. Their pay could be worked out, so it stays with you."
        )
    if not all(-10_000 <= share <= 100 for share in shares):
        raise NotASubmission(f"{where}: a gap in percent is 100 at most.")
    return Paid(people, *(round(float(share), 1) for share in shares))


def check_crossed(crossed: tuple[Crossed, ...], there: int, totals: Mapping[str, Any], name: str) -> None:
    places = [(one.period, frozenset(one.characteristics)) for one in crossed]
    if there > MOST_CROSSED:
        raise NotASubmission(f"{name} puts characteristics together {there} times. It can do so {MOST_CROSSED} times.")
    if len(set(places)) != len(places):
        raise NotASubmission(f"{name} puts the same two characteristics together twice.")
    if lost := [period for period, _ in places if period not in totals]:
        raise NotASubmission(f"{name} has no totals for {lost[0]}.")


def crossed_in(found: Any, stages: int, name: str) -> Crossed:
    found = mapping_in(found, f"{name}, crossed")
    if set(found) != CROSSED_WORDS:
        raise NotASubmission(f"{name}: crossed holds {', '.join(sorted(CROSSED_WORDS))}, and nothing else.")
    period, codes = period_in(found["period"], name), listed(found["characteristics"], f"{name}, crossed")
    sets = listed(found["sets"], f"{name}, crossed")
    if len(codes) != 2 or len(sets) != 2 or codes[0] == codes[1]:
        raise NotASubmission(f"{name}: crossed is about two characteristics, with a list for each.")
    chosen = [category_set_in(set_code, code, f"{name}, {code}") for code, set_code in zip(codes, sets, strict=True)]
    where = f"{name}, {codes[0]} and {codes[1]}, {period}"
    groups = {
        (first, second): counts_in(counts, stages, f"{where}, {shown(first)} and {shown(second)}")
        for first, inner in mapping_in(found["groups"], where).items()
        for second, counts in mapping_in(inner, where).items()
    }
    for first, second in groups:
        if first not in chosen[0].codes or second not in chosen[1].codes:
            raise NotASubmission(f"{where}: {shown(first)} and {shown(second)} are not on the lists.")
    return Crossed(period, (codes[0], codes[1]), (sets[0], sets[1]), groups)


def category_set_in(set_code: str, code: str, where: str) -> CategorySet:
    """The list of groups that a file names, if it is one for this characteristic."""
    if code not in characteristics():
        raise NotASubmission(f"{where}: there is no such characteristic. See equity vocabulary.")
    try:
        chosen = category_set(set_code)
    except VocabularyError as error:
        raise NotASubmission(f"{where}: {error}") from None
    if chosen.characteristic != code:
        raise NotASubmission(f"{where}: {chosen.name} is not a list for {code}.")
    return chosen


def check_tables(tables: tuple[Table, ...], totals: Mapping[str, tuple[int, ...]], name: str) -> None:
    places = [(table.period, table.characteristic) for table in tables]
    if not tables:
        raise NotASubmission(f"{name} holds no counts.")
    if twice := [place for place in places if places.count(place) > 1]:
        raise NotASubmission(f"{name} holds {twice[0][1]} for {twice[0][0]} twice.")
    if lost := [period for period, _ in places if period not in totals]:
        raise NotASubmission(f"{name} has no totals for {lost[0]}.")


def table_in(found: Any, stages: int, name: str) -> Table:
    found = mapping_in(found, f"{name}, tables")
    if set(found) != TABLE_WORDS:
        raise NotASubmission(f"{name}: a table holds {', '.join(sorted(TABLE_WORDS))}, and nothing else.")
    period, code, set_code = period_in(found["period"], name), found["characteristic"], found["set"]
    if not isinstance(code, str) or code not in characteristics():
        raise NotASubmission(f"{name}: there is no characteristic {shown(code)}. See equity vocabulary.")
    where = f"{name}, {code}, {period}"
    chosen = category_set_in(str(set_code), code, where)
    groups = mapping_in(found["groups"], where)
    allowed = (*chosen.codes, *map(str, Unknown))
    if strange := [group for group in groups if group not in allowed]:
        raise NotASubmission(f"{where}: {shown(strange[0])} is not in {chosen.name}.")
    # Always in the list's own order, whatever order the file has.
    counts = {group: counts_in(groups[group], stages, f"{where}, {group}") for group in allowed if group in groups}
    return Table(period, code, chosen.code, counts)


def period_in(period: Any, name: str) -> str:
    try:
        days_of(str(period))
    except Problem as problem:
        raise NotASubmission(f"{name}: {problem}") from None
    return str(period)


def counts_in(found: Any, stages: int, where: str) -> tuple[int, ...]:
    counts = list_in(found, where)
    if len(counts) != stages:
        raise NotASubmission(f"{where}: there are {len(counts)} counts for {stages} stages.")
    return tuple(whole(count, where) for count in counts)


def whole(count: Any, where: str) -> int:
    if type(count) is not int or not 0 <= count <= LARGEST:
        raise NotASubmission(f"{where}: a count is a whole number from 0 to {LARGEST:,}.")
    return count


def rows_in(found: Any, name: str) -> Rows:
    found = mapping_in(found, f"{name}, rows")
    if set(found) != ROWS_WORDS:
        raise NotASubmission(f"{name}: rows says how many were read, kept and rejected, and nothing else.")
    return Rows(**{word: whole(count, f"{name}, rows") for word, count in found.items()})


def months_in(found: Any, totals: Mapping[str, tuple[int, ...]], name: str) -> Mapping[str, int]:
    months = mapping_in(found, f"{name}, months")
    if any(period not in totals for period in months):
        raise NotASubmission(f"{name}: months speaks of a period that the totals do not have.")
    return {period: min(whole(count, f"{name}, months"), 12) for period, count in months.items()}


def mapping_in(found: Any, where: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise NotASubmission(f"{where}: names with values are expected here.")
    return found


def list_in(found: Any, where: str) -> list[Any]:
    if not isinstance(found, list):
        raise NotASubmission(f"{where}: a list is expected here.")
    return found


def listed(found: Any, where: str) -> list[str]:
    words = list_in(found, where)
    if len(words) > MOST_STAGES or not all(isinstance(word, str) for word in words):
        raise NotASubmission(f"{where}: a short list of words is expected here.")
    return words


def short(text: Any, longest: int, name: str) -> str:
    if not isinstance(text, str) or len(text) > longest or "\x00" in text:
        raise NotASubmission(f"{name}: what made it is told in at most {longest:,} letters.")
    return text


def shown(word: Any) -> str:
    return repr(str(word)[:40])
