"""Figures: those that are published about real services, and made-up ones that example services handed in."""

import datetime

from hub.findings import actions as findings
from hub.findings import jobs
from hub.findings.models import Analysis, Finding
from hub.findings.releases import actions as releases
from hub.findings.releases import preparing
from hub.pledges import actions as pledges
from hub.submissions import actions as submissions
from hub.submissions.documents import from_lists, of_staff
from hub.submissions.queries import Service, recent_periods, recent_years

HALVES, YEARS = 4, 2


def make_figures(world):
    findings.load_suggestions(world.partnership)
    findings.load_published(world.partnership, **world.data["published_figures"])
    for row in world.data["figures"]:
        _hand_in(world, row)
    for row in world.data["staff_figures"]:
        _hand_in_staff(world, row)
    _ask_for_figures(world)
    jobs.look_for_work()
    for analysis in Analysis.objects.unfinished():
        findings.carry_out(analysis.pk)
    _pledge_from_what_is_published(world)
    _publish(world)
    for row in world.data["staff_figures"]:
        _tell_about_pay(world, row)


def _hand_in(world, row):
    organisation, unit = world.place(row)
    lead = world.lead_of(row)
    periods = recent_periods(world.calendar.today)[:HALVES][::-1]
    document = from_lists(row["stages"], row["lists"], periods)
    draft = submissions.draft(Service(organisation, unit), document, by=lead, way="file", readers=row["readers"])
    submissions.send(draft, by=lead)


def _hand_in_staff(world, row):
    """Staff are counted once a year."""
    organisation, unit = world.place(row)
    lead = world.lead_of(row)
    years = recent_years(world.calendar.today)[:YEARS][::-1]
    draft = submissions.draft(
        Service(organisation, unit), of_staff(row, years), by=lead, way="file", readers=row["readers"]
    )
    submissions.send(draft, by=lead)


def _tell_about_pay(world, row):
    organisation, unit = world.place(row)
    gaps = Finding.objects.filter(analysis__organisation=organisation, analysis__unit=unit, measure="pay_gap")
    findings.write_narrative(gaps.earliest("pk"), by=world.lead_of(row), text=row["narrative"].strip())


def _ask_for_figures(world):
    """The charity has not answered yet; the others have."""
    services = [Service(*world.place(row)) for row in world.data["figures"]]
    services.append(Service(world.organisations["example-counselling-project"]))
    period = recent_periods(world.calendar.today)[0]
    submissions.open_round(
        world.partnership,
        by=world.people["coordinator"],
        stages=["referred", "completed"],
        lists=["nhs2001", "sex", "age8"],
        services=services,
        kind="round",
        title=f"Figures for {period} (example)",
        period=period,
        due_on=world.calendar.today + datetime.timedelta(days=30),
    )


def _pledge_from_what_is_published(world):
    """An example department begins a pledge from who finishes a course, and follows it from the first year."""
    finding = _published().filter(measure="completion").first()
    row = world.data["figures"][0]
    year = world.calendar.today.year
    service, lead = Service(*world.place(row)), world.lead_of(row)
    pledge = findings.make_pledge(finding, service, by=lead, year=year, is_example=True, from_the_first=True)
    pledges.choose_sharing(pledge, by=lead, sharing="partnership")


def _published():
    return Finding.objects.filter(analysis__organisation=None, analysis__audience="")


def _publish(world):
    """One finding is public; one, made up, was taken back, asked for again, and waits for its second approval."""
    row = world.data["figures"][0]
    lead, people = world.lead_of(row), world.people
    of_a_publisher = _published().filter(measure="completion").first()
    public = _asked(of_a_publisher, people["analyst"])
    for person in (people["coordinator"], people["approver"]):
        releases.approve(public, by=person)
    organisation, unit = world.place(row)
    own = Finding.objects.get(analysis__organisation=organisation, analysis__unit=unit, measure="completion")
    taken_back = _asked(own, lead)
    for person in (people["analyst"], people["coordinator"]):
        releases.approve(taken_back, by=person)
    words = "An example of a finding that was taken back: a month had been counted twice."
    releases.withdraw(taken_back, by=lead, words=words)
    releases.approve(_asked(own, lead), by=people["analyst"])


def _asked(finding, person):
    release = releases.ask(finding, by=person)
    preparing.prepare(release.pk)
    return release
