"""How good projections for places have been: the kept rows of the score, pooled and in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.language.csv_rows import csv_kind, read_table
from caresim.language.errors import ModelError
from caresim.language.parts import Parts
from caresim.language.place_figures import Area
from caresim.study.parts.bands import SHARES, quantiles_of
from caresim.study.parts.people import group_of
from caresim.study.parts.rivals import RIVALS
from caresim.study.parts.scoring import HORIZONS

__all__ = [
    "BANDS",
    "METHODS",
    "Error",
    "Pooled",
    "Scores",
    "errors_of",
    "read_scores",
    "score_notes",
    "score_text",
]

Values = NDArray[np.float64]
METHODS = ("model", *RIVALS)
KEYS = ("origin", "area", "series")
NUMBERS = ("actual", "loose", "noise", *METHODS)
SCORE = csv_kind("a CSV file of scores of places", ModelError)
BANDS = {50: (0.25, 0.75), 80: (0.1, 0.9), 95: (0.025, 0.975)}
GROWTH = ("whole_projected", "whole_damped")
DIGITS = 4


@dataclass(frozen=True)
class Pooled:
    """Mean absolute percentage errors by method, and the share of figures within bands, in %."""

    count: int
    errors: Mapping[str, float]
    held: Mapping[int, float]

    @property
    def best_growth(self) -> float:
        """The smaller error of the two ways to grow the last value as the whole does."""
        return min(self.errors[name] for name in GROWTH)

    @property
    def beats_last(self) -> bool:
        """Whether the model was nearer than the last value."""
        return self.errors["model"] < self.errors["last_value"]


@dataclass(frozen=True, eq=False)
class Scores:
    """The rows of a score, by column; ``groups`` says of each row how large its place is."""

    texts: Mapping[str, NDArray[np.str_]]
    numbers: Mapping[str, Values]
    groups: NDArray[np.str_]

    def pooled(self, **only: object) -> Pooled:
        """Return the score of the rows that a column has some value in, or of all.

        ``pooled(series="referrals", horizon=4, group="small")``.
        """
        chosen = self._chosen(only)
        rows = {key: values[chosen] for key, values in self.numbers.items()}
        errors = {m: 100 * float(np.mean(np.abs(rows[m] / rows["actual"] - 1))) for m in METHODS}
        quantiles = quantiles_of(rows["model"], rows["loose"], rows["noise"])
        at = {share: quantiles[:, i] for i, share in enumerate(SHARES)}
        held = {
            band: 100 * float(np.mean((rows["actual"] >= at[low]) & (rows["actual"] <= at[high])))
            for band, (low, high) in BANDS.items()
        }
        return Pooled(int(chosen.sum()), errors, held)

    def count(self, **only: object) -> int:
        """Return how many rows have some values, as in :meth:`pooled`."""
        return int(self._chosen(only).sum())

    def _chosen(self, only: Mapping[str, object]) -> NDArray[np.bool_]:
        chosen = np.ones(len(self.groups), dtype=bool)
        for key, value in only.items():
            column = self.groups if key == "group" else self.texts.get(key, self.numbers.get(key))
            chosen &= np.asarray(column) == value
        return chosen


def score_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the rows of a score as CSV, a line for each origin, place and series.

    Each number stands in a column for each horizon, such as ``actual_1``.
    """
    lines: dict[tuple[str, ...], dict[str, float]] = {}
    for row in rows:
        cells = lines.setdefault(tuple(row[key] for key in KEYS), {})
        cells |= {f"{name}_{row['horizon']}": row[name] for name in NUMBERS}
    columns = [f"{name}_{horizon}" for horizon in HORIZONS for name in NUMBERS]
    text = [",".join((*KEYS, *columns))]
    for key, cells in lines.items():
        numbers = (f"{cells[name]:.{DIGITS}g}" if name in cells else "" for name in columns)
        text.append(",".join((*key, *numbers)))
    return "\n".join(text) + "\n"


@dataclass(frozen=True)
class Error:
    """How far projections so many years ahead were off for places of one size, in %."""

    group: str
    horizon: int
    model: float
    last_value: float


def errors_of(scores: Scores | None, group: str, names: Sequence[str]) -> dict[str, Error]:
    """Return by series how far projections for places of a size were off, the furthest ahead."""
    if scores is None or not len(scores.groups):
        return {}
    horizon = int(scores.numbers["horizon"].max())
    found = {}
    for name in names:
        if scores.count(series=name, group=group, horizon=horizon):
            errors = scores.pooled(series=name, group=group, horizon=horizon).errors
            found[name] = Error(group, horizon, errors["model"], errors["last_value"])
    return found


@cache
def read_scores(parts: Parts, folder: Path | None = None) -> Scores | None:
    """Return the score of a model's places, of a folder or that comes with it; None without one."""
    path = (folder or parts.folder) / "score.csv"
    if not path.is_file():
        return None
    table = read_table(path, KEYS, None, kind=SCORE)
    found = [
        (row, horizon)
        for row in table
        for horizon in HORIZONS
        if row.number(f"actual_{horizon}") is not None
    ]
    table.faults.tell()
    texts = {key: np.array([row[key] for row, _ in found]) for key in KEYS}
    numbers = {
        name: np.array([row.needed(f"{name}_{horizon}") for row, horizon in found])
        for name in NUMBERS
    }
    numbers["horizon"] = np.array([float(horizon) for _, horizon in found])
    groups = {area.code: group_of(parts, area) for area in parts.areas}
    return Scores(texts, numbers, np.array([groups[code] for code in texts["area"]]))


def score_notes(
    parts: Parts, area: Area, names: Sequence[str], labels: Mapping[str, str]
) -> tuple[str, ...]:
    """Say how far projections of places like one were off, and where the last value was nearer."""
    scores = read_scores(parts)
    if scores is None:
        return (f"projections for {parts.several} are not scored",)
    group = group_of(parts, area)
    horizon = int(scores.numbers["horizon"].max())
    found = {name: scores.pooled(series=name, group=group, horizon=horizon) for name in names}
    told = ", ".join(
        f"{labels[name]} {one.errors['model']:.0f} % (last value {one.errors['last_value']:.0f} %)"
        for name, one in found.items()
    )
    worse = [labels[name] for name, one in found.items() if not one.beats_last]
    every = scores.pooled(group=group, horizon=horizon)
    first = (
        f"for {group} {parts.several} like this one, projections {horizon} years ahead, made from "
        f"what was known at the time, were off by: {told}; their 80 % bands held "
        f"{every.held[80]:.0f} %"
    )
    if not worse:
        return (first,)
    return (
        first,
        (
            f"the last value was nearer than this model for {' and '.join(worse)}: do not take "
            "its change for a forecast"
        ),
    )
