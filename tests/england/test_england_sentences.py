"""Every equation of England has a sentence that a reader without the code understands."""

import re

import pytest

from caresim.england import England
from caresim.views.equations.listed import equations

LISTED = {equation.name: equation for equation in equations(England)}
SAID = {name: equation.sentence for name, equation in LISTED.items()}
CODE = re.compile(r"_|`|\*\*|\bp\.|\w\(")  # a name, an operator or a call, as only code has them


def test_there_are_all_entries_of_the_page_to_look_at():
    assert len(SAID) > 200, "the equations of England are not read"


@pytest.mark.parametrize("name", SAID)
def test_an_equation_has_a_sentence_in_words(name):
    said = SAID[name]
    assert said, f"{name} has no sentence: write a string on the line after its equation"
    assert said.endswith("."), f"{name}: {said!r} does not end with a full stop"
    assert not CODE.search(said), f"{name}: {said!r} holds {CODE.search(said)[0]!r}, which is code"
    assert said.count(". ") <= 1, f"{name}: {said!r} is more than two sentences"


@pytest.mark.parametrize("name", SAID)
def test_a_sentence_says_more_than_the_label(name):
    label = LISTED[name].label
    assert label.lower() not in SAID[name].lower(), f"{name}: its sentence repeats {label!r}"


def test_no_two_equations_share_a_sentence():
    twice = [name for name, said in SAID.items() if list(SAID.values()).count(said) > 1]
    assert twice == []
