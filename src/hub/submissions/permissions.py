"""Who may ask for figures, hand them in and see them."""

from hub.core.access import policy
from hub.organisations.permissions import Kind, has_role
from hub.submissions.models import ASKERS, WRITERS, DataRound, Submission

SEES_FIGURES = [*WRITERS, Kind.APPROVER, *ASKERS, Kind.ANALYST]


def _finds(rows):
    return lambda request, pk, **_: rows(request.user).filter(pk=pk).exists()


sees_figures = policy("has to do with figures", lambda request, **_: has_role(request.user, *SEES_FIGURES))
sends_figures = policy("lead or colleague of a service", lambda request, **_: has_role(request.user, *WRITERS))
asks_for_figures = policy("coordinator or commissioner", lambda request, **_: has_role(request.user, *ASKERS))
runs_round = policy("coordinator or commissioner of this round", _finds(DataRound.objects.run_by))
reads_submission = policy("of this service, or a named reader", _finds(Submission.objects.visible_to))
handles_submission = policy("lead or colleague of this service", _finds(Submission.objects.of_writers))
