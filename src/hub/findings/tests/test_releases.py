"""From asking to publish a finding to taking it back: who may, what goes out, and what does not."""

import datetime
import itertools
import json
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from equity.analysis.compare import Frame, Group, tabulate
from equity.analysis.words import worded
from equity.disclosure.ledger import LedgerError
from equity.disclosure.results import from_its_publisher
from equity.model import measure
from equity.problem import Problem
from hub.accounts.tests.second_check import pass_second_check
from hub.audit.models import ChangedRecordError, Entry
from hub.findings import actions as findings
from hub.findings import jobs
from hub.findings.models import Finding, LedgerLine, Release, ReleaseStep
from hub.findings.releases import actions, documents, ledgers, preparing, protecting, queries, rules
from hub.findings.tests.factories import HALVES, a_release, behind_its_back, looked_at, with_a_gap, work
from hub.organisations.models import Role
from hub.organisations.tests.factories import PartnershipFactory, RoleFactory, UnitFactory
from hub.submissions import actions as submissions
from hub.submissions.models import Submission
from hub.submissions.tests.factories import sent

pytestmark = pytest.mark.django_db
Kind = Role.Kind


class Place:
    """A service with figures, and the people who have a part in publishing them."""

    def __init__(self):
        self.lead = RoleFactory(kind=Kind.LEAD).user
        self.organisation = self.lead.roles.get().organisation
        self.partnership = self.organisation.partnership
        self.approver = RoleFactory(kind=Kind.APPROVER, organisation=self.organisation).user
        self.analyst, self.coordinator = (self.partner(kind) for kind in (Kind.ANALYST, Kind.COORDINATOR))

    def partner(self, kind):
        return RoleFactory(kind=kind, partnership=self.partnership, organisation=None).user

    def finding(self, **about):
        return looked_at(self.organisation, by=self.lead, **about)

    def asked(self, by=None, **about):
        release = actions.ask(self.finding(**about), by=by or self.lead)
        work()
        release.refresh_from_db()
        return release

    def published(self, **about):
        release = self.asked(**about)
        for person in (self.approver, self.analyst):
            actions.approve(release, by=person)
        release.refresh_from_db()
        return release

    def of_a_publisher(self):
        findings.load_published(self.partnership, report="demo", place="E09000019")
        work()
        return Finding.objects.filter(analysis__organisation=None, measure="completion").first()


@pytest.fixture
def place():
    return Place()


def document(release):
    return json.loads(release.files.get(name=documents.FINDING).content)


