"""Making and changing a programme by hand."""

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from hub import audit
from hub.commitments import actions as commitments
from hub.programme.models import AtWork, Programme, Rewording


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
def change_action(action, /, *, by, seen, **answers):
    """Its words stay in sight as they were."""
    commitments.change_commitment(action.commitment, by=by, seen=seen, **answers)


@transaction.atomic
def tie_action(action, *, by, ones, sets, shared):
    """What it belongs to, in numbers: a phase and a community, what there may be many of, and what pledges have too."""
    for name, value in ones.items():
        setattr(action, name, value)
    action.save(update_fields=list(ones))
    for name, chosen in sets.items():
        getattr(action, name).set(chosen)
    for name, chosen in shared.items():
        getattr(action.commitment, name).set(chosen)
    audit.record(
        "action.tied", subject=action, by=by, **{name: str(now) for name, now in (ones | sets | shared).items()}
    )


# What a part says is kept under another name in some.
WORDS_OF = {"strand": "summary", "area": "summary", "principle": "words", "target": "words", "outcome": "words"}


@transaction.atomic
def change_part(programme, what, part, *, by, title, words):
    """A new title or new words. What it said before stays in sight."""
    name = WORDS_OF[what]
    before = Rewording(programme=programme, what=what, part=part.pk, title=part.title, words=getattr(part, name))
    if (before.title, before.words) == (title, words):
        return
    before.changed_by = by
    before.save()
    part.title = title
    setattr(part, name, words)
    part.save(update_fields=["title", name])
    audit.record("part.changed", subject=part, by=by, what=what, title=title)


@transaction.atomic
def follow_at_work(area, *, by, about, target, **measure):
    """A measure about people at work. `about` says what it is about: topic, service, group of staff, language."""
    made = commitments.add_measure(area.commitment, by=by, target=target, **measure)
    AtWork.objects.create(measure=made, area=area, **about)
    return made
