"""Everything that is written about commitments. Each part is recorded in the same transaction."""

from hub.commitments.actions.asking import ask_group, close_ask, offer_help, take_step
from hub.commitments.actions.measuring import (
    AlreadyCorrected,
    Figure,
    add_measure,
    add_reading,
    correct_reading,
    end_measure,
    set_target,
    turn_measure,
)
from hub.commitments.actions.reporting import correct_update, report_progress
from hub.commitments.actions.wording import ChangedMeanwhile, change_commitment, hand_over, make_commitment

__all__ = [
    "AlreadyCorrected",
    "ChangedMeanwhile",
    "Figure",
    "add_measure",
    "add_reading",
    "ask_group",
    "change_commitment",
    "close_ask",
    "correct_reading",
    "correct_update",
    "end_measure",
    "hand_over",
    "make_commitment",
    "offer_help",
    "report_progress",
    "set_target",
    "take_step",
    "turn_measure",
]
