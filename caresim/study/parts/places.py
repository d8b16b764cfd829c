"""The places of a model as a pooled fit takes them: their figures, and how each is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from caresim.language.dates import financial_year, year_end
from caresim.language.model import Model
from caresim.language.parameters import Parameter, Series
from caresim.language.part import scaled_entry
from caresim.language.parts import Parts
from caresim.language.place_figures import Area
from caresim.study.fit.pooled.place import Layout, Place
from caresim.study.parts.local import local_numbers
from caresim.study.parts.people import people_of, usual_people
from caresim.study.parts.shares import Shares
from caresim.study.simulator import prepare

__all__ = ["layout_of", "level_numbers", "place_of", "there_are", "whole_of"]

Values = NDArray[np.float64]
CHANGES = 2  # a place with fewer figures of a series has no change in it


def layout_of(model: Model, parts: Parts, year: str, ahead: int) -> Layout:
    """Return what is unknown of each place with figures to a financial year."""
    first, last = int(model.start[:4]) + 1, year_end(year)
    return Layout(
        levels=tuple(level.parameter for level in parts.levels),
        years=tuple(range(first, last + ahead + 1)),
        fitted=last - first + 1,
        starts=tuple(parts.starts),
        series=tuple(parts.series),
        apart=parts.apart,
    )


def there_are(parts: Parts, year: str) -> tuple[Area, ...]:
    """Return the places that exist in a year, have figures and are not refused."""
    last = year_end(year)
    with_figures = {area for name in parts.series.values() for area in parts.figures.values[name]}
    return tuple(
        area
        for area in parts.areas
        if area.code in with_figures
        and area.code not in parts.refused
        and (not area.last_year or year_end(area.last_year) >= last)
        and (not area.first_year or year_end(area.first_year) <= last)
    )


def level_numbers(
    model: Model, layout: Layout, levels: Values, starts: Values, parts: Parts
) -> dict[str, Parameter]:
    """Return the numbers of a place's levels, shape (levels, years), and what it begins with.

    ``model`` has the place's other numbers; after the last year the last level is kept.
    """
    times = tuple(float(year - 1) for year in layout.years)
    entries = {}
    for name, path in zip(layout.levels, np.exp(levels), strict=True):
        entry = model.parameters[name]
        low, high = entry.bounds or (0.0, np.inf)
        values = tuple(np.clip(path, low, high).tolist())
        entries[name] = replace(entry, value=Series(times, values, held=True))
    for name, factor in zip(layout.starts, np.exp(starts), strict=True):
        for parameter in parts.starts[name]:
            entry = model.parameters[parameter]
            assert not isinstance(entry.value, Series)  # noqa: S101  (a level at the start)
            entries[parameter] = scaled_entry(entry, float(factor), entry.value * float(factor))
    return entries


def place_of(model: Model, parts: Parts, area: Area, shares: Shares, layout: Layout) -> Place:
    """Return a place as a pooled fit takes it, ``model`` being the whole to a year."""
    numbers = local_numbers(model, parts, area.code, shares)
    own = model.with_numbers(model.parameters.with_entries(numbers))
    return Place(
        name=area.code,
        figures=_figures(parts, area.code, shares, layout),
        covariate=_trait(parts, area) - _usual_trait(parts),
        size=people_of(parts, area) / usual_people(parts),
        breaks=_breaks(parts, area.code, layout),
        simulate=_Simulated(own, parts, layout),
    )


def whole_of(model: Model, parts: Parts, layout: Layout) -> Place:
    """Return the whole, as a place whose levels are 1."""
    none = np.full((len(layout.series), layout.fitted), np.nan)
    breaks = np.zeros((len(layout.levels), len(layout.years)), dtype=bool)
    return Place(parts.whole, none, 0.0, 1.0, breaks, _Simulated(model, parts, layout))


class _Simulated:
    """Computes the series of a place from its levels."""

    def __init__(self, model: Model, parts: Parts, layout: Layout) -> None:
        self.model, self.parts, self.layout = model, parts, layout

    def __call__(self, levels: Values, starts: Values) -> Mapping[str, Values]:
        entries = level_numbers(self.model, self.layout, levels, starts, self.parts)
        model = self.model.with_numbers(self.model.parameters.with_entries(entries))
        until = f"{self.layout.years[-1]}-03-31"
        found = prepare(model, outputs=list(self.layout.series), until=until)()
        return {name: values[:, 0] for name, values in found.items()}


def _figures(parts: Parts, area: str, shares: Shares, layout: Layout) -> Values:
    """Return the logarithms of a place's figures; one of 0 is none, as rates know nothing of it."""
    rows = np.full((len(layout.series), layout.fitted), np.nan)
    for i, name in enumerate(layout.series):
        known = shares.figures.of(area, parts.series[name])
        for j, year in enumerate(layout.years[: layout.fitted]):
            value = known.get(financial_year(year), 0.0)
            if value > 0:
                rows[i, j] = np.log(value)
    return rows


def _breaks(parts: Parts, area: str, layout: Layout) -> NDArray[np.bool_]:
    """Return in which years each level jumps, of those that have figures."""
    found = np.zeros((len(parts.levels), len(layout.years)), dtype=bool)
    for i, level in enumerate(parts.levels):
        for j, year in enumerate(layout.years[: layout.fitted]):
            marks: Sequence[tuple[str, str, str]] = [
                (area, series, financial_year(year)) for series in level.breaks
            ]
            found[i, j] = any(mark in parts.breaks for mark in marks)
    return found


def _trait(parts: Parts, area: Area) -> float:
    """Return the covariate of a place, and that of all where it has none."""
    value = area.fact(parts.covariate) if parts.covariate else 0.0
    return value if np.isfinite(value) else _usual_trait(parts)


def _usual_trait(parts: Parts) -> float:
    known = [area.fact(parts.covariate) for area in parts.areas] if parts.covariate else [0.0]
    return float(np.nanmean(known))
