"""Only what has passed the gate can be shown, and what can be shown holds no hidden count."""

import dataclasses
from collections.abc import Mapping

import pytest
from tables import released, small_table

from equity.disclosure.release import NotReleased, Released
from equity.disclosure.results import PUBLISHED, ReleasedTable, Seal, contents
from equity.model import Table
from equity.report.published import published_report

SECRET = [[4040, 3, 21], [28, 33, 16], [19, 52, 64]]


def test_nobody_else_can_make_a_released_table():
    real = released(small_table(SECRET), "nhs-mh")
    with pytest.raises(NotReleased):
        Released(real.table, real.attack, real.quality, object())


def test_no_other_numbers_can_go_out_as_a_released_table():
    table = small_table(SECRET)
    real = released(table, "nhs-mh")
    with pytest.raises(NotReleased):
        dataclasses.replace(real, table=dataclasses.replace(real.table, shown=dict(table.counts)))
    with pytest.raises(NotReleased):
        dataclasses.replace(real, quality=released(small_table([[40, 50], [60, 70]]), "nhs-mh").quality)
    for inside in (real.table.shown, real.table.states):
        with pytest.raises(TypeError):
            inside["a", "1"] = 3
    assert str(real.count(("a", "1"))) == "*"


def test_nobody_else_can_seal_a_result():
    of = published_report().tables[0]
    bare = Table(**{name: getattr(of, name) for name in Table.__dataclass_fields__})
    with pytest.raises(NotReleased):
        ReleasedTable(**contents(bare), seal=Seal(bare, PUBLISHED))
    with pytest.raises(NotReleased):
        ReleasedTable(**contents(dataclasses.replace(bare, sentence="3 people")), seal=of.seal)


def everything_reachable(thing: object, seen: set[int]) -> list[object]:
    if id(thing) in seen:
        return []
    seen.add(id(thing))
    found = [thing]
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        parts = [getattr(thing, field.name) for field in dataclasses.fields(thing)]
    elif isinstance(thing, Mapping):
        parts = [*thing.keys(), *thing.values()]
    elif isinstance(thing, (list, tuple, set, frozenset)):
        parts = list(thing)
    else:
        parts = []
    for part in parts:
        found += everything_reachable(part, seen)
    return found


def test_a_released_table_holds_no_exact_count_anywhere():
    """4,043 people are shown as 4,045 and the 3 as a star; neither true number is left in the object."""
    result = released(small_table([[4043, 3, 21], [28, 33, 16], [19, 52, 64]]), "nhs-mh")
    result.as_csv(), result.who_disappears()
    numbers = {thing for thing in everything_reachable(result, set()) if type(thing) is int}
    assert 4045 in numbers
    assert not {4043, 28, 33, 21, 52} & numbers


def test_its_words_never_hold_a_hidden_count():
    result = released(small_table([[40, 3, 21], [28, 33, 16], [19, 52, 64]]), "nhs-mh")
    assert "3" not in repr(result.count(("a", "1")))
    assert str(result.count(("a", "1"))) == "*"
