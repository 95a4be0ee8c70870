import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from hub.accounts.tests.second_check import pass_second_check
from hub.audit.models import Entry
from hub.organisations.models import Licence, Logo, Role
from hub.organisations.tests.factories import PartnershipFactory, PartnershipRoleFactory, RoleFactory, a_png

pytestmark = pytest.mark.django_db
OWN_COLOURS = "/brand/123456-654321.css"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def partnership():
    return PartnershipFactory(slug="north", name="Example North", place="Northton")


@pytest.fixture
def coordinator(client, partnership):
    """Signed in, with the second factor that coordinators need."""
    person = PartnershipRoleFactory(partnership=partnership).user
    client.force_login(person)
    pass_second_check(client, person)
    return person


def look(**changes):
    now = {"name": "Example North", "place": "Northton", "summary": "", "contact": "", "licence": "ask_us"}
    return now | {"brand_colour": "#123456", "action_colour": "#654321", "step": "save"} | changes


def send_look(client, **changes):
    return client.post("/partnership/north/look/", look(**changes), follow=True)


def send_logo(client, content, name="logo.png"):
    file = SimpleUploadedFile(name, content)
    return client.post("/partnership/north/logo/", {"logo": file, "step": "save"}, follow=True)


@pytest.mark.usefixtures("coordinator")
class TestChangingTheLook:
    def test_what_is_saved_is_worn_and_on_the_record(self, client, partnership):
        answer = send_look(client, name="Fairer North", contact="The office", licence="cc0_1", summary="We try.")
        assert "Saved" in answer.text
        assert OWN_COLOURS in answer.text
        assert "Fairer North" in answer.text
        partnership.refresh_from_db()
        assert (partnership.contact, partnership.summary, partnership.licence) == (
            "The office",
            "We try.",
            Licence.CC0_1,
        )
        assert Entry.objects.filter(event="partnership.look_changed").count() == 1

    def test_colours_are_tried_on_before_anything_is_saved(self, client, partnership):
        answer = send_look(client, step="try_on", name="Fairer North")
        assert OWN_COLOURS in answer.text
        assert 'value="Fairer North"' in answer.text
        assert "Nothing is saved yet" in answer.text
        assert not Entry.objects.filter(event="partnership.look_changed").exists()
        assert OWN_COLOURS not in client.get("/partnership/north/look/").text

    @pytest.mark.parametrize("field", ["brand_colour", "action_colour"])
    def test_a_colour_that_words_cannot_be_read_on_is_refused_beside_it_and_nothing_typed_is_lost(
        self, client, partnership, field
    ):
        answer = send_look(client, **{field: "#ffcc00", "name": "Fairer North", "summary": "Kept words"})
        assert "would be hard to read" in answer.text
        assert f'href="#id_{field}"' in answer.text
        assert 'value="#ffcc00"' in answer.text
        assert "Kept words" in answer.text
        assert 'value="Fairer North"' in answer.text
        partnership.refresh_from_db()
        assert partnership.name == "Example North"

    def test_a_colour_may_be_written_as_brand_guides_do(self, client, partnership):
        assert OWN_COLOURS in send_look(client, brand_colour="123456", action_colour="#654321 ").text
        assert "is not a colour we can read" in send_look(client, brand_colour="plum").text

    def test_the_houses_own_colours_need_no_stylesheet(self, client, partnership):
        assert "/brand/" not in send_look(client, brand_colour="#4F2157", action_colour="#4f2157").text


@pytest.mark.usefixtures("coordinator")
class TestTheLogo:
    def test_stands_on_the_pages_and_may_be_kept_for_ever(self, client, partnership):
        answer = send_logo(client, a_png())
        partnership.refresh_from_db()
        address = reverse("organisations:show_logo", args=[partnership.logo_id])
        assert f'<img src="{address}" alt="">' in answer.text
        picture = Client().get(address)
        assert picture.content == a_png()
        assert picture["Content-Type"] == "image/png"
        assert picture["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in picture["Cache-Control"]
        assert Entry.objects.filter(event="partnership.look_changed").exists()

    def test_another_one_has_another_address_and_the_old_one_is_gone(self, client, partnership):
        send_logo(client, a_png(64, 64))
        send_logo(client, a_png(64, 65))
        assert [logo.content for logo in Logo.objects.all()] == [a_png(64, 65)]

    def test_one_that_two_partnerships_share_stays_for_the_other(self, client, partnership):
        send_logo(client, a_png())
        PartnershipFactory(logo=Logo.objects.get())
        client.post("/partnership/north/logo/", {"step": "take_away"})
        partnership.refresh_from_db()
        assert partnership.logo is None
        assert Logo.objects.count() == 1

    def test_may_be_taken_away(self, client, partnership):
        send_logo(client, a_png())
        answer = client.post("/partnership/north/logo/", {"step": "take_away"}, follow=True)
        assert "The logo is taken away" in answer.text
        assert not Logo.objects.exists()

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (SVG, "Choose a PNG, JPEG or WebP picture"),
            (a_png(more=b"\0" * 200_000), "200 kB is the most"),
            (a_png(20, 20), "at least 44 pixels high"),
            (b"", "Choose a file that has something in it"),
        ],
    )
    def test_what_will_not_do_is_refused_in_words(self, client, partnership, content, said):
        assert said in send_logo(client, content, "logo.png").text
        assert not Logo.objects.exists()

    def test_no_file_at_all_is_asked_for(self, client):
        assert "Choose a file" in client.post("/partnership/north/logo/", {"step": "save"}).text

    def test_the_page_may_be_looked_at_without_a_word_of_blame(self, client):
        assert "govuk-error-summary" not in client.get("/partnership/north/logo/").text

    def test_a_made_up_address_has_no_logo(self, client):
        assert client.get("/logos/0123456789abcdef/").status_code == 404


