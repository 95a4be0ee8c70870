"""From a programme's content files into the database, whole or not at all."""

import datetime
import hashlib
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from hub import audit
from hub.commitments.models import Commitment, Measure, Reading, Target, Update
from hub.organisations.models import Organisation, Partnership
from hub.programme.models import (
    Action,
    AtWork,
    Challenge,
    ChallengeReply,
    Community,
    Forum,
    FurtherPromise,
    KeyTarget,
    Outcome,
    Phase,
    Principle,
    Programme,
    ProgrammeFact,
    ServiceArea,
    StatedTarget,
    Strand,
)
from hub.toolkit.models import Characteristic, Group, Statement

SECOND = datetime.timedelta(seconds=1)
OF_A_MEASURE = ["kind", "name", "unit", "counting", "group_size", "per", "instrument", "direction", "direction_reason"]
SAID = ["stage", "happened", "worked", "hard", "next", "help_wanted", "evidence"]


class AlreadyThereError(Exception):
    """People have worked with what was loaded, so a changed file does not go over it."""


@dataclass
class Loading:
    """What is being made, and how to find what was made before."""

    programme: Programme
    now: datetime.datetime
    organisations: dict
    strands: dict = field(default_factory=dict)
    phases: dict = field(default_factory=dict)
    communities: dict = field(default_factory=dict)
    forums: dict = field(default_factory=dict)
    actions: dict = field(default_factory=dict)
    measures: dict = field(default_factory=dict)

    def named(self, slugs):
        return [self.organisations[slug] for slug in slugs if slug in self.organisations]


@transaction.atomic
def load_programme(text):
    """Make a programme and publish it. The programme if it was made now, None where the very same is there already."""
    partnership = Partnership.objects.get(slug=text.partnership)
    content_hash = hashlib.sha256(repr(text).encode()).hexdigest()
    there = Programme.objects.filter(partnership=partnership, slug=text.key).first()
    if there and there.content_hash != content_hash:
        raise AlreadyThereError(f"{there.title} was loaded from another version of its files. Change it on its pages.")
    if there:
        return None
    loading = _begin(partnership, text, content_hash)
    for step in (_make_parts, _make_forums, _make_areas, _tie_together):
        step(loading, text)
    audit.record("programme.loaded", subject=loading.programme, content=content_hash)
    return loading.programme


def _begin(partnership, text, content_hash):
    organisations = {one.slug: one for one in Organisation.objects.filter(partnership=partnership)}
    now = timezone.now()
    programme = Programme.objects.create(
        partnership=partnership,
        organisation=organisations.get(text.publisher),
        slug=text.key,
        title=text.title,
        summary=text.summary,
        starts_on=min((phase.start for phase in text.phases if phase.start), default=None),
        source=_document(text.strands[0].source),
        source_url=text.strands[0].source.url,
        published_at=now,
        content_hash=content_hash,
    )
    return Loading(programme, now, organisations)


def _document(source):
    return ", ".join(filter(None, [f"{source.publisher}: {source.title}", source.published]))[:300]


def _where(source):
    """The document and the lines, for a reader who wants to look it up."""
    lines = f"lines {source.lines}" if source.lines else ""
    return ", ".join(filter(None, [_document(source), source.place, lines]))[:300]


def _make_parts(loading, text):
    programme = loading.programme
    for position, one in enumerate(text.strands, start=1):
        loading.strands[one.key] = Strand.objects.create(
            programme=programme, slug=one.key, position=position, title=one.name, summary=one.summary
        )
    for position, one in enumerate(text.principles, start=1):
        Principle.objects.create(
            programme=programme, slug=one.key, position=position, title=one.name, words=one.summary
        )
    for position, one in enumerate(text.phases, start=1):
        loading.phases[one.key] = Phase.objects.create(
            programme=programme, slug=one.key, position=position, title=one.name, when=one.when, words=one.summary
        )
    for position, one in enumerate(text.communities, start=1):
        loading.communities[one.key] = _make_community(loading, position, one)
    _make_facts(loading, (*text.responsibility, *text.facts), area=None)


def _make_community(loading, position, text):
    community = Community.objects.create(
        programme=loading.programme,
        slug=text.key,
        position=position,
        title=text.name,
        summary=text.summary,
        group=Group.objects.filter(slug=text.group).first() if text.group else None,
        named=", ".join(text.named),
        source=_where(text.source),
    )
    community.organisations.set(loading.named(text.organisations))
    return community


