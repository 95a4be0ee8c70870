"""Release after release about the same people, each attacked together with all before."""

import itertools
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from tables import QUICK, released

from equity.attack import attack
from equity.attack.published import from_record
from equity.disclosure import joint
from equity.disclosure.advice import JOINED, LEAVE_OUT, advice, merged, with_advice, without
from equity.disclosure.gate import Contradicted, Refused, Request, release
from equity.disclosure.joint import Past
from equity.disclosure.ledger import Asked, Ledger
from equity.disclosure.rules import Audience, rule_named
from equity.disclosure.specification import Chosen, Specification
from equity.disclosure.system import system_of
from equity.disclosure.table import Dimension, Table, TableError, build_table

GROUPS = {f"g{n}": f"G{n % 2}" for n in range(5)}
AGES = ("18", "19-24", "25-44", "45-64", "65+")
PROVIDERS = ("trust", "charity", "practice")


def people(seed: int) -> np.ndarray:
    """Counts by group, age and provider for one half year."""
    rng = np.random.default_rng(seed)
    chances = np.multiply.outer(np.multiply.outer([40, 25, 18, 12, 5], [2, 13, 40, 35, 10]), [80, 17, 3]).astype(float)
    return rng.multinomial(1500, (chances / chances.sum()).ravel()).reshape(chances.shape)


def table_of(counts: np.ndarray, ages: tuple[str, ...], *, groups: bool) -> Table:
    """By ethnic group and age, of some ages only."""
    places = [AGES.index(age) for age in ages]
    leaves = tuple(GROUPS)
    given = {
        (g, a): int(counts[i, p])
        for (i, g), (a, p) in itertools.product(enumerate(leaves), zip(ages, places, strict=True))
    }
    if groups:
        return build_table((Dimension("ethnicity", leaves, GROUPS), Dimension("age", ages)), given)
    merged = {
        (top, a): sum(v for (g, b), v in given.items() if GROUPS[g] == top and a == b)
        for top in ("G0", "G1")
        for a in ages
    }
    return build_table((Dimension("ethnicity", ("G0", "G1")), Dimension("age", ages)), merged)


def half_year(number: int) -> tuple[date, date]:
    year = 2020 + number // 2
    return (date(year, 4, 1), date(year, 9, 30)) if number % 2 == 0 else (date(year, 10, 1), date(year + 1, 3, 31))


@pytest.mark.parametrize("rule", ["additive", "nhs-mh"])
def test_twenty_releases_leave_nothing_pinned_and_an_unsafe_next_one_is_refused(tmp_path, rule):
    """Ten half years, each by fine and by broad groups; then the last without one small provider."""
    ledger = Ledger.in_file(tmp_path / "ledger.jsonl")
    for number in range(10):
        counts = people(number).sum(axis=2)
        for fine in (True, False):
            released(table_of(counts, AGES, groups=fine), rule, ledger=ledger, period=half_year(number), measure="seen")
    assert len(ledger.releases()) == 20
    report = attack([from_record(record) for record in ledger.releases()], intervals=False)
    assert not report.broken

    rest = table_of(people(9)[:, :, :2].sum(axis=2), AGES, groups=True)
    where = {"provider": Chosen(frozenset({"practice"}), all_but=True)}
    about = Specification(measure="seen", period=half_year(9), where=where)
    with pytest.raises(Refused) as caught:
        release(Request(rest, rule_named("additive"), about, effort=QUICK), exact_past(ledger))
    assert caught.value.because_of == ["R0019"]
    assert ("g0", "19-24") in caught.value.cells


def exact_past(ledger: Ledger) -> list[dict[str, object]]:
    """The last of the releases by fine groups, and all before."""
    return ledger.known_outside()[:-1]


NOT_THE_PRACTICE = {"provider": Chosen(frozenset({"practice"}), all_but=True)}


def random_request(rng: np.random.Generator) -> Request:
    """Some half year, everybody or from 19, all providers or all but one, fine groups or broad, exact or rounded."""
    half = int(rng.integers(3))
    ages = AGES if rng.random() < 0.5 else AGES[1:]
    providers, where = (2, NOT_THE_PRACTICE) if rng.random() < 0.4 else (3, {})
    table = table_of(people(half)[:, :, :providers].sum(axis=2), ages, groups=bool(rng.random() < 0.5))
    rule = rule_named("additive" if rng.random() < 0.4 else "nhs-mh")
    return Request(table, rule, Specification(measure="seen", period=half_year(half), where=where), effort=QUICK)