class TestMakingItSafe:
    def test_small_counts_are_hidden_and_the_others_rounded(self, place):
        few = {"A": (400, 160), "M": (111, 18), "N": (121, 21), "P": (3, 1), "C": (117, 46)}
        found = document(place.asked(document=with_a_gap(groups=few)))
        counts = [row[side] for row in found["rows"] for side in ("count", "out_of") if row[side] is not None]
        assert all(count % 5 == 0 and count >= 5 for count in counts)
        assert next(row for row in found["rows"] if row["group"] == "Any other Black background")["count"] is None

    def test_the_sentence_is_worked_out_from_what_is_shown(self, place):
        found = document(place.asked())
        assert "lower for Black Caribbean people (15.9) and Black African people (16.7)." in found["sentence"]
        assert "(16.4)" in Finding.objects.get(measure="completion").sentence

    def test_the_ledger_holds_the_tables_and_the_hash_of_each_file(self, place):
        release = place.asked()
        ledger = ledgers.ledger_of(place.partnership)
        assert [record["id"] for record in ledger.releases()] == release.named_in_ledger
        # Who came and who finished, in each of two years.
        assert release.named_in_ledger == ["R0001", "R0002", "R0003", "R0004"]
        held = json.loads(release.ledger_line.line)["files"]
        assert held == {file.name: ledgers.checksum(file.content) for file in release.files.all()}

    def test_the_next_release_is_attacked_together_with_the_last(self, place):
        place.published()
        later = place.asked(document=with_a_gap(periods=["2025 Apr-Sep", "2025-26 Oct-Mar", "2026 Apr-Sep"]))
        newest = ledgers.ledger_of(place.partnership).releases()[-1]
        assert newest["specification"]["period"] == ["2025-10-01", "2026-09-30"]
        assert {"R0001", "R0002"} <= {*newest["considered"]}
        assert later.ready_at

    def test_what_would_give_a_small_number_away_is_refused_with_advice(self, place, monkeypatch):
        """A department has all but a few of the people: exact counts of both would tell who is not in it."""
        monkeypatch.setattr(protecting, "RULE", "additive")
        groups = {code: (90 + number, 40 + number) for number, code in enumerate("ABCDEFGHJKLMNPRS")}
        groups |= {"M": (112, 18), "N": (121, 20)}
        place.published(document=with_a_gap(groups=groups))
        unit = UnitFactory(organisation=place.organisation)
        fewer = {code: (seen - 2, done - 1) for code, (seen, done) in groups.items()}
        release = place.asked(document=with_a_gap(groups=fewer), unit=unit)
        assert "Small numbers could be worked out at:" in release.refused_because
        assert "They collide with: R000" in release.refused_because
        assert "It would be safe with the groups of ethnicity merged." in release.refused_because

    def test_figures_that_were_corrected_cannot_go_out_beside_those_of_before(self, place):
        place.published(document=with_a_gap(groups={"A": (400, 160), "M": (110, 18), "N": (120, 20)}))
        release = place.asked(document=with_a_gap(groups={"A": (420, 160), "M": (110, 18), "N": (120, 20)}))
        assert "publish the next period instead." in release.refused_because

    def test_earlier_years_go_out_beside_it_each_through_the_gate(self, place):
        release = place.asked()
        found = document(release)
        points = [one for one in found["over_time"] if one["group"] == "Black Caribbean"]
        assert [one["period"] for one in points] == [
            "2024 Apr-Sep to 2024-25 Oct-Mar", "2025 Apr-Sep to 2025-26 Oct-Mar"
        ]  # fmt: skip
        assert all(one[side] % 5 == 0 for one in found["over_time"] for side in ("count", "out_of"))
        assert found["moved"].startswith("From the first year to the last no line moved")
        periods = {tuple(one["specification"]["period"]) for one in ledgers.ledger_of(place.partnership).releases()}
        assert periods == {("2024-04-01", "2025-03-31"), ("2025-04-01", "2026-03-31")}
        assert len(release.named_in_ledger) == 4

    def test_a_year_that_cannot_be_shown_is_left_out_of_the_chart(self, place):
        nobody = dict.fromkeys(("C", "K", "M", "N", "not_known"), (0, 0))
        few = {half: nobody | {"A": (2, 1)} for half in HALVES[:2]}
        found = document(place.asked(document=with_a_gap(**few)))
        assert found["over_time"] == []
        assert found["moved"] == ""

    def test_no_year_goes_out_that_overlaps_by_half_with_one_that_is_out(self, place):
        place.published(document=with_a_gap(periods=HALVES[:3]))
        release = place.asked(document=with_a_gap(periods=HALVES))
        periods = [one["specification"]["period"] for one in ledgers.ledger_of(place.partnership).releases()]
        assert ["2024-04-01", "2025-03-31"] not in periods
        assert document(release)["over_time"] == []

    def test_a_service_too_small_to_show_is_refused_in_words(self, place):
        finding = place.finding()
        sent(place.organisation, by=place.lead, document=with_a_gap(groups={"A": (3, 1), "M": (2, 1)}))
        release = actions.ask(finding, by=place.lead)
        preparing.prepare(release.pk)
        release.refresh_from_db()
        assert release.ended_at
        assert "too few people altogether" in release.refused_because
        assert not release.files.exists()

    def test_published_figures_pass_as_they_are(self, place):
        release = actions.ask(place.of_a_publisher(), by=place.coordinator)
        preparing.prepare(release.pk)
        found = document(Release.objects.get())
        original = Finding.objects.get(code=release.code)
        assert {row["group"]: row["count"] for row in found["rows"]} == {
            row.label: row.x for row in original.rows.all()
        }
        assert found["protection"] == "Published figures"
        assert found["over_time"]

    def test_published_figures_are_entered_once_as_known_to_the_world(self, place):
        for _twice in range(2):
            findings.load_published(place.partnership, report="demo", place="E09000019")
        records = ledgers.ledger_of(place.partnership).releases()
        assert len(records) == len({(r["published"], str(r["specification"])) for r in records}) > 40
        assert all(record["published_by"] for record in records)

    def test_twice_made_safe_is_once_in_the_ledger(self, place):
        release = place.asked()
        lines = LedgerLine.objects.count()
        preparing.prepare(release.pk)
        assert LedgerLine.objects.count() == lines

    def test_what_was_released_meanwhile_is_looked_at_too(self, place, monkeypatch):
        """Another worker was quicker: this one begins again, and takes its release into account."""
        release = actions.ask(place.finding(), by=place.lead)
        honest, calls = preparing._of_a_service, []

        def slow(release):
            made = honest(release)
            if not calls:
                findings.load_published(place.partnership, report="demo", place="E09000019")
            calls.append(1)
            return made

        monkeypatch.setattr(preparing, "_of_a_service", slow)
        preparing.prepare(release.pk)
        assert len(calls) == 2
        assert Release.objects.get().named_in_ledger[0] > "R0040"


