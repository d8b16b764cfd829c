"""What is projected for one place, as a table and a figure beside those of its scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from caresim.language.csv_text import table_text
from caresim.language.dates import financial_year
from caresim.language.parts import parts_of_model
from caresim.language.published import published
from caresim.views.plot.drawing import Drawing

if TYPE_CHECKING:
    from caresim.language.model import Model
    from caresim.study.parts.projected import Projected
    from caresim.study.parts.score import Error
    from caresim.study.results import Results

__all__ = ["draw_projection", "has_projection", "projected_of", "projection_csv", "written_count"]

BANDS = (50, 80, 95)
COLUMNS = (
    "series", "financial_year", "figure", "projected",
    *(f"{end}_{band}" for band in BANDS for end in ("low", "high")), "unit",
)  # fmt: skip


def has_projection(results: Results) -> bool:
    """Return whether runs are of a place, with the numbers that its bands were fitted for."""
    return results.model.stands_for is not None and not published(results.model).changes


def projected_of(results: Results) -> Projected | None:
    """Return what is projected for the place that runs are of, None where they are of none."""
    if not has_projection(results):
        return None
    from caresim.study.parts.projected import projected

    return projected(results.model, until=f"{results.baseline.clock.last_year}-03-31")


def projection_csv(found: Projected, model: Model) -> str:
    """Return figures, the model's values and bands, a row for each series and year.

    The model is without a scenario; bands are there after the last figure of a series.
    """
    rows = (
        row for name in found.names for row in _rows(found, name, str(model.variable(name).unit))
    )
    return table_text(COLUMNS, rows)


def _rows(found: Projected, name: str, unit: str) -> list[tuple[str, ...]]:
    k = found.names.index(name)
    columns = [found.figures[k], found.projected[k]]
    columns += [edge for band in BANDS for edge in found.band(name, band)]
    return [
        (name, financial_year(year), *(written_count(column[j]) for column in columns), unit)
        for j, year in enumerate(found.years)
    ]


def written_count(value: float) -> str:
    """Return a count with one decimal, empty where there is none."""
    return f"{value:.1f}" if np.isfinite(value) else ""


def draw_projection(results: Results, width: float) -> Drawing:
    """Draw what is projected for the place that runs are of."""
    from caresim.views.plot.places import projection

    found = projected_of(results)
    assert found is not None  # noqa: S101  (the caller has asked)
    errors = _errors(results.model, found)
    return Drawing.of(projection(found, results.baseline, errors, width=width))


def _errors(model: Model, found: Projected) -> dict[str, Error]:
    """Return by series how far projections for places of its size were off."""
    from caresim.study.parts.people import group_of
    from caresim.study.parts.score import errors_of, read_scores

    parts = parts_of_model(model)
    area = next(area for area in parts.areas if area.code == found.code)
    return errors_of(read_scores(parts), group_of(parts, area), found.names)
