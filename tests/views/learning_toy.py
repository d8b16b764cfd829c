"""A small model with numbers that are learned, that stay at their prior, and that are drawn."""

import functools

from caresim.language import Aux, Flow, Model, Observed, Parameter, Parameters, Prior, Stock, cloud
from caresim.language.observed import Observation
from caresim.study.fit.calibrate import calibrate

YEARS = [f"{y}-{(y + 1) % 100:02d}" for y in range(2009, 2017)]
COUNTS = (1030.0, 1075.0, 1180.0, 1205.0, 1310.0, 1340.0, 1475.0, 1480.0)


def number(name, unit, bounds, prior, **more):
    middle = prior[1]
    return Parameter(name, middle, unit, bounds=bounds, prior=Prior(*prior), **more)


class Children(Model):
    """Children in care along a straight line."""

    parameters = p = Parameters({
        "start": number("start", "child", (0.0, 2000.0), ("normal", 1000.0, 90.0),
                        role="estimated", meaning="Children at the start"),
        "growth": number("growth", "child/year", (-500.0, 500.0), ("normal", 40.0, 20.0),
                         role="estimated", meaning="Children more, a year"),
        "apart_share": number("apart_share", "1", (0.0, 1.0), ("normal", 0.3, 0.1),
                              role="estimated", meaning="Share of children apart"),
        "born": number("born", "child/year", (0.0, 90.0), ("normal", 9.0, 4.0)),
    })  # fmt: skip
    care = Stock("In care", "child", p.start)
    arrived = Flow("Arrived", cloud >> care, p.growth + p.born)
    apart = Aux("Apart", care * p.apart_share)


OBSERVED = Observed(
    tuple(
        Observation("care", year, count, "", "", "", "", "", "", tolerance=0.02)
        for year, count in zip(YEARS, COUNTS, strict=True)
    )
)


@functools.cache
def learned_toy():
    """Return the fit of the toy."""
    return calibrate(Children(), OBSERVED, progress=False)
