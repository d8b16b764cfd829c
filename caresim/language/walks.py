"""What moves by chance: positive factors on rates, drawn year by year from the last figure on.

In a single run a factor is 1; in draws it is e to the power of a step times how far chance has
come, one number for each run and financial year, the same in every scenario that is run with these
draws. So bands fan out, what moves and what is there agree, and differences stay sharp. Nothing is
fitted with them: what drifted is left to causes and their paths, and chance has no story.
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
from caresim.language.variables import Aux, Variable, check_unit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Chance", "Moving", "Noise", "Walk", "factors_of", "sizes_in"]


class _HasQuantities(Protocol):
    @property
    def variables(self) -> Mapping[str, Variable]: ...


class Chance(Expr):
    """How far chance has come, in steps: 0 in a single run, drawn for each run and year.

    Each year keeps ``memory`` of the year before and adds a number of the standard normal times
    ``fresh``.
    """

    unit = ONE

    def __init__(self, memory: float, fresh: float) -> None:
        self.memory, self.fresh = memory, fresh

    @property
    def name(self) -> str:
        """What equations call it: all of it is kept in a walk, and less in a noise."""
        return "walk()" if self.memory == 1 else f"noise({self.memory:g})"

    def path(self, normal: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far chance has come for numbers of a standard normal, one row a year."""
        import numpy as np

        far, here = np.empty_like(normal), np.zeros(normal.shape[1:])
        for year, new in enumerate(normal):
            here = self.memory * here + self.fresh * new
            far[year] = here
        return far


class Moving(Aux):
    """A factor on a rate that moves by chance: a :class:`Walk` or a :class:`Noise`.

    ``size`` is its standard deviation in logarithms, ``chance`` how it goes on from year to year,
    ``after`` the dated parameter from whose last known value on it moves, None for the last figure
    that the model is fitted to.
    """

    def __init__(
        self, label: str, size: Operand, chance: Chance, after: ParameterRef | None
    ) -> None:
        self.size, self.chance = as_expr(size), chance
        check_unit(f"the size of '{label}'", self.size, ONE)
        if after is not None and not isinstance(after, ParameterRef):
            message = (
                f"'{label}' moves after a dated parameter, such as p.births, not {came(after)}"
            )
            raise ModelError(message)
        self.after = after
        super().__init__(label, exp(self.size * chance))
        if self.dimensions:
            message = f"'{label}' is one number a year for all elements; give it a size without any"
            raise ModelError(message)


class Walk(Moving):
    """A factor whose logarithm takes a step each year: ``Walk("Chance in entries", p.entry_step)``.

    ``step`` is the standard deviation of a step, about its share of the rate. What a year brings
    stays, so that after n years the factor is √n steps wide.
    """

    def __init__(self, label: str, step: Operand, *, after: ParameterRef | None = None) -> None:
        super().__init__(label, step, Chance(1.0, 1.0), after)


class Noise(Moving):
    """A factor that moves around 1: ``Noise("Chance in referrals", p.referral_noise)``.

    ``sd`` is its standard deviation in logarithms, about its share of the rate; ``memory``, from 0
    to below 1, is how much of a year is still there in the next.
    """

    def __init__(
        self, label: str, sd: Operand, memory: float = 0.0, *, after: ParameterRef | None = None
    ) -> None:
        kept = finite(memory)
        if kept is None or not 0 <= kept < 1:
            message = f"the memory of '{label}' is from 0 to below 1, not {came(memory)}"
            raise ModelError(message)
        super().__init__(label, sd, Chance(kept, math.sqrt(1 - kept**2)), after)


def factors_of(model: _HasQuantities) -> dict[str, Moving]:
    """Return the factors of a model that move by chance, by name."""
    return {n: v for n, v in model.variables.items() if isinstance(v, Moving)}


def sizes_in(model: _HasQuantities) -> dict[str, Moving]:
    """Return the parameters that say how large a factor is which moves after the last figures."""
    return {
        factor.size.name: factor
        for factor in factors_of(model).values()
        if factor.after is None and isinstance(factor.size, ParameterRef)
    }
