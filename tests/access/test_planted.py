"""Exact counts are planted, and looked for in everything that somebody else could come by: pages, headers, files,
letters, logs, words of errors, the cache, and every table of the database but the few that keep them sealed."""

import io
import logging
import re
import zipfile
import zlib

import pypdf
import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection, transaction
from django.test import TestCase
from django.utils import timezone

from equity.submission.bands import tables_by_band
from equity.submission.document import Paid, PayGap, Rows, Submission, Table
from equity.vocabulary import Unknown, category_set
from hub.commitments.tests.factories import ReadingFactory
from hub.findings import actions as findings
from hub.findings.releases import actions as releases
from hub.findings.releases import preparing
from hub.findings.tests.factories import work
from hub.organisations.models import Role
from hub.organisations.tests.factories import OrganisationFactory, RoleFactory
from hub.pledges import actions as pledges
from hub.programme.tests.factories import KeyTargetFactory
from hub.stocktakes import actions as stocktakes
from hub.stocktakes.tests.factories import do_all
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
    "submissions_paygap",
    "findings_row",
    "findings_point",
    "findings_note",
    "commitments_reading",
}
# Those who come nearest: they ask for figures, add them up, lead a part, or run the partnership. And a stranger.
OTHERS = ("anonymous", "unit_lead", "commissioner", "coordinator", "analyst", "board")
NEAREST = {"programme": ("anonymous", "coordinator"), "stocktakes": ("anonymous", "coordinator", "board")}
SHOWS_FIGURES = ("submissions", "findings", "home", "pledges", "programme", "stocktakes", "publishing", "organisations")
# Three more services, which show analysts their counts: they are in sums, and in words for everybody.
ADDED = [
    {"A": (38623 + each, 17786 + each), "M": (5917 + each, 1483 + each), "N": (4943 + each, 1711 + each)}
    for each in (0, 4, 14)
]


def planted(counts=PLANTED, period="2025-26"):
    everybody = (*category_set("nhs2001").codes, *map(str, Unknown))
    groups = {code: counts.get(code, (0, 0)) for code in everybody}
    total = tuple(map(sum, zip(*groups.values(), strict=True)))
    table = Table(period, "ethnicity", "nhs2001", groups)
    return Submission("people", ("referred", "completed"), {period: total}, (table,), Rows(), "equity 1")


# Staff and those of them who were trained, and staff at each pay cluster. What could be a year is not looked for.
STAFF = {"A": (58131, 19313), "M": (37193, 6833), "N": (27133, 4877)}
AT_BANDS = {"A": (18773, 19937, 11291, 8130), "M": (19793, 12317, 3457, 1626), "N": (15113, 10211, 1393, 416)}


def planted_staff(period="2025-26"):
    everybody = (*category_set("nhs2001").codes, *map(str, Unknown))
    groups = {code: STAFF.get(code, (0, 0)) for code in everybody}
    total = tuple(map(sum, zip(*groups.values(), strict=True)))
    by_band, crossed = tables_by_band(
        period, "nhs2001", "pay_cluster", {code: (*at, 0) for code, at in AT_BANDS.items()}, ("staff", "trained")
    )
    gaps = {code: Paid(people, 7.3, 6.1, 5.2, 9.4) for code, (people, _) in STAFF.items()}
    pay = PayGap(period, "ethnicity", "nhs2001", "A", gaps)
    tables = (Table(period, "ethnicity", "nhs2001", groups), by_band)
    return Submission(
        "people", ("staff", "trained"), {period: total}, tables, Rows(), "equity 1", crossed=(crossed,), pay=(pay,)
    )


OF_STAFF = {number for groups in (STAFF, AT_BANDS) for counts in groups.values() for number in counts if number > 1999}
OF_A_SERVICE = OF_STAFF | {number for counts in PLANTED.values() for number in counts}
OF_OTHERS = {number for groups in ADDED for counts in groups.values() for number in counts}
SUMS = {sum(groups[code][side] for groups in ADDED) for code in "AMN" for side in (0, 1)}
NUMBERS = sorted(OF_A_SERVICE | OF_OTHERS | SUMS)


def pattern_for(numbers):
    """Digits within a seal or a token are no count."""
    forms = "|".join(form for number in sorted(numbers) for form in (str(number), f"{number:,}"))
    return re.compile(rf"(?<![\w.,])(?:{forms})(?!\w)".encode())


ANY, OWN = pattern_for(NUMBERS), pattern_for(OF_A_SERVICE)


# Numbers that made-up people have for a name; that say how long a page is, or a part of a PDF and where it begins; and
# the mark of a form, any part of which may happen to be four digits.
NO_COUNT = re.compile(
    rb"Person \d+|/Length1? \d+|startxref\s+\d+|'Content-Length', '\d+'|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
)


