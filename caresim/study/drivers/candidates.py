"""What may drive an answer: numbers that are drawn, what moves by chance, the structure of a draw.

Each is a column with a value for each run. A number that is the same in every run is none; one that
is the same in every draw of a structure is what the structure is, which stands for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from caresim.language.model import Model
from caresim.language.parameters import Parameter, ParameterRef
from caresim.language.priors import Prior
from caresim.language.walks import factors_of

__all__ = [
    "CHANCE",
    "NUMBER",
    "STRUCTURE",
    "Candidate",
    "candidates_of",
    "is_still",
    "structure_of",
]

Values = NDArray[np.float64]
NUMBER, CHANCE, STRUCTURE = "number", "chance", "structure"
ENDS = (0.1, 0.9)
SAME = 1e-9  # of the size of a column: less is rounding


@dataclass(frozen=True, eq=False)
class Candidate:
    """What may drive an answer, with a value for each run in ``column``, shape (runs,).

    ``kind`` is ``"number"``, ``"chance"`` or ``"structure"``, whose column counts ``settings``.
    ``grade`` and ``role`` are those of the number; of what moves by chance the grade is that of how
    much it moves.
    """

    name: str
    kind: str
    meaning: str
    role: str
    grade: str
    column: Values = field(repr=False)
    entry: Parameter | None = field(default=None, repr=False)
    settings: tuple[str, ...] = ()

    @property
    def prior(self) -> Prior | None:
        """What is believed of a number before the data, None for all else."""
        return None if self.entry is None else self.entry.prior

    @property
    def is_switch(self) -> bool:
        """Whether nothing is between the settings of a number."""
        return self.entry is not None and bool(self.entry.choices) and not self.entry.between

    def ends(self) -> tuple[float, float]:
        """Return the 10th and 90th percentile of the column; of a switch, its first and last."""
        if self.is_switch:
            return float(self.column.min()), float(self.column.max())
        low, high = np.quantile(self.column, ENDS)
        return float(low), float(high)

    def prior_ends(self) -> tuple[float, float] | None:
        """Return the 10th and 90th percentile of the prior, cut at bounds, None without one."""
        if self.entry is None or self.entry.prior is None:
            return None
        low, high = self.entry.prior.quantiles(ENDS, self.entry.bounds)
        return float(low), float(high)


def candidates_of(
    model: Model, drawn: Mapping[str, Values], structures: Sequence[str], years: int
) -> list[Candidate]:
    """Return what may drive the outputs of runs up to the end of some ``years``.

    ``drawn`` holds parameters, each of shape (runs,), and how far what moves by chance has come,
    each of shape (years, runs), which counts by its mean up to the date. Draw i is of structure i
    modulo the number of ``structures``.
    """
    runs = np.shape(next(iter(drawn.values()), ()))[-1:]
    of = structure_of(len(structures), *runs) if runs else np.zeros(0)
    found = []
    for name, column in drawn.items():
        made = _chance(model, name, column, years) if np.ndim(column) > 1 else None
        made = made or _number(model, name, column)
        if not is_still(made.column) and not (structures and _is_set_by(of, made.column)):
            found.append(made)
    if len(structures) > 1:
        told = f"Structure of the model: {', '.join(structures)}"
        found.append(Candidate(STRUCTURE, STRUCTURE, told, STRUCTURE, STRUCTURE, of,
                               settings=tuple(structures)))  # fmt: skip
    return found


def structure_of(structures: int, runs: int) -> Values:
    """Return which structure each run is of, counted from 0."""
    return np.arange(runs, dtype=float) % max(structures, 1)


def _number(model: Model, name: str, column: Values) -> Candidate:
    entry = model.parameters[name]
    said = entry.meaning or name
    return Candidate(name, NUMBER, said, entry.role, entry.grade, column, entry)


def _chance(model: Model, name: str, path: Values, years: int) -> Candidate:
    factor = factors_of(model)[name]
    size = factor.size
    grade = model.parameters[size.name].grade if isinstance(size, ParameterRef) else "assumption"
    return Candidate(name, CHANCE, factor.label, CHANCE, grade, path[:years].mean(axis=0))


def is_still(column: Values) -> bool:
    """Return whether a column is the same in all runs, but for rounding."""
    return bool(np.ptp(column) <= SAME * np.abs(column).max())


def _is_set_by(of: Values, column: Values) -> bool:
    """Return whether a column is the same in all runs of each structure."""
    return all(is_still(column[of == one]) for one in np.unique(of))
