"""The quick way on plain floats gives what the slow oracle gives, for every random model."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from random_models import CLOCK, blueprints, model_of
from slow import Slow

from caresim.engine.careful import record_carefully
from caresim.engine.prepare import Prepared
from caresim.engine.quick import record_quickly

CHECKED = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@given(blueprints())
@CHECKED
def test_a_random_model_runs_the_quick_way_as_the_oracle_and_the_careful_way_do(blueprint):
    model = model_of(blueprint)
    names = list(model.variables)
    job = Prepared(
        model(), CLOCK, blueprint.shifts, outputs=names, method=blueprint.method
    ).job  # fmt: skip
    quick, careful = record_quickly(job, {}), record_carefully(job, {})
    oracle = Slow(
        model(), CLOCK.first_year, CLOCK.last_year, CLOCK.steps_per_year,
        blueprint.shifts, blueprint.method,
    )  # fmt: skip
    found = {**quick.levels, **quick.rates}
    for name, values in {**careful.levels, **careful.rates}.items():
        expected = np.asarray(oracle.levels[name] if name in quick.levels else oracle.sums[name])
        size = max(np.abs(expected).max(), 1.0)
        for what, other in (("oracle", expected), ("careful way", values[:, 0])):
            far = np.abs(found[name][:, 0] - other).max() / size
            assert far <= 1e-12, f"{name}, quick and {what}: {far:.1e} apart"
