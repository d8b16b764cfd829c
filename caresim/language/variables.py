"""What an equation defines: flows, auxiliaries and checks."""

from __future__ import annotations

from caresim.language.dimensions import At, Over, at, dimensions_of, settled
from caresim.language.errors import ModelError, UnitError, came, quoted
from caresim.language.expressions import Binary, Expr, Operand, as_expr, is_zero
from caresim.language.named import YEAR, Variable, check_unit
from caresim.language.pipes import Cloud, Pipe, Place, Stock, cloud
from caresim.language.units import Unit

__all__ = [
    "YEAR",
    "Aux",
    "Check",
    "Cloud",
    "Defined",
    "Flow",
    "Pipe",
    "Place",
    "Stock",
    "Variable",
    "check_unit",
    "cloud",
]


class Defined(Variable):
    """A quantity given by an expression."""

    expression: Expr


class Flow(Defined):
    """A movement along a pipe: ``Flow("Back into care", home >> care, home * p.reentry_rate)``.

    The rate is in the unit of the stocks per year.
    """

    def __init__(self, label: str, pipe: Pipe, rate: Operand, *, over: Over = None) -> None:
        if not isinstance(pipe, Pipe):
            message = f"flow '{label}' needs a pipe such as home >> care, not {came(pipe)}"
            raise ModelError(message)
        self.pipe = pipe
        object.__setattr__(pipe, "carries", True)
        self.expression = as_expr(rate)
        super().__init__(label, self._checked_unit())
        found = dict.fromkeys((*pipe.dimensions, *dimensions_of(self.expression)))
        self.dimensions = settled(f"flow '{label}'", over, tuple(found))

    def one(self, label: str, place: At) -> Flow:
        """Return the flow of one element."""
        return Flow(label, self.pipe.at(place), at(self.expression, place))

    @property
    def is_rate(self) -> bool:
        """True: a flow is summed over a year."""
        return True

    def _checked_unit(self) -> Unit:
        rate = self.expression
        unit = rate.unit
        for end in (self.pipe.source, self.pipe.target):
            if isinstance(end, Cloud):
                continue
            needed = end.unit / YEAR
            if unit != needed and not is_zero(rate):
                message = (
                    f"a flow on {quoted(end)} [{end.unit}] must be in [{needed}], "
                    f"but {rate} is in [{unit}]"
                )
                raise UnitError(message)
            unit = needed
        return unit


class Aux(Defined):
    """A quantity computed at every moment; ``unit`` states what it must come out in."""

    def __init__(
        self,
        label: str,
        expression: Operand,
        unit: str | Unit | None = None,
        *,
        over: Over = None,
    ) -> None:
        self.expression = as_expr(expression)
        super().__init__(label, self.expression.unit if unit is None else Unit.parse(unit))
        check_unit(f"'{label}'", self.expression, self.unit)
        self.dimensions = settled(f"'{label}'", over, dimensions_of(self.expression))

    def one(self, label: str, place: At) -> Aux:
        """Return the quantity of one element."""
        return Aux(label, at(self.expression, place), self.unit)


class Check(Defined):
    """A condition that a reader should know of when it holds at any step of a run.

    ``Check("Early help is down to its floor", early_help_spend <= p.early_help_floor)``.
    """

    def __init__(self, label: str, condition: Expr, *, over: Over = None) -> None:
        if not isinstance(condition, Binary) or not condition.is_comparison:
            message = f"check '{label}' needs a comparison, such as care <= p.places"
            raise ModelError(message)
        self.expression = condition
        super().__init__(label, condition.unit)
        self.dimensions = settled(f"check '{label}'", over, dimensions_of(condition))

    def one(self, label: str, place: At) -> Check:
        """Return the condition of one element."""
        return Check(label, at(self.expression, place))
