from django import template

from hub.commitments import rules
from hub.commitments.models import Update

register = template.Library()
TINTED = {"moving", "stuck"}


@register.inclusion_tag("core/components/state.html")
def state(stage):
    """How it is going: a shape, a word and a tint."""
    return {
        "symbol": rules.SYMBOLS[stage],
        "text": Update.Stage(stage).label,
        "kind": stage if stage in TINTED else "plain",
    }


@register.simple_tag
def symbol_of(stage):
    return rules.SYMBOLS[stage]
