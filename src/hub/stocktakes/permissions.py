"""Who may do what with a stocktake and a board pack."""

from django.db.models import Exists, OuterRef

from hub.core.access import policy
from hub.organisations.permissions import has_role, roles_of
from hub.programme.models import Programme
from hub.stocktakes.models import Job, Stocktake, StocktakeQuerySet

READ_BY = StocktakeQuerySet.READ_BY


def programmes_packed_by(user):
    """Those who coordinate or see to a partnership take its programme to their board."""
    roles = roles_of(user).filter(kind__in=READ_BY)
    return Programme.objects.of(user).published().filter(partnership__in=roles.values("partnership"))


def with_rights(stocktakes, user):
    """Stocktakes with whether this person writes them, and whether they may approve them."""
    return stocktakes.annotate(
        may_write=Exists(Stocktake.objects.coordinated_by(user).filter(pk=OuterRef("pk"))),
        may_approve=Exists(Stocktake.objects.approvable_by(user).filter(pk=OuterRef("pk"))),
    )


def _finds(rows):
    return lambda request, pk, **_: rows(request.user).filter(pk=pk).exists()


reads_stocktakes = policy(
    "coordinates a partnership or sees to it", lambda request, **_: has_role(request.user, *READ_BY)
)
# The page finds it among what this person may read, or answers 404. Asking here as well would be asking twice.
reads_stocktake = policy(
    "coordinates this partnership or sees to it", lambda request, **_: request.user.is_authenticated
)
writes_stocktake = policy("coordinates the partnership of this stocktake", _finds(Stocktake.objects.coordinated_by))
takes_stocktake_back = policy(
    "coordinates the partnership of this stocktake", _finds(Stocktake.objects.coordinated_by), second_factor=True
)
approves_stocktake = policy(
    "coordinates this partnership, commissions or sits on its board",
    _finds(Stocktake.objects.approvable_by),
    second_factor=True,
)
opens_stocktake = policy("coordinates the partnership of this programme", _finds(Programme.objects.coordinated_by))
packs_programme = policy("takes this programme to a board", _finds(programmes_packed_by))
reads_pack = policy("asked for this board pack", _finds(Job.objects.of))