def random_sequence(seed: int, ledger: Ledger, length: int) -> tuple[int, int]:
    """How many of so many random requests were released, and how many refused."""
    rng, collided = np.random.default_rng(seed), []
    for _ in range(length):
        request = random_request(rng)
        try:
            result = release(request, ledger.known_outside())
        except Refused as refused:
            collided.append(refused.because_of)
        else:
            ledger.record_release(result, Asked("first person", Audience.PUBLIC))
    names = {record["id"] for record in ledger.releases()}
    assert all(because and set(because) <= names for because in collided)
    return len(names), len(collided)


def assert_nothing_is_given_away(ledger: Ledger) -> None:
    report = attack([from_record(record) for record in ledger.releases()], intervals=False)
    assert report.findings
    assert not report.broken


@pytest.mark.parametrize("seed", range(4))
def test_random_sequences_of_releases_leave_nothing_to_work_out(tmp_path, seed):
    ledger = Ledger.in_file(tmp_path / "ledger.jsonl")
    left, _ = random_sequence(seed, ledger, 6)
    assert left >= 2
    assert_nothing_is_given_away(ledger)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 125))
def test_many_long_random_sequences_leave_nothing_to_work_out(tmp_path, seed):
    ledger = Ledger.in_file(tmp_path / "ledger.jsonl")
    random_sequence(seed, ledger, 20)
    assert_nothing_is_given_away(ledger)


def exact_cut(ages: tuple[str, ...], counts: list[int]) -> Table:
    return build_table((Dimension("age", ages),), {(age,): count for age, count in zip(ages, counts, strict=True)})


def test_ages_from_19_after_ages_from_18_are_refused_with_the_release_they_collide_with(tmp_path):
    ledger = Ledger.in_file(tmp_path / "ledger.jsonl")
    released(exact_cut(("18-64", "65+"), [400, 60]), "additive", ledger=ledger, measure="seen")
    request = Request(exact_cut(("19-64", "65+"), [398, 60]), rule_named("additive"), Specification(measure="seen"))
    with pytest.raises(Refused) as caught, with_advice(request, ledger.known_outside()):
        release(request, ledger.known_outside())
    assert caught.value.because_of == ["R0001"]
    assert caught.value.advice


def test_corrected_figures_of_the_same_people_are_refused_with_the_release_they_contradict(tmp_path):
    ledger, bands, half = Ledger.in_file(tmp_path / "ledger.jsonl"), ("0-17", "18-64", "65+"), half_year(0)
    for measure in ("referred", "seen"):
        released(exact_cut(bands, [90, 400, 60]), "additive", ledger=ledger, measure=measure, period=half)
    trust = {"provider": Chosen(frozenset({"trust"}))}
    released(exact_cut(bands, [40, 200, 25]), "nhs-mh", ledger=ledger, measure="seen", period=half, where=trust)
    about = Specification(measure="seen", period=half)
    request = Request(exact_cut(bands, [90, 398, 60]), rule_named("additive"), about, effort=QUICK)
    with pytest.raises(Contradicted) as caught, with_advice(request, ledger.known_outside()):
        release(request, ledger.known_outside())
    assert caught.value.because_of == ["R0002"]
    assert caught.value.cells == [("18-64",), ("Total",)]
    assert caught.value.advice
    assert "cannot be true together with R0002: 18-64; Total" in str(caught.value)
    assert "If figures were corrected" in str(caught.value)
    assert "Let it stand, and publish the next period instead." in str(caught.value)
    assert "398" not in str(caught.value)


def test_the_same_cut_rounded_may_leave(tmp_path):
    ledger = Ledger.in_file(tmp_path / "ledger.jsonl")
    released(exact_cut(("18-64", "65+"), [400, 60]), "nhs-mh", ledger=ledger, measure="seen")
    result = released(exact_cut(("19-64", "65+"), [398, 60]), "nhs-mh", ledger=ledger, measure="seen")
    assert not result.count(("19-64",)).is_hidden


def test_everyone_and_everyone_without_one_provider_are_attacked_together(tmp_path):
    ledger = Ledger.in_file(tmp_path / "ledger.jsonl")
    released(exact_cut(("18-64", "65+"), [400, 60]), "additive", ledger=ledger, measure="seen")
    where = {"provider": Chosen(frozenset({"charity"}), all_but=True)}
    few_less = exact_cut(("18-64", "65+"), [398, 60])
    request = Request(few_less, rule_named("additive"), Specification(measure="seen", where=where), effort=QUICK)
    with pytest.raises(Refused) as caught:
        release(request, ledger.known_outside())
    assert caught.value.because_of == ["R0001"]


