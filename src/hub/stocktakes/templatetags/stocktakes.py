"""What a stocktake's pages pick from the record. Each takes an area, or several, as the record holds them."""

import datetime

from django import template
from django.utils.dateformat import format as in_words
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.stocktakes import rules

register = template.Library()
MOVED, STILL = {"up", "down", "words"}, {"same", "first"}


@register.filter
def day(text, shape="j F Y"):
    return in_words(datetime.date.fromisoformat(text), shape) if text else ""


@register.filter
def moved(area):
    return [one for one in area.measures if one.movement in MOVED]


@register.filter
def stood_still(area):
    return [one for one in area.measures if one.movement in STILL]


@register.filter
def uncounted(area):
    return [one for one in area.measures if one.movement == "uncounted"]


@register.filter
def hidden(area):
    return [one for one in area.measures if not one.is_shown]


@register.filter
def without_news(area):
    return [action for action in area.actions if not action.updates]


@register.filter
def troubled(area):
    return [action for action in area.actions if action.updates and action.standing.kind in rules.STANDS_STILL]


@register.filter
def lessons(area):
    return [
        update for action in area.actions for update in action.updates if update.worked or update.hard or update.changed
    ]


@register.filter
def plans(area):
    return [action for action in area.actions if action.updates and action.updates[0].next]


@register.filter
def all_actions(areas):
    return [one for area in areas for one in area.actions]


@register.filter
def all_targets(areas):
    return [one for area in areas for one in area.targets]


@register.filter
def all_outcomes(areas):
    return [one for area in areas for one in area.outcomes]


@register.filter
def reported_on(areas):
    return [one for one in all_actions(areas) if one.updates]


@register.filter
def all_moved(areas):
    return [(area, one) for area in areas for one in moved(area)]


@register.filter
def all_uncounted(areas):
    return [one for area in areas for one in uncounted(area)]


@register.filter
def people_at_work(record):
    """Measures about people at work, by what they are about."""
    topics = {}
    for area in record.areas:
        for one in area.measures:
            if one.topic:
                topics.setdefault(one.topic, []).append((area, one))
    return sorted(topics.items())


@register.filter
def table_name(name):
    return str(TABLE_NAMES[name])


TABLE_NAMES = {
    "actions": gettext_lazy("Actions"),
    "targets": gettext_lazy("Key targets"),
    "readings": gettext_lazy("Figures"),
    "updates": gettext_lazy("Updates"),
    "story": gettext_lazy("What we tell"),
}


@register.filter
def heading_name(heading):
    return str(HEADING_NAMES[heading])


HEADING_NAMES = {
    "said": gettext_lazy("What we said"),
    "did": gettext_lazy("What we did"),
    "moved": gettext_lazy("What moved"),
    "still": gettext_lazy("What did not"),
    "learned": gettext_lazy("What we learned"),
    "next": gettext_lazy("What is next"),
    "priorities": gettext_lazy("What comes first next year"),
}


@register.filter
def contents(record, part):
    """The headings of a part's page, in order: (id, words)."""
    found = [(heading, heading_name(heading)) for heading in rules.HEADINGS]
    if part.startswith(rules.STRAND):
        return [*found, ("areas", _("Area by area"))]
    if part != rules.WHOLE:
        return found
    more = [("areas", _("Area by area"), True), ("breakdowns", _("Every breakdown"), True),
            ("forums", _("Who met"), record.forums), ("people", _("People at work"), people_at_work(record)),
            ("data", _("Take the data away"), True)]  # fmt: skip
    return [*found, *((id_, words) for id_, words, is_there in more if is_there)]


@register.filter
def story_of(pack, part):
    """What is told about a part, or about an area, heading by heading."""
    key = part if isinstance(part, str) else f"{rules.AREA}{part.slug}"
    told = pack.story.get(key, {})
    return [(heading, told[heading]) for heading in rules.HEADINGS if heading in told]
