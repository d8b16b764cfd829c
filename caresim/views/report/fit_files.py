"""Writes a calibration to a folder: tables, the new numbers, and a figure of every series."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from caresim.engine.run import Run
from caresim.language.observed import Observed
from caresim.language.parameter_text import parameter_text
from caresim.language.vintage import fitted_text
from caresim.study.workers import workers
from caresim.views.files.claim import Place, claimed
from caresim.views.files.names import distinct
from caresim.views.files.whole import FIGURES, write_all
from caresim.views.plot.drawing import Drawing
from caresim.views.report.results import prepare_figures

if TYPE_CHECKING:
    from caresim.study.backtest import Backtest
    from caresim.study.draws import Draws
    from caresim.study.fit.fit import Fit

__all__ = ["write_fit"]

SHIPPED_DRAWS = 1_000
RECORD = "fit.json"
VERSIONS = ("caresim", "python", "numpy", "model", "equations", "start", "until")


def write_fit(
    fit: Fit,
    score: Backtest | None,
    folder: Path | Place,
    *,
    figures: bool = True,
    overwrite: bool = False,
) -> list[Path]:
    """Write tables, the posterior, the score, new values, and figures of the fit.

    Each fitted series has a figure of its own in ``figures/``; ``fit.png`` shows all of them.
    ``folder`` may be claimed already, as by ``with claimed(folder) as place``. Raises CaresimError
    when a result exists already and ``overwrite`` is not set.
    """
    with claimed(folder, overwrite=overwrite) as place:
        run, draws = fit.run, fit.draws(SHIPPED_DRAWS, seed=1)
        files = _files(fit, score, run, draws, figures=figures)
        return write_all(files, place, RECORD, _record(fit, run, draws))


def _files(
    fit: Fit, score: Backtest | None, run: Run, draws: Draws, *, figures: bool
) -> dict[str, str | bytes]:
    """Return every file but the record."""
    known = fit.model.parameters
    estimated = [known[name] for name in fit.names]
    files: dict[str, str | bytes] = {
        "fit.csv": fit.table().to_csv(lineterminator="\n", float_format="%.3f"),
        "estimates.csv": fit.parameters().to_csv(lineterminator="\n", float_format="%.6g"),
        "correlations.csv": fit.correlations().to_csv(lineterminator="\n", float_format="%.3f"),
        "posterior.csv": draws.text(),
        "fitted.csv": fitted_text(fit.values),
        "parameters.toml": parameter_text(estimated, known.price_year),
    }
    if score is not None:
        files["score.csv"] = score.errors("series").to_csv(lineterminator="\n", float_format="%.3f")
    if figures:
        files |= _figures(run, fit.observed)
    return files


def _figures(run: Run, observed: Observed) -> dict[str, str | bytes]:
    """Return the overview and a figure of each series, drawn on all processors."""
    from caresim.views.plot.charts import fitted_names

    prepare_figures()  # once, before the processes that draw begin
    names = fitted_names(run, observed)
    count = min(len(names), os.cpu_count() or 1)
    with workers(count + 1) as pool:
        whole = pool.submit(_overview, run, observed)
        parts = [pool.submit(_drawn, run, observed, names[i::count]) for i in range(count)]
        drawn = {name: data for part in parts for name, data in part.result().items()}
        files = whole.result().files("fit")
    placed = sorted(zip(names, distinct(names), strict=True))
    return files | {f"{FIGURES}/{stem}.png": drawn[name] for name, stem in placed}


def _overview(run: Run, observed: Observed) -> Drawing:
    from caresim.views import plot

    return Drawing.of(plot.fit(run, observed))


def _drawn(run: Run, observed: Observed, names: Sequence[str]) -> dict[str, bytes]:
    from caresim.views import plot
    from caresim.views.plot.figure import FILE_DPI, figure_bytes

    return {name: figure_bytes(plot.fit_of(run, name, observed), "png", FILE_DPI) for name in names}


def _record(fit: Fit, run: Run, draws: Draws) -> dict[str, object]:
    """Return versions and what to know of a fit as plain data, without a time of day."""
    return {
        **{key: run.provenance[key] for key in VERSIONS},
        "parameters_estimated": len(fit.names),
        "figures_fitted": fit.n_points,
        "series_fitted": fit.n_series,
        "converged": fit.converged,
        "steps": fit.steps,
        "misfit": float(f"{fit.misfit:.6g}"),
        "at_bound": fit.at_bound,
        "draws_solved": " of ".join(str(count) for count in draws.solved or ()),
        "draws_notices": [notice.text for notice in draws.notices],
        "set_by_prior": fit.set_by_prior,
        "hardly_told_apart": [[a, b, round(r, 3)] for a, b, r in fit.correlated],
    }
