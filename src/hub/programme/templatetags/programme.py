from functools import lru_cache

from django import template
from django.utils.dateformat import format as in_words
from django.utils.html import format_html_join
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from hub.core.templatetags.core import icon
from hub.programme import rules

register = template.Library()


@register.inclusion_tag("core/components/state.html")
def standing(standing):
    """Where an action or a target stands: a shape, words and a tint."""
    return {"symbol": standing.symbol, "text": words_for(standing), "kind": standing.tint}


def words_for(standing):
    if standing.kind == "silent":
        return _("Not reported since %(day)s") % {"day": _day(standing.on)}
    return str(name_of(standing.kind))


@register.filter
def name_of(kind):
    return NAMES[kind]


NAMES = {
    "late": gettext_lazy("Late"),
    "at_risk": gettext_lazy("At risk"),
    "silent": gettext_lazy("Not reported for a while"),
    "unreported": gettext_lazy("Not reported yet"),
    "on_course": gettext_lazy("On course"),
    "done": gettext_lazy("Done"),
    "stopped": gettext_lazy("Stopped"),
    "in_words": gettext_lazy("Told in words"),
}


@register.filter
def symbol_for(kind):
    return rules.SYMBOLS[kind]


@register.simple_tag
def tally(counts):
    """How many stand where, in one line. Long lists of areas have hundreds of these."""
    said = [(*_marked(kind, get_language()), number) for kind, number in counts]
    return format_html_join(", ", "{} {} {}", ((symbol, number, words) for symbol, words, number in said))


@lru_cache(maxsize=200)
def _marked(kind, _language):
    return icon(rules.SYMBOLS[kind]), str(name_of(kind)).lower()


@register.filter
def reason(standing):
    """Why it stands there, in a sentence. Nothing where the word says it all."""
    found = REASONS.get((standing.kind, standing.why))
    return found() % {"day": _day(standing.on), "what": standing.what} if found else ""


def _day(day):
    return in_words(day, "j F Y") if day else ""


REASONS = {
    ("late", "date_passed"): lambda: _("It was to be done by %(day)s."),
    ("late", "rhythm_broken"): lambda: _("The next one was due by %(day)s."),
    ("at_risk", "stuck"): lambda: _("The update of %(day)s says that it is stuck."),
    ("at_risk", "behind"): lambda: _("On %(day)s it was behind an even pace."),
    ("at_risk", "target_late"): lambda: _("Its target “%(what)s” was not reached by %(day)s."),
    ("at_risk", "target_behind"): lambda: _("Its target “%(what)s” was behind an even pace on %(day)s."),
    ("at_risk", "target_unreported"): lambda: _("Nobody has said whether “%(what)s” was reached by %(day)s."),
    ("at_risk", "evidence_ran_out"): lambda: _("Its evidence was good until %(day)s."),
    ("unreported", "date_passed"): lambda: _("Its date, %(day)s, has passed."),
    ("on_course", ""): lambda: _("The last news is of %(day)s."),
    ("done", "said"): lambda: _("The update of %(day)s says so."),
    ("stopped", "said"): lambda: _("The update of %(day)s says why."),
}


@register.filter
def part_name(what):
    return PART_NAMES[what]


PART_NAMES = {
    "strand": gettext_lazy("Strands"),
    "area": gettext_lazy("Areas"),
    "principle": gettext_lazy("Principles"),
    "phase": gettext_lazy("Phases"),
    "community": gettext_lazy("Plans for one community"),
    "forum": gettext_lazy("Forums"),
    "action": gettext_lazy("Actions"),
    "target": gettext_lazy("Key targets"),
    "outcome": gettext_lazy("Outcomes"),
    "indicator": gettext_lazy("Indicators"),
}
