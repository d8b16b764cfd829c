"""What an equation defines: stocks, flows, auxiliaries, smooths and delays."""

from __future__ import annotations

from dataclasses import dataclass

from caresim.language.errors import ModelError, UnitError
from caresim.language.expressions import (
    COMPARISONS,
    Binary,
    Expr,
    Number,
    Operand,
    as_expr,
    is_zero,
)
from caresim.language.units import Unit

__all__ = [
    "YEAR",
    "Aux",
    "Check",
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


class Variable(Expr):
    """A named quantity of a model; the class body gives the name."""

    name: str | None = None

    def __init__(self, label: str, unit: Unit) -> None:
        if not isinstance(label, str) or not label:
            message = f"a {type(self).__name__} starts with its label in words, not {label!r}"
            raise ModelError(message)
        self.label = label
        self.unit = unit

    def __set_name__(self, _owner: type | None, name: str) -> None:
        if self.name == name:
            return
        if self.name is not None:
            message = f"'{self.name}' cannot also be called '{name}': one quantity, one name"
            raise ModelError(message)
        self.name = name
        self.expand()

    def expand(self) -> None:
        """Name the parts that this quantity is made of, if any."""

    @property
    def parts(self) -> tuple[Variable, ...]:
        """Return this quantity and all that it expands into, in the order to declare them."""
        return (self,)

    @property
    def is_rate(self) -> bool:
        """True for a quantity per year, which is summed over a year rather than read on a day."""
        return self.unit.power_of("year") == -1


class Cloud:
    """The outside of the model: where flows come from and go to without a count."""

    name = "cloud"

    def __rshift__(self, target: Place) -> Pipe:
        return Pipe(self, target)


cloud = Cloud()


class Place(Variable):
    """A quantity that flows can enter and leave: a stock, or a delay."""

    def __rshift__(self, target: Place | Cloud) -> Pipe:
        return Pipe(self, target)

    @property
    def entry(self) -> Stock:
        """Return the stock that inflows enter."""
        raise NotImplementedError

    @property
    def exit(self) -> Stock:
        """Return the stock that outflows leave."""
        raise NotImplementedError


@dataclass(frozen=True)
class Pipe:
    """Where a flow comes from and where it goes: ``care >> home``."""

    source: Place | Cloud
    target: Place | Cloud

    def __post_init__(self) -> None:
        for end in (self.source, self.target):
            if not isinstance(end, Place | Cloud):
                message = f"a pipe joins stocks, delays and the cloud; {end!r} is none of these"
                raise ModelError(message)
        if self.source is self.target:
            message = f"a pipe joins two different places, not '{self.source.name}' to itself"
            raise ModelError(message)

    def __str__(self) -> str:
        return f"{self.source.name} >> {self.target.name}"

    @property
    def start(self) -> Stock | None:
        """Return the stock that the flow empties, None for the cloud."""
        return None if isinstance(self.source, Cloud) else self.source.exit

    @property
    def end(self) -> Stock | None:
        """Return the stock that the flow fills, None for the cloud."""
        return None if isinstance(self.target, Cloud) else self.target.entry


class Stock(Place):
    """A level that only flows change, such as the children looked after.

    ``initial`` is 0, a parameter, or an expression of other quantities at the start, in the stock's
    unit. A stock may not fall below zero unless ``signed`` says that it can.
    """

    def __init__(
        self, label: str, unit: str | Unit, initial: Operand, *, signed: bool = False
    ) -> None:
        super().__init__(label, Unit.parse(unit))
        self.initial = as_expr(initial)
        self.signed = signed
        check_unit(f"the initial value of stock '{label}'", self.initial, self.unit)

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

    def __init__(self, label: str, pipe: Pipe, rate: Operand) -> None:
        if not isinstance(pipe, Pipe):
            message = f"flow '{label}' needs a pipe such as home >> care, not {pipe!r}"
            raise ModelError(message)
        self.pipe = pipe
        self.expression = as_expr(rate)
        super().__init__(label, self._checked_unit())

    @property
    def is_rate(self) -> bool:
        """True: a flow is summed over a year."""
        return True

    def _checked_unit(self) -> Unit:
        rate = self.expression
        unit = rate.unit
        for stock in (self.pipe.start, self.pipe.end):
            if stock is None:
                continue
            needed = stock.unit / YEAR
            if unit != needed and not is_zero(rate):
                name = stock.name or stock.label
                message = (
                    f"a flow on '{name}' [{stock.unit}] must be in [{needed}], "
                    f"but {rate} is in [{unit}]"
                )
                raise UnitError(message)
            unit = needed
        return unit


class Aux(Defined):
    """A quantity computed at every moment; ``unit`` states what it must come out in."""

    def __init__(self, label: str, expression: Operand, unit: str | Unit | None = None) -> None:
        self.expression = as_expr(expression)
        super().__init__(label, self.expression.unit if unit is None else Unit.parse(unit))
        check_unit(f"'{label}'", self.expression, self.unit)


class Check(Defined):
    """A condition that a reader should know of when it holds on any saved day of a run.

    ``Check("Early help is down to its floor", early_help_spend <= p.early_help_floor)``.
    """

    def __init__(self, label: str, condition: Expr) -> None:
        if not isinstance(condition, Binary) or condition.symbol not in COMPARISONS:
            message = f"check '{label}' needs a comparison, such as care <= p.places"
            raise ModelError(message)
        self.expression = condition
        super().__init__(label, condition.unit)


def check_unit(what: str, expression: Expr, unit: Unit) -> None:
    """Raise UnitError unless an expression is in a unit; a literal zero is in any."""
    if expression.unit != unit and not is_zero(expression):
        message = f"{what} must be in [{unit}], but {expression} is in [{expression.unit}]"
        if isinstance(expression, Number):
            message += "; a number has no unit: make it a parameter that has one"
        raise UnitError(message)
