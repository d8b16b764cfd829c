"""What must hold for the equations of a model as a whole, and the order to compute them in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from caresim.language.errors import ModelError, ParameterError
from caresim.language.expressions import Expr, walk
from caresim.language.parameters import ParameterRef, Parameters
from caresim.language.sectors import home_of
from caresim.language.variables import Defined, Flow, Stock, Variable
from caresim.language.walking import MOST_WRITTEN, written_size

__all__ = ["check_structure", "dependency_order", "equations_of"]


def equations_of(variable: Variable) -> Iterator[Expr]:
    """Yield the expressions that define a quantity; for a stock its value at the start."""
    if isinstance(variable, Stock):
        yield variable.initial
    elif isinstance(variable, Defined):
        yield variable.expression


def check_structure(
    model: str,
    variables: dict[str, Variable],
    collection: Parameters,
    places: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Check that every used quantity is named, parameters are used, and no loop lacks a stock.

    ``places`` says in which module and line a quantity stands, for those that are in a module.

    Raises ModelError and ParameterError that name the quantity.
    """
    used: set[str] = set()
    for name, variable in variables.items():
        said = f"{places[name]}: '{name}'" if name in places else f"'{name}'"
        if name in collection:
            message = f"{said} is also a parameter; give one of the two another name"
            raise ModelError(message)
        _check_ends(said, variable, variables)
        _check_size(said, variable)
        for node in walk(*equations_of(variable)):
            if isinstance(node, Variable) and variables.get(node.name or "") is not node:
                message = (
                    f'{said} uses "{node.label}", which is not a quantity of the class'
                    f"{home_of(node)}"
                )
                raise ModelError(message)
            if isinstance(node, ParameterRef):
                _check_reference(said, node, collection)
                used.add(node.name)
    if spare := [name for name in collection if name not in used]:
        message = f"no equation of {model} uses the parameter '{spare[0]}'; take it out"
        raise ParameterError(message)
    dependency_order(variables, list(variables))


def _check_size(said: str, variable: Variable) -> None:
    for expression in equations_of(variable):
        if (size := written_size(expression)) > MOST_WRITTEN:
            message = (
                f"{said} has {size:.3g} operations, written out, and one equation can have "
                f"{MOST_WRITTEN:,}; give parts of it names of their own, as Aux"
            )
            raise ModelError(message)


def _check_ends(said: str, variable: Variable, known: dict[str, Variable]) -> None:
    ends = (variable.pipe.start, variable.pipe.end) if isinstance(variable, Flow) else ()
    for stock in ends:
        if stock is not None and known.get(stock.name or "") is not stock:
            message = (
                f'{said} flows to or from "{stock.label}", which is not in the class'
                f"{home_of(stock)}"
            )
            raise ModelError(message)


def _check_reference(said: str, node: ParameterRef, collection: Parameters) -> None:
    if node.collection is not collection:
        message = (
            f"{said} uses the parameter '{node.name}' of another collection; "
            "write 'parameters = p' in the class body, with the p of its equations"
        )
        raise ModelError(message)


def dependency_order(
    variables: dict[str, Variable], wanted: list[str], *, at_start: bool = False
) -> list[str]:
    """Return the wanted quantities and what they need, each after what it is computed from.

    Stocks are given unless ``at_start``, when their initial values are computed too.

    Raises ModelError that shows the loop when quantities depend on each other without a stock.
    """
    done: dict[str, None] = {}
    for first in wanted:
        # quantities whose needs are looked at, each needed by the one before
        trail: dict[str, Iterator[str]] = {}
        following: str | None = first
        while following is not None or trail:
            if following is None:
                done[trail.popitem()[0]] = None
            elif following in trail:
                _refuse_loop([*trail], following)
            elif following not in done and (at_start or not _is_stock(variables[following])):
                trail[following] = _needs(variables[following])
            following = next(trail[next(reversed(trail))], None) if trail else None
    return [*done]


def _needs(variable: Variable) -> Iterator[str]:
    for node in walk(*equations_of(variable)):
        if isinstance(node, Variable) and node is not variable and node.name:
            yield node.name


def _is_stock(variable: Variable) -> bool:
    return isinstance(variable, Stock)


def _refuse_loop(trail: list[str], again: str) -> None:
    loop = " → ".join((*trail[trail.index(again) :], again))
    message = f"these depend on each other at the same moment, with no stock between: {loop}"
    raise ModelError(message)
