"""What the model of a place projects beside its figures, and bands of what it will count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caresim.language.dates import financial_year, year_end
from caresim.language.errors import ModelError
from caresim.language.model import Model
from caresim.language.parameters import Series
from caresim.language.parts import Parts, parts_of_model
from caresim.language.place_figures import POPULATION, Area
from caresim.study.parts.bands import SHARES, quantiles_of
from caresim.study.parts.council import placed, whole_of_places
from caresim.study.parts.kept import KeptPlace, read_fitted
from caresim.study.parts.score import BANDS
from caresim.study.question import Question

__all__ = ["Projected", "every_projected", "headline_names", "projected"]

Values = NDArray[np.float64]
MIDDLE = 0.75  # years from the middle of a year, when people are counted, to the end of March


@dataclass(frozen=True, eq=False)
class Projected:
    """The series of one place by year: its figures, its model without a scenario, and bands.

    ``figures`` and ``projected`` have the shape (series, years) and the units of the series,
    ``quantiles`` the shape (series, years, shares of :data:`caresim.study.parts.bands.SHARES`).
    Where there is no figure, and where no band is known, stands NaN: to the last figure of a series
    and after the last year of the fit. ``people`` is how many people live there, by year.
    """

    code: str
    name: str
    names: tuple[str, ...]
    years: tuple[int, ...]
    people: Values
    figures: Values
    projected: Values
    quantiles: Values

    def band(self, name: str, percent: int) -> tuple[Values, Values]:
        """Return low and high of a series by year, of a band of so many %."""
        row = self.quantiles[self.names.index(name)]
        low, high = (SHARES.index(share) for share in BANDS[percent])
        return row[:, low], row[:, high]

    def first(self, name: str) -> int:
        """Return the year in which a series has its first figure, 0 where it has none."""
        return min(self._with_figures(name), default=0)

    def last(self, name: str) -> int:
        """Return the year in which a series has its last figure, 0 where it has none."""
        return max(self._with_figures(name), default=0)

    def _with_figures(self, name: str) -> list[int]:
        known = np.isfinite(self.figures[self.names.index(name)])
        return [year for year, there in zip(self.years, known, strict=True) if there]


def headline_names(model: Model, parts: Parts) -> tuple[str, ...]:
    """Return the first headline series of a model that its places have figures of."""
    first = next(iter(model.headlines.values()), ())
    return tuple(v.name for v in first if v.name and v.name in parts.series)


def projected(
    model: Model, *, kept: KeptPlace | None = None, until: str | dt.date | None = None
) -> Projected:
    """Return what the model of a place projects without a scenario, to a 31 March.

    ``kept`` holds the spreads of its series, by default those that come with the model. Raises
    ModelError for a model that is no place of another.
    """
    part = model.stands_for
    if part is None:
        message = f"{type(model).__name__} is no place of another model"
        raise ModelError(message)
    parts = parts_of_model(model)
    names = headline_names(model, parts)
    run = Question.of(model, until=until).run(list(names))
    years = tuple(map(year_end, run.clock.financial_years))
    path = np.array([run.yearly(name)[:, 0] for name in names])
    figures = np.array([_figures(parts, part.code, name, years) for name in names])
    spreads = read_fitted(parts)[part.code] if kept is None else kept
    return Projected(
        code=part.code,
        name=part.name,
        names=names,
        years=years,
        people=_people(model, parts, part.code, years),
        figures=figures,
        projected=path,
        quantiles=_quantiles(spreads, names, years, path, figures),
    )


def every_projected(
    model: Model, kept: Mapping[str, KeptPlace] | None = None
) -> tuple[tuple[Area, Projected], ...]:
    """Return every fitted place of a model with what is projected for it, by region and name.

    ``kept`` are the fitted places by code, by default those that come with the model.
    """
    known, parts, _ = whole_of_places(model)
    fitted = read_fitted(parts) if kept is None else kept
    areas = sorted(
        (area for area in parts.areas if area.code in fitted),
        key=lambda area: (area.facts.get("region", ""), area.name),
    )
    found = []
    for area in areas:
        own = fitted[area.code]
        found.append((area, projected(placed(known, area, own), kept=own)))
    return tuple(found)


def _figures(parts: Parts, code: str, name: str, years: tuple[int, ...]) -> list[float]:
    own = parts.figures.of(code, parts.series[name])
    return [own.get(financial_year(year), np.nan) for year in years]


def _people(model: Model, parts: Parts, code: str, years: tuple[int, ...]) -> Values:
    """Return how many people the model has in the middle of each year, or else are known of."""
    middles = np.array(years) - MIDDLE
    dated = [n for size in parts.sizes if size.series == (POPULATION,) for n in size.dated]
    given = model.parameters[dated[0]].value if dated else 0.0
    if isinstance(given, Series):
        return np.interp(middles, given.times, given.values)
    known = {year_end(year): n for year, n in parts.figures.of(code, POPULATION).items()}
    return np.interp(years, sorted(known), [known[year] for year in sorted(known)])


def _quantiles(
    kept: KeptPlace, names: tuple[str, ...], years: tuple[int, ...], path: Values, figures: Values
) -> Values:
    """Return quantiles where the spreads are known and no figure has come yet."""
    found = np.full((*path.shape, len(SHARES)), np.nan)
    for k, name in enumerate(names):
        last = max(np.flatnonzero(np.isfinite(figures[k])), default=-1)
        for j in range(last + 1, len(years)):
            loose, noise = _spreads(kept, name, years[j])
            if np.isfinite(loose):
                found[k, j] = quantiles_of(path[k, j], loose, noise)
    return found


def _spreads(kept: KeptPlace, name: str, year: int) -> tuple[Values, Values]:
    """Return the two spreads of a series in a year, NaN where they are not kept."""
    if name not in kept.loose or year not in kept.years:
        return np.asarray(np.nan), np.asarray(np.nan)
    place = kept.years.index(year)
    return np.asarray(kept.loose[name][place]), np.asarray(kept.noise[name][place])
