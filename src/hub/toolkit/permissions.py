"""Who may do what with the toolkit. Everybody may read it; drafts and feedback come through their querysets."""

from hub.core.access import policy
from hub.toolkit.models import edits_the_toolkit

toolkit_editors = policy(
    "toolkit editors of the partnership",
    lambda request, partnership, **_: edits_the_toolkit(request.user, partnership__slug=partnership),
    second_factor=True,
)
