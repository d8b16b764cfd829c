"""The methods of integration, one row each."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["METHODS", "Method", "Stage"]

FIRST, MIDDLE, LAST = range(3)  # moments of a step


@dataclass(frozen=True)
class Stage:
    """One slope of a step: the moment that it is taken at, its weight, and how far to go with it.

    ``weight`` is its share in the change over the step, ``reach`` how far it leads to where the
    next stage stands; both in steps.
    """

    moment: int
    weight: float
    reach: float


@dataclass(frozen=True)
class Method:
    """The stages of a method, and the largest rate × step of an outflow that it keeps stable."""

    stages: tuple[Stage, ...]
    stability: float


METHODS: dict[str, Method] = {
    "rk4": Method(
        (
            Stage(FIRST, 1 / 6, 0.5),
            Stage(MIDDLE, 1 / 3, 0.5),
            Stage(MIDDLE, 1 / 3, 1.0),
            Stage(LAST, 1 / 6, 0.0),
        ),
        stability=2.785,
    ),
    "euler": Method((Stage(FIRST, 1.0, 0.0),), stability=2.0),
}
