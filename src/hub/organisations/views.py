from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from hub.accounts import actions as accounts
from hub.accounts.forms import NameForm
from hub.accounts.sign_in import sign_in_with_code
from hub.audit import record
from hub.core.access import allow, anyone, own_account
from hub.core.display import A_YEAR
from hub.organisations import actions, queries, rules
from hub.organisations.forms import EraseForm, JoinForm, LogoForm, LookForm
from hub.organisations.models import Invitation, Logo, Partnership
from hub.organisations.permissions import coordinator_here, roles_of


@allow(anyone)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request, public_id):
    """From a letter to taking part. Looking changes nothing, and neither does sending the form without its code."""
    invitation = found(public_id)
    request.brand = invitation.partnership.brand
    if not invitation.is_open:
        return say_closed(request, invitation)
    if is_theirs(request, invitation):
        return join_signed_in(request, invitation)
    if not invitation.code_works:
        return ask_for_new_code(request, invitation)
    form = JoinForm(sent(request))
    if form.is_valid():
        try:
            user = actions.accept(invitation, **form.cleaned_data)
        except actions.DoesNotOpenError:
            form.wrong_code()
        else:
            return sign_in_with_code(request, user, go_to=invitation.place_to_start)
        if not invitation.code_works:
            return ask_for_new_code(request, invitation)
    return render(request, "organisations/join.html", {"invitation": invitation, "form": form})


def sent(request):
    return request.POST if request.method == "POST" else None


def found(public_id):
    places = ("partnership", "organisation", "unit", "invited_by", "accepted_by")
    return get_object_or_404(Invitation.objects.named(public_id).select_related(*places))


def is_theirs(request, invitation):
    return request.user.is_authenticated and request.user.email == invitation.email


def join_signed_in(request, invitation):
    """Whoever is signed in with the invited address has shown a code from that inbox already."""
    if request.method == "POST":
        actions.join(invitation)
        return redirect(invitation.place_to_start)
    return render(request, "organisations/join.html", {"invitation": invitation})


def say_closed(request, invitation):
    """Whoever pressed the button twice goes where the first press led."""
    if request.user.is_authenticated and request.user == invitation.accepted_by:
        return redirect(invitation.place_to_start)
    return render(request, "organisations/invitation_is_closed.html", {"invitation": invitation})


def ask_for_new_code(request, invitation):
    context = {"invitation": invitation, "email": rules.masked(invitation.email)}
    return render(request, "organisations/new_code.html", context)


@allow(anyone)
@require_POST
def send_new_code(request, public_id):
    invitation = found(public_id)
    if invitation.is_open and actions.ask_for_new_code(invitation):
        messages.success(request, _("A new code is on its way. The old one does not work any more."))
    elif invitation.is_open and not invitation.code_works:
        messages.error(request, _("We sent a code a few minutes ago. Look for it, or ask again ten minutes later."))
    return redirect("organisations:join", public_id)


@allow(own_account)
@require_http_methods(["GET", "HEAD", "POST"])
def you(request):
    """What we call you, what you do here, and what is yours to take away or take out."""
    form = NameForm(sent(request), instance=request.user)
    if form.is_valid():
        accounts.change_name(request.user, **form.cleaned_data)
        messages.success(request, _("Saved. People will see this name from now on."))
        return redirect("organisations:you")
    roles = roles_of(request.user).select_related("partnership", "organisation", "unit")
    return render(request, "organisations/you.html", {"form": form, "roles": roles})


@allow(own_account)
@require_GET
def my_data(request):
    record("person.took_their_data", subject=request.user, by=request.user)
    answer = JsonResponse(queries.about(request.user), json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@allow(own_account)
@require_http_methods(["GET", "HEAD", "POST"])
def erase_me(request):
    form = EraseForm(sent(request))
    if form.is_valid():
        actions.erase_person(request.user, by=request.user)
        logout(request)
        return render(request, "organisations/erased.html")
    return render(request, "organisations/erase_me.html", {"form": form})


@allow(coordinator_here)
@require_http_methods(["GET", "HEAD", "POST"])
def change_look(request, partnership):
    """What people read about a partnership, and its colours, which can be tried on before they are saved."""
    partnership = coordinated(request, partnership)
    form = LookForm(sent(request), instance=partnership)
    if form.is_valid() and request.POST.get("step") == "save":
        actions.change_look(partnership, by=request.user, **form.changes)
        messages.success(request, _("Saved. Every page of the partnership shows it now."))
        return redirect("organisations:change_look", partnership.slug)
    if form.is_valid():
        request.brand = partnership.brand
    context = {"form": form, "partnership": partnership, "is_tried_on": form.is_valid()}
    return render(request, "organisations/change_look.html", context)


@allow(coordinator_here)
@require_http_methods(["GET", "HEAD", "POST"])
def change_logo(request, partnership):
    partnership = coordinated(request, partnership)
    if request.POST.get("step") == "take_away":
        return wear(request, partnership, None)
    form = LogoForm(sent(request), request.FILES or None)
    if form.is_valid():
        return wear(request, partnership, form.cleaned_data["logo"])
    return render(request, "organisations/change_logo.html", {"form": form, "partnership": partnership})


def wear(request, partnership, picture):
    actions.change_logo(partnership, picture, by=request.user)
    said = _("Saved. Every page shows the logo now.") if picture else _("The logo is taken away.")
    messages.success(request, said)
    return redirect("organisations:change_logo", partnership.slug)


def coordinated(request, slug):
    return get_object_or_404(Partnership.objects.coordinated_by(request.user), slug=slug)


@allow(anyone)
@require_safe
@cache_control(public=True, max_age=A_YEAR, immutable=True)
def show_logo(request, digest):
    logo = get_object_or_404(Logo.objects.named(digest))
    return HttpResponse(logo.content, content_type=logo.content_type, headers={"X-Content-Type-Options": "nosniff"})
