"""First words for a pledge that starts from a finding. People change them afterwards."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from equity.model import measure
from hub.findings import computing
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


def target(finding, start):
    """What would close the gap, or the smallest rise that could be seen; and how likely a year would show it."""
    share = start["numerator"] / start["denominator"]
    a_year = start["denominator"] / max(float(finding.years), 0.25)
    everyone = finding.reference / finding.per if finding.reference is not None else None
    wanted = everyone
    if wanted is None or not 0 < wanted < 1:
        wanted = min(0.95, share + max(0.1, computing.smallest_change(share, people=a_year) or 0))
    chance = computing.chance_of_noticing(share, wanted, people=a_year)
    smallest = computing.smallest_change(share, people=a_year)
    return Decimal(str(round(wanted * finding.per, 1))), chance, smallest, a_year


def questions(finding, rows, suggested, *, goal, chance, smallest, a_year):
    """The four questions, part-filled."""
    what, people = measure(finding.measure), people_named(finding, rows)
    start = baseline(finding, rows)
    share = plain(finding.per * start["numerator"] / start["denominator"])
    return {
        "title": _title(what, shortly(rows)),
        "inequality": f"{finding.sentence}\n{finding.detail}",
        "action": _action(suggested),
        "outcome": _("%(people)s: from %(now)s to %(goal)s, which is where everyone together stands now.")
        % {"people": people, "now": share, "goal": plain(goal)}
        if finding.reference is not None
        else _("%(people)s: from %(now)s to %(goal)s.") % {"people": people, "now": share, "goal": plain(goal)},
        "knowing": _knowing(what, finding, chance, smallest, a_year, start),
        "people": people[:300],
    }


def _title(what, people):
    return (_("%(measure)s: close the gap for %(people)s") % {"measure": what.name, "people": people})[:160]


def _action(suggested):
    if not suggested:
        return ""
    lines = [_("Choose what fits you:")]
    for one in suggested[:4]:
        lines += [f"- {one.statement.text}", *(f"  {practice.text}" for practice in one.practices[:1])]
    return "\n".join(lines)[:4000]


def _knowing(what, finding, chance, smallest, a_year, start):
    often = _("every year") if finding.analysis.is_about_staff else _("every half-year")
    words = [
        _("We follow “%(measure)s” in our figures %(often)s. Each time we hand them in, a reading is added.")
        % {"measure": what.name.lower(), "often": often}
    ]
    about = {"chance": round(100 * chance), "people": plain(round(a_year, -1 if a_year >= 20 else 0))}
    if chance >= GOOD_CHANCE:
        words.append(
            _(
                "With about %(people)s a year, a change of this size would be noticed within a year "
                "%(chance)s times in 100."
            )
            % about
        )
    elif smallest is not None:
        share = start["numerator"] / start["denominator"]
        about["least"] = plain(round(finding.per * (share + smallest), 1))
        words.append(
            _(
                "With about %(people)s a year, a change of this size would be noticed within a year only "
                "%(chance)s times in 100. One to %(least)s probably would be. So look at two years together."
            )
            % about
        )
    else:
        words.append(_("There are too few people to notice a change in a year. Listen to them as well as counting."))
    return " ".join(words)
