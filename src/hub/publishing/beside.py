"""What stands on public pages of contexts below."""

from django.template.loader import render_to_string

from hub.ties.queries import public_pledges_of

MOST = 25


def public_action(action, user, *, keeps):
    """The pledges that serve it. They are the same for everybody, signed in or not."""
    pledges = public_pledges_of(action).select_related("commitment", "organisation__partnership")
    found = list(pledges.order_by("-year", "pk")[:MOST])
    return render_to_string("publishing/pledges_that_serve.html", {"pledges": found}) if found else ""
