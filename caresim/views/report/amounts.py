"""Numbers of runs as they are said: divided, rounded to what their bands support, and paired."""

from __future__ import annotations

from dataclasses import dataclass

from caresim.engine.run import Run
from caresim.language.amounts import signed
from caresim.language.dates import year_end
from caresim.language.rounding import LEVEL_FIGURES, band_in, said, step_of, stepped
from caresim.language.shown import counted_word
from caresim.views import series

__all__ = ["DIFFERENCE_FIGURES", "Difference", "Grain", "Pair", "difference_at"]

DIFFERENCE_FIGURES = 2  # of a difference without a band
Band = tuple[float, float] | None


@dataclass(frozen=True)
class Pair:
    """A scenario and its baseline, with the ensembles of both where there are any."""

    base: Run
    run: Run
    base_ensemble: Run | None
    run_ensemble: Run | None
    level: float

    @property
    def spread(self) -> tuple[Run, Run] | None:
        """The runs whose paired draws give intervals, None where there are no draws."""
        if self.base_ensemble is not None and self.run_ensemble is not None:
            return self.base_ensemble, self.run_ensemble
        return (self.base, self.run) if self.base.n_runs > 1 else None


@dataclass(frozen=True)
class Grain:
    """What the numbers of a quantity are divided by where they are shown, and rounded to at least.

    Bands are those of the number itself, so that a table never shows more than is known.
    """

    divisor: float
    least: float

    @classmethod
    def of(cls, run: Run, name: str) -> Grain:
        """Return the grain of a quantity: £ to two decimals, counts as the model says."""
        unit = run.model.variable(name).unit
        if unit.power_of("GBP"):
            return cls(run.model.shown_divisor(unit), 0.01)
        word = counted_word(unit)
        return cls(1.0, run.model.shown_rounding().get(word, 1) if word else 0.0)

    def level(self, value: float, band: Band) -> str:
        """Return a level: ``"84,200"``."""
        return said(value / self.divisor, self._scaled(band), least=self.least)

    def level_end(self, end: float, value: float, band: Band) -> str:
        """Return one end of the band of a level, as finely as the level."""
        return self._end(end, value, band, LEVEL_FIGURES).removeprefix("+")

    def difference(self, value: float, band: Band, form: str = "{}") -> str:
        """Return a difference with its sign: ``"−970"``."""
        return self.end(value, value, band, form)

    def end(self, end: float, value: float, band: Band, form: str = "{}") -> str:
        """Return one end of the band of a difference, as finely as the difference."""
        return self._end(end, value, band, DIFFERENCE_FIGURES, form)

    def _end(self, end: float, value: float, band: Band, figures: int, form: str = "{}") -> str:
        scaled = value / self.divisor
        step = step_of(scaled, self._scaled(band), least=self.least, figures=figures)
        return signed(*stepped(end / self.divisor, step), form)

    def _scaled(self, band: Band) -> tuple[float, float] | None:
        return (band[0] / self.divisor, band[1] / self.divisor) if band else None


@dataclass(frozen=True)
class Difference:
    """A paired difference in one year: its centre and band, and how they are said."""

    centre: float
    band: tuple[float, float] | None
    grain: Grain

    def text(self, form: str = "{}") -> str:
        """Return the centre with its sign."""
        return self.grain.difference(self.centre, self.band, form)

    def bracket(self, form: str = "{}") -> str:
        """Return the band in brackets, empty without one."""
        if self.band is None:
            return ""
        ends = (self.grain.end(end, self.centre, self.band, form) for end in self.band)
        return f"({' to '.join(ends)})"


def difference_at(pair: Pair, name: str, year: str) -> Difference:
    """Return a scenario minus the baseline in a year, the middle of the paired draws."""
    centre = float(series.middle(_paired(pair.base, pair.run, name, year)))
    spread = pair.spread
    band = band_in(_paired(*spread, name, year), pair.level) if spread else None
    return Difference(centre, band, Grain.of(pair.run, name))


def _paired(base: Run, run: Run, name: str, year: str) -> series.Values:
    between = series.gap(base, run, name)
    at_year: series.Values = between.values[between.years == year_end(year)][0]
    return at_year