class TestTwoOthersApprove:
    def test_it_goes_out_with_the_second_in_another_role(self, place):
        release = place.asked()
        actions.approve(release, by=place.approver)
        assert not Release.objects.public().exists()
        actions.approve(release, by=place.analyst)
        assert Release.objects.public().get() == release

    def test_nobody_approves_twice(self, place):
        release = place.asked()
        actions.approve(release, by=place.approver)
        with pytest.raises(actions.NotPossibleError):
            actions.approve(release, by=place.approver)

    def test_whoever_asked_is_neither_of_them(self, place):
        finding = place.of_a_publisher()
        release = actions.ask(finding, by=place.analyst)
        work()
        with pytest.raises(actions.NotPossibleError):
            actions.approve(release, by=place.analyst)

    def test_two_people_in_the_same_role_are_not_enough(self, place):
        release = place.asked()
        for person in (place.analyst, place.partner(Kind.ANALYST)):
            actions.approve(release, by=person)
        assert not Release.objects.public().exists()
        actions.approve(release, by=place.coordinator)
        assert Release.objects.public().exists()

    def test_somebody_without_such_a_role_may_not(self, place):
        release = place.asked()
        board, colleague = place.partner(Kind.BOARD), RoleFactory(organisation=place.organisation).user
        elsewhere = RoleFactory(kind=Kind.COORDINATOR, partnership=PartnershipFactory(), organisation=None).user
        for person in (board, colleague, elsewhere):
            with pytest.raises(actions.NotPossibleError):
                actions.approve(release, by=person)

    def test_one_no_is_enough_and_it_may_be_asked_again(self, place):
        release = place.asked()
        actions.decline(release, by=place.analyst, words="The period is too short")
        with pytest.raises(actions.NotPossibleError):
            actions.approve(release, by=place.approver)
        assert actions.ask(Finding.objects.get(measure="completion"), by=place.lead) != release

    def test_asking_twice_is_asking_once(self, place):
        release = place.asked()
        assert actions.ask(Finding.objects.get(measure="completion"), by=place.lead) == release

    def test_nobody_can_put_out_what_was_not_made_safe(self, place):
        release = actions.ask(place.finding(), by=place.lead)
        with pytest.raises(IntegrityError), transaction.atomic():
            Release.objects.filter(pk=release.pk).update(published_at=timezone.now())

    def test_the_database_lets_nobody_decide_twice(self, place):
        release = place.asked()
        step = {"release": release, "kind": "approved", "made_by": place.analyst}
        ReleaseStep.objects.create(**step)
        with pytest.raises(IntegrityError), transaction.atomic():
            ReleaseStep.objects.create(**step)

    def test_files_that_were_changed_after_an_approval_do_not_go_out(self, place):
        release = place.asked()
        actions.approve(release, by=place.approver)
        behind_its_back("UPDATE findings_releasedfile SET content = 'group' WHERE name = %s", documents.TABLE)
        ended = actions.approve(release, by=place.analyst)
        assert (ended.published_at, ended.ended_because[-17:]) == (None, "Nothing went out.")

    def test_without_one_of_its_files_nothing_goes_out(self, place):
        release = place.asked()
        actions.approve(release, by=place.approver)
        behind_its_back("DELETE FROM findings_releasedfile WHERE name = %s", documents.TABLE)
        assert actions.approve(release, by=place.analyst).published_at is None
        assert list(ledgers.faults()) == [f"table.csv of release {release.public_id} is gone."]

    def test_that_it_was_approved_is_on_the_record_before_it_goes_out(self, place):
        place.published()
        events = list(Entry.objects.filter(event__startswith="release.").values_list("event", flat=True))
        assert events[-2:] == ["release.approved", "release.published"]

    def test_when_the_ledger_does_not_hold_it_is_said_and_nothing_is_done(self, place):
        release = place.asked()
        behind_its_back("UPDATE findings_ledgerline SET line = %s WHERE number = 1", "{}")
        with pytest.raises(actions.NotPossibleError, match="Whoever runs the site"):
            actions.approve(release, by=place.approver)
        assert not release.steps.exists()


