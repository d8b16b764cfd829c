"""What is believed of a number before the data: a family, and perhaps a point at zero."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from caresim.language.errors import ParameterError, came
from caresim.language.kinds import finite

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from caresim.language.families import Family, Values

__all__ = ["PRIORS", "Prior"]

PRIORS: dict[str, tuple[str, ...]] = {
    "lognormal": ("median", "spread"),
    "normal": ("mean", "sd"),
    "uniform": ("low", "high"),
    "beta": ("mean", "sd"),
    "half_normal": ("sd",),
}
EVERYWHERE = (-math.inf, math.inf)
LEAST_WITHIN = 1e-4  # of a prior, within the bounds


@dataclass(frozen=True, repr=False)
class Prior:
    """What is believed before the data.

    ``lognormal`` (median, spread as a factor), ``normal`` (mean, sd), ``uniform`` (low, high),
    ``beta`` (mean, sd; from 0 to 1) or ``half_normal`` (sd of the whole bell; from 0 upwards);
    always cut at the parameter's bounds. ``zero`` is the probability of a point at zero beside
    them, for an effect that there may not be at all.

    Raises ParameterError for numbers that make no prior.

    >>> print(Prior("half_normal", 0.2, zero=0.33))
    half-normal(sd 0.2), 0 with probability 0.33
    """

    kind: str
    first: float
    second: float | None = None
    zero: float = field(default=0.0, kw_only=True)

    def __post_init__(self) -> None:
        if not isinstance(self.kind, str) or self.kind not in PRIORS:
            message = f"a prior is one of {', '.join(PRIORS)}, not {came(self.kind)}"
            raise ParameterError(message)
        names = PRIORS[self.kind]
        if len(names) == 1 and self.second is not None:
            message = (
                f"a {self._label} prior takes {names[0]} alone, not {came(self.second)} beside it; "
                "a point at zero is said by its name, zero=0.3"
            )
            raise ParameterError(message)
        for key, name in zip(("first", "second"), names, strict=False):
            self._settle(key, f"the {name} of a {self._label} prior")
        self._settle("zero", "zero, the probability that it is none at all,")
        if needs := self._family.needs():
            given = " and ".join(f"{number:g}" for number in self.numbers.values())
            message = f"a {self._label} prior needs {needs}, not {given}"
            raise ParameterError(message)
        if not 0 <= self.zero < 1:
            message = f"zero is a probability above 0 and below 1, not {self.zero:g}"
            raise ParameterError(message)

    def _settle(self, key: str, what: str) -> None:
        value = getattr(self, key)
        if (number := finite(value)) is None:
            message = f"{what} is a finite number, not {came(value)}"
            raise ParameterError(message)
        object.__setattr__(self, key, number)

    @cached_property
    def _family(self) -> Family:
        from caresim.language.families import FAMILIES  # with NumPy, which `--help` does without

        return FAMILIES[self.kind](*self.numbers.values())

    @property
    def _label(self) -> str:
        """The family in words."""
        return self.kind.replace("_", "-")

    @property
    def numbers(self) -> dict[str, float]:
        """The numbers of the family by their names, as a parameter file writes them."""
        given = (self.first, self.second)
        return {
            name: number
            for name, number in zip(PRIORS[self.kind], given, strict=False)
            if number is not None
        }

    @property
    def is_log(self) -> bool:
        """True when the prior is normal in the logarithm of the parameter."""
        return self.kind == "lognormal"

    @property
    def continuous(self) -> Prior:
        """The prior without its point at zero."""
        return replace(self, zero=0.0) if self.zero else self

    @property
    def middle(self) -> float:
        """Return the centre of the prior on the natural scale: mean of a normal one, else median.

        With a point at zero it is the median of the whole.
        """
        return float(self.quantiles(0.5)) if self.zero else self._family.middle

    def widened(self, factor: float) -> Prior:
        """Return the prior with its width multiplied.

        A uniform range and a point at zero stay as they are; a beta with one peak keeps it.
        """
        numbers = self._family.widened(factor)
        second = None if self.second is None else numbers.second
        return replace(self, first=numbers.first, second=second)

    def scaled(self, factor: float) -> Prior:
        """Return what is believed of a number that is ``factor`` times as large.

        Raises ParameterError for a share's prior, a beta, as a share has no size.
        """
        if self.kind == "beta":
            message = f"{self} is of a share, which is not larger or smaller than itself"
            raise ParameterError(message)
        is_width = self.second is not None and not self.is_log
        second = self.second * factor if is_width and self.second is not None else self.second
        return replace(self, first=self.first * factor, second=second)

    def centre_and_width(self) -> tuple[float, float]:
        """Return mean and standard deviation on the scale of a fit, without a point at zero.

        That is the number itself for a normal prior, its logarithm for a lognormal one, and for any
        other that of :meth:`standard`, so that they are 0 and 1.
        """
        return self._family.centre_and_width()

    def standard(self, value: ArrayLike) -> Values:
        """Return values as those of a standard normal, which is what a fit works with.

        Raises ParameterError for a prior with a point at zero, which has no such scale.
        """
        import numpy as np

        self._check_continuous()
        return self._family.standard(np.asarray(value, dtype=float))

    def natural(self, x: ArrayLike) -> Values:
        """Return the values of numbers of a standard normal: the inverse of :meth:`standard`.

        Raises ParameterError for a prior with a point at zero.
        """
        import numpy as np

        self._check_continuous()
        return self._family.natural(np.asarray(x, dtype=float))

    def quantiles(self, shares: ArrayLike, bounds: tuple[float, float] | None = None) -> Values:
        """Return the values below which shares of the prior lie, cut at bounds."""
        import numpy as np

        asked = np.asarray(shares, dtype=float)
        flat, (low, high) = asked.ravel(), bounds or EVERYWHERE
        if not self.zero:
            return self._family.quantiles(flat, low, high).reshape(asked.shape)
        start = (1 - self.zero) * self._share_below_zero(low, high)  # where the point begins
        beside = np.where(flat < start, flat, flat - self.zero) / (1 - self.zero)
        found = self._family.quantiles(np.clip(beside, 0.0, 1.0), low, high)
        at_zero = (flat >= start) & (flat < start + self.zero)
        return np.where(at_zero, 0.0, found).reshape(asked.shape)

    def _share_below_zero(self, low: float, high: float) -> float:
        """Return how much of the family, cut at bounds, lies below 0."""
        if low >= 0:
            return 0.0
        return self._family.share_within(low, 0.0) / self._family.share_within(low, high)

    def share_within(self, low: float, high: float) -> float:
        """Return how much of the prior lies between two values, from 0 to 1."""
        beside = (1 - self.zero) * self._family.share_within(low, high)
        return beside + (self.zero if low <= 0 <= high else 0.0)

    def why_not_within(self, low: float, high: float) -> str:
        """Return why nothing can be drawn between two bounds, empty where something can."""
        if self.zero and not low <= 0 <= high:
            return f"the prior {self} has a point at zero outside the bounds [{low:g}, {high:g}]"
        if not self._family.has_within(low, high, LEAST_WITHIN):
            return (
                f"the prior {self} lies outside the bounds [{low:g}, {high:g}], so that there is "
                "nothing to draw"
            )
        return ""

    def _check_continuous(self) -> None:
        if self.zero:
            message = (
                f"{self}: an indicator is drawn, never fitted, and has no scale for a fit; take "
                "the prior without it, .continuous"
            )
            raise ParameterError(message)

    def __repr__(self) -> str:
        # fingerprints of models rest on it: a prior of two numbers reads as it always did
        second = "" if self.second is None else f", second={self.second!r}"
        zero = f", zero={self.zero!r}" if self.zero else ""
        return f"Prior(kind={self.kind!r}, first={self.first!r}{second}{zero})"

    def __str__(self) -> str:
        numbers = ", ".join(f"{name} {number:g}" for name, number in self.numbers.items())
        zero = f", 0 with probability {self.zero:g}" if self.zero else ""
        return f"{self._label}({numbers}){zero}"
