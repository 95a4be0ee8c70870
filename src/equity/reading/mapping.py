"""Tie a file's columns to the vocabulary: by guessing, by asking, or from a short TOML file."""
# ruff: noqa: S608 - names are quoted with `escaped` or `quoted`, values are ours

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from equity.problem import Problem
from equity.reading.files import OpenFile, escaped
from equity.vocabulary import VocabularyError, category_set, characteristics, guess_set

Values = Callable[[], list[str]]
UNITS = ("events", "first", "persons")
YES = ("1", "y", "yes", "true", "t")
NO = ("0", "n", "no", "false", "f")
SUPPRESSION = ("*", "c", "-", "..", "suppressed", "<5", "<6", "<7", "<8", "<10")
# Words in a column's name that hint at what it holds.
HINTS = {
    "ethnicity": ("ethnic", "race"),
    "age": ("age",),
    "sex": ("sex", "gender"),
    "gender_identity": ("gender_identity", "gender identity", "trans"),
    "disability": ("disab",),
    "long_term_condition": ("long_term", "long term", "ltc"),
    "religion": ("relig", "belief", "faith"),
    "sexual_orientation": ("orientation", "sexuality"),
    "marriage": ("marital", "marriage", "civil"),
    "pregnancy_maternity": ("pregnan", "matern"),
    "deprivation": ("imd", "depriv", "decile", "quintile"),
    "language": ("language",),
    "interpreter": ("interpreter",),
    "english_proficiency": ("proficien",),
    "pay_band": ("pay_band", "pay band", "band", "grade"),
}
PLACES = {
    "person": ("person", "nhs_number", "client", "patient", "pseudo", "service_user"),
    "date": ("date",),
    "service": ("service", "team", "pathway"),
    "provider": ("provider", "organisation"),
    "area": ("lsoa", "ward", "borough", "area", "postcode"),
}
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
    "harassed_by_public",
    "harassed_by_staff",
    "fair_promotion",
    "discriminated",
    "survey_answers",
    "board",
    "staff",
    "population",
    "detained",
    "users",
)
FEW_VALUES = 400


class MappingError(Problem):
    """A mapping that does not fit its file, said plainly."""


@dataclass(frozen=True)
class Coded:
    column: str
    set_code: str


@dataclass(frozen=True)
class StageRule:
    """A row reached the stage when the column holds one of these values (or any, when empty)."""

    column: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileMapping:
    """What each column of a file means."""

    characteristics: Mapping[str, Coded]
    stages: Mapping[str, StageRule]
    person: str = ""
    date: str = ""
    service: str = ""
    provider: str = ""
    area: str = ""
    count: str = "events"
    kind: str = "rows"
    experience: str = ""
    pay: str = ""
    rounded_to: int = 1
    left_out: tuple[str, ...] = field(default=())

    def text(self) -> str:
        """The mapping as TOML, to keep and correct by hand."""
        lines = [
            "# What each column of the file means. Correct anything that is wrong.",
            f'kind = "{self.kind}"  # rows (people or events) or counts',
            f'count = "{self.count}"  # events, first (a person\'s first row in the period) or persons',
        ]
        if self.kind == "counts":
            lines.append(f"rounded_to = {self.rounded_to}  # 1 when counts are exact")
        lines += [
            f"{name} = {quoted_text(getattr(self, name))}"
            for name in ("person", "date", "service", "provider", "area", "experience", "pay")
            if getattr(self, name)
        ]
        lines.append("\n[characteristics]")
        lines += [
            f'{name} = {{ column = {quoted_text(coded.column)}, set = "{coded.set_code}" }}'
            for name, coded in self.characteristics.items()
        ]
        lines.append("\n[stages]")
        lines += [f"{name} = {stage_text(rule)}" for name, rule in self.stages.items()]
        if self.left_out:
            lines.append("\n# Columns not used: " + ", ".join(self.left_out))
        return "\n".join(lines) + "\n"


