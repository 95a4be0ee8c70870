from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from hub.core import colour
from hub.core.access import allow, anyone
from hub.core.brand import Brand
from hub.core.display import A_YEAR, COOKIE, Display
from hub.core.forms import DisplayForm


@allow(anyone)
@require_http_methods(["GET", "HEAD", "POST"])
def display(request):
    """Language, colours and size of text. No account needed: a cookie remembers it."""
    now = Display.of(request)
    back = _place_to_go_back_to(request)
    form = DisplayForm(
        request.POST or None,
        initial={"theme": now.theme, "size": now.size, "language": request.LANGUAGE_CODE, "back": back},
    )
    if not form.is_valid():
        return render(request, "core/display.html", {"form": form, "back": back})
    wanted = form.cleaned_data
    response = redirect(back)
    _remember(response, COOKIE, Display(wanted["theme"], wanted["size"]).cookie)
    _remember(response, settings.LANGUAGE_COOKIE_NAME, wanted["language"])
    return response


def _place_to_go_back_to(request):
    asked_for = request.POST.get("back") or request.GET.get("back") or "/"
    return asked_for if url_has_allowed_host_and_scheme(asked_for, allowed_hosts=None) else "/"


def _remember(response, name, value):
    response.set_cookie(
        name, value, max_age=A_YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )


@allow(anyone)
@require_GET
@cache_control(public=True, max_age=A_YEAR, immutable=True)
def brand_stylesheet(request, brand_colour, action_colour):
    """Override two colours, and nothing else. The address says which, so it may be kept for ever."""
    brand, action = (f"#{text}" if text != "house" else "" for text in (brand_colour, action_colour))
    if (brand and colour.check_brand(brand)) or (action and colour.check_action(action)):
        raise Http404
    dark = colour.darkened(brand) if brand else ""
    colours = {"brand": brand, "brand_in_dark": dark, "action": action}
    return render(request, "core/brand.css", colours, content_type="text/css")


def bad_request(request, exception=None):
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return _sorry(request, "too_large", 413, limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    return _sorry(request, "400", 400)


def not_allowed(request, exception=None):
    return _sorry(request, "403", 403)


def stale_form(request, reason=""):
    """Django calls this when a form has no valid token: most often the page had been open for very long."""
    return _sorry(request, "stale", 403)


def not_found(request, exception=None):
    return _sorry(request, "404", 404)


def server_error(request):
    return _sorry(request, "500", 500)


def _sorry(request, page, status, **words):
    """Rendered without the context processors, so that it can be shown whatever else is broken."""
    words |= {"brand": Brand(settings.HUB_NAME), "display": Display.of(request), "typed": request.method == "POST"}
    return HttpResponse(render_to_string(f"core/sorry/{page}.html", words), status=status)
