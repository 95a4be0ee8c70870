"""First words for a pledge that starts from a finding. People change them afterwards.

A service's own finding is made from exact counts, and a pledge may be shared with everybody: its words hold no number
of that. The numbers stand in its measure, which is shown to those only who may see them.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from equity.model import measure
from hub.findings import computing, following
from hub.findings.charts import plain

GOOD_CHANCE, SHORT = 0.5, 2


def people_named(finding, rows):
    """The groups a finding is about, in a few words."""
    labels = [_full(row) for row in rows if row.is_named]
    return _joined(labels)


def shortly(rows):
    """For a title: the clearest two, and how many more."""
    named = sorted((row for row in rows if row.is_named), key=lambda row: -abs(row.missing or 0))
    labels = [_full(row) for row in named]
    if len(labels) <= SHORT:
        return _joined(labels)
    more = len(labels) - SHORT
    more = ngettext("%(n)d other group", "%(n)d other groups", more) % {"n": more}
    return _joined([*labels[:SHORT], more])


def _joined(labels):
    if len(labels) < 2:
        return "".join(labels)
    return _("%(some)s and %(last)s") % {"some": ", ".join(labels[:-1]), "last": labels[-1]}


def _full(row):
    return computing.full_name(row.broad, row.label)


def baseline(finding, rows):
    """Where the named groups stand together, and everybody whose group is not known."""
    named = [row for row in rows if row.is_named and row.x is not None and row.n]
    if not named:
        return None
    return {
        "on": finding.ends_on,
        "numerator": int(sum(row.x for row in named)),
        "denominator": int(sum(row.n for row in named)),
        "unknown": int(named[0].unknown) or None,
        "source": f"{finding.place}, {finding.period}"[:300],
    }


@dataclass(frozen=True)
class Goal:
    """What would close the gap, or the smallest change that could be seen; and how likely a year would show it."""

    value: Decimal
    share: float
    per: int
    is_where_everyone_stands: bool
    chance: float
    least: float | None
    a_year: float


def goal_of(finding, start):
    share = start["numerator"] / start["denominator"]
    a_year = start["denominator"] / max(float(finding.years), 0.25)
    smallest = following.smallest_change(share, people=a_year)
    wanted = finding.reference / finding.per if finding.reference is not None else None
    way = -1 if finding.better == "lower" else 1
    if wanted is None or not 0 < wanted < 1:
        wanted = _towards(share, way * max(0.1, smallest or 0))
    return Goal(
        value=Decimal(str(round(wanted * finding.per, 1))),
        share=share,
        per=finding.per,
        is_where_everyone_stands=finding.reference is not None,
        chance=following.chance_of_noticing(share, wanted, people=a_year),
        least=None if smallest is None else _towards(share, way * smallest),
        a_year=a_year,
    )


def _towards(share, step):
    """A share that much further on; at most halfway to none, or to nearly all."""
    return max(share / 2, share + step) if step < 0 else min(max(0.95, (1 + share) / 2), share + step)


def target(finding, goal):
    """What the measure should reach. Everybody may read a target, so that of exact counts is in words."""
    if finding.is_sealed:
        return {"value": None, "by": None, "words": str(_aim(finding, goal))}
    return {"value": goal.value, "by": None, "words": ""}


def questions(finding, rows, suggested, goal):
    """The four questions, part-filled."""
    what, people = measure(finding.measure), people_named(finding, rows)
    sealed = finding.is_sealed
    return {
        "title": _title(what, shortly(rows)),
        "inequality": _gap(finding, people) if sealed else f"{finding.sentence}\n{finding.detail}",
        "action": _action(suggested),
        "outcome": _("%(people)s: %(aim)s.") % {"people": people, "aim": _aim(finding, goal) if sealed else _way(goal)},
        "knowing": _followed(what, finding) if sealed else f"{_followed(what, finding)} {noticing(goal)}",
        "people": people[:300],
    }


def _title(what, people):
    return (_("%(measure)s: close the gap for %(people)s") % {"measure": what.name, "people": people})[:160]


def _gap(finding, people):
    about = {"title": finding.title, "people": people, "place": finding.place, "period": finding.period}
    if finding.better == "lower":
        return _("%(title)s: higher than it should be for %(people)s. %(place)s, %(period)s.") % about
    return _("%(title)s: lower than it should be for %(people)s. %(place)s, %(period)s.") % about


def _aim(finding, goal):
    if goal.is_where_everyone_stands:
        return _("where everyone together stands")
    return _("clearly lower than now") if finding.better == "lower" else _("clearly higher than now")


def _way(goal):
    about = {"now": plain(goal.per * goal.share), "goal": plain(goal.value)}
    if goal.is_where_everyone_stands:
        return _("from %(now)s to %(goal)s, which is where everyone together stands now") % about
    return _("from %(now)s to %(goal)s") % about


def _action(suggested):
    if not suggested:
        return ""
    lines = [_("Choose what fits you:")]
    for one in suggested[:4]:
        lines += [f"- {one.statement.text}", *(f"  {practice.text}" for practice in one.practices[:1])]
    return "\n".join(lines)[:4000]


def _followed(what, finding):
    often = _("every year") if finding.analysis.is_about_staff else _("every half-year")
    return _("We follow “%(measure)s” in our figures %(often)s. Each time we hand them in, a reading is added.") % {
        "measure": what.name.lower(), "often": often
    }  # fmt: skip


def noticing(goal):
    """How likely a year would show a change of this size, in words."""
    about = {
        "chance": round(100 * goal.chance),
        "people": plain(round(goal.a_year, -1 if goal.a_year >= 20 else 0)),
    }
    if goal.chance >= GOOD_CHANCE:
        return (
            _(
                "With about %(people)s a year, a change of this size would be noticed within a year "
                "%(chance)s times in 100."
            )
            % about
        )
    if goal.least is None:
        return _("There are too few people to notice a change in a year. Listen to them as well as counting.")
    about["least"] = plain(round(goal.per * goal.least, 1))
    return (
        _(
            "With about %(people)s a year, a change of this size would be noticed within a year only "
            "%(chance)s times in 100. One to %(least)s probably would be. So look at two years together."
        )
        % about
    )


def noticing_in(finding):
    """The same for a finding as it stands now, or nothing where there is none any more."""
    start = baseline(finding, list(finding.rows.all())) if finding else None
    return noticing(goal_of(finding, start)) if start else ""
