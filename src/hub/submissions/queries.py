"""Reading figures for a page."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import Count as CountOf

from equity.submission.document import BANDS
from equity.submission.periods import days_of, half_of, in_order
from hub.organisations.models import Organisation
from hub.organisations.permissions import roles_of
from hub.submissions import rules, words
from hub.submissions.models import WRITERS, Asked, Count, CrossedCount, PayGap, People, Seat, Submission, Total


@dataclass(frozen=True)
class Service:
    """A whole organisation, or one unit of it, that hands in figures."""

    organisation: object
    unit: object = None

    @property
    def key(self):
        return f"{self.organisation.pk}-{self.unit.pk}" if self.unit else str(self.organisation.pk)

    @property
    def name(self):
        return f"{self.organisation.name}, {self.unit.name}" if self.unit else self.organisation.name


def services_of(user):
    """Where somebody hands in figures, each place once. A lead of the whole also sends for each part."""
    roles = roles_of(user).filter(kind__in=WRITERS).select_related("organisation__partnership", "unit")
    found = {}
    for role in roles.prefetch_related("organisation__units"):
        found[role.organisation_id, role.unit_id] = Service(role.organisation, role.unit)
        for unit in role.organisation.units.all() if role.unit is None else ():
            found[role.organisation_id, unit.pk] = Service(role.organisation, unit)
    return {service.key: service for service in sorted(found.values(), key=lambda service: service.name)}


def services_in(partnership):
    """Every service that a round could ask."""
    found = []
    for organisation in Organisation.objects.filter(partnership=partnership, provides=True).prefetch_related("units"):
        found += [Service(organisation), *(Service(organisation, unit) for unit in organisation.units.all())]
    return {service.key: service for service in found}


def recent_periods(today, halves=6):
    """The half-year that ended last and those before it, then the same as years."""
    first, _last = days_of(half_of(today))
    found = []
    for _number in range(halves):
        day = first.fromordinal(first.toordinal() - 1)
        found.append(half_of(day))
        first, _last = days_of(found[-1])
    years = dict.fromkeys(_year_of(period) for period in found)
    return [*found, *years]


def recent_years(today):
    """Years that are over, the newest first: staff are counted once in each."""
    return [period for period in recent_periods(today) if " " not in period and days_of(period)[1] < today]


def _year_of(period):
    first, _last = days_of(period)
    start = first.year if first.month >= 4 else first.year - 1
    return f"{start}-{(start + 1) % 100:02d}"


def seats_waiting_for(user):
    """What somebody is asked for, each with whether figures for that time were sent."""
    seats = Seat.objects.answered_by(user).open().select_related("round__partnership", "organisation", "unit")
    seats = list(seats.order_by("round__due_on", "pk"))
    sent = Submission.objects.standing().filter(organisation__in=[seat.organisation_id for seat in seats])
    there = set(sent.values_list("organisation", "unit", "totals__period", "people"))
    return [
        (seat, (seat.organisation_id, seat.unit_id, seat.round.period, seat.round.people) in there) for seat in seats
    ]


@dataclass(frozen=True)
class Sheet:
    """Counts of one characteristic in one period, ready for a table."""

    figures: rules.Figures
    stages: list[str]
    rows: list[tuple[str, str, bool, list[int]]]
    known: list[tuple[str, str]]

    @property
    def title(self):
        return words.characteristic_name(self.figures.characteristic)


def figures_of(submissions, **only):
    """Each submission's figures, by period and characteristic: one query for all of them."""
    found = defaultdict(lambda: defaultdict(dict))
    lists = {}
    cells = Count.objects.filter(submission__in=submissions, **only).values_list(
        "submission", "period", "characteristic", "set_code", "code", "stage", "value"
    )
    for submission, period, characteristic, set_code, code, stage, value in cells:
        found[submission, period, characteristic][code][stage] = value
        lists[submission, period, characteristic] = set_code
    made = defaultdict(dict)
    for (submission, period, characteristic), groups in found.items():
        figures = rules.Figures(characteristic, lists[submission, period, characteristic], period, groups)
        made[submission][period, characteristic] = figures
    return made


def totals_of(submission):
    found = defaultdict(dict)
    for period, stage, value in Total.objects.filter(submission=submission).values_list("period", "stage", "value"):
        found[period][stage] = value
    return found


