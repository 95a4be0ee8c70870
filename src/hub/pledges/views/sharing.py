from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hub.commitments.queries import Reader, story
from hub.core.access import allow
from hub.core.forms import send_once
from hub.organisations.models import Sharing
from hub.pledges import actions, permissions, queries
from hub.pledges.forms import SharingForm
from hub.pledges.models import Pledge

WITH_ALL = ("commitment", "organisation__partnership", "unit")


@allow(permissions.leads_pledge)
@require_http_methods(["GET", "POST"])
def choose_sharing(request, pk):
    """A lead decides who may read it, and publishes where the organisation has no approver."""
    pledge = get_object_or_404(Pledge.objects.led_by(request.user).select_related(*WITH_ALL), pk=pk)
    choices = list(Sharing.values)
    needs_approver = not permissions.may_publish_without_approver(pledge)
    if (needs_approver or not queries.may_be_published(pledge.commitment)) and pledge.sharing != Sharing.EVERYONE:
        choices.remove(Sharing.EVERYONE)
    return _choose(request, pledge, choices, needs_approver=needs_approver)


@allow(permissions.approves_pledge)
@require_http_methods(["GET", "POST"])
def publish(request, pk):
    """An approver decides whether everybody may read it."""
    pledge = get_object_or_404(permissions.approvable_by(request.user).select_related(*WITH_ALL), pk=pk)
    choices = list(Sharing.values)
    if not queries.may_be_published(pledge.commitment) and pledge.sharing != Sharing.EVERYONE:
        choices.remove(Sharing.EVERYONE)
    return _choose(request, pledge, choices, needs_approver=False)


def _choose(request, pledge, choices, *, needs_approver):
    form = SharingForm(request.POST or None, choices=choices, initial={"sharing": pledge.sharing})
    if form.is_valid():
        answers = {name: form.cleaned_data[name] for name in ("sharing", "words")}

        def choose():
            actions.choose_sharing(pledge, by=request.user, **answers)
            return pledge

        return redirect(send_once(form, choose))
    context = {
        "form": form,
        "pledge": pledge,
        "story": story(pledge.commitment, reader=Reader.PUBLIC),
        "needs_approver": needs_approver,
        "unanswered": not queries.may_be_published(pledge.commitment),
        "publications": pledge.publications.select_related("chosen_by"),
        "was_published": queries.was_published(pledge),
    }
    return render(request, "pledges/choose_sharing.html", context)


@allow(permissions.leads_pledge)
@require_POST
def ask_approvers(request, pk):
    pledge = get_object_or_404(Pledge.objects.led_by(request.user).select_related(*WITH_ALL), pk=pk)
    link = request.build_absolute_uri(reverse("pledges:publish", args=[pledge.pk]))
    actions.ask_approvers(pledge, by=request.user, link=link)
    messages.success(request, _("We have written to those who approve what you publish."))
    return redirect(pledge)
