"""Two partnerships, two organisations in each, and one of everything in every place where people work.

Whatever an organisation writes holds its place's secret, so that a page which shows it to others gives itself away.
"""

import datetime
from dataclasses import dataclass, field

from django.test import Client
from django.utils import timezone

from hub.accounts.tests.factories import UserFactory
from hub.accounts.tests.second_check import pass_second_check
from hub.assessments import actions as assessments
from hub.assessments.models import (
    Answer,
    Contributor,
    InvitationList,
    Place,
    Round,
    SetAside,
    SharedPractice,
    StuckNote,
    Voice,
)
from hub.commitments.tests.factories import (
    AskFactory,
    CommitmentFactory,
    MeasureFactory,
    OfferFactory,
    ReadingFactory,
    UpdateFactory,
)
from hub.findings.models import Analysis, Finding, Follow, Row, Suggestion
from hub.findings.tests.factories import a_release
from hub.organisations import actions as organisations
from hub.organisations.models import Role
from hub.organisations.tests.factories import (
    LogoFactory,
    OrganisationFactory,
    PartnershipFactory,
    RoleFactory,
    UnitFactory,
)
from hub.pledges.models import Pledge
from hub.programme.models import Attendance, Challenge, Decision, Meeting, Seat
from hub.programme.tests.factories import (
    ActionFactory,
    CommunityFactory,
    ForumFactory,
    KeyTargetFactory,
    ProgrammeFactory,
    ServiceAreaFactory,
)
from hub.stocktakes.models import FrozenFile, Job, PackFile
from hub.stocktakes.tests.factories import StocktakeFactory, gathered
from hub.submissions import actions as submissions
from hub.submissions.queries import Service
from hub.submissions.tests.factories import a_document
from hub.ties import actions as ties
from hub.toolkit.tests.factories import (
    AreaFactory,
    ChapterFactory,
    EditionFactory,
    FeedbackFactory,
    SectionFactory,
    StatementFactory,
)

TODAY = timezone.localdate()
YEAR = TODAY.year
SOON = TODAY + datetime.timedelta(days=60)
LATER = TODAY + datetime.timedelta(days=90)
Kind = Role.Kind
IN_THE_PARTNERSHIP = [Kind.COMMISSIONER, Kind.COORDINATOR, Kind.BOARD, Kind.ANALYST, Kind.EDITOR]
WITH_SECOND_FACTOR = [Kind.COORDINATOR, Kind.APPROVER, Kind.ANALYST]
PLACES = ("own", "unit", "other", "far")


@dataclass
class Somewhere:
    """A place where people work, whole organisation or department, with one of everything."""

    whose: str
    organisation: object
    unit: object = None
    people: dict = field(default_factory=dict)
    things: dict = field(default_factory=dict)

    @property
    def secret(self):
        return f"zq{self.whose}secret"

    def __getitem__(self, name):
        return self.things[name]