class TestTheRightOfReply:
    @pytest.fixture
    def release(self, place):
        return place.asked(by=place.analyst, readers="analysts")

    def approved(self, place, release):
        for person in (place.approver, place.coordinator):
            actions.approve(release, by=person)
        release.refresh_from_db()

    def test_it_waits_for_those_whose_figure_it_is(self, place, release):
        self.approved(place, release)
        assert release.published_at is None
        actions.answer(release, by=place.lead, text="We began to ask everybody in May.")
        release.refresh_from_db()
        assert release.published_at
        assert release.replies.get().text.startswith("We began")

    def test_having_nothing_to_add_is_an_answer(self, place, release):
        actions.answer(release, by=place.lead)
        self.approved(place, release)
        assert release.published_at
        assert not release.replies.exists()

    def test_after_its_days_it_goes_out_without_an_answer(self, place, release):
        self.approved(place, release)
        days = datetime.timedelta(days=rules.DAYS_TO_REPLY)
        with time_machine.travel(timezone.now() + days):
            actions.publish_due()
        assert not Release.objects.public().exists()
        with time_machine.travel(timezone.now() + days + datetime.timedelta(days=1)):
            actions.publish_due()
        assert Release.objects.public().exists()

    def test_whoever_leads_the_service_and_asks_needs_no_days(self, place):
        assert place.asked().reply_by is None

    def test_what_was_said_inside_stays_inside(self, place, release):
        findings.reply(Finding.objects.get(measure="completion"), by=place.lead, text="Only three people were asked")
        assert not release.replies.exists()

    def test_a_letter_tells_them(self, place, mailoutbox, django_capture_on_commit_callbacks):
        finding = place.finding(readers="analysts")
        with django_capture_on_commit_callbacks(execute=True):
            actions.ask(finding, by=place.analyst, link="http://example.org")
        told = {mail.to[0]: mail.body for mail in mailoutbox if mail.subject == "Your figure may be published"}
        assert set(told) == {place.lead.email, place.approver.email}
        assert "http://example.org/findings/releases/" in told[place.lead.email]
        asked = {mail.to[0] for mail in mailoutbox if mail.subject == "A finding waits for your approval"}
        assert asked == {place.approver.email, place.coordinator.email}

    @pytest.mark.parametrize("kind", [Kind.COLLEAGUE, Kind.BOARD])
    def test_nobody_else_speaks_for_the_service(self, place, release, kind):
        about = {"partnership": place.partnership, "organisation": None} if kind == Kind.BOARD else {}
        person = RoleFactory(kind=kind, **about or {"organisation": place.organisation}).user
        with pytest.raises(actions.NotPossibleError):
            actions.answer(release, by=person, text="We began to ask everybody in May.")

    def test_once_it_is_public_words_come_through_an_approver(self, place, release):
        actions.answer(release, by=place.lead)
        self.approved(place, release)
        with pytest.raises(actions.NotPossibleError):
            actions.answer(release, by=place.lead, text="We began to ask everybody in May.")
        actions.answer(release, by=place.approver, text="We began to ask everybody in May.")
        assert release.replies.count() == 1

    def test_the_same_form_sent_twice_says_it_once(self, place, release, client):
        client.force_login(place.lead)
        said = {"once": str(uuid.uuid4()), "text": "We began to ask everybody in May."}
        for _twice in range(2):
            client.post(reverse("findings:answer_release", args=[release.pk]), said)
        assert release.replies.count() == 1

    def spoken_for_by(self, unit):
        kinds = (Kind.LEAD, Kind.APPROVER)
        return {RoleFactory(kind=kind, organisation=unit.organisation, unit=unit).user.email for kind in kinds}

    def test_letters_go_to_the_department_whose_figure_it_is(
        self, place, mailoutbox, django_capture_on_commit_callbacks
    ):
        unit, other = (UnitFactory(organisation=place.organisation) for _two in range(2))
        here, there = (self.spoken_for_by(one) for one in (unit, other))
        finding = place.finding(unit=unit, readers="analysts")
        with django_capture_on_commit_callbacks(execute=True):
            actions.ask(finding, by=place.analyst)
        told = {mail.to[0] for mail in mailoutbox}
        assert here <= told
        assert not there & told


