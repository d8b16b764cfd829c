"""A step ends where a path that is known to a moment bends: there, and where the path ends."""

import numpy as np
import pytest

from caresim.engine.clock import Clock
from caresim.engine.continuous import Continuous
from caresim.engine.cuts import cut_clock
from caresim.engine.execute import execute
from caresim.engine.prepare import available_targets
from caresim.language import Flow, Model, Parameters, Stock, cloud, smooth_step

CLOCK = Clock(2009, 2014, 4)
OPENING, CLOSING = 2010.0 + 50 / 365, 2012.0 + 234 / 365


class Fed(Model):
    """A stock filled along a path that is known to a moment, so that it is the integral of it."""

    parameters = p = Parameters.of(one=(1.0, "child/year"), end=3.0, known=(2011.9, "year"))
    start, until = "2009-03-31", "2014-03-31"
    care = Stock("In care", "child", 0)
    come = Flow(
        "Come", cloud >> care, p.one * smooth_step(1, p.end, "2010-05-20", "2012-11-20",
                                                   known_to=p.known),
    )  # fmt: skip


def risen(u):
    """Return the integral of 3u² - 2u³ from 0."""
    return u**3 - u**4 / 2


def exact(known_to):
    """Return what has come by March 2014, from the integral of each piece."""
    span = CLOSING - OPENING
    run = min(max((known_to - OPENING) / span, 0), 1)
    v = min(max(2 * run - 0.5, 0), 1)
    pace = 3 * v**2 - 2 * v**3
    last = run + pace * (1 - run)
    rise = span * risen(run)
    if pace > 0:
        rise += span / pace * (risen(last) - risen(run))
    else:
        rise += max(CLOSING - max(known_to, OPENING), 0) * (3 * run**2 - 2 * run**3)
    rise += (2014 - CLOSING) * (3 * last**2 - 2 * last**3)
    return 5 + 2 * rise


@pytest.mark.parametrize(
    ("known_to", "cuts"),
    [(2011.9, [2011.9, CLOSING]), (2010.9, [2010.9, CLOSING]), (2013.3, [2013.3]), (2013.0, [])],
)
def test_steps_end_where_the_path_bends_and_nowhere_else(known_to, cuts):
    found, notices = cut_clock(Fed(known=known_to), CLOCK, ())
    assert found.cuts == pytest.approx(cuts, abs=1e-9)
    assert not notices


@pytest.mark.parametrize("target", available_targets())
@pytest.mark.parametrize("known_to", [2009.5, 2010.9, 2011.6, 2011.9, 2012.5, 2013.3])
def test_what_comes_is_the_integral_of_each_piece(known_to, target):
    clock = Clock(2009, 2014, 16)
    cut, _ = cut_clock(Fed(known=known_to), clock, ())
    run = execute(Fed(known=known_to), cut, target=target, outputs=["care"], method="rk4")
    assert run.values("care")[-1, 0] == pytest.approx(exact(known_to), rel=1e-5)


def test_a_solver_of_its_own_steps_stops_at_the_same_moments():
    bends = Continuous.of(Fed()).bends(2009.0, 2014.0)
    expected = sorted([*range(2009, 2015), OPENING, 2011.9, CLOSING])
    assert bends == pytest.approx(expected, abs=1e-9)


def test_moments_that_are_drawn_give_each_run_its_own_path():
    known = np.array([2009.5, 2011.9, 2013.3])
    run = execute(Fed(), Clock(2009, 2014, 48), columns={"known": known}, outputs=["care"])
    found = run.values("care")[-1]
    assert found == pytest.approx([exact(at) for at in known], rel=2e-3)
