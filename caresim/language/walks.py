"""What moves by chance: factors on rates and events, drawn year by year from the last figure on.

In a single run a factor is 1, and nothing happens; in draws it is e to the power of a step times
how far chance has come, a number for each run and financial year that is the same in every scenario
that is run with these draws. So bands fan out, what moves and what is there agree, and differences
stay sharp. Nothing is fitted with chance: what drifted is left to causes and their paths, and
chance has no story.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from caresim.language.calls import exp
from caresim.language.errors import ModelError, came
from caresim.language.expressions import Expr, Operand, as_expr
from caresim.language.kinds import finite
from caresim.language.parameters import ParameterRef
from caresim.language.units import ONE
from caresim.language.variables import YEAR, Aux, Variable, check_unit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

__all__ = ["Chance", "Events", "Moving", "Noise", "Walk", "factors_of", "sizes_in"]

MOST_EVENTS = 30  # of a year, beyond ten times how many there are on average


class _HasQuantities(Protocol):
    @property
    def variables(self) -> Mapping[str, Variable]: ...


class Chance(Expr):
    """What chance has come to: 0 in a single run, drawn for each run and financial year.

    Of a factor it is how far it has come, in steps: each year keeps ``memory`` of the year before
    and adds a number of the standard normal times ``fresh``.
    """

    unit = ONE

    def __init__(self, memory: float, fresh: float) -> None:
        self.memory, self.fresh = memory, fresh

    @property
    def name(self) -> str:
        """What equations call it: all of it is kept in a walk, and less in a noise."""
        return "walk()" if self.memory == 1 else f"noise({self.memory:g})"

    @property
    def said(self) -> str:
        """What it is, in words."""
        if self.memory == 1:
            return "what chance has come to, a step a year"
        kept = f", {self.memory:g} of the year before and what is new" if self.memory else ""
        return f"the chance of the year{kept}"

    def path(self, normal: Values, _size: Values | float = 1.0) -> Values:
        """Return how far chance has come for numbers of a standard normal, one row a year."""
        import numpy as np

        far, here = np.empty_like(normal), np.zeros(normal.shape[1:])
        for year, new in enumerate(normal):
            here = self.memory * here + self.fresh * new
            far[year] = here
        return far


class Count(Chance):
    """How many events a year brings, as a multiple of how many there are on average."""

    def __init__(self) -> None:
        super().__init__(0.0, 1.0)

    name = "events()"
    said = "how many the year brings, as a multiple of the mean"

    def path(self, normal: Values, size: Values | float = 1.0) -> Values:
        """Return the counts of a Poisson process over its mean, for as many standard normals."""
        import numpy as np

        below = _below(normal)
        count, chance = np.zeros_like(normal), np.exp(-np.asarray(size)) * np.ones_like(normal)
        reached = chance.copy()
        for k in range(1, MOST_EVENTS + int(10 * np.max(size)) + 1):
            more = below > reached
            if not more.any():
                break
            count = np.where(more, k, count)
            chance = chance * size / k
            reached = reached + chance
        return np.asarray(count / np.where(np.asarray(size) > 0, size, 1.0))


class Moving(Aux):
    """What moves by chance: a :class:`Walk`, a :class:`Noise` or :class:`Events`.

    ``size`` says how much, ``chance`` how it goes on from year to year, ``after`` the parameter
    from whose last known value, or moment, on it moves, None for the last figure that the model is
    fitted to. Where there is no chance it is ``still``.
    """

    still = 1.0

    def __init__(
        self,
        label: str,
        size: Expr,
        chance: Chance,
        expression: Operand,
        after: Expr | None,
    ) -> None:
        self.size, self.chance = size, chance
        if after is not None and not isinstance(after, ParameterRef):
            said = f"not {came(after)}"
            message = f"'{label}' moves after a dated parameter, such as p.births, {said}"
            raise ModelError(message)
        self.after: ParameterRef | None = after
        super().__init__(label, expression)
        if self.dimensions:
            message = f"'{label}' is one number a year for all elements; give it a size without any"
            raise ModelError(message)


class Walk(Moving):
    """A factor whose logarithm takes a step each year: ``Walk("Chance in entries", p.entry_step)``.

    ``step`` is the standard deviation of a step, about its share of the rate. What a year brings
    stays, so that after n years the factor is √n steps wide.
    """

    def __init__(self, label: str, step: Operand, *, after: Expr | None = None) -> None:
        size, chance = _share(label, step), Chance(1.0, 1.0)
        super().__init__(label, size, chance, exp(size * chance), after)


class Noise(Moving):
    """A factor that moves around 1: ``Noise("Chance in referrals", p.referral_noise)``.

    ``sd`` is its standard deviation in logarithms, about its share of the rate; ``memory``, from 0
    to below 1, is how much of a year is still there in the next.
    """

    def __init__(
        self, label: str, sd: Operand, memory: float = 0.0, *, after: Expr | None = None
    ) -> None:
        kept = finite(memory)
        if kept is None or not 0 <= kept < 1:
            message = f"the memory of '{label}' is from 0 to below 1, not {came(memory)}"
            raise ModelError(message)
        size, chance = _share(label, sd), Chance(kept, math.sqrt(1 - kept**2))
        super().__init__(label, size, chance, exp(size * chance), after)


class Events(Moving):
    """What happens now and then: ``Events("Inquiries a year", p.inquiry_rate)``, none unless drawn.

    ``rate`` is how many there are a year on average; how many a financial year brings is of a
    Poisson process, and those of a year are spread over it.
    """

    still = 0.0

    def __init__(self, label: str, rate: Operand, *, after: Expr | None = None) -> None:
        size, chance = as_expr(rate), Count()
        check_unit(f"the rate of '{label}'", size, ONE / YEAR)
        super().__init__(label, size, chance, size * chance, after)


def _share(label: str, size: Operand) -> Expr:
    """Return the size of a factor, a pure number."""
    share = as_expr(size)
    check_unit(f"the size of '{label}'", share, ONE)
    return share


def _below(normal: Values) -> Values:
    """Return how much of a standard normal lies below some numbers."""
    from scipy.special import ndtr

    return ndtr(normal)  # type: ignore[no-any-return]


def factors_of(model: _HasQuantities) -> dict[str, Moving]:
    """Return the factors of a model that move by chance, by name."""
    return {n: v for n, v in model.variables.items() if isinstance(v, Moving)}


def sizes_in(model: _HasQuantities) -> dict[str, Moving]:
    """Return the parameters that say how large a factor is which moves after the last figures."""
    return {
        factor.size.name: factor
        for factor in factors_of(model).values()
        if factor.after is None
        and isinstance(factor.size, ParameterRef)
        and not isinstance(factor, Events)
    }
