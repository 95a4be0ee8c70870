"""Queries and processor time of each page, made afresh each time."""

import statistics
import time
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks.web.world import SLUG, YEAR
from hub.accounts.permissions import COUNTED_IN_DEMO
from hub.assessments.models import Assessment, Round
from hub.organisations.models import Organisation
from hub.pledges.models import Pledge
from hub.toolkit.models import Section

TIMES = 7
HOST = {"HTTP_HOST": "127.0.0.1"}


@dataclass(frozen=True)
class Page:
    name: str
    who: str
    address: str
    is_list: bool
    is_download: bool = False


@dataclass(frozen=True)
class Measured:
    page: Page
    queries: int
    cpu_ms: float
    bytes: int


def pages():
    pledge = Pledge.objects.order_by("pk").first()
    first = Organisation.objects.order_by("pk").first()
    round, assessment = Round.objects.get(), Assessment.objects.order_by("pk").first()
    signed_off = Assessment.objects.exclude(signed_off_at=None).order_by("pk").first()
    chapter = round.edition.chapter.slug
    section = Section.objects.order_by("pk").first()
    edition = [SLUG, chapter, round.edition.number]
    public = [
        ("Front page", reverse("publishing:show_front"), False),
        ("Pledges, public", reverse("publishing:list_pledges", args=[SLUG]), True),
        ("Pledges, page 100", reverse("publishing:list_pledges", args=[SLUG]) + "?page=100", True),
        ("Pledges, stuck ones", reverse("publishing:list_pledges", args=[SLUG]) + "?stage=stuck", True),
        ("Pledges, by year", reverse("publishing:list_pledges", args=[SLUG]) + f"?year={YEAR}", True),
        ("One pledge", reverse("publishing:show_pledge", args=[SLUG, pledge.public_id]), False),
        ("Organisations", reverse("publishing:list_organisations", args=[SLUG]), True),
        ("One organisation", reverse("publishing:show_organisation", args=[SLUG, first.slug]), False),
        ("Practices", reverse("publishing:list_practices", args=[SLUG]), True),
        ("Toolkit", reverse("toolkit:read_toolkit", args=[SLUG]), False),
        ("One chapter", reverse("toolkit:read_chapter", args=edition), False),
        ("One chapter, for paper", reverse("toolkit:print_chapter", args=edition), False),
        ("One page of a chapter", reverse("toolkit:read_section", args=[*edition, section.number]), False),
        ("Open data", reverse("publishing:show_open_data"), False),
    ]
    work = [
        ("Our year", "lead", reverse("home:show_year", args=[SLUG, first.slug]), False),
        ("Our answers", "lead", reverse("assessments:my_assessments"), True),
        ("All pages of an assessment", "lead", reverse("assessments:task_list", args=[assessment.pk]), True),
        ("One page of an assessment", "lead", reverse("assessments:section", args=[assessment.pk, section.pk]), False),
        ("An assessment, for paper", "lead", reverse("assessments:workbook", args=[assessment.pk]), False),
        ("Results of one's own", "lead", reverse("pledges:read_results", args=[assessment.pk]), False),
        ("One pledge, signed in", "lead", reverse("pledges:read_pledge", args=[pledge.pk]), False),
        ("Pledges, signed in", "lead", reverse("pledges:read_pledges"), True),
        ("Asks", "lead", reverse("pledges:read_asks"), True),
        ("What moved", "board", reverse("home:show_board", args=[SLUG]), False),
        ("What services share", "commissioner", reverse("home:show_commissioner", args=[SLUG]), True),
        ("Results of another", "commissioner", reverse("pledges:read_results", args=[signed_off.pk]), False),
        ("Feedback on a chapter", "editor", reverse("toolkit:see_feedback", args=[SLUG, chapter]), True),
        ("Rounds", "coordinator", reverse("home:list_rounds"), True),
        ("One round, 1,000 places", "coordinator", reverse("home:show_round", args=[round.pk]), True),
        (
            "One round, not answered",
            "coordinator",
            reverse("home:show_round", args=[round.pk]) + "?progress=no_answer",
            True,
        ),
    ]
    return [Page(name, "anybody", *rest) for name, *rest in public] + [Page(*one) for one in work] + downloads()


def downloads():
    """Whole tables in one answer, which are no pages and are held to nothing but being measured."""
    return [
        Page(
            f"{table}, {kind.upper()}",
            "anybody",
            reverse(f"publishing:download_{kind}", args=[SLUG, table]),
            False,
            True,
        )
        for table in ("pledges", "updates")
        for kind in ("csv", "json")
    ]


def measure(wanted, people):
    import hub.config.wsgi  # noqa: F401 - the server prepares its memory there

    with override_settings(PUBLIC_PAGES_KEPT=False, DEMO=True):
        clients = {who: _client(who) for who in ("anybody", *people)}
        return [_measure(page, clients[page.who]) for page in wanted]


def _client(who):
    client = Client(**HOST)
    if who != "anybody":
        user = get_user_model().objects.get(email=f"{who}@example.org")
        client.force_login(user)
        session = client.session
        session[COUNTED_IN_DEMO] = user.pk
        session.save()
    return client


def _measure(page, client):
    response = client.get(page.address)
    if response.status_code != 200:
        raise RuntimeError(f"{page.name} ({page.address}) answered {response.status_code}")
    with CaptureQueriesContext(connection) as queries:
        client.get(page.address)
    asked = len(queries)  # The next request empties the list.
    times = [_cpu(client, page.address) for _ in range(TIMES)]
    return Measured(page, asked, 1000 * statistics.median(times), len(response.content))


def _cpu(client, address):
    started = time.process_time()
    client.get(address)
    return time.process_time() - started
