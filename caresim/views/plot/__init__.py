"""Plots of projections, fits and scores; every one returns a Matplotlib figure."""

from caresim.views.plot.charts import (
    backtest_coverage,
    backtest_errors,
    backtest_fans,
    caseloads,
    costs,
    differences,
    effects,
    fit,
    fit_of,
    learned,
    profile,
    save_figure,
    spending,
    tornado,
)

__all__ = [
    "backtest_coverage",
    "backtest_errors",
    "backtest_fans",
    "caseloads",
    "costs",
    "differences",
    "effects",
    "fit",
    "fit_of",
    "learned",
    "profile",
    "save_figure",
    "spending",
    "tornado",
]
