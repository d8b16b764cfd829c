"""The rows of a declared regression: outcome, exposures at their lags, controls, and new levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from caresim.study.panel.declared import TIME, Declared, Regression, Specification
from caresim.study.panel.estimates import Sample
from caresim.study.panel.figures import Figures
from caresim.study.panel.quantities import Quantity, counted, held_against, measured

__all__ = ["sample_of", "shifted", "term_name"]

Values = NDArray[np.float64]
Marks = NDArray[np.bool_]
Prices = Mapping[int, float]
LEAST_COUNT = 150.0  # below it a count doubles by chance


def term_name(exposure: str, lag: int) -> str:
    """Return the name of an exposure some years before the outcome; below zero, after it."""
    return f"{exposure}, {'next year' if lag == -1 else f'lag {lag}'}"


def shifted(values: Values, lag: int) -> Values:
    """Return units × years of what stood ``lag`` years before; nan where the years do not reach."""
    moved = np.full_like(values, np.nan)
    if lag > 0:
        moved[:, lag:] = values[:, :-lag]
    elif lag < 0:
        moved[:, :lag] = values[:, -lag:]
    else:
        moved[:] = values
    return moved


def sample_of(
    asked: Regression,
    outcome: str,
    exposures: Sequence[str],
    spec: Specification,
    declared: Declared,
    figures: Figures,
    prices: Prices,
) -> Sample:
    """Return the rows of one regression, with what was dropped, counted by reason.

    The first reason that holds counts a cell. Raises ParameterError for series and prices that the
    figures lack.
    """
    figures = figures.without((*asked.without, *spec.without))
    known = declared.quantities
    of = replace(known[outcome], hidden_as=None) if spec.hidden_out else known[outcome]
    is_count = spec.method == "counts"
    y = measured(of, figures, prices, known, log=False if is_count else None)
    terms = _terms(exposures, spec, known, figures, prices)
    if spec.lagged_outcome:
        terms[term_name(outcome, 1)] = shifted(y, 1)
    terms |= _controls(spec, known, figures, prices)
    weights = held_against(of, figures) if spec.weighted or is_count else np.ones_like(y)
    kept, dropped = _kept(_inside(asked, spec, figures), _reasons(y, terms, weights))
    unit, year = np.nonzero(kept)
    return Sample(
        outcome=y[kept],
        terms=np.column_stack([values[kept] for values in terms.values()]),
        names=tuple(terms),
        unit=unit.astype(np.int64),
        level=_levels(of, exposures, spec, known, figures, prices)[kept],
        year=np.array(figures.years)[year],
        weights=weights[kept],
        dropped=dropped,
    )


def _kept(inside: Marks, reasons: Mapping[str, Marks]) -> tuple[Marks, dict[str, int]]:
    """Return the cells that no reason drops, and how many each drops that none before it did."""
    kept, dropped = inside.copy(), {}
    for reason, gone in reasons.items():
        if count := int((kept & gone).sum()):
            dropped[reason] = count
        kept &= ~gone
    return kept, dropped


def _terms(
    exposures: Sequence[str],
    spec: Specification,
    known: Mapping[str, Quantity],
    figures: Figures,
    prices: Prices,
) -> dict[str, Values]:
    terms = {}
    for name in exposures:
        values = measured(known[name], figures, prices, known)
        terms.update({term_name(name, lag): shifted(values, lag) for lag in spec.lags})
    return terms


def _controls(
    spec: Specification, known: Mapping[str, Quantity], figures: Figures, prices: Prices
) -> dict[str, Values]:
    shape = len(figures.units), len(figures.years)
    line = np.broadcast_to(np.array(figures.years, dtype=float), shape)
    return {
        name: line if name == TIME else measured(known[name], figures, prices, known)
        for name in spec.controls
    }


def _inside(asked: Regression, spec: Specification, figures: Figures) -> Marks:
    years = np.array(figures.years)
    first = max(asked.first, spec.since or asked.first)
    chosen = (years >= first) & (years <= asked.last)
    if spec.only:
        chosen &= np.isin(years, spec.only)
    return np.broadcast_to(chosen, (len(figures.units), len(years))).copy()


def _reasons(y: Values, terms: Mapping[str, Values], weights: Values) -> dict[str, Marks]:
    known = {f"no {name}": np.isnan(values) for name, values in terms.items()}
    return {"no outcome": np.isnan(y), **known, "no weight": ~(weights > 0)}


def _levels(
    outcome: Quantity,
    exposures: Sequence[str],
    spec: Specification,
    known: Mapping[str, Quantity],
    figures: Figures,
    prices: Prices,
) -> NDArray[np.int64]:
    """Number the levels: a unit, cut where its outcome or an exposure at one of its lags jumps."""
    shape = len(figures.units), len(figures.years)
    jumps = _outcome_jumps(outcome, figures, prices, known, spec.outcome_jump).astype(int)
    for name in exposures:
        quantity = known[name]
        values = measured(quantity, figures, prices, known, log=False)
        jump = _jumps(values, spec.exposure_jump)
        for lag in spec.lags:
            jumps += np.nan_to_num(shifted(jump.astype(float), lag)).astype(int)
    since = np.cumsum(jumps > 0, axis=1)
    return np.asarray(np.arange(shape[0])[:, None] * (shape[1] + 1) + since)


def _outcome_jumps(
    quantity: Quantity,
    figures: Figures,
    prices: Prices,
    known: Mapping[str, Quantity],
    factor: float,
) -> Marks:
    """Mark jumps of what is counted; those of small counts are chance."""
    counts = counted(quantity, figures)
    large = np.maximum(counts, shifted(counts, 1)) >= LEAST_COUNT
    values = measured(quantity, figures, prices, known, log=False)
    return _jumps(values, factor) & (large | quantity.money)


def _jumps(values: Values, factor: float) -> Marks:
    """Mark the years in which a quantity is ``factor`` times the year before, or a part of it."""
    if not factor:
        return np.zeros(values.shape, dtype=bool)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = values / shifted(values, 1)
    return np.asarray((ratio > factor) | (ratio < 1 / factor))
