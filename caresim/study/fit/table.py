"""How well a run meets observed figures, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from caresim.engine.run import Run
from caresim.language.model import Model
from caresim.language.observed import Observed, judged
from caresim.study.fit.misfit import number_of, scale_of, to_scale

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["correlation_table", "fit_table", "parameter_table", "percentage_error"]

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


def parameter_table(
    model: Model, names: tuple[str, ...], covariance: np.ndarray, at_bound: tuple[str, ...]
) -> pd.DataFrame:
    """Return one row for each estimated parameter.

    ``low`` and ``high`` hold 80 % by the curvature at the best fit; ``learned`` is 1 − width after
    the data / width before, 0 where they say nothing; ``shift`` is the distance from the prior's
    centre in prior standard deviations.
    """
    import pandas as pd

    rows = {}
    for name, width in zip(names, np.sqrt(np.diag(covariance)), strict=True):
        entry = model.parameters[name]
        value = number_of(entry)
        middle, spread = scale_of(entry)
        ends = to_scale(value, entry) + EIGHT_TENTHS * width
        low, high = np.exp(ends) if entry.prior and entry.prior.is_log else ends
        rows[name] = {
            "value": value,
            "low": low,
            "high": high,
            "unit": entry.unit,
            "prior": str(entry.prior),
            "shift": (to_scale(value, entry) - middle) / spread,
            "learned": 1 - width / spread,
            "at_bound": name in at_bound,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("parameter")


def correlation_table(names: tuple[str, ...], covariance: np.ndarray) -> pd.DataFrame:
    """Return the correlations of the estimated parameters, one row and one column for each."""
    import pandas as pd

    widths = np.sqrt(np.diag(covariance))
    values = covariance / np.outer(widths, widths)
    return pd.DataFrame(values, index=pd.Index(names, name="parameter"), columns=list(names))
