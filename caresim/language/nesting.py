"""Room for equations that nest deeply: views follow them by functions that call themselves."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from caresim.language.errors import ExportError
from caresim.language.expressions import Expr
from caresim.language.model import Model
from caresim.language.structure import dependency_order, equations_of
from caresim.language.variables import Variable
from caresim.language.walking import folded

__all__ = ["room_for"]

MOST_NESTED = 1_000  # operations inside one another: more may not fit the memory of a thread
CALLS = 12  # of a view for each of them, at most


@contextmanager
def room_for(model: type[Model], what: str, *, through: bool = False) -> Iterator[None]:
    """Let a view follow the equations of a model as deep as they go.

    ``through`` says that it also follows what an equation is computed from. Raises ExportError that
    names the equation where that is too deep.
    """
    name, deep = _deepest(model, through)
    if deep > MOST_NESTED:
        of, advice = "", "give parts of it names of their own, as Aux"
        if through:
            of, advice = " with those of what it is computed from,", "compute it from less"
        message = (
            f"'{name}' has {deep:,} operations inside one another,{of} and {what} can hold "
            f"{MOST_NESTED:,}; {advice}"
        )
        raise ExportError(message)
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(before + CALLS * deep)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _deepest(model: type[Model], through: bool) -> tuple[str, int]:  # noqa: FBT001
    """Return the quantity with most operations inside one another."""
    found = {"": 0}

    def deep(node: Expr, parts: Sequence[int]) -> int:
        if isinstance(node, Variable):
            return found.get(node.name or "", 0) if through else 0
        return 1 + max(parts, default=0)

    order = dependency_order(model.variables, list(model.variables), at_start=True)
    for name in order:
        equations = equations_of(model.variables[name])
        found[name] = max((folded(equation, deep) for equation in equations), default=0)
    most = max(found, key=lambda name: found[name])
    return most, found[most]
