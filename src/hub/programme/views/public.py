"""The pages that everybody can read."""

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.commitments.queries import Reader
from hub.core.access import allow, anyone
from hub.core.public import public_page
from hub.programme.forms import ChooseActions
from hub.programme.models import Action, AtWork, Community, Forum, KeyTarget, Outcome, Programme, ServiceArea, Strand
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
    about = pages.about(programme)
    context = {
        "programme": programme,
        "strands": [
            (strand, [one for one in areas if one.area.strand.slug == strand["slug"]]) for strand in about["strand"]
        ],
        "counts": pages.counts_together(areas),
        "totals": _totals(areas) | {"forums": programme.number_of_forums},
        "about": about,
        "news": pages.news_of(areas),
    }
    return _page(request, "programme/programme.html", programme.partnership, context)


def _totals(areas):
    return {
        "actions": sum(one.actions for one in areas),
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
        areas.select_related("programme__partnership", "programme__organisation", "strand").annotate(
            number_of_actions=Count("actions")
        ),
        programme__partnership__slug=partnership,
        programme__slug=programme,
        slug=area,
    )
    context = {
        "programme": area.programme,
        "shown": pages.area_shown(area, today=timezone.localdate()),
        "before": area.programme.rewordings.filter(what="area", part=area.pk),
    }
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
    """Those of the whole programme, or with ?area= of one area."""
    programme = _programme(request, partnership, programme)
    targets = KeyTarget.objects.visible_to(request.user).filter(area__programme=programme)
    area = programme.areas.filter(slug=request.GET["area"]).first() if "area" in request.GET else None
    if area:
        targets = targets.filter(area=area)
    found = Paginator(targets.order_by("area__position", "position").select_related("area"), A_PAGE)
    page = found.get_page(request.GET.get("page"))
    context = {
        "programme": programme,
        "area": area,
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
        "before": target.area.programme.rewordings.filter(what="target", part=target.pk),
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
    """Champions, training, mentoring, languages: the same measures, gathered; with ?topic= those of one kind."""
    programme = _programme(request, partnership, programme)
    rows = AtWork.objects.visible_to(request.user).filter(area__programme=programme, measure__ended_at=None)
    topics = measures.topics_of(rows)
    topic = request.GET.get("topic", "")
    found = rows.filter(topic=topic) if topic in AtWork.Topic.values else rows
    page = Paginator(found.order_by("topic", "area__position", "pk"), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "programme": programme,
        "topics": topics,
        "topic": topic,
        "page_obj": page,
        "rows": measures.at_work_in_brief(page.object_list, today=timezone.localdate()),
    }
    return _page(request, "programme/people_at_work.html", programme.partnership, context)


@allow(anyone)
@require_safe
def show_community(request, partnership, programme, community):
    """A plan for one community: what each agency does for it, in one place."""
    communities = Community.objects.visible_to(request.user).exclude(programme__published_at=None)
    community = get_object_or_404(
        communities.select_related("programme__partnership", "programme__organisation", "group"),
        programme__partnership__slug=partnership,
        programme__slug=programme,
        slug=community,
    )
    programme = community.programme
    actions = community.actions.select_related("organisation").order_by("area__position", "position")
    page = Paginator(actions, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "programme": programme,
        "community": community,
        "organisations": community.organisations.all(),
        "before": programme.rewordings.filter(what="community", part=community.pk),
        "page_obj": page,
        "rows": pages.rows_of(page.object_list, every_weeks=programme.report_every_weeks),
    }
    return _page(request, "programme/community.html", programme.partnership, context)


@allow(anyone)
@require_safe
def list_forums(request, partnership, programme):
    """Who shapes the programme and asks questions, and whether each keeps its rhythm."""
    programme = _programme(request, partnership, programme)
    forums = Forum.objects.visible_to(request.user).filter(programme=programme).order_by("position")
    page = Paginator(forums, A_PAGE).get_page(request.GET.get("page"))
    found = pages.forums_in_brief(page.object_list, today=timezone.localdate())
    context = {"programme": programme, "page_obj": page, "forums": found}
    return _page(request, "programme/forums.html", programme.partnership, context)


@allow(anyone)
@require_safe
def show_forum(request, partnership, programme, forum):
    forums = Forum.objects.visible_to(request.user).exclude(programme__published_at=None)
    forums = forums.annotate(works_here=Exists(Forum.objects.of(request.user).filter(pk=OuterRef("pk"))))
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
        programmes.select_related("partnership", "organisation").annotate(number_of_forums=Count("forums")),
        partnership__slug=partnership,
        slug=programme,
    )


def _page(request, template, partnership, context):
    request.brand = partnership.brand
    return public_page(request, render(request, template, {"partnership": partnership, **context}))