@dataclass(frozen=True)
class PaySheet:
    """Pay gaps of one characteristic in one period, ready for a table."""

    title: str
    reference: str
    rows: list[tuple[str, PayGap]]


@dataclass(frozen=True)
class Opened:
    """A submission as its own page shows it."""

    periods: list[str]
    stages: list[str]
    sheets: dict[str, list[Sheet]]
    notices: list[str]
    totals: dict
    crossed: dict[str, list[Sheet]]
    pay: dict[str, list[PaySheet]]


def opened(submission):
    figures = figures_of([submission])[submission.pk]
    totals = totals_of(submission)
    stages = list(next(iter(totals.values()), {}))
    periods = in_order(list(totals))
    sheets = {
        period: [_sheet(one, stages) for (when, _code), one in figures.items() if when == period]
        for period in reversed(periods)
    }
    notices = [words.said(one) for one in notices_of(submission, figures, totals)]
    crossed = defaultdict(list)
    for (period, _code), one in crossed_figures_of([submission])[submission.pk].items():
        crossed[period].append(_crossed_sheet(one, stages))
    return Opened(periods, stages, sheets, notices, totals, crossed, _pay_sheets(submission))


def _pay_sheets(submission):
    found = defaultdict(list)
    for (period, characteristic), gaps in pay_of([submission.pk])[submission.pk].items():
        rows = [(words.group_name(gap.set_code, gap.code), gap) for gap in gaps]
        reference = words.group_name(gaps[0].set_code, gaps[0].reference)
        found[period].append(PaySheet(words.characteristic_name(characteristic), reference, rows))
    return found


def _crossed_sheet(figures, stages):
    rows = [
        (words.joined_group_name(figures.set_code, code), "", False, [counts.get(stage, 0) for stage in stages])
        for code, counts in figures.groups.items()
    ]
    return Sheet(figures, stages, rows, [])


def _sheet(figures, stages):
    rows = [
        (words.group_name(figures.set_code, code), words.broad_name(figures.set_code, code), code in rules.UNKNOWN,
         [counts.get(stage, 0) for stage in stages])
        for code, counts in figures.groups.items()
    ]  # fmt: skip
    known = [
        (words.stage_name(stage), words.number(round(share, 1)))
        for stage in stages
        if (share := rules.share_known(figures, stage)) is not None
    ]
    return Sheet(figures, stages, rows, known)


def notices_of(submission, figures, totals):
    """What to look at before these figures are used: in themselves, and beside what was sent before."""
    found = []
    months = dict(submission.totals.exclude(months=None).values_list("period", "months"))
    for period in totals:
        found += rules.part_of_a_period(period, months.get(period))
    for (period, _characteristic), one in figures.items():
        if submission.counts == "people" or submission.way != Submission.Way.FILE:
            found += rules.do_not_add(one, _totals_for(one, totals[period]))
        found += rules.out_of_order(one, totals[period])
    return found + _changes(submission, figures, totals)


def _totals_for(figures, totals):
    """By pay band only staff are counted; people who apply have none."""
    return {stage: total for stage, total in totals.items() if stage == "staff" or figures.characteristic not in BANDS}


def _changes(submission, figures, totals):
    """Each characteristic beside the period before, here or in what this service sent earlier."""
    earlier = figures_before(submission)
    found = []
    for characteristic in dict.fromkeys(code for _period, code in figures):
        known = {period: one for (period, code), one in (earlier | figures).items() if code == characteristic}
        for before, now in pairwise(in_order(_of_a_kind(known, figures))):
            stage = next(iter(totals.get(now, {})), "")
            if (now, characteristic) in figures and stage:
                found += rules.changed_coding(known[before], known[now], stage)
    return found


def _of_a_kind(known, figures):
    """Half-years are compared with half-years and years with years."""
    are_halves = any(" " in period for period, _code in figures)
    return [period for period in known if (" " in period) == are_halves]


def figures_before(submission):
    """What the same service sent before, newest last, so that the newest counts."""
    sent = Submission.objects.standing_about(submission.people).filter(
        organisation=submission.organisation_id, unit=submission.unit_id, made_at__lt=submission.made_at
    )
    earlier = list(sent.order_by("sent_at", "pk").values_list("pk", flat=True))
    made = figures_of(earlier)
    return {key: one for pk in earlier for key, one in made[pk].items()}


