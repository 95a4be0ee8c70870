from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.access import allow
from hub.core.forms import send_once
from hub.findings import actions, charts, permissions, queries
from hub.findings.forms import NarrativeForm
from hub.findings.models import Finding

A_PAGE = 25


@allow(permissions.reads_findings)
@require_safe
def show_staff(request):
    """Who works for one employer, at which pay, and who is appointed, trained and disciplined."""
    page = Paginator(queries.employers_seen_by(request.user), A_PAGE).get_page(request.GET.get("page"))
    chosen = request.GET.get("employer", "")
    analysis = next((one for one in page if str(one.pk) == chosen), next(iter(page), None))
    context = {"page_obj": page, "chosen": analysis}
    if analysis:
        seen = queries.workforce_of(analysis, request.user)
        context |= {
            "seen": seen,
            "clear": [(one, charts.glance(one, one.rows.all())) for one in seen.clear],
            "by_band": [(one, charts.chart(one, list(one.rows.all()))) for one in seen.by_band],
            "pay": [(one, charts.chart(one, list(one.rows.all()))) for one in seen.pay],
            "writes": Finding.objects.answered_by(request.user).filter(analysis=analysis).exists(),
        }
    return render(request, "findings/show_staff.html", context)


@allow(permissions.answers_finding)
@require_http_methods(["GET", "HEAD", "POST"])
def write_narrative(request, pk):
    """The employer's own words beside its pay gap. What it said before stays."""
    gaps = Finding.objects.answered_by(request.user).filter(measure="pay_gap").select_related("analysis")
    finding = get_object_or_404(gaps, pk=pk)
    said = list(queries.narratives_beside(finding)[: queries.MOST])
    form = NarrativeForm(request.POST or None, initial={"text": said[0].text if said else ""})
    if form.is_valid():

        def write():
            actions.write_narrative(finding, by=request.user, text=form.cleaned_data["text"])
            return finding

        messages.success(request, _("Your words stand beside the gap now."))
        return redirect(send_once(form, write))
    return render(request, "findings/write_narrative.html", {"form": form, "finding": finding, "said": said})
