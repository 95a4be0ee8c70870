from django import template

from hub.assessments.forms import SYMBOLS
from hub.assessments.models import Difference, Speaker, Stage

register = template.Library()


@register.filter
def symbol(stage):
    """The shape that always goes with the words of a stage."""
    return SYMBOLS[stage]


@register.filter
def stage_words(stage):
    return Stage(stage).label


@register.filter
def speaker_words(speaker):
    return Speaker(speaker).label


@register.filter
def difference_words(reply):
    return Difference.Reply(reply).label
