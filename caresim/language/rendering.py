"""Equations as Python source: what the engine runs, and what errors and tables show."""

from __future__ import annotations

from collections.abc import Callable

from caresim.language.expressions import (
    Binary,
    Call,
    Expr,
    Negative,
    Number,
    Table,
    Time,
)
from caresim.language.functions import FUNCTIONS

__all__ = ["render"]


def render(node: Expr, names: Callable[[Expr], str | None] = lambda _: None) -> str:
    """Return the expression as Python source; ``names`` may replace a node by a name."""
    return _render(node, names)[0]


def _render(  # noqa: PLR0911  (one return for each class of node)
    node: Expr, names: Callable[[Expr], str | None]
) -> tuple[str, int]:
    """Return source and binding strength (6 for an atom)."""
    if (name := names(node)) is not None:
        return name, 6
    parts = [_render(child, names) for child in node.children]
    if isinstance(node, Number):
        return (repr(node.value), 6) if node.value >= 0 else (f"({node.value!r})", 6)
    if isinstance(node, Negative):
        return f"-{_bracket(parts[0], 4)}", 4
    if isinstance(node, Binary):
        strength = FUNCTIONS[node.symbol].binds
        # every bracket on the right stays, so that the order of rounding is the one written
        left = _bracket(parts[0], strength + (node.symbol == "**" or node.is_comparison))
        right = _bracket(parts[1], strength + 1)
        return f"{left} {node.symbol} {right}", strength
    if isinstance(node, Call) and node.function == "total":
        text = " + ".join(_bracket(part, 2 + (i > 0)) for i, part in enumerate(parts))
        return text, 2
    if isinstance(node, Call):
        return f"{node.function}({', '.join(text for text, _ in parts)})", 6
    if isinstance(node, Table):
        xs, ys = zip(*node.points, strict=True)
        return f"look_up({parts[0][0]}, {xs!r}, {ys!r})", 6
    return _leaf(node), 6


def _leaf(node: Expr) -> str:
    """Return a name, or the label in quotes of a quantity that its model has not named yet."""
    label = "time" if isinstance(node, Time) else f'"{getattr(node, "label", "unnamed")}"'
    return getattr(node, "name", None) or label


def _bracket(part: tuple[str, int], needed: int) -> str:
    text, strength = part
    return text if strength >= needed else f"({text})"
