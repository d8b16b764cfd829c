"""What draws come about by chance: streams, beginnings, kinds, and pairing over scenarios."""

import numpy as np
import pytest

import caresim as cs
from caresim.engine.clock import Clock
from caresim.language import (
    Events,
    Flow,
    Model,
    Noise,
    Parameter,
    ParameterError,
    Parameters,
    Prior,
    Series,
    Stock,
    Walk,
    cloud,
)
from caresim.study.futures import chances_of, kinds_in

BIRTHS = Series((2000.0, 2001.0, 2002.0), (40.0, 42.0, 41.0), held=True)
p = Parameters(
    {
        entry.name: entry
        for entry in (
            Parameter("births", BIRTHS, "child/year"),
            Parameter(
                "leave",
                0.5,
                "1/year",
                prior=Prior("lognormal", 0.5, 1.2),
                role="lever",
                bounds=(0, 5),
            ),
            Parameter("step", 0.1, prior=Prior("lognormal", 0.1, 1.5)),
            Parameter("swing", 0.2),
            Parameter("rate", 0.4, "1/year", prior=Prior("lognormal", 0.4, 1.3)),
            Parameter("bring", 5.0, "child"),
        )
    }
)


class Town(Model):
    """Children come, and leave, by chance more or fewer."""

    parameters = p
    start, until = "2000-03-31", "2010-03-31"
    care = Stock("In care", "child", 2 * p.bring)
    births_chance = Walk("Chance in births", p.swing, after=p.births)
    leaving_chance = Noise("Chance in leaving", p.step, memory=0.5)
    disasters = Events("Disasters a year", p.rate)
    coming = Flow("Coming", cloud >> care, p.births * births_chance + p.bring * disasters)
    leaving = Flow("Leaving", care >> cloud, care * p.leave * leaving_chance)


CLOCK = Clock(2000, 2010, 16)


def paths(n=50, seed=3, clock=CLOCK, **asked):
    sample = cs.draws(Town(), n, seed=seed, **asked)
    return chances_of(Town(), clock, sample, sample.columns)


def test_a_model_says_which_kinds_of_chance_it_has():
    assert kinds_in(Town()) == ("rates", "shocks", "givens")
    assert cs.draws(Town(), 3, seed=1).chance == ("rates", "shocks", "givens")
    assert cs.draws(Town(), 3, seed=1, chance=["shocks"]).chance == ("shocks",)
    assert cs.draws(Town(), 3, seed=1, chance=False).chance == ()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("rates", r"write chance=\['rates'\]"),
        (["luck"], "chance is 'rates', 'shocks' or 'givens', not 'luck'|luck"),
        (3, "chance is True, False, or some of"),
    ],
)
def test_other_words_are_refused(asked, said):
    with pytest.raises(ParameterError, match=said):
        cs.draws(Town(), 3, seed=1, chance=asked)


def test_what_is_given_moves_after_it_was_last_known_and_rates_after_the_last_figure():
    found = paths()
    # births are known to the end of 2002-03; without figures rates move from the start
    assert not found["births_chance"][:3].any()
    assert found["births_chance"][3:].all()
    assert found["leaving_chance"].all()


def test_neither_horizon_nor_number_of_draws_nor_other_chance_changes_a_path():
    whole = paths()
    for other in (
        paths(n=9),
        paths(clock=Clock(2000, 2006, 4)),
        paths(chance=["givens", "shocks"]),
    ):
        for name, path in other.items():
            years, runs = path.shape
            assert np.array_equal(whole[name][:years, :runs], path), name
    assert not np.array_equal(whole["births_chance"], paths(seed=4)["births_chance"])


def test_events_are_as_many_as_their_rate_of_each_draw_says():
    n = 4000
    sample = cs.draws(Town(), n, seed=1)
    counts = chances_of(Town(), CLOCK, sample, sample.columns)["disasters"] * sample.columns["rate"]
    assert np.allclose(counts, counts.round())
    expected = sample.columns["rate"].mean()
    assert counts.mean() == pytest.approx(expected, rel=0.03)
    within = counts.var(axis=0, ddof=1).mean()  # of a Poisson process, of which it is the mean
    assert within == pytest.approx(expected, rel=0.05)


def test_scenarios_share_chance_so_that_differences_are_sharp():
    sample = cs.draws(Town(), 200, seed=1)
    more = cs.Scenario("More leave", changes=[cs.Change("leave", "scale", 1.01, "2005-04-01")])
    base, other = cs.run(Town(), draws=sample), cs.run(Town(), more, draws=sample)
    apart = other.yearly("care")[-1] - base.yearly("care")[-1]
    assert np.ptp(base.yearly("care")[-1]) > 20 * np.ptp(apart)
    assert (apart < 0).all()


def test_a_single_run_has_no_chance_and_draws_without_are_as_they_were():
    line = cs.run(Town())
    assert (line["births_chance"] == 1).all()
    assert (line["disasters"] == 0).all()
    still = cs.draws(Town(), 5, seed=1, chance=False)
    one = cs.run(Town(), draws=still, outputs=["care"]).yearly("care")
    alone = cs.prepare(Town(), outputs=["care"])(still.columns)["care"]
    np.testing.assert_array_equal(one, alone)


def test_chance_tells_draws_apart_and_stands_in_the_record():
    sample, still = (cs.draws(Town(), 5, seed=1, chance=chance) for chance in (True, False))
    assert sample.fingerprint != still.fingerprint
    run = cs.run(Town(), draws=sample)
    assert run.provenance["draws"]["chance"] == ["rates", "shocks", "givens"]
    with pytest.raises(cs.RunError, match="need the same draws"):
        cs.compare(run, cs.run(Town(), draws=still, name="Still"))


def test_a_simulator_adds_the_chance_of_draws():
    sample = cs.draws(Town(), 6, seed=1)
    found = cs.prepare(Town(), outputs=["care"])(sample)["care"]
    np.testing.assert_allclose(found, cs.run(Town(), draws=sample).yearly("care"), rtol=1e-13)
