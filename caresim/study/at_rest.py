"""Starts a model in equilibrium: at the levels that it comes to when nothing moves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from caresim.engine.continuous import Continuous
from caresim.engine.paths import JUST
from caresim.language.errors import RunError
from caresim.language.model import Model
from caresim.study.question import Question
from caresim.study.scenario.scenario import Scenario

__all__ = ["at_rest"]

Values = NDArray[np.float64]
FIRST_LOOK, LONGEST = 10.0, 1e5  # years to wait for rest
MOST_STEPS = 50_000  # of the solver; a model that swings never runs out of them otherwise
ENORMOUS = 1e12  # times what a stock began with: it grows without end
APPROACH = 1e-9  # relative tolerance of the long run
LONG_STEP = 1e4  # years of an implicit step: nearly Newton's, and it keeps what a closed loop holds
MOST_CORRECTIONS = 60
CLOSE = 1e-3  # share of a stock's size by which corrections may move it from where the run led
AT_REST = 1e-10  # of a stock, a year; what remains is rounding, also of a small share of much
GAIN = 0.9  # a correction that leaves more of what was left has met rounding
EMPTY, TINY = 1e-15, 1e-60  # shares of a size: a stock that is taken as empty; nothing
STABLE = 1e-6  # of the fastest rate: growth below it is that of a closed loop's total, none
MOST_NAMED = 4


def at_rest(model: Model, scenario: Scenario | str | Path | None = None) -> Model:
    """Return the model starting at the rest that it comes to when nothing moves it.

    Parameters and dated paths are held as they are on the first day, the changes of a scenario that
    begin on that day included; the stocks then run until they settle. A stock whose net change is
    nil whatever it holds keeps its level. A run of the result leaves the rest as paths move.

    Raises ScenarioError for a scenario that cannot be used, RunError that names the stocks that do
    not come to rest, because they fill, grow or swing without end.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> settled = cs.at_rest(England())
    >>> round(settled.starting["leavers_to_21"], -3)
    32000.0
    """
    asked = Question.of(model, scenario, verb="at_rest")
    system, start = Continuous.of(model, asked.shifts), float(asked.clock.first_year)
    try:
        held = _Held(system, system.given(start, start + JUST))
        levels = _settled(held, np.array(system.opening(start)))
    except (ArithmeticError, ValueError) as fault:
        message = f"{type(model).__name__} has no value on its way to rest: {fault}"
        raise RunError(message) from fault
    return model.with_start(**dict(zip(system.program.stocks, levels.tolist(), strict=True)))


@dataclass(frozen=True)
class _Held:
    """A model whose parameters and dated paths stand still."""

    system: Continuous
    given: Sequence[float]

    def net(self, stocks: Values) -> Values:
        """Return the net change of each stock, per year."""
        return np.array(self.system.rates(stocks, self.given)[0], dtype=float)

    def jacobian(self, stocks: Values, sizes: Values) -> Values:
        """Return how each net change answers to each stock, from a small rise of it."""
        rises = np.diag(1e-6 * np.where(sizes > 0, sizes, 1.0))
        here = self.net(stocks)
        return np.array([(self.net(stocks + rise) - here) / rise.max() for rise in rises]).T

    def correction(self, stocks: Values, sizes: Values) -> Values:
        """Return the change over one long implicit step."""
        answers, net = self.jacobian(stocks, sizes), self.net(stocks)
        change = np.linalg.solve(np.eye(len(stocks)) / LONG_STEP - answers, net)
        # what nothing moves stays, also by the rounding of the solution
        return np.where((net == 0) & ~answers.any(axis=1), 0.0, change)

    def leaves(self, stocks: Values, sizes: Values) -> bool:
        """Return whether the least disturbance grows."""
        rates = np.linalg.eigvals(self.jacobian(stocks, sizes))
        return bool(rates.real.max() > STABLE * np.abs(rates).max())


def _settled(held: _Held, opening: Values) -> Values:
    """Return the levels that a long run settles at, to rounding."""
    from scipy.integrate import LSODA

    sizes = np.maximum(np.abs(opening), np.abs(held.net(opening)))
    scale = np.where(sizes > 0, sizes, 1.0)
    # all but relative for stocks that stay above zero: an epidemic returns from very few
    floor = np.where(held.system.program.signed, APPROACH, TINY) * scale
    solver = LSODA(lambda _, y: held.net(y), 0.0, opening, LONGEST, rtol=APPROACH, atol=floor)
    look = FIRST_LOOK
    for _ in range(MOST_STEPS):
        if solver.status != "running" or not (np.abs(solver.y) < ENORMOUS * scale).all():
            break
        solver.step()
        sizes = np.maximum(sizes, np.abs(solver.y))
        if solver.t >= look:
            rest = _corrected(held, solver.y, sizes)
            # a run may dwell near a rest that it will leave, as before an epidemic
            if rest is not None and not held.leaves(rest, sizes):
                return rest
            look = 2 * solver.t
    rest = _corrected(held, solver.y, sizes)
    if rest is None:
        raise RunError(_restless(held, solver.y, sizes))
    return rest


def _corrected(held: _Held, stocks: Values, sizes: Values) -> Values | None:
    """Return the rest close to some levels, or None where there is none."""
    rest, signed, least = stocks, np.array(held.system.program.signed), np.inf
    closest = rest
    for _ in range(MOST_CORRECTIONS):
        rest = rest + held.correction(rest, sizes)
        rest = np.where(~signed & (np.abs(rest) < EMPTY * sizes), 0.0, rest)
        if not (np.abs(rest - stocks) <= CLOSE * sizes).all() or (rest[~signed] < 0).any():
            return None
        change = np.abs(held.net(rest))
        left = float(np.max(change / np.maximum(np.maximum(np.abs(rest), CLOSE * sizes), TINY)))
        if left > GAIN * least:
            break
        closest, least = rest, left
    return closest if least <= AT_REST else None


def _restless(held: _Held, stocks: Values, sizes: Values) -> str:
    """Say which stocks do not come to rest, the worst first."""
    model = held.system.model
    with np.errstate(divide="ignore", invalid="ignore"):
        moves = np.nan_to_num(np.abs(held.correction(stocks, sizes)) / sizes, nan=0.0)
    worst = [int(i) for i in np.argsort(-moves) if moves[i] > CLOSE] or [int(np.argmax(moves))]
    names = [held.system.program.stocks[i] for i in worst]
    listed = ", ".join(f"'{name}'" for name in names[:MOST_NAMED])
    if len(names) > MOST_NAMED:
        listed += f" and {len(names) - MOST_NAMED} more"
    return (
        f"{type(model).__name__} does not come to rest while its parameters are held, because of "
        f"{listed}: a stock that only fills, grows in proportion to itself, swings, or settles "
        "over tens of thousands of years has no rest to start from; give it an outflow, or choose "
        "where the model starts with with_start(…)"
    )
