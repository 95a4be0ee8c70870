import pytest
from hypothesis import given
from hypothesis import strategies as st

from equity.vocabulary import (
    SetsDoNotNest,
    Unknown,
    VocabularyError,
    category_set,
    category_sets,
    characteristics,
    common_level,
    guess_set,
    level_for,
    mapping,
    recognise,
    report,
    sets_of,
)
from equity.vocabulary.mappings import direct_mappings

SIZES = {
    "nhs2001": 16,
    "census2011": 18,
    "census2021": 19,
    "group5_2001": 5,
    "group5_2021": 5,
    "imd_quintile": 5,
    "imd_decile": 10,
    "age_esp19": 19,
}
ALL_SETS = sorted(category_sets())


@pytest.mark.parametrize(("code", "size"), SIZES.items())
def test_published_lists_have_the_published_number_of_categories(code, size):
    assert len(category_set(code)) == size


def test_every_protected_characteristic_has_a_list():
    protected = {code for code, found in characteristics().items() if found.equality_act}
    assert protected == {
        "ethnicity",
        "age",
        "sex",
        "gender_identity",
        "disability",
        "religion",
        "sexual_orientation",
        "marriage",
        "pregnancy_maternity",
    }
    assert all(sets_of(code) for code in characteristics())


@pytest.mark.parametrize("code", ALL_SETS)
def test_a_category_stands_once_in_its_list(code):
    codes = category_set(code).codes
    assert len(codes) == len(set(codes))


def test_ethnic_groups_have_no_order():
    assert not any(found.ordered for found in sets_of("ethnicity"))


@pytest.mark.parametrize("pair", sorted(direct_mappings()))
def test_a_mapping_sends_every_category_to_one_that_exists(pair):
    way = direct_mappings()[pair]
    assert {source for source, _ in way.pairs} == set(category_set(pair[0]).codes)
    assert {target for _, target in way.pairs} <= set(category_set(pair[1]).codes)


def test_chinese_is_other_in_2001_and_asian_in_2021():
    assert mapping("nhs2001", "group5_2001")["R"] == "other"
    assert mapping("census2021", "group5_2021")["2"] == "asian"


def test_roma_and_travellers_are_other_white_in_the_nhs_list_and_arab_is_any_other():
    way = mapping("census2021", "nhs2001")
    assert (way["15"], way["16"], way["18"]) == ("C", "C", "S")


def test_nhs_records_and_the_census_meet_at_sixteen_groups():
    assert level_for("nhs2001", "census2021") == "nhs2001"


def test_two_censuses_meet_at_eighteen_groups():
    assert level_for("census2011", "census2021") == "census2011"


def test_a_2001_grouped_count_is_never_divided_by_a_2021_grouped_population():
    with pytest.raises(SetsDoNotNest, match="rates would be wrong") as refused:
        level_for("group5_2001", "group5_2021")
    assert len(refused.value.common.groups) == 4
    assert "White; Mixed or multiple ethnic groups; Black" in str(refused.value)


def test_nineteen_group_rates_from_sixteen_group_records_are_refused_with_an_offer():
    with pytest.raises(SetsDoNotNest, match="does not say enough") as refused:
        level_for("nhs2001", "census2021", wanted="census2021")
    assert len(refused.value.common.groups) == 16


def test_different_characteristics_are_never_joined():
    with pytest.raises(VocabularyError, match="different characteristics"):
        level_for("nhs2001", "sex")


def test_the_common_level_of_a_set_with_itself_is_the_set():
    assert len(common_level("nhs2001", "nhs2001").groups) == 16


@given(st.sampled_from(ALL_SETS), st.data())
def test_own_codes_and_labels_are_always_recognised_whatever_their_case(code, data):
    found = category_set(code)
    category = data.draw(st.sampled_from(found.categories))
    if code != "imd_decile_tt":
        assert recognise(f"  {category.code.upper()} ", code).code == category.code
    assert recognise(category.label.swapcase(), code).code == category.code


