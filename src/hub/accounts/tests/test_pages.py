import re
import statistics
import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import NoReverseMatch, reverse

from hub.accounts import actions
from hub.accounts.adapters import MFAAdapter
from hub.accounts.models import User
from hub.accounts.permissions import count_as_second_factor, has_second_factor
from hub.accounts.tests.factories import UserFactory
from hub.audit.models import Entry, Refusal
from hub.audit.verification import faults

pytestmark = pytest.mark.django_db

SIGN_IN = "/accounts/sign-in/"
CODE = "/accounts/sign-in/code/"
SECURITY = "/accounts/security/"


@pytest.fixture
def user():
    return UserFactory(email="lead@example.org")


def code_in_the_last_mail():
    return re.search(r"^    (\S+)$", mail.outbox[-1].body, re.MULTILINE)[1]


def ask_for_a_code(client, email="lead@example.org", **data):
    return client.post(SIGN_IN, {"email": email, **data}, follow=True)


def sign_in(client, email="lead@example.org", **data):
    ask_for_a_code(client, email, **data)
    return client.post(CODE, {"code": code_in_the_last_mail(), **data}, follow=True)


def is_signed_in(client):
    return client.get(SECURITY).status_code == 200


def add_app(client):
    """Set up an app as a person does; returns the secret that the app keeps."""
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of_app(secret)}, follow=True)
    assert Authenticator.objects.filter(type="totp").exists(), answer.content.decode()
    return secret


def code_of_app(secret, steps_from_now=0):
    counter = int(time.time()) // 30 + steps_from_now
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


class TestACodeByEmail:
    def test_lets_a_person_in_and_leads_where_they_were_going(self, client, user):
        ask_for_a_code(client, next="/accounts/security/")
        answer = client.post(CODE, {"code": code_in_the_last_mail(), "next": "/accounts/security/"})
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/security/")
        assert is_signed_in(client)

    def test_does_not_mind_small_letters_and_a_missing_dash(self, client, user):
        ask_for_a_code(client)
        client.post(CODE, {"code": code_in_the_last_mail().replace("-", "").lower()})
        assert is_signed_in(client)

    def test_is_eight_letters_and_the_mail_has_no_link_to_click(self, client, user):
        ask_for_a_code(client)
        assert re.fullmatch(r"[A-Z]{4}-[A-Z]{4}", code_in_the_last_mail())
        assert "http" not in mail.outbox[-1].body

    def test_works_in_the_browser_that_asked_for_it_only(self, client, user):
        ask_for_a_code(client)
        elsewhere = Client()
        elsewhere.post(CODE, {"code": code_in_the_last_mail()})
        assert not is_signed_in(elsewhere)

    def test_a_wrong_code_says_what_to_do_and_is_counted(self, client, user):
        ask_for_a_code(client)
        answer = client.post(CODE, {"code": "ZZZZ-ZZZZ"})
        assert "Check each letter" in answer.content.decode()
        assert "ZZZZ-ZZZZ" in answer.content.decode()
        assert Refusal.objects.get().page == "wrong code"

    def test_five_wrong_codes_switch_it_off_and_offer_a_new_one(self, client, user):
        ask_for_a_code(client)
        code = code_in_the_last_mail()
        answers = [client.post(CODE, {"code": "ZZZZ-ZZZZ", "next": "/accounts/security/"}) for _ in range(5)]
        assert "does not work any more" in answers[-1].content.decode()
        client.post(CODE, {"code": code})
        assert not is_signed_in(client)

    def test_an_expired_code_offers_a_new_one_with_nothing_lost(self, client, user):
        with time_machine.travel("2026-05-01 12:00Z", tick=False):
            ask_for_a_code(client, next="/accounts/security/")
        with time_machine.travel("2026-05-01 12:21Z", tick=False):
            answer = client.post(CODE, {"code": code_in_the_last_mail(), "next": "/accounts/security/"})
            page = answer.content.decode()
            assert "That code has run out" in page
            assert 'value="lead@example.org"' in page
            assert 'value="/accounts/security/"' in page
            answer = sign_in(client, next="/accounts/security/")
            assert answer.redirect_chain[-1][0] == "/accounts/security/"

    def test_a_new_code_can_be_sent_and_the_old_one_stops(self, client, user):
        ask_for_a_code(client)
        first = code_in_the_last_mail()
        client.post(CODE, {"action": "resend"})
        client.post(CODE, {"code": first})
        assert not is_signed_in(client)
        client.post(CODE, {"code": code_in_the_last_mail()})
        assert is_signed_in(client)

    def test_a_mistyped_address_can_be_put_right(self, client, user):
        ask_for_a_code(client, "laed@example.org")
        assert client.get(SIGN_IN).status_code == 200
        sign_in(client)
        assert is_signed_in(client)

    def test_asking_too_often_gets_a_sentence_and_keeps_what_was_typed(self, client, user):
        answers = [ask_for_a_code(client) for _ in range(4)]
        page = answers[-1].content.decode()
        assert "Wait five minutes" in page
        assert 'value="lead@example.org"' in page
        assert len(mail.outbox) == 3

    def test_an_address_that_is_none_gets_a_sentence(self, client):
        page = client.post(SIGN_IN, {"email": "lead at example"}).content.decode()
        assert "Enter an e-mail address, such as name@example.org" in page

    def test_a_person_whose_account_is_switched_off_stays_out(self, client, user):
        ask_for_a_code(client)
        User.objects.update(is_active=False)
        client.post(CODE, {"code": code_in_the_last_mail()})
        assert not is_signed_in(client)

    def test_a_trick_address_to_go_on_to_is_not_followed(self, client, user):
        answer = sign_in(client, next="https://elsewhere.example/")
        assert all("elsewhere" not in step for step, _status in answer.redirect_chain)

    def test_signing_in_is_on_the_record(self, client, user):
        sign_in(client)
        assert Entry.objects.filter(event="person.signed_in", actor=f"accounts.user:{user.pk}").exists()


