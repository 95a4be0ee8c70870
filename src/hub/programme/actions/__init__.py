"""Everything that is written about programmes. Each part is recorded in the same transaction."""

from hub.programme.actions.loading import AlreadyThereError, load_examples, load_programme
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
    "ask_again",
    "ask_for_help",
    "ask_question",
    "close_question",
    "hand_over",
    "load_examples",
    "load_programme",
    "name_deputy",
    "organisation_asking",
    "reply",
    "report_progress",
    "say_still_true",
    "see_differently",
]
