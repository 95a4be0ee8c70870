"""What people wrote: they may take it away, and have it taken out."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.urls import reverse

from hub.accounts.tests.factories import UserFactory
from hub.accounts.words import TAKEN_OUT, Written, erase_words, kinds, written_by
from hub.assessments import actions as assessments
from hub.assessments.models import Answer, Heard, Place, Round, SetAside, StuckNote, Voice
from hub.assessments.rules import Content
from hub.audit import record
from hub.audit.models import Entry
from hub.audit.verification import faults
from hub.commitments import actions as commitments
from hub.commitments.models import HandOver, OfferStep, Update, Wording
from hub.commitments.tests.factories import (
    AskFactory,
    OfferFactory,
    OrganisationFactory,
    SharedPracticeFactory,
    UpdateFactory,
    somebody,
)
from hub.findings.models import Narrative, ReleaseStep
from hub.findings.models import Reply as FindingReply
from hub.findings.tests.factories import a_release
from hub.pledges.tests.factories import YEAR, PledgeFactory, gap, lead_of
from hub.programme.models import Challenge, ChallengeReply, Meeting, OwnersView, Rewording
from hub.programme.tests.factories import ActionFactory, ForumFactory
from hub.stocktakes.models import Telling
from hub.stocktakes.tests.factories import StocktakeFactory
from hub.toolkit.models import Feedback

pytestmark = pytest.mark.django_db
SECRET = "I am the only driver with a guide dog"


@pytest.fixture
def organisation():
    return OrganisationFactory()


@pytest.fixture
def lead(organisation):
    return lead_of(organisation)


@pytest.fixture
def pledge(organisation):
    return PledgeFactory(organisation=organisation)


@pytest.fixture
def answer(organisation, lead):
    return gap(organisation, saved_by=lead, evidence=SECRET, in_the_way="No budget")


@pytest.fixture
def one_of_each(organisation, lead, pledge, answer):
    """Something of every kind that this person wrote."""
    assessment, statement = answer.assessment, answer.statement
    one_round = Round.objects.create(
        partnership=organisation.partnership, edition=assessment.edition, title="Round", year=YEAR, due_on="2026-12-01"
    )
    offer = OfferFactory(ask=AskFactory(organisation=organisation), text=SECRET, offered_by=lead)
    voice = {"statement": statement, "speaker": "staff", "stage": "started", "recorded_by": lead}
    rows = [
        answer,
        SetAside.objects.create(
            assessment=assessment, statement=statement, based_on=1, in_the_way=f"{SECRET} too", written_by=lead
        ),
        Heard.objects.create(assessment=assessment, section=statement.section, not_heard=SECRET, recorded_by=lead),
        SharedPracticeFactory(organisation=organisation, statement=statement, text=SECRET, offered_by=lead),
        Voice.objects.create(assessment=assessment, text=SECRET, **voice),
        StuckNote.objects.create(
            place=Place.objects.create(round=one_round, organisation=organisation), text=SECRET, said_by=lead
        ),
        UpdateFactory(commitment=pledge.commitment, stage="stuck", happened="", help_wanted=SECRET, made_by=lead),
        Wording.objects.create(commitment=pledge.commitment, title=SECRET, changed_by=lead),
        HandOver.objects.create(commitment=pledge.commitment, to_owner=lead, words=SECRET, handed_over_by=lead),
        AskFactory(organisation=organisation, text=SECRET, asked_by=lead),
        offer,
        OfferStep.objects.create(offer=offer, step="thanked", words=SECRET, made_by=lead),
        Feedback.objects.create(statement=statement, text=SECRET, given_by=lead),
        FindingReply.objects.create(organisation=organisation, code="completion", text=SECRET, said_by=lead),
        Narrative.objects.create(organisation=organisation, period="2025-26", text=SECRET, written_by=lead),
        ReleaseStep.objects.create(
            release=a_release(organisation, code="completion-sex"), kind="withdrawn", words=SECRET, made_by=lead
        ),
        *of_a_programme(lead),
    ]
    return {one._meta.model_name: one for one in rows}


def of_a_programme(lead):
    action, forum = ActionFactory(), ForumFactory()
    challenge = Challenge.objects.create(action=action, words=SECRET, asked_by=lead)
    return [
        OwnersView.objects.create(action=action, standing="late", words=SECRET, made_by=lead),
        challenge,
        ChallengeReply.objects.create(challenge=challenge, words=SECRET, made_by=lead),
        Meeting.objects.create(forum=forum, on="2026-10-01", minutes=SECRET, made_by=lead),
        Telling.objects.create(stocktake=StocktakeFactory(), part="whole", heading="did", words=SECRET, told_by=lead),
        Rewording.objects.create(
            programme=forum.programme, what="area", part=action.area_id, title=SECRET, changed_by=lead
        ),
    ]


def test_there_is_one_of_each_kind(one_of_each):
    assert set(one_of_each) == set(kinds())
    assert len(kinds()) == sum(issubclass(model, Written) for model in apps.get_models()), "two kinds have one name"


@pytest.mark.django_db(transaction=True)
def test_words_of_every_kind_are_taken_out_and_the_record_still_holds(one_of_each, lead):
    record("world.began")
    before = {kind: str(type(one).objects.values().get(pk=one.pk)) for kind, one in one_of_each.items()}
    assert all(SECRET in words for words in before.values())
    for one in one_of_each.values():
        erase_words(one, by=lead)
    for kind, one in one_of_each.items():
        kept = type(one).objects.get(pk=one.pk)
        assert SECRET not in str(type(one).objects.values().get(pk=one.pk))
        assert kept.erased_at is not None
        for name in ("stage", "step", one.WRITTEN_AT, f"{one.AUTHOR}_id"):
            assert getattr(kept, name, None) == getattr(one, name, None)
        assert Entry.objects.filter(event=f"{kind}.words_erased", subject__endswith=f":{one.pk}").count() == 1
    assert list(written_by(lead)) == []
    assert list(faults()) == []


def test_being_stuck_still_says_something_and_a_web_address_is_gone(pledge):
    update = UpdateFactory(
        commitment=pledge.commitment, stage="stuck", help_wanted=SECRET, evidence_url="https://example.org/me"
    )
    erase_words(update, by=None)
    update.refresh_from_db()
    assert (update.stage, update.help_wanted, update.evidence_url) == ("stuck", TAKEN_OUT, "")
    assert (update.worked, update.hard) == ("", "")


def test_words_that_were_passed_on_go_too_and_other_words_stay(answer, lead):
    colleague = UserFactory()
    content = Content("started", evidence=SECRET, in_the_way="Not any more")
    assessments.save_answer(answer.assessment, answer.statement, by=colleague, content=content, based_on=1)
    erase_words(answer, by=lead)
    said = list(Answer.objects.order_by("version").values_list("stage", "evidence", "in_the_way"))
    assert said == [("not_yet", TAKEN_OUT, TAKEN_OUT), ("started", TAKEN_OUT, "Not any more")]


def test_a_correction_that_repeats_the_words_loses_them_too(pledge, lead):
    wrong = UpdateFactory(commitment=pledge.commitment, happened=SECRET)
    right = commitments.correct_update(wrong, by=lead, stage="started", happened=SECRET, worked="Tea")
    erase_words(wrong, by=lead)
    right.refresh_from_db()
    assert (right.happened, right.worked) == (TAKEN_OUT, "Tea")


def test_what_was_asked_of_the_group_goes_with_the_update_that_said_it(pledge, lead):
    update = UpdateFactory(commitment=pledge.commitment, stage="stuck", help_wanted=SECRET)
    asked = AskFactory(organisation=pledge.organisation, commitment=pledge.commitment, text=SECRET)
    alone = AskFactory(organisation=pledge.organisation, text=SECRET)
    erase_words(update, by=lead)
    asked.refresh_from_db()
    alone.refresh_from_db()
    assert (asked.text, alone.text) == (TAKEN_OUT, SECRET)


def test_taking_out_twice_is_once(answer, lead):
    erase_words(answer, by=lead)
    erase_words(answer, by=lead)
    assert Entry.objects.filter(event="answer.words_erased").count() == 1


class TestALead:
    def test_takes_words_out_of_an_answer(self, client, answer, lead):
        client.force_login(lead)
        history = reverse("assessments:history", args=[answer.assessment_id, answer.statement_id])
        address = reverse("assessments:erase_words", args=[answer.assessment_id, answer.pk])
        assert address in client.get(history).text
        assert SECRET in client.get(address).text
        assert Answer.objects.get().evidence == SECRET
        shown = client.post(address, follow=True).text
        assert SECRET not in shown
        assert TAKEN_OUT in shown
        assert address not in shown

    def test_takes_words_out_of_an_update(self, client, pledge, lead):
        update = UpdateFactory(commitment=pledge.commitment, happened=SECRET)
        client.force_login(lead)
        address = reverse("pledges:erase_words", args=[pledge.pk, update.pk])
        assert address in client.get(pledge.get_absolute_url()).text
        assert SECRET in client.get(address).text
        shown = client.post(address, follow=True).text
        assert SECRET not in shown
        assert TAKEN_OUT in shown

    def test_finds_no_update_of_another_pledge(self, client, pledge, lead):
        other = UpdateFactory(happened=SECRET)
        client.force_login(lead)
        assert client.post(reverse("pledges:erase_words", args=[pledge.pk, other.pk])).status_code == 404
        assert Update.objects.get().happened == SECRET

    def test_a_colleague_does_not(self, client, answer, organisation):
        client.force_login(somebody("colleague", organisation))
        address = reverse("assessments:erase_words", args=[answer.assessment_id, answer.pk])
        assert client.post(address).status_code == 404
        history = reverse("assessments:history", args=[answer.assessment_id, answer.statement_id])
        assert address not in client.get(history).text


class TestTheCommand:
    def run(self, *arguments, **options):
        out = StringIO()
        call_command("erase_words", *arguments, stdout=out, **options)
        return out.getvalue()

    def test_it_lists_what_somebody_wrote_and_takes_it_out(self, one_of_each, lead):
        listed = self.run(list=lead.pk)
        for kind, one in one_of_each.items():
            assert f"{kind} {one.pk}: {SECRET}" in listed
        for kind, one in one_of_each.items():
            self.run(kind, one.pk)
        assert self.run(list=lead.pk) == ""

    def test_with_a_wrong_number_nothing_is_taken_out(self, answer):
        with pytest.raises(CommandError, match="There is no answer 999"):
            self.run("answer", answer.pk, 999)
        assert Answer.objects.get().evidence == SECRET

    def test_it_says_what_it_needs(self):
        with pytest.raises(CommandError, match="erase_words answer 12"):
            self.run()


def test_people_may_take_away_what_they_wrote(client, one_of_each, lead):
    Feedback.objects.create(statement=one_of_each["answer"].statement, text="By another", given_by=UserFactory())
    client.force_login(lead)
    written = client.get(reverse("organisations:my_data")).json()["what you wrote"]
    assert {(one["what"], one["number"]) for one in written} == {(kind, one.pk) for kind, one in one_of_each.items()}
    for one in written:
        assert any(SECRET in words for words in one["words"].values())
    assert "By another" not in str(written)
