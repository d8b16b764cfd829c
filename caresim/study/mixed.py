"""Insurance: levels that lean half on the damped trend, against a break the model has not seen.

A mixed level is the log mean of the projection and of the damped trend of its own figures, which
goes on from the last of them by 0.8 + 0.8² + … of the mean change of five years. Where the world
has turned and the model has not, that saves a part of the error; else it gains nothing and may cost
a little: it is insurance and no better model. What a model misses of its last figure is taken out
before (:mod:`caresim.study.started`), so that both begin there and the factor with which a level is
multiplied is 1 in that year.

How it ends is a choice, made for these reasons. A trend of five years knows something of the next
five, and only those are scored; after them it stays where it is, so that half of it would halve
whatever the model says of later years, which is no insurance. So the two are half and half for
five years, and the factor of the fifth year is what remains: its logarithm is halved every five
years. A sudden end would be a step in the levels, and a factor that stays would say of every later
year what has been scored for none.

The factor is of the model without a scenario, at the numbers fitted to its figures: one line for an
output, the same in every scenario and draw. A scenario over its baseline is the model's, exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.engine.notices import Notice
from caresim.language.dates import financial_year, year_end
from caresim.language.errors import RunError, came
from caresim.language.model import Model
from caresim.language.observed import Observation
from caresim.language.published import published
from caresim.study.started import Beginning

__all__ = ["DAMPED", "checked_mix", "logs_of_mix", "mix_factors", "mix_notice"]

Values = NDArray[np.float64]
DAMPED = "damped"
HALF = 0.5  # the weight of the trend, in logarithms
SCORED = 5  # years after the last figure over which it has it
HALVED = 5  # years in which what remains after them is halved
SAID = (
    "levels are mixed with the damped trend, as insurance against a break that the model has not "
    "seen; differences are the model's as shares"
)


def checked_mix(given: object, model: Model, clock: Clock, *, from_figures: bool) -> str | None:
    """Return what levels are mixed with, None for nothing.

    Raises RunError for another word, and where no projection begins at a last figure.
    """
    if given is None:
        return None
    if given != DAMPED or not isinstance(given, str):
        message = f"mix is '{DAMPED}', or None for the model alone, not {came(given)}"
        raise RunError(message)
    if not from_figures:
        message = "mix goes on from the last figures; leave from_figures as it is"
        raise RunError(message)
    if not Beginning.of(model, model.variables, clock).starts:
        message = (
            f"mix goes on from the last figures that a model is fitted to, and "
            f"{published(model).name} has none by {financial_year(clock.last_year)}"
        )
        raise RunError(message)
    return DAMPED


def mix_notice() -> Notice:
    """Return what a reader should know of levels that are mixed."""
    return Notice("mixed", DAMPED, SAID)


def mix_factors(
    begins: Beginning, clock: Clock, *, method: str = "rk4", target: str | None = None
) -> dict[str, Values]:
    """Return the factor of each quantity that begins at a last figure, by a clock.

    Shape (saved moments, 1) for a level and (saved moments − 1, 1) for a rate; 1 up to the last
    figure. A level goes from one 31 March to the next by a straight line in logarithms, a rate has
    one factor for each financial year.
    """
    figures = published(begins.model).figures
    if figures is None:
        return {}
    yearly = replace(begins.clock, last_year=clock.last_year)
    line = execute(begins.model, yearly, (), {}, method=method, outputs=begins.names, target=target)
    found = {}
    for name, start in begins.starts.items():
        model = line.yearly(name)[start.year - clock.first_year - 1 :]
        path = model * np.exp(start.logs(model[0], len(model) - 1, None))
        known = [row for row in figures.series[name].values() if year_end(row.year) <= start.year]
        found[name] = start.factors(clock, logs_of_mix(known, path[:, 0])[:, None])
    return found


def logs_of_mix(figures: Iterable[Observation], path: Values) -> Values:
    """Return what is added to the logarithms of a path, shape (years + 1,).

    ``path`` is the model's from the year of the last figure on, of the same shape. Nothing is added
    where it or the damped trend is not above zero in the years that are mixed half and half, for
    which there is no log mean.
    """
    # at hand only where it is asked for, since it loads the calibration
    from caresim.study.backtest.rivals import carried_on, continue_series

    rows = carried_on(figures)
    ends, values = [year_end(row.year) for row in rows], [row.value for row in rows]
    trend = continue_series("damped_trend", ends, values, range(SCORED + 1)).point
    near = path[: SCORED + 1]
    if not (np.isfinite(near).all() and min(near.min(), trend.min()) > 0):
        return np.zeros(len(path))
    logs = HALF * np.log(trend[: len(near)] / near)
    later = np.arange(1, len(path) - len(near) + 1)
    return np.concatenate([logs, logs[-1] * HALF ** (later / HALVED)])
