"""The pages that everybody can read."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.commitments.queries import Reader
from hub.core.access import allow, anyone
from hub.core.public import public_page
from hub.programme.forms import ChooseActions
from hub.programme.models import Action, Forum, KeyTarget, Outcome, Programme, ServiceArea, Strand
from hub.programme.queries import measures, one_action, pages

A_PAGE = 25


@allow(anyone)
@require_safe
def list_programmes(request, partnership):
    partnership = pages.partnership_at(partnership)
    if partnership is None:
        raise Http404
    context = {"programmes": Programme.objects.visible_to(request.user).published().filter(partnership=partnership)}
    return _page(request, "programme/programmes.html", partnership, context)


@allow(anyone)
@require_safe
def show_programme(request, partnership, programme):
    programme = _programme(request, partnership, programme)
    areas = pages.areas_in_brief(
        programme.areas.order_by("strand__position", "position"), every_weeks=programme.report_every_weeks
    )
    context = {
        "programme": programme,
        "strands": [
            (strand, [one for one in areas if one.area.strand_id == strand.pk]) for strand in programme.strands.all()
        ],
        "counts": pages.counts_in([row for one in areas for row in one.rows]),
        "totals": _totals(areas),
        "about": pages.about(programme),
        "news": pages.news_of(programme),
    }
    return _page(request, "programme/programme.html", programme.partnership, context)


def _totals(areas):
    return {
        "actions": sum(len(one.rows) for one in areas),
        "targets": sum(one.area.targets for one in areas),
        "outcomes": sum(one.area.aims for one in areas),
    }


@allow(anyone)
@require_safe
def show_strand(request, partnership, programme, strand):
    strands = Strand.objects.visible_to(request.user).exclude(programme__published_at=None)
    strand = get_object_or_404(
        strands.select_related("programme__partnership", "programme__organisation"),
        programme__partnership__slug=partnership,
        programme__slug=programme,
        slug=strand,
    )
    areas = pages.areas_in_brief(strand.areas.all(), every_weeks=strand.programme.report_every_weeks)
    context = {"programme": strand.programme, "strand": strand, "areas": areas, "totals": _totals(areas)}
    return _page(request, "programme/strand.html", strand.programme.partnership, context)


@allow(anyone)
@require_safe
def show_area(request, partnership, programme, area):
    areas = ServiceArea.objects.visible_to(request.user).exclude(programme__published_at=None)
    area = get_object_or_404(
        areas.select_related("programme__partnership", "programme__organisation", "strand", "commitment"),
        programme__partnership__slug=partnership,
        programme__slug=programme,
        slug=area,
    )
    context = {"programme": area.programme, "shown": pages.area_shown(area, today=timezone.localdate())}
    return _page(request, "programme/area.html", area.programme.partnership, context)


@allow(anyone)
@require_safe
def list_actions(request, partnership, programme):
    """All actions, or those that are asked for. How one stands is worked out, so that it is looked at last."""
    programme = _programme(request, partnership, programme)
    form = ChooseActions(request.GET, choices=pages.choices_in(programme))
    wanted = dict(form.wanted)
    standing = wanted.pop("standing", "")
    actions = pages.narrowed(Action.objects.visible_to(request.user).filter(area__programme=programme), **wanted)
    actions = actions.order_by("area__position", "position")
    every_weeks = programme.report_every_weeks
    found = pages.standing_at(actions, standing, every_weeks=every_weeks) if standing else actions
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    shown = actions.filter(pk__in=page.object_list) if standing else page.object_list
    context = {
        "programme": programme,
        "form": form,
        "is_filtered": bool(form.wanted),
        "page_obj": page,
        "rows": pages.rows_of(shown, every_weeks=every_weeks),
    }
    return _page(request, "programme/actions.html", programme.partnership, context)


@allow(anyone)
@require_safe
def show_action(request, partnership, programme, area, action):
    actions = Action.objects.visible_to(request.user).exclude(area__programme__published_at=None)
    action = get_object_or_404(
        one_action.for_a_page(actions, request.user),
        area__programme__partnership__slug=partnership,
        area__programme__slug=programme,
        area__slug=area,
        key=action,
    )
    context = {
        "programme": action.area.programme,
        "action": action,
        "shown": one_action.action_shown(action, reader=Reader.PUBLIC),
    }
    return _page(request, "programme/action.html", action.area.programme.partnership, context)


@allow(anyone)
@require_safe
def list_targets(request, partnership, programme):
    programme = _programme(request, partnership, programme)
    targets = KeyTarget.objects.visible_to(request.user).filter(area__programme=programme)
    found = Paginator(targets.order_by("area__position", "position").select_related("area"), A_PAGE)
    page = found.get_page(request.GET.get("page"))
    context = {
        "programme": programme,
        "page_obj": page,
        "targets": measures.targets_in_brief(page.object_list, today=timezone.localdate()),
    }
    return _page(request, "programme/targets.html", programme.partnership, context)


@allow(anyone)
@require_safe
def show_target(request, partnership, programme, area, target):
    targets = KeyTarget.objects.visible_to(request.user).exclude(area__programme__published_at=None)
    target = get_object_or_404(
        targets.select_related("area__programme__partnership"),
        area__programme__partnership__slug=partnership,
        area__programme__slug=programme,
        area__slug=area,
        key=target,
    )
    context = {
        "programme": target.area.programme,
        "target": target,
        "measures": measures.measures_shown(target.measures.order_by("pk"), today=timezone.localdate()),
        "actions": target.actions.select_related("commitment", "area"),
    }
    return _page(request, "programme/target.html", target.area.programme.partnership, context)


@allow(anyone)
@require_safe
def list_outcomes(request, partnership, programme):
    programme = _programme(request, partnership, programme)
    outcomes = Outcome.objects.visible_to(request.user).filter(area__programme=programme)
    outcomes = outcomes.order_by("area__position", "position").select_related("area").prefetch_related("indicators")
    page = Paginator(outcomes, A_PAGE).get_page(request.GET.get("page"))
    return _page(request, "programme/outcomes.html", programme.partnership, {"programme": programme, "page_obj": page})


@allow(anyone)
@require_safe
def show_people_at_work(request, partnership, programme):
    """Champions, training, mentoring, languages: the same measures, gathered."""
    programme = _programme(request, partnership, programme)
    context = {
        "programme": programme,
        "topics": measures.people_at_work(programme, today=timezone.localdate()),
    }
    return _page(request, "programme/people_at_work.html", programme.partnership, context)


@allow(anyone)
@require_safe
def show_forum(request, partnership, programme, forum):
    forums = Forum.objects.visible_to(request.user).exclude(programme__published_at=None)
    forum = get_object_or_404(
        forums.select_related("programme__partnership", "programme__organisation"),
        programme__partnership__slug=partnership,
        programme__slug=programme,
        slug=forum,
    )
    actions = forum.actions.select_related("commitment", "area").order_by("area__position", "position")
    context = {
        "programme": forum.programme,
        "forum": forum,
        "rhythm": measures.forum_rhythm(forum, today=timezone.localdate()),
        "page_obj": Paginator(actions, A_PAGE).get_page(request.GET.get("page")),
        "parts": forum.parts.all(),
        "belongs_to": forum.part_of.all(),
    }
    return _page(request, "programme/forum.html", forum.programme.partnership, context)


def _programme(request, partnership, programme):
    programmes = Programme.objects.visible_to(request.user).published()
    return get_object_or_404(
        programmes.select_related("partnership", "organisation"), partnership__slug=partnership, slug=programme
    )


def _page(request, template, partnership, context):
    request.brand = partnership.brand
    return public_page(request, render(request, template, {"partnership": partnership, **context}))