def test_another_measure_is_not_held_against_a_release(tmp_path):
    ledger = Ledger.in_file(tmp_path / "ledger.jsonl")
    released(exact_cut(("18-64", "65+"), [400, 60]), "additive", ledger=ledger, measure="seen")
    result = released(exact_cut(("18-64", "65+"), [398, 59]), "additive", ledger=ledger, measure="referred")
    assert result.count(("18-64",)).value == 398


BANDS = ("young", "middle", "old")
NINE = {f"k{n}": f"K{n % 3}" for n in range(9)}


def nine_groups(fewer: int) -> Table:
    """Nine ethnic groups in three, by three ages, with so many people fewer in every cell."""
    given = {(g, a): 40 + 7 * i + 11 * p - fewer for i, g in enumerate(NINE) for p, a in enumerate(BANDS)}
    return build_table((Dimension("ethnicity", tuple(NINE), NINE), Dimension("age", BANDS)), given)


def refused_after(tmp_path, first: Table, second: Table) -> tuple[Request, list[dict[str, object]], list[str]]:
    """Everyone is released, then everyone but one provider's people is asked for: what is advised."""
    ledger = Ledger.in_file(tmp_path / "ledger.jsonl")
    released(first, "additive", ledger=ledger, measure="seen", period=half_year(0))
    about = Specification(measure="seen", period=half_year(0), where=NOT_THE_PRACTICE)
    request, past = Request(second, rule_named("additive"), about, effort=QUICK), ledger.known_outside()
    with pytest.raises(Refused) as caught, with_advice(request, past):
        release(request, past)
    return request, past, caught.value.advice


def test_merging_groups_is_advised_when_it_makes_a_table_safe(tmp_path):
    """Two people fewer in every cell; six or more in the groups."""
    request, past, advised = refused_after(tmp_path, nine_groups(0), nine_groups(2))
    assert "It would be safe with the groups of ethnicity merged." in advised
    coarser = release(replace(request, table=merged(request.table, 0)), past)
    assert not coarser.count(("K1", "old")).is_hidden


def test_leaving_out_a_dimension_is_advised_when_it_makes_a_table_safe(tmp_path):
    """Two people fewer in every cell; six without ages."""
    request, past, advised = refused_after(tmp_path, nine_groups(0), nine_groups(2))
    assert "It would be safe without age." in advised
    assert advised[0] == "It would be safe without ethnicity."  # the coarsest: three ages and their total
    coarser = release(replace(request, table=without(request.table, 1)), past)
    assert not coarser.count(("k0",)).is_hidden


def test_joining_periods_is_advised_when_it_makes_a_table_safe(tmp_path):
    """One group only, so that there is nothing to merge: with the next half year nothing can be subtracted."""
    first, second = exact_cut(("18-64", "65+"), [400, 60]), exact_cut(("18-64", "65+"), [398, 59])
    request, past, advised = refused_after(tmp_path, first, second)
    assert JOINED in advised
    year = (half_year(0)[0], half_year(1)[1])
    both = exact_cut(("18-64", "65+"), [398 + 371, 59 + 66])
    joined = release(replace(request, table=both, specification=replace(request.specification, period=year)), past)
    assert not joined.count(("65+",)).is_hidden


def test_what_would_not_help_is_not_advised(tmp_path):
    """The earlier release names no period, so that a longer one can still be subtracted from it."""
    ledger = Ledger.in_file(tmp_path / "ledger.jsonl")
    released(exact_cut(("18-64", "65+"), [400, 60]), "additive", ledger=ledger, measure="seen")
    about = Specification(measure="seen", where=NOT_THE_PRACTICE)
    request = Request(exact_cut(("18-64", "65+"), [398, 59]), rule_named("additive"), about, effort=QUICK)
    past = ledger.known_outside()
    with pytest.raises(Refused):
        release(request, past)
    assert advice(request, past) == [LEAVE_OUT]


PROVIDERS_APART = {name: {"provider": Chosen(frozenset({name}))} for name in PROVIDERS}


def everyone_and_two_providers(tmp_path, practice: int) -> tuple[Ledger, Request]:
    """All 400 people, then the trust's, are released; the charity's are asked for. The practice has the rest."""
    ledger = Ledger.in_file(tmp_path / "ledger.jsonl")
    released(exact_cut(("18-64", "65+"), [300, 100]), "additive", ledger=ledger, measure="seen")
    released(
        exact_cut(("18-64", "65+"), [200, 60]),
        "additive",
        ledger=ledger,
        measure="seen",
        where=PROVIDERS_APART["trust"],
    )
    about = Specification(measure="seen", where=PROVIDERS_APART["charity"])
    asked = exact_cut(("18-64", "65+"), [100 - practice, 40 - practice])
    return ledger, Request(asked, rule_named("additive"), about, effort=QUICK)


