"""Says which stocks are passed through too fast for the step of a run."""

from __future__ import annotations

from collections.abc import Mapping

from caresim.engine.clock import Clock
from caresim.engine.methods import METHODS
from caresim.engine.notices import Notice

__all__ = ["FEWEST_STEPS", "is_unsafe", "step_notices"]

FEWEST_STEPS = 3  # a stay that is shorter is resolved coarsely
MOST_NAMED = 4
CHECKED_STEPS = 16  # a year


def step_notices(
    turnover: Mapping[str, float],
    labels: Mapping[str, str],
    clock: Clock,
    method: str,
    checked: float | None = None,
) -> list[Notice]:
    """Return what to say of stocks that turn over fast: near instability, or coarsely resolved.

    ``turnover`` is the largest outflow a year of each stock as a share of what it holds, so that
    its inverse is the shortest stay in years. A stock is named once: by itself where the step is
    beyond half of what the method keeps stable, else among those that are left in under three
    steps. ``checked`` is what the model was found to change by at 16 rk4 steps a year; at as many
    steps or more the notice says so, and is of the kind ``checked``.
    """
    unsafe = {name for name, share in turnover.items() if is_unsafe(share, clock, method)}
    coarse = {
        name: 1 / share
        for name, share in turnover.items()
        if name not in unsafe and share * clock.step * FEWEST_STEPS > 1
    }
    notices = [_strong(n, turnover[n], labels, clock, method) for n in turnover if n in unsafe]
    is_checked = method == "rk4" and clock.taken_per_year >= CHECKED_STEPS
    found = checked if is_checked else None
    return [*notices, _listed(coarse, labels, clock, found)] if coarse else notices


def is_unsafe(share: float, clock: Clock, method: str) -> bool:
    """Return whether a step is beyond half of what the method keeps stable."""
    return share * clock.step > METHODS[method].stability / 2


def _strong(
    name: str, share: float, labels: Mapping[str, str], clock: Clock, method: str
) -> Notice:
    text = (
        f"the stock '{labels.get(name, name)}' turns over {share:.1f} times a year, too fast for "
        f"{clock.taken_per_year} {method} steps a year: results may be wrong; take more steps"
    )
    return Notice("step", name, text)


def _listed(
    stays: Mapping[str, float], labels: Mapping[str, str], clock: Clock, checked: float | None
) -> Notice:
    names = sorted(stays, key=lambda name: float(f"{stays[name]:.9g}"))  # ties in the model's order
    parts = [
        f"'{labels.get(name, name)}' ({stays[name]:.2g} years, "
        f"{stays[name] / clock.step:.1f} steps)"
        for name in names[:MOST_NAMED]
    ]
    if len(names) > MOST_NAMED:
        parts.append(f"{len(names) - MOST_NAMED} more")
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    said = f"the shortest stay in {listed} is under {FEWEST_STEPS} steps"
    if checked is None:
        advice = "the step may be too coarse there; cs.check_step(model) measures what that changes"
        return Notice("step", names[0], f"{said}, so that {advice}")
    share = f"{100 * checked:.12f}".rstrip("0").rstrip(".")
    found = f"finer steps change no published output by more than {share} %"
    return Notice("checked", names[0], f"{said}; with the model's shipped values {found}")