class TestWhoMay:
    @pytest.mark.parametrize("page", ["look", "logo"])
    @pytest.mark.parametrize("kind", [Role.Kind.BOARD, Role.Kind.COMMISSIONER, Role.Kind.EDITOR])
    def test_others_find_no_such_page(self, client, partnership, kind, page):
        client.force_login(PartnershipRoleFactory(partnership=partnership, kind=kind).user)
        assert client.get(f"/partnership/north/{page}/").status_code == 404
        assert client.post(f"/partnership/north/{page}/", look()).status_code == 404

    @pytest.mark.parametrize("page", ["look", "logo"])
    def test_a_coordinator_of_another_partnership_finds_no_such_page(self, client, coordinator, page):
        PartnershipFactory(slug="south")
        assert client.post(f"/partnership/south/{page}/", look()).status_code == 404

    def test_a_coordinator_without_the_second_check_is_asked_for_it(self, client, partnership):
        client.force_login(PartnershipRoleFactory(partnership=partnership).user)
        assert client.post("/partnership/north/look/", look())["Location"].startswith("/accounts/")
        partnership.refresh_from_db()
        assert partnership.brand_colour != "#123456"


@pytest.mark.usefixtures("coordinator")
class TestWhereItIsWorn:
    @pytest.mark.parametrize("address", ["/", "/north/", "/north/pledges/", "/north/toolkit/", "/display/"])
    def test_on_public_pages_and_the_toolkit_from_the_moment_it_is_saved(self, client, address):
        public = Client()
        assert OWN_COLOURS not in public.get(address, follow=True).text
        send_look(client)
        assert OWN_COLOURS in public.get(address, follow=True).text

    @pytest.mark.parametrize("address", ["/you/", "/pledges/", "/asks/", "/display/"])
    def test_on_the_pages_where_its_people_work(self, client, partnership, address):
        send_look(client)
        PartnershipFactory(slug="another")
        lead = RoleFactory(organisation__partnership=partnership)
        worker = Client()
        worker.force_login(lead.user)
        assert OWN_COLOURS in worker.get(address).text

    def test_not_by_others(self, client):
        send_look(client)
        PartnershipFactory(slug="another")
        assert OWN_COLOURS not in Client().get("/another/pledges/").text
        stranger = Client()
        stranger.force_login(RoleFactory().user)
        assert OWN_COLOURS not in stranger.get("/you/").text

    def test_whoever_reads_another_partnerships_pages_sees_that_ones_look(self, client):
        send_look(client)
        PartnershipFactory(slug="another", brand_colour="#222222")
        assert "/brand/222222-house.css" in client.get("/another/toolkit/").text

    def test_a_coordinator_of_two_sees_the_one_that_is_changed(self, client, coordinator):
        PartnershipRoleFactory(user=coordinator, partnership__slug="second", partnership__brand_colour="#222222")
        assert "/brand/222222-house.css" in client.get("/partnership/second/look/").text

    def test_the_rounds_lead_there(self, client):
        assert 'href="/partnership/north/look/"' in client.get("/rounds/").text


def test_somebody_without_a_partnership_sees_the_deployments_own_name(client, settings):
    settings.HUB_NAME = "Fairness Hub"
    assert "Fairness Hub" in client.get("/display/").text


def test_a_place_that_is_in_the_name_is_said_once():
    assert PartnershipFactory.build(name="Fairer Northton", place="Northton").brand.place == ""
    assert PartnershipFactory.build(name="Fairer together", place="Northton").brand.place == "Northton"


def test_a_partnership_can_have_colours_of_its_own():
    partnership = PartnershipFactory(slug="north")
    call_command("set_look", "north", brand_colour="#123456", name="The North Partnership")
    partnership.refresh_from_db()
    assert (partnership.brand_colour, partnership.name) == ("#123456", "The North Partnership")


def test_a_colour_that_words_cannot_be_read_on_is_refused_in_words_and_changes_nothing():
    partnership = PartnershipFactory(slug="north")
    with pytest.raises(CommandError, match="Choose a darker colour"):
        call_command("set_look", "north", action_colour="#ffcc00", name="Another")
    assert type(partnership).objects.get(pk=partnership.pk).name == partnership.name


def test_a_partnership_that_is_not_there_is_named():
    with pytest.raises(CommandError, match="nowhere"):
        call_command("set_look", "nowhere", name="x")
