from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from hub.assessments.models import Assessment
from hub.assessments.permissions import what_may_be_done
from hub.assessments.queries import results, what_helps
from hub.core.access import allow
from hub.pledges.models import Pledge
from hub.pledges.permissions import reads_results

SHOWN_WHOLE = 3


@allow(reads_results)
@require_safe
def read_results(request, pk):
    """Strengths to share and gaps to work on, each gap one click from a pledge."""
    assessments = Assessment.objects.visible_to(request.user)
    assessment = get_object_or_404(
        assessments.select_related("edition__chapter", "organisation__partnership", "unit", "round"), pk=pk
    )
    may = what_may_be_done(assessment, request.user)
    found = results(assessment, request.user)
    pledged = _pledges_by_statement(assessment, request.user)
    first = [gap for gap in found.gaps if gap.statement.pk not in pledged][:SHOWN_WHOLE]
    others = _others(found.gaps, first)
    opened = _area_to_open(request.GET.get("area", ""))
    whole = [gap.statement for gap in [*first, *(gap for gap in others if gap.statement.section.area_id == opened)]]
    context = {
        "assessment": assessment,
        "results": found,
        "first_gaps": first,
        "other_gaps": others,
        "opened": opened,
        "helps": what_helps(assessment, request.user, whole),
        "may_lead": may.lead,
        "may_pledge": Assessment.objects.answerable_by(request.user).filter(pk=pk).exists(),
        "pledged": pledged,
    }
    return render(request, "pledges/read_results.html", context)


def _others(gaps, first):
    """Shown short, so that a page of sixty gaps stays light; one area at a time is opened whole."""
    shown = {gap.statement.pk for gap in first}
    return sorted((gap for gap in gaps if gap.statement.pk not in shown), key=_in_the_order_of_the_toolkit)


def _area_to_open(text):
    return int(text) if text.isdecimal() and len(text) < 18 else None


def _in_the_order_of_the_toolkit(gap):
    section = gap.statement.section
    return section.area.number, section.position, gap.statement.position


def _pledges_by_statement(assessment, user):
    """Which gaps have a pledge already, as far as this reader may know."""
    pledges = Pledge.objects.visible_to(user).filter(assessment=assessment).exclude(from_answer=None)
    return {pledge.from_answer.statement_id: pledge for pledge in pledges.select_related("commitment", "from_answer")}
