"""Draws of a fit and whether they meet history: made once, then printed and written."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field

from numpy.linalg import LinAlgError

from caresim.language.errors import CaresimError
from caresim.study.draws import Draws
from caresim.study.fit.fit import Fit
from caresim.study.fit.history import WORSE, History
from caresim.study.fit.shipped import SHIPPED_DRAWS

__all__ = ["CANNOT", "Drawn"]

SEED = 1
# what ends a part of a fit without taking the others with it
CANNOT = (CaresimError, ArithmeticError, LinAlgError, OSError, RuntimeError)


@dataclass(frozen=True)
class Drawn:
    """Draws of what a fit leaves uncertain, with how they meet the figures; or why there are none.

    ``missed`` are the headline series that half of the draws miss by over 1.5 times the error of
    the best fit.
    """

    draws: Draws | None = field(default=None, repr=False)
    history: History | None = None
    missed: tuple[str, ...] = ()
    why_none: str = ""

    @classmethod
    def of(cls, fit: Fit, n: int = SHIPPED_DRAWS) -> Drawn:
        """Make ``n`` draws of a fit, or none where it is 0; warn where they cannot be made."""
        if not n:
            return cls(why_none="none were asked for")
        try:
            draws = fit.draws(n, seed=SEED)
            history = fit.history(draws)
        except CANNOT as fault:
            why = " ".join(str(fault).split())
            warnings.warn(f"the fit has no posterior: {why}", stacklevel=2)
            return cls(why_none=why)
        pooled = (series for group in fit.model.headlines.values() for series in group)
        headlines = {series.name for series in pooled if series.name}
        return cls(draws, history, history.worse(headlines))

    def lines(self) -> list[str]:
        """Say whether the draws meet history, or why there are none."""
        if self.history is None:
            told = f"No draws: {self.why_none}. No posterior is written"
            return [f"{told}, and whether draws meet history is not known."]
        text = self.history.sentence()
        lines = [f"{text[:1].upper()}{text[1:]}."]
        if self.missed:
            miss = f"Half of the draws miss these headline series by over {WORSE:g} times"
            lines.append(f"{miss} the error of the best fit: {', '.join(self.missed)}.")
        return lines

    def as_dict(self) -> dict[str, object]:
        """Return what a record holds of the draws, as plain data."""
        if self.draws is None or self.history is None:
            return {"draws_solved": "", "draws_notices": []}
        low, middle, high = (float(f"{share:.4g}") for share in self.history.quantiles)
        return {
            "draws_solved": " of ".join(map(str, self.draws.solved or ())),
            "draws_notices": [notice.text for notice in self.draws.notices],
            "draws_over_figures": {"median": middle, "from": low, "to": high},
            "draws_miss": list(self.missed),
        }
