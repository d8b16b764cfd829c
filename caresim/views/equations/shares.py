"""Which quantities without unit are shares: what is said so, and what cannot be anything else."""

from __future__ import annotations

from collections.abc import Mapping

from caresim.language.amounts import is_share, says_share
from caresim.language.dimensions import Divided
from caresim.language.expressions import Binary, Call, Expr
from caresim.language.parameters import Parameter, ParameterRef
from caresim.language.variables import Variable
from caresim.views.equations.symbols import Symbols

__all__ = ["Shares"]

RATIO = (" for each ", " against ")  # words of a label that compare two amounts
INDEX = "= 1"


class Shares:
    """Tells shares, ratios and indices of one model apart by their labels and equations."""

    def __init__(self, symbols: Symbols, numbers: Mapping[str, Parameter]) -> None:
        self.symbols, self.numbers = symbols, numbers
        self._known: dict[str, bool] = {}

    def said(self, quantity: Expr) -> str:
        """Return what a quantity without unit is: a share, a ratio or a plain number."""
        label = getattr(quantity, "label", "")
        if any(words in label for words in RATIO):
            return "a ratio"
        if label.endswith(INDEX) or not self._is_share(quantity):
            return "a number without unit"
        return "a share"

    def _is_share(self, node: Expr) -> bool:
        if node.literal is not None:
            return 0 <= node.literal <= 1
        if not node.unit.is_one:
            return False
        first = node.scalars[0] if isinstance(node, Divided) and node.dimensions else node
        if isinstance(first, ParameterRef):
            entry = self.numbers[first.name]
            return is_share(entry) and (entry.bounds or (0.0, 1.0))[0] >= 0
        if isinstance(node, Variable | Divided):
            return self._variable(self.symbols.home(first)[0])
        return self._built(node)

    def _variable(self, variable: Expr) -> bool:
        name, label = getattr(variable, "name", None) or "", getattr(variable, "label", "")
        if name not in self._known:
            self._known[name] = False  # what follows from itself tells nothing
            said = "share" in name.split("_") or (says_share(label) and not label.endswith(INDEX))
            expression = getattr(variable, "expression", None)
            self._known[name] = said or (expression is not None and self._is_share(expression))
        return self._known[name]

    def _built(self, node: Expr) -> bool:
        """Return whether a share follows from shares."""
        parts = [self._is_share(child) for child in node.children]
        if isinstance(node, Binary):
            is_rest = node.symbol == "-" and node.children[0].literal != 0  # 1 less a share
            return all(parts) and (node.symbol == "*" or is_rest)
        if not isinstance(node, Call):
            return False
        return node.function == "share" or {
            "minimum": any(parts),
            "maximum": all(parts),
            "smooth_step": all(parts[:2]),
            "where": all(parts[1:]),
        }.get(node.function, False)
