"""A smooth that follows only while a condition holds stays as it is on the day that it ends."""

import numpy as np
import pytest

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.paths import Shift
from caresim.language import Aux, Model, Parameters, Smooth, time
from caresim.views.document.page import model_page

PAUSE = 2013.0


class Pausing(Model):
    """A level that grows and is felt with a lag, as long as it is heeded."""

    parameters = p = Parameters.of(
        pace=(10.0, "child/year"), lag=(0.5, "year"), heeded=1.0, begins=(2010.0, "year")
    )
    start, until = "2010-03-31", "2020-03-31"
    asked = Aux("Asked", p.pace * (time - p.begins))
    felt = Smooth("Felt", asked, over=p.lag, order=2, initial=0 * asked, only_while=p.heeded > 0)


@pytest.fixture(params=["compiled", "python"])
def felt(request):
    """Return what is felt at a day, with the pause and without."""
    clock = Clock(2010, 2020, 16)
    runs = [
        execute(Pausing(), clock, shifts, target=request.param)
        for shifts in ([Shift("heeded", "set", 0.0, PAUSE)], [])
    ]
    return lambda day: [
        float(np.interp(day, run.clock.save_times, run.levels["felt"].ravel())) for run in runs
    ]


def test_a_paused_smooth_does_not_move_and_does_not_jump(felt):
    held, free = felt(PAUSE)
    assert held == pytest.approx(free, rel=1e-12)
    for later in (2014.0, 2015.0, 2020.0):
        assert felt(later)[0] == pytest.approx(held, rel=1e-12)
        assert felt(later)[1] > free + 0.1


def test_the_page_says_that_it_pauses():
    text = model_page(Pausing())
    assert "else it stays as it is" in text
