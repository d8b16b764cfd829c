"""Scores projections out of sample: fit the early years only, then project the later ones."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from caresim.engine.clock import Clock
from caresim.engine.execute import execute
from caresim.language.dates import year_end
from caresim.language.errors import CaresimError
from caresim.language.model import Model
from caresim.language.observed import Observed
from caresim.language.parameters import Parameters
from caresim.study.calibrate import calibrate
from caresim.study.fit_table import percentage_error

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Score", "backtest", "unseen_model"]

FIELDS = ("series", "fitted_to", "scored_from", "scored_to", "points", "model", "no_change")


@dataclass(frozen=True, eq=False)
class Score:
    """Mean absolute percentage errors of projections over years that the fit did not see.

    Each row has ``series, fitted_to, scored_from, scored_to, points, model, no_change``, where
    ``no_change`` is the error of keeping the last fitted year's figure.
    """

    rows: tuple[dict[str, Any], ...]

    @classmethod
    def read(cls, path: str | Path) -> Score:
        """Read a score as :meth:`text` writes it."""
        with Path(path).open(encoding="utf-8", newline="") as stream:
            rows = [
                {k: float(v) if k in ("model", "no_change") else v for k, v in row.items()}
                for row in csv.DictReader(stream)
            ]
        return cls(tuple(rows))

    @classmethod
    def of(cls, model: Model) -> Score | None:
        """Return the score that ships with a model, None where there is none."""
        return cls.read(model.score_file) if model.score_file else None

    def text(self) -> str:
        """Return the score as CSV, errors to three decimals."""
        stream = io.StringIO()
        writer = csv.DictWriter(stream, FIELDS, lineterminator="\n")
        writer.writeheader()
        for row in self.rows:
            writer.writerow({k: f"{v:.3f}" if isinstance(v, float) else v for k, v in row.items()})
        return stream.getvalue()

    def table(self) -> pd.DataFrame:
        """Return the score as a table, one row for each series."""
        import pandas as pd

        return pd.DataFrame(list(self.rows)).set_index("series")

    def _repr_html_(self) -> str:
        return str(self.table().to_html(float_format="{:.1f}".format))


def backtest(
    model: Model,
    observed: Observed | None = None,
    *,
    fitted_to: str = "2015-16",
    widen: float = 1.0,
    seed: int = 1,
    progress: bool = True,
) -> Score:
    """Fit a model to the years up to ``fitted_to``, project the rest, and score the projection.

    The fit starts from the centres of the priors, and a fixed number that rests on later figures is
    set back to its vintage. What is given from outside (population, budgets) keeps its actual path,
    as in any conditional projection. ``widen`` multiplies the widths of the priors, which shows how
    much of the score they carry. Errors are mean absolute percentage errors over the later years;
    the comparison is with keeping each series at its last fitted figure.

    Raises CaresimError when no later year is left to score, or ``widen`` is not above 0.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> score = cs.backtest(England(), fitted_to="2015-16", progress=False)
    >>> bool(score.table().loc["looked_after", "model"] < 5)
    True
    """
    observed = observed or model.observed
    if observed is None or not (later := _later(observed, fitted_to)):
        message = f"backtest needs observed years after {fitted_to} to score"
        raise CaresimError(message)
    unseen = unseen_model(model, fitted_to, widen)
    fit = calibrate(unseen, observed.until(fitted_to), seed=seed, progress=progress)
    clock = Clock.between(model.start, f"{year_end(later[-1])}-03-31", 16)
    run = execute(fit.model, clock, name="Backtest")
    years = run.clock.financial_years
    rows = []
    for name, points in observed.series.items():
        scored = [y for y in later if y in points and points[y].tolerance]
        if not scored or name not in run.outputs or fitted_to not in points:
            continue
        values = run.yearly(name)[:, 0]
        projected = np.array([values[years.index(y)] for y in scored])
        data = np.array([points[y].value for y in scored])
        rows.append({
            "series": name,
            "fitted_to": fitted_to,
            "scored_from": scored[0],
            "scored_to": scored[-1],
            "points": str(len(scored)),
            "model": percentage_error(projected, data),
            "no_change": percentage_error(np.full(len(data), points[fitted_to].value), data),
        })  # fmt: skip
    return Score(tuple(rows))


def unseen_model(model: Model, fitted_to: str, widen: float = 1.0) -> Model:
    """Return the model to fit to the figures up to a year: at its priors, and at their vintages."""
    if not widen > 0:
        message = f"widen multiplies the widths of the priors and is above 0, not {widen!r}"
        raise CaresimError(message)
    entries = dict(model.parameters.entries)
    for name, entry in entries.items():
        if entry.role == "estimated" and entry.prior:
            low, high = entry.bounds or (-np.inf, np.inf)
            centre = float(np.clip(entry.prior.middle, low, high))
            entries[name] = replace(entry, value=centre, prior=entry.prior.widened(widen))
        elif (known := dict(entry.vintages).get(fitted_to)) is not None:
            entries[name] = replace(entry, value=known)
    unseen = model.with_values()
    unseen.parameters = Parameters(entries, model.parameters.price_year, model.parameters.path)
    return unseen


def _later(observed: Observed, fitted_to: str) -> list[str]:
    years = {o.year for o in observed.observations if year_end(o.year) > year_end(fitted_to)}
    return sorted(years, key=year_end)