class TestFiguresThatChanged:
    """Taken back is as if they had not been sent."""

    def ended(self, release):
        release.refresh_from_db()
        return (release.is_public, release.ended_because)

    @pytest.fixture
    def release(self, place):
        release = place.asked()
        actions.approve(release, by=place.approver)
        return release

    def test_what_was_taken_back_does_not_go_out(self, place, release):
        submissions.take_back(Submission.objects.get(), by=place.lead)
        actions.approve(release, by=place.analyst)
        assert self.ended(release) == (False, TAKEN_BACK)

    def test_the_worker_ends_it_without_waiting_for_anybody(self, place, release):
        submissions.take_back(Submission.objects.get(), by=place.lead)
        jobs.look_for_work()
        assert self.ended(release) == (False, TAKEN_BACK)

    def test_what_was_corrected_does_not_go_out(self, place, release):
        better = with_a_gap(["2025-26 Oct-Mar"], **{"2025-26 Oct-Mar": {"M": (110, 40)}})
        sent(place.organisation, by=place.lead, document=better)
        actions.approve(release, by=place.analyst)
        assert self.ended(release) == (False, TAKEN_BACK)

    def test_another_half_year_is_no_correction(self, place, release):
        sent(place.organisation, by=place.lead, document=with_a_gap(["2026 Apr-Sep"]))
        actions.approve(release, by=place.analyst)
        assert self.ended(release) == (True, "")

    def test_what_its_service_closed_does_not_go_out_because_others_ask(self, place):
        release = place.asked(by=place.analyst, readers="analysts")
        submissions.choose_readers(Submission.objects.get(), by=place.lead, readers="only_us")
        jobs.look_for_work()
        assert self.ended(release) == (False, "Its service keeps these figures to itself now.")

    def test_figures_that_change_while_it_is_made_safe_are_looked_at_again(self, place, monkeypatch):
        release = actions.ask(place.finding(), by=place.lead)
        honest, calls = preparing._of_a_service, []

        def slow(release):
            made = honest(release)
            if not calls:
                sent(place.organisation, by=place.lead, document=with_a_gap(["2026 Apr-Sep"]))
            calls.append(1)
            return made

        monkeypatch.setattr(preparing, "_of_a_service", slow)
        preparing.prepare(release.pk)
        assert len(calls) == 2
        assert document(Release.objects.get())["period"] == "2025-26 Oct-Mar to 2026 Apr-Sep"

    def test_of_what_is_public_its_service_is_told_once(self, place, mailoutbox, django_capture_on_commit_callbacks):
        release = place.published()
        submissions.take_back(Submission.objects.get(), by=place.lead)
        for _twice in range(2):
            with django_capture_on_commit_callbacks(execute=True):
                jobs.look_for_work()
        told = [mail.to[0] for mail in mailoutbox if mail.subject == "Figures behind a public finding have changed"]
        assert sorted(told) == sorted([place.lead.email, place.approver.email])
        assert self.ended(release) == (True, "")


