"""What people type about a programme."""

from hub.programme.forms.building import (
    ActionForm,
    AtWorkForm,
    ChangePartForm,
    PartForm,
    ProgrammeForm,
    SheetForm,
    TiesForm,
)
from hub.programme.forms.working import (
    ChooseActions,
    DeputyForm,
    HandOverForm,
    HelpForm,
    OwnersViewForm,
    QuestionForm,
    ReplyForm,
    ReportForm,
)

__all__ = [
    "ActionForm",
    "AtWorkForm",
    "ChangePartForm",
    "ChooseActions",
    "DeputyForm",
    "HandOverForm",
    "HelpForm",
    "OwnersViewForm",
    "PartForm",
    "ProgrammeForm",
    "QuestionForm",
    "ReplyForm",
    "ReportForm",
    "SheetForm",
    "TiesForm",
]
