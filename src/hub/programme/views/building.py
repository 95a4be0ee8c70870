"""Building a programme and changing it: by hand, or from one spreadsheet."""

import csv
import json

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.commitments.actions import ChangedMeanwhile
from hub.core.access import allow
from hub.core.forms import send_once
from hub.organisations.models import Partnership
from hub.programme import actions, permissions, spreadsheet
from hub.programme.forms import ActionForm, PartForm, ProgrammeForm, SheetForm
from hub.programme.models import Action, Programme

ANSWERS = ["title", "inequality", "action", "outcome", "knowing", "people", "due_on"]
MANY = ["principles", "forums"]


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
    areas = programme.areas.select_related("strand").prefetch_related("actions__commitment", "key_targets", "outcomes")
    context = {
        "programme": programme,
        "areas": areas,
        "strands": programme.strands.all(),
        "forums": programme.forums.all(),
    }
    return render(request, "programme/build_programme.html", context)


@allow(permissions.coordinates_programme)
@require_http_methods(["GET", "POST"])
def change_programme(request, pk):
    programme = _programme(request, pk)
    names = ("title", "summary", "starts_on", "ends_on", "report_every_weeks")
    form = ProgrammeForm(request.POST or None, initial={name: getattr(programme, name) for name in names})
    if form.is_valid():
        actions.change_programme(programme, by=request.user, **form.about())
        return redirect(*_building(programme))
    return render(request, "programme/start_programme.html", {"form": form, "programme": programme})


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
    form = PartForm(request.POST or None, what=what, programme=programme, people=people)
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
    actions.carry_out(programme, [row], by=by)
    return _address(programme)


@allow(permissions.coordinates_programme)
@require_http_methods(["GET", "POST"])
def import_sheet(request, pk):
    """First what the sheet would do, with what is wrong row by row; then, asked again, all of it."""
    programme = _programme(request, pk)
    if "rows" in request.POST:
        return _carry_out(request, programme)
    form = SheetForm(request.POST or None, request.FILES or None)
    context = {"form": form, "programme": programme}
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
    """The columns, ready to be filled in."""
    programme = _programme(request, pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{programme.slug}.csv"'
    csv.writer(response).writerow([words[0].capitalize() for words in spreadsheet.COLUMNS.values()])
    return response


@allow(permissions.changes_action)
@require_http_methods(["GET", "POST"])
def change_action(request, pk):
    rows = Action.objects.coordinated_by(request.user).select_related("commitment", "area__programme__partnership")
    action = get_object_or_404(rows, pk=pk)
    form = ActionForm(request.POST or None, programme=action.area.programme, initial=_as_it_is(action))
    is_changed_meanwhile = False
    if form.is_valid():
        try:
            told = {"seen": form.cleaned_data["seen"], "ties": form.ties(), **form.answers()}
            actions.change_action(action, by=request.user, **told)
            return redirect(action)
        except ChangedMeanwhile:
            is_changed_meanwhile = True
            action.commitment.refresh_from_db()
            form.data = form.data.copy()
            form.data["seen"] = str(action.commitment.version)
    context = {"form": form, "action": action, "is_changed_meanwhile": is_changed_meanwhile}
    return render(request, "programme/change_action.html", context)


def _as_it_is(action):
    commitment = action.commitment
    values = {name: getattr(commitment, name) for name in ANSWERS}
    many = {name: [one.pk for one in getattr(action, name).all()] for name in MANY}
    return {**values, **many, "phase": action.phase_id, "community": action.community_id, "seen": commitment.version}


def _programme(request, pk):
    rows = Programme.objects.coordinated_by(request.user).select_related("partnership", "organisation")
    return get_object_or_404(rows, pk=pk)


def _building(programme):
    return ["programme:build_programme", programme.pk]


def _address(programme):
    return resolve_url(*_building(programme))
