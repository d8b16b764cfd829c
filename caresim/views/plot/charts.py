"""Figures of runs: caseloads, costs, and the fit to published figures."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

from caresim.engine.prices import PRICES
from caresim.engine.run import Run
from caresim.language.errors import RunError, came, did_you_mean
from caresim.language.files import write_whole
from caresim.language.observed import Observed
from caresim.language.published import FROM_FILE, credit_of
from caresim.study.arguments import path_of, text_of, word_of
from caresim.views import series
from caresim.views.plot.backtest_figures import backtest_coverage, backtest_errors, backtest_fans
from caresim.views.plot.disturbed import disturbed_label
from caresim.views.plot.drawing import Drawing
from caresim.views.plot.effects_figure import effects
from caresim.views.plot.learned_figure import learned
from caresim.views.plot.notes import score_notes, sources_note, stamp
from caresim.views.plot.panels import (
    Picture,
    bands_of,
    difference_panel,
    finish,
    fit_of_panel,
    fit_panel,
    panel,
)
from caresim.views.plot.profile_figure import profile
from caresim.views.plot.ranked import ranked_differences
from caresim.views.plot.stack import stack_figure
from caresim.views.plot.style import Frame
from caresim.views.plot.tornado_figure import tornado
from caresim.views.series.moved import chosen, instead

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "backtest_coverage", "backtest_errors", "backtest_fans", "caseloads", "costs", "differences",
    "effects", "fit", "fit_of", "learned", "profile", "save_figure", "spending", "tornado",
]  # fmt: skip

WIDTH, FIT_WIDTH, ONE_WIDTH = 9.0, 12.0, 6.5
P = ParamSpec("P")


def _in_house_style(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw in the house style and leave the reader's own settings of Matplotlib as they are."""

    @functools.wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Figure:
        from caresim.views.plot.figure import house_style

        with house_style():
            return draw(*args, **kwargs)

    return drawn


@_in_house_style
def caseloads(
    *runs: Run,
    names: Sequence[str] | None = None,
    observed: Observed | None = None,
    bands: Mapping[str, Run] | None = None,
    since: str = "2009-10",
    level: float = 0.8,
    score: Sequence[Mapping[str, Any]] | None = None,
    width: float = WIDTH,
    notes: bool = True,
) -> Figure:
    """Draw the ``caseload_panels`` of the model: for England from referrals to children in care.

    Where no scenario moves any of them by a thousandth in any year, it is the published quantities
    that scenarios move most; ``names`` takes others, each of which the runs store.

    Lines are runs, from the financial year ``since`` on; an ensemble shows its median and a band
    that holds ``level`` of its draws. ``bands`` gives ensembles by run name where the line is to be
    a single run. Open circles are ``observed``, by default the model's published figures; what lies
    after the last of them is shaded. ``score`` holds rows as in
    :func:`caresim.views.report.summary_html`; ``width`` is in inches. ``notes=False`` leaves out
    the small print below, for a page that has its own. A scenario that does not change a quantity
    is named there instead of drawn; of more than six scenarios the range is drawn.

    Raises RunError when a run did not store these outputs.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> base = cs.run(England(), until="2030-03-31")
    >>> [axes.get_xlabel() for axes in cs.plot.caseloads(base).axes][-1]
    'Year ending 31 March'
    """
    picture = _picture(runs, bands, observed, since, level, score)
    drawn = chosen(runs, picture.bands, names)
    frame = Frame.of(len(drawn), min(2, len(drawn)), width)
    for axes, name in zip(frame.panels, drawn, strict=True):
        panel(picture, frame, axes, name, drawn)
    small_print = [bands_of(picture), "" if names else instead(runs[0], drawn)]
    return finish(picture, frame, small_print if notes else None, names=drawn)


@_in_house_style
def differences(
    *runs: Run,
    names: Sequence[str] | None = None,
    bands: Mapping[str, Run] | None = None,
    level: float = 0.8,
    score: Sequence[Mapping[str, Any]] | None = None,
    width: float = WIDTH,
    notes: bool = True,
) -> Figure:
    """Draw the caseloads of scenarios minus those of the first run, from the year they part.

    The axes are those of the differences, so that an effect shows which the levels hide. Ensembles
    are paired draw by draw. The rest is as in :func:`caseloads`.

    More than six scenarios are ranked as bars of the last year instead.

    Raises RunError without a second run, or for ensembles with different draws.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> base, less = (cs.run(England(early_help_floor=x)) for x in (5e8, 4e8))
    >>> len(cs.plot.differences(base, less).axes)
    4
    """
    series.check_runs(runs)
    if len(runs) == 1:
        message = "differences takes a baseline and at least one scenario: differences(base, other)"
        raise RunError(message)
    picture = _picture(runs, bands, None, runs[0].clock.financial_years[0], level, score)
    drawn = chosen(runs, picture.bands, names)
    if picture.is_crowded:
        return ranked_differences(picture, drawn, width=width, notes=notes)
    frame = Frame.of(len(drawn), min(2, len(drawn)), width)
    for axes, name in zip(frame.panels, drawn, strict=True):
        difference_panel(picture, frame, axes, name, None, drawn)
    small_print = [bands_of(picture), "" if names else instead(runs[0], drawn)]
    return finish(picture, frame, small_print if notes else None, names=drawn, levels=False)


