"""What leaves a delay: its outflow, shared out among the flows; anything else is another delay."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping

from caresim.language.calls import maximum, total
from caresim.language.errors import ModelError
from caresim.language.evaluated import Evaluated
from caresim.language.expressions import Expr, walk
from caresim.language.lags import Delay
from caresim.language.structure import dependency_order, equations_of
from caresim.language.variables import Check, Flow, Variable

__all__ = ["counts_leaving", "leaving_checks"]

TRIALS, NEAR = 3, 1e-9
ENDING = "_left_otherwise"


def leaving_checks(variables: Mapping[str, Variable]) -> Iterator[tuple[Delay, Check]]:
    """Yield a check for each delay of which it hangs on numbers whether its flows add up.

    Nothing is made where they add up whatever the numbers, as a share and what it leaves do.

    Raises ModelError for a flow out of a delay that is no part of its outflow.
    """
    for delay in [v for v in variables.values() if isinstance(v, Delay)]:
        flows = _out_of(delay, variables)
        if not flows or _adds_up(delay, flows, variables):
            continue
        for flow in flows:
            if flow.pipe.start is not delay.exit or not _reaches(flow, delay.outflow, variables):
                message = (
                    f"'{flow.name}' is no part of the outflow of the delay '{delay.name}': what "
                    f"leaves a delay is its outflow, so write {delay.name}.outflow, or a share of "
                    "it; for those who leave at another rate make it a Stock"
                )
                raise ModelError(message)
        gap = total(*flows) - delay.outflow
        label = f"{delay.label}: what leaves it is not all of its outflow, and no more"
        check = Check(label, maximum(gap, -gap) > NEAR * delay.outflow)
        check.name = f"{delay.name}{ENDING}"
        yield delay, check


def counts_leaving(variable: Variable) -> bool:
    """Return whether a quantity is such a check, which another class makes anew."""
    return isinstance(variable, Check) and (variable.name or "").endswith(ENDING)


def _out_of(delay: Delay, variables: Mapping[str, Variable]) -> list[Flow]:
    own = {id(move) for move in delay.moves}
    return [
        v
        for v in variables.values()
        if isinstance(v, Flow) and id(v) not in own and v.pipe.start in delay.stages
    ]


def _adds_up(delay: Delay, flows: list[Flow], variables: Mapping[str, Variable]) -> bool:
    """Return whether flows are a delay's outflow for any numbers, tried at some at random."""
    if any(flow.pipe.start is not delay.exit for flow in flows):
        return False
    order = dependency_order(dict(variables), [flow.name or "" for flow in flows])
    return all(_adds_up_once(delay, flows, variables, order, seed) for seed in range(TRIALS))


def _adds_up_once(
    delay: Delay, flows: list[Flow], variables: Mapping[str, Variable], order: list[str], seed: int
) -> bool:
    def leaf(node: Expr) -> float:
        return random.Random(f"{seed} {node}").uniform(0.1, 0.9)  # noqa: S311  (of no secret)

    evaluated = Evaluated(variables, leaf)
    try:
        for name in order:
            evaluated.add(name)
        outflow = evaluated.value(delay.outflow)
    except (ArithmeticError, ValueError):
        return False
    out = math.fsum(evaluated.values[flow.name or ""] for flow in flows)
    return math.isclose(out, outflow, rel_tol=NEAR)


def _reaches(flow: Flow, wanted: Expr, variables: Mapping[str, Variable]) -> bool:
    """Return whether an expression stands in an equation, or in one that it is computed from."""
    order = dependency_order(dict(variables), [flow.name or ""])
    return any(node is wanted for name in order for node in walk(*equations_of(variables[name])))