class TestAnUnknownAddress:
    def test_sees_the_same_page_as_a_known_one(self, client, user):
        known = ask_for_a_code(client).content.decode()
        unknown = ask_for_a_code(Client(), "nobody@example.org").content.decode()
        assert without_what_differs(known) == without_what_differs(unknown)

    def test_gets_a_friendly_mail_without_a_code(self, client):
        ask_for_a_code(client, "nobody@example.org")
        letter = mail.outbox[-1]
        assert letter.to == ["nobody@example.org"]
        assert "There is no account with this address" in letter.body
        assert "/accounts/joining/" in letter.body
        assert not re.search(r"[A-Z]{4}-[A-Z]{4}", letter.body)

    def test_makes_no_account(self, client):
        ask_for_a_code(client, "nobody@example.org")
        assert not User.objects.exists()

    def test_takes_about_as_long(self, user, settings):
        settings.ACCOUNT_RATE_LIMITS = False
        times = {"lead@example.org": [], "nobody@example.org": []}
        for _round in range(25):
            for email, taken in times.items():
                client = Client()
                start = time.perf_counter()
                client.post(SIGN_IN, {"email": email})
                taken.append(time.perf_counter() - start)
        known, unknown = (statistics.median(taken) for taken in times.values())
        assert abs(known - unknown) < 0.010


def without_what_differs(page):
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
    return page.replace("nobody@example.org", "lead@example.org")


class TestNobodyHasAPassword:
    @pytest.mark.parametrize(
        "name",
        [
            "account_change_password",
            "account_set_password",
            "account_reset_password",
            "account_reset_password_done",
            "account_reauthenticate",
            "account_email",
            "account_confirm_email",
        ],
    )
    def test_no_page_for_it_exists(self, name):
        with pytest.raises(NoReverseMatch):
            reverse(name)

    def test_signing_up_is_by_invitation_only(self, client):
        assert "Accounts come with an invitation" in client.get("/accounts/joining/").content.decode()
        assert client.post("/accounts/joining/", {"email": "new@example.org"}).status_code == 405
        assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)  # django-allauth tells of a new app only once it is really saved
