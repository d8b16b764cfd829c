"""One panel of a figure at a time: a quantity of several runs, a difference, a fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from caresim.engine.run import Run
from caresim.language.amounts import percent
from caresim.language.dates import financial_year, year_end
from caresim.language.errors import RunError
from caresim.language.observed import Observed
from caresim.language.published import credit_shown, published
from caresim.study.arguments import figures_of, text_of
from caresim.views import series
from caresim.views.plot import style
from caresim.views.plot.disturbed import (
    disturbed_handle,
    disturbed_label,
    disturbed_legend,
    draw_disturbed,
    draw_figures,
    is_disturbed,
)
from caresim.views.plot.notes import band_note, changed_note, notices_note, stamp
from caresim.views.series.moved import drawn_pair

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "Picture",
    "bands_of",
    "difference_panel",
    "finish",
    "fit_of_panel",
    "fit_panel",
    "panel",
    "points_of",
]


@dataclass(frozen=True)
class Picture:
    """What all panels of a figure share."""

    runs: tuple[Run, ...]
    bands: dict[str, Run]
    observed: Observed | None
    since: str
    level: float
    scores: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        runs: tuple[Run, ...],
        bands: Mapping[str, Run] | None,
        observed: Observed | None,
        since: str,
        level: float,
        scores: Mapping[str, str] | None = None,
    ) -> Picture:
        """Check what was given and fill in the model's own published figures.

        ``scores`` says by quantity how far it has been off.
        """
        series.check_runs(runs)
        given = figures_of(observed, "observed", RunError)
        figures = published(runs[0].model).figures if given is None else given
        if year_end(text_of(since, "since", "2009-10")) > min(run.clock.last_year for run in runs):
            message = f"since={since!r} is after the last year of a run; take an earlier year"
            raise RunError(message)
        ensembles = series.check_bands(runs, bands)
        return cls(runs, ensembles, figures, since, series.check_level(level), scores or {})

    @property
    def has_bands(self) -> bool:
        """True when any line has a band."""
        return bool(self.bands) or any(run.n_runs > 1 for run in self.runs)

    @property
    def band_label(self) -> str:
        """What a band holds, and where single lines beside it have no chance, that it has."""
        drawn = [run.provenance.get("draws") or {} for run in (*self.runs, *self.bands.values())]
        lines_without = bool(self.bands) and any(draws.get("chance") for draws in drawn)
        return f"{percent(self.level)} band{', with chance; lines without' * lines_without}"

    @property
    def is_crowded(self) -> bool:
        """True for more scenarios than can be told apart as lines."""
        return len(self.runs) - 1 > style.MOST_LINES

    @property
    def last_published(self) -> int | None:
        """The year after which figures show a projection, None where nothing is published."""
        figures = self.observed.observations if self.observed is not None else ()
        known = self.runs[0].outputs
        return max((year_end(o.year) for o in figures if o.series in known), default=None)

    def moves(self, run: Run, name: str) -> bool:
        """Return whether a scenario changes a quantity, in its run or in any of its draws."""
        base = self.runs[0]
        pairs = (base, run), drawn_pair(base, run, self.bands, name)
        return any(series.first_difference(a, [b], name) is not None for a, b in pairs)

    def idle(self, names: Sequence[str]) -> list[str]:
        """Return which scenarios change none of some quantities."""
        labels = series.names_of(self.runs)[1:]
        pairs = zip(labels, self.runs[1:], strict=True)
        return [label for label, run in pairs if not any(self.moves(run, n) for n in names)]

    def still(self, name: str, names: Sequence[str]) -> str:
        """Return which scenarios do not change a quantity, but others of a figure; may be empty."""
        idle = self.idle(names)
        found = [label for label in self.idle([name]) if label not in idle]
        return f"{', '.join(found)}: no change here" if found else ""

    def ensemble(self, run: Run) -> Run | None:
        """Return the ensemble that gives a run its band, None where it has its own or none."""
        return self.bands.get(run.name)


def panel(
    picture: Picture, frame: style.Frame, axes: Axes, name: str, names: Sequence[str]
) -> None:
    """Draw one quantity of all runs, from zero, with its published figures.

    A scenario that does not change it is not drawn over the first run, but named: here or, where
    it changes none of the ``names`` of the figure, in the legend. Of many scenarios the range is
    drawn.
    """
    first = picture.runs[0]
    unit = first.model.variable(name).unit
    scale = _scale(first, name)
    for i, run in enumerate(picture.runs[:1] if picture.is_crowded else picture.runs):
        if i == 0 or picture.moves(run, name):
            ensemble, since = picture.ensemble(run), _since(picture, i, name)
            line = series.line(run, name, ensemble, picture.level, since)
            style.draw_line(axes, line, i, scale)
    told = _range(picture, axes, name, scale) if picture.is_crowded else picture.still(name, names)
    draw_figures(axes, picture.observed, name, points_of(picture, name), scale)
    style.from_zero(axes)
    style.set_years(axes)
    style.mark_projection(axes, picture.last_published)
    text = style.axis_text(unit, first.price_base, scale)
    label = first.model.variable(name).label
    frame.label(axes, label, text, picture.scores.get(name, ""), told)


def _range(picture: Picture, axes: Axes, name: str, scale: float) -> str:
    """Draw the range of many scenarios; return which are at its ends."""
    base, *others = picture.runs
    names = series.names_of(picture.runs)[1:]
    begins = series.first_difference(base, others, name)
    if begins is None:
        return "No scenario changes this"
    last = min(run.clock.last_year for run in picture.runs)
    years = np.arange(max(begins - 1, base.clock.first_year + 1), last + 1)
    every = [series.middle(r.yearly(name))[years - r.clock.first_year - 1] for r in others]
    rows = np.array(every)
    style.draw_range(axes, years, rows.min(axis=0), rows.max(axis=0), scale)
    low, high = names[int(rows[:, -1].argmin())], names[int(rows[:, -1].argmax())]
    return f"{financial_year(last)}: lowest {low}, highest {high}"


def _scale(run: Run, name: str) -> float:
    """Return what a panel divides a quantity by."""
    largest = float(series.middle(run.yearly(name)).max())
    return run.model.shown_divisor(run.model.variable(name).unit, largest)


def _since(picture: Picture, i: int, name: str) -> str:
    """Return the year a line begins: a scenario's one year before it leaves the first run's."""
    begins = year_end(picture.since)
    if i > 0:
        base, run = picture.runs[0], picture.runs[i]
        apart = series.first_difference(base, [run], name)
        begins = max(begins, apart - 1 if apart else picture.last_published or begins)
    return financial_year(begins)


def fit_panel(picture: Picture, frame: style.Frame, axes: Axes, name: str) -> None:
    """Draw one quantity over the published years, with its error in the title."""
    run, figures = picture.runs[0], picture.observed
    unit = run.model.variable(name).unit
    scale = _scale(run, name)
    line = series.line(run, name, None, picture.level, picture.since)
    style.draw_line(axes, line.until(picture.last_published), 0, scale)
    draw_figures(axes, picture.observed, name, points_of(picture, name), scale)
    style.set_years(axes)
    error = series.mape(run, figures, name) if figures is not None else float("nan")
    text = style.axis_text(unit, run.price_base, scale)
    frame.label(axes, run.model.variable(name).label, text, f"MAPE {error:.1f} %")


def fit_of_panel(
    picture: Picture, frame: style.Frame, axes: Axes, name: str
) -> tuple[list[Any], list[str]]:
    """Draw one quantity over the published years with tolerances; return what the legend holds."""
    run = picture.runs[0]
    years, values = points_of(picture, name)
    tolerances = np.array([_width(picture, name, year) for year in years])
    line = series.line(run, name, None, picture.level, picture.since)
    line = line.until(int(years.max(initial=run.clock.first_year + 1)))
    unit = run.model.variable(name).unit
    largest = max(values.max(), line.centre.max())
    scale = run.model.shown_divisor(unit, float(largest))
    scale, text = style.fine_scale(unit, run.price_base, scale, float(largest))
    style.draw_line(axes, line, 0, scale)
    used = tolerances > 0
    style.draw_tolerances(axes, years[used], values[used], tolerances[used], scale)
    style.draw_unused(axes, years[~used], values[~used], scale)
    disturbed = used & is_disturbed(picture.observed, name, years)
    draw_disturbed(axes, (years, values), disturbed, scale)
    style.set_years(axes)
    mark = "" if style.from_zero_if_near(axes) else "; axis does not begin at zero"
    figures = picture.observed
    error = series.mape(run, figures, name) if figures is not None else float("nan")
    detail = f"MAPE {error:.1f} %{mark}"
    frame.label(axes, run.model.variable(name).label, text, detail)
    shown = [
        (style.line_handle(0), "Model"),
        (style.point_handle(), "Published figure and its tolerance"),
        (style.unused_handle(), "Published, not fitted"),
        (disturbed_handle(), disturbed_label(figures, [name], picture.since)),
    ]
    there = (True, (used & ~disturbed).any(), (~used).any(), disturbed.any())
    kept = [pair for pair, is_there in zip(shown, there, strict=True) if is_there]
    return [handle for handle, _ in kept], [label for _, label in kept]


def _width(picture: Picture, name: str, year: int) -> float:
    figures = picture.observed
    return figures.series[name][financial_year(year)].width if figures is not None else 0.0


def difference_panel(
    picture: Picture,
    frame: style.Frame,
    axes: Axes,
    name: str,
    rate: float | None,
    names: Sequence[str],
) -> None:
    """Draw a quantity minus that of the first run, added up at ``rate`` unless that is None."""
    base, *others = picture.runs
    unit = base.model.variable(name).unit
    scale = _scale(base, name)
    first = series.first_difference(base, others, name)
    for i, run in enumerate(others, 1):
        if first is not None and picture.moves(run, name):
            line = _difference(picture, run, name, first, rate)
            style.draw_line(axes, line, i, scale)
    style.set_years(axes)
    axes.axhline(0, color="0.2", lw=1.0, zorder=2)
    if first is None:
        axes.set_xlim(year_end(picture.since), base.clock.last_year)
        axes.set_ylim(-1, 1)
        axes.text(
            0.5, 0.6, style.NO_DIFFERENCE, transform=axes.transAxes, ha="center", color="0.25"
        )
    style.mark_projection(axes, picture.last_published, named=False)
    text = style.axis_text(unit, base.price_base, scale, added_up=rate is not None)
    text += f"\n{style.direction_text(unit)}"
    discounted = f", discounted at {percent(rate)} a year" if rate else ""
    still = picture.still(name, names) if first is not None else ""
    against = f"against {base.name}{discounted}"
    title = _difference_title(picture, name, first, rate)
    frame.label(axes, title, text, against, picture.scores.get(name, ""), still)


def _difference_title(picture: Picture, name: str, first: int | None, rate: float | None) -> str:
    """Return a title such as ``"Total spending, added up from 2027-28"``."""
    label = picture.runs[0].model.variable(name).label
    added = f", added up from {financial_year(first)}" if first and rate is not None else ""
    return label + added


def _difference(
    picture: Picture, run: Run, name: str, first: int, rate: float | None
) -> series.Line:
    """Return the difference of two runs, with the band of their ensembles where both have one."""
    base = picture.runs[0]
    pair = [picture.ensemble(r) for r in (base, run)]
    gaps = [series.gap(base, run, name)]
    if pair[0] is not None and pair[1] is not None:
        gaps.append(series.gap(pair[0], pair[1], name))
    if rate is None:
        shown = [series.yearly_gap(g, first) for g in gaps]
    else:
        shown = [series.accumulated(g, first, rate) for g in gaps]
    return series.gap_line(shown[0], shown[-1], picture.level)


def points_of(picture: Picture, name: str) -> tuple[series.Years, series.Values]:
    """Return published figures within the years shown, in cash where the run is.

    Raises RunError for money at other prices than the model's.
    """
    run, figures = picture.runs[0], picture.observed
    rows = figures.series.get(name, {}).values() if figures is not None else ()
    for row in rows:
        if row.price_base and run.price_year and row.price_base != run.price_year:
            message = (
                f"published '{name}' is at {row.price_base} prices and the run at "
                f"{run.price_year}; convert one of them"
            )
            raise RunError(message)
    years, values = series.observed_points(figures, name, picture.since)
    keep = years <= max(r.clock.last_year for r in picture.runs)
    if run.price_levels is not None and run.model.variable(name).unit.power_of("GBP") == 1:
        keep &= np.isin(years, series.year_ends(run))
        values[keep] *= run.price_levels[years[keep] - run.clock.first_year]
    return years[keep], values[keep]


def bands_of(picture: Picture) -> str:
    """Return what the lines and bands of a figure are."""
    return band_note(picture.runs, picture.bands, picture.level)


def finish(
    picture: Picture,
    frame: style.Frame,
    notes: Sequence[str] | None,
    *,
    names: Sequence[str] = (),
    levels: bool = True,
    credit: str | None = None,
) -> Figure:
    """Set the legend of all runs below the panels, and the small print unless ``notes`` is None.

    The legend says which scenarios change none of ``names``. Without ``levels``, panels hold
    differences: the first run and published figures are not shown. ``credit`` says whose the
    published figures are, by default as the model does.
    """
    first = 0 if levels else 1
    last = 1 if picture.is_crowded else len(picture.runs)
    handles: list[Any] = [style.line_handle(i) for i in range(first, last)]
    idle = set() if picture.is_crowded or not names else set(picture.idle(names))
    told = series.names_of(picture.runs)[first:last]
    labels = [f"{name}: no change here" if name in idle else name for name in told]
    shown = [*picture.runs, *picture.bands.values()]
    if picture.is_crowded:
        handles.append(style.range_handle())
        labels.append(f"From the lowest to the highest of {len(picture.runs) - 1} scenarios")
    if picture.has_bands:
        handles.append(style.band_handle())
        labels.append(picture.band_label)
    published = levels and picture.last_published is not None
    if published:
        handles.append(style.point_handle())
        labels.append("Published figures")
        panels = names or list(picture.runs[0].outputs)
        more = disturbed_legend(picture.observed, panels, picture.since)
        handles, labels = [*handles, *more[0]], [*labels, *more[1]]
    if notes is None:
        return frame.finish(handles, labels, [])
    said = credit_shown(picture.runs[0].model, picture.observed) if credit is None else credit
    told = [changed_note(shown), said if published else "", *notes, notices_note(shown)]
    return frame.finish(handles, labels, told, stamp(picture.runs))
