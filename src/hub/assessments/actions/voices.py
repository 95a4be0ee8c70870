"""Writing down what people say, by a lead or by people themselves, and taking it out again."""

import datetime
import secrets
import uuid

from django.db import transaction
from django.utils import timezone

from hub import audit
from hub.assessments.models import ContributionLink, Contributor, Difference, Voice, VoicesShared
from hub.assessments.models.voices import hash_of


@transaction.atomic
def record_voice(assessment, statement, said, *, by, replaces=None):
    """What somebody said in a meeting (who, how many, which stage, which words), or how it is now put better."""
    voice = Voice.objects.create(assessment=assessment, statement=statement, recorded_by=by, replaces=replaces, **said)
    audit.record("voice.recorded", subject=voice, by=by, stage=voice.stage, text=voice.text)
    return voice


@transaction.atomic
def erase_voice(voice, *, by=None):
    """Take somebody's words out, with all earlier ways they had put it."""
    while voice:
        if voice.erased_at is None:
            voice.stage, voice.text, voice.erased_at = "", "", timezone.now()
            voice.save(update_fields=["stage", "text", "erased_at"])
            audit.record("voice.erased", subject=voice, by=by)
        voice = voice.replaces


@transaction.atomic
def make_link(assessment, *, by, speaker, days, purpose=ContributionLink.Purpose.SECTION, section=None, note=""):
    """A link, and the token that opens it. The token is in nobody's hands but those to whom the lead gives it."""
    token = secrets.token_urlsafe(32)
    link = ContributionLink.objects.create(
        assessment=assessment,
        section=section,
        purpose=purpose,
        speaker=speaker,
        note=note,
        token_hash=hash_of(token),
        made_by=by,
        expires_at=timezone.now() + datetime.timedelta(days=days),
    )
    audit.record("link.made", subject=link, by=by, purpose=purpose, speaker=speaker)
    return link, token


@transaction.atomic
def revoke_link(link, *, by):
    if link.revoked_at is None:
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])
        audit.record("link.revoked", subject=link, by=by)


def contributor_for(link, key=None):
    """Whoever came by this link in this browser before; else somebody new, who is kept once they say something."""
    known = link.contributors.filter(key=key).first() if key else None
    return known or Contributor(link=link, key=key or uuid.uuid4())


@transaction.atomic
def say(contributor, statement, *, stage, text):
    """A contributor's own words. Saying it in a new way replaces the old; saying nothing takes it out."""
    if contributor.pk is None and not (stage or text):
        return None
    contributor = _kept(contributor)
    last = Voice.objects.filter(contributor=contributor, statement=statement, replaced_by=None).first()
    before = (last.stage, last.text) if last else ("", "")
    if before == (stage, text):
        return last
    if not (stage or text):
        return erase_voice(last)
    voice = Voice.objects.create(
        assessment=contributor.link.assessment,
        statement=statement,
        speaker=contributor.link.speaker,
        stage=stage,
        text=text,
        contributor=contributor,
        replaces=last,
    )
    audit.record("voice.said", subject=voice, stage=stage, text=text)
    return voice


@transaction.atomic
def reply_whether_it_made_a_difference(contributor, *, reply, text):
    """One reply from each person; a second thought takes the place of the first."""
    contributor = _kept(contributor)
    last = contributor.differences.filter(erased_at=None).first()
    if last and (last.reply, last.text) == (reply, text):
        return last
    if last:
        _erase_difference(last, by=None)
    difference = Difference.objects.create(
        assessment=contributor.link.assessment,
        contributor=contributor,
        speaker=contributor.link.speaker,
        reply=reply,
        text=text,
    )
    audit.record("difference.said", subject=difference, reply=reply, text=text)
    return difference


@transaction.atomic
def erase_contributor(contributor, *, by=None):
    """Everything that somebody said by a link, at their own wish or when they ask the lead."""
    for voice in contributor.voices.filter(replaced_by=None):
        erase_voice(voice, by=by)
    for difference in contributor.differences.filter(erased_at=None):
        _erase_difference(difference, by=by)


def _kept(contributor):
    """One person for one number, also when a button is pressed twice at once."""
    people = Contributor.objects.select_for_update()
    kept, _is_new = people.get_or_create(key=contributor.key, defaults={"link": contributor.link})
    return kept


@transaction.atomic
def share_voices(assessment, *, by, what, sharing, was_warned):
    shared = VoicesShared.objects.create(
        assessment=assessment, what=what, sharing=sharing, was_warned=was_warned, shared_by=by
    )
    audit.record("voices.shared", subject=assessment, by=by, what=what, sharing=sharing)
    return shared


def _erase_difference(difference, *, by):
    difference.text, difference.erased_at = "", timezone.now()
    difference.save(update_fields=["text", "erased_at"])
    audit.record("difference.erased", subject=difference, by=by)
