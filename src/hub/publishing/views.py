from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub.commitments.models import Update
from hub.commitments.queries import Reader, story
from hub.core.access import allow, anyone
from hub.core.public import public_page
from hub.findings import charts
from hub.findings.releases import documents
from hub.findings.releases.queries import approved_text, public_in, replies_beside
from hub.home.landing import landing_of
from hub.pledges.queries import pledges_for_list
from hub.publishing import finding_tables, formats, queries
from hub.publishing.forms import ChoosePledges
from hub.publishing.programme_tables import ACTIONS, OUTCOMES, TARGETS, everything
from hub.publishing.tables import TABLES
from hub.ties.queries import public_actions_of

A_PAGE = 25
KEPT_FOR = 300  # seconds, in a reader's browser and on the way there


@allow(anyone)
@require_safe
def show_front(request):
    """Where everybody begins: those who are signed in at their work, others at what was promised."""
    if request.user.is_authenticated:
        return redirect(landing_of(request.user))
    partnerships = queries.partnerships()
    if len(partnerships) == 1:
        return _front(request, partnerships[0])
    return public_page(request, render(request, "publishing/partnerships.html", {"partnerships": partnerships}))


@allow(anyone)
@require_safe
def show_partnership(request, partnership):
    return _front(request, _partnership(request, partnership))


@allow(anyone)
@require_safe
def list_pledges(request, partnership):
    partnership = _partnership(request, partnership)
    form = ChoosePledges(request.GET, choices=queries.choices_in(partnership))
    wanted = form.wanted
    pledges = queries.chosen(partnership, **wanted)
    page = Paginator(pledges, A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page, "is_filtered": bool(wanted)}
    return _public(request, "publishing/pledges.html", partnership, context)


@allow(anyone)
@require_safe
def show_pledge(request, partnership, public_id):
    partnership = _partnership(request, partnership)
    pledge = queries.public_pledge(partnership, public_id)
    if pledge is None:
        taken_back = get_object_or_404(queries.withdrawn_pledges(partnership), public_id=public_id)
        return _withdrawn(request, partnership, taken_back)
    told = story(pledge.commitment, reader=Reader.PUBLIC)
    context = {
        "pledge": pledge,
        "story": told,
        "groups": pledge.commitment.groups.all(),
        "statements": pledge.commitment.statements.select_related("section__area__edition__chapter"),
        "serves": public_actions_of(pledge).select_related("commitment", "area__programme")[:A_PAGE],
        "before": pledge.continues if pledge.continues and pledge.continues.sharing == "everyone" else None,
    }
    return _public(request, "publishing/pledge.html", partnership, context)


@allow(anyone)
@require_safe
def list_organisations(request, partnership):
    partnership = _partnership(request, partnership)
    page = Paginator(queries.taking_part(partnership), A_PAGE).get_page(request.GET.get("page"))
    return _public(request, "publishing/organisations.html", partnership, {"page_obj": page})


@allow(anyone)
@require_safe
def show_organisation(request, partnership, organisation):
    partnership = _partnership(request, partnership)
    found = get_object_or_404(queries.taking_part(partnership), slug=organisation)
    pledges = pledges_for_list(queries.public_pledges(partnership).filter(organisation=found))
    context = {
        "organisation": found,
        "facts": found.facts.order_by("pk")[:A_PAGE],
        "page_obj": Paginator(pledges, A_PAGE).get_page(request.GET.get("page")),
        "practices": queries.public_practices(partnership).filter(organisation=found)[:A_PAGE],
    }
    return _public(request, "publishing/organisation.html", partnership, context)


@allow(anyone)
@require_safe
def list_practices(request, partnership):
    partnership = _partnership(request, partnership)
    page = Paginator(queries.public_practices(partnership), A_PAGE).get_page(request.GET.get("page"))
    return _public(request, "publishing/practices.html", partnership, {"page_obj": page})


@allow(anyone)
@require_safe
def show_open_data(request):
    context = {"partnerships": queries.partnerships(), "tables": TABLES.values()}
    return public_page(request, render(request, "publishing/open_data.html", context))


@allow(anyone)
@require_safe
def download_csv(request, partnership, table):
    partnership, table = _partnership(request, partnership), _table(table)
    text = formats.as_csv(table, table.rows(partnership, _address(request, partnership)))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{partnership.slug}-{table.name}.csv"'
    return _open(request, response, max_age=_kept_for(table))


@allow(anyone)
@require_safe
def download_json(request, partnership, table):
    partnership, table = _partnership(request, partnership), _table(table)
    rows = table.rows(partnership, _address(request, partnership))
    text = formats.as_json(table, rows, licence=_licence(partnership))
    return _open(request, HttpResponse(text, content_type="application/json"), max_age=_kept_for(table))


@allow(anyone)
@require_safe
def describe_table(request, partnership, table):
    _partnership(request, partnership)
    return _open(request, _json(formats.json_schema(_table(table))))


