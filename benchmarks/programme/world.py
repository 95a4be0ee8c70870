"""A programme of 500 actions, 2,000 key targets, 20,000 readings and 100 forums, all made up, always the same."""

import datetime
import itertools
import random
from decimal import Decimal

from django.utils import timezone

from hub.accounts.models import User
from hub.commitments.models import Commitment, Measure, Reading, Target, Update
from hub.organisations.models import Organisation, Partnership, Role
from hub.programme.models import (
    Action,
    Attendance,
    AtWork,
    Challenge,
    Decision,
    Forum,
    KeyTarget,
    Meeting,
    Outcome,
    Principle,
    Programme,
    Seat,
    ServiceArea,
    Strand,
)
from hub.toolkit.models import Characteristic, Group

STRANDS, AREAS, ACTIONS, TARGETS, OUTCOMES = 5, 25, 500, 2_000, 250
READINGS, FORUMS, UPDATES, QUESTIONS, AT_WORK = 20_000, 100, 3_000, 200, 200
SEATS, MEETINGS = 8, 12  # of each forum
OWNED = 60  # actions that one person looks after
SLUG = "example-large"
PROGRAMME = "fairer-together"
PEOPLE = ("coordinator", "board", "lead")
TODAY = timezone.localdate()
NOW = timezone.now()
WORDS = "We talk it through with people who use the service and change one thing at a time."
KINDS = ("number", "number", "share", "milestone")


def make():
    chance = random.Random(1)
    partnership = Partnership.objects.create(name="Example Large Partnership", slug=SLUG, place="Exampleton")
    organisation = Organisation.objects.create(
        partnership=partnership, name="Example Council", slug="example-council", is_example=True
    )
    programme = Programme.objects.create(
        partnership=partnership, organisation=organisation, slug=PROGRAMME, title="Fairer together", summary=WORDS,
        published_at=NOW,
    )  # fmt: skip
    people = make_people(partnership, organisation)
    areas = make_areas(programme)
    forums = make_forums(programme, people)
    actions = make_actions(programme, areas, people, chance)
    tie_actions(programme, actions, forums, chance)
    make_targets(areas, actions, chance)
    make_outcomes(areas, actions)
    make_updates(actions, people, chance)
    make_questions(actions, people)
    make_meetings(forums, actions, chance)


def make_people(partnership, organisation):
    found = {}
    for kind in PEOPLE:
        found[kind] = User.objects.create_user(f"{kind}@example.org", name=kind)
        where = organisation if kind == "lead" else None
        Role.objects.create(user=found[kind], kind=kind, partnership=partnership, organisation=where)
    return found


def make_areas(programme):
    strands = Strand.objects.bulk_create(
        Strand(programme=programme, slug=f"strand-{n}", position=n, title=f"As a neighbour {n}", summary=WORDS)
        for n in range(STRANDS)
    )
    return ServiceArea.objects.bulk_create(
        ServiceArea(
            programme=programme, strand=strands[n % STRANDS], commitment=commitment, slug=f"area-{n}", position=n,
            title=f"Area {n}", summary=WORDS,
        )
        for n, commitment in enumerate(commitments(programme, AREAS, "Area"))
    )  # fmt: skip


def commitments(programme, number, title, **answers):
    return Commitment.objects.bulk_create(
        Commitment(partnership=programme.partnership, title=f"{title} {n}", **answers) for n in range(number)
    )


def make_forums(programme, people):
    made = commitments(programme, FORUMS, "Forum")
    rhythms = Measure.objects.bulk_create(
        Measure(commitment=one, kind="cadence", name="It meets", every_weeks_to=8) for one in made
    )
    forums = Forum.objects.bulk_create(
        Forum(
            programme=programme, slug=f"forum-{n}", position=n, title=f"Forum {n}", summary=WORDS, commitment=one,
            rhythm=rhythms[n], does=WORDS,
        )
        for n, one in enumerate(made)
    )  # fmt: skip
    Seat.objects.bulk_create(
        Seat(
            forum=forum, speaks_for=f"Group {n}", is_chair=n == 0,
            holder=people["board"] if n == 0 else people["lead"] if n == 1 else None,
        )
        for forum, n in itertools.product(forums, range(SEATS))
    )  # fmt: skip
    return forums


def make_actions(programme, areas, people, chance):
    made = commitments(
        programme, ACTIONS, "An interpreter at the first visit", inequality=WORDS, action=WORDS, outcome=WORDS,
        owner_role="Head of services",
    )  # fmt: skip
    for n, one in enumerate(made):
        one.owner = people["lead"] if n < OWNED else people["coordinator"]
        one.owner_role = f"Head of service {n % 40}"
        one.due_on = TODAY + datetime.timedelta(days=chance.randrange(-100, 500))
    Commitment.objects.bulk_update(made, ["owner", "owner_role", "due_on"])
    return Action.objects.bulk_create(
        Action(
            commitment=one, area=areas[n % AREAS], key=f"action-{n}", position=n,
            organisation=programme.organisation,
        )
        for n, one in enumerate(made)
    )  # fmt: skip