TAKEN_BACK = "Its service has taken back or corrected the figures. Ask again about those that stand now."


class TestTheWorkerGoesOn:
    def test_past_one_whose_files_were_changed(self, place):
        days = {"reply_by": timezone.localdate() - datetime.timedelta(days=1)}
        broken, whole = (a_release(place.organisation, code=code, **days) for code in ("a", "b"))
        for release in (broken, whole):
            for person, role in ((place.approver, "approver"), (place.analyst, "analyst")):
                ReleaseStep.objects.create(release=release, kind="approved", roles=role, made_by=person)
        behind_its_back("UPDATE findings_releasedfile SET content = '' WHERE release_id = %s", broken.pk)
        sent(place.organisation, by=place.lead, document=with_a_gap(), readers="analysts")
        Release.objects.update(made_from=queries.seal_of(queries.sent_of(whole)), ready_at=timezone.now())
        jobs.look_for_work()
        assert Release.objects.public().get() == whole
        broken.refresh_from_db()
        assert "Nothing went out" in broken.ended_because

    def test_past_a_ledger_that_does_not_hold(self, place):
        release = actions.ask(place.finding(), by=place.lead)
        LedgerLine(partnership=place.partnership, number=1, line="{}").save()
        preparing.prepare(release.pk)
        release.refresh_from_db()
        assert release.refused_because == "The ledger of releases does not hold. Whoever runs the site finds out why."

    def test_past_figures_that_the_engine_cannot_take(self, place, monkeypatch):
        release = actions.ask(place.finding(), by=place.lead)

        def counts(own, code, stage):
            raise Problem("These counts do not fit together.")

        monkeypatch.setattr(protecting._Own, "counts", counts)
        preparing.prepare(release.pk)
        release.refresh_from_db()
        assert release.refused_because == "These counts do not fit together."

    def test_after_many_tries_it_is_given_up(self, place, monkeypatch):
        release = actions.ask(place.finding(), by=place.lead)
        monkeypatch.setattr(preparing, "prepare", lambda pk: None)
        for _try in range(actions.MOST_TRIES + 1):
            jobs.look_for_work()
            Release.objects.update(begun_at=timezone.now() - 2 * jobs.LONGER_PATIENCE)
        release.refresh_from_db()
        assert release.ended_because == "It could not be made safe. Whoever runs the site finds out why."


