"""Which quantity first had no value in a run that cannot go on, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from caresim.engine.record import Job
from caresim.language.evaluated import Leaf, first_fault
from caresim.language.expressions import Expr
from caresim.language.model import dependency_order
from caresim.language.parameters import ParameterRef
from caresim.language.variables import Stock
from caresim.language.walks import Chance, factors_of

__all__ = ["Tried", "blamed"]

LAST = 2  # moment of a step


@dataclass(frozen=True)
class Tried:
    """A moment at which rates were computed: step, place within it, and the stocks there."""

    step: int
    moment: int
    stocks: Sequence[float]


def blamed(
    job: Job,
    columns: Mapping[str, Any],
    steps: int,
    tried: Sequence[Tried],
    stocks: Sequence[float] | None,
) -> str:
    """Return a clause on the first quantity without a value, empty where none is found.

    ``tried`` are the last moments at which rates were computed, ``stocks`` those after the last of
    the whole ``steps``, None before there are any.
    """
    for at, leaf in _moments(job, columns, steps, tried, stocks):
        order = _wanted(job, at_start=at is None)
        if found := first_fault(job.model.variables, order, leaf):
            name, why = found
            return f"'{name}' has no value: {why}"
    return ""


def _wanted(job: Job, *, at_start: bool) -> list[str]:
    """Return what a run computes, each after what it is computed from."""
    program, variables = job.program, job.model.variables
    flows = [flow.name or "" for flow in job.model.flows()]
    names = [*(program.stocks if at_start else ()), *flows]
    names += [*program.recorded_rates, *program.recorded_levels]
    return dependency_order(variables, names, at_start=at_start)


def _moments(
    job: Job,
    columns: Mapping[str, Any],
    steps: int,
    tried: Sequence[Tried],
    stocks: Sequence[float] | None,
) -> Iterator[tuple[Tried | None, Leaf]]:
    if stocks is None:
        yield None, _leaf(job, columns, Tried(0, 0, ()))
        return
    moments = [(steps - 1, LAST)] if steps else []
    moments += [(steps, moment) for moment in range(LAST + 1) if steps < job.clock.n_steps]
    for at in (*tried, *(Tried(*moment, stocks) for moment in moments)):
        yield at, _leaf(job, columns, at)


def _leaf(job: Job, columns: Mapping[str, Any], at: Tried) -> Leaf:
    """Return what gives the value of a stock, a parameter or the time at a moment."""
    levels = dict(zip(job.program.stocks, at.stocks, strict=False))
    moving = {id(factor.chance): name for name, factor in factors_of(job.model).items()}

    def value(node: Expr) -> float:
        if isinstance(node, ParameterRef):
            base = job.value(node.name, columns)
            path = job.paths.get(node.name)
            if path is None:
                return float(base)
            slope, level = path.slope[at.step, at.moment], path.level[at.step, at.moment]
            return float(slope * base + level)
        if isinstance(node, Stock):
            return float(levels[node.name or ""])
        if isinstance(node, Chance):
            come = columns.get(moving[id(node)])
            return 0.0 if come is None else float(come[job.clock.years[at.step]])
        return float(job.clock.moments[at.step, at.moment])

    return value
