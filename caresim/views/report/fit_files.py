"""Writes a calibration to a folder: a vintage to load, tables, and a figure of every series."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from caresim.engine.run import Run
from caresim.language.errors import CaresimError, ParameterError
from caresim.language.observed import Observed
from caresim.language.parameter_text import parameter_text
from caresim.language.vintage import FITTED, RECORD, fitted_text
from caresim.language.vintage_files import vintage_files
from caresim.study.arguments import came, count_of, path_of
from caresim.study.backtest.table import Backtest
from caresim.study.fit.fit import Fit
from caresim.study.fit.profile import Profile
from caresim.study.fit.shipped import SHIPPED_DRAWS
from caresim.study.fit.table import scale_table
from caresim.study.workers import workers
from caresim.views.files.claim import Place, claimed
from caresim.views.files.names import distinct
from caresim.views.files.whole import FIGURES, write_all
from caresim.views.plot.drawing import Drawing
from caresim.views.report.fit_draws import CANNOT, Drawn
from caresim.views.report.results import prepare_figures

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["write_fit", "write_vintage"]

Made = TypeVar("Made")
Files = dict[str, str | bytes]

PROFILES = "profiles"
VERSIONS = ("caresim", "python", "numpy", "model", "equations", "start", "until")


def write_fit(
    fit: Fit,
    score: Backtest | None,
    folder: Path | Place,
    *,
    drawn: Drawn | None = None,
    profiles: Sequence[Profile] = (),
    figures: bool = True,
    overwrite: bool = False,
) -> list[Path]:
    """Write a vintage for the model to load, tables, and figures of the fit.

    Each fitted series has a figure of its own in ``figures/``; ``fit.png`` shows all of them, and
    ``learned.png`` what the figures teach. ``drawn`` are its draws where they are made already, and
    ``profiles`` come into a folder of that name.
    ``folder`` may be claimed already, as by ``with claimed(folder) as place``. What cannot be made,
    such as draws that the figures do not determine, is left out with a UserWarning.

    Raises CaresimError when a result exists already and ``overwrite`` is not set.
    """
    with claimed(folder, overwrite=overwrite) as place:
        run, parts = fit.run, _Parts()
        drawn = parts.drawn(Drawn.of(fit) if drawn is None else drawn)
        files = _vintage(fit, drawn, score, parts) | _tables(fit, drawn, score, parts)
        files |= parts.made("profiles", lambda: _profiles(profiles, figures=figures)) or {}
        if figures:
            files |= parts.made("figures", lambda: _figures(run, fit.observed)) or {}
            files |= parts.made("learned.png", lambda: _learned_figure(fit)) or {}
        return write_all(files, place, RECORD, _record(fit, run, drawn, parts))


def write_vintage(
    fit: Fit,
    folder: str | Path,
    score: Backtest | None = None,
    *,
    draws: int = SHIPPED_DRAWS,
    overwrite: bool = False,
) -> list[Path]:
    """Write what a fit found as a vintage: figures, given paths, fitted values, posterior, score.

    A model loads the folder as a whole, ``England(vintage="fit")``, and then runs as ``fit.model``
    does. Without a ``score``, as :func:`caresim.backtest` makes one, it has none of its own.
    ``draws`` is how many of the posterior are made, 0 for none.

    Raises CaresimError when a result exists already and ``overwrite`` is not set, and for a fit
    that no vintage can hold.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> fit = cs.calibrate(England(), progress=False)  # doctest: +SKIP
    >>> cs.write_vintage(fit, "fit")  # doctest: +SKIP
    >>> cs.run(England(vintage="fit"))  # doctest: +SKIP
    """
    if not isinstance(fit, Fit):
        message = f"write_vintage takes a fit, such as cs.calibrate(model), not {came(fit)}"
        raise CaresimError(message)
    if score is not None and not isinstance(score, Backtest):
        message = f"score is what cs.backtest(fit.model) makes, not {came(score)}"
        raise CaresimError(message)
    target = path_of(folder, "folder", "a folder for the vintage")
    draws = count_of(draws, "draws", error=CaresimError)
    with claimed(target, overwrite=overwrite) as place:
        parts = _Parts()
        drawn = parts.drawn(Drawn.of(fit, draws))
        files = _vintage_files(fit, drawn, score)
        return write_all(files, place, RECORD, _record(fit, fit.run, drawn, parts))


class _Parts:
    """The parts of a fit, of which one that cannot be made does not take the others with it."""

    def __init__(self) -> None:
        self.left_out: dict[str, str] = {}

    def made(self, part: str, make: Callable[[], Made]) -> Made | None:
        """Return a part, or None with a warning that says why there is none."""
        try:
            return make()
        except CANNOT as fault:
            self.left_out[part] = " ".join(str(fault).split())
            warnings.warn(f"the fit has no {part}: {self.left_out[part]}", stacklevel=3)
            return None

    def drawn(self, drawn: Drawn) -> Drawn:
        """Keep why there are no draws, and return them."""
        if drawn.why_none:
            self.left_out["posterior"] = drawn.why_none
        return drawn


def _vintage(fit: Fit, drawn: Drawn, score: Backtest | None, parts: _Parts) -> Files:
    """Return the files of the vintage, or the values alone where there can be none."""
    files = parts.made("vintage", lambda: _vintage_files(fit, drawn, score))
    return {FITTED: fitted_text(fit.values)} if files is None else files


def _vintage_files(fit: Fit, drawn: Drawn, score: Backtest | None) -> Files:
    posterior, scored = drawn.draws.text() if drawn.draws else "", score.text() if score else ""
    return {**vintage_files(fit.model, fit.observed, fit.values, posterior, scored)}


def _tables(fit: Fit, drawn: Drawn, score: Backtest | None, parts: _Parts) -> Files:
    known, history = fit.model.parameters, drawn.history
    made = {
        "fit.csv": lambda: _csv(fit.table(), "%.3f"),
        "estimates.csv": lambda: _csv(fit.parameters(), "%.6g"),
        "correlations.csv": lambda: _csv(fit.correlations(), "%.3f"),
        "scales.csv": lambda: _csv(scale_table(fit.joint.problem), "%.4g"),
        "history.csv": lambda: _csv(history.table(), "%.3f") if history else "",
        "parameters.toml": lambda: parameter_text(map(known.get, fit.names), known.price_year),
        "score.csv": lambda: _csv(score.errors("series"), "%.3f") if score else "",
    }
    files = {name: parts.made(name, make) for name, make in made.items()}
    return {name: text for name, text in files.items() if text}


def _csv(table: pd.DataFrame, form: str) -> str:
    return str(table.to_csv(lineterminator="\n", float_format=form))


def _figures(run: Run, observed: Observed) -> Files:
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


def _learned_figure(fit: Fit) -> Files:
    from caresim.views import plot
    from caresim.views.plot.figure import FILE_DPI, figure_bytes

    return {"learned.png": figure_bytes(plot.learned(fit), "png", FILE_DPI)}


def _profiles(profiles: Sequence[Profile], *, figures: bool) -> Files:
    """Return the table of each profile, and its figure where figures are wished."""
    from caresim.views import plot
    from caresim.views.plot.figure import FILE_DPI, figure_bytes

    files: Files = {}
    for found in profiles:
        files[f"{PROFILES}/{found.name}.csv"] = _csv(found.table(), "%.6g")
        if figures:
            drawn = figure_bytes(plot.profile(found), "png", FILE_DPI)
            files[f"{PROFILES}/{found.name}.png"] = drawn
    return files


def _overview(run: Run, observed: Observed) -> Drawing:
    from caresim.views import plot

    return Drawing.of(plot.fit(run, observed))


def _drawn(run: Run, observed: Observed, names: Sequence[str]) -> dict[str, bytes]:
    from caresim.views import plot
    from caresim.views.plot.figure import FILE_DPI, figure_bytes

    return {name: figure_bytes(plot.fit_of(run, name, observed), "png", FILE_DPI) for name in names}


def _record(fit: Fit, run: Run, drawn: Drawn, parts: _Parts) -> dict[str, object]:
    """Return versions and what to know of a fit as plain data, without a time of day."""
    return {
        **{key: run.provenance[key] for key in VERSIONS},
        "numbers_that_may_be_estimated": len(fit.names),
        "numbers_estimated": len(fit.estimated),
        "numbers_at_their_prior": len(fit.set_by_prior),
        "numbers_drawn": len(fit.drawn),
        "figures_fitted": fit.n_points,
        "series_fitted": fit.n_series,
        "converged": fit.converged,
        "steps": fit.steps,
        "misfit": float(f"{fit.misfit:.6g}"),
        "chi_squared": float(f"{fit.chi_squared:.6g}"),
        "at_bound": fit.at_bound,
        **drawn.as_dict(),
        "starts_passed_over": list(fit.passed_over),
        **_learned(fit),
        "left_out": parts.left_out,
    }


def _learned(fit: Fit) -> dict[str, object]:
    """Return what is known by the curvature at the best fit, nothing where there is none."""
    try:
        told = [[a, b, round(r, 3)] for a, b, r in fit.correlated]
    except ParameterError:
        return {}
    return {"set_by_prior": fit.set_by_prior, "hardly_told_apart": told}
