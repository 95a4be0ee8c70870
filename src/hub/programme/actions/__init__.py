"""Everything that is written about programmes. Each part is recorded in the same transaction."""

from hub.programme.actions.building import (
    RewordedMeanwhileError,
    change_action,
    change_part,
    change_programme,
    follow_at_work,
    publish,
    start_programme,
    take_sheet,
    tie_action,
)
from hub.programme.actions.importing import NotInOrderError, carry_out
from hub.programme.actions.loading import AlreadyThereError, load_examples, load_programme
from hub.programme.actions.planning import Plan, plan_for
from hub.programme.actions.reporting import (
    ask_again,
    ask_for_help,
    ask_question,
    close_question,
    hand_over,
    name_deputy,
    organisation_asking,
    reply,
    report_progress,
    say_still_true,
    see_differently,
)

__all__ = [
    "AlreadyThereError",
    "NotInOrderError",
    "Plan",
    "RewordedMeanwhileError",
    "ask_again",
    "ask_for_help",
    "ask_question",
    "carry_out",
    "change_action",
    "change_part",
    "change_programme",
    "close_question",
    "follow_at_work",
    "hand_over",
    "load_examples",
    "load_programme",
    "name_deputy",
    "organisation_asking",
    "plan_for",
    "publish",
    "reply",
    "report_progress",
    "say_still_true",
    "see_differently",
    "start_programme",
    "take_sheet",
    "tie_action",
]