def tie_actions(programme, actions, forums, chance):
    principles = Principle.objects.bulk_create(
        Principle(programme=programme, slug=f"principle-{n}", position=n, title=f"Principle {n}") for n in range(8)
    )
    age = Characteristic.objects.create(slug="age", name="Age")
    groups = [Group.objects.create(characteristic=age, slug=f"group-{n}", name=f"Group {n}") for n in range(30)]
    _tie(Action.principles.through, "principle", actions, principles, chance)
    _tie(Action.forums.through, "forum", actions, forums, chance)
    helped = Commitment.groups.through
    helped.objects.bulk_create(
        helped(commitment_id=one.commitment_id, group_id=chance.choice(groups).pk) for one in actions
    )
    goes_with = Action.goes_with.through
    for one, other in zip(actions[::2], actions[1::2], strict=True):
        goes_with.objects.create(from_action=one, to_action=other)
        goes_with.objects.create(from_action=other, to_action=one)


def _tie(through, name, actions, others, chance):
    through.objects.bulk_create(through(action=one, **{name: chance.choice(others)}) for one in actions)


def make_targets(areas, actions, chance):
    """Each with a measure, a target that was changed once, where it starts, and ten readings in all."""
    kinds = [KINDS[n % len(KINDS)] for n in range(TARGETS)]
    measures = Measure.objects.bulk_create(
        Measure(
            commitment=areas[n % AREAS].commitment, kind=kind, name=f"Visits with an interpreter {n}",
            counting="things", direction="up",
        )
        for n, kind in enumerate(kinds)
    )  # fmt: skip
    targets = KeyTarget.objects.bulk_create(
        KeyTarget(area=areas[n % AREAS], key=f"target-{n}", position=n, title=f"More visits {n}", words=WORDS)
        for n in range(TARGETS)
    )
    counted, served = KeyTarget.measures.through, KeyTarget.actions.through
    counted.objects.bulk_create(
        counted(keytarget=one, measure=measure) for one, measure in zip(targets, measures, strict=True)
    )
    served.objects.bulk_create(served(keytarget=one, action=actions[n % ACTIONS]) for n, one in enumerate(targets))
    Target.objects.bulk_create(goal for n, measure in enumerate(measures) for goal in _goals(measure, n))
    Reading.objects.bulk_create(
        (_reading(measure, n, chance) for measure in measures for n in range(READINGS // TARGETS)), batch_size=2_000
    )
    AtWork.objects.bulk_create(
        AtWork(measure=measure, area=areas[n % AREAS], topic=AtWork.Topic.values[n % len(AtWork.Topic.values)])
        for n, measure in enumerate(measures[:AT_WORK])
    )


def _goals(measure, n):
    by = TODAY + datetime.timedelta(days=n % 700 - 100)
    words = "It is done" if measure.kind == "milestone" else ""
    for change, value in enumerate((80, 90)):
        at = NOW - datetime.timedelta(days=300 - change)
        yield Target(measure=measure, value=None if words else value, words=words, by=by, set_at=at)


def _reading(measure, n, chance):
    value = Decimal(n > 8) if measure.kind == "milestone" else Decimal(10 + 6 * n + chance.randrange(10))
    on = TODAY - datetime.timedelta(days=30 * (10 - n))
    return Reading(measure=measure, on=on, value=value, is_baseline=n == 0)


def make_outcomes(areas, actions):
    outcomes = Outcome.objects.bulk_create(
        Outcome(area=areas[n % AREAS], key=f"outcome-{n}", position=n, title=f"People are understood {n}", words=WORDS)
        for n in range(OUTCOMES)
    )
    served = Outcome.actions.through
    served.objects.bulk_create(
        served(outcome=outcomes[n % OUTCOMES], action=action) for n, action in enumerate(actions)
    )


def make_updates(actions, people, chance):
    """One action in ten was never reported on; the others six times and more."""
    told = [action for n, action in enumerate(actions) if n % 10]
    Update.objects.bulk_create(_update(told[n % len(told)], n // len(told), people, chance) for n in range(UPDATES))


def _update(action, quarter, people, chance):
    stage = chance.choice(["started", "moving", "stuck", "moving", "moving", "kept"])
    at = NOW - datetime.timedelta(days=91 * (7 - quarter) - 85 + chance.randrange(20))
    return Update(
        commitment=action.commitment, stage=stage, happened=WORDS, worked=WORDS, hard=WORDS, made_by=people["lead"],
        help_wanted="A room in the north" if stage == "stuck" else "", made_at=at, stands_at=at,
    )  # fmt: skip


def make_questions(actions, people):
    Challenge.objects.bulk_create(
        Challenge(action=action, words=WORDS, asked_by=people["board"]) for action in actions[:QUESTIONS]
    )


def make_meetings(forums, actions, chance):
    meetings = Meeting.objects.bulk_create(
        Meeting(
            forum=forum, on=TODAY - datetime.timedelta(weeks=8 * (MEETINGS - n)), minutes=WORDS, missing=WORDS,
            held_at=NOW,
        )
        for forum, n in itertools.product(forums, range(MEETINGS))
    )  # fmt: skip
    seats = {forum.pk: list(forum.seats.all()) for forum in forums}
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, seat=seat, came=chance.random() < 0.7)
        for meeting in meetings
        for seat in seats[meeting.forum_id]
    )
    on_table = Meeting.agenda.through
    on_table.objects.bulk_create(
        on_table(meeting=meeting, action=action) for meeting in meetings for action in chance.sample(actions, 5)
    )
    Decision.objects.bulk_create(
        Decision(meeting=meeting, commitment=chance.choice(actions).commitment, words=WORDS, stands_alone=False)
        for meeting in meetings
        for _ in range(2)
    )
