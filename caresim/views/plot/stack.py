"""Draws what adds up: areas stacked from zero, each named at its right edge."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from caresim.engine.run import Run
from caresim.language.dates import year_end
from caresim.language.observed import Observed
from caresim.language.published import NOT_SCORED, credit_shown, published
from caresim.study.spending import Part, divided, division_of
from caresim.views import series
from caresim.views.plot import style
from caresim.views.plot.disturbed import disturbed_legend, draw_figures
from caresim.views.plot.notes import changed_note, notices_note, score_notes, stamp
from caresim.views.plot.panels import Picture, points_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["stack_figure"]

LABELS, HEIGHT = 2.15, 3.3  # inches: room for the labels, and the height of the panel
INDENT = 0.16  # inches from the panel to its labels
SIZE = 8.0
LINE = 1.25 * SIZE / 72  # inches
SMALLEST = 0.05  # what one decimal still shows
# Of viridis, from dark blue to yellow: lightness alone tells them apart, in grey and to every eye
DARKEST, LIGHTEST = 0.1, 0.93


def stack_figure(
    run: Run,
    by: str | None,
    prices: str | None,
    observed: Observed | None,
    since: str,
    score: Sequence[Mapping[str, Any]] | None,
    *,
    width: float,
    notes: bool,
) -> Figure:
    """Draw what one run spends on each stage or line; see :func:`caresim.views.plot.spending`."""
    run = run if prices is None else run.at_prices(prices)
    parts = divided(run, by)
    picture = Picture.of((run,), None, observed, since, 0.8)
    frame = style.Frame.of(1, 1, width, right=LABELS, height=HEIGHT)
    word = by or division_of(run.model)
    title = f"{run.name}: spending by {run.model.spending_words.get(word, word)}"
    scores = score_notes(run.model, score)
    detail = "; ".join(f"{p.label}: {scores[p.name]}" for p in parts if p.name in scores)
    if published(run.model).is_unscored and score is None:
        detail = NOT_SCORED.capitalize()
    has_points = _stack(picture, frame, parts, (title, detail))
    handles, labels = ([style.point_handle()], ["Published total"]) if has_points else ([], [])
    if has_points:
        more = disturbed_legend(picture.observed, [parts[-1].name], since)
        handles, labels = [*handles, *more[0]], [*labels, *more[1]]
    credit = credit_shown(run.model, picture.observed) if has_points else ""
    told = [changed_note([run]), credit, _note(run, parts), notices_note([run])]
    return frame.finish(handles, labels, told if notes else [], stamp([run]) if notes else "")


def _stack(
    picture: Picture, frame: style.Frame, parts: Sequence[Part], words: tuple[str, str]
) -> bool:
    """Draw the parts, the first at the top; return whether their published total is shown."""
    run, axes, total = picture.runs[0], frame.panels[0], parts[-1]
    shown = [part for part in reversed(parts[:-1]) if part.values.any()]
    every = series.year_ends(run)
    keep = every >= year_end(picture.since)
    rows = np.array([series.middle(part.values)[keep] for part in [*shown, total]])
    unit = run.model.variable(parts[0].name).unit
    scale = run.model.shown_divisor(unit)
    scale, text = style.fine_scale(unit, run.price_base, scale, float(rows[-1].max()))
    years, rows = every[keep], rows / scale
    axes.stackplot(years, rows[:-1], colors=_colours(len(shown)), edgecolor="white", lw=0.6)
    axes.plot(years, rows[-1], color="black", lw=1.2, zorder=3)
    at, published = points_of(picture, total.name) if total.name else (every[:0], rows[0, :0])
    draw_figures(axes, picture.observed, total.name, (at, published), scale)
    style.from_zero(axes)
    axes.set_xlim(years[0], years[-1])
    _veil(axes, picture.last_published)
    last = run.clock.financial_years[-1]
    _name(frame, [*(part.label for part in shown), f"Total in {last}:"], rows[:, -1])
    frame.label(axes, words[0], text, words[1])
    return bool(len(at))


def _colours(count: int) -> list[tuple[float, float, float, float]]:
    from matplotlib import colormaps

    return [colormaps["viridis"](x) for x in np.linspace(DARKEST, LIGHTEST, count)]


def _veil(axes: Axes, begins: float | None) -> None:
    """Mark the projection, which areas would hide if it lay only beneath them."""
    style.mark_projection(axes, begins)
    first, last = axes.get_xlim()
    if begins is not None and begins < last:
        axes.axvspan(max(begins, first), last, color="white", alpha=0.25, lw=0, zorder=2)
        axes.set_xlim(first, last)


def _name(frame: style.Frame, words: Sequence[str], values: series.Values) -> None:
    """Name areas and, last, their total beside the right edge, with the numbers of that year."""
    axes = frame.panels[0]
    top = axes.get_ylim()[1]
    characters = int((LABELS - INDENT) * 72 / (SIZE * style.CHARACTER))
    named = [f"{word} {_number(v)}" for word, v in zip(words, values, strict=True)]
    texts = [textwrap.fill(text, characters) for text in named]
    heights = np.array([(text.count("\n") + 1) * LINE for text in texts]) * top / frame.panel_height
    edges = np.r_[np.cumsum(values[:-1]) - values[:-1] / 2, values[-1] + heights[-1] / 2]
    places = _spread(edges, heights, top)
    across, beside = 1 + INDENT / frame.panel_width, axes.get_yaxis_transform()
    style_of: dict[str, Any] = {"transform": beside, "fontsize": SIZE, "va": "center"}
    for text, edge, place in zip(texts[:-1], edges, places, strict=False):
        line = [1, 1 + 0.8 * (across - 1)], [edge, place]
        axes.plot(*line, transform=beside, color="0.45", lw=0.7, clip_on=False)
        axes.text(across, place, text, linespacing=1.1, **style_of)
    axes.text(across, places[-1], texts[-1], fontweight="bold", **style_of)


def _spread(wanted: series.Values, heights: series.Values, top: float) -> series.Values:
    """Return places near those wanted, in their order, with labels apart and below the top."""
    places, floor, ceiling = wanted.copy(), 0.0, top
    for i, half in enumerate(heights / 2):
        places[i] = max(places[i], floor + half)
        floor = places[i] + half
    for i, half in reversed(list(enumerate(heights / 2))):
        places[i] = min(places[i], ceiling - half)
        ceiling = places[i] - half
    return places


def _number(value: float) -> str:
    return f"{value:.1f}" if value >= SMALLEST or value == 0 else f"<{2 * SMALLEST:.1f}"


def _note(run: Run, parts: Sequence[Part]) -> str:
    """Return how sure a stack is and what it leaves out."""
    *divisions, total = parts
    told = "A single run, without its uncertainty."
    if run.n_runs > 1:
        stacked = np.sum([series.middle(part.values) for part in divisions], axis=0)
        apart = 100 * float(np.abs(stacked / series.middle(total.values) - 1).max())
        told = (
            f"Areas are medians of {run.n_runs:,} draws and add up to the median total, which is "
            f"the line, within {apart:.1f} %."
        )
    nothing = [part.label for part in divisions if not part.values.any()]
    return told + (f" Nothing is spent on {', '.join(nothing).lower()}." if nothing else "")
