"""Opening a stocktake, telling its story, approving it, taking it back."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.core.access import allow
from hub.core.forms import send_once
from hub.programme.models import Programme
from hub.stocktakes import actions, freezing, permissions, queries, rules
from hub.stocktakes.forms import ApproveForm, OpenForm, RetractForm, StoryForm
from hub.stocktakes.models import Stocktake


@allow(permissions.reads_stocktakes)
@require_safe
def list_stocktakes(request):
    """Those that are written, those that stand, and the programmes that can be taken to a board."""
    context = {
        "stocktakes": Stocktake.objects.of(request.user).in_brief()[:50],
        "programmes": permissions.programmes_packed_by(request.user).select_related("partnership"),
        "opened": Programme.objects.coordinated_by(request.user).published(),
        "packs": queries.packs_of(request.user)[:10],
    }
    return render(request, "stocktakes/stocktakes.html", context)


@allow(permissions.opens_stocktake)
@require_http_methods(["GET", "POST"])
def open_stocktake(request, pk):
    programmes = Programme.objects.coordinated_by(request.user).select_related("partnership")
    programme = get_object_or_404(programmes, pk=pk)
    year = timezone.localdate().year
    initial = {
        "year": year,
        "starts_on": timezone.localdate().replace(month=1, day=1),
        "ends_on": timezone.localdate().replace(month=12, day=31),
    }
    form = OpenForm(request.POST or None, programme=programme, initial=initial)
    if form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("year", "starts_on", "ends_on")}
        return redirect(send_once(form, lambda: actions.open_stocktake(programme, by=request.user, **told)))
    return render(request, "stocktakes/open_stocktake.html", {"form": form, "programme": programme})


@allow(permissions.reads_stocktake)
@require_safe
def read_stocktake(request, pk):
    rows = permissions.with_rights(Stocktake.objects.of(request.user), request.user)
    stocktake = get_object_or_404(rows.in_brief(), pk=pk)
    job = queries.job_under_way(stocktake)
    if request.htmx:
        return progress(request, job)
    draft = queries.Draft(stocktake)
    context = {
        "stocktake": stocktake,
        "draft": draft,
        "job": job,
        "trouble": queries.latest_trouble(stocktake),
        "may_write": stocktake.may_write,
    }
    if stocktake.gathered_at:
        context["parts"] = [(part, title, draft.headings_told(part)) for part, title in draft.parts.items()]
        context["has_approved"] = any(one.approved_by_id == request.user.pk for one in draft.approvals)
        # Where freezing was given up, whoever may approve asks for it again.
        context["may_freeze"] = rules.may_freeze([one.approved_by_id for one in draft.approvals])
        context["may_approve"] = stocktake.may_approve
        context["form"] = ApproveForm(initial={"seal": draft.seal})
    return render(request, "stocktakes/stocktake.html", context)


def progress(request, job):
    """How far it is, for a page that looks again by itself; once there is nothing left to wait for, the page anew."""
    if job:
        return render(request, "stocktakes/_progress.html", {"job": job})
    return HttpResponse(headers={"HX-Refresh": "true"})


@allow(permissions.writes_stocktake)
@require_POST
def gather_again(request, pk):
    stocktake = _open(request, pk)
    actions.gather_again(stocktake, by=request.user)
    return redirect(stocktake)


@allow(permissions.writes_stocktake)
@require_http_methods(["GET", "POST"])
def write_part(request, pk, part):
    """The words of a part, beside what the record says about it."""
    stocktake = _open(request, pk)
    draft = queries.Draft(stocktake)
    if part not in draft.parts:
        raise Http404
    story = draft.story.get(part, {})
    form = StoryForm(request.POST or None, part=part, initial=story | {"seen": draft.seen(part)})
    is_changed_meanwhile = False
    if form.is_valid():
        try:
            actions.tell(stocktake, part, form.words(), by=request.user, seen=form.cleaned_data["seen"])
            messages.success(request, _("Saved. The figures stay as the record has them."))
            return redirect(stocktake)
        except actions.ChangedMeanwhileError:
            is_changed_meanwhile = True
            form.data = form.data.copy()
            form.data["seen"] = str(draft.seen(part))
    context = {
        "form": form,
        "stocktake": stocktake,
        "title": draft.parts[part],
        "part": part,
        "is_changed_meanwhile": is_changed_meanwhile,
        "told": story,
    }
    return render(request, "stocktakes/write_part.html", context)


@allow(permissions.reads_stocktake)
@require_safe
def preview(request, pk, path=""):
    """The very pages that will be frozen, at the same paths."""
    stocktake = _read(request, pk)
    if path == freezing.STYLE_PATH:
        return HttpResponse(freezing.style_of(stocktake.partnership), content_type=freezing.CSS)
    draft = queries.Draft(stocktake)
    found = {rules.path_of(part): part for part in draft.parts}
    if path not in found:
        raise Http404
    ready = queries.page_made_ahead(stocktake, path, draft.seal)
    if ready is not None:
        return HttpResponse(ready)
    if queries.is_large(stocktake):
        messages.success(request, _("There is much on these pages, so they are being made. Look again in a moment."))
        return redirect(stocktake)
    with translation.override(settings.LANGUAGE_CODE):
        return HttpResponse(freezing.page_of(stocktake, draft, found[path], is_preview=True))


@allow(permissions.approves_stocktake)
@require_POST
def approve(request, pk):
    rows = Stocktake.objects.approvable_by(request.user).filter(frozen_at=None).exclude(gathered_at=None).in_brief()
    stocktake = get_object_or_404(rows, pk=pk)
    form = ApproveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Tick that you have read all of it, then approve."))
        return redirect(stocktake)
    try:
        actions.approve(stocktake, by=request.user, seal=form.cleaned_data["seal"])
        messages.success(request, _("Thank you. Your approval is on record."))
    except actions.ChangedMeanwhileError:
        messages.error(request, _("It was changed while you were reading. Read it again, then approve."))
    return redirect(stocktake)


@allow(permissions.takes_stocktake_back)
@require_http_methods(["GET", "POST"])
def retract(request, pk):
    rows = Stocktake.objects.coordinated_by(request.user).in_brief().exclude(frozen_at=None).filter(retracted_at=None)
    stocktake = get_object_or_404(rows, pk=pk)
    form = RetractForm(request.POST or None)
    if form.is_valid():
        actions.retract(stocktake, by=request.user, why=form.cleaned_data["why"])
        return redirect(stocktake)
    return render(request, "stocktakes/retract.html", {"form": form, "stocktake": stocktake})


def _read(request, pk):
    return get_object_or_404(Stocktake.objects.of(request.user).in_brief(), pk=pk)


def _open(request, pk):
    rows = Stocktake.objects.coordinated_by(request.user).filter(frozen_at=None)
    return get_object_or_404(rows.in_brief(), pk=pk)
