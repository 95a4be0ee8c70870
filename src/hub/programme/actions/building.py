"""Making and changing a programme by hand."""

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from hub import audit
from hub.commitments import actions as commitments
from hub.programme.models import Programme


@transaction.atomic
def start_programme(partnership, *, by, title, **about):
    """A draft that only those who coordinate can see."""
    start = slugify(title)[:70] or "programme"
    taken = set(Programme.objects.filter(partnership=partnership).values_list("slug", flat=True))
    slug = next(name for name in (start, *(f"{start}-{number}" for number in range(2, 999))) if name not in taken)
    programme = Programme.objects.create(partnership=partnership, title=title, slug=slug, **about)
    audit.record("programme.started", subject=programme, by=by)
    return programme


@transaction.atomic
def change_programme(programme, *, by, **about):
    for name, value in about.items():
        setattr(programme, name, value)
    programme.save(update_fields=list(about))
    told = {name: str(value) for name, value in about.items()}
    audit.record("programme.changed", subject=programme, by=by, **told)


@transaction.atomic
def publish(programme, *, by):
    """Everybody can read it from now on."""
    programme.published_at = timezone.now()
    programme.save(update_fields=["published_at"])
    audit.record("programme.published", subject=programme, by=by)


@transaction.atomic
def change_action(action, /, *, by, seen, ties, **answers):
    """Its words stay in sight as they were. `ties` are what it belongs to: phase, community, principles and so on."""
    commitments.change_commitment(action.commitment, by=by, seen=seen, **answers)
    for name in ("phase", "community"):
        setattr(action, name, ties.pop(name))
    action.save(update_fields=["phase", "community"])
    for name, chosen in ties.items():
        getattr(action, name).set(chosen)
    audit.record("action.tied", subject=action, by=by)
