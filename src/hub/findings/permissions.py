"""Who may read findings, answer them and act on them."""

from hub.core.access import policy
from hub.findings.models import Finding, Follow, Release, Suggestion
from hub.organisations.permissions import Kind, has_role, roles_of
from hub.submissions.models import WRITERS


def _finds(rows):
    return lambda request, pk, **_: rows(request.user).filter(pk=pk).exists()


reads_findings = policy("has a role in a partnership", lambda request, **_: roles_of(request.user).exists())
reads_finding = policy("reads this finding", _finds(Finding.objects.visible_to))
answers_finding = policy("of the service whose figure it is", _finds(Finding.objects.answered_by))
pledges_from = policy(
    "lead or colleague who reads this finding",
    lambda request, pk, **_: (
        has_role(request.user, *WRITERS) and Finding.objects.visible_to(request.user).filter(pk=pk).exists()
    ),
)
reads_follow = policy("of the organisation that made the pledge", _finds(Follow.objects.visible_to))
edits_suggestions = policy(
    "toolkit editor", lambda request, **_: has_role(request.user, Kind.EDITOR), second_factor=True
)
edits_suggestion = policy("toolkit editor here", _finds(Suggestion.objects.edited_by), second_factor=True)

asks_to_publish = policy(
    "leads the service whose figure it is, or looks at it for the partnership", _finds(Finding.objects.publishable_by)
)
reads_release = policy("has a part in publishing this", _finds(Release.objects.visible_to))
decides_on_release = policy(
    "approver, analyst or coordinator who did not ask for it", _finds(Release.objects.approvable_by), second_factor=True
)
answers_release = policy("of the service whose figure it is", _finds(Release.objects.answered_by))
withdraws_release = policy("asked for it, leads the service or coordinates", _finds(Release.objects.withdrawable_by))

SEES_SERVICES = [Kind.COMMISSIONER, Kind.COORDINATOR, Kind.ANALYST]
LOOKS_OVER = [*SEES_SERVICES, Kind.BOARD]
sees_services = policy(
    "commissioner, coordinator or analyst", lambda request, **_: has_role(request.user, *SEES_SERVICES)
)
looks_over = policy("looks over a partnership", lambda request, **_: has_role(request.user, *LOOKS_OVER))
