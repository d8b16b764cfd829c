"""Where flows come from and go to: the cloud, stocks and other places, and pipes between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from caresim.language.dimensions import (
    Array,
    At,
    Dimension,
    Divided,
    Key,
    Over,
    at,
    dimensions_of,
    in_words,
    settled,
)
from caresim.language.errors import ModelError, came, quoted
from caresim.language.expressions import Expr, Operand, as_expr
from caresim.language.made import noted
from caresim.language.named import Variable, check_unit
from caresim.language.units import Unit

__all__ = ["Ageing", "Cloud", "Pipe", "Place", "Places", "Stock", "cloud"]


class Cloud:
    """The outside of the model: where flows come from and go to without a count."""

    name = "cloud"
    dimensions = ()

    def __rshift__(self, target: Joint) -> Pipe:
        noted(pipe := Pipe(self, target))
        return pipe

    def __str__(self) -> str:
        return self.name


cloud = Cloud()


class Joint(Divided):
    """What a pipe can begin at: a place, or the places at some elements."""

    def __rshift__(self, target: End) -> Pipe:
        noted(pipe := Pipe(self, target))
        return pipe

    def ageing(self, then: End, over: Dimension | None = None) -> Pipe:
        """Return the pipe from each element to the next, and from the last to ``then``.

        ``over`` names the dimension where there are several. Raises ModelError without one.
        """
        ways = (over,) if over else self.dimensions
        if len(ways) != 1 or ways[0] not in self.dimensions:
            message = (
                f"{quoted(self)} is over {in_words(self.dimensions)}: ageing goes along one "
                "dimension of a stock, named by over= where there are several"
            )
            raise ModelError(message)
        noted(pipe := Ageing(self, then, ways[0]))
        return pipe

    def rest(self, dimensions: tuple[Dimension, ...], found: Mapping[Key, Expr], of: str) -> Places:
        """Return the places over some of the dimensions."""
        return Places(f"{self}[{of}]", dimensions, found)


class Places(Joint, Array):
    """Places by element: ``care["Settled"]``, where care is over phases and ages."""


class Place(Joint, Variable):
    """A quantity that flows can enter and leave: a stock, or a delay."""

    @property
    def entry(self) -> Stock:
        """Return the stock that inflows enter."""
        raise NotImplementedError

    @property
    def exit(self) -> Stock:
        """Return the stock that outflows leave."""
        raise NotImplementedError


End = Joint | Cloud


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


@dataclass(frozen=True)
class Pipe:
    """Where a flow comes from and where it goes: ``care >> home``.

    ``carries`` is false until a flow takes it.
    """

    source: End
    target: End
    carries: bool = field(default=False, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        for end in (self.source, self.target):
            if not isinstance(end, Joint | Cloud):
                message = f"a pipe joins stocks, delays and the cloud; {came(end)} is none of these"
                raise ModelError(message)
        if self.source is self.target:
            message = f"a pipe joins two different places, not {quoted(self.source)} to itself"
            raise ModelError(message)
        self._check_dimensions()

    def _check_dimensions(self) -> None:
        one, other = self.source.dimensions, self.target.dimensions
        if one and other and set(one) != set(other):
            wider = self.source if set(one) - set(other) else self.target
            spare = next(d for d in wider.dimensions if d not in one or d not in other)
            message = (
                f"{quoted(self.source)} is over {in_words(one)} but {quoted(self.target)} over "
                f"{in_words(other)}: divide both alike, or pick elements, such as "
                f'{wider}["{spare.elements[0]}"], in one flow for each'
            )
            raise ModelError(message)

    def __str__(self) -> str:
        return f"{self.source} >> {self.target}"

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Return what its places are over: one flow for each element."""
        return self.source.dimensions or self.target.dimensions

    def at(self, place: At) -> Pipe:
        """Return the pipe of one element."""
        return Pipe(_end_at(self.source, place), _end_at(self.target, place))

    @property
    def start(self) -> Stock | None:
        """Return the stock that the flow empties, None for the cloud."""
        return self.source.exit if isinstance(self.source, Place) else None

    @property
    def end(self) -> Stock | None:
        """Return the stock that the flow fills, None for the cloud."""
        return self.target.entry if isinstance(self.target, Place) else None


@dataclass(frozen=True)
class Ageing(Pipe):
    """From each element of a dimension to the next, and from the last to another place."""

    along: Dimension

    def _check_dimensions(self) -> None:
        others = {d for d in self.source.dimensions if d != self.along}
        if not set(self.target.dimensions) <= others:
            message = (
                f"{quoted(self.target)} is over {in_words(self.target.dimensions)}: where the last "
                f"of {quoted(self.source)} go has no {self.along}, nor a dimension of its own"
            )
            raise ModelError(message)

    def at(self, place: At) -> Pipe:
        """Return the pipe from one element to the next."""
        following = self.along.after(place[self.along])
        if following is None:
            return super().at(place)
        next_one = _end_at(self.source, {**place, self.along: following})
        return Pipe(_end_at(self.source, place), next_one)

    def __str__(self) -> str:
        return f"{self.source} >> its next {self.along}, the last >> {self.target}"


def _end_at(end: End, place: At) -> Any:
    return end if isinstance(end, Cloud) else at(end, place)
