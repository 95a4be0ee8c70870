"""Who may reach which page. Every view names its policy; a view without one is refused."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class Policy:
    name: str
    test: Callable[..., bool]
    second_factor: bool = False


def policy(name, test, *, second_factor=False):
    return Policy(name, test, second_factor)


anyone = Policy("anyone", lambda request, **_: True)
signed_in = Policy("signed in", lambda request, **_: request.user.is_authenticated)


def allow(rule: Policy):
    """Tie a view to its policy, which the access middleware asks before the view runs."""

    def tie(view: Callable[..., object]):
        view.policy = rule
        return view

    return tie


def policy_of(view) -> Policy | None:
    return getattr(view, "policy", None)


__all__ = ["HttpRequest", "Policy", "allow", "anyone", "policy", "policy_of", "signed_in"]