class TestWhyItWasRefused:
    def test_only_who_may_see_the_finding_reads_which_groups_are_small(self, place, client):
        release = actions.ask(place.finding(), by=place.lead)
        release.end(refused="Small numbers could be worked out at: Any other Black background")
        for person, sees in ((place.lead, True), (place.coordinator, False), (place.analyst, False)):
            client.force_login(person)
            pass_second_check(client, person)
            page = client.get(release.get_absolute_url()).content.decode()
            assert ("Any other Black background" in page) == sees
            assert ("It could not be made safe." in page) != sees


class TestTakingItBack:
    def test_a_notice_stays_and_the_ledger_keeps_it(self, place):
        release = place.published()
        actions.withdraw(release, by=place.lead, words="Two months were counted twice")
        assert Release.objects.withdrawn().get() == release
        ledger = ledgers.ledger_of(place.partnership)
        assert all(ledger.is_withdrawn(name) for name in release.named_in_ledger)
        assert len(ledger.known_outside()) == len(release.named_in_ledger) == 4
        assert "counted twice" not in "".join(LedgerLine.objects.values_list("line", flat=True))

    def test_a_reason_is_needed(self, place):
        release = place.published()
        with pytest.raises(IntegrityError), transaction.atomic():
            actions.withdraw(release, by=place.lead, words="")

    def test_it_is_taken_back_once(self, place):
        release = place.published()
        actions.withdraw(release, by=place.lead, words="It was wrong")
        with pytest.raises(actions.NotPossibleError):
            actions.withdraw(release, by=place.coordinator, words="It was wrong")


