"""Building a programme and changing it: by hand, or from one spreadsheet."""

import csv
import json

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.commitments.actions import ChangedMeanwhile
from hub.core.access import allow
from hub.core.forms import send_once
from hub.core.spreadsheets import safe_cells
from hub.organisations.models import Partnership
from hub.programme import actions, permissions, spreadsheet
from hub.programme.forms import ActionForm, AtWorkForm, ChangePartForm, PartForm, ProgrammeForm, SheetForm, TiesForm
from hub.programme.models import Action, Programme, ServiceArea
from hub.programme.queries import building, parts
from hub.programme.spreadsheet import same

ANSWERS = ["title", "inequality", "action", "outcome", "knowing", "people", "due_on"]
A_PAGE = 25
# More than these are found in the public lists.
MOST_PARTS = 100


@allow(permissions.coordinates_somewhere)
@require_http_methods(["GET", "POST"])
def start_programme(request):
    partnerships = Partnership.objects.coordinated_by(request.user)
    form = ProgrammeForm(request.POST or None, partnerships=partnerships)
    if form.is_valid():
        partnership = form.cleaned_data.get("partnership") or partnerships[0]

        def start():
            return _address(actions.start_programme(partnership, by=request.user, **form.about()))

        return redirect(send_once(form, start))
    return render(request, "programme/start_programme.html", {"form": form})


@allow(permissions.coordinates_programme)
@require_safe
def build_programme(request, pk):
    programme = _programme(request, pk)
    page = Paginator(building.areas_to_build(programme), A_PAGE).get_page(request.GET.get("page"))
    context = {"programme": programme, "page_obj": page, "parts": building.parts_by_kind(programme)}
    return render(request, "programme/build_programme.html", context)


@allow(permissions.changes_area)
@require_safe
def build_area(request, pk):
    """What is in one area, to be changed."""
    areas = ServiceArea.objects.coordinated_by(request.user).select_related("programme__partnership")
    area = get_object_or_404(areas, pk=pk)
    actions = area.actions.select_related("commitment").order_by("position")
    context = {
        "programme": area.programme,
        "area": area,
        "page_obj": Paginator(actions, A_PAGE).get_page(request.GET.get("page")),
        "targets": area.key_targets.order_by("position")[:MOST_PARTS],
        "outcomes": area.outcomes.order_by("position")[:MOST_PARTS],
        "at_work": area.at_work.filter(measure__ended_at=None).select_related("measure")[:MOST_PARTS],
    }
    return render(request, "programme/build_area.html", context)


@allow(permissions.coordinates_programme)
@require_http_methods(["GET", "POST"])
def change_part(request, pk, what, part):
    """What a part says. What it said before stays in sight below."""
    programme = _programme(request, pk)
    part = parts.parts_of(programme, what).filter(pk=part).first() if what in parts.PARTS else None
    if part is None:
        raise Http404
    before = programme.rewordings.filter(what=what, part=part.pk).select_related("changed_by")
    form = ChangePartForm(
        request.POST or None,
        what=what,
        programme=programme,
        titles=parts.titles_beside(part) if request.POST else (),
        initial=parts.as_it_is(what, part) | {"seen": len(before)},
    )
    if form.is_valid():
        try:
            actions.change_part(programme, what, part, by=request.user, seen=form.cleaned_data["seen"], **form.said())
            return redirect(_home_of(programme, part))
        except actions.RewordedMeanwhileError:
            form.add_error(None, _("Somebody changed this while you were writing. Their words stand below yours now"))
            form.data = form.data.copy()
            form.data["seen"] = str(len(before))
    context = {"form": form, "programme": programme, "what": what, "part": part, "before": before}
    return render(request, "programme/change_part.html", context | _counted_by(what, part))


def _home_of(programme, part):
    """Where one builds what is in an area, or the programme."""
    area = getattr(part, "area", None)
    return resolve_url("programme:build_area", area.pk) if area else _address(programme)


def _counted_by(what, part):
    """The measures of a key target or an outcome, each with its present goal."""
    if what == "target":
        return {"measures": part.measures.filter(ended_at=None).prefetch_related("targets")}
    if what == "outcome":
        return {"measures": part.indicators.filter(ended_at=None).prefetch_related("targets")}
    return {}


