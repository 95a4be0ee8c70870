"""What an assessment shows: strengths to share, gaps with what helps, and how it was before. Nothing is a mark."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from hub.assessments import rules
from hub.assessments.models import Answer, Assessment, Band, Difference, SharedPractice, Speaker, Stage
from hub.assessments.queries.pages import asked_statements
from hub.assessments.queries.voices import Seat, seats, what_is_seen_by
from hub.organisations.models import Sharing
from hub.toolkit.models import Example, Practice, Resource, Statement


@dataclass(frozen=True)
class Strength:
    answer: Answer
    statement: Statement
    shared: SharedPractice | None


@dataclass(frozen=True)
class Gap:
    """Something that is not there yet."""

    answer: Answer
    statement: Statement
    seats: tuple[Seat, ...]
    before: Stage | None

    @property
    def people(self):
        return sum(seat.people for seat in self.seats)

    @property
    def voices(self):
        return [voice for seat in self.seats for voice in seat.voices if voice.text]


@dataclass(frozen=True)
class Help:
    """What could help with one statement, who does it already, and where others stand."""

    practices: tuple[Practice, ...]
    examples: tuple[Example, ...]
    training: tuple[Resource, ...]
    reading: tuple[Resource, ...]
    peers: tuple[SharedPractice, ...]
    band: Band | None


@dataclass(frozen=True)
class Change:
    """Where a statement stood in an earlier year, and where it stands now."""

    statement: Statement
    before: Stage
    now: Stage

    @property
    def is_same(self):
        return self.before == self.now


@dataclass(frozen=True)
class Row:
    statement: Statement
    stages: tuple[Stage | None, ...]


@dataclass(frozen=True)
class Departments:
    """Parts of one organisation beside each other, in the order of their names and never ranked."""

    columns: tuple[Assessment, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class HeardOf:
    speaker: Speaker
    people: int
    symbol: str


@dataclass(frozen=True)
class Differences:
    """What people say it changed, as it stood when five people together had last replied."""

    is_begun: bool
    replies: int
    counts: tuple[tuple[str, int], ...]

    @property
    def is_enough(self):
        return rules.is_enough_to_show(self.replies)


@dataclass(frozen=True)
class Results:
    assessment: Assessment
    talked_through: int
    to_review: int
    unanswered: int
    heard: tuple[HeardOf, ...]
    not_heard: tuple[str, ...]
    strengths: tuple[Strength, ...]
    gaps: tuple[Gap, ...]
    unknown: tuple[Gap, ...]
    year_before: Assessment | None
    changes: tuple[Change, ...]
    departments: Departments | None
    differences: Differences

    @property
    def people(self):
        return sum(one.people for one in self.heard)

    @property
    def moved(self):
        return [change for change in self.changes if not change.is_same]


def results(assessment, user):
    """Everything for the results page, in a constant number of queries."""
    statements = list(asked_statements(assessment).select_related("section__area"))
    answers = _answers_by_statement(assessment)
    looked_at = {pk: answer for pk, answer in answers.items() if answer.stage and not answer.needs_review}
    year_before = _year_before(assessment, user)
    before = _stages_by_key(year_before) if year_before else {}
    open_ones = [one for one in statements if one.pk in looked_at and looked_at[one.pk].stage in OPEN]
    gaps = _gaps(assessment, user, open_ones, looked_at, before)
    tables = _latest_heard(assessment)
    return Results(
        assessment=assessment,
        talked_through=len(looked_at),
        to_review=sum(1 for answer in answers.values() if answer.needs_review),
        unanswered=sum(1 for one in statements if one.pk not in answers or not answers[one.pk].stage),
        heard=_heard(tables),
        not_heard=_not_heard(tables),
        strengths=_strengths(assessment, statements, looked_at),
        gaps=tuple(sorted((gap for gap in gaps if gap.answer.stage != Stage.UNKNOWN), key=_most_said_first)),
        unknown=tuple(gap for gap in gaps if gap.answer.stage == Stage.UNKNOWN),
        year_before=year_before,
        changes=_changes(statements, looked_at, before),
        departments=_departments(assessment, user, statements, looked_at),
        differences=_differences(assessment),
    )


OPEN = (Stage.NOT_YET, Stage.STARTED, Stage.UNKNOWN)


def _answers_by_statement(assessment):
    return {answer.statement_id: answer for answer in assessment.answers.current()}


def _most_said_first(gap):
    return -gap.people


def _strengths(assessment, statements, answers):
    shared = {practice.statement_id: practice for practice in assessment.shared_practices.current()}
    return tuple(
        Strength(answers[one.pk], one, shared.get(one.pk))
        for one in statements
        if one.pk in answers and answers[one.pk].stage == Stage.OTHERS_COULD_LEARN
    )


def _gaps(assessment, user, statements, answers, before):
    voices = _by_statement(assessment.voices.current().filter(statement__in=statements).order_by("speaker", "said_at"))
    seen = what_is_seen_by(user, assessment)
    return [
        Gap(
            answer=answers[one.pk],
            statement=one,
            seats=seats(voices[one.pk], seen=seen, user=user) if one.pk in voices else (),
            before=before.get(one.key),
        )
        for one in statements
    ]


def what_helps(assessment, user, statements):
    """Practices, training and peers by statement, in a constant number of queries. For the few that are shown whole."""
    prefetch_related_objects(statements, "practices", "examples", "resources")
    peers = _peers(assessment, user, statements)
    bands = {band.statement_id: band for band in _bands(assessment, user, statements)}
    wide = _for_the_whole_section(statements)
    return {one.pk: _help(one, wide, tuple(peers[one.key]), bands.get(one.pk)) for one in statements}


def _help(statement, wide, peers, band):
    resources = [*statement.resources.all(), *wide[Resource, statement.section_id]]
    return Help(
        practices=tuple(statement.practices.all()),
        examples=(*statement.examples.all(), *wide[Example, statement.section_id]),
        training=tuple(row for row in resources if row.kind == Resource.Kind.TRAINING),
        reading=tuple(row for row in resources if row.kind == Resource.Kind.READING),
        peers=peers,
        band=band,
    )


def _by_statement(rows):
    found = defaultdict(list)
    for row in rows:
        found[row.statement_id].append(row)
    return found


def _for_the_whole_section(statements):
    """Examples and training that belong to a section and to no one statement of it."""
    sections = {one.section_id for one in statements}
    wide = defaultdict(list)
    for kind in (Example, Resource):
        for row in kind.objects.filter(section__in=sections, statements=None).order_by("section", "position"):
            wide[kind, row.section_id].append(row)
    return wide


def _peers(assessment, user, statements):
    """Others who offer to share what they do, whatever edition they answered."""
    practices = SharedPractice.objects.visible_to(user).exclude(organisation=assessment.organisation_id)
    practices = practices.filter(
        statement__key__in=[one.key for one in statements],
        statement__section__area__edition__chapter=assessment.edition.chapter_id,
    )
    found = defaultdict(list)
    for practice in practices.select_related("organisation", "statement"):
        found[practice.statement.key].append(practice)
    return found


def _bands(assessment, user, statements):
    """Only those of a closed round, which stand on at least five others. They are for partners, not for the public."""
    reach, _is_lead = assessment.reader(user)
    if assessment.round_id is None or reach == Sharing.EVERYONE:
        return Band.objects.none()
    bands = Band.objects.filter(round=assessment.round_id, statement__in=statements)
    return bands.filter(organisations__gte=Band.FEWEST)


def _year_before(assessment, user):
    earlier = Assessment.objects.visible_to(user).filter(
        organisation=assessment.organisation_id,
        unit=assessment.unit_id,
        edition__chapter=assessment.edition.chapter_id,
        year__lt=assessment.year,
    )
    return earlier.order_by("-year", "-edition__number").first()


def _stages_by_key(assessment):
    answers = assessment.answers.current().filter(needs_review=False).exclude(stage="")
    return {key: Stage(stage) for key, stage in answers.values_list("statement__key", "stage")}


def _changes(statements, answers, before):
    return tuple(
        Change(one, before[one.key], Stage(answers[one.pk].stage))
        for one in statements
        if one.pk in answers and one.key in before
    )


def _departments(assessment, user, statements, answers):
    others = Assessment.objects.visible_to(user).exclude(pk=assessment.pk).select_related("unit", "organisation")
    others = others.filter(
        organisation=assessment.organisation_id, edition__chapter=assessment.edition.chapter_id, year=assessment.year
    )
    columns = (assessment, *others.order_by("unit__name", "pk"))
    if len(columns) == 1:
        return None
    stages = defaultdict(dict)
    rows = Answer.objects.filter(assessment__in=columns[1:]).current().filter(needs_review=False).exclude(stage="")
    for other, key, stage in rows.values_list("assessment", "statement__key", "stage"):
        stages[key][other] = Stage(stage)
    for one in statements:
        if one.pk in answers:
            stages[one.key][assessment.pk] = Stage(answers[one.pk].stage)
    return Departments(
        columns,
        tuple(
            Row(one, tuple(stages[one.key].get(column.pk) for column in columns))
            for one in statements
            if len(stages[one.key]) > 1
        ),
    )


def _latest_heard(assessment):
    latest = {}
    for row in assessment.heard.order_by("recorded_at", "pk"):
        latest[row.section_id] = row
    return list(latest.values())


def _heard(rows):
    """The most people of each kind at any one page: the same people often talk over several."""
    kinds = [
        (Speaker.STAFF, "staff", "staff"),
        (Speaker.SERVICE_USER, "service_users", "user"),
        (Speaker.CARER, "carers", "carer"),
    ]
    return tuple(
        HeardOf(speaker, max((getattr(row, field) for row in rows), default=0), symbol)
        for speaker, field, symbol in kinds
    )


def _not_heard(rows):
    """In their words, each once."""
    return tuple(dict.fromkeys(row.not_heard for row in rows if row.not_heard))


def _differences(assessment):
    told = list(assessment.differences.all())
    replies = Counter(one.reply for one in rules.as_five_last_replied(told))
    total = sum(replies.values())
    shown = Difference.Reply if rules.is_enough_to_show(total) else ()
    is_begun = any(one.erased_at is None for one in told)
    return Differences(is_begun, total, tuple((reply.label, replies[reply.value]) for reply in shown))
