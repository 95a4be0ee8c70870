from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hub import audit
from hub.commitments import actions as commitments
from hub.commitments.models import Update
from hub.organisations.models import Organisation
from hub.programme.models import Challenge, ChallengeReply, Deputy, EvidenceDate, OwnersView


@transaction.atomic
def report_progress(action, *, by, figures=(), evidence_until=None, asks_the_group=False, **said):
    """Add an update; what would help goes to the whole group at the same time, if they want."""
    update = commitments.report_progress(action.commitment, by=by, figures=figures, **said)
    if evidence_until:
        EvidenceDate.objects.create(update=update, good_until=evidence_until)
    if asks_the_group:
        ask_for_help(action, by=by, text=update.help_wanted)
    return update


@transaction.atomic
def say_still_true(action, *, by):
    """What the last update said holds today: the same again, in one press."""
    last = action.commitment.updates.current().first()
    update = commitments.report_progress(
        action.commitment,
        by=by,
        stage=last.stage,
        happened=_("Still true: nothing has changed since the last update."),
        help_wanted=last.help_wanted if last.stage == Update.Stage.STUCK else "",
    )
    if until := EvidenceDate.objects.filter(update=last).values_list("good_until", flat=True).first():
        EvidenceDate.objects.create(update=update, good_until=until)
    return update


@transaction.atomic
def ask_for_help(action, *, by, text):
    """Everybody in the partnership can read it and offer help."""
    return commitments.ask_group(organisation_asking(action, by), by=by, text=text, commitment=action.commitment)


def organisation_asking(action, user):
    """Where the person works, else whose action it is. None where neither is known."""
    programme = action.area.programme
    own = Organisation.objects.of(user).filter(partnership=programme.partnership_id).first()
    return own or action.organisation or programme.organisation


@transaction.atomic
def hand_over(action, *, to, by, owner_role="", words=""):
    """Somebody else looks after it from now on. A deputy of the one before stands in no more."""
    commitments.hand_over(action.commitment, to=to, by=by, owner_role=owner_role, words=words)
    action.deputies.filter(ended_at=None).update(ended_at=timezone.now())


@transaction.atomic
def name_deputy(action, *, by, person=None, until=None):
    """Somebody may report in the owner's place. Without a person, nobody does from now on."""
    action.deputies.filter(ended_at=None).update(ended_at=timezone.now())
    deputy = Deputy.objects.create(action=action, person=person, until=until, named_by=by) if person else None
    audit.record("action.deputy_named", subject=action, by=by, person=person, until=str(until or ""))
    return deputy


@transaction.atomic
def see_differently(action, *, by, standing, words=""):
    """The owner's own words beside where an action stands. Without words, those that stood there go."""
    action.owners_views.filter(ended_at=None).update(ended_at=timezone.now())
    if words:
        OwnersView.objects.create(action=action, standing=standing.kind, words=words, made_by=by)
    audit.record("action.seen_differently", subject=action, by=by, standing=standing.kind)


@transaction.atomic
def ask_question(action, *, by, words):
    """A question of the board. It stays in sight until it is answered."""
    challenge = Challenge.objects.create(action=action, words=words, asked_by=by)
    audit.record("challenge.asked", subject=challenge, by=by, action=action)
    return challenge


@transaction.atomic
def reply(challenge, *, by, words):
    """An answer. Whoever asked says whether it is one."""
    made = ChallengeReply.objects.create(challenge=challenge, kind=ChallengeReply.Kind.REPLY, words=words, made_by=by)
    audit.record("challenge.replied", subject=challenge, by=by)
    return made


@transaction.atomic
def ask_again(challenge, *, by, words):
    """The answer does not answer it. A question that was closed is open again."""
    made = ChallengeReply.objects.create(challenge=challenge, kind=ChallengeReply.Kind.AGAIN, words=words, made_by=by)
    challenge.closed_at, challenge.closed_by = None, None
    challenge.save(update_fields=["closed_at", "closed_by"])
    audit.record("challenge.asked_again", subject=challenge, by=by)
    return made


@transaction.atomic
def close_question(challenge, *, by):
    """It is answered."""
    challenge.closed_at, challenge.closed_by = timezone.now(), by
    challenge.save(update_fields=["closed_at", "closed_by"])
    audit.record("challenge.closed", subject=challenge, by=by)