def _make_facts(loading, facts, *, area):
    already = ProgrammeFact.objects.filter(programme=loading.programme).count()
    ProgrammeFact.objects.bulk_create(
        ProgrammeFact(
            programme=loading.programme,
            area=area,
            key=f"{area.slug}-{fact.key}"[:80] if area else fact.key,
            position=position,
            text=fact.text,
            source=_where(fact.source),
        )
        for position, fact in enumerate(facts, start=already + 1)
    )


def _make_forums(loading, text):
    for position, one in enumerate(text.forums, start=1):
        loading.forums[one.key] = Forum.objects.create(
            programme=loading.programme,
            slug=one.key,
            position=position,
            title=one.name,
            kind=one.kind,
            summary=one.summary,
            does="\n".join(one.does),
            who="\n".join(filter(None, (_member(loading, member) for member in one.members))),
            chair_role=one.chair_role,
            rhythm_in_words=one.rhythm,
            commitment=_commitment(loading, one.name, one.source),
            status=one.status,
            source=_where(one.source),
        )
    for one in text.forums:
        loading.forums[one.key].part_of.set(loading.forums[key] for key in one.part_of)


def _member(loading, member):
    who = loading.organisations[member.organisation].name if member.organisation in loading.organisations else ""
    return ", ".join(filter(None, [who or member.named, member.role]))


def _commitment(loading, title, source, **answers):
    return Commitment.objects.create(
        partnership=loading.programme.partnership,
        title=title[:160],
        source=_where(source),
        source_url=source.url,
        made_at=loading.now,
        **answers,
    )


def _make_areas(loading, text):
    for area_text in text.areas:
        area = ServiceArea.objects.create(
            programme=loading.programme,
            strand=loading.strands[area_text.strand],
            commitment=_commitment(loading, area_text.title, area_text.source),
            slug=area_text.key,
            position=area_text.number,
            title=area_text.title,
            summary=area_text.summary,
        )
        _make_facts(loading, area_text.facts, area=area)
        for position, one in enumerate(area_text.actions, start=1):
            loading.actions[one.key] = _make_action(loading, area, position, one)
        for position, one in enumerate(area_text.targets, start=1):
            _make_target(loading, area, position, one)
        for position, one in enumerate(area_text.outcomes, start=1):
            _make_outcome(loading, area, position, one)
        for position, one in enumerate(area_text.also_promised, start=1):
            _make_promise(loading, area, position, one)


def _make_action(loading, area, position, text):
    answers = {name: _answer(text, name) for name in ("inequality", "action", "outcome", "knowing")}
    commitment = _commitment(loading, text.title, text.source, people=text.links.people, **answers)
    commitment.groups.set(Group.objects.filter(slug__in=text.links.groups))
    commitment.statements.set(_statements(text.links.statements))
    action = Action.objects.create(
        commitment=commitment,
        area=area,
        key=text.key,
        position=position,
        organisation=loading.programme.organisation,
        heading=text.heading,
        community=loading.communities.get(text.links.community),
        named=", ".join(text.links.named),
    )
    action.forums.set(loading.forums[key] for key in text.links.forums)
    action.characteristics.set(Characteristic.objects.filter(slug__in=text.links.characteristics))
    action.organisations.set(loading.named(text.links.organisations))
    for measure in text.measures:
        _make_measure(loading, commitment, area, measure)
    return action


def _answer(text, name):
    """What the document does not answer stays empty, and the page says so."""
    answer = getattr(text, name)
    return answer.text if answer else ""


def _statements(keys):
    """Those of the newest edition of each chapter."""
    found = Statement.objects.filter(key__in=keys, section__area__edition__published_on__isnull=False)
    newest = {
        (one.section.area.edition.chapter_id, one.key): one
        for one in found.select_related("section__area__edition").order_by("section__area__edition__number")
    }
    return newest.values()


def _make_target(loading, area, position, text):
    target = KeyTarget.objects.create(
        area=area, key=text.key, position=position, title=text.title, words=text.text, source=_where(text.source)
    )
    target.measures.set(_make_measure(loading, area.commitment, area, measure) for measure in text.measures)
    target.actions.set(loading.actions[key] for key in text.actions)


def _make_outcome(loading, area, position, text):
    outcome = Outcome.objects.create(
        area=area, key=text.key, position=position, title=text.title, words=text.text, source=_where(text.source)
    )
    outcome.indicators.set(_make_measure(loading, area.commitment, area, measure) for measure in text.indicators)
    outcome.actions.set(loading.actions[key] for key in text.actions)


def _make_promise(loading, area, position, text):
    promise = FurtherPromise.objects.create(
        area=area, key=text.key, position=position, words=text.text, source=_where(text.source)
    )
    promise.measures.set(_make_measure(loading, area.commitment, area, measure) for measure in text.measures)


