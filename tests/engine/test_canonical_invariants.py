"""What canonical models keep, reach and return to, whatever solves them."""

import numpy as np
import pytest
from canonical import CASES, START, TARGET_NAMES, Decay
from canonical_lags import Stockroom
from canonical_swings import SWINGS
from scipy.special import ellipk

from caresim.engine.clock import Clock
from caresim.engine.execute import execute

every_target = pytest.mark.parametrize("target", TARGET_NAMES)


def levels(run, *names):
    found = [run.values(name)[:, 0] for name in names]
    return found[0] if len(found) == 1 else found


def many_steps(case, target, years=10):
    """Run with values saved at every quarter, so that nothing hides between two years."""
    clock = Clock(START, START + years, 128, saves_per_year=4)
    return execute(case.model(), clock, target=target)


@every_target
def test_a_spring_keeps_its_energy(target):
    place, speed = levels(many_steps(SWINGS["spring"], target), "place", "speed")
    np.testing.assert_allclose(place**2 + (speed / 2) ** 2, 1, atol=1e-7)


@every_target
def test_a_damped_spring_loses_energy_at_every_moment(target):
    place, speed = levels(many_steps(SWINGS["damped spring"], target), "place", "speed")
    assert (np.diff(place**2 + (speed / 2) ** 2) < 0).all()


@every_target
def test_a_stiffening_spring_keeps_its_energy(target):
    place, speed = levels(many_steps(SWINGS["Duffing"], target), "place", "speed")
    energy = speed**2 / 2 + place**2 / 2 + 0.8 * place**4 / 4
    np.testing.assert_allclose(energy, energy[0], rtol=1e-8)


@every_target
def test_a_pendulum_stays_on_its_circle_and_keeps_its_energy(target):
    sine, cosine, speed = levels(many_steps(SWINGS["pendulum"], target), "sine", "cosine", "speed")
    np.testing.assert_allclose(sine**2 + cosine**2, 1, atol=1e-7)
    energy = speed**2 / 2 - 1.5**2 * cosine
    np.testing.assert_allclose(energy, energy[0], atol=1e-7)


@every_target
@pytest.mark.parametrize("reach", [0.1, 0.5, 0.9, 0.99])
def test_a_pendulum_is_back_after_the_period_of_the_elliptic_integral(reach, target):
    period = 3  # years, by the choice of the frequency
    frequency = 4 * ellipk(reach**2) / period
    pendulum = SWINGS["pendulum"].model(reach=reach, frequency=float(frequency))
    run = execute(pendulum, Clock(START, START + period, 256), target=target)
    for name in ("sine", "cosine", "speed"):
        first, *_, last = levels(run, name)
        assert last == pytest.approx(first, abs=2e-7), name
    assert levels(run, "cosine")[1] > levels(run, "cosine")[0] + 1e-3, "it never moved"


@every_target
def test_hares_and_foxes_keep_their_invariant(target):
    hares, foxes = levels(many_steps(CASES["prey"], target, years=25), "hares", "foxes")
    invariant = 0.03 * hares - 0.6 * np.log(hares) + 0.15 * foxes - 0.9 * np.log(foxes)
    np.testing.assert_allclose(invariant, invariant[0], rtol=1e-8)
    assert np.ptp(hares) > 20, "they never moved"


@every_target
def test_an_epidemic_ends_at_its_final_size(target):
    well, ill, past = levels(many_steps(CASES["epidemic"], target, 60), "well", "ill", "past")
    reproduction = 1.8 / 0.5
    np.testing.assert_allclose(np.log(990 / well), reproduction * past / 1000, rtol=1e-8)
    assert ill[-1] < 1e-7
    final = 1 - past[-1] / 1000  # the share that stays well solves s = s_0 exp(-R (1 - s))
    assert final == pytest.approx(0.99 * np.exp(-reproduction * (1 - final)), rel=1e-9)


@every_target
def test_who_forgets_the_supply_line_overshoots_and_who_heeds_it_does_not(target):
    clock = Clock(START, START + 20, 64, saves_per_year=4)
    here = {
        heed: levels(execute(Stockroom(heed=heed), clock, target=target), "here")
        for heed in (0.0, 1.0)
    }
    assert here[0.0].max() > 440, "well past the 400 that are wanted"
    assert (np.diff(here[1.0]) > -1e-9).all(), "straight up"
    assert here[1.0].max() < 400 + 1e-9
    assert here[1.0][-1] == pytest.approx(400, rel=1e-4)


@every_target
def test_nothing_that_leaves_is_lost(target):
    run = execute(Decay(), Clock(START, START + 10, 4), target=target)
    left, care = levels(run, "left"), levels(run, "care")
    np.testing.assert_allclose(care[0] - np.cumsum(left), care[1:], rtol=0, atol=1e-14 * 500)