def standing_figures(organisation, unit, people=People.CLIENTS):
    """What a service says today: for each period and characteristic the newest that stands."""
    return _newest(organisation, unit, people, figures_of)


def _newest(organisation, unit, people, read):
    sent = Submission.objects.standing_about(people).filter(organisation=organisation, unit=unit)
    order = list(sent.order_by("sent_at", "pk").values_list("pk", flat=True))
    made = read(order)
    return {key: one for pk in order for key, one in made[pk].items()}


def crossed_figures_of(submissions, **only):
    """Two characteristics together, as figures whose codes are joined: ethnicity+sex, nhs2001+sex, M+F."""
    found = defaultdict(lambda: defaultdict(dict))
    cells = CrossedCount.objects.filter(submission__in=submissions, **only).values_list(
        "submission", "period", "first", "second", "first_set", "second_set", "first_code", "second_code", "stage",
        "value",
    )  # fmt: skip
    for submission, period, *names, first_code, second_code, stage, value in cells:
        found[submission, period, *names][words.JOINED.join((first_code, second_code))][stage] = value
    made = defaultdict(dict)
    for (submission, period, first, second, *sets), groups in found.items():
        code = words.JOINED.join((first, second))
        made[submission][period, code] = rules.Figures(code, words.JOINED.join(sets), period, groups)
    return made


def standing_crossed(organisation, unit, people=People.CLIENTS):
    """Two characteristics together, as a service says today."""
    return _newest(organisation, unit, people, crossed_figures_of)


def pay_of(submissions):
    """Each submission's pay gaps, by period and characteristic: one query for all of them."""
    made = defaultdict(lambda: defaultdict(list))
    for gap in PayGap.objects.filter(submission__in=submissions):
        made[gap.submission_id][gap.period, gap.characteristic].append(gap)
    return made


def standing_pay(organisation, unit):
    """Pay gaps, as an employer says today."""
    return _newest(organisation, unit, People.STAFF, pay_of)


@dataclass(frozen=True)
class SeatShown:
    """How far one service is with a round: never a count, only words."""

    seat: Seat
    sent_at: object
    lists: list[tuple[str, str]]
    noticed: list[tuple[str, str]]

    @property
    def name(self):
        return self.seat.unit.name if self.seat.unit else self.seat.organisation.name


def seats_shown(seats, round, asked):
    """Who has sent what was asked for, how complete it is, and what needs a look. A constant number of queries."""
    lists = [one.code for one in asked if one.what == Asked.What.LIST]
    sent = Submission.objects.standing_about(round.people).filter(
        organisation__in=[seat.organisation_id for seat in seats], totals__period=round.period
    )
    found = sent.distinct().order_by("sent_at", "pk").prefetch_related("noticed")
    newest = {(one.organisation_id, one.unit_id): one for one in found}
    figures = figures_of([one.pk for one in newest.values()], period=round.period)
    return [_seat_shown(seat, lists, newest.get((seat.organisation_id, seat.unit_id)), figures) for seat in seats]


def _seat_shown(seat, asked_for, submission, figures):
    if submission is None:
        return SeatShown(seat, None, [], [])
    mine = {code: one for (_period, code), one in figures[submission.pk].items()}
    lists = [words.characteristic_of(set_code) for set_code in asked_for]
    noticed = [
        (str(words.NOTICED[one.kind]), words.characteristic_name(one.characteristic) if one.characteristic else "")
        for one in submission.noticed.all()
    ]
    return SeatShown(
        seat, submission.sent_at, [(words.characteristic_name(code), _band(mine.get(code))) for code in lists], noticed
    )


def _stages_of(figures):
    return dict.fromkeys(stage for counts in figures.groups.values() for stage in counts)


def _band(figures):
    if figures is None:
        return ""
    stage = next(iter(_stages_of(figures)), "")
    return str(words.BANDS[rules.in_bands(rules.share_known(figures, stage), figures.at(stage))])


def rounds_for_list(rounds):
    return rounds.select_related("partnership").annotate(services=CountOf("seats"))
