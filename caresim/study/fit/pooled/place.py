"""One place of a pooled fit: its figures, and how its series follow from its levels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["Layout", "Place"]

Values = NDArray[np.float64]
Simulate = Callable[[Values, Values], Mapping[str, Values]]


@dataclass(frozen=True)
class Layout:
    """What is unknown of each place, and in which order.

    A value for each of ``levels`` in each of ``years``, the ``fitted`` first, as logarithms against
    the whole; then one for each of ``starts``, which says what the place begins with, and one for
    each series ``apart``, which it counts in a way of its own. ``series`` are those with figures.
    """

    levels: tuple[str, ...]
    years: tuple[int, ...]
    fitted: int
    starts: tuple[str, ...]
    series: tuple[str, ...]
    apart: tuple[str, ...]

    @property
    def n_moving(self) -> int:
        """Number of levels by year."""
        return len(self.levels) * len(self.years)

    @property
    def n_unknown(self) -> int:
        """Number of unknowns of a place."""
        return self.n_moving + len(self.starts) + len(self.apart)

    def of_level(self, level: int) -> slice:
        """Return where the years of a level stand among the unknowns."""
        return slice(level * len(self.years), (level + 1) * len(self.years))

    @property
    def of_starts(self) -> slice:
        """Where the starts stand."""
        return slice(self.n_moving, self.n_moving + len(self.starts))

    @property
    def of_apart(self) -> slice:
        """Where the factors of series stand that are counted apart."""
        return slice(self.n_moving + len(self.starts), self.n_unknown)


@dataclass(frozen=True, eq=False)
class Place:
    """One place: ``figures`` are logarithms, shape (series, years), NaN where there is none.

    ``simulate`` returns each series by year for levels, shape (levels, years), and starts, both as
    logarithms. ``covariate`` is a known trait, centred, ``size`` how large it is against the usual
    one, which is 1; ``breaks`` says by level in which years it
    jumped for other reasons than children, shape (levels, years).
    """

    name: str
    figures: Values
    covariate: float
    size: float
    breaks: NDArray[np.bool_]
    simulate: Simulate = field(repr=False)

    def computed(self, layout: Layout, x: Values) -> Values:
        """Return the logarithm of each series at some unknowns, shape (series, years)."""
        levels = x[: layout.n_moving].reshape(len(layout.levels), len(layout.years))
        found = self.simulate(levels, x[layout.of_starts])
        rows = np.log(np.array([found[name] for name in layout.series]))
        for name, factor in zip(layout.apart, x[layout.of_apart], strict=True):
            rows[layout.series.index(name)] += factor
        return np.asarray(rows)
