from django import template

from hub.assessments.rounds.queries import PROGRESS

register = template.Library()
# How each looks: the kind of state, and its shape. The word stands beside it.
LOOKS = {
    "stuck": ("stuck", "stuck"),
    "no_answer": ("promised", "dash"),
    "joined": ("promised", "ring"),
    "started": ("started", "half"),
    "part_way": ("moving", "up"),
    "signed_off": ("kept", "tick"),
}


@register.inclusion_tag("core/components/state.html")
def progress_state(progress):
    kind, symbol = LOOKS[progress]
    return {"kind": kind, "symbol": symbol, "text": PROGRESS[progress]}
