from django import template
from django.utils.dateformat import format as in_words
from django.utils.translation import gettext as _

from hub.programme import rules

register = template.Library()


@register.inclusion_tag("core/components/state.html")
def standing(standing):
    """Where an action or a target stands: a shape, words and a tint."""
    return {"symbol": standing.symbol, "text": words_for(standing), "kind": standing.tint}


def words_for(standing):
    if standing.kind == "silent":
        return _("Not reported since %(day)s") % {"day": _day(standing.on)}
    return name_of(standing.kind)


@register.filter
def name_of(kind):
    return {
        "late": _("Late"),
        "at_risk": _("At risk"),
        "silent": _("Not reported for a while"),
        "unreported": _("Not reported yet"),
        "on_course": _("On course"),
        "done": _("Done"),
        "stopped": _("Stopped"),
        "in_words": _("Told in words"),
    }[kind]


@register.filter
def symbol_for(kind):
    return rules.SYMBOLS[kind]


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
    return {
        "strand": _("Strands"),
        "area": _("Areas"),
        "principle": _("Principles"),
        "phase": _("Phases"),
        "community": _("Plans for one community"),
        "forum": _("Forums"),
        "action": _("Actions"),
        "target": _("Key targets"),
        "outcome": _("Outcomes"),
        "indicator": _("Indicators"),
    }[what]
