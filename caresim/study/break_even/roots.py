"""Looks for the effect at which two scenarios cost the same: a grid, then secants, all batched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caresim.language.errors import RunError
from caresim.study.simulator import Simulator

__all__ = ["Sums", "roots_of"]

Values = NDArray[np.float64]
REFINEMENTS = 4  # secants within a cell of the grid, each ten or more times nearer than the last
SAME = 1e-9  # of the baseline's own sum: less is rounding


@dataclass(frozen=True, eq=False)
class Sums:
    """Scenario minus baseline, added up from a year on and discounted, by value of the effect."""

    base: Simulator
    run: Simulator
    effect: str
    outcome: str
    first: str
    discount: float
    columns: dict[str, Values]

    @property
    def n_draws(self) -> int:
        """Number of draws, 1 without any."""
        return int(np.shape(next(iter(self.columns.values()), (0.0,)))[-1])

    @property
    def years(self) -> tuple[str, ...]:
        """The financial years that are added up."""
        return self.run.years[self.run.years.index(self.first) :]

    def __call__(self, effects: Values) -> Values:
        """Return sums to the end of each year for effects of shape (effects, draws)."""
        columns = {name: np.tile(values, len(effects)) for name, values in self.columns.items()}
        columns[self.effect] = effects.ravel()
        weights = (1.0 + self.discount) ** -np.arange(len(self.years))[:, None]
        try:
            before, after = (side(columns)[self.outcome] for side in (self.base, self.run))
        except RunError as fault:
            ends = f"{effects.min():g} and {effects.max():g}"
            message = f"with '{self.effect}' between {ends} a run cannot be finished: {fault}"
            raise RunError(message) from None
        before, after = (values[-len(weights) :] * weights for values in (before, after))
        sums = np.cumsum(after - before, axis=0)
        sums[np.abs(sums) < SAME * np.abs(before).sum(axis=0)] = 0.0
        return np.asarray(sums.reshape(-1, *effects.shape).swapaxes(0, 1))

    def moves_nothing_else(self, effect: float, names: Sequence[str]) -> bool:
        """Return whether some quantities are the same with and without the scenario."""
        columns = {**self.columns, self.effect: np.full(self.n_draws, effect)}
        before, after = (side(columns) for side in (self.base, self.run))
        return all(np.allclose(after[n], before[n], rtol=SAME, atol=0.0) for n in names)


def roots_of(
    grid: Values,
    last: Values,
    ask: Callable[[Values], Values],
    *,
    times: int = REFINEMENTS,
    curved: bool = False,
) -> Values:
    """Return for each draw the first place on a grid at which something is zero.

    ``last`` holds what it is there, of shape (places, draws); ``ask`` returns what it is at one
    place for each draw, and is asked some ``times``. Within a ``curved`` cell an end that stays
    counts for half from then on (the Illinois rule), or the other would creep. Infinite where it
    would have to be beyond the grid, NaN where the place does not matter.
    """
    signs = np.sign(last)
    crosses = (signs[:-1] != signs[1:]) & (signs[:-1] * signs[1:] <= 0)
    found, at, draw = crosses.any(axis=0), np.argmax(crosses, axis=0), np.arange(last.shape[1])
    ends = np.stack([grid[at], grid[at + 1]])
    values = np.stack([last[at, draw], last[at + 1, draw]])
    before = np.full(last.shape[1], -1)
    for _ in range(times):
        middle = _secant(ends, values, found)
        between = ask(middle)
        side = np.where(np.sign(between) == np.sign(values[0]), 0, 1)
        ends[side, draw], values[side, draw] = middle, between
        if curved:
            values[1 - side, draw] *= np.where(side == before, 0.5, 1.0)
            before = side
    falls = np.sign(np.median(last[0] - last[-1]))
    with np.errstate(invalid="ignore"):  # where it does not fall or rise, 0 · ∞ is NaN as it should
        beyond = signs[0] * falls * np.inf
    return np.where(found, _secant(ends, values, found), beyond)


def _secant(ends: Values, values: Values, found: NDArray[np.bool_]) -> Values:
    gap = np.where(found, values[0] - values[1], 1.0)
    share = np.where(found & (gap != 0), values[0] / np.where(gap == 0, 1.0, gap), 0.0)
    return np.asarray(ends[0] + (ends[1] - ends[0]) * share)
