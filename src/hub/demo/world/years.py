"""Rounds, assessments and what was learned from them."""

from hub.assessments.models import (
    Answer,
    Assessment,
    Difference,
    Heard,
    Place,
    Round,
    SharedPractice,
    SignOff,
    Stage,
    Voice,
)
from hub.assessments.queries import asked_statements
from hub.assessments.rounds import actions
from hub.toolkit.models import Chapter, Section, Statement

LETTERS = {
    "n": Stage.NOT_YET,
    "s": Stage.STARTED,
    "u": Stage.USUAL,
    "o": Stage.OTHERS_COULD_LEARN,
    "x": Stage.NOT_FOR_US,
    "q": Stage.UNKNOWN,
}
NO_ANSWER = "."


def make_rounds(world):
    for row in world.data["rounds"]:
        chapter = Chapter.objects.get(slug=row["chapter"])
        round = Round.objects.create(
            partnership=world.partnership,
            edition=chapter.editions.get(number=row["edition"]),
            title=world.calendar.title(row["title"], row["year"]),
            year=world.calendar.year(row["year"]),
            due_on=world.calendar.day(row["due"]),
            opened_at=world.calendar.moment(row["opened"]),
            opened_by=world.people["coordinator"],
        )
        world.rounds[row["key"]] = round
        for place in row["places"]:
            _make_place(world, round, place)


def _make_place(world, round, row):
    organisation, unit = world.place(row)
    Place.objects.create(
        round=round,
        organisation=organisation,
        unit=unit,
        asked_at=world.calendar.moment(row["asked"]),
        due_on=world.calendar.day(row.get("due")),
    )


def close_rounds(world):
    """Through the real action, so that the bands are what they would have been."""
    for row in world.data["rounds"]:
        if "closed" in row:
            closed = actions.close_round(world.rounds[row["key"]], by=world.people["coordinator"])
            closed.closed_at = world.calendar.moment(row["closed"])
            closed.save(update_fields=["closed_at"])


def make_assessments(world):
    for row in world.data["assessments"]:
        assessment = _make_assessment(world, row)
        world.assessments[row["organisation"], row.get("unit"), row["round"]] = assessment
        _make_answers(world, assessment, row)
        _make_notes(world, assessment, row)
        _make_heard(world, assessment, row)
        _sign_off(world, assessment, row)


def _make_assessment(world, row):
    organisation, unit = world.place(row)
    round = world.rounds[row["round"]]
    return Assessment.objects.create(
        organisation=organisation,
        unit=unit,
        round=round,
        edition=round.edition,
        year=round.year,
        for_providers="providers" in row["as"],
        for_commissioners="commissioners" in row["as"],
        carried_from=_carried_from(world, row),
        sharing=row["sharing"],
        is_example=True,
        started_at=world.calendar.moment(row["started"]),
        started_by=world.lead_of(row),
    )


def _carried_from(world, row):
    if "carried_from" not in row:
        return None
    return world.assessments[row["organisation"], row.get("unit"), row["carried_from"]]


def _make_answers(world, assessment, row):
    letters = _letters(assessment, row["answers"])
    notes = {note["statement"]: note for note in row.get("notes", [])}
    before = _answers_before(assessment)
    at = {"saved_by": world.lead_of(row), "saved_at": assessment.started_at}
    made = []
    for statement, letter in letters.items():
        old = before.get(statement.key)
        if old:
            made.append(_carried(assessment, statement, old, at))
        if letter != NO_ANSWER:
            made.append(_answered(assessment, statement, letter, notes.get(statement.key, {}), old, at))
    Answer.objects.bulk_create(made)


def _letters(assessment, answers):
    """Each statement that is asked, with its letter. A wrong number of letters is an error in the file."""
    found = {}
    by_section = {}
    for statement in asked_statements(assessment).select_related("section"):
        by_section.setdefault(statement.section.number, []).append(statement)
    for number, letters in answers.items():
        found |= dict(zip(by_section[number], letters, strict=True))
    return found | {each: NO_ANSWER for section in by_section.values() for each in section if each not in found}


def _answers_before(assessment):
    if assessment.carried_from is None:
        return {}
    answers = assessment.carried_from.answers.current().select_related("statement")
    return {answer.statement.key: answer for answer in answers}


def _carried(assessment, statement, old, at):
    return Answer(
        assessment=assessment,
        statement=statement,
        version=1,
        stage=old.stage,
        confidence=old.confidence,
        evidence=old.evidence,
        in_the_way=old.in_the_way,
        carried_from=old,
        needs_review=True,
        **at,
    )


def _answered(assessment, statement, letter, note, old, at):
    return Answer(
        assessment=assessment,
        statement=statement,
        version=2 if old else 1,
        stage=LETTERS[letter],
        confidence=note.get("confidence", ""),
        evidence=note.get("evidence", ""),
        in_the_way=note.get("in_the_way", ""),
        carried_from=old,
        **at,
    )


def _make_notes(world, assessment, row):
    statements = {one.key: one for one in Statement.objects.filter(section__area__edition=assessment.edition)}
    Voice.objects.bulk_create(
        Voice(
            assessment=assessment,
            statement=statements[note["statement"]],
            speaker=voice["speaker"],
            stage=LETTERS[voice["stage"]] if voice.get("stage") else "",
            text=voice.get("text", ""),
            people=voice.get("people", 1),
            recorded_by=world.lead_of(row),
            said_at=assessment.started_at,
        )
        for note in row.get("notes", [])
        for voice in note.get("voices", [])
    )
    Difference.objects.bulk_create(
        Difference(
            assessment=assessment,
            speaker=said["speaker"],
            reply=said["reply"],
            text=said.get("text", ""),
            said_at=world.calendar.moment(said["on"]),
        )
        for said in row.get("differences", [])
    )


def _make_heard(world, assessment, row):
    sections = {section.number: section for section in Section.objects.filter(area__edition=assessment.edition)}
    Heard.objects.bulk_create(
        Heard(
            assessment=assessment,
            section=sections[number],
            recorded_by=world.lead_of(row),
            recorded_at=assessment.started_at,
            **heard,
        )
        for number, heard in row.get("heard", {}).items()
    )


def _sign_off(world, assessment, row):
    if "signed_off" not in row:
        return
    at = world.calendar.moment(row["signed_off"])
    SignOff.objects.create(assessment=assessment, signed_off_by=world.lead_of(row), signed_off_at=at)
    assessment.signed_off_at = at
    assessment.save(update_fields=["signed_off_at"])


def make_practices(world):
    for row in world.data.get("shared_practices", []):
        assessment = world.assessments[row["organisation"], row.get("unit"), row["round"]]
        SharedPractice.objects.create(
            organisation=assessment.organisation,
            assessment=assessment,
            statement=Statement.objects.get(section__area__edition=assessment.edition, key=row["statement"]),
            text=row["text"],
            how_to_ask=row.get("how_to_ask", ""),
            sharing=row["sharing"],
            offered_by=world.lead_of(row),
            offered_at=world.calendar.moment(row["on"]),
        )