def _make_measure(loading, commitment, area, text):
    measure = Measure.objects.create(
        commitment=commitment,
        characteristic=Characteristic.objects.filter(slug=text.characteristic).first(),
        every_weeks_from=text.every_weeks[0],
        every_weeks_to=text.every_weeks[1],
        baseline_due_on=text.baseline_due,
        added_at=loading.now,
        **{name: getattr(text, name) for name in OF_A_MEASURE},
    )
    for number, said in enumerate(text.targets):
        _make_said(measure, said, loading.now + SECOND * number)
    if text.at_work:
        AtWork.objects.create(measure=measure, area=area, topic=text.at_work)
    loading.measures[text.key] = measure
    return measure


def _make_said(measure, said, at):
    """Where documents differ, each is a target of its own: the last is the present one."""
    target = Target.objects.create(
        measure=measure,
        value=None if said.value is None else str(said.value),
        words=said.words[:300],
        by=said.by,
        reason=said.note[:300],
        set_at=at,
    )
    StatedTarget.objects.create(target=target, when=said.when, starts_on=said.start, source=_where(said.source))


def _tie_together(loading, text):
    for item in (item for area in text.areas for item in area.actions):
        others = [loading.actions[key] for key in item.links.related if key in loading.actions]
        loading.actions[item.key].goes_with.add(*others)
    for one in text.forums:
        forum = loading.forums[one.key]
        followed = [loading.measures[key] for key in one.measures if key in loading.measures]
        forum.rhythm = next((measure for measure in followed if measure.kind == "cadence"), None)
        if forum.rhythm is None and one.every_weeks[1]:
            forum.rhythm = _make_rhythm(loading, forum, one)
        forum.save(update_fields=["rhythm"])


def _make_rhythm(loading, forum, text):
    return Measure.objects.create(
        commitment=forum.commitment,
        kind=Measure.Kind.CADENCE,
        name=forum.title,
        every_weeks_from=text.every_weeks[0],
        every_weeks_to=text.every_weeks[1],
        added_at=loading.now,
    )


@transaction.atomic
def load_examples(programme, text, examples, *, owner=None):
    """Made-up updates, readings and questions for one area, marked as examples on every page. Once only."""
    area = programme.areas.get(slug=examples.area)
    if area.has_example_updates:
        return False
    ServiceArea.objects.filter(pk=area.pk).update(has_example_updates=True)
    commitments = {action.key: action.commitment for action in area.actions.select_related("commitment")}
    for key, role in examples.owners.items():
        Commitment.objects.filter(pk=commitments[key].pk).update(owner=owner, owner_role=role)
    for one in examples.updates:
        _say(commitments[one.action], one, owner)
    measures = _measures_by_key(programme, text, examples.area)
    for one in examples.readings:
        _read(measures[one.measure], one)
    for one in examples.questions:
        _ask(area, one)
    audit.record("programme.examples_loaded", subject=programme)
    return True


def _measures_by_key(programme, text, area):
    """The keys in the files are not kept: a measure is found again by what it counts."""
    [area_text] = [one for one in text.areas if one.key == area]
    measures = Measure.objects.filter(commitment__in=_commitments_of(programme.areas.get(slug=area)))
    by_name = {(measure.kind, measure.name): measure for measure in measures}
    return {one.key: by_name[one.kind, one.name] for one in area_text.measures}


def _commitments_of(area):
    return [area.commitment_id, *area.actions.values_list("commitment", flat=True)]


def _say(commitment, text, by):
    at = _noon(text.on or timezone.localdate() - datetime.timedelta(weeks=text.weeks_ago))
    words = {name: getattr(text, name) for name in SAID}
    Update.objects.create(commitment=commitment, made_by=by, made_at=at, stands_at=at, **words)


def _read(measure, text):
    Reading.objects.create(
        measure=measure,
        on=text.on,
        value=None if text.value is None else str(text.value),
        numerator=text.numerator,
        denominator=text.denominator,
        unknown=text.unknown,
        words=text.words,
        is_baseline=text.baseline,
        made_at=_noon(text.on),
    )


def _ask(area, text):
    challenge = Challenge.objects.create(
        action=area.actions.get(key=text.action),
        words=text.text,
        asked_by_role=text.asked_by_role,
        is_example=True,
        asked_at=_noon(text.on),
    )
    if text.answer:
        ChallengeReply.objects.create(challenge=challenge, words=text.answer, made_at=_noon(text.answered_on))
        challenge.closed_at = _noon(text.answered_on)
        challenge.save(update_fields=["closed_at"])


def _noon(day):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
