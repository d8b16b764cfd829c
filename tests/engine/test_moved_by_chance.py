"""Factors that move by chance: a number for each run and year, held through the year, in both ways.

A stock that is left at a rate times a factor is known exactly: in a year it falls by e to the power
of the rate times the factor of that year.
"""

import numpy as np
import pytest

import caresim as cs
from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.language import (
    Aux,
    Flow,
    Model,
    ModelError,
    Noise,
    Parameter,
    Parameters,
    Stock,
    UnitError,
    Walk,
    cloud,
    exp,
)

p = Parameters(
    {
        entry.name: entry
        for entry in (
            Parameter("rate", 0.5, "1/year", role="lever", bounds=(0, 3)),
            Parameter("come", 40.0, "child/year"),
            Parameter("step", 0.1),
            Parameter("noise", 0.2),
            Parameter("care_0", 100.0, "child"),
        )
    }
)
CLOCK = Clock(2000, 2004, 16)
RUNS = 11


class Moved(Model):
    """Care that is left, and a stock that is filled, both at rates that move by chance."""

    parameters = p
    start = "2000-03-31"
    care = Stock("In care", "child", p.care_0)
    seen = Stock("Seen", "child", 0)
    leaving_chance = Walk("Chance in leaving", p.step)
    coming_chance = Noise("Chance in coming", p.noise, memory=0.5)
    leaving = Flow("Leaving", care >> cloud, care * p.rate * leaving_chance)
    coming = Flow("Coming", cloud >> seen, p.come * coming_chance)
    level = Aux("Chance at hand", coming_chance)


@pytest.fixture
def columns():
    rng = np.random.default_rng(5)
    names = ("leaving_chance", "coming_chance")
    return {name: rng.normal(size=(CLOCK.n_years, RUNS)) for name in names}


def run(columns=None, clock=CLOCK, target="compiled", **shifts):
    return execute(Moved(), clock, (), columns, target=target, outputs=list(Moved.variables))


@pytest.mark.parametrize("target", ["compiled", "python"])
def test_a_year_is_as_its_factor_says(columns, target):
    found = run(columns, target=target)
    factors = np.exp(0.1 * columns["leaving_chance"])
    care = 100 * np.exp(-0.5 * np.cumsum(factors, axis=0))
    np.testing.assert_allclose(found.levels["care"][1:], care, rtol=1e-6)
    coming = 40 * np.exp(0.2 * columns["coming_chance"])
    np.testing.assert_allclose(found.sums["coming"], coming, rtol=1e-13)
    # what is read on 31 March is of the year that ends on it
    np.testing.assert_allclose(found.levels["level"][1:], coming / 40, rtol=1e-13)
    np.testing.assert_allclose(found.levels["level"][0], coming[0] / 40, rtol=1e-13)


def test_python_and_machine_code_agree_with_cut_steps_and_halved_ones(columns):
    cut, monthly = CLOCK.cut_at([2001.3, 2002.77]), Clock(2000, 2004, 12, 12)
    for clock in (CLOCK, cut, CLOCK.halved(), monthly):
        one, other = (run(columns, clock, target) for target in ("compiled", "python"))
        for name in one.outputs:
            np.testing.assert_allclose(one.values(name), other.values(name), rtol=1e-12)


def test_a_run_is_the_same_alone_and_among_others(columns):
    whole = run(columns)
    for i in (0, 4, RUNS - 1):
        alone = run({name: values[:, i] for name, values in columns.items()})
        for name in whole.outputs:
            assert np.array_equal(whole.values(name)[:, i], alone.values(name)[:, 0])


def test_without_chance_every_factor_is_one():
    found = run()
    np.testing.assert_array_equal(found.levels["leaving_chance"], 1)
    np.testing.assert_allclose(found.levels["care"][-1], 100 * np.exp(-2), rtol=1e-6)
    at_zero = {"leaving_chance": np.zeros((4, 3)), "coming_chance": np.zeros((4, 3))}
    np.testing.assert_allclose(run(at_zero).levels["care"][:, :1], found.levels["care"], rtol=1e-14)


def test_one_factor_alone_may_move_beside_drawn_parameters(columns):
    rates = np.linspace(0.3, 0.7, RUNS)
    found = run({"rate": rates, "leaving_chance": columns["leaving_chance"]})
    factors = np.cumsum(np.exp(0.1 * columns["leaving_chance"]), axis=0)
    np.testing.assert_allclose(found.levels["care"][1:], 100 * np.exp(-rates * factors), rtol=1e-6)
    np.testing.assert_array_equal(found.levels["coming_chance"], 1)


def test_a_simulator_takes_chance_as_it_takes_numbers(columns):
    simulate = cs.prepare(Moved(), outputs=["care"], until="2004-03-31")
    found = simulate(columns)["care"]
    np.testing.assert_array_equal(found, run(columns).yearly("care"))
    np.testing.assert_allclose(simulate()["care"][-1], 100 * np.exp(-2), rtol=1e-6)


def test_a_run_that_cannot_go_on_says_why_also_by_chance():
    class Steep(Model):
        """A level that is beyond numbers once chance is large."""

        parameters = q = Parameters.of(size=1.0, none=0.0)
        start = "2000-03-31"
        far = Walk("Far", q.size)
        beyond = Aux("Beyond numbers", exp(far * 100) + q.none)

    columns = {"far": np.array([[0.0, 0.0], [0.0, 3.0], [0.0, 3.0], [0.0, 3.0]])}
    for target in ("compiled", "python"):
        with pytest.raises(cs.RunError, match=r"2002-03-31 in run 1 .*beyond what"):
            execute(Steep(), CLOCK, (), columns, target=target, outputs=["beyond"])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.zeros((3, 2)), r"needs shape \(years, runs\), with the 4 financial years of the run"),
        ("many", "not 'many'"),
        (np.full((4, 2), np.nan), "no finite number"),
    ],
)
def test_columns_of_chance_are_checked(values, said):
    with pytest.raises(cs.RunError, match=said):
        run({"leaving_chance": values})


def test_a_path_is_what_it_says():
    normal = np.random.default_rng(1).standard_normal((40, 20_000))
    walk, noise = Moved.leaving_chance.chance.path(normal), Moved.coming_chance.chance.path(normal)
    np.testing.assert_allclose(walk, np.cumsum(normal, axis=0), atol=1e-10)
    assert noise[-1].std() == pytest.approx(1, rel=0.02)
    assert noise[0].std() == pytest.approx(np.sqrt(0.75), rel=0.02)
    assert np.corrcoef(noise[-2], noise[-1])[0, 1] == pytest.approx(0.5, abs=0.02)


def test_what_makes_no_factor_is_refused():
    with pytest.raises(ModelError, match="memory of 'Bad' is from 0 to below 1, not 1"):
        Noise("Bad", 0.1, memory=1)
    with pytest.raises(UnitError, match="the size of 'Bad'"):
        Walk("Bad", p.rate)
    with pytest.raises(ModelError, match="moves after a dated parameter"):
        Walk("Bad", p.step, after="births")


def test_equations_tell_a_walk_from_a_noise():
    shown = str(Moved.leaving_chance.expression), str(Moved.coming_chance.expression)
    assert shown == ("exp(step * walk())", "exp(noise * noise(0.5))")