def found_in(content, numbers=ANY):
    return [word.decode() for word in numbers.findall(NO_COUNT.sub(b"", content))]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        made = World()
        made.said = Said()
        with made.said:
            hand_in_and_publish(made)
        yield made
        transaction.set_rollback(True)


class Said(logging.Handler):
    """Everything that anything says in any log, while the worker works."""

    def __init__(self):
        super().__init__(logging.NOTSET)
        self.lines = []

    def emit(self, record):
        self.lines.append(f"{record.getMessage()} {record.__dict__} {logging.Formatter().format(record)}")

    def __enter__(self):
        root = logging.getLogger()
        self.was = root.level
        root.addHandler(self)
        root.setLevel(logging.DEBUG)

    def __exit__(self, *_exception):
        logging.getLogger().removeHandler(self)
        logging.getLogger().setLevel(self.was)


def hand_in_and_publish(made):
    own = made.places["own"]
    own.things["submission"] = hand_in(own, planted())
    hand_in(own, planted_staff())
    for number, groups in enumerate(ADDED):
        other = OrganisationFactory(partnership=made.north, name=f"Added {number}")
        lead = RoleFactory(kind=Kind.LEAD, organisation=other).user
        draft = submissions.draft(Service(other), planted(groups), by=lead, way="file", readers="analysts")
        submissions.send(draft, by=lead)
    work()
    own.things["finding"] = own.organisation.analyses.get(people="clients").findings.get(measure="completion")
    own.things["pay gap"] = own.organisation.analyses.get(people="staff").findings.get(measure="pay_gap")
    promise(own)
    tell_the_programme(made, own)
    publish(made, own)


def hand_in(own, document):
    service, lead = Service(own.organisation), own.people[Kind.LEAD]
    draft = submissions.draft(service, document, by=lead, way="file", readers="only_us")
    return submissions.send(draft, by=lead)


def promise(own):
    """A pledge from the sealed finding, which its lead shares with everybody, and which reads itself."""
    lead, service = own.people[Kind.LEAD], Service(own.organisation)
    made = findings.make_pledge(own["finding"], service, by=lead, year=timezone.localdate().year)
    pledges.choose_sharing(made, by=lead, sharing="everyone")
    own.things |= {"pledge": made, "measure": made.commitment.measures.get()}
    own.things |= {"reading": own["measure"].readings.first(), "follow": own["measure"].follow}


def tell_the_programme(made, own):
    """An action's figure about a group, in a stocktake and a board pack."""
    target = KeyTargetFactory(area=own["programme's area"], measured_by="share", measured_by__counting="a_group")
    numerator, denominator = PLANTED["M"][::-1]
    ReadingFactory(measure=target.measures.get(), numerator=numerator, denominator=denominator)
    person = made.actors["coordinator"].person
    stocktakes.gather_again(own["stocktake"], by=person)
    own.things["pack"] = stocktakes.ask_for_pack(own["programme"], by=person)
    do_all()


def publish(made, own):
    """One finding waits for its approval, and one is out for everybody."""
    about = {"access": "release", "completion": "public release"}
    for measure, name in about.items():
        found = own.organisation.analyses.get(people="clients").findings.filter(measure=measure).first()
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
    for role in NEAREST.get(name.partition(":")[0], OTHERS):
        for method in ("GET", "POST") if sends else ("GET",):
            with undone():
                visit = Visit(world.actors[role], method, addresses.address(PAGES[name], world, "own"))
            headers = repr(sorted(visit.response.items())).encode()
            # The three others let analysts see their counts, and their sums.
            numbers = OWN if role == "analyst" else ANY
            assert found_in(opened(visit.body) + headers, numbers) == [], f"{role}, {method}"
            assert found_in(kept_at_hand(), numbers) == []
    assert found_in(caplog.text.encode()) == []