@allow(anyone)
@require_safe
def describe_package(request, partnership):
    partnership = _partnership(request, partnership)
    return _open(request, _json(formats.data_package(partnership, _address(request, partnership))))


@allow(anyone)
@require_safe
def describe_csvw(request, partnership):
    return _open(request, _json(formats.csvw(_partnership(request, partnership))))


@allow(anyone)
@require_safe
def download_programmes(request):
    """Every published programme of this site, so that its actions, targets and outcomes can be counted."""
    partnerships = queries.partnerships()
    found = everything(partnerships, lambda partnership: _address(request, partnership))
    licences = {partnership.slug: _licence(partnership) for partnership in partnerships}
    return _open(request, HttpResponse(formats.all_as_json(found, licences=licences), content_type="application/json"))


@allow(anyone)
@require_safe
def describe_programmes(request):
    return _open(request, _json(formats.schema_of_all([ACTIONS, TARGETS, OUTCOMES])))


@allow(anyone)
@require_safe
def list_findings(request, partnership):
    partnership = _partnership(request, partnership)
    page = Paginator(public_in(partnership), A_PAGE).get_page(request.GET.get("page"))
    return _public(request, "publishing/findings.html", partnership, {"page_obj": page})


@allow(anyone)
@require_safe
def show_finding(request, partnership, public_id):
    partnership = _partnership(request, partnership)
    release = _release(partnership, public_id)
    if release.ended_at:
        context = {"release": release, "taken_back": queries.withdrawal_of(release)}
        return _public(request, "publishing/withdrawn_finding.html", partnership, context, status=410)
    finding = documents.read_back(_approved_text(release, documents.FINDING))
    context = {
        "release": release,
        "finding": finding,
        "chart": charts.chart(finding, list(finding.rows)),
        "panels": charts.panels(finding, list(finding.points)),
        "replies": replies_beside(release),
        "columns": finding_tables.COLUMNS,
    }
    return _public(request, "publishing/finding.html", partnership, context)


@allow(anyone)
@require_safe
def download_finding_csv(request, partnership, public_id):
    return _finding_file(request, partnership, public_id, documents.TABLE, "text/csv; charset=utf-8")


@allow(anyone)
@require_safe
def download_finding_json(request, partnership, public_id):
    return _finding_file(request, partnership, public_id, documents.FINDING, "application/json")


@allow(anyone)
@require_safe
def describe_finding(request):
    return _open(request, _json(documents.schema()))


def _finding_file(request, partnership, public_id, name, content_type):
    release = _release(_partnership(request, partnership), public_id)
    if release.ended_at:
        gone = _("This finding was taken back on %(day)s. Its page says why.") % {"day": f"{release.ended_at:%d %B %Y}"}
        return HttpResponse(f"{gone}\n", status=410, content_type="text/plain; charset=utf-8")
    response = HttpResponse(_approved_text(release, name), content_type=content_type)
    if name == documents.TABLE:
        response["Content-Disposition"] = f'attachment; filename="finding-{release.public_id}.csv"'
    return _open(request, response, max_age=None)


def _release(partnership, public_id):
    release = queries.release_at(partnership, public_id)
    if release is None:
        raise Http404
    return release


def _approved_text(release, name):
    """Only what the ledger holds the hash of goes out."""
    text = approved_text(release, name)
    if text is None:
        raise Http404
    return text


def _front(request, partnership):
    context = {"front": queries.front_of(partnership), "practices": queries.public_practices(partnership)[:3]}
    return _public(request, "publishing/front.html", partnership, context)


def _public(request, template, partnership, context, **response):
    request.brand = partnership.brand
    context = {"partnership": partnership, "stages": dict(Update.Stage.choices), **context}
    return public_page(request, render(request, template, context, **response))


def _withdrawn(request, partnership, pledge):
    """The address stays, so that nobody who kept the link thinks it was a mistake. What the pledge said is gone."""
    taken_back = pledge.publications.first()
    context = {"organisation": pledge.organisation, "taken_back": taken_back}
    return _public(request, "publishing/withdrawn.html", partnership, context, status=410)


def _partnership(request, slug):
    partnership = queries.partnership_at(slug)
    if partnership is None:
        raise Http404
    return partnership


def _table(name):
    if name not in TABLES:
        raise Http404
    return TABLES[name]


def _address(request, partnership):
    start = request.build_absolute_uri(reverse("publishing:show_partnership", args=[partnership.slug]))
    return lambda rest: f"{start}{rest}"


def _licence(partnership):
    known = formats.licences_of(partnership)
    return known[0]["path"] if known else str(partnership.get_licence_display())


def _json(data):
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})


def _kept_for(table):
    """A finding that was taken back is gone at once, wherever a copy of it was kept."""
    return None if table is finding_tables.FINDINGS else KEPT_FOR


def _open(request, response, *, max_age=KEPT_FOR):
    """Anybody's page may fetch it; it holds nothing that is not public."""
    response["Access-Control-Allow-Origin"] = "*"
    return public_page(request, response, max_age=max_age)
