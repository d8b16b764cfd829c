"""Which numbers the difference between two runs comes from: regression on the draws behind them."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from caresim.engine.run import Run
from caresim.language.errors import RunError
from caresim.study.arguments import output_of, run_of, text_of
from caresim.study.compare import check_pair, years_of
from caresim.study.drivers.answer import Drivers
from caresim.study.drivers.candidates import ENDS, Candidate, candidates_of
from caresim.study.drivers.chosen import chosen
from caresim.study.drivers.driver import REGRESSION, Driver

__all__ = ["LEAST_RUNS", "difference_of", "drivers_of", "what_drives"]

Values = NDArray[np.float64]
SAME = 1e-9  # of the baseline's own value: less is rounding
LEAST_RUNS = 10  # of which a regression says anything


def what_drives(base: Run, other: Run, output: str, *, at: str | dt.date | None = None) -> Drivers:
    """Return which numbers the difference of an output between two runs comes from.

    ``base`` and ``other`` are ensembles of the same draws; the difference is that of each draw, on
    the 31 March ``at``, or over the year that ends then, by default the last. It is regressed on
    all that was drawn, one after the other, the strongest first: numbers and what moves by chance
    up to then, by the normal scores of their ranks, and the structure that a draw is of. Each has
    its gain of R², the share of the variance. What adds no more than the largest of as many random
    columns would in one case of twenty is not named, so that few draws name few.

    Numbers that draws move together share what they explain: the first that is taken has it, and
    which that is may hang on the draws. ``alone`` shows it: the R² of each by itself.

    Raises RunError for runs without draws, of fewer than ten, or of other draws than each other's,
    for an output that they did not store, and for what is no 31 March within them.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> draws = cs.draws(England(), 100, seed=1, given="posterior")
    >>> names = "current_policy_2026", "early_help_first"
    >>> base, early = (cs.run(England(), name, draws=draws) for name in names)
    >>> found = cs.what_drives(base, early, "looked_after", at="2035-03-31")
    >>> found.rows[0].name
    'family_support_entry_elasticity'
    """
    for run in (base, other):
        run_of(run, "what_drives")
    check_pair(base, other, "what_drives")
    year = years_of(base, None if at is None else [at])[0]
    return drivers_of(base, other, text_of(output, "output", base.model.example_name()), year)


def drivers_of(base: Run, run: Run, output: str, year: str, most: int | None = None) -> Drivers:
    """Return what drives the difference of an output between paired ensembles, at most ``most``.

    ``year`` is a financial year such as ``"2034-35"``. Takes a few hundredths of a second for some
    hundred draws. Raises RunError for runs without draws, and for an output that they did not
    store.
    """
    entry = output_of(run.model, output)
    if not (run.drawn_columns and base.drawn_columns):
        message = (
            f"what_drives takes runs with draws behind them, and '{run.name}' or '{base.name}' has "
            "none: cs.run(model, scenario, draws=cs.draws(model, 200, seed=1))"
        )
        raise RunError(message)
    if run.n_runs < LEAST_RUNS:
        message = f"what_drives takes at least {LEAST_RUNS} draws, not {run.n_runs}"
        raise RunError(message)
    place = run.clock.financial_years.index(year)
    answer = difference_of(*(side.yearly(entry.name)[place] for side in (run, base)))
    candidates = _behind(base, run, place + 1)
    rows = tuple(
        Driver.of(
            one.of,
            (one.at_low, one.at_high),
            one.settings,
            {"share": one.share, "alone": one.alone},
        )
        for one in sorted(chosen(answer, candidates, most), key=lambda one: -one.share)
    )
    low, high = np.quantile(answer, ENDS)
    return Drivers(
        output=entry,
        scenario=run.name,
        baseline=base.name,
        year=year,
        method=REGRESSION,
        rows=rows,
        runs=run.n_runs,
        origin=str((run.provenance.get("draws") or {}).get("origin", "draws")),
        middle=float(np.median(answer)),
        spread=(float(low), float(high)),
        centre=float(answer.mean()),
        tried=len(candidates),
        model=type(run.model).__name__,
        is_rate=run.model.variable(entry.name).is_rate,
        price_year=run.price_year if run.prices == "real" else "",
    )


def difference_of(after: Values, before: Values) -> Values:
    """Return what runs differ by, nothing where that is rounding."""
    difference = after - before
    return np.where(np.abs(difference) > SAME * np.abs(before), difference, 0.0)


def _behind(base: Run, run: Run, years: int) -> list[Candidate]:
    """Return what may drive a difference: what is drawn in either run."""
    structures = tuple((run.provenance.get("draws") or {}).get("structures", ()))
    one, two = (candidates_of(r.model, r.drawn_columns, structures, years) for r in (run, base))
    known = {candidate.name for candidate in one}
    return [*one, *(candidate for candidate in two if candidate.name not in known)]
