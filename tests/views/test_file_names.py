"""Names of files: every system takes them, whatever a scenario is called, and no two meet."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from caresim.views.files.names import DEVICES, LONGEST, distinct, slug, stems

NAMES = {
    "Early help first": "early_help_first",
    "Cymorth i deuluoedd Gŵyr": "cymorth_i_deuluoedd_gwyr",
    "Größe": "grosse",
    "../../etc/passwd": "etc_passwd",
    "=SUM(A1)": "sum_a1",
    "50 % more": "50_more",
    "家族": "scenario",
    "!!!": "scenario",
    "👪🏽": "scenario",
    "مساعدة": "scenario",
    "a\u202eb": "a_b",
    "x" * 300: "x" * LONGEST,
    f"{'x' * 59} y": "x" * 59,
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_becomes_small_latin_letters_and_digits(name):
    assert slug(name) == NAMES[name]


MEETING = {
    "numbers that meet names": ["A", "A!", "A 2"],
    "numbers that meet numbers": ["A", "A!", "A 2", "A 2!", "A 3", "A 4"],
    "signs alone": ["!", "?", "家族", "👪", "scenario", "scenario 1"],
    "capitals": ["Plan", "PLAN", "plan"],
    "one letter after sixty": ["x" * 300 + "1", "x" * 300 + "2", "x" * LONGEST],
    "two ways to write a letter": [unicodedata.normalize(form, "ŵ") for form in ("NFC", "NFD")],
    "devices": ["CON", "con!", "NUL", "com1", "AUX", "lpt9"],
    "blanks": ["a b", "a  b", "a\tb", "a\u00a0b", " a b "],
}


@pytest.mark.parametrize("names", MEETING.values(), ids=MEETING)
def test_names_that_would_meet_get_numbers(names):
    found = stems(names)
    assert len(set(found)) == len(names), found
    assert len(found) == len(names)


def test_a_name_that_meets_none_keeps_its_own_and_others_get_their_place():
    assert stems(["A", "B", "A!", "A 2", "A 3"]) == ["a_1", "b", "a_4", "a_2", "a_3"]


def test_names_of_quantities_keep_their_capitals_and_never_meet():
    assert distinct(["care", "Left", "left", "con"]) == ["care", "Left_2", "left_3", "con_4"]


@given(st.lists(st.text() | st.sampled_from(["a", "A", "a_2", "a_3", "con", "NUL", "x" * 61])))
@example(["a"] * 12 + [f"a_{number}" for number in range(20)])
def test_any_names_become_files_that_do_not_meet(names):
    found = stems(names)
    assert len({stem.casefold() for stem in found}) == len(names)
    for stem in found:
        assert re.fullmatch("[a-z0-9_]+", stem)
        assert stem not in DEVICES
        assert len(stem) < LONGEST + 9
