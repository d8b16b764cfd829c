"""Which council is meant: names, codes and numbers, and the way out for what is none."""

import pytest
from council_cases import ENGLAND, PARTS

import caresim as cs
from caresim.language import ModelError
from caresim.study.parts.named import found_area, plain_name

LAST = "2019-20"


def named(text):
    return found_area(PARTS, text, LAST).name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Leeds", "Leeds"),
        ("leeds ", "Leeds"),
        ("E08000035", "Leeds"),
        ("e08000035", "Leeds"),
        ("383", "Leeds"),
        ("Dorset", "Dorset"),
        ("bournemouth", "Bournemouth, Christchurch and Poole"),
        ("Bournemouth, Christchurch & Poole", "Bournemouth, Christchurch and Poole"),
        ("hull", "Kingston upon Hull, City of"),
        ("City of Kingston upon Hull", "Kingston upon Hull, City of"),
        ("Bristol", "Bristol, City of"),
        ("city of bristol", "Bristol, City of"),
        ("St Helens", "St. Helens"),
        ("Durham", "County Durham"),
        ("Northamptonshire", "Northamptonshire"),
        ("Isle of Wight", "Isle of Wight"),
    ],
)
def test_a_council_is_found(text, name):
    assert named(text) == name


def test_dorset_is_that_of_today():
    assert found_area(PARTS, "Dorset", LAST).first_year == "2019-20"


def test_every_council_is_found_by_its_name_code_and_numbers():
    for one in PARTS.areas:
        is_there = not (one.last_year or one.first_year > LAST) and one.code not in PARTS.refused
        if is_there:
            for text in (one.name, one.name.upper(), one.code, *one.numbers):
                assert found_area(PARTS, text, LAST) is one, f"{text!r} is not {one.name}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Leed", "there is no council 'Leed' in England; did you mean 'Leeds'?"),
        ("Birmingam", "did you mean 'Birmingham'?"),
        ("Atlantis", "there is no council 'Atlantis' in England"),
        ("", "there is no council '' in England"),
        ("   ", "there is no council '   ' in England"),
        ("?!", "there is no council '?!' in England"),
        ("E99999999", "there is no council 'E99999999'"),
        ("kingston", "Kingston upon Hull, City of (E06000010), Kingston upon Thames (E09000021)"),
        ("Cheshire", "may be Cheshire East (E06000049), Cheshire West and Chester (E06000050)"),
        ("Poole", "Poole: it is no longer one after 2018-19; its land went to Bournemouth, Chr"),
        ("North Northamptonshire", "in 2021-22; figures to 2019-20 are those of Northamptonshire"),
        ("West Northamptonshire", "it became one only later"),
        ("City of London", "City of London has no model of its own: it has about 1,000 children"),
        ("Scilly", "Isles of Scilly has no model of its own: it has about 400 children"),
    ],
)
def test_what_is_no_council_is_told_with_the_way_out(text, said):
    with pytest.raises(ModelError) as told:
        cs.council(ENGLAND, text)
    assert said in str(told.value)


def test_a_long_text_is_not_read_back_whole():
    with pytest.raises(ModelError) as told:
        named("Leeds" * 200)
    assert len(str(told.value)) < 200


@pytest.mark.parametrize("given", [None, 383, b"Leeds", ["Leeds"], float("nan"), cs])
def test_what_is_no_text_is_refused(given):
    with pytest.raises(ModelError, match="the name of a council is a text such as 'Leeds', not"):
        cs.council(ENGLAND, given)


def test_names_are_compared_without_signs():
    assert plain_name("St. Helens & Knowsley, City-of") == "st helens and knowsley city of"
