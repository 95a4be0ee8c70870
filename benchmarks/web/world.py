"""A partnership of 1,000 organisations with 3,000 pledges and 30,000 updates, all made up, always the same."""

import datetime
import random

from django.utils import timezone

from hub.accounts.models import User
from hub.assessments.models import Answer, Assessment, Place, Round, Stage
from hub.commitments.models import Ask, Commitment, Update
from hub.organisations.models import Organisation, Partnership, Role, Sharing
from hub.pledges.models import Pledge
from hub.toolkit.models import Area, Chapter, Characteristic, Edition, Feedback, Group, Section, Statement

ORGANISATIONS, PLEDGES, UPDATES = 1_000, 3_000, 30_000
STATEMENTS = 96
FEEDBACK = 500
PEOPLE = ("coordinator", "board", "commissioner", "editor", "lead")
ANSWERED = 100  # organisations that have begun in the open round
YEAR = 2026
SLUG = "example-large"
LONG_AGO = datetime.datetime(2024, 1, 8, 12, tzinfo=datetime.UTC)
WORDS = "We talked it through with people who use the service and changed one thing at a time."


def make():
    chance = random.Random(1)
    partnership = Partnership.objects.create(name="Example Large Partnership", slug=SLUG, place="Exampleton")
    organisations = make_organisations(partnership)
    statements = make_toolkit()
    make_people(partnership, organisations)
    commitments = make_pledges(partnership, organisations, statements, chance)
    make_updates(commitments, chance)
    make_round(partnership, organisations, statements)
    make_asks(partnership, organisations, commitments)
    make_feedback(statements)


def make_organisations(partnership):
    return Organisation.objects.bulk_create(
        Organisation(partnership=partnership, name=f"Example Organisation {n:04}", slug=f"example-{n}", is_example=True)
        for n in range(ORGANISATIONS)
    )


def make_toolkit():
    chapter = Chapter.objects.create(slug="example-chapter", title="Example chapter")
    edition = Edition.objects.create(chapter=chapter, number=1, title="Example edition", published_on=LONG_AGO.date())
    for number in range(1, 8):
        area = Area.objects.create(edition=edition, number=number, title=f"Area {number}", audience="both")
        for part in (1, 2):
            Section.objects.create(area=area, number=f"{number}.{part}", position=part, title=f"Page {number}.{part}")
    sections = list(Section.objects.all())
    return Statement.objects.bulk_create(
        Statement(section=sections[n % len(sections)], key=f"statement-{n}", position=n, text=WORDS, audience="both")
        for n in range(STATEMENTS)
    )


def make_people(partnership, organisations):
    for kind in PEOPLE:
        user = User.objects.create_user(f"{kind}@example.org", name=kind)
        where = organisations[0] if kind == "lead" else None
        Role.objects.create(user=user, kind=kind, partnership=partnership, organisation=where)


def make_pledges(partnership, organisations, statements, chance):
    age = Characteristic.objects.create(slug="age", name="Age")
    groups = [Group.objects.create(characteristic=age, slug=f"group-{n}", name=f"Group {n}") for n in range(30)]
    commitments = Commitment.objects.bulk_create(
        Commitment(
            partnership=partnership, title=f"Pledge {n}: an interpreter at the first visit", inequality=WORDS,
            action=WORDS, outcome=WORDS, knowing=WORDS, is_example=True, due_on=datetime.date(YEAR + 1, 3, 31),
        )
        for n in range(PLEDGES)
    )  # fmt: skip
    served = Commitment.statements.through
    served.objects.bulk_create(
        served(commitment_id=one.pk, statement_id=chance.choice(statements).pk) for one in commitments
    )
    helped = Commitment.groups.through
    helped.objects.bulk_create(helped(commitment_id=one.pk, group_id=chance.choice(groups).pk) for one in commitments)
    Pledge.objects.bulk_create(
        Pledge(
            commitment=one,
            organisation=organisations[n % ORGANISATIONS],
            year=YEAR - n // ORGANISATIONS,
            sharing=Sharing.EVERYONE,
            made_at=LONG_AGO,
        )
        for n, one in enumerate(commitments)
    )
    return commitments


def make_updates(commitments, chance):
    stages = ["started", "moving", "stuck", "kept"]
    Update.objects.bulk_create(
        (_update(commitments[n % PLEDGES], n // PLEDGES, chance.choice(stages)) for n in range(UPDATES)),
        batch_size=2_000,
    )


def _update(commitment, month, stage):
    at = LONG_AGO + datetime.timedelta(days=30 * month)
    help_wanted = "A room in the north" if stage == "stuck" else ""
    return Update(
        commitment=commitment, stage=stage, happened=WORDS, worked=WORDS, hard=WORDS, help_wanted=help_wanted,
        made_at=at, stands_at=at,
    )  # fmt: skip


def make_round(partnership, organisations, statements):
    edition = statements[0].section.area.edition
    due = timezone.localdate() + datetime.timedelta(days=60)
    round = Round.objects.create(partnership=partnership, edition=edition, title="Our year", year=YEAR, due_on=due)
    Place.objects.bulk_create(Place(round=round, organisation=one) for one in organisations)
    assessments = Assessment.objects.bulk_create(
        Assessment(
            organisation=one, edition=edition, round=round, year=YEAR, sharing=Sharing.PARTNERSHIP,
            signed_off_at=LONG_AGO if n % 2 and n else None,
        )
        for n, one in enumerate(organisations[:ANSWERED])
    )  # fmt: skip
    Answer.objects.bulk_create(
        (
            Answer(assessment=one, statement=statement, version=1, stage=Stage.STARTED)
            for n, one in enumerate(assessments)
            for statement in statements[: STATEMENTS // 2 if n else STATEMENTS]
        ),
        batch_size=2_000,
    )


def make_asks(partnership, organisations, commitments):
    Ask.objects.bulk_create(
        Ask(
            partnership=partnership, organisation=organisations[n], commitment=commitments[n], text=WORDS,
            is_example=True,
        )
        for n in range(500)
    )  # fmt: skip


def make_feedback(statements):
    lead = User.objects.get(email="lead@example.org")
    Feedback.objects.bulk_create(
        Feedback(statement=statements[n % STATEMENTS], text=WORDS, given_by=lead, is_example=True)
        for n in range(FEEDBACK)
    )
