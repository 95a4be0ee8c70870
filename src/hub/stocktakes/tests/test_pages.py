"""Each page through the browser's eyes: who finds what, what is typed wrongly, and what is asked of the database."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from hub.accounts.tests.second_check import pass_second_check
from hub.programme.tests.factories import ActionFactory, ProgrammeFactory, ServiceAreaFactory
from hub.stocktakes import actions, freezing, queries, rules
from hub.stocktakes.models import Job, Stocktake, WordTemplate
from hub.stocktakes.tests.factories import (
    LAST,
    YEAR,
    a_programme,
    a_word_document,
    do_all,
    frozen,
    gathered,
    people_of,
    public_but_not_by_group,
)

pytestmark = pytest.mark.django_db
MOST_QUERIES = 10


@pytest.fixture(autouse=True)
def pages_are_made_anew(settings):
    settings.PUBLIC_PAGES_KEPT = False


@pytest.fixture
def programme():
    return a_programme()


@pytest.fixture
def people(programme):
    return people_of(programme.partnership)


@pytest.fixture
def coordinator(client, people):
    client.force_login(people[0])
    pass_second_check(client, people[0])
    return people[0]


def page(name, *args):
    return reverse(f"stocktakes:{name}", args=args)


class TestWriting:
    def test_a_coordinator_begins_tells_and_sees_it_as_it_will_look(self, client, programme, coordinator):
        opening = page("open_stocktake", programme.pk)
        sent = {"once": client.get(opening).context["form"]["once"].value(), "year": YEAR}
        sent |= {"starts_on-day": 1, "starts_on-month": 1, "starts_on-year": YEAR}
        sent |= {"ends_on-day": 31, "ends_on-month": 12, "ends_on-year": YEAR}
        for _twice in range(2):
            client.post(opening, sent)
        stocktake = Stocktake.objects.get()
        assert "waiting for its turn" in client.get(stocktake.get_absolute_url()).text
        do_all()
        assert "Libraries" in client.get(stocktake.get_absolute_url()).text
        part = page("write_part", stocktake.pk, f"area-{programme.areas.get().slug}")
        shown = client.post(part, {"seen": 0, "learned": "Doors matter"}, follow=True).text
        assert "1 of 6 headings told" in shown
        preview = client.get(f"{page('preview', stocktake.pk)}areas/{programme.areas.get().slug}/").text
        assert "Doors matter" in preview
        assert "It is not public yet" in preview
        assert client.get(stocktake.public_address).status_code == 404

    def test_the_same_year_twice_and_days_the_wrong_way_round_are_said(self, client, programme, coordinator):
        gathered(programme)
        sent = {"once": "8c7c2ab4-6b0e-4c57-9c43-5d6a4bb9fd71", "year": YEAR}
        sent |= {"starts_on-day": 1, "starts_on-month": 12, "starts_on-year": YEAR}
        sent |= {"ends_on-day": 1, "ends_on-month": 1, "ends_on-year": YEAR}
        text = client.post(page("open_stocktake", programme.pk), sent).text
        assert "There is a stocktake of that year" in text
        assert "Enter a last day that comes after the first" in text

    def test_words_that_somebody_else_changed_are_shown_beside_ones_own(self, client, programme, coordinator, people):
        stocktake = gathered(programme)
        actions.tell(stocktake, "whole", {"did": "Theirs"}, by=people[1], seen=0)
        text = client.post(page("write_part", stocktake.pk, "whole"), {"seen": 0, "did": "Mine"}).text
        assert "Theirs" in text
        assert "Mine" in text
        assert stocktake.tellings.count() == 1

    def test_more_than_ten_things_cannot_come_first(self, client, programme, coordinator):
        stocktake = gathered(programme)
        sent = {"seen": 0, "priorities": "\n".join(f"Thing {number}" for number in range(11))}
        assert "Leave at most ten" in client.post(page("write_part", stocktake.pk, "whole"), sent).text

    def test_figures_are_in_no_form(self, client, programme, coordinator):
        stocktake = gathered(programme)
        before = stocktake.record
        sent = {"seen": 0, "did": "Words", "record": "{}", "counts": "99"}
        client.post(page("write_part", stocktake.pk, "whole"), sent)
        stocktake.refresh_from_db()
        assert stocktake.record == before

    def test_a_part_that_is_not_there_is_not_found(self, client, programme, coordinator):
        stocktake = gathered(programme)
        assert client.get(page("write_part", stocktake.pk, "area-nowhere")).status_code == 404
        assert client.get(f"{page('preview', stocktake.pk)}areas/nowhere/").status_code == 404


class TestALargeStocktake:
    @pytest.fixture(autouse=True)
    def everything_is_large(self, monkeypatch):
        monkeypatch.setattr(rules, "SMALL", 10)

    def test_its_pages_are_made_ahead_and_again_when_words_change(
        self, client, programme, coordinator, django_assert_max_num_queries
    ):
        stocktake = actions.open_stocktake(
            programme, by=coordinator, year=YEAR, starts_on=LAST.replace(month=1, day=1), ends_on=LAST
        )
        do_all()
        preview = page("preview", stocktake.pk)
        waiting = client.get(preview, follow=True)
        assert "they are being made" in waiting.text
        assert "Making the pages to look at" in waiting.text
        do_all()
        with django_assert_max_num_queries(MOST_QUERIES):
            assert "It is not public yet" in client.get(preview).text
        actions.tell(stocktake, "whole", {"did": "We opened doors"}, by=coordinator, seen=0)
        assert client.get(preview).status_code == 302
        do_all()
        assert "We opened doors" in client.get(preview).text

    def test_words_that_change_while_pages_are_made_have_them_made_once_more(self, programme, people, monkeypatch):
        stocktake = gathered(programme, by=people[0])
        [job] = Job.objects.under_way()
        made = freezing.previews_of

        def meanwhile(*args, **more):
            yield from made(*args, **more)
            actions.tell(stocktake, "whole", {"did": "One more thing"}, by=people[0], seen=0)

        with monkeypatch.context() as once:
            once.setattr(freezing, "previews_of", meanwhile)
            actions.carry_out(job.pk)
        do_all()
        draft = queries.Draft(Stocktake.objects.get())
        assert set(stocktake.preview_pages.values_list("seal", flat=True)) == {draft.seal}
        assert "One more thing" in stocktake.preview_pages.get(path="").body


class TestApproving:
    def test_two_people_with_a_second_factor_make_it_public(self, client, programme, coordinator, people):
        stocktake = gathered(programme)
        sent = {"seal": queries.Draft(stocktake).seal, "read": "on"}
        approve = page("approve", stocktake.pk)
        for _twice in range(2):
            client.post(approve, sent)
        do_all()
        assert client.get(stocktake.public_address).status_code == 404
        client.force_login(people[1])
        assert client.post(approve, sent).url.startswith(reverse("accounts:second_check"))
        pass_second_check(client, people[1])
        client.post(approve, sent)
        do_all()
        client.logout()
        assert "Libraries" in client.get(stocktake.public_address).text

    def test_without_the_tick_nothing_is_approved(self, client, programme, coordinator):
        stocktake = gathered(programme)
        text = client.post(page("approve", stocktake.pk), {"seal": queries.Draft(stocktake).seal}, follow=True).text
        assert "Tick that you have read all of it" in text
        assert not stocktake.approvals.exists()

    def test_other_words_than_those_that_were_read_are_not_approved(self, client, programme, coordinator):
        stocktake = gathered(programme)
        text = client.post(page("approve", stocktake.pk), {"seal": "0" * 64, "read": "on"}, follow=True).text
        assert "It was changed while you were reading" in text

    def test_where_freezing_was_given_up_whoever_may_approve_asks_for_it_again(
        self, client, programme, coordinator, people
    ):
        stocktake = gathered(programme)
        seal = queries.Draft(stocktake).seal
        for person in people:
            actions.approve(stocktake, by=person, seal=seal)
        Job.objects.filter(kind="freeze").update(finished_at=timezone.now(), trouble="It could not be made.")
        assert "Approve it once more to freeze it now" in client.get(stocktake.get_absolute_url()).text
        client.post(page("approve", stocktake.pk), {"seal": seal, "read": "on"})
        do_all()
        assert client.get(stocktake.public_address).status_code == 200
        assert stocktake.approvals.count() == 2

    def test_taking_back_asks_for_the_second_check(self, client, programme, people):
        stocktake = frozen(programme)
        client.force_login(people[0])
        answer = client.post(page("retract", stocktake.pk), {"why": "Counted twice"})
        assert answer.url.startswith(reverse("accounts:second_check"))
        assert client.get(stocktake.public_address).status_code == 200

    def test_taking_back_says_why(self, client, programme, coordinator):
        stocktake = frozen(programme)
        retract = page("retract", stocktake.pk)
        assert "Why do you take it back?" in client.post(retract, {"why": ""}).text
        client.post(retract, {"why": "Counted twice"})
        assert client.get(stocktake.public_address).status_code == 410
        assert client.get(retract).status_code == 404


class TestReading:
    def test_all_that_stand_are_on_one_page_and_none_that_is_written(self, client, programme):
        stocktake = frozen(programme)
        gathered(programme, year=YEAR + 1)
        text = client.get(page("list_published", programme.partnership.slug)).text
        assert stocktake.public_address in text
        assert f"Stocktake of {YEAR + 1}" not in text

    def test_a_public_share_is_not_told_by_group(self, client, programme):
        public_but_not_by_group(programme)
        stocktake = frozen(programme)
        area = programme.areas.get()
        pages = [stocktake.public_address, f"{stocktake.public_address}areas/{area.slug}/"]
        text = "".join(client.get(address).text for address in pages)
        assert "9,412" in text
        assert "over 60" not in stocktake.record + text
        assert "7,731" not in text

    def test_the_programme_says_nothing_of_stocktakes_until_one_stands(self, client, programme):
        gathered(programme)
        assert "stocktake" not in client.get(programme.get_absolute_url()).text.lower()

    def test_a_page_of_another_partnership_is_not_found(self, client, programme):
        stocktake, other = frozen(programme), ProgrammeFactory()
        assert client.get(page("show_stocktake", other.partnership.slug, stocktake.slug)).status_code == 404
        assert client.get(f"{stocktake.public_address}areas/nowhere/").status_code == 404

    def test_no_page_asks_more_of_the_database_when_there_is_more_to_show(
        self, client, programme, coordinator, django_assert_max_num_queries
    ):
        for _area in range(6):
            area = ServiceAreaFactory(programme=programme, strand__programme=programme)
            ActionFactory.create_batch(5, area=area)
        old, new = frozen(programme), gathered(programme, year=YEAR + 1)
        pack = actions.ask_for_pack(programme, by=coordinator)
        addresses = [
            page("list_stocktakes"), new.get_absolute_url(), page("write_part", new.pk, "whole"),
            page("preview", new.pk), old.public_address, f"{old.public_address}areas/{area.slug}/",
            page("list_published", programme.partnership.slug), pack.get_absolute_url(), old.get_absolute_url(),
        ]  # fmt: skip
        for address in addresses:
            with django_assert_max_num_queries(MOST_QUERIES):
                assert client.get(address).status_code == 200


class TestPacks:
    def test_one_press_leads_to_its_progress_and_it_can_be_stopped(self, client, programme, coordinator):
        progress = client.post(page("make_pack", programme.pk)).url
        assert "waiting for its turn" in client.get(progress).text
        part = client.get(progress, headers={"HX-Request": "true"})
        assert "<html" not in part.text
        assert "waiting for its turn" in part.text
        client.post(f"{progress}stop/")
        do_all()
        assert "It was stopped" in client.get(progress).text
        assert not Job.objects.get().files.exists()

    def test_a_page_that_waits_is_made_anew_when_it_is_done(self, client, programme, coordinator):
        job = actions.ask_for_pack(programme, by=coordinator)
        actions.stop(job, by=coordinator)
        assert client.get(job.get_absolute_url(), headers={"HX-Request": "true"})["HX-Refresh"] == "true"

    def test_only_who_asked_gets_it(self, client, programme, coordinator, people):
        job = actions.ask_for_pack(programme, by=people[1])
        assert client.get(job.get_absolute_url()).status_code == 404

    @pytest.mark.parametrize("body", [b"not a document", a_word_document(**{"word/vbaProject.bin": "x"})])
    def test_what_is_no_word_document_is_not_kept(self, client, programme, coordinator, body):
        address = page("change_template", programme.partnership.slug)
        text = client.post(address, {"template": SimpleUploadedFile("letter.docx", body)}).text
        assert "Choose a Word document that ends in .docx and has no macros" in text
        assert not WordTemplate.objects.exists()

    def test_a_template_is_kept_and_can_be_dropped(self, client, programme, coordinator):
        address = page("change_template", programme.partnership.slug)
        client.post(address, {"template": SimpleUploadedFile("council.docx", a_word_document())})
        assert "council.docx" in client.get(address).text
        client.post(address, {"drop": "1"})
        assert not WordTemplate.objects.exists()
