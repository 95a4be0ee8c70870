from django import template

register = template.Library()


@register.filter
def at(found, key):
    """What a mapping holds for a key, or nothing."""
    return found.get(key)