@allow(permissions.coordinates_programme)
@require_http_methods(["GET", "POST"])
def follow_at_work(request, pk):
    """Champions, training, languages and so on: a measure like any other, shown with the people it is about."""
    programme = _programme(request, pk)
    form = AtWorkForm(request.POST or None, programme=programme)
    if form.is_valid():

        def follow():
            area = form.cleaned_data["area"]
            actions.follow_at_work(area, by=request.user, about=form.about(), **form.counted())
            return resolve_url("programme:build_area", area.pk)

        return redirect(send_once(form, follow))
    return render(request, "programme/follow_at_work.html", {"form": form, "programme": programme})


@allow(permissions.coordinates_programme)
@require_http_methods(["GET", "POST"])
def change_programme(request, pk):
    programme = _programme(request, pk)
    names = ("title", "summary", "starts_on", "ends_on", "report_every_weeks")
    form = ProgrammeForm(request.POST or None, initial={name: getattr(programme, name) for name in names})
    if form.is_valid():
        actions.change_programme(programme, by=request.user, **form.about())
        return redirect(*_building(programme))
    before = programme.rewordings.filter(what="programme").select_related("changed_by")
    context = {"form": form, "programme": programme, "before": before}
    return render(request, "programme/start_programme.html", context)


@allow(permissions.coordinates_programme)
@require_POST
def publish_programme(request, pk):
    programme = _programme(request, pk)
    if not programme.published_at:
        actions.publish(programme, by=request.user)
        messages.success(request, _("Everybody can read it now."))
    return redirect(programme)


@allow(permissions.coordinates_programme)
@require_http_methods(["GET", "POST"])
def add_part(request, pk, what):
    programme = _programme(request, pk)
    if what not in spreadsheet.WHAT:
        raise Http404
    people = permissions.people_of(programme.partnership_id)
    initial = {name: request.GET[name] for name in ("area", "shows") if name in request.GET}
    form = PartForm(request.POST or None, what=what, programme=programme, people=people, initial=initial)
    if form.is_valid():
        row = form.row()
        plan = actions.plan_for(programme, [row])
        if not plan.problems and plan.doings == ["new"]:
            return redirect(send_once(form, lambda: _add(programme, row, by=request.user)))
        for problem in plan.problems:
            form.add_error(None, problem.sentence)
        if not plan.problems:
            form.add_error("title", _("This is there already. Choose another title, or change that one"))
    return render(request, "programme/add_part.html", {"form": form, "programme": programme, "what": what})


def _add(programme, row, *, by):
    """Then on with the area, where it is in one."""
    actions.carry_out(programme, [row], by=by)
    area = next((one for one in programme.areas.all() if same(one.title) == same(row["area"])), None)
    return resolve_url("programme:build_area", area.pk) if area else _address(programme)


@allow(permissions.coordinates_programme)
@require_http_methods(["GET", "POST"])
def import_sheet(request, pk):
    """First what the sheet would do, with what is wrong row by row; then, asked again, all of it."""
    programme = _programme(request, pk)
    if "rows" in request.POST:
        return _carry_out(request, programme)
    form = SheetForm(request.POST or None, request.FILES or None)
    context = {"form": form, "programme": programme, "has_parts": programme.strands.exists()}
    if form.is_valid():
        sheet = form.cleaned_data["sheet"]
        try:
            rows = spreadsheet.read_sheet(sheet.name, sheet.read(spreadsheet.MOST_BYTES + 1))
            context["plan"] = actions.plan_for(programme, spreadsheet.checked(rows))
            context["rows"] = json.dumps(rows)
        except spreadsheet.NotASheetError as error:
            form.add_error("sheet", str(error))
    return render(request, "programme/import_sheet.html", context)


def _carry_out(request, programme):
    typed = _rows_sent(request.POST["rows"])
    try:
        rows = spreadsheet.checked(typed)
    except spreadsheet.NotASheetError as error:
        raise BadRequest from error
    try:
        plan = actions.carry_out(programme, rows, by=request.user)
    except actions.NotInOrderError:
        plan = actions.plan_for(programme, rows)
        context = {"form": SheetForm(), "programme": programme, "plan": plan, "rows": request.POST["rows"]}
        return render(request, "programme/import_sheet.html", context, status=409)
    messages.success(request, _("%(number)d rows are in the programme now.") % {"number": len(plan.rows)})
    return redirect(*_building(programme))