WRITTEN = {
    "White: English/Welsh/Scottish/Northern Irish/British": "13",
    "white - british": "13",
    "ethnicity_minor_white_british": "13",
    "Any Other White Background": "17",
    "Any other White background": "17",
    "Asian/Asian British: Other Asian": "5",
    "Asian, Asian British or Asian Welsh: Chinese": "2",
    "Black African": "6",
    "black or black british - african": "6",
    "Mixed/multiple ethnic group: Other Mixed": "12",
    "mixed: white & black caribbean": "11",
    "Other ethnic group: Arab": "18",
    "other  - chinese": "2",
    "bangladeshi total": "1",
    "traveller of irish heritage": "15",
    "Roma": "16",
}


@pytest.mark.parametrize(("label", "code"), WRITTEN.items())
def test_what_people_write_for_ethnic_group_is_recognised(label, code):
    assert recognise(label, "census2021").code == code


REASONS = {
    "Z": Unknown.DECLINED,
    "ZZ Not Stated (Person asked but declined to provide a response)": Unknown.DECLINED,
    "99": Unknown.NOT_KNOWN,
    "Not stated/Not known/Invalid": Unknown.NOT_KNOWN,
    "No Code Recorded": Unknown.MISSING,
    "Invalid Code": Unknown.INVALID,
    "-1": Unknown.INVALID,
    "": Unknown.MISSING,
    "not asked": Unknown.NOT_ASKED,
}


@pytest.mark.parametrize(
    ("label", "set_code", "code"),
    [
        ("Aged 48 years", "age_single", "48"),
        ("Aged under 1 year", "age_single", "0"),
        ("Aged 100 years and over", "age_single", "100"),
        ("7 years old", "age8", "0-17"),
        ("Aged 18-24 years", "age8", "18-24"),
        ("75+ years", "age8", "75+"),
        ("18 to 34", "age_mha", "18-34"),
        ("15 and under", "age_mha", "0-15"),
    ],
)
def test_what_people_write_for_age_is_recognised(label, set_code, code):
    assert recognise(label, set_code).code == code


@pytest.mark.parametrize(("label", "kind"), REASONS.items())
def test_the_reasons_for_not_knowing_stay_apart(label, kind):
    assert recognise(label, "nhs2001").kind == kind


def test_groups_put_together_are_never_forced_into_one():
    assert recognise("BAME", "nhs2001").kind == "combined"
    assert recognise("mixed/other", "nhs2001").kind == "combined"
    assert recognise("other (including chinese)", "census2021").kind == "combined"


def test_a_slash_between_two_groups_is_not_the_same_as_a_colon():
    assert recognise("mixed: other", "census2021").code == "12"


def test_a_total_is_not_a_group():
    assert recognise("All categories: Ethnic group", "census2011").kind == "total"


def test_talking_therapies_tenths_run_backwards():
    assert recognise("10 Most deprived", "imd_decile_tt").code == "10"
    assert recognise("10 Most deprived", "imd_decile").code == "1"
    assert mapping("imd_decile_tt", "imd_quintile")["10"] == "1"


def test_the_two_schemes_of_five_are_never_guessed():
    with pytest.raises(VocabularyError, match="Say which one"):
        guess_set(["White", "Mixed", "Asian", "Black", "Other"], "ethnicity")


GUESSES = [
    (["A", "B", "S", "Z", "99"], "ethnicity", "nhs2001"),
    (["1", "2", "7", "10"], "deprivation", "imd_decile"),
    (["10 Most deprived", "01 Least deprived"], "deprivation", "imd_decile_tt"),
    (["Straight or Heterosexual", "All other sexual orientations"], "sexual_orientation", "sexual_orientation"),
    (["18 to 35", "36 to 64"], "age", "age_tt2017"),
]


@pytest.mark.parametrize(("labels", "characteristic", "expected"), GUESSES)
def test_the_list_behind_a_column_is_guessed_from_its_words(labels, characteristic, expected):
    assert guess_set(labels, characteristic).code == expected


def test_what_was_not_recognised_is_reported_with_its_count():
    found = report(["A", "A", "Z", None, "martian", "BME"], "nhs2001")
    assert found.usable == 2
    assert dict(found.unknown) == {"declined": 1, "missing": 1}
    assert found.not_usable == (("BME", "combined", 1), ("martian", "unrecognised", 1))
