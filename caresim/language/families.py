"""The families of priors: quantiles, shares, and the scale of a standard normal for each.

A fit works on that scale. A normal prior is there by its mean and sd and a lognormal one by their
logarithms; any other through its quantiles, x = Φ⁻¹(F(value)), so that every prior is a standard
normal and pulls as its draws say.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import NormalDist  # of the standard library, quicker to load than SciPy
from typing import Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["FAMILIES", "Family", "Values"]

Values = NDArray[np.float64]
TINY, SMALLEST = 1e-300, 1e-16  # shares keep off 0 and 1, where a quantile is infinite
REACH = 8.0  # standard deviations to the ends of a range: beyond lies a share of 6e-16
FIRMEST = 1e-6  # sd of a beta, as a share of the widest, from which it can be computed
LOOSEST = 1e-3  # and its least exponent
TOLD_BY_SPREAD = 2.0  # sds from the mean within which, by Chebyshev, 3/4 of any prior lies


@dataclass(frozen=True)
class Family:
    """One family with its numbers, on the whole of its range."""

    first: float
    second: float = 0.0

    def needs(self) -> str:
        """Return what the numbers have to be, empty where they are."""
        raise NotImplementedError

    @property
    def middle(self) -> float:
        """The centre: mean of a normal prior, else the median."""
        raise NotImplementedError

    def widened(self, factor: float) -> Self:
        """Return the family with its width multiplied."""
        return replace(self, second=self.second * factor)

    def centre_and_width(self) -> tuple[float, float]:
        """Return mean and standard deviation on the scale of a fit."""
        return 0.0, 1.0

    def standard(self, value: float | Values) -> Values:
        """Return values as those of a standard normal, at most ``REACH`` from 0."""
        from scipy.special import ndtri

        below, above = (np.clip(share, TINY, 1.0) for share in self.shares_beside(value))
        return np.asarray(np.clip(np.where(below < above, ndtri(below), -ndtri(above)),
                                  -REACH, REACH))  # fmt: skip

    def natural(self, x: float | Values) -> Values:
        """Return the values of numbers of a standard normal."""
        from scipy.special import ndtr

        tail = ndtr(-np.abs(x))  # the smaller of both sides, which is known to all digits
        return np.asarray(
            np.where(np.asarray(x) < 0, self.above_share(tail), self.below_share(tail))
        )

    def shares_beside(self, value: float | Values) -> tuple[Values, Values]:
        """Return how much lies below values, and how much above."""
        raise NotImplementedError

    def above_share(self, share: Values) -> Values:
        """Return the values below which a share lies."""
        raise NotImplementedError

    def below_share(self, share: Values) -> Values:
        """Return the values above which a share lies."""
        raise NotImplementedError

    def quantiles(self, shares: Values, low: float, high: float) -> Values:
        """Return the quantiles of what lies between two values."""
        raise NotImplementedError

    def share_within(self, low: float, high: float) -> float:
        """Return how much lies between two values, from 0 to 1."""
        raise NotImplementedError

    def has_within(self, low: float, high: float, least: float) -> bool:
        """Return whether at least a share lies between two values."""
        return self.share_within(low, high) >= least


class Normal(Family):
    """Mean and standard deviation."""

    def needs(self) -> str:
        return "" if self.second > 0 else "an sd above 0"

    @property
    def middle(self) -> float:
        return self.centre_and_width()[0]

    def centre_and_width(self) -> tuple[float, float]:
        return self.first, self.second

    def standard(self, value: float | Values) -> Values:
        centre, width = self.centre_and_width()
        return np.asarray((value - centre) / width)

    def natural(self, x: float | Values) -> Values:
        centre, width = self.centre_and_width()
        return np.asarray(centre + width * x)

    def quantiles(self, shares: Values, low: float, high: float) -> Values:
        bell = NormalDist(*self.centre_and_width())
        below, above = bell.cdf(low), bell.cdf(high)
        inside = np.clip(below + shares * (above - below), TINY, 1 - SMALLEST)
        return np.clip([bell.inv_cdf(share) for share in inside], low, high)

    def share_within(self, low: float, high: float) -> float:
        bell = NormalDist(*self.centre_and_width())
        return bell.cdf(high) - bell.cdf(low)


class Lognormal(Normal):
    """Median and spread, the factor of one standard deviation: normal in the logarithm."""

    def needs(self) -> str:
        fine = self.first > 0 and self.second > 1
        return "" if fine else "a median above 0 and a spread above 1"

    @property
    def middle(self) -> float:
        return math.exp(self.centre_and_width()[0])

    def widened(self, factor: float) -> Self:
        return replace(self, second=self.second**factor)

    def centre_and_width(self) -> tuple[float, float]:
        return math.log(self.first), math.log(self.second)

    def standard(self, value: float | Values) -> Values:
        return super().standard(np.log(np.maximum(value, TINY)))

    def natural(self, x: float | Values) -> Values:
        return np.asarray(np.exp(super().natural(x)))

    def quantiles(self, shares: Values, low: float, high: float) -> Values:
        logs = super().quantiles(shares, *(np.log(max(end, TINY)) for end in (low, high)))
        return np.asarray(np.exp(logs))

    def share_within(self, low: float, high: float) -> float:
        low, high = (math.log(max(end, TINY)) if end < math.inf else end for end in (low, high))
        return super().share_within(low, high)


class Uniform(Family):
    """The ends of a range in which everything is as likely."""

    def needs(self) -> str:
        return "" if self.first < self.second else "a low below its high"

    @property
    def middle(self) -> float:
        return (self.first + self.second) / 2

    def widened(self, factor: float) -> Self:  # noqa: ARG002  a range is one that is known
        return self

    def shares_beside(self, value: float | Values) -> tuple[Values, Values]:
        width = self.second - self.first
        return np.asarray((value - self.first) / width), np.asarray((self.second - value) / width)

    def above_share(self, share: Values) -> Values:
        return self.first + share * (self.second - self.first)

    def below_share(self, share: Values) -> Values:
        return self.second - share * (self.second - self.first)

    def quantiles(self, shares: Values, low: float, high: float) -> Values:
        first, last = max(low, self.first), min(high, self.second)
        return np.asarray(first + shares * (last - first))

    def share_within(self, low: float, high: float) -> float:
        first, last = max(low, self.first), min(high, self.second)
        return max(last - first, 0.0) / (self.second - self.first)


class HalfNormal(Family):
    """The upper half of a normal distribution around 0, with the sd of the whole."""

    def needs(self) -> str:
        return "" if self.first > 0 else "an sd above 0"

    @property
    def middle(self) -> float:
        return self.first * NormalDist().inv_cdf(3 / 4)

    def widened(self, factor: float) -> Self:
        return replace(self, first=self.first * factor)

    def shares_beside(self, value: float | Values) -> tuple[Values, Values]:
        from scipy.special import erf, erfc

        reach = np.maximum(value, 0.0) / self.first / math.sqrt(2)
        return np.asarray(erf(reach)), np.asarray(erfc(reach))

    def above_share(self, share: Values) -> Values:
        from scipy.special import erfinv

        return np.asarray(self.first * math.sqrt(2) * erfinv(share))

    def below_share(self, share: Values) -> Values:
        from scipy.special import ndtri

        return np.asarray(-self.first * ndtri(share / 2))

    def quantiles(self, shares: Values, low: float, high: float) -> Values:
        return Normal(0.0, self.first).quantiles(shares, max(low, 0.0), high)

    def share_within(self, low: float, high: float) -> float:
        return 2 * Normal(0.0, self.first).share_within(max(low, 0.0), max(high, 0.0))


class Beta(Family):
    """Mean and standard deviation of a share, from 0 to 1."""

    def needs(self) -> str:
        if not 0 < self.first < 1:
            return "a mean between 0 and 1"
        ratio = self.second / self._widest
        fine = FIRMEST < ratio < 1 and min(self._exponents) > LOOSEST
        return "" if fine else (
            f"an sd above 0 and clearly below √(mean × (1 − mean)), here {self._widest:.3g}"
        )  # fmt: skip

    @property
    def _widest(self) -> float:
        """The sd of nothing but 0 and 1."""
        return math.sqrt(self.first) * math.sqrt(1 - self.first)

    @property
    def _exponents(self) -> tuple[float, float]:
        """The two numbers by which the beta distribution is usually given, often α and β."""
        both = (self.second / self._widest) ** -2 - 1
        return self.first * both, (1 - self.first) * both

    @property
    def middle(self) -> float:
        return float(self.above_share(np.asarray(0.5)))

    def widened(self, factor: float) -> Self:
        """Return it wider, though with no more at an end than in the middle if it had one."""
        one_peak = self._widest / math.sqrt(1 + 1 / min(self.first, 1 - self.first))
        return replace(self, second=min(self.second * factor, max(self.second, one_peak)))

    def shares_beside(self, value: float | Values) -> tuple[Values, Values]:
        from scipy.special import betainc, betaincc

        inside = np.clip(value, 0.0, 1.0)
        return (np.asarray(betainc(*self._exponents, inside)),
                np.asarray(betaincc(*self._exponents, inside)))  # fmt: skip

    def above_share(self, share: Values) -> Values:
        from scipy.special import betaincinv

        return self._inverted(betaincinv, share)

    def below_share(self, share: Values) -> Values:
        from scipy.special import betainccinv

        return self._inverted(betainccinv, share)

    def _inverted(self, inverse: Callable[..., Values], share: Values) -> Values:
        """Return an inverse, found once for each share: columns of a fit repeat most."""
        once, places = np.unique(share, return_inverse=True)
        return np.asarray(inverse(*self._exponents, once))[places].reshape(np.shape(share))

    def quantiles(self, shares: Values, low: float, high: float) -> Values:
        low, high = max(low, 0.0), min(high, 1.0)
        below, above = (float(self.shares_beside(end)[0]) for end in (low, high))
        inside = np.clip(below + shares * (above - below), TINY, 1 - SMALLEST)
        return np.clip(self.above_share(inside), low, high)

    def share_within(self, low: float, high: float) -> float:
        if low <= 0 and high >= 1:
            return 1.0
        below, above = (float(self.shares_beside(end)[0]) for end in (low, high))
        return max(above - below, 0.0)

    def has_within(self, low: float, high: float, least: float) -> bool:
        # most bounds are told by mean and sd, so that reading a file need not load SciPy
        low = -math.inf if low <= 0 else low
        high = math.inf if high >= 1 else high
        room = min(self.first - low, high - self.first)
        return room > TOLD_BY_SPREAD * self.second or super().has_within(low, high, least)


FAMILIES: dict[str, type[Family]] = {
    "lognormal": Lognormal,
    "normal": Normal,
    "uniform": Uniform,
    "beta": Beta,
    "half_normal": HalfNormal,
}
