"""Exact counts are planted, and looked for in everything that somebody else could come by: pages, headers, logs,
and every table of the database but the two or three that keep them sealed."""

import logging
import re

import pytest
from django.db import connection, transaction

from equity.submission.document import Rows, Submission, Table
from equity.vocabulary import Unknown, category_set
from hub.findings.releases import actions as releases
from hub.findings.tests.factories import work
from hub.organisations.models import Role
from hub.submissions import actions as submissions
from hub.submissions.queries import Service
from tests.access import addresses, expected
from tests.access.matrix import Visit, undone
from tests.access.pages import REACHED, every_page
from tests.access.world import World

pytestmark = pytest.mark.django_db
Kind = Role.Kind

# No page shows these by chance: four and five digits, never round, and never at an end of the five counts that a
# rounded number could stand for, which the ledger of releases holds.
PLANTED = {"A": (48611, 21786), "M": (7919, 1186), "N": (6946, 1014), "not_known": (3559, 2731)}
SEALED = {
    "submissions_count",
    "submissions_crossedcount",
    "submissions_total",
    "findings_row",
    "findings_point",
    "findings_note",
    "commitments_reading",
}
# Those who come nearest: they ask for figures, add them up, lead a part, or run the partnership. And a stranger.
OTHERS = ("anonymous", "unit_lead", "commissioner", "coordinator", "analyst", "board")
SHOWS_FIGURES = ("submissions", "findings", "home", "pledges", "publishing", "organisations")


def planted():
    everybody = (*category_set("nhs2001").codes, *map(str, Unknown))
    groups = {code: PLANTED.get(code, (0, 0)) for code in everybody}
    total = tuple(map(sum, zip(*groups.values(), strict=True)))
    table = Table("2025-26", "ethnicity", "nhs2001", groups)
    return Submission("people", ("referred", "completed"), {"2025-26": total}, (table,), Rows(), "equity 1")


NUMBERS = sorted({number for counts in PLANTED.values() for number in counts})
FORMS = "|".join(form for number in NUMBERS for form in (str(number), f"{number:,}"))
# Digits within a seal or a token are no count.
WHOLE = re.compile(rf"(?<![\w.,])(?:{FORMS})(?!\w)".encode())


def found_in(content):
    return [word.decode() for word in WHOLE.findall(content)]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        made = World()
        own = made.places["own"]
        service, lead = Service(own.organisation), own.people[Kind.LEAD]
        draft = submissions.draft(service, planted(), by=lead, way="file", readers="only_us")
        own.things["submission"] = submissions.send(draft, by=lead)
        work()
        own.things["finding"] = own.organisation.analyses.get().findings.get(measure="completion")
        publish(made, own)
        yield made
        transaction.set_rollback(True)


def publish(made, own):
    """One finding waits for its approval, and one is out for everybody."""
    about = {"access": "release", "completion": "public release"}
    for measure, name in about.items():
        found = own.organisation.analyses.get().findings.filter(measure=measure).first()
        if found:
            own.things[name] = releases.ask(found, by=own.people[Kind.LEAD])
    work()
    for person in (own.people[Kind.APPROVER], made.actors["analyst"].person):
        releases.approve(own["public release"], by=person)
    own["public release"].refresh_from_db()
    assert own["public release"].is_public


PAGES = {name: page for name, page in every_page().items() if name.partition(":")[0] in SHOWS_FIGURES}
LINES = expected.lines()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_nobody_else_comes_by_a_count(world, name, caplog):
    caplog.set_level(logging.DEBUG)
    sends = "POST" in LINES[name] and name.startswith(("submissions", "findings"))
    for role in OTHERS:
        for method in ("GET", "POST") if sends else ("GET",):
            with undone():
                visit = Visit(world.actors[role], method, addresses.address(PAGES[name], world, "own"))
            headers = repr(sorted(visit.response.items())).encode()
            assert found_in(visit.body + headers) == [], f"{role}, {method}"
    assert found_in(caplog.text.encode()) == []


@pytest.mark.parametrize("name", ["submissions:read_submission", "findings:read_finding"])
def test_its_own_people_do_see_them(world, name):
    with undone():
        visit = Visit(world.actors["lead"], "GET", addresses.address(PAGES[name], world, "own"))
    assert visit.outcome == REACHED
    assert "7,919" in visit.body.decode()


def test_no_other_table_holds_a_count(world):
    with connection.cursor() as cursor:
        held = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            if found := found_in(repr(cursor.fetchall()).encode()):
                held[table] = found
    assert set(held) - SEALED - {"findings_finding"} == set()
    # A finding's sentence speaks of shares and of people missing, never of a group's count.
    assert held.get("findings_finding", []) == []


def test_what_is_published_is_there_and_rounded(world):
    """The search above looked at the real thing."""
    for name in ("publishing:show_finding", "publishing:download_finding_csv", "publishing:download_finding_json"):
        with undone():
            visit = Visit(world.actors["anonymous"], "GET", addresses.address(PAGES[name], world, "own"))
        assert re.search(rb"7,?920", visit.body), name


def test_planted_numbers_would_be_found():
    assert found_in(b"<td>7,919</td>") == ["7,919"]
    assert found_in(b"48611") == ["48611"]