@_in_house_style
def costs(
    *runs: Run,
    cumulative: bool = False,
    discount: float | None = None,
    prices: str | None = None,
    observed: Observed | None = None,
    bands: Mapping[str, Run] | None = None,
    since: str = "2009-10",
    level: float = 0.8,
    score: Sequence[Mapping[str, Any]] | None = None,
    width: float = WIDTH,
    notes: bool = True,
) -> Figure:
    """Draw the ``cost_panels`` of the model, and total spending against that of the first run.

    Money is at the runs' price year, or with ``prices="cash"`` in cash. With two or more runs a
    further panel shows total spending minus that of the first run, from the first year in which
    they differ: year by year, or added up when ``cumulative``, then discounted to that year at
    ``discount`` a year if given (the Green Book takes 0.035, a real rate). Ensembles are paired
    draw by draw. The rest is as in :func:`caseloads`.

    Raises RunError for a model without spending, runs at different prices, cash that is to be
    discounted, or, in the differences, different draws.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> base = cs.run(England(), until="2030-03-31")
    >>> [axes.get_ylabel() for axes in cs.plot.costs(base).axes][0]
    '£bn a year, 2019-20 prices'
    """
    if discount is not None and not cumulative:
        message = "discount applies to differences added up over years: write cumulative=True"
        raise RunError(message)
    rate = series.check_rate(discount) if cumulative else None
    series.check_runs(runs)
    bands = series.check_bands(runs, bands)
    if prices is not None:
        word_of(prices, "prices", PRICES)
        runs = tuple(run.at_prices(prices) for run in runs)
        bands = {name: run.at_prices(prices) for name, run in bands.items()}
    if rate and runs[0].prices == "cash":
        message = "discount is a real rate and money here is in cash; leave one of the two out"
        raise RunError(message)
    picture = _picture(runs, bands, observed, since, level, score)
    series.check_prices([*runs, *picture.bands.values()])
    names = _cost_names(runs[0])
    total = runs[0].model.spending_name() if len(runs) > 1 else ""
    if picture.is_crowded:
        return ranked_differences(picture, names, total, rate, width=width, notes=notes)
    count = len(names) + bool(total)
    shown = (*names, total) if total else names
    frame = Frame.of(count, min(count, 3 if count % 2 else 2), width)
    for axes, name in zip(frame.panels, names, strict=False):
        panel(picture, frame, axes, name, shown)
    if total:
        difference_panel(picture, frame, frame.panels[-1], total, rate, shown)
    small_print = [bands_of(picture)]
    return finish(picture, frame, small_print if notes else None, names=shown)


def _picture(
    runs: tuple[Run, ...],
    bands: Mapping[str, Run] | None,
    observed: Observed | None,
    since: str,
    level: float,
    score: Sequence[Mapping[str, Any]] | None,
) -> Picture:
    picture = Picture.of(runs, bands, observed, since, level)
    return replace(picture, scores=score_notes(runs[0].model, score))


def _cost_names(run: Run) -> tuple[str, ...]:
    names = run.model.cost_names()
    if not names:
        message = (
            f"{type(run.model).__name__} has no spending to draw; give the class "
            "cost_panels = (a_spend, b_spend), quantities in GBP/year"
        )
        raise RunError(message)
    return names


@_in_house_style
def spending(
    *runs: Run,
    by: str | None = None,
    prices: str | None = None,
    observed: Observed | None = None,
    since: str = "2009-10",
    score: Sequence[Mapping[str, Any]] | None = None,
    width: float = WIDTH,
    notes: bool = True,
) -> Figure:
    """Draw what one run spends on each part of a division, as areas that add up to the total.

    ``by`` and ``prices`` are as in :func:`caresim.spending`, which gives the numbers; those at the
    right edge are of the last year. An ensemble shows medians. The rest is as in :func:`caseloads`.

    Raises RunError for several runs, or a run that cannot be divided.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> base = cs.run(England(), until="2030-03-31")
    >>> len(cs.plot.spending(base, by="line").axes)
    1
    """
    series.check_runs(runs)
    if len(runs) > 1:
        message = (
            "spending draws one run; cs.plot.costs compares the totals of several, and "
            "cs.spending(other) - cs.spending(base) their parts"
        )
        raise RunError(message)
    return stack_figure(runs[0], by, prices, observed, since, score, width=width, notes=notes)


