from hub.toolkit.models import Feedback, Reply, Statement


def make_feedback(world):
    """What example organisations say about the toolkit, and what became of it."""
    for row in world.data.get("feedback", []):
        feedback = Feedback.objects.create(
            statement=_statement(row),
            text=row["text"],
            given_by=world.lead_of(row),
            given_at=world.calendar.moment(row["on"]),
            is_example=True,
        )
        for reply in row.get("replies", []):
            Reply.objects.create(
                feedback=feedback,
                kind=reply["kind"],
                reason=reply.get("reason", ""),
                made_by=world.people["editor"],
                made_at=world.calendar.moment(reply["on"]),
            )


def _statement(row):
    editions = {"section__area__edition__chapter__slug": "race-and-ethnicity"}
    return Statement.objects.get(**editions, section__area__edition__number=row["edition"], key=row["statement"])
