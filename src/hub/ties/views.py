"""One page for what a pledge or an action goes with, and for tying it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hub.core.access import allow
from hub.ties import actions, permissions, queries
from hub.ties.forms import FindForm

A_PAGE = 25


@allow(permissions.reads_ties)
@require_safe
def read_ties(request, pk):
    readable = permissions.with_tying(permissions.read_by(request.user), request.user)
    commitment = get_object_or_404(readable.select_related("pledge", "programme_action"), pk=pk)
    form = FindForm(request.GET if "words" in request.GET else None)
    ties = Paginator(queries.ties_of(commitment, request.user), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "commitment": commitment,
        "what_it_is": commitment.programme_action if commitment.is_action else commitment.pledge,
        "page_obj": ties,
        "ties": queries.as_tied(ties),
        "undone": queries.as_tied(queries.undone_of(commitment, request.user)[:A_PAGE]),
        "form": form,
        "found": queries.could_be_tied(commitment, request.user, form.wanted) if commitment.may_tie else {},
    }
    return render(request, "ties/read_ties.html", context)


@allow(permissions.ties)
@require_POST
def tie(request, pk, kind, thing):
    commitment = _commitment(request, pk)
    if kind not in queries.kinds_for(commitment):
        raise Http404("Nothing of this kind can be tied to it.")
    found = get_object_or_404(queries.things_of(kind, commitment, request.user), pk=thing)
    actions.tie(commitment, by=request.user, **{kind: found})
    messages.success(request, _("It is tied. It shows on both pages."))
    return redirect("ties:read_ties", commitment.pk)


@allow(permissions.ties)
@require_POST
def undo(request, pk, tie):
    """Only what this person may read: the rest is not there for them."""
    commitment = _commitment(request, pk)
    ties = commitment.ties.standing().filter(pk=tie)
    if not queries.as_tied(queries.tied_to(ties, request.user)):
        raise Http404("There is no such tie.")
    actions.undo(ties.get(), by=request.user)
    messages.success(request, _("It is not tied any more. That it was stays on the record."))
    return redirect("ties:read_ties", commitment.pk)


def _commitment(request, pk):
    return get_object_or_404(permissions.with_tying(permissions.tied_by(request.user), request.user), pk=pk)
