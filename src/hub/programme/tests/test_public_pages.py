import re

import pytest
from django.urls import reverse

from hub.commitments.models import Update
from hub.commitments.tests.factories import MeasureFactory, ReadingFactory, TargetFactory, UpdateFactory, somebody
from hub.programme.models import AtWork, OwnersView
from hub.programme.tests.factories import (
    ActionFactory,
    CommunityFactory,
    ForumFactory,
    KeyTargetFactory,
    OutcomeFactory,
    ProgrammeFactory,
    ServiceAreaFactory,
    days_ago,
    moment,
)
from hub.toolkit.models import Characteristic, Group

pytestmark = pytest.mark.django_db
MOST_QUERIES = 10


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def area(programme):
    return ServiceAreaFactory(programme=programme)


@pytest.fixture(autouse=True)
def pages_are_made_anew(settings):
    """What factories write leaves nothing on the record, so kept pages would not notice it."""
    settings.PUBLIC_PAGES_KEPT = False


STATE = re.compile(r'class="state[^>]*>.*?</svg>([^<]+)<', re.DOTALL)


def standings_on(page):
    """The words of every standing on a page, in order."""
    return [words.strip() for words in STATE.findall(page.text)]


def read(client, name, *args, **query):
    return client.get(reverse(f"programme:{name}", args=args), query)


def page_of(client, action):
    return read(client, "show_action", *action.area.where, action.key)


def report(action, stage="moving", days=3, **said):
    return UpdateFactory(commitment=action.commitment, stage=stage, stands_at=moment(days), **said)


def addresses_of(programme):
    area = ServiceAreaFactory(programme=programme)
    action, target = ActionFactory(area=area), KeyTargetFactory(area=area)
    forum = ForumFactory(programme=programme)
    where = programme.where
    return [
        reverse("programme:show_programme", args=where),
        reverse("programme:show_strand", args=[*where, area.strand.slug]),
        reverse("programme:show_area", args=area.where),
        reverse("programme:show_action", args=[*area.where, action.key]),
        reverse("programme:show_target", args=[*area.where, target.key]),
        reverse("programme:show_forum", args=[*where, forum.slug]),
        *[reverse(f"programme:{name}", args=where) for name in LISTS],
    ]


LISTS = ["list_actions", "list_targets", "list_outcomes", "list_forums", "show_people_at_work"]


def test_a_draft_is_on_no_page(client):
    draft = ProgrammeFactory(published_at=None, title="A quiet plan")
    for address in addresses_of(draft):
        assert client.get(address).status_code == 404
    assert "A quiet plan" not in read(client, "list_programmes", draft.partnership.slug).text


def test_a_published_programme_is_read_by_everybody(client, programme):
    for address in addresses_of(programme):
        assert client.get(address).status_code == 200
    assert programme.title in read(client, "list_programmes", programme.partnership.slug).text


def test_an_address_in_another_partnership_finds_nothing(client, area):
    action = ActionFactory(area=area)
    other = ProgrammeFactory()
    assert read(client, "show_action", *other.where, area.slug, action.key).status_code == 404


def test_an_action_says_its_four_questions_and_what_is_not_answered_yet(client, area):
    action = ActionFactory(area=area, commitment__inequality="Many never come", commitment__knowing="")
    text = page_of(client, action).text
    assert "Many never come" in text
    assert text.count("Not yet answered") == 1


def test_an_action_is_not_reported_until_somebody_reports(client, area):
    action = ActionFactory(area=area)
    assert standings_on(page_of(client, action)) == ["Not reported yet"]
    report(action, happened="It began")
    page = page_of(client, action)
    assert standings_on(page) == ["On course", "Moving"]
    assert "It began" in page.text


def test_a_target_that_an_action_serves_puts_it_at_risk(client, area):
    action, target = ActionFactory(area=area), KeyTargetFactory(area=area, measured_by="milestone")
    target.actions.add(action)
    TargetFactory(measure=target.measures.get(), value=None, words="Done", by=days_ago(10))
    report(action)
    for page in (page_of(client, action), read(client, "show_area", *area.where)):
        assert standings_on(page)[0] == "At risk"


def test_an_own_measure_of_an_action_counts_on_every_page(client, area):
    action = ActionFactory(area=area)
    measure = MeasureFactory(commitment=action.commitment, kind="number", name="seats", counting="things")
    TargetFactory(measure=measure, value=25, by=days_ago(10))
    ReadingFactory(measure=measure, value=20, numerator=None, denominator=None, on=days_ago(20))
    report(action)
    pages = [
        page_of(client, action),
        read(client, "show_area", *area.where),
        read(client, "list_actions", *area.programme.where, standing="at_risk"),
    ]
    for page in pages:
        assert standings_on(page)[0] == "At risk"
        assert action.commitment.title in page.text


def test_the_list_shows_only_what_is_asked_for(client, area):
    late = ActionFactory(area=area, commitment__title="Ramps at both doors", commitment__due_on=days_ago(2))
    ActionFactory(area=area, commitment__title="Books in Tigrinya", commitment__owner_role="Head of reading")
    report(late)
    found = read(client, "list_actions", *area.programme.where, standing="late").text
    assert "Ramps at both doors" in found
    assert "Books in Tigrinya" not in found
    found = read(client, "list_actions", *area.programme.where, owner="Head of reading").text
    assert "Ramps at both doors" not in found
    assert "Books in Tigrinya" in found


def test_what_cannot_be_chosen_is_as_good_as_nothing(client, area):
    ActionFactory(area=area, commitment__title="Ramps at both doors")
    page = read(client, "list_actions", *area.programme.where, standing="nonsense", area="nowhere", page="x")
    assert "Ramps at both doors" in page.text