class World:
    def __init__(self):
        self.toolkit = make_toolkit()
        self.north, self.south = (PartnershipFactory(slug=slug, logo=LogoFactory()) for slug in ("north", "south"))
        here, there = OrganisationFactory(partnership=self.north), OrganisationFactory(partnership=self.north)
        away = OrganisationFactory(partnership=self.south)
        self.places = {
            "own": Somewhere("own", here),
            "unit": Somewhere("unit", here, UnitFactory(organisation=here)),
            "other": Somewhere("other", there),
            "far": Somewhere("far", away),
        }
        self.rounds = {partnership: self.make_round(partnership) for partnership in (self.north, self.south)}
        for place in self.places.values():
            self.staff(place)
            self.fill(place)
        for place, helper in zip(self.places.values(), ("other", "other", "own", "far"), strict=True):
            self.offer(place, self.places[helper])
        self.actors = self.cast()
        for place in self.places.values():
            self.pack(place)

    def make_round(self, partnership):
        opener = RoleFactory(kind=Kind.COORDINATOR, partnership=partnership, organisation=None).user
        return Round.objects.create(
            partnership=partnership,
            edition=self.toolkit["edition"],
            title=f"Round of {partnership.slug}",
            year=YEAR,
            due_on=SOON,
            opened_by=opener,
        )

    def staff(self, place):
        for kind in Role.IN_AN_ORGANISATION:
            person = UserFactory(email=f"{kind}@{place.whose}.example", name=f"{kind} of {place.whose}")
            RoleFactory(user=person, kind=kind, organisation=place.organisation, unit=place.unit)
            place.people[kind] = person

    def fill(self, place):
        for fill in (
            self.fill_round,
            self.fill_assessment,
            self.fill_voices,
            self.fill_pledge,
            self.fill_programme,
            self.fill_stocktakes,
            self.fill_toolkit,
            self.fill_figures,
            self.fill_findings,
            self.fill_ties,
        ):
            place.things |= fill(place)

    def fill_round(self, place):
        round = self.rounds[place.organisation.partnership]
        asked = InvitationList.objects.create(round=round)
        seat = Place.objects.create(round=round, organisation=place.organisation, unit=place.unit)
        note = StuckNote.objects.create(place=seat, text="We need more time", said_by=place.people[Kind.LEAD])
        invitation = organisations.invite(
            f"new@{place.whose}.example",
            kind=Kind.COLLEAGUE,
            partnership=round.partnership,
            organisation=place.organisation,
            unit=place.unit,
            by=place.people[Kind.LEAD],
        )
        asked_of_all = organisations.invite(
            f"board@{place.whose}.example", kind=Kind.BOARD, partnership=round.partnership, by=round.opened_by
        )
        partner = RoleFactory(kind=Kind.BOARD, partnership=round.partnership, organisation=None)
        return {
            "round": round,
            "list": asked,
            "seat": seat,
            "note": note,
            "invitation": invitation,
            "role": place.people[Kind.COLLEAGUE].roles.get(),
            "partner's invitation": asked_of_all,
            "partner": partner,
        }

    def fill_assessment(self, place):
        lead, colleague = place.people[Kind.LEAD], place.people[Kind.COLLEAGUE]
        statement, edition = self.toolkit["statement"], self.toolkit["edition"]
        assessment = assessments.start(place.organisation, edition, by=lead, unit=place.unit, year=YEAR)
        words = {"evidence": f"evidence {place.secret}", "in_the_way": f"in the way {place.secret}", "stage": "started"}
        answer = Answer.objects.create(assessment=assessment, statement=statement, version=1, saved_by=lead, **words)
        set_aside = SetAside.objects.create(
            assessment=assessment, statement=statement, based_on=0, written_by=colleague, **words
        )
        assessments.record_heard(
            assessment, statement.section, by=lead, staff=2, service_users=1, carers=0, not_heard=place.secret
        )
        practice = SharedPractice.objects.create(
            organisation=place.organisation,
            assessment=assessment,
            statement=statement,
            text=f"practice {place.secret}",
            sharing="only_us",
            offered_by=lead,
        )
        return {"assessment": assessment, "answer": answer, "set_aside": set_aside, "practice": practice}

    def fill_voices(self, place):
        lead, statement = place.people[Kind.LEAD], self.toolkit["statement"]
        link, token = assessments.make_link(
            place["assessment"], by=lead, speaker="service_user", days=30, section=statement.section, note=place.secret
        )
        contributor = Contributor.objects.create(link=link)
        assessments.say(contributor, statement, stage="not_yet", text=f"words {place.secret}")
        voice = Voice.objects.create(
            assessment=place["assessment"],
            statement=statement,
            speaker="staff",
            text=f"heard {place.secret}",
            recorded_by=lead,
        )
        return {"link": link, "token": token, "contributor": contributor, "voice": voice}

    def fill_pledge(self, place):
        lead, secret = place.people[Kind.LEAD], place.secret
        commitment = CommitmentFactory(
            partnership=place.organisation.partnership,
            title=f"title {secret}",
            inequality=f"inequality {secret}",
            action=f"action {secret}",
            outcome=f"outcome {secret}",
            owner=lead,
            made_by=lead,
        )
        pledge = Pledge.objects.create(
            commitment=commitment,
            organisation=place.organisation,
            unit=place.unit,
            year=YEAR,
            assessment=place["assessment"],
            from_answer=place["answer"],
        )
        measure = MeasureFactory(commitment=commitment, name=f"measure {secret}", counting="a_group")
        reading = ReadingFactory(measure=measure, source=f"reading {secret}")
        update = UpdateFactory(commitment=commitment, happened=f"happened {secret}", made_by=lead)
        ask = AskFactory(
            organisation=place.organisation, commitment=commitment, asked_by=lead, text="Who knows interpreters?"
        )
        return {"pledge": pledge, "measure": measure, "reading": reading, "update": update, "ask": ask}

    def fill_programme(self, place):
        """A published programme, with an action that the place's lead looks after, and a colleague in its forum."""
        lead, partnership = place.people[Kind.LEAD], place.organisation.partnership
        programme = ProgrammeFactory(partnership=partnership, organisation=place.organisation)
        area = ServiceAreaFactory(programme=programme)
        action = ActionFactory(area=area, commitment__owner=lead, organisation=place.organisation)
        forum = ForumFactory(programme=programme)
        seat = Seat.objects.create(forum=forum, speaks_for="Neighbours", holder=place.people[Kind.COLLEAGUE])
        meeting = Meeting.objects.create(forum=forum, on=TODAY, held_at=timezone.now())
        Attendance.objects.create(meeting=meeting, seat=seat, came=True)
        meeting.agenda.add(action)
        measure = MeasureFactory(commitment=action.commitment, kind="number", counting="things")
        return {
            "programme": programme,
            "community": CommunityFactory(programme=programme),
            "action's reading": ReadingFactory(measure=measure),
            "draft": ProgrammeFactory(partnership=partnership, published_at=None),
            "programme's area": area,
            "action": action,
            "action's update": UpdateFactory(commitment=action.commitment, made_by=lead),
            "action's measure": measure,
            "key target": KeyTargetFactory(area=area),
            "forum": forum,
            "meeting": meeting,
            "decision": Decision.objects.create(
                meeting=meeting, words="Ask again", commitment=CommitmentFactory(partnership=partnership, owner=lead)
            ),
            "question": Challenge.objects.create(action=action, words="Why is it late?"),
        }

    def fill_stocktakes(self, place):
        """One that is being written, and one that is frozen."""
        frozen = StocktakeFactory(programme=place["programme"], frozen_at=timezone.now(), year=YEAR - 2)
        for path in ("", "stocktake.css"):
            FrozenFile.objects.create(stocktake=frozen, path=path, content_type="text/css", body=b"p{}", seal="00")
        return {"stocktake": gathered(place["programme"]), "frozen stocktake": frozen}

    def pack(self, place):
        """A board pack that the coordinator asked for."""
        job = Job.objects.create(kind="pack", programme=place["programme"], asked_by=self.actors["coordinator"].person)
        PackFile.objects.create(job=job, kind="ics", name="meetings.ics", content_type="text/calendar", body=b"")
        place.things["pack"] = job

    def fill_toolkit(self, place):
        feedback = FeedbackFactory(
            statement=self.toolkit["statement"], given_by=place.people[Kind.LEAD], text="Is this still so?"
        )
        return {"feedback": feedback}

    def fill_figures(self, place):
        lead, service = place.people[Kind.LEAD], Service(place.organisation, place.unit)
        partnership = place.organisation.partnership
        round = submissions.open_round(
            partnership,
            by=self.rounds[partnership].opened_by,
            stages=["referred", "completed"],
            lists=["sex"],
            services=[service],
            kind="round",
            title="Figures",
            period="2025-26",
            due_on=SOON,
        )
        document = a_document(software=place.secret)
        submission = submissions.draft(service, document, by=lead, way="file", readers="only_us")
        return {"data_round": round, "submission": submission}

    def fill_findings(self, place):
        partnership, secret = place.organisation.partnership, place.secret
        analysis = Analysis.objects.create(
            partnership=partnership, organisation=place.organisation, unit=place.unit, fingerprint=place.whose,
            finished_at=timezone.now(),
        )  # fmt: skip
        finding = Finding.objects.create(
            analysis=analysis, position=1, code="completion-sex", measure="completion", characteristic="sex",
            set_code="sex", title=f"finding {secret}", place=secret, period="2025-26", ends_on=TODAY, years=1,
            sentence=f"sentence {secret}", detail="About 10", says="% of referrals", better="higher", reference=40.0,
            sure="very",
        )  # fmt: skip
        Row.objects.create(
            finding=finding, code="F", label="Female", x=5, n=20, value=25, low=10, high=40, compared="lower",
            is_named=True,
        )  # fmt: skip
        pay_gap = self.fill_pay_gap(place)
        measure = MeasureFactory(commitment=place["pledge"].commitment, name=f"followed {secret}", counting="a_group")
        follow = Follow.objects.create(
            measure=measure, organisation=place.organisation, unit=place.unit, partnership=partnership,
            finding_code=finding.code, measured="completion", characteristic="sex", set_code="sex", codes="F",
        )  # fmt: skip
        suggestion, _made = Suggestion.objects.get_or_create(
            partnership=partnership, measure="completion", statement_key="an-interpreter", reason="It helps"
        )
        found = {"finding": finding, "pay gap": pay_gap, "follow": follow, "suggestion": suggestion}
        return found | self.fill_releases(place)

    def fill_pay_gap(self, place):
        secret = place.secret
        analysis = Analysis.objects.create(
            partnership=place.organisation.partnership, organisation=place.organisation, unit=place.unit,
            people="staff", fingerprint=f"{place.whose} staff", finished_at=timezone.now(),
        )  # fmt: skip
        return Finding.objects.create(
            analysis=analysis, position=1, code="staff-pay_gap-sex", measure="pay_gap", characteristic="sex",
            set_code="sex", title=f"pay {secret}", place=secret, period="2025-26", ends_on=TODAY, years=1,
            sentence=f"pay sentence {secret}", detail="About 10", says="%", better="lower", sure="fairly",
        )  # fmt: skip

    def fill_releases(self, place):
        """One that waits for its first approval, and one that everybody may read."""
        return {
            "release": a_release(
                place.organisation, unit=place.unit, code="access-sex", asked_by=place.people[Kind.LEAD]
            ),
            "public release": a_release(
                place.organisation, unit=place.unit, code="recovery-sex", published_at=timezone.now()
            ),
        }

    def fill_ties(self, place):
        """An action that everybody here reads goes with what only its own people may know of."""
        action, pledge, lead = place["action"].commitment, place["pledge"], place.people[Kind.LEAD]
        earlier = Meeting.objects.create(forum=place["forum"], on=TODAY - datetime.timedelta(days=400))
        for to in ({"pledge": pledge}, {"finding": place["finding"]}):
            ties.tie(action, by=lead, **to)
        Decision.objects.create(
            meeting=place["meeting"], words="Go on", commitment=pledge.commitment, stands_alone=False
        )
        ties.undo(ties.tie(action, by=lead, pledge=pledge), by=lead)
        ties.tie(action, by=lead, pledge=pledge)
        ties.tie(pledge.commitment, by=lead, meeting=place["meeting"])
        return {"tie": ties.tie(action, by=lead, meeting=earlier)}

    def offer(self, place, helper):
        place.things["offer"] = OfferFactory(
            ask=place["ask"], organisation=helper.organisation, offered_by=helper.people[Kind.LEAD]
        )

    def cast(self):
        """One browser for each role; those that need a second check have passed it."""
        own = self.places["own"]
        people = {kind: own.people[kind] for kind in Role.IN_AN_ORGANISATION}
        people["unit_lead"] = self.places["unit"].people[Kind.LEAD]
        for kind in IN_THE_PARTNERSHIP:
            person = UserFactory(email=f"{kind}@north.example", name=f"{kind} of north")
            people[kind] = RoleFactory(user=person, kind=kind, partnership=self.north, organisation=None).user
        people["newcomer"] = UserFactory(email="newcomer@nowhere.example")
        actors = {"anonymous": Actor("anonymous"), "contributor": self.contributor()}
        return actors | {
            str(role): Actor(str(role), person, has_passed=role in {*WITH_SECOND_FACTOR, Kind.EDITOR})
            for role, person in people.items()
        }

    def contributor(self):
        """Somebody without an account who has said something by the link of the own organisation."""
        actor = Actor("contributor")
        token, statement = self.places["own"]["token"], self.toolkit["statement"]
        actor.client.post(
            f"/voices/{token}/?all=1", {f"s{statement.pk}-text": "My words", f"s{statement.pk}-stage": ""}
        )
        return actor


class Actor:
    def __init__(self, role, person=None, *, has_passed=False):
        self.role, self.person, self.client = role, person, Client(raise_request_exception=True)
        if person:
            self.client.force_login(person)
        if has_passed:
            pass_second_check(self.client, person)


def make_toolkit():
    chapter = ChapterFactory(slug="welcome")
    older, newer = (EditionFactory(chapter=chapter, number=number) for number in (1, 2))
    toolkit = {"chapter": chapter, "edition": newer, "older": older}
    for edition in (older, newer):
        section = SectionFactory(area=AreaFactory(edition=edition, number=1), number="1.1", position=1)
        statement = StatementFactory(section=section, key="an-interpreter", position=1)
    return toolkit | {"section": section, "statement": statement}
