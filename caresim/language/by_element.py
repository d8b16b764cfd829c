"""The parameters of each element of a dimension, under one name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caresim.language.dimensions import Array, Dimension, element_name, in_words, keys_of
from caresim.language.errors import ParameterError, did_you_mean

if TYPE_CHECKING:
    from caresim.language.parameters import Parameters

__all__ = ["ByElement"]


class ByElement:
    """Parameters over dimensions: each name stands for the parameters of all elements."""

    def __init__(self, collection: Parameters, dimensions: tuple[Dimension, ...]) -> None:
        if not dimensions or not all(isinstance(d, Dimension) for d in dimensions):
            message = f"p.over takes dimensions, such as p.over(age), not {dimensions!r}"
            raise ParameterError(message)
        self._collection, self._dimensions = collection, dimensions

    def __getattr__(self, name: str) -> Array:
        if name.startswith("_"):
            raise AttributeError(name)
        names = {key: element_name(name, *key) for key, _ in keys_of(self._dimensions)}
        if missing := [full for full in names.values() if full not in self._collection]:
            near = did_you_mean(missing[0], self._collection)
            message = (
                f"'{name}' over {in_words(self._dimensions)} needs a parameter for each element; "
                f"there is no {', '.join(map(repr, missing))}{near}"
            )
            raise ParameterError(message)
        found = {key: getattr(self._collection, full) for key, full in names.items()}
        if len({part.unit for part in found.values()}) > 1:
            units = ", ".join(f"'{part.name}' [{part.unit}]" for part in found.values())
            message = f"the parameters '{name}' of all elements need one unit, not {units}"
            raise ParameterError(message)
        return Array(name, self._dimensions, found)
