"""Rival structures: declared, fitted alike, drawn in turn, and shown apart and together."""

import numpy as np
import pytest

import caresim as cs
from caresim.england import England
from caresim.language.beliefs import read_beliefs, structures_of
from caresim.language.errors import ModelError, ParameterError
from caresim.study.doubt.apart import apart
from caresim.study.otherwise import otherwise
from caresim.study.structures import counts, places_of, rival_named

NAMES = (
    "as published",
    "early help straight to entries",
    "unmet need feeds alarm",
    "prices do not answer shortage",
)


@pytest.fixture(scope="module")
def england():
    return England()


@pytest.fixture(scope="module")
def drawn(england):
    return cs.draws(england, 42, seed=1)


def test_draws_are_of_each_structure_in_turn(england, drawn):
    assert drawn.structures == structures_of(england).names == NAMES
    assert counts(42, 4) == [11, 11, 10, 10]
    places = places_of(NAMES, 42)
    assert not drawn.columns["early_help_referral_elasticity"][places[NAMES[1]]].any()
    assert set(drawn.columns["alarm_loop_on"].tolist()) == {0.0, 1.0}
    assert drawn.columns["alarm_loop_on"][places[NAMES[2]]].all()
    assert not drawn.columns["price_sensitivity"][places[NAMES[3]]].any()
    assert drawn.columns["price_sensitivity"][places[NAMES[0]]].all()


def test_the_first_draws_are_the_same_for_any_number_of_them(england, drawn):
    for n in (1, 6, 17):
        fewer = cs.draws(england, n, seed=1)
        for name, column in fewer.columns.items():
            np.testing.assert_array_equal(column, drawn.columns[name][:n], err_msg=name)


def test_one_structure_can_be_asked_for(england):
    published = cs.draws(england, 9, seed=1, structure="as published")
    assert not published.structures
    assert "alarm_loop_on" not in published.columns
    loop = cs.draws(england, 9, seed=1, structure="unmet need feeds alarm")
    assert loop.columns["alarm_loop_on"].all()
    believed = cs.draws(england, 9, seed=1, beliefs="panel alone")
    assert not believed.structures


def test_other_names_are_refused(england):
    with pytest.raises(ParameterError, match=r"structure is one of 'as published', .*not 'loops'"):
        cs.draws(england, 9, seed=1, structure="loops")
    with pytest.raises(ParameterError, match="no draws of the structure"):
        cs.draws(england, 9, seed=1, given="prior", structure="unmet need feeds alarm")


def test_a_structure_is_a_model_to_calibrate(england):
    made = otherwise(england, rival_named(england, "early help straight to entries"))
    effect = made.parameters["early_help_referral_elasticity"]
    assert (effect.value, effect.prior) == (0.0, None)
    assert made.parameters["family_support_entry_elasticity"].prior.middle == 0.25
    prices = otherwise(england, rival_named(england, "prices do not answer shortage"))
    assert prices.parameters["price_sensitivity"].role == "fixed"
    assert otherwise(england, None) is england


def test_what_the_caller_set_is_no_structures_to_change():
    model = England(alarm_loop_on="on")
    sample = cs.draws(model, 8, seed=1)
    assert "alarm_loop_on" not in sample.columns


def test_structures_are_shown_apart_and_together(england, drawn):
    runs = [
        cs.run(england, plan, draws=drawn, outputs=["looked_after"], until="2030-03-31")
        for plan in (None, "early_help_first")
    ]
    level, change = apart(drawn.structures, runs[0], runs[1:], "looked_after")
    assert (level.scenario, change.scenario) == ("", "Early help first")
    difference = (runs[1].yearly("looked_after") - runs[0].yearly("looked_after"))[-1]
    assert change.whole.median == pytest.approx(np.median(difference))
    assert change.structures[NAMES[1]].median == pytest.approx(np.median(difference[1::4]))
    assert tuple(change.structures) == NAMES
    assert not apart((), runs[0], runs[1:], "looked_after")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("numbers = { care_0 = true }", "'care_0' is True; write a number"),
        ("", "names no number"),
        ("numbers = 3", "'numbers' is 3; write it as a table"),
    ],
)
def test_a_file_of_structures_is_checked(tmp_path, text, said):
    file = tmp_path / "structures.toml"
    head = 'title = "T"\ndefault = "d"\ndefault_said = "s"\n'
    file.write_text(f'{head}["other"]\nsaid = "a"\nwhy = "b"\n{text}\n', encoding="utf-8")
    with pytest.raises(ModelError, match=said):
        read_beliefs(file)


def test_a_number_of_no_model_is_refused(tmp_path):
    file = tmp_path / "structures.toml"
    file.write_text(
        'title = "T"\ndefault = "d"\ndefault_said = "s"\n["other"]\nsaid = "a"\nwhy = "b"\n'
        "numbers = { no_such = 1, price_sensitivity = 99 }\n",
        encoding="utf-8",
    )
    model = type("Other", (England,), {"structures_file": file})
    with pytest.raises(ModelError, match=r"(?s)no_such.*99 is outside 0 to 10"):
        structures_of(model())