class TestASecondCheck:
    def test_is_missing_after_a_code_by_email(self, client, user, rf):
        sign_in(client)
        assert not has_second_factor(as_request(client, user))

    def test_is_there_once_an_app_was_added_and_spare_codes_are_shown_at_once(self, client, user):
        sign_in(client)
        add_app(client)
        assert has_second_factor(as_request(client, user))
        assert len(client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]) == 10

    def test_downloading_spare_codes_is_on_the_record(self, client, user):
        sign_in(client)
        add_app(client)
        assert "Each works once" in client.get(reverse("mfa_download_recovery_codes")).text
        assert Entry.objects.filter(event="second_factor.spare_codes_downloaded").by(user).count() == 1

    def test_an_app_is_asked_for_when_signing_in(self, client, user):
        sign_in(client)
        secret = add_app(client)
        again = Client()
        answer = sign_in(again)
        assert answer.redirect_chain[-1][0] == "/accounts/sign-in/app/"
        assert not is_signed_in(again)
        again.post("/accounts/sign-in/app/", {"code": code_of_app(secret, 1)})
        assert is_signed_in(again)
        assert has_second_factor(as_request(again, user))

    def test_a_spare_code_works_once(self, client, user):
        sign_in(client)
        add_app(client)
        spare = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"][0]
        for works in (True, False):
            again = Client()
            sign_in(again)
            again.post("/accounts/sign-in/app/", {"code": spare})
            assert is_signed_in(again) is works

    def test_a_wrong_app_code_gets_a_sentence(self, client, user):
        sign_in(client)
        add_app(client)
        again = Client()
        sign_in(again)
        page = again.post("/accounts/sign-in/app/", {"code": "000000"}).content.decode()
        assert "Wait for the next one in your app" in page

    def test_the_apps_secret_is_not_readable_in_the_database(self, client, user):
        sign_in(client)
        secret = add_app(client)
        stored = Authenticator.objects.get(type="totp").data["secret"]
        assert secret not in stored
        assert MFAAdapter().decrypt(stored) == secret

    def test_the_square_to_scan_is_part_of_the_page(self, client, user):
        sign_in(client)
        page = client.get(reverse("mfa_activate_totp")).content.decode()
        assert "<svg" in page
        assert "data:image" not in page
        assert "style=" not in page

    def test_adding_and_removing_are_on_the_record_and_told_by_mail(self, client, user):
        sign_in(client)
        add_app(client)
        client.post(reverse("mfa_deactivate_totp"))
        events = list(Entry.objects.values_list("event", flat=True))
        assert "second_factor.added" in events
        assert "second_factor.removed" in events
        assert [letter.subject for letter in mail.outbox[-2:]] == [
            "An app was added to your account",
            "The app was removed from your account",
        ]

    def test_somebody_who_has_none_is_shown_how_to_set_one_up(self, client, user):
        sign_in(client)
        page = client.get("/accounts/second-check/?next=/accounts/security/").content.decode()
        assert "One more thing to set up" in page
        add_app(client)
        assert 'href="/accounts/security/"' in client.get(SECURITY).content.decode()

    def test_somebody_who_has_one_is_asked_to_confirm_it(self, client, user):
        sign_in(client)
        secret = add_app(client)
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session.pop("account_authentication_methods")
        session.save()
        answer = client.get("/accounts/second-check/?next=/accounts/security/")
        assert answer["Location"] == "/accounts/security/confirm/?next=%2Faccounts%2Fsecurity%2F"
        answer = client.post(answer["Location"], {"code": code_of_app(secret, 1), "next": SECURITY})
        assert answer["Location"] == SECURITY
        assert has_second_factor(as_request(client, user))

    def test_somebody_who_has_nothing_to_confirm_with_is_shown_how_to_get_it(self, client, user):
        sign_in(client)
        for page in ("mfa_reauthenticate", "mfa_reauthenticate_webauthn"):
            assert client.get(reverse(page))["Location"] == "/accounts/second-check/"

    def test_somebody_elses_passkey_is_not_there(self, client, user):
        theirs = Authenticator.objects.create(user=UserFactory(), type="webauthn", data={"name": "Theirs"})
        sign_in(client)
        for page in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
            for ask in (client.get, client.post):
                assert ask(reverse(page, args=[theirs.pk]), {"name": "Mine"}).status_code == 404
        assert Authenticator.objects.filter(pk=theirs.pk, data={"name": "Theirs"}).exists()

    def test_somebody_elses_session_does_not_count(self, client, user):
        sign_in(client)
        add_app(client)
        assert not has_second_factor(as_request(client, UserFactory()))


def as_request(client, user):
    class Request:
        session = client.session

    request = Request()
    request.user = user
    return request


class TestTheDemonstration:
    def test_cannot_go_without_a_second_factor_on_a_real_site(self, client, user):
        with pytest.raises(ImproperlyConfigured):
            count_as_second_factor(as_request(client, user), user)

    def test_a_leftover_mark_counts_for_nothing_on_a_real_site(self, client, user, settings):
        request = as_request(client, user)
        settings.DEMO = True
        count_as_second_factor(request, user)
        assert has_second_factor(request)
        settings.DEMO = False
        assert not has_second_factor(request)

    def test_the_mark_is_for_one_person(self, client, user, settings):
        settings.DEMO = True
        request = as_request(client, user)
        count_as_second_factor(request, user)
        request.user = UserFactory()
        assert not has_second_factor(request)


class TestSigningOut:
    def test_asks_first_and_then_does_it(self, client, user):
        sign_in(client)
        assert "Sign out of this device?" in client.get("/accounts/sign-out/").content.decode()
        assert is_signed_in(client)
        client.post("/accounts/sign-out/")
        assert not is_signed_in(client)

    def test_everywhere_leaves_only_this_device(self, user):
        here, there = Client(), Client()
        sign_in(here)
        sign_in(there)
        here.post(reverse("accounts:sign_out_everywhere"))
        assert is_signed_in(here)
        assert not is_signed_in(there)
        assert Entry.objects.filter(event="person.signed_out_everywhere").exists()


class TestErasing:
    def test_blanks_the_person_and_keeps_the_id(self, client, user):
        sign_in(client)
        actions.erase(user, by=user)
        user.refresh_from_db()
        assert (user.name, user.is_active) == ("", False)
        assert "lead" not in user.email
        assert not is_signed_in(client)

    def test_nobody_can_sign_in_as_an_erased_person(self, client, user):
        actions.erase(user, by=user)
        user.refresh_from_db()
        for email in ("lead@example.org", user.email):
            ask_for_a_code(client, email)
            assert "code to sign in" not in mail.outbox[-1].body

    @pytest.mark.django_db(transaction=True)
    def test_the_record_still_holds(self, client, user):
        sign_in(client)
        actions.erase(user, by=user)
        assert list(faults()) == []


def test_pages_about_signing_in_are_never_kept_by_a_browser(client, user):
    assert "no-store" in client.get(SIGN_IN)["Cache-Control"]


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client, user):
    answer = ask_for_a_code(client)
    assert client.cookies["session"]["httponly"]
    assert client.cookies["session"]["samesite"] == "Lax"
    assert answer.status_code == 200
