"""Stocktakes as everybody reads them: the same bytes for ever."""

from base64 import b64encode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from hub.core.access import allow, anyone
from hub.core.public import public_page
from hub.programme.queries.pages import partnership_at
from hub.stocktakes import freezing
from hub.stocktakes.models import Stocktake


@allow(anyone)
@require_safe
def list_published(request, partnership):
    partnership = partnership_at(partnership)
    if partnership is None:
        raise Http404
    found = Stocktake.objects.visible_to(request.user).filter(partnership=partnership).in_brief()
    request.brand = partnership.brand
    context = {"partnership": partnership, "stocktakes": found}
    return public_page(request, render(request, "stocktakes/published.html", context))


@allow(anyone)
@require_safe
def show_stocktake(request, partnership, stocktake, path=""):
    """One page or file, as it was frozen. One that was taken back leaves a notice at each of its addresses."""
    rows = Stocktake.objects.visible_to(request.user).in_brief()
    stocktake = get_object_or_404(rows, partnership__slug=partnership, slug=stocktake)
    file = get_object_or_404(stocktake.files, path=path)
    if stocktake.retracted_at:
        return _notice(request, stocktake)
    response = HttpResponse(bytes(file.body), content_type=file.content_type)
    if file.content_type in (freezing.CSV, freezing.JSON):
        response["Access-Control-Allow-Origin"] = "*"
    response["Repr-Digest"] = f"sha-256=:{_base64(file.seal)}:"
    return public_page(request, response)


def _base64(seal):
    return b64encode(bytes.fromhex(seal)).decode()


def _notice(request, stocktake):
    request.brand = stocktake.partnership.brand
    context = {"stocktake": stocktake, "partnership": stocktake.partnership}
    return public_page(request, render(request, "stocktakes/retracted.html", context, status=410))
