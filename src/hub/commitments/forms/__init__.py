"""What people type about commitments."""

from hub.commitments.forms.asks import AskForm, CloseAskForm, OfferForm, StepForm
from hub.commitments.forms.cases import CaseForm
from hub.commitments.forms.figures import FigureForm, OneFigureForm, as_it_was
from hub.commitments.forms.measures import KindForm, MeasureForm, TargetForm, TurnForm
from hub.commitments.forms.updates import UpdateForm

__all__ = [
    "AskForm",
    "CaseForm",
    "CloseAskForm",
    "FigureForm",
    "KindForm",
    "MeasureForm",
    "OfferForm",
    "OneFigureForm",
    "StepForm",
    "TargetForm",
    "TurnForm",
    "UpdateForm",
    "as_it_was",
]
