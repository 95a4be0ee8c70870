"""A programme: what is to be done, who looks after it, and what people say to each other about it."""

from hub.programme.models.areas import (
    Action,
    AtWork,
    Deputy,
    FurtherPromise,
    KeyTarget,
    Outcome,
    Rewording,
    StatedTarget,
)
from hub.programme.models.meetings import Approval, Attendance, Decision, Meeting, Seat
from hub.programme.models.programmes import (
    Community,
    Forum,
    Phase,
    Principle,
    Programme,
    ProgrammeFact,
    ServiceArea,
    Strand,
)
from hub.programme.models.reporting import Challenge, ChallengeReply, EvidenceDate, OwnersView

__all__ = [
    "Action",
    "Approval",
    "AtWork",
    "Attendance",
    "Challenge",
    "ChallengeReply",
    "Community",
    "Decision",
    "Deputy",
    "EvidenceDate",
    "Forum",
    "FurtherPromise",
    "KeyTarget",
    "Meeting",
    "Outcome",
    "OwnersView",
    "Phase",
    "Principle",
    "Programme",
    "ProgrammeFact",
    "Rewording",
    "Seat",
    "ServiceArea",
    "StatedTarget",
    "Strand",
]
