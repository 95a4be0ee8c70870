"""Views read only through querysets that know who is asking."""

import ast

import pytest

from tests.architecture.contexts import named, sources

# A new name belongs here once its queryset gives a stranger nothing.
TOLD_WHO_ASKS = {
    "answerable_by",
    "answered_by",
    "approvable_by",
    "attended_by",
    "coordinated_by",
    "edited_by",
    "owned_by",
    "kept_by",
    "led_by",
    "of",
    "of_writers",
    "own_to",
    "publishable_by",
    "reportable_by",
    "run_by",
    "signable_by",
    "visible_to",
    "withdrawable_by",
}
TOLD_WHAT_THEY_HOLD = {"named", "with_token"}
SHORTCUTS = {"get_object_or_404", "get_list_or_404"}


def unscoped_reads(code):
    """Lines where a model is read and nothing in the chain is told who asks, or what they hold."""
    tree = ast.parse(code)
    inner = {id(node.func.value) for node in ast.walk(tree) if _is_method(node)}
    outermost = [node for node in ast.walk(tree) if _is_method(node) and id(node) not in inner]
    bare = [node for node in outermost if _reads_a_model(node) and not _is_told_who_asks(node)]
    return sorted({node.lineno for node in [*bare, *_shortcuts_on_bare_models(tree)]})


def _is_method(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)


def _chain(node):
    """The calls of a.b().c(), last first."""
    while _is_method(node):
        yield node
        node = node.func.value


def _reads_a_model(node):
    *_, first = _chain(node)
    source = first.func.value
    return isinstance(source, ast.Attribute) and source.attr == "objects"


def _is_told_who_asks(node):
    return any(_is_scope(call) or _keeps_what_is_the_askers(call) for call in _chain(node))


def _is_scope(call):
    return call.func.attr in TOLD_WHO_ASKS | TOLD_WHAT_THEY_HOLD and bool(call.args)


def _keeps_what_is_the_askers(call):
    given = [keyword.value for keyword in call.keywords if call.func.attr in {"filter", "get"}]
    return any(ast.unparse(part) == "request.user" for value in given for part in ast.walk(value))


def _shortcuts_on_bare_models(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SHORTCUTS:
            source = node.args[0]
            if isinstance(source, ast.Name) and source.id[0].isupper():
                yield node
            if isinstance(source, ast.Attribute) and source.attr == "objects":
                yield node


def view_modules():
    return [path for path in sources(".py") if path.stem == "views" or "views" in path.parts]


def test_views_read_through_querysets_that_know_who_asks():
    wrong = {
        named(path): lines for path in view_modules() if (lines := unscoped_reads(path.read_text(encoding="utf-8")))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    "code",
    [
        "Pledge.objects.all()",
        "Pledge.objects.get(pk=pk)",
        "models.Pledge.objects.select_related('x').filter(pk=pk).first()",
        "Pledge.objects.overdue()",
        "Pledge.objects.overdue(2026)",
        "Pledge.objects.overdue(request.user)",
        "Pledge.objects.visible_to()",
        "Pledge.objects.exclude(made_by=request.user)",
        "Pledge.objects.order_by('year').filter(year=2026)",
        "get_object_or_404(Pledge, pk=pk)",
        "get_object_or_404(Pledge.objects, pk=pk)",
        "get_object_or_404(Pledge.objects.all(), pk=pk)",
        "list(Pledge.objects.all())[0].name",
    ],
)
def test_a_bare_read_would_be_seen(code):
    assert unscoped_reads(code) == [1]


@pytest.mark.parametrize(
    "code",
    [
        "get_object_or_404(Pledge.objects.visible_to(request.user), pk=pk)",
        "Pledge.objects.select_related('x').visible_to(request.user).filter(year=1)",
        "pledge.updates.all()",
        "Key.objects.filter(user=request.user).order_by('made_at')",
        "Link.objects.with_token(token).first()",
        "Offer.objects.filter(pk__in=handled_by(request.user).values('pk'))",
    ],
)
def test_a_read_that_knows_who_asks_is_welcome(code):
    assert unscoped_reads(code) == []
