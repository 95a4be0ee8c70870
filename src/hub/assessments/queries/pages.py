"""Reading an assessment for its pages."""

import datetime
from collections import Counter
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.utils import timezone

from hub.assessments import rules
from hub.assessments.models import Answer, Assessment, Heard, Presence, SetAside
from hub.assessments.queries.voices import Seat, seats, what_is_seen_by
from hub.toolkit.models import Area, Section, Statement

PRESENT_FOR = datetime.timedelta(minutes=2)


def asked_statements(assessment):
    """What this edition asks of a provider, a commissioner or both."""
    return (
        Statement.objects.filter(section__area__edition=assessment.edition_id)
        .for_audience(provides=assessment.for_providers, commissions=assessment.for_commissioners)
        .order_by("section__area__number", "section__position", "position")
    )


def statements_of(assessment, section):
    return asked_statements(assessment).filter(section=section)


@dataclass(frozen=True)
class Task:
    """One page of statements in the list of things to do."""

    section: Section
    asked: int
    answered: int
    to_review: int
    waiting: int

    @property
    def left(self):
        return self.asked - self.answered

    @property
    def is_done(self):
        return not self.left and not self.waiting

    @property
    def is_started(self):
        return bool(self.answered or self.to_review)

    @property
    def minutes(self):
        return rules.minutes_for(self.left)


@dataclass(frozen=True)
class AreaTasks:
    area: Area
    tasks: tuple[Task, ...]

    @property
    def is_done(self):
        return all(task.is_done for task in self.tasks)


@dataclass(frozen=True)
class TaskList:
    areas: tuple[AreaTasks, ...]
    no_longer_asked: tuple[Answer, ...]

    @property
    def tasks(self):
        return [task for area in self.areas for task in area.tasks]

    @property
    def next(self):
        """Where somebody left: the first page with something to do."""
        return next((task for task in self.tasks if not task.is_done), None)

    @property
    def asked(self):
        return sum(task.asked for task in self.tasks)

    @property
    def answered(self):
        return sum(task.answered for task in self.tasks)

    @property
    def to_review(self):
        return sum(task.to_review for task in self.tasks)

    @property
    def waiting(self):
        return sum(task.waiting for task in self.tasks)

    @property
    def minutes(self):
        return rules.minutes_for(self.asked - self.answered)


def task_list(assessment):
    """The pages of an assessment with how far each has got. Five queries, however long the edition."""
    statements = list(asked_statements(assessment).select_related("section__area"))
    stages = {
        statement: (stage, review)
        for statement, stage, review in assessment.answers.current().values_list("statement", "stage", "needs_review")
    }
    waiting = Counter(assessment.set_aside.filter(settled_at=None).values_list("statement__section", flat=True))
    areas: dict[Area, dict[Section, list[Statement]]] = {}
    for statement in statements:
        areas.setdefault(statement.section.area, {}).setdefault(statement.section, []).append(statement)
    return TaskList(
        areas=tuple(
            AreaTasks(area, tuple(_task(section, asked, stages, waiting) for section, asked in sections.items()))
            for area, sections in areas.items()
        ),
        no_longer_asked=_no_longer_asked(assessment, {statement.key for statement in statements}),
    )


def _task(section, asked, stages, waiting):
    known = [stages[statement.pk] for statement in asked if statement.pk in stages]
    return Task(
        section=section,
        asked=len(asked),
        answered=sum(1 for stage, review in known if stage and not review),
        to_review=sum(1 for _stage, review in known if review),
        waiting=waiting[section.pk],
    )


def _no_longer_asked(assessment, keys):
    """Answers given before to statements that this edition leaves out."""
    if assessment.carried_from_id is None:
        return ()
    before = Answer.objects.filter(assessment=assessment.carried_from_id).current().exclude(stage="")
    return tuple(before.exclude(statement__key__in=keys).select_related("statement__section"))


def assessments_of(user, page=1):
    """Those of one's own organisation or department, newest first."""
    rows = Assessment.objects.own_to(user).select_related("organisation", "unit", "edition__chapter")
    return Paginator(rows.order_by("-year", "organisation__name", "pk"), 25).get_page(page)


def first_open_section(assessment):
    tasks = task_list(assessment)
    found = tasks.next or (tasks.tasks[0] if tasks.tasks else None)
    return found.section if found else None


