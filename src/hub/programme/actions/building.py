"""Making and changing a programme by hand."""

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from hub import audit
from hub.commitments import actions as commitments
from hub.organisations.models import Organisation
from hub.programme.models import AtWork, Programme, Rewording
from hub.programme.queries.parts import WORDS_OF, as_it_is
from hub.programme.spreadsheet import names_in, same


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
    """Its title, its words, its dates and how often owners report. What they were stays in sight."""
    before = Programme.objects.select_for_update().get(pk=programme.pk)
    if all(getattr(before, name) == value for name, value in about.items()):
        return
    Rewording.objects.create(
        programme=programme, what="programme", part=programme.pk, title=before.title, words=before.summary,
        more="\n".join(_frame_of(before)), changed_by=by,
    )  # fmt: skip
    for name, value in about.items():
        setattr(programme, name, value)
    programme.save(update_fields=list(about))
    told = {name: str(value) for name, value in about.items()}
    audit.record("programme.changed", subject=programme, by=by, **told)


def _frame_of(programme):
    if programme.starts_on:
        yield _("From %(day)s") % {"day": date_format(programme.starts_on, "j F Y")}
    if programme.ends_on:
        yield _("Until %(day)s") % {"day": date_format(programme.ends_on, "j F Y")}
    yield _("Owners say how it goes every %(weeks)d weeks") % {"weeks": programme.report_every_weeks}


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


class RewordedMeanwhileError(Exception):
    """Somebody else changed the same part after this person had opened it."""


@transaction.atomic
def change_part(programme, what, part, *, by, seen=None, **said):
    """A new title, new words and so on. What it said before stays in sight.

    `seen` is how often it had been changed when this person opened it.
    """
    Programme.objects.select_for_update().get(pk=programme.pk)
    before = programme.rewordings.filter(what=what, part=part.pk)
    if seen is not None and before.count() != seen:
        raise RewordedMeanwhileError
    now = as_it_is(what, part)
    told = {name: value for name, value in said.items() if value != now[name]}
    if not told:
        return
    kept = Rewording(programme=programme, what=what, part=part.pk, title=now["title"], words=now["words"])
    kept.more, kept.changed_by = said_besides(now), by
    kept.save()
    _write(what, part, told)
    audit.record("part.changed", subject=part, by=by, what=what, **{name: str(new) for name, new in told.items()})


def said_besides(now):
    """What stood there beside title and words."""
    besides = [str(value) for name, value in now.items() if name not in ("title", "words") and value]
    return "\n".join(besides)[:MOST_BESIDES]


MOST_BESIDES = 2000


def _write(what, part, told):
    fields = {WORDS_OF[what] if name == "words" else name: value for name, value in told.items()}
    if "takes_part" in fields:
        set_who_takes_part(part, fields.pop("takes_part"))
    if "serves" in fields:
        part.actions.set(actions_called(part.area, fields.pop("serves")))
    for name, value in fields.items():
        setattr(part, name, value)
    part.save()


def actions_called(area, text):
    """The actions of an area with these titles."""
    known = {same(title): pk for pk, title in area.actions.order_by().values_list("pk", "commitment__title")}
    return [known[same(name)] for name in names_in(text)]


def set_who_takes_part(community, text):
    """Names of organisations of the partnership tie them; other names are kept as words."""
    rows = Organisation.objects.filter(partnership=community.programme.partnership_id)
    known = {same(one.name): one for one in rows}
    names = names_in(text)
    community.named = "\n".join(name for name in names if same(name) not in known)
    community.save(update_fields=["named"])
    community.organisations.set(known[same(name)] for name in names if same(name) in known)


@transaction.atomic
def take_sheet(programme, *, by):
    """What leaves is on the record: the sheet names who looks after what."""
    audit.record("programme.sheet_taken", subject=programme, by=by)


@transaction.atomic
def follow_at_work(area, *, by, about, target, **measure):
    """A measure about people at work. `about` says what it is about: topic, service, group of staff, language."""
    made = commitments.add_measure(area.commitment, by=by, target=target, **measure)
    AtWork.objects.create(measure=made, area=area, **about)
    return made
