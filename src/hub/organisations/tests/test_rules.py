import re

from hub.organisations import rules


def test_a_code_is_eight_letters_that_make_no_word():
    codes = {rules.make_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(r"[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}", code) for code in codes)


def test_a_code_may_be_typed_in_any_way_a_person_would():
    code_hash = rules.hash_of("BCDF-GHJK", "an id")
    for typed in ("BCDF-GHJK", "bcdfghjk", " bcdf ghjk ", "bcdf–ghjk".replace("–", "-")):
        assert rules.is_right(typed, public_id="an id", code_hash=code_hash)


def test_a_code_opens_its_own_invitation_only():
    assert not rules.is_right("BCDF-GHJK", public_id="another", code_hash=rules.hash_of("BCDF-GHJK", "an id"))


def test_nothing_opens_nothing():
    assert not rules.is_right("", public_id="an id", code_hash=rules.hash_of("BCDF-GHJK", "an id"))


def test_an_address_can_be_recognised_but_not_learned():
    assert rules.masked("someone@example.org") == "s…@example.org"
