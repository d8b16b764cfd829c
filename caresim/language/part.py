"""What a model of one place knows of itself: which place, of what, and how large against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from caresim.language.parameter_entry import Parameter, Series

__all__ = ["Part", "scaled_entry"]


@dataclass(frozen=True, eq=False)
class Part:
    """One place of a ``whole`` model: its name and code, and how large its numbers are.

    ``factors`` holds, for each lever that counts something, how large the place is against the
    whole, and ``said`` tells it in words: amounts of a scenario of the whole are made as large,
    unless they are ``as_written``. ``drawn`` holds what draws of the whole's numbers are multiplied
    by. ``notes`` are sentences: the first on what is borrowed, all others on how good projections
    were.
    """

    name: str
    code: str
    called: str
    title: str
    whole: Any
    drawn: Mapping[str, float]
    factors: Mapping[str, float]
    said: Mapping[str, str]
    notes: tuple[str, ...] = ()
    as_written: bool = False

    @property
    def score(self) -> tuple[str, ...]:
        """The sentences on how good projections were."""
        return self.notes[1:]

    def factor(self, parameter: str) -> float:
        """Return what an amount of a scenario is multiplied by: 1 for shares and factors."""
        return 1.0 if self.as_written else self.factors.get(parameter, 1.0)


def scaled_entry(entry: Parameter, factor: float, value: float | Series) -> Parameter:
    """Return a number with its place's value, and bounds and prior as large as that."""
    bounds = entry.bounds and (entry.bounds[0] * factor, entry.bounds[1] * factor)
    prior = entry.prior and entry.prior.scaled(factor)
    return replace(entry, value=value, bounds=bounds, prior=prior)
