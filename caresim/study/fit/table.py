"""How well a run meets observed figures, as tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import numpy as np

from caresim.engine.run import Run
from caresim.language.model import Model
from caresim.language.observed import Observed, judged
from caresim.study.fit.misfit import Misfit, natural_at, number_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "BACK",
    "DRAWN",
    "ESTIMATED",
    "correlation_table",
    "fit_table",
    "parameter_table",
    "percentage_error",
    "scale_table",
]

ESTIMATED, BACK, DRAWN = "estimated", "at its prior", "drawn"
EIGHT_TENTHS = np.array([-1.2816, 1.2816])  # normal quantiles that hold 80 %


def percentage_error(model: np.ndarray, data: np.ndarray) -> float:
    """Return the mean absolute percentage error of the model against the data."""
    return float(100 * np.mean(np.abs(model / data - 1)))


def fit_table(run: Run, observed: Observed) -> pd.DataFrame:
    """Return one row for each observed series that the model has.

    ``mape`` is the mean absolute percentage error over the years used, ``bias`` the mean percentage
    error, ``data_change`` and ``model_change`` the change from the first to the last observed year
    in %. Years without a tolerance count in the changes but not in the errors; nor do ``disturbed``
    years, as many as are said, where there are others.
    """
    import pandas as pd

    rows = {}
    for name, points in observed.series.items():
        years = [y for y in run.clock.financial_years if y in points]
        fitted = [points[y] for y in years if points[y].tolerance]
        if not fitted or name not in run.outputs:
            continue
        used = [row.year for row in judged(fitted)]
        values = dict(zip(run.clock.financial_years, np.median(run.yearly(name), 1), strict=True))
        model = np.array([values[y] for y in used])
        data = np.array([points[y].value for y in used])
        rows[name] = {
            "from": fitted[0].year,
            "to": fitted[-1].year,
            "points": len(fitted),
            "disturbed": sum(bool(row.cause) for row in fitted),
            "mape": percentage_error(model, data),
            "bias": float(100 * np.mean(model / data - 1)),
            "data_change": 100 * (points[years[-1]].value / points[years[0]].value - 1),
            "model_change": 100 * float(values[years[-1]] / values[years[0]] - 1),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("series")


def scale_table(problem: Misfit) -> pd.DataFrame:
    """Return one row for each series with figures to fit: how far the model may be from it.

    ``tolerance`` is the listed one of its least disturbed figure, and ``scale`` what the fit made
    of it, ``factor`` times as much; both are shares of a figure. Of its ``figures`` as many are
    ``free`` as do not follow from others by adding up, a sum shared out among its figures.
    """
    import pandas as pd

    rows, taken = {}, problem.taken_by_sums()
    for name, of in problem.series.items():
        tolerance, factor = float(of.widths.min()), problem.factors.get(name, 1.0)
        rows[name] = {
            "tolerance": tolerance, "scale": tolerance * factor, "factor": factor,
            "figures": len(of), "free": len(of) - float(taken[problem.rows[name]].sum()),
        }  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("series")


def parameter_table(
    model: Model,
    points: Mapping[str, float],
    covariance: np.ndarray,
    how: Mapping[str, str],
    learned: Mapping[str, float],
    at_bound: Collection[str],
) -> pd.DataFrame:
    """Return one row for each number that is uncertain.

    ``points`` are where they are in the best fit with all of them free, and ``covariance`` how they
    vary there, in prior standard deviations. ``how`` says if one is estimated, is set back to the
    centre of its prior or is drawn alone. ``low`` and ``high`` hold 80 % by the curvature with all
    of them free; ``shift`` is the distance from the prior's centre in prior standard deviations;
    ``learned`` is 1 − width after the data / width before, 0 where they say nothing.
    """
    import pandas as pd

    rows = {}
    widths = np.sqrt(np.diag(covariance)).tolist()
    for (name, x), width in zip(points.items(), widths, strict=True):
        entry = model.parameters[name]
        low, high = natural_at(x + EIGHT_TENTHS * width, entry)
        rows[name] = {
            "value": number_of(entry),
            "how": how[name],
            "low": low,
            "high": high,
            "unit": entry.unit,
            "prior": str(entry.prior),
            "shift": x,
            "learned": learned[name],
            "at_bound": name in at_bound,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("parameter")


def correlation_table(names: tuple[str, ...], covariance: np.ndarray) -> pd.DataFrame:
    """Return the correlations of the estimated parameters, one row and one column for each."""
    import pandas as pd

    widths = np.sqrt(np.diag(covariance))
    values = covariance / np.outer(widths, widths)
    return pd.DataFrame(values, index=pd.Index(names, name="parameter"), columns=list(names))
