"""What is known at an origin: a model at its priors, and given paths that go on by one rule."""

from __future__ import annotations

import math
from dataclasses import replace

from caresim.language.dates import year_end
from caresim.language.errors import CaresimError
from caresim.language.figures import known_to
from caresim.language.model import Model
from caresim.language.parameters import Parameter, Prior, Series
from caresim.study.arguments import number_of

__all__ = ["GIVEN", "continued", "model_at"]

GIVEN = ("rule", "actual")
WINDOW = 5.0  # years over which growth is taken
CENTRED = ("normal", "lognormal", "beta")  # families whose first number is their centre
AHEAD = 10  # years for which growth goes on; later the last value is kept


def model_at(model: Model, origin: str, given: str = "rule", widen: float = 1.0) -> Model:
    """Return the model as it could be set up with what was known at the end of a financial year.

    Estimated parameters stand at the centres of their priors, whose widths are multiplied by
    ``widen``; a fixed number that rests on later figures, and the centre of such a prior, takes its
    latest vintage, and paths are known to the origin (``figures_end``). With ``given``
    ``"rule"`` dated values end with the year and go on as their entry says (``continues``); with
    ``"actual"`` they keep the path that came about. What else the caller of the model set stays.

    Raises CaresimError for another word, and for a width that is not above 0.
    """
    if given not in GIVEN:
        message = f"given is 'rule' or 'actual', not {given!r}"
        raise CaresimError(message)
    said = "widen multiplies the widths of the priors and is a number above 0"
    widen = number_of(widen, said, lambda factor: 0 < factor < math.inf, CaresimError)
    known = known_to(model, origin)
    entries = {
        name: _known(entry, origin, given, widen)
        for name, entry in known.items()
        if name not in model.set_by_caller or entry.role == "estimated"
    }
    return model.with_numbers(known.with_entries(entries))


def _known(entry: Parameter, origin: str, given: str, widen: float) -> Parameter:
    if entry.role == "estimated" and entry.prior:
        low, high = entry.bounds or (-math.inf, math.inf)
        centred = _around(entry.prior, _vintage(entry, origin)) if entry.vintages else entry.prior
        prior = (centred or entry.prior).widened(widen)
        return replace(entry, value=min(max(prior.middle, low), high), prior=prior)
    if entry.vintages:
        value = _vintage(entry, origin)
        return replace(entry, value=value, prior=_around(entry.prior, value))
    if given == "rule" and isinstance(entry.value, Series):
        known = f"{year_end(origin)}-03-31"
        path = continued(entry.value, origin, entry.continues)
        return replace(entry, value=path, assumed_from=known)
    return entry


def _around(prior: Prior | None, value: float | Series) -> Prior | None:
    """Return a prior with its centre where the figures to an origin set it, as wide as before."""
    if prior is None or prior.kind not in CENTRED or isinstance(value, Series):
        return prior
    return replace(prior, first=value)


def _vintage(entry: Parameter, origin: str) -> float | Series:
    """Return the newest value that the figures to the origin set, the first where all are later.

    After the last vintage the value itself counts.
    """
    years = sorted(entry.vintages, key=lambda pair: year_end(pair[0]))
    if year_end(origin) > year_end(years[-1][0]):
        return entry.value
    known = [value for year, value in years if year_end(year) <= year_end(origin)]
    return known[-1] if known else years[0][1]


def continued(series: Series, origin: str, how: str) -> Series:
    """Return dated values as far as they were known at an origin, and continued from there.

    ``how`` is ``"level"`` (the last value is kept), ``"growth"`` (the mean growth of the last five
    years goes on) or ``"zero"`` (events that nobody could know of). A path that begins only later
    is level at its first value.
    """
    last = float(year_end(origin)) - (1.0 if series.held else 0.0)
    pairs = [p for p in zip(series.times, series.values, strict=True) if p[0] <= last]
    if not pairs:
        return Series(series.times[:1], series.values[:1], series.held)
    times, values = [t for t, _ in pairs], [v for _, v in pairs]
    if how == "zero":
        times, values = [*times, times[-1] + 1.0], [*values, 0.0]
    elif how == "growth":
        rate = _growth(times, values)
        times += [times[-1] + k for k in range(1, AHEAD + 1)]
        values += [values[-1] * math.exp(rate * k) for k in range(1, AHEAD + 1)]
    return Series(tuple(times), tuple(values), series.held)


def _growth(times: list[float], values: list[float]) -> float:
    """Return the mean growth a year, in logs, over the last five years or what there is of them."""
    first = next(i for i, t in enumerate(times) if t >= times[-1] - WINDOW - 1e-6)
    span = times[-1] - times[first]
    return math.log(values[-1] / values[first]) / span if span else 0.0
