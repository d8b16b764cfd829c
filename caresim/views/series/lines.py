"""The numbers behind figures and reports: central paths, bands, paired differences, discounting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from caresim.engine.run import Run
from caresim.language.dates import year_end
from caresim.language.errors import RunError, did_you_mean
from caresim.language.observed import Observed, judged
from caresim.language.rounding import band_in
from caresim.study.arguments import came, items_of, number_of, rate_of, run_of
from caresim.study.run_names import distinct_names

__all__ = [
    "Gap",
    "Line",
    "accumulated",
    "band_at",
    "band_of",
    "check_bands",
    "check_level",
    "check_prices",
    "check_rate",
    "check_runs",
    "first_difference",
    "gap",
    "gap_line",
    "line",
    "mape",
    "middle",
    "names_of",
    "observed_points",
    "year_ends",
    "yearly_gap",
]

Values = NDArray[np.float64]
Years = NDArray[np.int64]
# Two runs of one model agree to about 1e-12 however they are computed; less is no difference.
SAME = 1e-9


@dataclass(frozen=True, eq=False)
class Line:
    """A quantity by the calendar year in which each financial year ends, with a band or without.

    ``years`` and ``centre`` have shape (years,), as have ``low`` and ``high`` where they are given.
    """

    years: Years
    centre: Values
    low: Values | None = None
    high: Values | None = None

    def until(self, year: int | None) -> Line:
        """Return the line up to and including a year, all of it for None."""
        if year is None:
            return self
        keep = self.years <= year
        parts = (None if part is None else part[keep] for part in (self.low, self.high))
        return Line(self.years[keep], self.centre[keep], *parts)


@dataclass(frozen=True, eq=False)
class Gap:
    """A scenario minus the baseline, draw by draw: ``values`` has shape (years, runs)."""

    years: Years
    values: Values


def names_of(runs: Sequence[Run]) -> list[str]:
    """Return the names of runs, told apart where two are the same."""
    return distinct_names(runs)


def check_runs(runs: Sequence[Run]) -> None:
    """Raise RunError when there is no run to show, or something else was given."""
    said = "give one or more runs, the baseline first, each a result of caresim.run"
    found = items_of(runs, said)
    odd = [run for run in found if not isinstance(run, Run)]
    if odd or not found:
        raise RunError(f"{said}, not {came(odd[0])}" if odd else said)


def check_level(level: float) -> float:
    """Return the share of draws a band holds; raise RunError unless it is between 0 and 1."""
    said = "level is a share of the draws such as 0.8"
    return number_of(level, said, lambda share: 0 < share < 1)


def check_rate(discount: float | None) -> float:
    """Return a discount rate, 0 where none is given; raise RunError for a percentage."""
    return 0.0 if discount is None else rate_of(discount)


def check_prices(runs: Sequence[Run]) -> str:
    """Return the price base that runs share; raise RunError where they have several."""
    bases = {run.price_base for run in runs}
    if len(bases) > 1:
        message = f"money at different prices cannot be compared: {', '.join(sorted(bases))}"
        raise RunError(message)
    return bases.pop()


def check_bands(runs: Sequence[Run], bands: Mapping[str, Run] | None) -> dict[str, Run]:
    """Return ensembles by run name; raise RunError for an unknown name or a single run."""
    if bands is not None and not isinstance(bands, Mapping):
        message = f"bands are ensembles by run name, such as {{base.name: many}}, not {came(bands)}"
        raise RunError(message)
    names = [run.name for run in runs]
    for name, ensemble in (bands or {}).items():
        run_of(ensemble, "bands")
        if name not in names:
            message = f"no run is named '{name}'{did_you_mean(name, names)}"
            raise RunError(message)
        if names.count(name) > 1:
            message = (
                f"{names.count(name)} of the runs are named '{name}', so that a band cannot be "
                "told; give each a name of its own, cs.run(…, name='…')"
            )
            raise RunError(message)
        if ensemble.n_runs == 1:
            message = f"the band of '{name}' needs an ensemble: run it with draws"
            raise RunError(message)
    return dict(bands or {})


def year_ends(run: Run) -> Years:
    """Return the calendar years in which the financial years of a run end."""
    return np.arange(run.clock.first_year + 1, run.clock.last_year + 1)


def middle(values: Values) -> Values:
    """Return the median over the runs, which are the last axis."""
    if values.shape[-1] == 1:  # NumPy's median loads its masked arrays, a tenth of a quick start
        return values[..., 0]
    medians: Values = np.median(values, axis=-1)
    return medians


def band_of(values: Values, level: float) -> tuple[Values, Values]:
    """Return the quantiles between which the middle ``level`` of the runs lies, year by year."""
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2], axis=1)
    return low, high


def band_at(run: Run, name: str, at: int, level: float) -> tuple[float, float] | None:
    """Return the band of a quantity in the year at a place, None for a single run."""
    return band_in(run.yearly(name)[at], level)


def _line(years: Years, values: Values, spread: Values, level: float, since: int) -> Line:
    keep = years >= since
    centre = middle(values)[keep]
    if spread.shape[1] == 1:
        return Line(years[keep], centre)
    low, high = band_of(spread, level)
    return Line(years[keep], centre, low[keep], high[keep])


def line(run: Run, name: str, ensemble: Run | None, level: float, since: str) -> Line:
    """Return one quantity of a run from a financial year on.

    The band comes from ``ensemble`` where there is one, else from the run's own draws. Raises
    RunError when the two do not cover the same years.
    """
    if ensemble is not None and not np.array_equal(year_ends(run), year_ends(ensemble)):
        message = f"'{run.name}' and its ensemble must cover the same years; give both one 'until'"
        raise RunError(message)
    spread = (run if ensemble is None else ensemble).yearly(name)
    return _line(year_ends(run), run.yearly(name), spread, level, year_end(since))


def gap(base: Run, run: Run, name: str) -> Gap:
    """Return a scenario minus the baseline in each draw, over the years both cover.

    Raises RunError when the numbers of draws differ or no year is shared.
    """
    if base.n_runs != run.n_runs:
        message = (
            f"differences pair draws, but '{base.name}' has {base.n_runs} runs and '{run.name}' "
            f"{run.n_runs}; give both the same draws"
        )
        raise RunError(message)
    first = max(base.clock.first_year, run.clock.first_year)
    last = min(base.clock.last_year, run.clock.last_year)
    if first >= last:
        message = f"'{base.name}' and '{run.name}' have no year in common"
        raise RunError(message)
    before, after = (
        r.yearly(name)[first - r.clock.first_year : last - r.clock.first_year] for r in (base, run)
    )
    return Gap(np.arange(first + 1, last + 1), after - before)


def first_difference(base: Run, runs: Sequence[Run], name: str) -> int | None:
    """Return the first year in which any of the runs differs from the baseline, None if none."""
    found = []
    for run in runs:
        size = np.abs(base.yearly(name)).max() or 1.0
        between = gap(base, run, name)
        differs = np.abs(between.values).max(axis=1) > SAME * size
        found.extend(between.years[differs][:1].tolist())
    return min(found, default=None)


def accumulated(between: Gap, first: int, rate: float = 0.0) -> Gap:
    """Return differences added up from a year on, discounted to that year at ``rate`` a year."""
    keep = between.years >= first
    years = between.years[keep]
    weights = (1 + rate) ** -(years - first).astype(float)
    return Gap(years, np.cumsum(between.values[keep] * weights[:, None], axis=0))


def yearly_gap(between: Gap, first: int) -> Gap:
    """Return differences year by year from a year on."""
    keep = between.years >= first
    return Gap(between.years[keep], between.values[keep])


def gap_line(centre: Gap, spread: Gap | None, level: float) -> Line:
    """Return a difference as a line that leaves zero at the end of the year before."""
    values = (spread or centre).values
    made = _line(centre.years, centre.values, values, level, 0)
    parts = [None if p is None else np.r_[0.0, p] for p in (made.centre, made.low, made.high)]
    return Line(np.r_[made.years[0] - 1, made.years], parts[0], parts[1], parts[2])  # type: ignore[arg-type]


def observed_points(observed: Observed | None, name: str, since: str) -> tuple[Years, Values]:
    """Return the years and values of a published series from a financial year on."""
    points = observed.points(name) if observed is not None else {}
    kept = {year_end(y): v for y, v in points.items() if year_end(y) >= year_end(since)}
    return np.array(list(kept), dtype=np.int64), np.array(list(kept.values()), dtype=np.float64)


def mape(run: Run, observed: Observed, name: str) -> float:
    """Return the mean absolute percentage error over the years that are both run and observed.

    Years that calibrations leave out, and those that are disturbed, do not count where there are
    others.
    """
    used = judged(observed.series[name].values())
    model = dict(zip(run.clock.financial_years, middle(run.yearly(name)), strict=True))
    errors = [abs(model[o.year] / o.value - 1) for o in used if o.year in model and o.value]
    return 100 * float(np.mean(errors)) if errors else float("nan")