def test_the_owner_may_see_it_differently_until_it_stands_differently(client, area):
    action = ActionFactory(area=area)
    update = report(action, stage="stuck", help_wanted="A room")
    OwnersView.objects.create(action=action, standing="at_risk", words="The room is found, we move in May")
    assert "we move in May" in page_of(client, action).text
    Update.objects.create(commitment=action.commitment, stage="moving", stands_at=update.stands_at)
    assert "we move in May" not in page_of(client, action).text


def test_names_of_people_are_on_no_public_page(client, area):
    owner = somebody("lead", area.programme.organisation, name="Zuleika Example")
    action = ActionFactory(area=area, commitment__owner=owner, commitment__owner_role="Head of reading")
    report(action, made_by=owner)
    client.force_login(owner)
    pages = [page_of(client, action), read(client, "list_actions", *area.programme.where)]
    assert all("Zuleika" not in page.text for page in pages)
    assert "Head of reading" in pages[0].text


def test_counts_of_people_of_a_group_are_not_shown_to_the_public(client, area):
    target = KeyTargetFactory(area=area, measured_by="share", measured_by__counting="a_group")
    ReadingFactory(measure=target.measures.get(), numerator=7731, denominator=9187)
    for page in (read(client, "show_target", *area.where, target.key), read(client, "show_area", *area.where)):
        assert "7731" not in page.text
        assert "9187" not in page.text


def test_who_is_in_a_small_group_is_not_told_by_its_target(client, area):
    target = KeyTargetFactory(area=area, measured_by="composition", measured_by__counting="")
    TargetFactory(measure=target.measures.get(), value=None, words="Three seats for 7731")
    for page in (read(client, "show_target", *area.where, target.key), read(client, "show_area", *area.where)):
        assert "7731" not in page.text


def at_work(area, group=None, **fields):
    about = {"topic": "training", "service": "Front desks", "group": group}
    measure = MeasureFactory(commitment=area.commitment, kind="share", counting="a_group" if group else "anyone")
    ReadingFactory(measure=measure, numerator=7731, denominator=9187, **fields)
    return AtWork.objects.create(measure=measure, area=area, **about)


def test_so_many_of_so_many_people_were_trained(client, area):
    about = at_work(area)
    text = read(client, "show_people_at_work", *area.programme.where).text
    assert "7731 of 9187" in text
    assert "Front desks" in text
    assert about.measure.name not in read(client, "show_people_at_work", *area.programme.where, topic="languages").text


def test_how_many_of_one_group_were_trained_stays_with_those_who_work_on_it(client, area):
    age = Characteristic.objects.create(slug="an-age", name="Age")
    at_work(area, Group.objects.create(characteristic=age, slug="under-25", name="Under 25"))
    text = read(client, "show_people_at_work", *area.programme.where).text
    assert "7731" not in text
    assert "stay with those who work on it" in text


def test_a_plan_for_one_community_shows_what_each_agency_does(client, area):
    community = CommunityFactory(programme=area.programme)
    action = ActionFactory(area=area, community=community, organisation=area.programme.organisation)
    elsewhere = ActionFactory(area=area, commitment__title="Something else")
    text = read(client, "show_community", *area.programme.where, community.slug).text
    assert action.commitment.title in text
    assert action.organisation.name in text
    assert elsewhere.commitment.title not in text
    assert community.get_absolute_url() in page_of(client, action).text


def test_an_area_with_many_targets_shows_the_first_and_leads_to_all(client, area):
    for number in range(14):
        KeyTargetFactory(area=area, title=f"Open on day {number}")
    text = read(client, "show_area", *area.where).text
    assert "All 14 key targets" in text
    assert "Open on day 13" not in text
    elsewhere = KeyTargetFactory(area__programme=area.programme, title="Somewhere else")
    found = read(client, "list_targets", *area.programme.where, area=area.slug).text
    assert "Open on day 13" in found
    assert elsewhere.title not in found


def filled(programme, *, areas=4, each=12):
    """A programme with news of every action and figures for every target."""
    for area in ServiceAreaFactory.create_batch(areas, programme=programme, strand__programme=programme):
        for number in range(each):
            action = ActionFactory(area=area)
            target = KeyTargetFactory(area=area, title=f"Target {number}")
            target.actions.add(action)
            measure = target.measures.get()
            TargetFactory(measure=measure, value=50, by=days_ago(-100))
            ReadingFactory(
                measure=measure, value=5, numerator=None, denominator=None, is_baseline=True, on=days_ago(90)
            )
            ReadingFactory(measure=measure, value=20, numerator=None, denominator=None, on=days_ago(5))
            MeasureFactory(commitment=action.commitment, counting="things")
            report(action, days=number)
            OutcomeFactory(area=area).indicators.add(measure)
    return area


@pytest.mark.parametrize("signed_in", [False, True])
def test_no_page_asks_more_of_the_database_when_there_is_more_to_show(
    client, programme, signed_in, django_assert_max_num_queries
):
    area = filled(programme)
    if signed_in:
        client.force_login(somebody("lead", programme.organisation))
    action, target = area.actions.first(), area.key_targets.first()
    addresses = [
        reverse("programme:show_programme", args=programme.where),
        reverse("programme:show_area", args=area.where),
        reverse("programme:show_action", args=[*area.where, action.key]),
        reverse("programme:show_target", args=[*area.where, target.key]),
        *[reverse(f"programme:{name}", args=programme.where) for name in LISTS],
    ]
    for address in addresses:
        with django_assert_max_num_queries(MOST_QUERIES + (5 if signed_in else 2)):
            assert client.get(address).status_code == 200
