"""Everything that is written about pledges."""

from django.db import transaction
from django.utils.translation import gettext as _

from hub import audit
from hub.commitments import actions as commitments
from hub.commitments import letters
from hub.commitments.queries import shown
from hub.organisations.models import Role, Sharing
from hub.pledges.models import Pledge, Publication
from hub.pledges.queries import area_of

COPIED = ["title", "inequality", "action", "outcome", "knowing", "work", "owner", "owner_role", "people", "is_example"]
COPIED_OF_A_MEASURE = [
    "kind", "name", "unit", "counting", "characteristic", "group_size", "per", "instrument", "every_weeks_from",
    "every_weeks_to", "direction", "direction_reason", "review_on",
]  # fmt: skip


@transaction.atomic
def make_pledge(organisation, *, by, year, unit=None, assessment=None, from_answer=None, continues=None, **answers):
    commitment = commitments.make_commitment(organisation.partnership, by=by, **answers)
    pledge = Pledge.objects.create(
        commitment=commitment,
        organisation=organisation,
        unit=unit,
        year=year,
        assessment=assessment,
        from_answer=from_answer,
        continues=continues,
    )
    audit.record("pledge.made", subject=pledge, by=by, organisation=organisation)
    return pledge


@transaction.atomic
def report_progress(pledge, *, by, asks_the_group=False, figures=(), **said):
    """Add an update; if they want, what would help goes to the whole group at the same time."""
    update = commitments.report_progress(pledge.commitment, by=by, figures=figures, **said)
    if asks_the_group:
        ask_group(pledge, by=by, text=update.help_wanted)
    return update


@transaction.atomic
def ask_group(pledge, *, by, text, area=None):
    return commitments.ask_group(
        pledge.organisation,
        by=by,
        text=text,
        commitment=pledge.commitment,
        area=area or area_of(pledge),
        is_example=pledge.commitment.is_example,
    )


@transaction.atomic
def carry_on(pledge, *, by, due_on=None):
    """The same pledge for the next year: its words and measures, starting from where they stand now."""
    old = pledge.commitment
    new = make_pledge(
        pledge.organisation,
        by=by,
        year=pledge.year + 1,
        unit=pledge.unit,
        assessment=pledge.assessment,
        from_answer=pledge.from_answer,
        continues=pledge,
        due_on=due_on,
        groups=old.groups.all(),
        statements=old.statements.all(),
        **{name: getattr(old, name) for name in COPIED},
    )
    for measure in old.measures.filter(ended_at=None):
        _carry_measure(measure, new, by=by)
    audit.record("pledge.carried_on", subject=pledge, by=by, to=new)
    return new


def _carry_measure(measure, pledge, *, by):
    seen = shown(measure)
    last = max(seen.readings, key=lambda reading: (reading.on, reading.pk), default=None)
    commitments.add_measure(
        pledge.commitment,
        by=by,
        baseline=_start_from(measure, last) if last and measure.kind not in ("milestone", "cadence") else None,
        target=_same_target(seen.target) if seen.target else None,
        baseline_due_on=None if last else measure.baseline_due_on,
        **{name: getattr(measure, name) for name in COPIED_OF_A_MEASURE},
    )


def _start_from(measure, reading):
    words = _("The last reading of %(year)d") % {"year": measure.commitment.pledge.year}
    return {
        "on": reading.on,
        "value": reading.value,
        "numerator": reading.numerator,
        "denominator": reading.denominator,
        "unknown": reading.unknown,
        "words": reading.words,
        "source": words,
        "parts": tuple((part.label, part.count) for part in reading.parts.all() if not part.out_of),
        "groups": tuple((part.label, part.count, part.out_of) for part in reading.groups),
    }


def _same_target(target):
    return {"value": target.value, "words": target.words, "by": target.by}


@transaction.atomic
def choose_sharing(pledge, *, by, sharing, words=""):
    """Who may read it from now on. 'Everyone' is the organisation's consent to publish; less takes it back."""
    publication = Publication.objects.create(pledge=pledge, sharing=sharing, chosen_by=by, words=words)
    was, pledge.sharing = pledge.sharing, sharing
    pledge.save(update_fields=["sharing"])
    audit.record(_what_was_chosen(was, sharing), subject=pledge, by=by, was=was, sharing=sharing)
    return publication


def _what_was_chosen(was, sharing):
    if sharing == Sharing.EVERYONE:
        return "pledge.published"
    return "pledge.withdrawn" if was == Sharing.EVERYONE else "pledge.shared"


@transaction.atomic
def ask_approvers(pledge, *, by, link):
    """Tell those who approve what this organisation publishes that a pledge is ready for them."""
    approvers = Role.objects.current().filter(organisation=pledge.organisation, kind=Role.Kind.APPROVER)
    letters.tell_people(
        [role.user for role in approvers.select_related("user")],
        subject=_("A pledge is ready for you to publish"),
        template="pledges/letters/ready.txt",
        pledge=pledge,
        link=link,
    )
    audit.record("pledge.ready_to_publish", subject=pledge, by=by)