def quoted_text(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def stage_text(rule: StageRule) -> str:
    values = f", is = [{', '.join(quoted_text(value) for value in rule.values)}]" if rule.values else ""
    return f"{{ column = {quoted_text(rule.column)}{values} }}"


def read_mapping(path: Path) -> FileMapping:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MappingError(f"{path}: there is no such mapping file.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(f"{path.name}: this is not a mapping file ({error}).") from None
    return from_toml(path.name, found)


def from_toml(name: str, found: Mapping[str, Any]) -> FileMapping:
    allowed = {
        "kind",
        "count",
        "rounded_to",
        "person",
        "date",
        "service",
        "provider",
        "area",
        "experience",
        "pay",
        "characteristics",
        "stages",
    }
    if unknown := sorted(set(found) - allowed):
        raise MappingError(f"{name}: {unknown[0]!r} is not something a mapping can say.")
    try:
        coded = {code: Coded(item["column"], item["set"]) for code, item in found.get("characteristics", {}).items()}
        stages = {
            code: StageRule(item["column"], tuple(map(str, item.get("is", ()))))
            for code, item in found.get("stages", {}).items()
        }
    except (KeyError, TypeError):
        raise MappingError(f"{name}: each characteristic needs a column and a set, and each stage a column.") from None
    plain = {key: found[key] for key in allowed - {"characteristics", "stages"} if key in found}
    return checked(FileMapping(coded, stages, **plain))


def checked(mapping: FileMapping) -> FileMapping:
    if mapping.count not in UNITS:
        raise MappingError(f"count is {mapping.count!r}; it can be {', '.join(UNITS)}.")
    if mapping.count != "events" and not mapping.person:
        raise MappingError("Counting persons or first rows needs a person column in the mapping.")
    if mapping.count == "first" and not mapping.date:
        raise MappingError("Counting a person's first row needs a date column in the mapping.")
    for code, coded in mapping.characteristics.items():
        if code not in characteristics():
            raise MappingError(f"There is no characteristic {code!r}. See `equity vocabulary`.")
        if category_set(coded.set_code).characteristic != code:
            raise MappingError(f"{coded.set_code} is not a set for {code}.")
    return mapping


def fit(mapping: FileMapping, file: OpenFile) -> FileMapping:
    """The mapping, after checking that the file has every column it names."""
    named = [coded.column for coded in mapping.characteristics.values()] + [
        rule.column for rule in mapping.stages.values()
    ]
    named += [
        column
        for column in (
            mapping.person,
            mapping.date,
            mapping.service,
            mapping.provider,
            mapping.area,
            mapping.experience,
            mapping.pay,
        )
        if column
    ]
    if missing := [column for column in named if column not in file.columns]:
        raise MappingError(f"{file.name} has no column {missing[0]!r}. Its columns: {', '.join(file.columns[:20])}.")
    return mapping


@dataclass
class Guesses:
    """What has been guessed so far. The first column of a meaning has it; later ones are left out."""

    characteristics: dict[str, Coded] = field(default_factory=dict)
    stages: dict[str, StageRule] = field(default_factory=dict)
    plain: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def place(self, column: str, values: Values, meaning: str) -> None:
        kind, _, detail = meaning.partition(":")
        if kind in characteristics() and kind not in self.characteristics:
            self.characteristics[kind] = Coded(column, detail)
        elif kind == "stage" and detail not in self.stages:
            yes = tuple(value for value in values() if value.casefold() in YES)
            self.stages[detail] = StageRule(column, yes if are_few_words(values()) else ())
        elif kind in (*PLACES, "experience", "pay") and kind not in self.plain:
            self.plain[kind] = column
        else:
            self.left_out.append(column)

    def are_counts(self, numeric: set[str]) -> bool:
        """Whole numbers of people at each stage, and neither persons nor days: counts that somebody else made."""
        whole = all(rule.column in numeric and not rule.values for rule in self.stages.values())
        return bool(self.stages) and whole and not {"person", "date"} & set(self.plain)


def guess(file: OpenFile, *, ask: Callable[[str, str], str] | None = None) -> FileMapping:
    """Guess what each column is from its name and values. With `ask`, a person confirms or corrects each guess."""
    found = Guesses()
    numeric = whole_number_columns(file)
    for column in file.columns:
        # Counted at most once, and only where a name does not tell: a person's number has very many values.
        values = cache(partial(values_of, file, column))
        meaning = guess_column(column, values, column in numeric)
        found.place(column, values, ask(column, meaning) if ask else meaning)
    return checked(
        FileMapping(
            found.characteristics,
            found.stages,
            **found.plain,  # type: ignore[arg-type]
            count="first" if {"person", "date"} <= set(found.plain) else "events",
            kind="counts" if found.are_counts(numeric) else "rows",
            left_out=tuple(found.left_out),
        )
    )


def are_few_words(values: list[str]) -> bool:
    return bool(values) and {value.casefold() for value in values} <= {*YES, *NO}


def guess_column(column: str, values: Values, numeric: bool) -> str:
    """One of: a characteristic and its set, a stage, a place word, or nothing."""
    name = column.casefold().replace("-", "_").replace(" ", "_")
    for stage in STAGES:
        if name == stage or (name.startswith(f"{stage}_") and (numeric or are_few_words(values()))):
            return f"stage:{stage}"
    if name in ("pay", "salary", "hourly_pay", "hourly_rate") and numeric_or_money(values()):
        return "pay"
    if name.startswith(("experience", "satisfaction")):
        return "experience"
    for word, hints in PLACES.items():
        if any(hint in name for hint in hints) and not any(hint in name for hint in HINTS["ethnicity"]):
            return word
    # Longer hints first: "gender_identity" before "gender".
    by_length = sorted(
        ((hint, code) for code, hints in HINTS.items() for hint in hints), key=lambda pair: -len(pair[0])
    )
    hinted = [code for hint, code in by_length if hint.replace(" ", "_") in name]
    # "Age band" hints at pay bands too: the first whose categories the values are.
    if hinted:
        return next((found for code in hinted if (found := with_set(values(), code))), "")
    return "" if numeric else by_values(values())


def numeric_or_money(values: list[str]) -> bool:
    return bool(values) and all(value.replace(".", "", 1).isdigit() for value in values[:50])


def with_set(values: list[str], code: str) -> str:
    try:
        found = guess_set(values, code)
    except VocabularyError:
        return ""
    return f"{code}:{found.code}" if found else ""


def by_values(values: list[str]) -> str:
    """A column with another name can still be ethnicity if nearly all its words are."""
    from equity.vocabulary import recognise

    wordy = [value for value in values if len(value) > 2]
    if len(wordy) < 3:
        return ""
    found = with_set(wordy, "ethnicity")
    if found:
        known = sum(recognise(value, found.partition(":")[2]).kind != "unrecognised" for value in wordy)
        return found if known >= 0.8 * len(wordy) else ""
    return ""


def values_of(file: OpenFile, column: str) -> list[str]:
    rows = file.connection.execute(
        f'select "{escaped(column)}" from rows where "{escaped(column)}" is not null group by 1 order by count(*) desc limit {FEW_VALUES}'  # noqa: E501
    ).fetchall()
    return [row[0] for row in rows]


def whole_number_columns(file: OpenFile) -> set[str]:
    """The columns whose values are whole numbers, apart from marks for hidden counts; one look at the rows for all."""
    marks = ", ".join(f"'{mark}'" for mark in SUPPRESSION)
    columns = [f'"{escaped(column)}"' for column in file.columns]
    odd = (f"count_if(try_cast({one} as bigint) is null and lower({one}) not in ({marks}))" for one in columns)
    filled = (f"count({one})" for one in columns)
    found = file.connection.execute(f"select {', '.join((*odd, *filled))} from rows").fetchall()[0]
    pairs = zip(file.columns, found[: len(columns)], found[len(columns) :], strict=True)
    return {column for column, strange, there in pairs if there and not strange}
