from django import template
from django.utils.translation import gettext_lazy

from hub.commitments import rules
from hub.commitments.models import Update

register = template.Library()
TINTED = {"moving", "stuck"}
SHORTER = {"stopped": gettext_lazy("Stopped")}


@register.inclusion_tag("core/components/state.html")
def state(stage):
    """How it is going: a shape, a word and a tint."""
    return {
        "symbol": rules.SYMBOLS[stage],
        "text": SHORTER.get(stage, Update.Stage(stage).label),
        "kind": stage if stage in TINTED else "plain",
    }


@register.simple_tag
def symbol_of(stage):
    return rules.SYMBOLS[stage]
