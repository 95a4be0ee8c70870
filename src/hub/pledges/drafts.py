"""First words for a pledge that starts from a gap. People change them; nothing is kept until they save."""

from django.utils.translation import gettext as _

from hub.assessments.models import Stage

PRACTICES = 3


def questions_from(answer):
    """The four questions, part-filled from what a team said about a statement and from what helps with it."""
    statement = answer.statement
    return {
        "title": _without_full_stop(statement)[:160],
        "inequality": "\n".join([_where_we_stand(answer), *_what_is_in_the_way(answer)]),
        "action": _what_helps(statement),
        "outcome": _("In a year we can say: “%(statement)s”.") % {"statement": _without_full_stop(statement)},
        "knowing": _("We will count, or ask people, before we start and then every three months."),
        "statements": [statement.pk],
    }


def _where_we_stand(answer):
    words = {
        Stage.STARTED: _("We have started, but this is not true everywhere yet: “%(statement)s”."),
        Stage.UNKNOWN: _("We do not know yet whether this is true for us: “%(statement)s”."),
    }
    words = words.get(answer.stage, _("This is not true for us yet: “%(statement)s”."))
    return words % {"statement": _without_full_stop(answer.statement)}


def _what_is_in_the_way(answer):
    return [_("What is in the way: %(words)s") % {"words": answer.in_the_way}] if answer.in_the_way else []


def _what_helps(statement):
    practices = list(statement.practices.all()[:PRACTICES])
    if not practices:
        return ""
    return "\n".join([_("Choose what fits you:"), *(f"- {practice.text}" for practice in practices)])


def _without_full_stop(statement):
    """Statements are sentences; inside one of ours they lose their full stop."""
    return statement.text.rstrip(".")
