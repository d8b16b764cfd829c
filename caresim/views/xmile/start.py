"""Initial values as they are before the changes of a scenario's first day."""

from __future__ import annotations

import copy
from collections.abc import Mapping

from caresim.language.expressions import Expr
from caresim.language.model import Model
from caresim.language.parameters import ParameterRef
from caresim.language.variables import Aux, Defined, Stock
from caresim.views.xmile.equations import Equations
from caresim.views.xmile.paths import Moving

__all__ = ["Start"]


class Start:
    """Rewrites initial values for parameters that jump on the first day.

    Stocks start from what was before the jump, while XMILE reads every auxiliary after it. So the
    value before gets a name of its own, and what is computed from it is written out.
    """

    def __init__(self, model: Model, moving: Mapping[str, Moving], equations: Equations) -> None:
        self.parameters = model.parameters
        self.given = model.starting or {}
        self.jumping = {name: path for name, path in moving.items() if path.jumps_at_start}
        self.equations = equations
        self._before: dict[str, Aux] = {}
        # with the nodes themselves, so that no other node can come to have their ids
        self._done: dict[int, tuple[Expr, Expr]] = {}

    def __call__(self, node: Expr) -> Expr:
        """Return the expression with every jumping parameter at its value before the start."""
        if id(node) not in self._done:
            self._done[id(node)] = (node, self._rewritten(node))
        return self._done[id(node)][1]

    def _rewritten(self, node: Expr) -> Expr:
        if isinstance(node, ParameterRef):
            return self._named(node) if node.name in self.jumping else node
        if isinstance(node, Stock):
            # a level put in place of an equation does not reach the equations of other stocks
            return self(node.initial) if node.name in self.given else node
        if isinstance(node, Defined):
            inner = self(node.expression)
            return node if inner is node.expression else inner
        children = tuple(self(child) for child in node.children)
        if all(new is old for new, old in zip(children, node.children, strict=True)):
            return node
        changed = copy.copy(node)
        changed.children = children
        return changed

    def _named(self, node: ParameterRef) -> Aux:
        if node.name not in self._before:
            meaning = self.parameters[node.name].meaning or node.name
            label, value = f"{meaning}, before the start", self.jumping[node.name].before
            name = f"{node.name}_before"
            self._before[node.name] = self.equations.constant(name, label, value, node.unit)
        return self._before[node.name]
