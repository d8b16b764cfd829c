"""What takes time: inputs felt with a lag, and stocks that are passed through in stages."""

from __future__ import annotations

from functools import cached_property

from caresim.language.calls import total, where
from caresim.language.dimensions import Array, At, Over, at, dimensions_of, keys_of, settled
from caresim.language.errors import ModelError, came, quoted
from caresim.language.expressions import Expr, Operand, as_expr, is_zero
from caresim.language.units import Unit
from caresim.language.variables import (
    YEAR,
    Defined,
    Flow,
    Place,
    Stock,
    Variable,
    check_unit,
    cloud,
)

__all__ = ["Delay", "Smooth"]


class Smooth(Defined):
    """An input felt with a lag: ``order`` first-order steps that share the time ``over``.

    Expands into ``order`` stocks named ``<name>_stage_1`` and so on, which start at the input, or
    at ``initial``. A smooth inside a feedback loop is declared before its input exists: give
    ``initial`` instead of the source, and name the input later with :meth:`follow`. ``over`` is a
    time; dimensions follow from what it is given. ``only_while`` is a condition, such as the switch
    of a feedback: where it does not hold, the smooth stays as it is on that day.
    """

    def __init__(
        self,
        label: str,
        source: Operand | None = None,
        over: Operand | None = None,
        order: int = 1,
        *,
        initial: Operand | None = None,
        only_while: Expr | None = None,
    ) -> None:
        begins = source if initial is None else initial
        if begins is None or over is None:
            message = (
                f"smooth '{label}' needs a time, and a source or an initial value: "
                'Smooth("Felt", source, over=time)'
            )
            raise ModelError(message)
        self.initial, self.over = as_expr(begins), as_expr(over)
        check_unit(f"the time of smooth '{label}'", self.over, YEAR)
        self.only_while = None if only_while is None else _condition(only_while)
        super().__init__(label, self.initial.unit)
        self.source = None if source is None else as_expr(source)
        self.order = _checked_order(label, order)
        given = (self.source, self.initial, self.over, self.only_while)
        self.dimensions = dimensions_of(*(part for part in given if part is not None))
        self.stages = [
            Stock(f"{label}, stage {i}", self.unit, self.initial, signed=True, over=self.dimensions)
            for i in range(1, self.order + 1)
        ]
        self.moves: list[Flow] = []
        self.expression = self.stages[-1]

    def follow(self, source: Operand) -> None:
        """Name the input of a smooth that was declared before it.

        Raises ModelError when it has one already, UnitError when the units differ.
        """
        if self.source is not None:
            message = f"smooth {quoted(self)} already follows {self.source}"
            raise ModelError(message)
        source = as_expr(source)
        check_unit(f"the input of smooth {quoted(self)}", source, self.unit)
        settled(f"smooth {quoted(self)}", self.dimensions, dimensions_of(source), wider=True)
        for key, place in keys_of(self.dimensions) if self.dimensions else ():
            self.elements[key].follow(at(source, place))
        self.source = source

    def one(self, label: str, place: At) -> Smooth:
        """Return the smooth of one element."""
        source = None if self.source is None else at(self.source, place)
        over, initial = at(self.over, place), at(self.initial, place)
        asked = None if self.only_while is None else at(self.only_while, place)
        return Smooth(label, source, over, self.order, initial=initial, only_while=asked)

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
            message = f"smooth {quoted(self)} has no input; call {self}.follow(…)"
            raise ModelError(message)
        if not self.moves:
            self.moves = self._changes(self.source)
        return (*self.stages, *self.moves, self)

    def _changes(self, feeding: Expr) -> list[Flow]:
        moves = []
        for i, stage in enumerate(self.stages, 1):
            rate = (feeding - stage) / (self.over / self.order)
            if self.only_while is not None:
                rate = where(self.only_while, rate, 0)
            move = Flow(f"{self.label}, change of stage {i}", cloud >> stage, rate)
            move.name = f"{stage.name}_change"
            moves.append(move)
            feeding = stage
        return moves


def _condition(given: Expr) -> Expr:
    """Return a comparison: that a switch is on, or the one that is given."""
    condition: Expr = where(given, 1, 0).children[0]
    return condition


class Delay(Place, Defined):
    """A stock that takes time to pass through: ``order`` equal stages, ``time`` years in all.

    Inflows enter the first stage. Everything leaves the last one at the rate :attr:`outflow`, which
    the outflows share out among themselves. Expands into stocks named ``<name>_stage_1`` and so on.
    """

    def __init__(
        self,
        label: str,
        unit: str | Unit,
        initial: Operand,
        *,
        time: Operand,
        order: int = 3,
        over: Over = None,
    ) -> None:
        super().__init__(label, Unit.parse(unit))
        self.initial, self.time = initial, time = as_expr(initial), as_expr(time)
        found = dimensions_of(initial, time)
        self.dimensions = settled(f"delay '{label}'", over, found, wider=True)
        check_unit(f"the initial value of delay '{label}'", initial, self.unit)
        check_unit(f"the time of delay '{label}'", time, YEAR)
        self.order = _checked_order(label, order)
        self.stage_time = time / self.order
        share = initial if is_zero(initial) else initial / self.order
        self.stages = [
            Stock(f"{label}, stage {i}", self.unit, share, over=self.dimensions)
            for i in range(1, self.order + 1)
        ]
        self.moves: list[Flow] = []
        self.expression = total(*self.stages)

    def one(self, label: str, place: At) -> Delay:
        """Return the delay of one element."""
        initial, time = at(self.initial, place), at(self.time, place)
        return Delay(label, self.unit, initial, time=time, order=self.order)

    @cached_property
    def outflow(self) -> Expr:
        """What leaves the last stage in a year."""
        if not self.dimensions:
            return self.stages[-1] / self.stage_time
        parts = {key: part.outflow for key, part in self.elements.items()}
        return Array(f"{self}.outflow", self.dimensions, parts)

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


def _checked_order(label: str, order: int) -> int:
    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        message = f"the order of '{label}' is a whole number from 1, not {came(order)}"
        raise ModelError(message)
    return order
