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
    total,
)
from caresim.language.units import Unit

__all__ = ["Aux", "Check", "Delay", "Flow", "Pipe", "Smooth", "Stock", "Variable", "cloud"]

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
        _agree(f"the initial value of stock '{label}'", self.initial, self.unit)

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
        _agree(f"'{label}'", self.expression, self.unit)


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


class Smooth(Defined):
    """An input felt with a lag: ``order`` first-order steps that share the time ``over``.

    Expands into ``order`` stocks named ``<name>_stage_1`` and so on, which start at the input, or
    at ``initial``. A smooth inside a feedback loop is declared before its input exists: give
    ``initial`` instead of the source, and name the input later with :meth:`follow`.
    """

    def __init__(
        self,
        label: str,
        source: Operand | None = None,
        over: Operand | None = None,
        order: int = 1,
        *,
        initial: Operand | None = None,
    ) -> None:
        begins = source if initial is None else initial
        if begins is None or over is None:
            message = (
                f"smooth '{label}' needs a time, and a source or an initial value: "
                'Smooth("Felt", source, over=time)'
            )
            raise ModelError(message)
        self.initial, self.over = as_expr(begins), as_expr(over)
        _agree(f"the time of smooth '{label}'", self.over, YEAR)
        super().__init__(label, self.initial.unit)
        self.source = None if source is None else as_expr(source)
        self.order = _checked_order(label, order)
        self.stages = [
            Stock(f"{label}, stage {i}", self.unit, self.initial, signed=True)
            for i in range(1, self.order + 1)
        ]
        self.moves: list[Flow] = []
        self.expression = self.stages[-1]

    def follow(self, source: Operand) -> None:
        """Name the input of a smooth that was declared before it.

        Raises ModelError when it has one already, UnitError when the units differ.
        """
        if self.source is not None:
            message = f"smooth '{self.name}' already follows {self.source}"
            raise ModelError(message)
        self.source = as_expr(source)
        _agree(f"the input of smooth '{self.name}'", self.source, self.unit)

    def expand(self) -> None:
        """Name the stages after this quantity."""
        for i, stage in enumerate(self.stages, 1):
            stage.name = f"{self.name}_stage_{i}"

    @property
    def is_rate(self) -> bool:
        """False: a smooth is a level, read on a day, whatever its unit."""
        return False

    @property
    def parts(self) -> tuple[Variable, ...]:
        """The stages, what changes them, and this quantity."""
        if self.source is None:
            message = f"smooth '{self.name}' has no input; call {self.name}.follow(…)"
            raise ModelError(message)
        if not self.moves:
            self.moves = self._changes(self.source)
        return (*self.stages, *self.moves, self)

    def _changes(self, feeding: Expr) -> list[Flow]:
        moves = []
        for i, stage in enumerate(self.stages, 1):
            rate = (feeding - stage) / (self.over / self.order)
            move = Flow(f"{self.label}, change of stage {i}", cloud >> stage, rate)
            move.name = f"{stage.name}_change"
            moves.append(move)
            feeding = stage
        return moves


class Delay(Place, Defined):
    """A stock that takes time to pass through: ``order`` equal stages, ``time`` years in all.

    Inflows enter the first stage. Everything leaves the last one at the rate :attr:`outflow`, which
    the outflows share out among themselves. Expands into stocks named ``<name>_stage_1`` and so on.
    """

    def __init__(
        self, label: str, unit: str | Unit, initial: Operand, *, time: Operand, order: int = 3
    ) -> None:
        super().__init__(label, Unit.parse(unit))
        initial, time = as_expr(initial), as_expr(time)
        _agree(f"the initial value of delay '{label}'", initial, self.unit)
        _agree(f"the time of delay '{label}'", time, YEAR)
        self.order = _checked_order(label, order)
        self.stage_time = time / self.order
        share = initial if is_zero(initial) else initial / self.order
        self.stages = [
            Stock(f"{label}, stage {i}", self.unit, share) for i in range(1, self.order + 1)
        ]
        self.moves: list[Flow] = []
        self.expression = total(*self.stages)
        self.outflow = self.stages[-1] / self.stage_time

    def expand(self) -> None:
        """Name the stages after this quantity."""
        for i, stage in enumerate(self.stages, 1):
            stage.name = f"{self.name}_stage_{i}"
        for before, after in zip(self.stages, self.stages[1:], strict=False):
            move = Flow(f"{self.label}, moving on", before >> after, before / self.stage_time)
            move.name = f"{before.name}_passed"
            self.moves.append(move)

    @property
    def entry(self) -> Stock:
        """The first stage."""
        return self.stages[0]

    @property
    def exit(self) -> Stock:
        """The last stage."""
        return self.stages[-1]

    @property
    def parts(self) -> tuple[Variable, ...]:
        """The stages, what moves between them, and this quantity."""
        return (*self.stages, *self.moves, self)


def _agree(what: str, expression: Expr, unit: Unit) -> None:
    if expression.unit != unit and not is_zero(expression):
        message = f"{what} must be in [{unit}], but {expression} is in [{expression.unit}]"
        if isinstance(expression, Number):
            message += "; a number has no unit: make it a parameter that has one"
        raise UnitError(message)


def _checked_order(label: str, order: int) -> int:
    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        message = f"the order of '{label}' is a whole number from 1, not {order!r}"
        raise ModelError(message)
    return order
