from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.assessments.rules import (
    REACH,
    Content,
    Outcome,
    Risk,
    Seen,
    as_five_last_replied,
    is_a_small_team,
    is_enough_to_show,
    minutes_for,
    needs_another_look,
    put_together,
    what_becomes_of,
    what_is_seen,
    who_could_be_recognised,
)

NOTHING, OURS, THEIRS = Content(), Content("started", evidence="ours"), Content("not_yet", evidence="theirs")
contents = st.sampled_from([NOTHING, OURS, THEIRS, Content("unknown")])


def said(number, *, person=None, at=None, erased_at=None):
    person = number if person is None else person
    return SimpleNamespace(pk=number + 1, contributor_id=person + 1, said_at=at or number + 1, erased_at=erased_at)


class TestSaving:
    def test_new_words_are_saved(self):
        assert what_becomes_of(OURS, base=NOTHING, current=NOTHING, somebody_was_first=False) is Outcome.SAVED

    def test_the_same_words_make_no_new_version(self):
        assert what_becomes_of(OURS, base=OURS, current=OURS, somebody_was_first=False) is Outcome.UNCHANGED

    def test_the_second_of_two_writers_is_kept_beside_the_first(self):
        assert what_becomes_of(OURS, base=NOTHING, current=THEIRS, somebody_was_first=True) is Outcome.SET_ASIDE

    def test_an_old_page_on_which_nothing_was_typed_does_not_stand_against_newer_words(self):
        assert what_becomes_of(NOTHING, base=NOTHING, current=THEIRS, somebody_was_first=True) is Outcome.UNCHANGED

    def test_two_who_wrote_the_same_agree(self):
        assert what_becomes_of(THEIRS, base=NOTHING, current=THEIRS, somebody_was_first=True) is Outcome.UNCHANGED

    @given(sent=contents, base=contents, current=contents)
    def test_newer_words_of_somebody_else_are_never_overwritten(self, sent, base, current):
        assert what_becomes_of(sent, base=base, current=current, somebody_was_first=True) is not Outcome.SAVED

    @given(sent=contents, base=contents, current=contents, first=st.booleans())
    def test_changed_words_are_always_kept_somewhere(self, sent, base, current, first):
        outcome = what_becomes_of(sent, base=base, current=current, somebody_was_first=first)
        assert (outcome is Outcome.UNCHANGED) == (sent in (base, current))


class TestPuttingTogether:
    base = {"staff": 3, "not_heard": ""}

    def test_what_one_left_alone_is_what_the_other_wrote(self):
        theirs = {"staff": 5, "not_heard": "Carers"}
        assert put_together(self.base, base=self.base, theirs=theirs) == theirs

    def test_where_both_changed_a_number_the_later_counts(self):
        sent = {"staff": 4, "not_heard": ""}
        assert put_together(sent, base=self.base, theirs={"staff": 5, "not_heard": ""})["staff"] == 4

    def test_words_of_both_are_kept(self):
        sent, theirs = {"staff": 3, "not_heard": "Fathers"}, {"staff": 3, "not_heard": "Carers"}
        assert put_together(sent, base=self.base, theirs=theirs)["not_heard"] == "Carers\nFathers"


class TestCarryingOn:
    @pytest.mark.parametrize(
        ("new_year", "same_text", "looked_at_again"),
        [(False, True, False), (False, False, True), (True, True, True), (True, False, True)],
    )
    def test_a_new_year_asks_of_all_and_a_new_edition_only_of_new_words(self, new_year, same_text, looked_at_again):
        assert needs_another_look(new_year=new_year, same_text=same_text) is looked_at_again


class TestMinutes:
    @pytest.mark.parametrize(("statements", "minutes"), [(0, 0), (1, 5), (2, 5), (3, 10), (8, 20)])
    def test_minutes_are_honest_and_round(self, statements, minutes):
        assert minutes_for(statements) == minutes


class TestVoices:
    def test_a_lead_reads_every_voice_at_any_time(self):
        assert what_is_seen(is_lead=True, reader="only_us", what=None, sharing="only_us") is Seen.WORDS

    @pytest.mark.parametrize("reader", REACH)
    def test_nobody_else_sees_anything_before_the_lead_shares_it(self, reader):
        assert what_is_seen(is_lead=False, reader=reader, what=None, sharing="everyone") is Seen.NOTHING

    @pytest.mark.parametrize("what", list(Seen))
    @pytest.mark.parametrize("sharing", REACH)
    @pytest.mark.parametrize("reader", REACH)
    def test_what_is_shared_reaches_as_far_as_was_decided_and_no_further(self, reader, sharing, what):
        seen = what_is_seen(is_lead=False, reader=reader, what=what.value, sharing=sharing)
        assert seen is (what if REACH.index(reader) <= REACH.index(sharing) else Seen.NOTHING)

    def test_fewer_than_five_of_a_kind_could_be_recognised(self):
        people = {"staff": 5, "carer": 1, "service_user": 4, "champion": 0}
        assert who_could_be_recognised(people) == (Risk("carer", 1), Risk("service_user", 4))

    @pytest.mark.parametrize(("staff", "small"), [(None, True), (3, True), (9, True), (10, False), (200, False)])
    def test_a_team_of_unknown_size_may_be_small(self, staff, small):
        assert is_a_small_team(staff) is small

    @pytest.mark.parametrize(("replies", "enough"), [(0, False), (4, False), (5, True)])
    def test_fewer_than_five_replies_are_not_shown(self, replies, enough):
        assert is_enough_to_show(replies) is enough

    def test_numbers_move_only_when_five_more_have_replied(self):
        replies = [said(number) for number in range(11)]
        shown = [len(as_five_last_replied(replies[:many])) for many in range(12)]
        assert shown == [0, 0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10]

    def test_replies_of_one_moment_count_one_by_one(self):
        assert len(as_five_last_replied([said(number, at=1) for number in range(9)])) == 5

    def test_a_second_thought_is_no_new_person_and_waits(self):
        five = [said(number) for number in range(4)] + [said(4, erased_at=20)]
        changed = [*five, said(21, person=4)]
        assert as_five_last_replied(changed) == five
        later = [*changed, *[said(number) for number in range(30, 35)]]
        assert as_five_last_replied(later) == [*five[:4], *changed[5:], *later[6:]]

    def test_a_reply_taken_out_leaves_when_the_next_five_come(self):
        replies = [said(number) for number in range(5)]
        replies[2].erased_at = 7
        assert len(as_five_last_replied(replies)) == 5
        assert len(as_five_last_replied([*replies, *[said(number) for number in range(10, 15)]])) == 9