def _rows_sent(text):
    """The rows that the page before has shown. Anything else was made up."""
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise BadRequest from error
    is_table = isinstance(rows, list) and all(isinstance(row, list) for row in rows)
    if not is_table or not all(isinstance(cell, str) for row in rows for cell in row):
        raise BadRequest
    return rows


@allow(permissions.coordinates_programme)
@require_safe
def empty_sheet(request, pk):
    """The columns, ready to be filled in; with ?filled=1 also all that is in the programme, ready to be changed."""
    programme = _programme(request, pk)
    rows = parts.as_rows(programme) if request.GET.get("filled") else ()
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{programme.slug}.csv"'
    writer = csv.writer(response)
    writer.writerow([words[0].capitalize() for words in spreadsheet.COLUMNS.values()])
    writer.writerows(safe_cells(row.get(name, "") for name in spreadsheet.COLUMNS) for row in rows)
    if request.GET.get("filled"):
        actions.take_sheet(programme, by=request.user)
    return response


@allow(permissions.changes_action)
@require_http_methods(["GET", "POST"])
def change_action(request, pk):
    rows = Action.objects.coordinated_by(request.user).select_related("commitment", "area__programme__partnership")
    action = get_object_or_404(rows, pk=pk)
    form = ActionForm(request.POST or None, initial=_as_it_is(action))
    is_changed_meanwhile = False
    if form.is_valid():
        try:
            actions.change_action(action, by=request.user, seen=form.cleaned_data["seen"], **form.answers())
            return redirect(action)
        except ChangedMeanwhile:
            is_changed_meanwhile = True
            action.commitment.refresh_from_db()
            form.data = form.data.copy()
            form.data["seen"] = str(action.commitment.version)
    context = {"form": form, "action": action, "is_changed_meanwhile": is_changed_meanwhile}
    return render(request, "programme/change_action.html", context)


def _as_it_is(action):
    return {name: getattr(action.commitment, name) for name in ANSWERS} | {"seen": action.commitment.version}


@allow(permissions.changes_action)
@require_http_methods(["GET", "POST"])
def tie_action(request, pk):
    """What an action belongs to, and which others it goes with."""
    rows = Action.objects.coordinated_by(request.user).select_related("commitment", "area__programme__partnership")
    action = get_object_or_404(rows, pk=pk)
    programme, now = action.area.programme, building.tied_now(action)
    form = TiesForm(
        request.POST or None,
        choices=building.choices_for_ties(programme),
        titles=building.actions_by_title(programme, but=action) if request.POST else {},
        statements=building.statements_by_key(now["statements"]) if request.POST else {},
        initial=_tied_as_typed(action, now),
    )
    if form.is_valid():
        actions.tie_action(action, by=request.user, **_chosen(form.cleaned_data))
        return redirect(action)
    return render(request, "programme/tie_action.html", {"form": form, "action": action, "programme": programme})


def _tied_as_typed(action, now):
    numbers = {name: [pk for pk, _words in now[name]] for name in ("principles", "forums", "characteristics", "groups")}
    words = {name: "\n".join(sorted(words for _pk, words in now[name])) for name in ("goes_with", "statements")}
    return numbers | words | {"phase": action.phase_id, "community": action.community_id}


def _chosen(typed):
    """Numbers, as the action wants them. What the programme has none of is left as it is."""
    return {
        "ones": {f"{name}_id": typed[name] or None for name in ("phase", "community") if name in typed},
        "sets": {
            name: typed[name] for name in ("principles", "forums", "characteristics", "goes_with") if name in typed
        },
        "shared": {name: typed[name] for name in ("groups", "statements") if name in typed},
    }


def _programme(request, pk):
    rows = Programme.objects.coordinated_by(request.user).select_related("partnership", "organisation")
    return get_object_or_404(rows, pk=pk)


def _building(programme):
    return ["programme:build_programme", programme.pk]


def _address(programme):
    return resolve_url(*_building(programme))
