"""Many small batches, as an analyst needs them: least squares, and sampling with emcee."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from importlib.util import find_spec
from typing import Any

import c_kernel
import numpy as np
import reference_model as reference
import timing

import caresim as cs
from caresim.engine.prepare import available_targets

Values = reference.Values
Simulator = Callable[[Values], Values]  # parameters (15, runs) to the points (80, runs)

CENTRE = np.array([value for value, _ in reference.DRAWN.values()])
YEARS, SERIES = slice(-29, -1, 3), slice(0, 8)  # ten years of eight stocks: eighty points
NOISE, WIDTH = 0.02, 0.1  # standard deviations of points and priors, as shares
REACH = 0.5  # of a parameter's logarithm: beyond five standard deviations nothing is run
WALKERS, STEPS, FEW_STEPS = 64, 1_000, 20
PATIENCE = 30.0  # seconds; what takes longer is scaled from a few steps
FORWARD = 1e-6  # difference in the logarithm of a parameter
START = 0.08  # how far off the centre a fit begins, in logarithms
KERNEL, PYTHON, COMPILED = "C, one thread", "caresim, Python", "caresim, compiled"
PAGE = """\
Eighty points, eight stocks in ten years with noise of 2 %, are made from the central run.
`scipy.optimize.least_squares` fits fifteen parameters to them and to priors of 10 % each, from
{start:.0%} off; the fifteen runs of a Jacobian go as one batch. (Without the priors the points do
not fix the parameters, and a fit takes nine times as many Jacobians.) Python is what caresim does
without llvmlite.

{fits}
"""
CHAINS = """
emcee moves {walkers} walkers by {steps:,} steps through the same posterior, {half} runs at a time
(`vectorize=True`). What would take more than {patience:.0f} s is scaled from {few} steps.

{chains}
"""


def section(repeats: int, found: dict[str, float], missing: list[str]) -> str:
    """Time fits and chains with each way to simulate and return a section of the page."""
    ways = simulators(missing)
    jobs: dict[str, timing.Job] = {name: partial(fit, ways[name]) for name in ways}
    fits = timing.by_turns(jobs, repeats)
    runs = {name: f"{fit(simulate):,}" for name, simulate in ways.items()}
    if COMPILED in fits:
        found["fit, compiled"] = fits[COMPILED].seconds
    rows = [(name, timing.shown(taken.seconds), runs[name]) for name, taken in fits.items()]
    text = PAGE.format(start=START, fits=timing.table(("Least squares", "Time", "Runs"), rows))
    if not find_spec("emcee"):
        missing.append("chains are not measured: emcee is not here")
        return text
    return text + chains(ways, found)


def chains(ways: Mapping[str, Simulator], found: dict[str, float]) -> str:
    """Time a chain with each way to simulate and return the rest of the section."""
    taken = {name: chain_time(simulate) for name, simulate in ways.items()}
    found["emcee"] = min(seconds for name, (seconds, _) in taken.items() if name != KERNEL)
    rows = [(name, timing.shown(seconds), how) for name, (seconds, how) in taken.items()]
    return CHAINS.format(
        walkers=WALKERS, half=WALKERS // 2, steps=STEPS, few=FEW_STEPS, patience=PATIENCE,
        chains=timing.table(("emcee", "Time", ""), rows),
    )  # fmt: skip


def simulators(missing: list[str]) -> dict[str, Simulator]:
    """Return the ways to simulate a batch that work here."""
    ways: dict[str, Simulator] = {}
    if timing.kernel_job(1):
        ways[KERNEL] = points_of(lambda chosen: c_kernel.run(reference.matrix(chosen)))
    if "compiled" in available_targets():
        ways[COMPILED] = points_of(reference.prepared("compiled"))
    else:
        missing.append("compiled fits and chains are not measured: llvmlite is not here")
    ways[PYTHON] = points_of(reference.prepared("python"))
    return ways


def points_of(run: Callable[[cs.Draws], Values]) -> Simulator:
    """Return a function from parameters (15, runs) to the eighty points of each run."""

    def simulate(params: Values) -> Values:
        chosen = cs.Draws(dict(zip(reference.DRAWN, params, strict=True)), "trial", 0)
        return run(chosen)[YEARS, SERIES].reshape(-1, params.shape[1])

    return simulate


def made_points(simulate: Simulator) -> Values:
    """Return the points to meet: the central run with noise, the same each time."""
    exact = simulate(CENTRE[:, None])[:, 0]
    return exact * (1 + NOISE * np.random.default_rng(1).standard_normal(len(exact)))


def fit(simulate: Simulator) -> int:
    """Fit the parameters to the points and return how many runs that took.

    Raises RuntimeError when the fit ends far from the points.
    """
    from scipy.optimize import least_squares

    points = made_points(simulate)
    runs = 0
    last: tuple[Values, Values] = (np.array([]), np.array([]))

    def residuals(x: Values) -> Values:
        nonlocal last, runs
        runs += 1
        simulated = simulate((CENTRE * np.exp(x))[:, None])[:, 0]
        last = (x.copy(), (simulated - points) / (NOISE * points))
        return np.concatenate([last[1], x / WIDTH])

    def jacobian(x: Values) -> Values:
        nonlocal runs
        if not np.array_equal(last[0], x):
            residuals(x)
        runs += len(x)
        moved = x[:, None] + FORWARD * np.eye(len(x))
        simulated = simulate(CENTRE[:, None] * np.exp(moved))
        off = (simulated - points[:, None]) / (NOISE * points[:, None])
        return np.vstack([(off - last[1][:, None]) / FORWARD, np.eye(len(x)) / WIDTH])

    off = START * np.where(np.arange(len(CENTRE)) % 2, 1, -1)
    result = least_squares(residuals, off, jac=jacobian)
    if 2 * result.cost > 2 * len(points):  # the sum of squares, about one for each point
        message = f"the fit ends {2 * result.cost:.0f} squares from {len(points)} points"
        raise RuntimeError(message)
    return runs


def chain_time(simulate: Simulator) -> tuple[float, str]:
    """Return the seconds of a chain, and how they were measured."""
    sampler, first = _sampler(simulate)
    sampler.run_mcmc(first, 2)  # warms up
    few = _seconds(sampler, FEW_STEPS)
    if few / FEW_STEPS * STEPS > PATIENCE:
        return few / FEW_STEPS * STEPS, f"scaled from {FEW_STEPS} steps"
    return _seconds(sampler, STEPS), "whole"


def _sampler(simulate: Simulator) -> tuple[Any, Values]:
    import emcee  # type: ignore[import-untyped]

    points = made_points(simulate)

    def log_posterior(x: Values) -> Values:
        """Return the log posterior of (walkers, 15) parameters, each the log of its share."""
        inside = (np.abs(x) < REACH).all(axis=1)
        params = CENTRE[:, None] * np.exp(np.clip(x, -REACH, REACH).T)
        off = (simulate(params) - points[:, None]) / (NOISE * points[:, None])
        squares = (off**2).sum(axis=0) + ((x / WIDTH) ** 2).sum(axis=1)
        return np.where(inside, -squares / 2, -np.inf)

    first = 0.01 * np.random.default_rng(1).standard_normal((WALKERS, len(CENTRE)))
    return emcee.EnsembleSampler(WALKERS, len(CENTRE), log_posterior, vectorize=True), first


def _seconds(sampler: Any, steps: int) -> float:
    begin = time.perf_counter()
    sampler.run_mcmc(None, steps)
    return time.perf_counter() - begin
