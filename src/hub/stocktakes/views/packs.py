"""Board packs: asked for with one press, made while one waits, taken away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.core.access import allow
from hub.organisations.models import Partnership
from hub.organisations.permissions import coordinates, coordinator_here
from hub.stocktakes import actions, permissions
from hub.stocktakes.forms import TemplateForm
from hub.stocktakes.models import Job, Stocktake, WordTemplate
from hub.stocktakes.views.writing import progress


@allow(permissions.packs_programme)
@require_POST
def make_pack(request, pk):
    """About the programme as it stands today."""
    programme = get_object_or_404(permissions.programmes_packed_by(request.user), pk=pk)
    return redirect(actions.ask_for_pack(programme, by=request.user))


@allow(permissions.reads_stocktake)
@require_POST
def pack_stocktake(request, pk):
    """About a year, with its story."""
    rows = Stocktake.objects.of(request.user).exclude(gathered_at=None).in_brief()
    stocktake = get_object_or_404(rows, pk=pk)
    return redirect(actions.ask_for_pack(stocktake.programme, by=request.user, stocktake=stocktake))


@allow(permissions.reads_pack)
@require_safe
def read_pack(request, pk):
    job = _pack(request, pk)
    if request.htmx:
        return progress(request, job if job.is_under_way else None)
    context = {
        "job": job,
        "files": job.files.defer("body"),
        "may_change_template": coordinates(request.user, job.programme.partnership),
    }
    return render(request, "stocktakes/pack.html", context)


@allow(permissions.reads_pack)
@require_POST
def stop_pack(request, pk):
    job = _pack(request, pk)
    actions.stop(job, by=request.user)
    messages.success(request, _("Stopped. Nothing was kept."))
    return redirect(job)


@allow(permissions.reads_pack)
@require_safe
def download(request, pk, kind):
    file = get_object_or_404(_pack(request, pk).files.exclude(name=""), kind=kind)
    actions.take_file(file, by=request.user)
    response = HttpResponse(bytes(file.body), content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


@allow(coordinator_here)
@require_http_methods(["GET", "POST"])
def change_template(request, partnership):
    """Which Word document lends its styles. Without one, a plain one of our own does."""
    partnership = get_object_or_404(Partnership.objects.coordinated_by(request.user), slug=partnership)
    form = TemplateForm(request.POST or None, request.FILES or None)
    if "drop" in request.POST:
        actions.drop_template(partnership, by=request.user)
        return redirect(request.path)
    if form.is_valid():
        file = form.cleaned_data["template"]
        actions.keep_template(partnership, by=request.user, name=file.name[:120], body=file.read())
        messages.success(request, _("The next board pack wears it."))
        return redirect(request.path)
    there = WordTemplate.objects.filter(partnership__in=Partnership.objects.coordinated_by(request.user))
    context = {"form": form, "partnership": partnership, "template": there.filter(partnership=partnership).first()}
    return render(request, "stocktakes/change_template.html", context)


def _pack(request, pk):
    rows = (
        Job.objects.of(request.user)
        .filter(kind=Job.Kind.PACK)
        .select_related("programme__partnership", "stocktake")
        .defer("stocktake__record")
    )
    return get_object_or_404(rows, pk=pk)
