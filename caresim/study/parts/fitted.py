"""All places fitted together as of one year, and what that says of the years after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caresim.language.figures import last_fitted
from caresim.language.model import Model
from caresim.language.observed import Observed
from caresim.language.parts import Parts, parts_of_model
from caresim.language.place_figures import Area
from caresim.study.backtest.given import model_at
from caresim.study.fit.calibrate import calibrate
from caresim.study.fit.pooled.fit import Pooled, pooled, slopes_of
from caresim.study.parts.places import layout_of, place_of, there_are, whole_of
from caresim.study.parts.shares import Shares

__all__ = ["FittedParts", "fit_parts", "whole_as_of"]

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FittedParts:
    """All places fitted to figures to a ``year``; ``whole`` is the model that they were part of.

    ``slopes`` are those of the whole, shape (series, years, unknowns), ``projected`` its series by
    year.
    """

    year: str
    whole: Model
    parts: Parts
    areas: tuple[Area, ...]
    shares: Shares
    fit: Pooled
    slopes: Values
    projected: Values

    def path(self, i: int) -> Values:
        """Return the series of a place as its levels say, shape (series, years)."""
        layout, place = self.fit.layout, self.fit.places[i]
        return np.exp(place.computed(layout, self.fit.found[i].x))

    def spreads(self, i: int, path: Values) -> tuple[Values, Values]:
        """Return how uncertain a place's series are, in logarithms, shape (series, years) each.

        The first is what its levels leave open, the second how far a figure misses them beside
        that: the scale of a Student's t of ``FREEDOM`` degrees.
        """
        found = self.fit.found[i]
        loose = np.einsum("kti,ij,ktj->kt", self.slopes, found.covariance, self.slopes)
        noise = self.fit.spread.variance(np.log(path))
        return np.sqrt(np.maximum(loose, 0.0)), np.sqrt(noise)


def whole_as_of(model: Model, year: str, given: str = "rule") -> Model:
    """Return the model of the whole as it was fitted to what was known in a year.

    For the last fitted year of its vintage that is the model itself.
    """
    assert model.observed is not None  # noqa: S101  (a model with parts has figures)
    if year == last_fitted(model.observed):
        return model
    known: Observed = model.observed.until(year)
    return calibrate(model_at(model, year, given), known, progress=False).model


def fit_parts(
    model: Model,
    year: str,
    *,
    ahead: int = 0,
    whole: Model | None = None,
    people_later: bool = False,
    step: Callable[[float], None] = lambda _: None,
) -> FittedParts:
    """Fit all places of a model to their figures to a year, with some years ``ahead`` of it.

    ``whole`` is the model as of that year, by default fitted to the whole's figures to it;
    with ``people_later`` the number of people is given after the year too.
    """
    parts = parts_of_model(model)
    known = whole_as_of(model, year) if whole is None else whole
    layout = layout_of(model, parts, year, ahead)
    shares = Shares(parts, year, people_later)
    areas = there_are(parts, year)
    unmoved = whole_of(known, parts, layout)
    slopes = slopes_of(layout, unmoved)
    places = [place_of(known, parts, area, shares, layout) for area in areas]
    fit = pooled(layout, places, slopes, step=step)
    projected = np.exp(unmoved.computed(layout, np.zeros(layout.n_unknown)))
    return FittedParts(year, known, parts, areas, shares, fit, slopes, projected)
