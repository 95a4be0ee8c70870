"""Every form speaks plainly: it stands on hub.core.forms."""

import importlib
import inspect

from allauth.mfa.webauthn.forms import AddWebAuthnForm  # noqa: F401  # Loads the forms that some of ours extend.
from django.forms import BaseForm

from hub.core.forms import OnceForm, PlainWords
from tests.architecture.contexts import HUB, sources


def forms_of(module):
    return [
        kind
        for _name, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, BaseForm) and kind.__module__ == module.__name__
    ]


def modules():
    for path in sources(".py"):
        if path.stem == "forms" or "forms" in path.parts:
            yield importlib.import_module(".".join(["hub", *path.relative_to(HUB).with_suffix("").parts]))


def speaks_plainly(kind):
    from_elsewhere = any(parent.__module__.startswith("allauth.") for parent in kind.__mro__)
    return issubclass(kind, PlainWords) or from_elsewhere or kind is OnceForm


def test_every_form_speaks_plainly():
    shown = [kind for module in modules() for kind in forms_of(module) if not kind.__subclasses__()]
    assert len(shown) > 5
    assert [f"{kind.__module__}.{kind.__name__}" for kind in shown if not speaks_plainly(kind)] == []


def test_a_form_that_does_not_would_be_seen():
    assert not speaks_plainly(type("Curt", (BaseForm,), {"__module__": "hub.pledges.forms"}))
