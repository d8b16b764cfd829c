"""What cannot be fitted is refused before anything is."""

import math
from dataclasses import replace
from functools import partial

import pytest
from test_calibrate import MODEL, estimated, figure, figures, fit_to, model_with

from caresim.language import (
    CaresimError,
    Flow,
    Model,
    Observed,
    ParameterError,
    Parameters,
    Prior,
    Series,
    Stock,
    cloud,
)
from caresim.study.backtest import backtest
from caresim.study.fit.calibrate import calibrate


def test_a_model_without_estimated_parameters_is_refused():
    class Known(Model):
        parameters = k = Parameters.of(rate=(0.1, "1/year"), start=(5.0, "child"))
        care = Stock("In care", "child", k.start)
        left = Flow("Left", care >> cloud, care * k.rate)

    with pytest.raises(ParameterError, match="at least one parameter with role 'estimated'"):
        calibrate(Known(), figures(), progress=False)


def test_a_model_without_figures_is_refused():
    with pytest.raises(ParameterError, match="calibrate needs observed figures"):
        calibrate(MODEL, progress=False)


@pytest.mark.parametrize(
    "rows", [[], [figure("care", "2012-13", 5.0, 0.0)], [figure("teachers", "2012-13", 5.0)]],
    ids=["none at all", "none with a tolerance", "none that the model has"],
)  # fmt: skip
def test_figures_of_no_use_are_refused(rows):
    with pytest.raises(
        ParameterError, match=r"observed figure|teachers 2012-13: TwoStocks has no q"
    ):
        calibrate(MODEL, Observed(tuple(rows)), progress=False)


def test_a_dated_parameter_cannot_be_estimated():
    path = Series((2009.0, 2019.0), (0.2, 0.3), held=False)
    entry = estimated("return_rate", path, (0, 1), Prior("normal", 0.2, 0.1))
    with pytest.raises(ParameterError, match="'return_rate' has dated values and cannot be est"):
        fit_to(figures(), model_with(return_rate=entry))


GOOD = figure("care", "2012-13", 5.0)
FAULTS = {
    "nothing": (
        {"value": 0.0},
        "care 2012-13: the value is 0; a figure with a tolerance is above 0",
    ),
    "below zero": ({"value": -5.0}, "care 2012-13: the value is -5"),
    "not a number": ({"value": math.nan}, "care 2012-13: the value is nan"),
    "infinite": ({"value": math.inf}, "care 2012-13: the value is inf"),
    "another unit": ({"unit": "person"}, "care 2012-13: the unit is person, but that of"),
    "another kind": ({"kind": "flow"}, "care 2012-13: the kind is 'flow'"),
    "a tolerance in %": ({"tolerance": 5.0}, "care 2012-13: the tolerance is 5; it is a share"),
    "a tolerance below zero": ({"tolerance": -0.1}, "care 2012-13: the tolerance is -0.1"),
    "a tolerance that is none": ({"tolerance": math.nan}, "care 2012-13: the tolerance is nan"),
    "before the run": ({"year": "1999-00"}, "care 1999-00: it is before the run"),
    "no quantity of the model": (
        {"series": "caer"},
        "caer 2012-13: .* has no quantity of this name",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
@pytest.mark.parametrize(
    ("fitted", "kind"),
    [
        (partial(calibrate, progress=False), ParameterError),
        (partial(backtest, draws=0, progress=False), CaresimError),
    ],
    ids=["calibrate", "backtest"],
)
def test_a_figure_that_cannot_be_met_is_refused_from_python_as_from_a_file(case, fitted, kind):
    change, said = FAULTS[case]
    rows = [figure("care", f"20{y}-{y + 1}", 5.0) for y in range(13, 19)]
    with pytest.raises(kind, match=rf"^the figures, {said}"):
        fitted(MODEL, Observed((replace(GOOD, **change), *rows)))


def test_a_second_figure_of_a_year_is_refused():
    with pytest.raises(ParameterError, match="the figures: a second figure for care 2012-13"):
        calibrate(MODEL, Observed((GOOD, replace(GOOD, value=6.0))), progress=False)


def test_a_figure_without_a_tolerance_may_be_anything():
    spare = replace(GOOD, tolerance=0.0, value=-1.0, unit="person", series="teachers")
    assert calibrate(MODEL, Observed((spare, *figures().observations)), progress=False).converged


def test_a_value_outside_the_range_of_a_uniform_prior_is_no_start_that_stops_a_fit():
    entry = estimated("return_rate", 0.2, (0, 1), Prior("uniform", 0.3, 0.9))
    assert calibrate(model_with(return_rate=entry), figures(), progress=False).n_points