def test_what_only_three_releases_tell_is_refused(tmp_path):
    """Everyone less the trust less the charity: two people of each age at the practice, whom no two releases tell."""
    ledger, request = everyone_and_two_providers(tmp_path, practice=2)
    with pytest.raises(Refused) as caught:
        release(request, ledger.known_outside())
    assert caught.value.because_of


def test_what_three_releases_tell_may_be_told_when_it_is_large(tmp_path):
    ledger, request = everyone_and_two_providers(tmp_path, practice=12)
    result = release(request, ledger.known_outside())
    assert result.count(("18-64",)).value == 88


def test_the_attacker_finds_what_only_three_releases_tell(tmp_path):
    """Released without looking at one another, as it was before anybody kept a ledger."""
    ledger, request = everyone_and_two_providers(tmp_path, practice=2)
    ledger.record_release(release(request), Asked("first person", Audience.PUBLIC))
    held = [from_record(record) for record in ledger.releases()]
    for pair in itertools.combinations(held, 2):
        assert not attack(pair, intervals=False).broken
    broken = attack(held, intervals=False).broken
    assert {(finding.low, finding.high) for finding in broken} == {(2, 2), (4, 4)}


def test_what_two_overlapping_releases_have_in_common_is_attacked(tmp_path):
    """From 18 to 64, and from 25 on, make up everyone: those from 25 to 64 are in both."""
    ledger = Ledger.in_file(tmp_path / "ledger.jsonl")
    counts = {"18-24": 150, "25-64": 3, "65+": 90}
    for ages in (("18-24", "25-64", "65+"), ("18-24", "25-64"), ("25-64", "65+")):
        total = build_table((Dimension("band", ("all",)),), {("all",): sum(counts[age] for age in ages)})
        where = {"age": Chosen(frozenset(ages))}
        result = release(Request(total, rule_named("additive"), Specification(measure="seen", where=where)))
        ledger.record_release(result, Asked("first person", Audience.PUBLIC))
    broken = attack([from_record(record) for record in ledger.releases()], intervals=False).broken
    assert {(finding.low, finding.high) for finding in broken} == {(3, 3)}


def test_releases_that_together_make_too_many_groups_are_refused_in_words(tmp_path, monkeypatch):
    """Sixty by sixty, and each sixty again by another sixty: as many groups as sixty to the third."""
    ledger, names = (
        Ledger.in_file(tmp_path / "ledger.jsonl"),
        [tuple(f"{axis}{n}" for n in range(60)) for axis in "xyz"],
    )
    for name, leaves in zip("xy", names[:2], strict=True):
        first = build_table((Dimension(name, leaves),), {(leaf,): 20000 for leaf in leaves})
        released(first, "additive", ledger=ledger, measure="seen")
    last = build_table((Dimension("z", names[2]),), {(leaf,): 20000 for leaf in names[2]})
    assert joint.MOST_GROUPS < 60**3
    with pytest.raises(TableError, match="cuts people into too many small groups"):
        released(last, "additive", ledger=ledger, measure="seen")


@pytest.mark.parametrize(("periods", "fits"), [(8, True), (9, False)])
def test_people_in_more_periods_than_can_be_told_apart_are_refused_in_words(periods, fits):
    """A year of eight parts: a person can be there in any of two to the eighth combinations, less being in none."""
    about = [
        Specification(measure="seen", period=(date(2024, n + 1, 1), date(2024, n + 1, 28))) for n in range(periods)
    ]
    whole = Specification(measure="seen", period=(date(2024, 1, 1), date(2024, 12, 31)))
    counts = {(age,): 5000 for age in AGES}
    table = build_table((Dimension("age", AGES),), counts)
    part = {"dimensions": {"age": {"parents": dict.fromkeys(AGES, "Total"), "covers": {}}}}
    shown = "age,people\n" + "".join(f"{age},900\n" for age in AGES) + "Total,4500\n"
    past = [
        Past.from_record(
            {
                "id": f"R{n}",
                "rule": {"name": "additive"},
                "specification": {**one.as_json(), **part},
                "published": shown,
            }
        )
        for n, one in enumerate(about)
    ]
    request = Request(table, rule_named("additive"), whole)
    system = system_of(table, request.rule)
    if fits:
        assert len(joint.joined(system, request, past).linked) == periods
    else:
        with pytest.raises(TableError, match="Too many earlier periods overlap"):
            joint.joined(system, request, past)
