"""What cannot be fitted is refused before anything is."""

import pytest
from test_calibrate import MODEL, estimated, figure, figures, fit_to, model_with

from caresim.language import (
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
    with pytest.raises(ParameterError, match="observed figure"):
        calibrate(MODEL, Observed(tuple(rows)), progress=False)


def test_a_dated_parameter_cannot_be_estimated():
    path = Series((2009.0, 2019.0), (0.2, 0.3), held=False)
    entry = estimated("return_rate", path, (0, 1), Prior("normal", 0.2, 0.1))
    with pytest.raises(ParameterError, match="'return_rate' has dated values and cannot be est"):
        fit_to(figures(), model_with(return_rate=entry))
