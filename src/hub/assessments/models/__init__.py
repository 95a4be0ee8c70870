from hub.assessments.models.answers import Answer, SetAside, SharedPractice
from hub.assessments.models.assessments import Assessment, Heard, Presence, SignOff
from hub.assessments.models.choices import Confidence, Speaker, Stage
from hub.assessments.models.rounds import Band, Extension, InvitationList, Nudge, Place, Round, StuckNote
from hub.assessments.models.voices import ContributionLink, Contributor, Difference, Voice, VoicesShared

__all__ = [
    "Answer",
    "Assessment",
    "Band",
    "Confidence",
    "ContributionLink",
    "Contributor",
    "Difference",
    "Extension",
    "Heard",
    "InvitationList",
    "Nudge",
    "Place",
    "Presence",
    "Round",
    "SetAside",
    "SharedPractice",
    "SignOff",
    "Speaker",
    "Stage",
    "StuckNote",
    "Voice",
    "VoicesShared",
]
