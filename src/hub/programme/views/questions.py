"""What somebody looks after, what the board wants to know, and what is said to that."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.core.access import allow
from hub.core.forms import send_once
from hub.programme import actions, permissions
from hub.programme.forms import QuestionForm, ReplyForm
from hub.programme.models import Action, Challenge
from hub.programme.queries import work

A_PAGE = 25
DUTIES_A_PAGE = 10
# What waits for one person comes first, and is all there unless it is more than this.
MOST_QUESTIONS = 50


@allow(permissions.reads_own_work)
@require_safe
def show_work(request):
    """What this person looks after, first what wants something from them; and what the board asks."""
    kinds = permissions.kinds_of_roles(request.user)
    if not kinds:
        raise Http404
    mine = work.looked_after_by(request.user)
    page = Paginator(mine, DUTIES_A_PAGE).get_page(request.GET.get("page"))
    asked = work.open_questions(request.user, [one.pk for one in mine], MOST_QUESTIONS)
    places = work.places_of(request.user)
    context = {
        "page_obj": page,
        "rows": work.duties_of(request.user, list(page)),
        "to_answer": [question for question in asked if question.waits],
        "questions": [question for question in asked if not question.waits][:DUTIES_A_PAGE],
        "programmes": places.get("programme", []),
        "forums": places.get("forum", []),
        "agreed": places.get("decision", [])[:MOST_QUESTIONS],
        "may_start": permissions.Kind.COORDINATOR in kinds,
    }
    return render(request, "programme/work.html", context)


@allow(permissions.takes_part)
@require_safe
def list_questions(request):
    """Open ones, or with ?answered=1 those that are answered."""
    questions = Challenge.objects.of(request.user).select_related("action__commitment", "action__area")
    shows_answered = bool(request.GET.get("answered"))
    found = questions.exclude(closed_at=None) if shows_answered else questions.open()
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "programme/questions.html", {"page_obj": page, "shows_answered": shows_answered})


@allow(permissions.questions_action)
@require_http_methods(["GET", "POST"])
def ask_question(request, pk):
    action = get_object_or_404(Action.objects.of(request.user).select_related("commitment", "area"), pk=pk)
    form = QuestionForm(request.POST or None)
    if form.is_valid():

        def ask():
            return actions.ask_question(action, by=request.user, words=form.cleaned_data["words"])

        return redirect(send_once(form, ask))
    return render(request, "programme/ask_question.html", {"form": form, "action": action})


@allow(permissions.reads_challenge)
@require_safe
def read_question(request, pk):
    questions = Challenge.objects.of(request.user).select_related(
        "action__commitment", "action__area__programme__partnership", "asked_by"
    )
    question = get_object_or_404(questions, pk=pk)
    context = {
        "question": question,
        "replies": question.replies.select_related("made_by"),
        "may_answer": Challenge.objects.answered_by(request.user).filter(pk=pk).exists(),
        "may_settle": Challenge.objects.own_to(request.user).filter(pk=pk).exists(),
        "form": ReplyForm(),
        "programme": question.action.area.programme,
    }
    return render(request, "programme/question.html", context)


@allow(permissions.answers_challenge)
@require_http_methods(["GET", "POST"])
def reply_to_question(request, pk):
    question = get_object_or_404(Challenge.objects.answered_by(request.user), pk=pk)
    return _say(request, question, actions.reply)


@allow(permissions.settles_challenge)
@require_http_methods(["GET", "POST"])
def ask_again(request, pk):
    question = get_object_or_404(Challenge.objects.own_to(request.user), pk=pk)
    return _say(request, question, actions.ask_again)


@allow(permissions.settles_challenge)
@require_POST
def close_question(request, pk):
    question = get_object_or_404(Challenge.objects.own_to(request.user), pk=pk)
    actions.close_question(question, by=request.user)
    return redirect(question)


def _say(request, question, act):
    form = ReplyForm(request.POST or None)
    if form.is_valid():

        def say():
            act(question, by=request.user, words=form.cleaned_data["words"])
            return question

        return redirect(send_once(form, say))
    asks_again = act is actions.ask_again
    return render(request, "programme/reply.html", {"form": form, "question": question, "asks_again": asks_again})
