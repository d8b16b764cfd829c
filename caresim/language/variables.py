"""What an equation defines: stocks, flows, auxiliaries and checks."""

from __future__ import annotations

from caresim.language.dimensions import At, Over, at, dimensions_of, settled
from caresim.language.errors import ModelError, UnitError, quoted
from caresim.language.expressions import (
    Binary,
    Expr,
    Number,
    Operand,
    as_expr,
    is_zero,
)
from caresim.language.named import Variable
from caresim.language.pipes import Cloud, Pipe, Place, cloud
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

YEAR = Unit.parse("year")


class Stock(Place):
    """A level that only flows change, such as the children looked after.

    ``initial`` is 0, a parameter, or an expression of other quantities at the start, in the stock's
    unit. A stock may not fall below zero unless ``signed`` says that it can. ``over`` divides it by
    a dimension, or several, into one stock for each element.
    """

    def __init__(
        self,
        label: str,
        unit: str | Unit,
        initial: Operand,
        *,
        signed: bool = False,
        over: Over = (),
    ) -> None:
        super().__init__(label, Unit.parse(unit))
        self.initial = as_expr(initial)
        found = dimensions_of(self.initial)
        self.dimensions = settled(f"stock '{label}'", over, found, wider=True)
        self.signed = signed
        check_unit(f"the initial value of stock '{label}'", self.initial, self.unit)

    def one(self, label: str, place: At) -> Stock:
        """Return the stock of one element."""
        return Stock(label, self.unit, at(self.initial, place), signed=self.signed)

    @property
    def is_rate(self) -> bool:
        """False: a stock is read on a day."""
        return False

    @property
    def entry(self) -> Stock:
        """The stock itself."""
        return self

    @property
    def exit(self) -> Stock:
        """The stock itself."""
        return self


class Defined(Variable):
    """A quantity given by an expression."""

    expression: Expr


class Flow(Defined):
    """A movement along a pipe: ``Flow("Back into care", home >> care, home * p.reentry_rate)``.

    The rate is in the unit of the stocks per year.
    """

    def __init__(self, label: str, pipe: Pipe, rate: Operand, *, over: Over = None) -> None:
        if not isinstance(pipe, Pipe):
            message = f"flow '{label}' needs a pipe such as home >> care, not {pipe!r}"
            raise ModelError(message)
        self.pipe = pipe
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
    """A condition that a reader should know of when it holds on any saved day of a run.

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


def check_unit(what: str, expression: Expr, unit: Unit) -> None:
    """Raise UnitError unless an expression is in a unit; a literal zero is in any."""
    if expression.unit != unit and not is_zero(expression):
        message = f"{what} must be in [{unit}], but {expression} is in [{expression.unit}]"
        if isinstance(expression, Number):
            message += "; a number has no unit: make it a parameter that has one"
        raise UnitError(message)