def opened(content):
    """A file as its reader sees it: what is packed is unpacked. Packed bytes spell any four digits now and then."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            names = " ".join(parts.namelist()).encode()
            return b" ".join([names, *filter(is_text, (parts.read(name) for name in parts.namelist()))])
    if content.startswith(b"%PDF"):
        return b" ".join([STREAM.sub(b" ", content), *filter(is_text, streams_of(content))])
    return content


# A stream of objects begins with a table of where each of them is, up to its "First".
STREAM = re.compile(rb"(?:/First (\d+)[^>]*>>\s*)?stream\r?\n(.*?)endstream", re.DOTALL)


def streams_of(document):
    for first, packed in STREAM.findall(document):
        try:
            yield zlib.decompress(packed)[int(first or 0) :]
        except zlib.error:
            yield packed


def is_text(part):
    """Not a font or a picture: hardly any byte that no text has."""
    return len(part.translate(None, CONTROL)) > 0.99 * len(part)


CONTROL = bytes({*range(32)} - {9, 10, 13})


def kept_at_hand():
    return repr([*cache._cache.items()]).encode()


class TestOtherWays:
    """Files of stocktakes and board packs, logs, letters, and what is said when something is refused."""

    def test_files_of_a_stocktake_and_a_board_pack(self, world):
        own = world.places["own"]
        files = {one.name: one.body for one in own["pack"].files.all()}
        assert {name.rpartition(".")[2] for name in files} >= {"pdf", "docx", "pptx", "xlsx", "ics"}
        for name, body in files.items():
            assert found_in(opened(bytes(body))) == [], name
        words = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf_of(files))).pages)
        assert found_in(words.encode()) == []
        assert "Libraries" in words or own["programme"].title in words
        assert found_in(words.encode()) == []

    def test_no_log_of_the_worker(self, world):
        assert found_in("\n".join(world.said.lines).encode()) == []

    def test_no_letter(self, world):
        own = world.places["own"]
        with undone():
            with TestCase.captureOnCommitCallbacks(execute=True):
                releases.ask(own["finding"], by=own.people[Kind.LEAD], link="https://example.org")
            assert mail.outbox
            assert found_in("\n".join(f"{one.subject}\n{one.body}" for one in mail.outbox).encode()) == []

    @pytest.mark.parametrize(
        ("counts", "period", "words"),
        [
            (PLANTED | {"M": (7931, 1191)}, "2025-26", "If figures were corrected"),
            ({"A": (4, 2), "M": (3, 1)}, "2026-27", "too few people"),
        ],
    )
    def test_no_word_of_a_refusal(self, world, counts, period, words, caplog):
        caplog.set_level(logging.DEBUG)
        own = world.places["own"]
        with undone():
            hand_in(own, planted(counts, period))
            release = releases.ask(own["finding"], by=own.people[Kind.LEAD])
            preparing.prepare(release.pk)
            release.refresh_from_db()
            assert words in release.refused_because
            numbers = pattern_for({*OF_A_SERVICE, 7931, 1191})
            assert found_in((release.refused_because + caplog.text).encode(), numbers) == []

    @pytest.mark.parametrize("role", OTHERS[1:])
    def test_a_pledge_that_is_shared_says_what_share_and_never_of_how_many(self, world, role):
        """The pledge follows two groups together, of which 2,200 of 14,865 finished."""
        with undone():
            page = Visit(world.actors[role], "GET", addresses.address(PAGES["pledges:read_pledge"], world, "own"))
            lead = Visit(world.actors["lead"], "GET", addresses.address(PAGES["pledges:read_pledge"], world, "own"))
        assert b"2,200 of 14,865" in lead.body
        assert b"15%" in page.body
        assert found_in(page.body, pattern_for({2200, 14865})) == []


def pdf_of(files):
    return next(bytes(body) for name, body in files.items() if name.endswith(".pdf"))


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
            if found := found_in(repr(without_keys(cursor)).encode()):
                held[table] = found
    assert set(held) - SEALED - {"findings_finding"} == set()
    # A finding's sentence speaks of shares and of people missing, never of a group's count.
    assert held.get("findings_finding", []) == []


def without_keys(cursor):
    """Of every row all but the numbers that only tell rows apart: they grow with the tests that ran before."""
    kept = [place for place, column in enumerate(cursor.description) if not re.search(r"(^|_)id$", column[0])]
    return [[row[place] for place in kept] for row in cursor.fetchall()]


def test_what_is_published_is_there_and_rounded(world):
    """The search above looked at the real thing."""
    for name in ("publishing:show_finding", "publishing:download_finding_csv", "publishing:download_finding_json"):
        with undone():
            visit = Visit(world.actors["anonymous"], "GET", addresses.address(PAGES[name], world, "own"))
        assert re.search(rb"7,?920", visit.body), name


def test_planted_numbers_would_be_found():
    assert found_in(b"<td>7,919</td>") == ["7,919"]
    assert found_in(b"48611") == ["48611"]
    assert found_in(b'value="7856faf5-4943-4241-9bfe-557528c34219"') == []
    assert found_in(b"4943-4241") == ["4943"]


def test_where_the_parts_of_a_pdf_are_is_no_count_and_what_is_in_them_may_be():
    packed = zlib.compress(b"1 0 2 5931 (4943 people)")
    document = b"%PDF <</Type/ObjStm/N 2/First 11/Filter /FlateDecode>>\nstream\n" + packed + b"\nendstream"
    assert found_in(opened(document)) == ["4943"]
