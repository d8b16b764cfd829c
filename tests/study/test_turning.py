"""The page says why a projection turns: the given path without which it would not."""

from dataclasses import replace

import pytest

import caresim as cs
from caresim.england import England
from caresim.language.parameters import Series
from caresim.study.results import project
from caresim.study.turning import turn_of

POPULATION = "child_population"
OFF = cs.Change("caution_on", "set", "off", "2020-04-01")
HELD = cs.Scenario("Caution held", changes=[OFF])


@pytest.fixture(scope="module")
def england():
    return England()


def with_path(model, name, *points):
    """Return a model whose given path goes through points after what is known of it."""
    entry = model.parameters[name]
    pairs = zip(entry.value.times, entry.value.values, strict=True)
    kept = [(t, v) for t, v in pairs if t <= 2024.25]
    times, values = zip(*kept, *points, strict=True)
    series = Series(times, values, entry.value.held)
    entries = {name: replace(entry, value=series)}
    return model.with_numbers(model.parameters.with_entries(entries))


def test_the_peak_of_the_baseline_is_laid_to_caution_that_eases_and_in_part_to_children(england):
    turn, held = turn_of(england), turn_of(england, HELD)
    assert str(turn) == (
        "Looked-after children under Policy of March 2020: peak of 80,600 in 2024-25, then down to "
        "75,100 in 2034-35. The reason is 'Alarm, caution and inspection', which acts from "
        "outside: held as on 31 March 2020, the projection would come to 81,100 in 2034-35. A part "
        "of it is the given path of 'Number of children aged 0–17 in England', assumed to fall by "
        "5.1 % after 30 June 2024: held at its level of that day, the projection would come to "
        "77,300 in 2034-35."
    )
    assert turn.at - turn.end > 3 * (held.at - held.end), "without caution that eases it falls less"
    assert turn.is_driver
    assert turn.without == cs.run(england, HELD).yearly("looked_after")[-1, 0]


def test_where_caution_is_held_the_peak_is_laid_to_the_population(england):
    turn = turn_of(england, HELD)
    run = cs.run(england, HELD, outputs=["looked_after"])
    care = run.yearly("looked_after")[:, 0]
    assert turn.path == england.parameters[POPULATION].meaning
    assert run.clock.financial_years[int(care.argmax())] == turn.year
    assert (turn.at, turn.end) == (care.max(), care[-1])
    assert str(turn.known) == "2024-06-30"


def test_held_at_its_last_known_value_it_comes_to_what_a_scenario_that_holds_it_does(england):
    turn = turn_of(england, HELD)
    level = cs.Change(POPULATION, "set", 12_183_016, "2024-07-01")
    both = cs.Scenario("Both held", changes=[OFF, level])
    without = cs.run(england, both).yearly("looked_after")[-1, 0]
    assert turn.without == pytest.approx(without, rel=1e-6)


def test_a_sentence_names_path_day_and_both_ends(england):
    text = str(turn_of(england, HELD))
    assert "peak of 82,500 in 2027-28, then down to 81,100 in 2034-35" in text
    assert "'Number of children aged 0–17 in England', assumed to fall by 5.1 %" in text
    assert "after 30 June 2024" in text
    assert "the projection would come to 83,400 in 2034-35" in text


def test_a_path_that_stays_level_turns_nothing(england):
    level = england.parameters[POPULATION].value.values[-2]
    assert turn_of(with_path(england, POPULATION, (2035.0, level)), HELD) is None


def test_what_rises_at_the_end_has_a_low_point(england):
    lower = with_path(england, POPULATION, (2026.0, 7e6), (2030.0, 7e6), (2036.0, 15e6))
    turn = turn_of(lower, until="2045-03-31")
    assert turn.at < turn.end
    assert "low point of" in str(turn)
    assert "then up to" in str(turn)
    assert "assumed to rise by" in str(turn)


def test_a_path_that_the_scenario_sets_is_not_its_reason(england):
    fall = cs.Change(POPULATION, "scale", 0.7, "2028-04-01", over_years=2)
    turn = turn_of(england, cs.Scenario("Fewer children", changes=[fall]))
    assert england.parameters[POPULATION].meaning not in str(turn)


def test_a_driver_that_the_scenario_turns_off_is_not_its_reason(england):
    assert not turn_of(england, HELD).is_driver
    assert "Alarm, caution" not in str(turn_of(england, HELD))


def test_a_run_that_ends_before_it_turns_has_no_turn(england):
    assert turn_of(england, until="2026-03-31") is None


def test_the_results_of_a_projection_hold_it(england):
    results = project(england, ["early_help_first"], n_draws=0)
    assert results.turn == turn_of(england, cs.read_scenario("current_policy_2026"))
