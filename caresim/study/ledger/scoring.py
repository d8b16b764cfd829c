"""Holds a frozen projection against the figures that came out, and says what is not out yet."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from caresim.language.dates import year_end
from caresim.language.errors import CaresimError
from caresim.language.model import Model
from caresim.language.observed import Observation, Observed
from caresim.study.backtest.scores import (
    LEVELS,
    QUANTILES,
    geometric_ratio,
    inside,
    percentage_errors,
    weighted_interval_score,
)
from caresim.study.ledger.frozen import Frozen

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Line", "Scored", "check_model", "read_outcomes", "score_frozen"]

Values = NDArray[np.float64]
MIDDLE = QUANTILES.index(0.5)


def check_model(frozen: Frozen, model: Model) -> None:
    """Raise CaresimError for a frozen projection of another model."""
    if frozen.facts["model"] != type(model).__name__:
        message = f"the frozen projection is of {frozen.facts['model']}, not {type(model).__name__}"
        raise CaresimError(message)


@dataclass(frozen=True)
class Line:
    """One promised figure beside the one that came out.

    ``error`` is 100 × (median ÷ figure − 1), ``inside`` says for each of ``LEVELS`` whether the
    band held the figure, ``score`` is the weighted interval score on logs (0 is best). ``last``,
    ``last_error`` and ``last_score`` are those of the last figure kept, NaN where there is none.
    """

    series: str
    year: str
    unit: str
    actual: float
    projected: float
    error: float
    inside: tuple[bool, ...]
    score: float
    last: float
    last_error: float
    last_score: float


@dataclass(frozen=True, eq=False)
class Scored:
    """A frozen projection with its scores, one line for each figure that is out.

    ``waiting`` are the series and years that have no figure yet.
    """

    frozen: Frozen
    lines: tuple[Line, ...]
    waiting: tuple[tuple[str, str], ...]

    def table(self) -> pd.DataFrame:
        """Return the lines as a table, ``inside_50`` and the like one column each."""
        import pandas as pd

        return pd.DataFrame([_flat(line) for line in self.lines])

    def text(self) -> str:
        """Return the lines as CSV, numbers to six figures."""
        stream = io.StringIO()
        self.table().to_csv(stream, index=False, lineterminator="\n", float_format="%.6g")
        return stream.getvalue()

    @property
    def error(self) -> float:
        """The mean absolute % error of the medians."""
        return float(np.mean([abs(line.error) for line in self.lines]))

    @property
    def errors_beside(self) -> tuple[float, float]:
        """The same of model and last figure, over the lines that both can be scored on."""
        both = [line for line in self.lines if math.isfinite(line.last_error)]
        if not both:
            return math.nan, math.nan
        pairs = np.array([[abs(line.error), abs(line.last_error)] for line in both])
        first, second = pairs.mean(axis=0)
        return float(first), float(second)

    @property
    def relative(self) -> float:
        """The interval score of the model over that of the last figure, a geometric mean.

        Lines that the last figure cannot be scored on are left out; NaN where none is left.
        """
        both = [(x.score, x.last_score) for x in self.lines if math.isfinite(x.last_score)]
        scores = np.array(both, dtype=float).reshape(-1, 2)
        return geometric_ratio(scores[:, 0], scores[:, 1])

    def held(self) -> dict[int, int]:
        """Return how many figures each band held, by its level in %."""
        return {level: sum(x.inside[i] for x in self.lines) for i, level in enumerate(LEVELS)}

    def summary(self) -> str:
        """Return what the scores say in one sentence or two."""
        count = len(self.lines)
        said = (
            f"{count} of {count + len(self.waiting)} promised figures are out. The medians missed "
            f"them by {self.error:.1f} % on average; the 80 % bands held {self.held()[80]} of them"
        )
        model, last = self.errors_beside
        if math.isfinite(last):
            said += (
                f". Where there is a last figure to keep ({self.frozen.vintage} or the newest "
                f"before), it missed by {last:.1f} % and the model by {model:.1f} %"
            )
        if math.isfinite(self.relative):
            said += f"; the model's interval score is {self.relative:.2f} times the last figure's"
        return f"{said}."

    def __repr__(self) -> str:
        return f"<Scored: {len(self.lines)} figures, {len(self.waiting)} not yet>"


def read_outcomes(path: str | Path) -> Observed:
    """Read the figures that came out, a CSV with the columns of the model's own figures.

    A tolerance may be empty. Raises CaresimError that names the file and what is wrong.
    """
    return Observed.read(path)


def score_frozen(frozen: Frozen, figures: Observed) -> Scored:
    """Score a frozen projection with figures, which have the names of the published outputs.

    Money has to be at the prices of the projection. Raises CaresimError for a figure in another
    unit or at other prices, for one that is not above 0, and where no promised figure is out.
    """
    lines, waiting = [], []
    for (series, year), quantiles in frozen.quantiles.items():
        figure = figures.series.get(series, {}).get(year)
        if figure is None:
            waiting.append((series, year))
            continue
        target = frozen.targets[series]
        _check(figure, target)
        rival = frozen.rival.get((series, year))
        lines.append(_line(figure, quantiles, target, rival))
    if not lines:
        message = (
            f"no figure is of a promised series and year, so that there is nothing to score yet: "
            f"promised are {', '.join(frozen.years)} of {', '.join(frozen.targets)}"
        )
        raise CaresimError(message)
    order = sorted(lines, key=lambda line: year_end(line.year))
    return Scored(frozen, tuple(order), tuple(waiting))


def _line(
    figure: Observation, quantiles: Values, target: Mapping[str, Any], rival: Values | None
) -> Line:
    last = target["last"]["value"] if target["last"] else math.nan
    bands = quantiles[None, :]
    actual = np.array([figure.value])
    return Line(
        series=figure.series,
        year=figure.year,
        unit=_unit(target),
        actual=figure.value,
        projected=float(quantiles[MIDDLE]),
        error=_error(float(quantiles[MIDDLE]), figure.value),
        inside=tuple(bool(inside(bands, actual, level)[0]) for level in LEVELS),
        score=_score(quantiles, figure.value),
        last=last,
        last_error=_error(last, figure.value),
        last_score=math.nan if rival is None else _score(rival, figure.value),
    )


def _error(projected: float, actual: float) -> float:
    return float(percentage_errors(np.array([projected]), np.array([actual]))[0])


def _score(quantiles: Values, actual: float) -> float:
    """Return the weighted interval score of one figure, on logs."""
    logs = np.log(quantiles)[None, :]
    return float(weighted_interval_score(logs, np.log(np.array([actual])))[0])


def _unit(target: Mapping[str, Any]) -> str:
    base = target["price_base"]
    return f"{target['unit']}, {base} prices" if base else str(target["unit"])


def _check(figure: Observation, target: Mapping[str, Any]) -> None:
    where = f"{figure.series}, {figure.year}"
    unit, base = target["unit"], target["price_base"]
    if figure.unit != unit:
        message = f"{where}: the figure is in {figure.unit!r}; give it in {unit!r}"
        raise CaresimError(message)
    if figure.price_base != base:
        at = f"at {figure.price_base} prices" if figure.price_base else "without a price base"
        remedy = f"at {base} prices; divide it by the GDP deflator" if base else "not in money"
        message = f"{where}: the figure is {at}, and the projection {remedy}"
        if base:
            message += f" of its year as a multiple of {base}'s, and give {base} as its price_base"
        raise CaresimError(message)
    if not (figure.value > 0 and math.isfinite(figure.value)):
        message = f"{where}: the figure is {figure.value:g}; scores on logs need a number above 0"
        raise CaresimError(message)


def _flat(line: Line) -> dict[str, Any]:
    """Return a line as cells, the bands one by one."""
    cells = dict(vars(line))
    held = cells.pop("inside")
    bands = {f"inside_{level}": int(hit) for level, hit in zip(LEVELS, held, strict=True)}
    return {**cells, **bands}
