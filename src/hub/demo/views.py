from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hub.core.access import allow
from hub.demo import actions, queries
from hub.demo.permissions import demonstration
from hub.demo.personas import PERSONAS, SHOWN

LETTERS_A_PAGE = 10


@allow(demonstration)
@require_safe
@never_cache
def show_demo(request):
    """Who one can be, and the letters that would have gone out."""
    letters = Paginator(queries.letters(), LETTERS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "demo/demo.html", {"personas": SHOWN, "page_obj": letters})


@allow(demonstration)
@require_POST
def become(request, slug):
    persona = next((persona for persona in PERSONAS if persona.slug == slug), None)
    if persona is None:
        raise Http404
    if slug == "resident":
        return redirect(actions.leave(request))
    if slug == "contributor":
        return redirect(actions.open_a_link(request))
    return redirect(actions.become(request, persona))
