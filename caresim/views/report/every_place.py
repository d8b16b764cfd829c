"""All places of a model as one table, a short page and a figure for each series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from caresim.language.csv_text import table_text
from caresim.language.dates import financial_year
from caresim.language.fingerprints import fingerprint
from caresim.language.model import Model
from caresim.language.parts import Parts, parts_of_model
from caresim.language.place_figures import Area
from caresim.study.parts.kept import read_fitted
from caresim.study.parts.people import group_of, people_of
from caresim.study.parts.projected import Projected, every_projected
from caresim.study.parts.score import Scores, errors_of, read_scores
from caresim.study.workers import workers
from caresim.version import __version__
from caresim.views.files.claim import Place
from caresim.views.files.names import slug
from caresim.views.files.whole import write_all
from caresim.views.report.backtest_files import PARTS
from caresim.views.report.every_place_page import every_place_page
from caresim.views.report.places import written_count

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["PARTS", "EveryShown", "every_place_csv", "every_shown", "write_every_place"]

AHEAD = (5, 10)  # years after the last figures that the table shows
FACTS = ("region", "type")


@dataclass(frozen=True, eq=False)
class EveryShown:
    """What is shown of all places: the projection of each, and how good projections were."""

    model: Model
    parts: Parts
    places: tuple[tuple[Area, Projected], ...]
    scores: Scores | None

    @property
    def stem(self) -> str:
        """What the names of files begin with, such as ``"councils"``."""
        return slug(self.parts.several)

    @property
    def names(self) -> tuple[str, ...]:
        """The series that are shown."""
        return self.places[0][1].names

    @property
    def last(self) -> int:
        """The last year with figures of any of them."""
        return max(found.last(name) for _, found in self.places for name in self.names)


def every_shown(model: Model, fitted: Mapping[str, str]) -> EveryShown:
    """Return all places of a model with what was ``fitted``, texts by file name, or comes with it.

    A fit without a score has none.
    """
    parts = parts_of_model(model)
    if not fitted:
        return EveryShown(model, parts, every_projected(model), read_scores(parts))
    with TemporaryDirectory() as made:
        folder = Path(made)
        for name, text in fitted.items():
            (folder / name).write_text(text, encoding="utf-8")
        kept, scores = read_fitted(parts, folder), read_scores(parts, folder)
    return EveryShown(model, parts, every_projected(model, kept), scores)


def write_every_place(
    shown: EveryShown, place: Place, *, fitted: Mapping[str, str], figures: bool = True
) -> list[Path]:
    """Write table, page and figures of all places into a claimed folder, and what was ``fitted``.

    Raises CaresimError when something cannot be written.
    """
    drawn = _images(shown) if figures else {}
    labels = {f"{shown.stem}_{slug(n)}.png": shown.model.variable(n).label for n in shown.names}
    images = {name: label for name, label in labels.items() if name in drawn}
    files: dict[str, str | bytes] = {
        f"{shown.stem}.csv": every_place_csv(shown),
        f"{shown.stem}.md": every_place_page(
            shown.model, shown.parts, shown.places, shown.scores, images
        ),
        **drawn,
        **fitted,
    }
    told = {
        "caresim": __version__,
        "model": type(shown.model).__name__,
        "equations": fingerprint(type(shown.model)),
        "fitted_anew": bool(fitted),
        "last_figures": financial_year(shown.last),
        shown.parts.several: len(shown.places),
    }
    return write_all(files, place, f"{shown.stem}.json", told)


def every_place_csv(shown: EveryShown) -> str:
    """Return one row for each place: what it is, last figures, projections and their errors.

    Errors are those of places of its size, so many years ahead as the score goes, in %.
    """
    rows = [dict(_cells(shown, area, found)) for area, found in shown.places]
    return table_text(tuple(rows[0]), (tuple(row.values()) for row in rows))


def _cells(shown: EveryShown, area: Area, found: Projected) -> Iterator[tuple[str, str]]:
    """Yield the columns of one place."""
    group = group_of(shown.parts, area)
    yield from (("code", area.code), ("name", area.name))
    yield from ((fact, area.facts.get(fact, "")) for fact in FACTS)
    yield from (("children", f"{people_of(shown.parts, area):.0f}"), ("size", group))
    errors = errors_of(shown.scores, group, shown.names)
    for k, name in enumerate(shown.names):
        last = found.last(name)
        figure = found.figures[k, found.years.index(last)] if last else np.nan
        yield f"{name}_last_figure", written_count(figure)
        yield f"{name}_last_year", financial_year(last) if last else ""
        for ahead in AHEAD:
            yield from _projected(found, name, shown.last + ahead)
        error = errors.get(name)
        yield f"{name}_error", f"{error.model:.1f}" if error else ""
        yield f"{name}_error_of_last_value", f"{error.last_value:.1f}" if error else ""


def _projected(found: Projected, name: str, year: int) -> Iterator[tuple[str, str]]:
    """Yield what is projected for one year, with the band that holds 80 %."""
    head = f"{name}_{financial_year(year).replace('-', '_')}"
    j = found.years.index(year) if year in found.years else None
    low, high = found.band(name, 80)
    values = (found.projected[found.names.index(name)], low, high)
    for end, row in zip(("", "_low_80", "_high_80"), values, strict=True):
        yield head + end, written_count(row[j]) if j is not None else ""


def _images(shown: EveryShown) -> dict[str, bytes]:
    """Return a figure for each series, as PNG by file name."""
    with workers(len(shown.names)) as pool:
        tasks = [(name, pool.submit(partial(_image, shown, name))) for name in shown.names]
        return {f"{shown.stem}_{slug(name)}.png": task.result() for name, task in tasks}


def _image(shown: EveryShown, name: str) -> bytes:
    from caresim.views.plot.figure import FILE_DPI, figure_bytes

    return figure_bytes(_figure(shown, name), "png", FILE_DPI)


def _figure(shown: EveryShown, name: str) -> Figure:
    from caresim.language.published import published
    from caresim.views.plot.every_place import every_place

    stamp = f"caresim {__version__}, {type(shown.model).__name__} {fingerprint(type(shown.model))}"
    return every_place(
        shown.places, name, shown.model, shown.parts,
        notes=[_score_said(shown, name), published(shown.model).credit], stamp=stamp,
    )  # fmt: skip


def _score_said(shown: EveryShown, name: str) -> str:
    """Return how far projections of a series were off, and what its bands held."""
    scores = shown.scores
    if scores is None or not scores.count(series=name):
        return "Projections are not scored"
    horizon = int(scores.numbers["horizon"].max())
    found = scores.pooled(series=name, horizon=horizon)
    return (
        f"{horizon} years ahead projections were {found.errors['model']:.0f} % off (last value "
        f"{found.errors['last_value']:.0f} %), and 80 % bands held {found.held[80]:.0f} %"
    )