@dataclass(frozen=True)
class Asked:
    """One statement on the page, with all that people have said of it."""

    statement: Statement
    answer: Answer | None
    seats: tuple[Seat, ...]
    set_aside: tuple[SetAside, ...]

    @property
    def heard(self):
        return sum(seat.people for seat in self.seats)

    @property
    def version(self):
        return self.answer.version if self.answer else 0

    @property
    def before(self):
        """The words to which last year's answer was given, where they have changed since."""
        if not (self.answer and self.answer.needs_review and self.answer.carried_from):
            return None
        old = self.answer.carried_from.statement
        return old if old.text != self.statement.text else None


@dataclass(frozen=True)
class SectionPage:
    section: Section
    asked: tuple[Asked, ...]
    heard: Heard | None
    number: int
    pages: tuple[Section, ...]
    seen: rules.Seen

    @property
    def next(self):
        return self.pages[self.number] if self.number < len(self.pages) else None

    @property
    def previous(self):
        return self.pages[self.number - 2] if self.number > 1 else None


def section_page(assessment, section, user):
    statements = list(statements_of(assessment, section))
    answers = _current_answers(assessment, statements)
    voices = _by_statement(assessment.voices.current().filter(statement__in=statements).select_related("recorded_by"))
    waiting = _by_statement(
        assessment.set_aside.filter(settled_at=None, statement__in=statements).select_related("written_by")
    )
    seen = what_is_seen_by(user, assessment)
    pages = tuple(pages_of(assessment))
    return SectionPage(
        section=section,
        asked=tuple(
            Asked(
                statement,
                answers.get(statement.pk),
                seats(voices.get(statement.pk, ()), seen=seen, user=user),
                tuple(waiting.get(statement.pk, ())),
            )
            for statement in statements
        ),
        heard=assessment.heard.filter(section=section).first(),
        number=pages.index(section) + 1,
        pages=pages,
        seen=seen,
    )


def _current_answers(assessment, statements):
    answers = (
        assessment.answers.current()
        .filter(statement__in=statements)
        .select_related("saved_by", "carried_from__statement")
    )
    return {answer.statement_id: answer for answer in answers}


def _by_statement(rows):
    found = {}
    for row in rows:
        found.setdefault(row.statement_id, []).append(row)
    return found


def pages_of(assessment):
    sections = Section.objects.filter(statements__in=asked_statements(assessment).order_by()).distinct()
    return sections.order_by("area__number", "position")


def people_here(assessment, section, user):
    """Colleagues who have this page open now."""
    return [
        seat.user
        for seat in Presence.objects.filter(
            assessment=assessment, section=section, seen_at__gt=timezone.now() - PRESENT_FOR
        )
        .exclude(user=user)
        .select_related("user")
        .order_by("seen_at")
    ]


@dataclass(frozen=True)
class History:
    versions: tuple[Answer, ...]
    set_aside: tuple[SetAside, ...]


def history(assessment, statement):
    """Each saved version, newest first, and what two people wrote at once."""
    return History(
        tuple(assessment.answers.filter(statement=statement).select_related("saved_by").order_by("-version")),
        tuple(assessment.set_aside.filter(statement=statement).select_related("written_by").order_by("-written_at")),
    )


@dataclass(frozen=True)
class WorkbookPage:
    section: Section
    asked: tuple[Asked, ...]
    heard: Heard | None


def workbook(assessment, user):
    """Everything for paper, page by page, in a constant number of queries."""
    statements = list(asked_statements(assessment).select_related("section__area"))
    answers = _current_answers(assessment, statements)
    voices = _by_statement(assessment.voices.current())
    seen = what_is_seen_by(user, assessment)
    heard = {}
    for row in assessment.heard.order_by("recorded_at", "pk"):
        heard[row.section_id] = row
    pages: dict[Section, list[Asked]] = {}
    for statement in statements:
        asked = Asked(
            statement,
            answers.get(statement.pk),
            seats(voices.get(statement.pk, ()), seen=seen, user=user),
            (),
        )
        pages.setdefault(statement.section, []).append(asked)
    return tuple(WorkbookPage(section, tuple(asked), heard.get(section.pk)) for section, asked in pages.items())