def seats(number, *characteristics):
    """A board in figures that are public already: how many of its members finished their training."""
    sides = [[(name, code, code.capitalize()) for code in ("one", "other")] for name in characteristics]
    groups = [Group(pair, " and ".join(label for _name, _code, label in pair)) for pair in itertools.product(*sides)]
    n = np.full(len(groups), number / len(groups))
    what = measure("completion")
    table = tabulate(what, groups, n // 2, n, Frame("A board", period="2025-26"))
    table = worded(table, what, title="", place_name="A board", caveats=(), sources=("Example",))
    return from_its_publisher(replace(table, is_published=True))


class TestSmallGroups:
    def test_nine_seats_are_published_by_one_characteristic_and_never_by_two_crossed(self):
        about = documents.About("2025-26", "A board", "", "", is_example=True)
        assert "One" in documents.freeze(seats(9, "sex"), None, about)[documents.TABLE]
        with pytest.raises(documents.TooFewToDivideError):
            documents.freeze(seats(9, "ethnicity", "sex"), None, about)
        assert "One and Other" in documents.freeze(seats(80, "ethnicity", "sex"), None, about)[documents.TABLE]

    def test_whoever_asks_for_a_cross_table_of_a_small_group_reads_what_to_do(self, place, monkeypatch):
        release = actions.ask(place.of_a_publisher(), by=place.coordinator)
        crossed = seats(9, "ethnicity", "sex")
        honest = documents.freeze
        monkeypatch.setattr(documents, "freeze", lambda _table, series, about: honest(crossed, series, about))
        preparing.prepare(release.pk)
        release.refresh_from_db()
        assert release.refused_because == "It divides a small group by two things at once. Show it by one of them only."
        assert not release.files.exists()

    def test_a_small_group_is_divided_by_one_thing_or_not_at_all(self):
        assert rules.may_be_divided(9, ["ethnicity"])
        assert not rules.may_be_divided(9, ["ethnicity", "sex"])
        assert rules.may_be_divided(rules.FEW, ["ethnicity", "sex"])


class TestTheLedger:
    @pytest.fixture
    def store(self):
        return ledgers.DatabaseStore(PartnershipFactory())

    def test_an_untouched_ledger_holds(self, place):
        place.published()
        findings.load_published(place.partnership, report="demo", place="E09000019")
        assert list(ledgers.faults()) == []

    def test_a_changed_line_is_named(self, place):
        place.published()
        changed = LedgerLine.objects.get(number=2).line.replace("Total", "Totals")
        behind_its_back("UPDATE findings_ledgerline SET line = %s WHERE number = 2", changed)
        found = list(ledgers.faults())
        assert f"Line 2 of the ledger of {place.partnership} was changed." in found
        assert not any("Line 1 " in fault for fault in found)

    def test_a_cut_tail_is_named(self, place):
        place.published()
        last = LedgerLine.objects.order_by("number").last()
        behind_its_back("UPDATE findings_release SET ledger_line_id = NULL, published_at = NULL")
        behind_its_back("DELETE FROM findings_ledgerline WHERE number > %s", last.number - 1)
        assert len([fault for fault in ledgers.faults() if "A line of a ledger is gone" in fault]) == 1

    def test_a_line_that_was_slipped_in_is_named(self, place):
        place.published()
        behind_its_back(
            "INSERT INTO findings_ledgerline (partnership_id, number, line) VALUES (%s, 99, '{}')", place.partnership.pk
        )
        found = list(ledgers.faults())
        assert any("comes where line" in fault for fault in found)
        assert any("was not put there by this program" in fault for fault in found)
        assert any("cannot be read" in fault for fault in found)

    def test_a_changed_file_is_named(self, place):
        release = place.published()
        behind_its_back("UPDATE findings_releasedfile SET content = 'group' WHERE name = %s", documents.TABLE)
        assert list(ledgers.faults()) == [f"table.csv of release {release.public_id} is not what was approved."]

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE findings_ledgerline SET line = ''",
            "DELETE FROM findings_ledgerline",
            "UPDATE findings_releasedfile SET content = ''",
            "DELETE FROM findings_releasedfile",
        ],
    )
    def test_the_database_itself_refuses_a_change(self, place, statement):
        place.asked()
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    @pytest.mark.parametrize(
        "change",
        [
            lambda: LedgerLine.objects.update(line=""),
            lambda: LedgerLine.objects.all().delete(),
            lambda: LedgerLine.objects.first().delete(),
            lambda: LedgerLine.objects.first().save(),
            lambda: LedgerLine.objects.bulk_create([LedgerLine()]),
            lambda: LedgerLine.objects.bulk_update([LedgerLine.objects.first()], ["line"]),
        ],
    )
    def test_the_program_cannot_change_it(self, store, change):
        store.append("{}", after=0)
        with pytest.raises(ChangedRecordError):
            change()

    def test_whoever_was_slower_is_told(self, store):
        store.append("{}", after=0)
        with pytest.raises(LedgerError, match="Somebody else has just added"):
            store.append("{}", after=0)

    def test_each_partnership_has_its_own(self, store):
        other = ledgers.DatabaseStore(PartnershipFactory())
        store.append("one", after=0)
        other.append("other", after=0)
        assert (store.lines(), other.lines()) == (["one"], ["other"])


@pytest.mark.django_db(transaction=True)
def test_of_ten_writers_at_once_one_is_first_and_the_others_are_told():
    partnership = PartnershipFactory()
    told, together = [], threading.Barrier(10)

    def write():
        together.wait()
        try:
            ledgers.DatabaseStore(partnership).append("{}", after=0)
        except LedgerError as error:
            told.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 9
    assert LedgerLine.objects.count() == 1


def at_once(*acts):
    """What each of them raised, or None, each in a connection of its own."""
    together = threading.Barrier(len(acts))

    def do(act):
        together.wait()
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.exception() for done in [pool.submit(do, act) for act in acts]]


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_at_once_both_have_approved():
    place = Place()
    release = place.asked()
    people = (place.approver, place.analyst)
    assert at_once(*(lambda person=person: actions.approve(release, by=person) for person in people)) == [None, None]
    assert Release.objects.public().get() == release


@pytest.mark.django_db(transaction=True)
def test_asking_twice_at_once_is_asking_once():
    place = Place()
    finding = place.finding()
    assert at_once(*[lambda: actions.ask(finding, by=place.lead)] * 3) == [None] * 3
    assert Release.objects.count() == 1
