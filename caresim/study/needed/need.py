"""What a target needs of one lever, of all together, or of one effect."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from caresim.language.parameters import Parameter
from caresim.language.rounding import band_in

__all__ = ["Need"]

Values = NDArray[np.float64]
LIKELY = (0.025, 0.975)  # the range of a prior that is called likely


@dataclass(frozen=True, eq=False)
class Need:
    """What a target needs of one lever, of all levers together, or of one effect.

    ``kind`` is ``"lever"``, ``"together"`` or ``"effect"``; ``number`` the lever or effect, None of
    all together. ``start`` is where it is in what the scenario is compared with (of an effect, in
    the model), ``written`` where the scenario takes it, in its own unit; together both are
    multiples, 0 and 1. ``needed`` holds for each draw the value at which the target is just
    reached, NaN where that is nowhere within the bounds; ``multiples`` the same as multiples of the
    scenario's own move, None of an effect. ``best`` is the change of the output that comes
    nearest to the target within the bounds, with the value ``furthest``; ``moves`` how far the
    output can be taken within them, whichever way. ``below`` says whether the
    target is reached below the value and not above it, ``met`` for each draw whether it is reached
    anywhere within the bounds. ``evidence`` is the number whose grade and source say how much is
    known: an effect itself, or that which a lever names as its own. ``stops`` are the levers that
    come to their bounds before all together reach the target.
    """

    kind: str
    number: Parameter | None
    start: float
    written: float
    needed: Values = field(repr=False)
    multiples: Values | None = field(repr=False)
    best: Values = field(repr=False)
    furthest: Values = field(repr=False)
    moves: Values = field(repr=False)
    met: NDArray[np.bool_] = field(repr=False)
    below: bool = False
    evidence: Parameter | None = None
    stops: tuple[Parameter, ...] = ()

    @property
    def reached(self) -> float:
        """The share of the draws in which the target is reached within the bounds."""
        return float(np.mean(self.met))

    @property
    def value(self) -> float | None:
        """The value needed, the median of the draws; None where most do not reach the target."""
        return _finite(self.quantile(0.5))

    @property
    def multiple(self) -> float | None:
        """The median multiple of the scenario's own move; None as for ``value``, and of effects."""
        return None if self.multiples is None else _finite(self._quantile(self.multiples, 0.5, 1.0))

    @property
    def interval(self) -> tuple[float, float] | None:
        """The ends between which 80 % of the draws lie, infinite as in ``quantile``."""
        return (self.quantile(0.1), self.quantile(0.9)) if len(self.needed) > 1 else None

    @property
    def harder(self) -> float:
        """Which way asks for more, 1 for up and -1 for down: away from where a lever is."""
        if self.kind == "effect":
            return -1.0 if self.below else 1.0
        known = self.needed[np.isfinite(self.needed)]
        return -1.0 if len(known) and np.median(known) < self.start else 1.0

    def quantile(self, share: float) -> float:
        """Return the value that a share of the draws is content with.

        Infinite the harder way where it is not within bounds, the other way where any value does.
        """
        return self.harder * self._quantile(self.needed, share, self.harder)

    def _quantile(self, values: Values, share: float, harder: float) -> float:
        none = np.where(self.met, -np.inf, np.inf)
        asked = np.where(np.isnan(values), none, harder * values)
        # one of the draws, because nothing lies half-way to infinity
        return float(np.quantile(asked, share, method="inverted_cdf"))

    @property
    def percentile(self) -> float | None:
        """The share of its prior that lies below what is needed of an effect."""
        if self.kind != "effect" or self.value is None or self.number is None:
            return None
        prior, (low, high) = self.number.prior, self.number.bounds or (-math.inf, math.inf)
        if prior is None:
            return None
        return prior.share_within(low, self.value) / prior.share_within(low, high)

    @property
    def likely(self) -> tuple[float, float] | None:
        """The ends that hold 95 % of the prior of an effect."""
        if self.kind != "effect" or self.number is None or self.number.prior is None:
            return None
        low, high = self.number.prior.quantiles(LIKELY, self.number.bounds)
        return float(low), float(high)

    def row(self) -> dict[str, object]:
        """Return the need as a row of a table."""
        number, rests = self.number, self.evidence
        low, high = self.interval or (math.nan, math.nan)
        least, most = (number.bounds if number else None) or (math.nan, math.nan)
        likely = self.likely or (math.nan, math.nan)
        best = float(np.median(self.best))
        band = band_in(self.best) or (math.nan, math.nan)
        return {
            "kind": self.kind,
            "meaning": number.meaning if number else "All levers together",
            "unit": number.unit if number else "1",
            "start": self.start,
            "written": self.written,
            "needed": _or_nan(self.value),
            "low": low,
            "high": high,
            "multiple": _or_nan(self.multiple),
            "least": least,
            "most": most,
            "reached": self.reached,
            "best": best,
            "best_low": band[0],
            "best_high": band[1],
            "furthest": float(np.median(self.furthest)),
            "percentile": _or_nan(self.percentile),
            "prior_low": likely[0],
            "prior_high": likely[1],
            "grade": rests.grade if rests else "",
            "caveat": (number.caveat if number else "") or (rests.caveat if rests else ""),
            "source": rests.source if rests else "",
        }


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