@_in_house_style
def fit(run: Run, observed: Observed | None = None, *, level: float = 0.8) -> Figure:
    """Draw a run against every published series, with its mean absolute percentage error (MAPE).

    ``observed`` defaults to the figures of the model; those without a tolerance are inputs or sums
    and are not shown. Axes do not begin at zero, so that small misses can be seen.

    Raises RunError when no published output of the run is fitted.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> base = cs.run(England(), until="2030-03-31")
    >>> len(cs.plot.fit(base).axes) > 10
    True
    """
    picture = _fit_picture(run, observed, level)
    names = fitted_names(run, picture.observed)
    if not names:
        message = "no published output of this run is fitted: give fit figures with a tolerance"
        raise RunError(message)
    frame = Frame.of(len(names), min(4, len(names)), FIT_WIDTH)
    for axes, name in zip(frame.panels, names, strict=False):
        fit_panel(picture, frame, axes, name)
    disturbed = disturbed_label(picture.observed, names, picture.since)
    text = (
        "MAPE: mean absolute percentage error, without the years that calibrations leave out"
        f"{' and those that are disturbed' if disturbed else ''}. "
        "Axes do not begin at zero. A close fit to the past does not by itself make a projection "
        "good."
    )
    return finish(
        picture, frame, [text], credit=credit_of(type(run.model), picture.observed, fitted=True)
    )


@_in_house_style
def fit_of(run: Run, name: str, observed: Observed | None = None) -> Figure:
    """Draw a run against one published series: every figure with its tolerance, and the source.

    Bars hold a figure's tolerance on either side; figures without one are not fitted and are grey.
    The axis begins at zero unless the title says that it does not.

    Raises RunError when the series has no figure within the run.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> base = cs.run(England(), until="2030-03-31")
    >>> len(cs.plot.fit_of(base, "looked_after").axes)
    1
    """
    picture = _fit_picture(run, observed, 0.8)
    text_of(name, "name", run.model.example_name())
    rows = picture.observed.series.get(name, {}) if picture.observed is not None else {}
    shown = [row for year, row in rows.items() if year in run.clock.financial_years]
    if not shown:
        others = picture.observed.series if picture.observed is not None else {}
        near = did_you_mean(name, [other for other in others if other != name])
        message = f"no figure of '{name}' lies within '{run.name}'{near}"
        raise RunError(message)
    frame = Frame.of(1, 1, ONE_WIDTH)
    handles, labels = fit_of_panel(picture, frame, frame.panels[0], name)
    credit = credit_of(type(run.model), picture.observed, fitted=True)
    credit = "" if credit == FROM_FILE else credit  # the source of each figure is said
    return frame.finish(handles, labels, [credit, *sources_note(shown)], stamp([run]))


def fitted_names(run: Run, observed: Observed | None) -> list[str]:
    """Return the stored quantities that figures with a tolerance are of, the published ones first.

    The order is that of the model.
    """
    figures = observed.series if observed is not None else {}
    fitted = {name for name, rows in figures.items() if any(o.tolerance for o in rows.values())}
    return [n for n in dict.fromkeys([*run.model.published_names(), *run.outputs]) if n in fitted]


def _fit_picture(run: Run, observed: Observed | None, level: float) -> Picture:
    series.check_runs([run])
    if run.prices == "cash":
        message = f"figures are fitted at the prices of one year and '{run.name}' is in cash"
        raise RunError(f"{message}; take the run that it was made from")
    return Picture.of((run,), None, observed, run.clock.financial_years[0], level)


def save_figure(figure: Figure, path_without_suffix: str | Path) -> list[Path]:
    """Write a figure as PNG (160 dots an inch) and SVG, the same bytes every time.

    Returns the two paths. Text in the SVG is drawn as outlines, so that it looks alike everywhere.
    Raises CaresimError when a file cannot be written, RunError for what is no figure.
    """
    if not hasattr(figure, "savefig"):
        message = f"save_figure takes a figure such as cs.plot.costs(run), not {came(figure)}"
        raise RunError(message)
    drawing = Drawing.of(figure)
    stem = path_of(path_without_suffix, "path_without_suffix", "a file without its ending")
    paths = [stem.with_name(f"{stem.name}.{kind}") for kind in ("png", "svg")]
    write_whole(dict(zip(paths, (drawing.png, drawing.svg), strict=True)))
    return paths
