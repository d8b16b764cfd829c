"""Which levers of a model reach a quantity, and by how short a way: its equations, read backwards.

Quantities over a dimension count as one, and so do the stages of a smooth or delay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain

from caresim.language.expressions import walk
from caresim.language.model import Model
from caresim.language.parameters import ParameterRef
from caresim.language.structure import equations_of
from caresim.language.variables import Check, Flow, Variable

__all__ = ["acting_on", "levers_behind", "neighbours", "shown_by", "users_of"]

Behind = Mapping[str, tuple[str, ...]]


def levers_behind(model: Model, names: Iterable[str]) -> dict[str, int]:
    """Return the levers, effects and costs that act on some quantities, the nearest first.

    With each comes the number of equations on its way.
    """
    parameters, found = model.parameters, dict[str, int]()
    for distance, ring in enumerate(_rings(type(model), names), 1):
        found |= {n: distance for n in ring if n in parameters and parameters[n].is_open}
    return found


@cache
def shown_by(model: type[Model], asked: tuple[str, ...] = ()) -> frozenset[str]:
    """Return the parameters that act on what tables of a model show, on its prices, or on more.

    ``asked`` names quantities that are shown besides.
    """
    prices = model.price_level  # a quantity of the model may have that very name
    shown = (*model.published_names(), *asked, prices if isinstance(prices, str) else "price_level")
    makers, parameters = model.makers(), model.parameters
    met = chain.from_iterable(_rings(model, [name for name in shown if name in makers]))
    return frozenset(name for name in met if name in parameters)


@cache
def acting_on(model: type[Model], name: str) -> frozenset[str]:
    """Return the parameters and quantities that act on a quantity, at once or through others."""
    return frozenset(chain.from_iterable(_rings(model, [name])))


def users_of(model: Model, parameter: str) -> tuple[str, ...]:
    """Return the quantities whose equations use a parameter."""
    return tuple(name for name, used in _behind(type(model)).items() if parameter in used)


def _rings(model: type[Model], names: Iterable[str]) -> Iterator[list[str]]:
    """Yield what acts on some quantities at once, then what acts on that, each name once."""
    behind, makers = _behind(model), model.makers()
    ring = [makers[name].name or name if name in makers else name for name in names]
    seen = set(ring)
    while ring:
        acting = dict.fromkeys(n for name in ring for n in behind.get(name, ()))
        ring = [name for name in acting if name not in seen]
        seen.update(ring)
        yield ring


@cache
def _behind(model: type[Model]) -> Behind:
    """Return for each quantity the parameters and quantities that act on it at once."""
    makers = model.makers()
    found: dict[str, dict[str, None]] = {}
    for name, variable in model.variables.items():
        if isinstance(variable, Check):
            continue
        own = makers[name].name or name
        used = found.setdefault(own, {})
        for node in walk(*equations_of(variable)):
            if isinstance(node, Variable | ParameterRef):
                used[_name(node, makers)] = None
        if isinstance(variable, Flow):
            for end in (variable.pipe.start, variable.pipe.end):
                if end is not None:
                    found.setdefault(_name(end, makers), {})[own] = None
    return {name: tuple(n for n in used if n != name) for name, used in found.items()}


def _name(node: Variable | ParameterRef, makers: Mapping[str, Variable]) -> str:
    if isinstance(node, ParameterRef):
        return node.name
    return (makers[node.name or ""].name if node.name in makers else node.name) or ""


def neighbours(model: Model, parameter: str) -> list[str]:
    """Return other levers, effects and costs by how near they meet what a parameter acts on.

    First come those in the equations that use it and behind what these are made of at once.
    """
    behind, parameters = _behind(type(model)), model.parameters
    ring, seen = list(users_of(model, parameter)), {parameter}
    found = dict.fromkeys(_made_of(model, ring, parameter))
    while ring:
        for name in ring:
            met = (n for n in behind.get(name, ()) if n in parameters and n != parameter)
            found |= dict.fromkeys(n for n in met if parameters[n].is_open)
        seen |= set(ring)
        ring = [n for n, used in behind.items() if n not in seen and not seen.isdisjoint(used)]
    return [*found]


def _made_of(model: Model, names: Iterable[str], parameter: str) -> Iterator[str]:
    """Yield what is open in some equations, and behind what these name, up to its stocks."""
    behind, parameters = _behind(type(model)), model.parameters
    makers = model.makers()
    ring, seen = list(names), {parameter, *(_name(stock, makers) for stock in model.stocks())}
    while ring:
        following = dict.fromkeys(n for name in ring for n in behind.get(name, ()) if n not in seen)
        seen |= set(following)
        yield from (n for n in following if n in parameters and parameters[n].is_open)
        ring = [n for n in following if n not in parameters]
