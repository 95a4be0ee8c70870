"""Small tags that the components need."""

from functools import lru_cache

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.module_loading import import_string

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=100)  # A long page shows hundreds, and their address stays while the server runs.
def icon(name):
    """A line icon from symbols.svg. The word always stands beside it, so it is hidden from screen readers."""
    return format_html('<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>', static("core/symbols.svg"), name)


@register.simple_tag(takes_context=True)
def beside(context, page, thing, *, keeps=False):
    """What contexts above this one have to show on a page about something. `keeps` says who may change that."""
    return import_string(settings.BESIDE[page])(thing, context["request"].user, keeps=keeps)


@register.simple_tag
def described_by(element_id, hint, error_message, first=""):
    """Tie an input to its hint and its error, for those who hear the page."""
    named = [first, f"{element_id}-hint" if hint else "", f"{element_id}-error" if error_message else ""]
    return _describes(named)


@register.simple_tag
def item_id(group_id, item, counter):
    """The first choice carries the id of the group, so that a link from the error summary lands on it."""
    return item.get("id") or (group_id if counter == 1 else f"{group_id}-{counter}")


@register.simple_tag(takes_context=True)
def item_described_by(context, element_id, item, group_id=""):
    """A choice is described by its own hint, and by the group's words where no fieldset carries those."""
    named = [f"{element_id}-item-hint" if item.get("hint") else ""]
    if group_id and not context.get("legend"):
        hint, error = context.get("hint"), context.get("error_message")
        named = [
            context.get("described_by", ""),
            f"{group_id}-hint" if hint else "",
            f"{group_id}-error" if error else "",
            *named,
        ]
    return _describes(named)


@register.simple_tag
def summary_of(form):
    """Every error of a form, each with the address of the field it is about."""
    return [
        {"text": text, "href": f"#{form[name].first_id}" if name in form.fields else ""}
        for name, texts in form.errors.items()
        for text in texts
    ]


@register.simple_tag
def pages_around(page, request):
    """Links to the pages near this one, keeping whatever else the address asks for."""

    def address(number):
        asked_for = request.GET.copy()
        asked_for["page"] = number
        return f"?{asked_for.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "previous": {"href": address(page.previous_page_number())} if page.has_previous() else None,
        "next": {"href": address(page.next_page_number())} if page.has_next() else None,
        "items": [
            {"number": number, "href": address(number), "current": number == page.number}
            if isinstance(number, int)
            else {"ellipsis": True}
            for number in numbers
        ],
    }


def _describes(ids):
    ids = [one for one in ids if one]
    return format_html(' aria-describedby="{}"', " ".join(ids)) if ids else ""
