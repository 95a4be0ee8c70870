"""Several services together: for those who commission them, and for the board."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from equity.model import caveat, measure
from hub.core.access import allow
from hub.findings import beside, charts, funnels, known, permissions, side_by_side
from hub.findings.forms import GapChoice, RecordedChoice
from hub.organisations.models import Partnership
from hub.organisations.permissions import roles_of
from hub.submissions import words


@allow(permissions.sees_services)
@require_safe
def show_gaps(request):
    """How large a gap is in each service, and how much of the difference between them chance explains."""
    room, partnerships = _room(request, permissions.SEES_SERVICES)
    form = GapChoice(request.GET, room=room, partnerships=partnerships)
    measured, characteristic, period = (form.chosen[name] for name in ("measure", "characteristic", "period"))
    found = None
    if measured and period:
        group = request.GET.get("group", "")
        about = {"measured": measured, "characteristic": characteristic, "period": period, "code": group}
        found = side_by_side.gaps(room, **about)
    context = {"form": form, "room": room, "found": found, "period": period}
    if found:
        form.offer_groups(found)
        context |= {
            "what": measure(measured),
            "group": dict(found.codes)[found.code],
            "chart": funnels.funnel(found.shown),
            "rows": [_gap_row(line) for line in found.shown.lines],
            "average": _points(found.shown.average),
            "left_out": [(one, WHY_LEFT_OUT[why]()) for one, why in found.left_out],
            "caveats": _caveats(found.shown),
            "fewest": beside.FEWEST,
        }
    return render(request, "findings/show_gaps.html", context)


@allow(permissions.sees_services)
@require_safe
def show_recorded(request):
    """Whose answer is written down, in which service, at which stage, and whether that gets better."""
    room, partnerships = _room(request, permissions.SEES_SERVICES)
    form = RecordedChoice(request.GET, room=room, partnerships=partnerships)
    characteristic, stage, period = (form.chosen[name] for name in ("characteristic", "stage", "period"))
    context = {"form": form, "room": room, "period": period}
    if stage and period:
        found = side_by_side.recorded(room, characteristic=characteristic, stage=stage, period=period)
        context |= {
            "found": found,
            "characteristic": words.characteristic_name(characteristic),
            "stage": words.stage_name(stage),
            "stages": [words.stage_name(one) for one in found.stages],
            "chart": funnels.funnel(found.shown),
            "average": charts.plain(found.shown.average),
            "rows": [
                (line, [_change_cell(change) for change in changes])
                for line, (_one, changes) in zip(found.shown.lines, found.rows, strict=True)
            ],
            "closed": [(one, words.BANDS[band] if band else "") for one, band in found.closed],
            "panels": [_panel(one) for one in found.over_time if len(one.points) > 1],
            "caveats": _caveats(found.shown),
            "fewest": beside.FEWEST,
        }
    return render(request, "findings/show_recorded.html", context)


@allow(permissions.looks_over)
@require_safe
def show_known(request):
    """One page: who is missing, what was promised about it, what moved."""
    partnership, partnerships = _partnership(request, permissions.LOOKS_OVER)
    context = {
        "partnership": partnership,
        "others": [one for one in partnerships if one != partnership],
        "rows": known.about(partnership, request.user),
    }
    return render(request, "findings/show_known.html", context)


def _partnership(request, kinds):
    mine = roles_of(request.user).filter(kind__in=kinds).values("partnership")
    partnerships = list(Partnership.objects.of(request.user).filter(pk__in=mine).order_by("pk"))
    chosen = request.GET.get("partnership", "")
    return next((one for one in partnerships if one.slug == chosen), partnerships[0]), partnerships


def _room(request, kinds):
    partnership, partnerships = _partnership(request, kinds)
    return side_by_side.room_for(request.user, partnership), partnerships


STANDING = {
    "": lambda: "",
    "same": lambda: _("Within what chance does"),
    "lower": lambda: _("Lower than chance would put it"),
    "much lower": lambda: _("Much lower than chance would put it"),
    "higher": lambda: _("Higher than chance would put it"),
    "much higher": lambda: _("Much higher than chance would put it"),
}
WHY_LEFT_OUT = {
    "nothing": lambda: _("has not sent this"),
    "closed": lambda: _("keeps its numbers to itself"),
    "another_list": lambda: _("counts in another list of groups, which cannot be put together with this one"),
}
MOVED = {
    "": lambda: "",
    "chance": lambda: _("no clear change"),
    "better": lambda: _("better"),
    "worse": lambda: _("worse"),
}


def _gap_row(line):
    return {
        "line": line,
        "share": _share(line.share, line.pair.x, line.pair.n),
        "others": _share(line.others, line.pair.x0, line.pair.n0),
        "gap": _points(line.value),
        "between": _("%(low)s to %(high)s") % {"low": _points(line.low), "high": _points(line.high)}
        if line.value is not None
        else _("too few to say"),
        "standing": STANDING[line.standing](),
    }


def _share(share, x, n):
    if share is None:
        return "–"
    about = {"share": charts.plain(share), "part": charts.plain(x), "whole": charts.plain(n)}
    return _("%(share)s%% (%(part)s of %(whole)s)") % about


def _points(value):
    """With its sign, so that a gap has a direction."""
    if value is None:
        return "–"
    sign = "−" if round(value, 1) < 0 else "+" if round(value, 1) > 0 else ""
    return sign + charts.plain(abs(value))


def _change_cell(change):
    if change.known is None:
        return {"known": "–", "word": "", "people": ""}
    return {"known": f"{charts.plain(change.known)}%", "word": MOVED[change.word](), "people": charts.plain(change.people)}  # fmt: skip # noqa: E501


def _panel(one):
    panel = charts.panel_of(words.stage_name(one.stage), one.points)
    return {"panel": panel, "word": MOVED[one.word]()}


def _caveats(side):
    said = [caveat("not_why")]
    if side.has_limits:
        said.append(caveat("funnel"))
    if side.tau:
        said.append(caveat("overdispersed", points=charts.plain(100 * side.tau)))
    return said
