"""What every named quantity of a model has: a label, a unit, a name, and perhaps dimensions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Self

from caresim.language.dimensions import At, Divided, Key, element_name, keys_of
from caresim.language.errors import ModelError, UnitError, came, shown
from caresim.language.expressions import Expr, Number, is_zero
from caresim.language.made import noted
from caresim.language.plain_text import check_plain
from caresim.language.units import Unit

__all__ = ["YEAR", "Variable", "check_unit"]

YEAR = Unit.parse("year")


class Variable(Divided):
    """A named quantity of a model; the class body gives the name."""

    _is_made = False  # true once its model is, which no longer looks at what is set

    def __new__(cls, *given: Any, **named: Any) -> Self:
        """Make a quantity, and note where, so that it is not lost."""
        made = super().__new__(cls)
        if given or named:  # nothing is given where one is copied
            noted(made)
        return made

    def __init__(self, label: str, unit: Unit) -> None:
        if not isinstance(label, str) or not label:
            message = f"a {type(self).__name__} starts with its label in words, not {came(label)}"
            raise ModelError(message)
        check_plain(label, f"the label {shown(label)}", ModelError, name=True)
        self.label = label
        self.unit = unit

    def __setattr__(self, name: str, value: Any) -> None:
        if self._is_made and not name.startswith("_"):
            message = (
                f"the equations of '{self.name}' are made: '{name}' cannot be set; write them in "
                "the body of the class"
            )
            raise ModelError(message)
        super().__setattr__(name, value)

    def __set_name__(self, _owner: type | None, name: str) -> None:
        if self.name == name:
            return
        if self.name is not None:
            message = f"'{self.name}' cannot also be called '{name}': one quantity, one name"
            raise ModelError(message)
        self.name = name
        if not self.dimensions:
            self.expand()
            return
        for key, element in self.elements.items():
            element.__set_name__(None, element_name(name, *key))

    @cached_property
    def elements(self) -> Mapping[Key, Any]:
        """The quantity of each element, by the names of the elements."""
        return {
            key: self.one(", ".join((self.label, *key)), place)
            for key, place in keys_of(self.dimensions)
        }

    @property
    def scalars(self) -> tuple[Variable, ...]:
        """The quantities of all elements, in order; a quantity without dimensions itself."""
        return tuple(self.elements.values()) if self.dimensions else (self,)

    def one(self, label: str, place: At) -> Variable:
        """Return the quantity of one element."""
        raise NotImplementedError

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


def check_unit(what: str, expression: Expr, unit: Unit) -> None:
    """Raise UnitError unless an expression is in a unit; a literal zero is in any."""
    if expression.unit != unit and not is_zero(expression):
        message = f"{what} must be in [{unit}], but {expression} is in [{expression.unit}]"
        if isinstance(expression, Number):
            message += "; a number has no unit: make it a parameter that has one"
        raise UnitError(message)
