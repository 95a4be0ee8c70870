"""Pledges: those that real organisations published, and made-up ones with everything that happened to them."""

from hub.commitments.models import Ask, Commitment, Measure, Offer, OfferStep, Reading, Target, Update
from hub.organisations.models import Sharing
from hub.pledges.models import Pledge, Publication
from hub.toolkit.models import Area, Group, Statement

QUESTIONS = ["title", "inequality", "action", "outcome", "knowing", "work", "owner_role", "people"]


def make_real_pledges(world):
    """What the source does not say stays empty, and the page says that the source does not say it."""
    for row in world.data["real_pledges"]:
        commitment = Commitment.objects.create(
            partnership=world.partnership,
            source=world.source(row["source"]),
            **{name: row[name] for name in QUESTIONS if name in row},
        )
        commitment.groups.set(_groups(row))
        pledge = Pledge.objects.create(
            commitment=commitment,
            organisation=world.organisations[row["organisation"]],
            year=row["year"],
            sharing=Sharing.EVERYONE,
        )
        Publication.objects.create(
            pledge=pledge, sharing=Sharing.EVERYONE, words="The organisation published it itself"
        )


def make_pledges(world):
    for row in sorted(world.data["pledges"], key=lambda row: row["made"]):
        lead, made = world.lead_of(row), world.calendar.moment(row["made"])
        commitment = _make_commitment(world, row, lead, made)
        world.pledges[row["key"]] = _make_pledge(world, row, commitment, lead, made)
        readings = {}
        for measure in row.get("measures", []):
            readings |= _make_measure(world, commitment, measure, lead)
        _make_updates(world, commitment, row, readings, lead)
        for ask in row.get("asks", []):
            _make_ask(world, row["organisation"], ask, lead, commitment=commitment)


def make_asks(world):
    for row in world.data.get("asks", []):
        _make_ask(world, row["organisation"], row, world.lead_of(row))


def _make_commitment(world, row, lead, made):
    commitment = Commitment.objects.create(
        partnership=world.partnership,
        owner=lead,
        due_on=world.calendar.day(row.get("due")),
        is_example=True,
        made_at=made,
        made_by=lead,
        **{name: row[name] for name in QUESTIONS if name in row},
    )
    commitment.groups.set(_groups(row))
    edition = world.rounds[row["round"]].edition if "round" in row else _newest_edition(world)
    commitment.statements.set(
        Statement.objects.filter(section__area__edition=edition, key__in=row.get("statements", []))
    )
    return commitment


def _make_pledge(world, row, commitment, lead, made):
    organisation, unit = world.place(row)
    assessment = world.assessments.get((row["organisation"], row.get("unit"), row.get("round")))
    pledge = Pledge.objects.create(
        commitment=commitment,
        organisation=organisation,
        unit=unit,
        year=world.calendar.year(row["year"]),
        assessment=assessment,
        from_answer=_answer(assessment, row.get("from_statement")),
        continues=world.pledges[row["continues"]] if "continues" in row else None,
        sharing=row["sharing"],
        made_at=made,
    )
    Publication.objects.create(pledge=pledge, sharing=row["sharing"], chosen_by=lead, chosen_at=made)
    return pledge


def _answer(assessment, key):
    return assessment.answers.current().filter(statement__key=key).first() if assessment and key else None


def _make_measure(world, commitment, row, lead):
    weeks = row.get("every_weeks", [None, None])
    measure = Measure.objects.create(
        commitment=commitment,
        every_weeks_from=weeks[0],
        every_weeks_to=weeks[1],
        review_on=world.calendar.day(row.get("review_on")),
        baseline_due_on=world.calendar.day(row.get("baseline_due")),
        added_at=commitment.made_at,
        **{name: row[name] for name in MEASURED if name in row},
    )
    for target in row.get("targets", []):
        Target.objects.create(
            measure=measure,
            value=target.get("value"),
            words=target.get("words", ""),
            by=world.calendar.day(target.get("by")),
            reason=target.get("reason", ""),
            set_by=lead,
            set_at=world.calendar.moment(target["set"]) if "set" in target else commitment.made_at,
        )
    return {(row["key"], one["on"]): _make_reading(world, measure, one, lead) for one in row.get("readings", [])}


MEASURED = ["kind", "name", "unit", "counting", "group_size", "per", "instrument", "direction", "direction_reason"]


def _make_reading(world, measure, row, lead):
    reading = Reading.objects.create(
        measure=measure,
        on=world.calendar.day(row["on"]),
        is_baseline=row.get("baseline", False),
        made_by=lead,
        made_at=world.calendar.moment(row["on"]),
        **{name: row[name] for name in ["value", "numerator", "denominator", "unknown", "words"] if name in row},
    )
    for label, count in row.get("parts", {}).items():
        reading.parts.create(label=label, count=count)
    return reading


def _make_updates(world, commitment, row, readings, lead):
    for said in row.get("updates", []):
        at = world.calendar.moment(said["on"])
        update = Update.objects.create(
            commitment=commitment,
            made_by=lead,
            made_at=at,
            stands_at=at,
            **{name: said[name] for name in SAID if name in said},
        )
        if "reading" in said:
            reading = readings[tuple(said["reading"])]
            reading.update = update
            reading.save(update_fields=["update"])


SAID = ["stage", "happened", "worked", "hard", "next", "help_wanted", "evidence", "changed"]


def _make_ask(world, organisation, row, lead, *, commitment=None):
    ask = Ask.objects.create(
        partnership=world.partnership,
        organisation=world.organisations[organisation],
        commitment=commitment,
        area=Area.objects.filter(edition=_newest_edition(world), number=row.get("area")).first(),
        text=row["text"],
        is_example=True,
        asked_by=lead,
        asked_at=world.calendar.moment(row["on"]),
        closed_at=world.calendar.moment(row.get("closed")),
        came_of_it=row.get("came_of_it", ""),
    )
    for offered in row.get("offers", []):
        _make_offer(world, ask, offered)


def _make_offer(world, ask, row):
    lead = world.lead_of(row)
    offer = Offer.objects.create(
        ask=ask,
        organisation=world.organisations[row["organisation"]],
        text=row["text"],
        may_be_public=row.get("may_be_public", True),
        offered_by=lead,
        offered_at=world.calendar.moment(row["on"]),
    )
    for step in row.get("steps", []):
        OfferStep.objects.create(
            offer=offer,
            step=step["step"],
            words=step.get("words", ""),
            made_by=ask.asked_by,
            made_at=world.calendar.moment(step["on"]),
        )


def _groups(row):
    return Group.objects.filter(slug__in=row.get("groups", []))


def _newest_edition(world):
    return list(world.rounds.values())[-1].edition
