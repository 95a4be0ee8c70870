from django.views.decorators.http import require_safe
from django.shortcuts import get_object_or_404, render

from hub.assessments.models import Assessment
from hub.core.access import allow, policy

reads_results = policy(
    "reads this assessment",
    lambda request, pk, **_: request.user.is_authenticated
    and Assessment.objects.visible_to(request.user).filter(pk=pk).exists(),
)


@allow(reads_results)
@require_safe
def read_results(request, pk):
    assessment = get_object_or_404(Assessment.objects.visible_to(request.user), pk=pk)
    return render(request, "pledges/read_results.html", {"assessment": assessment})
