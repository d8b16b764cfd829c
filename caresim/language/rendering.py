"""Equations as Python source: what the engine runs, and what errors and tables show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from caresim.language.functions import FUNCTIONS
from caresim.language.walking import folded

__all__ = ["render"]

SUM, SIGN, ATOM = 2, 4, 6  # how strongly a sum, a sign and a name hold together
Names = Callable[[Any], str | None]
Part = tuple[str, int]


def render(node: Any, names: Names = lambda _: None) -> str:
    """Return an expression as Python source; ``names`` may replace a node by a name."""
    return folded(node, lambda part, parts: _rendered(part, parts, names(part)))[0]


def _rendered(node: Any, parts: Sequence[Part], name: str | None) -> Part:
    """Return source and binding strength."""
    if name is not None:
        return name, ATOM
    if not node.function:
        return _leaf(node), ATOM
    if FUNCTIONS[node.function].binds:
        left, right = parts
        return _operator(node.function, left, right)
    if node.function == "negative":
        return f"-{_bracket(parts[0], SIGN)}", SIGN
    if node.function == "total":
        return " + ".join(_bracket(part, SUM + (i > 0)) for i, part in enumerate(parts)), SUM
    arguments = [text for text, _ in parts] + [repr(given) for given in _points(node)]
    if node.function == "share":
        arguments[-1] = f"of={arguments[-1]}"
    return f"{node.function}({', '.join(arguments)})", ATOM


def _operator(symbol: str, left: tuple[str, int], right: tuple[str, int]) -> tuple[str, int]:
    row = FUNCTIONS[symbol]
    # every bracket on the right stays, so that the order of rounding is the one written
    first = _bracket(left, row.binds + (symbol == "**" or row.is_comparison))
    return f"{first} {symbol} {_bracket(right, row.binds + 1)}", row.binds


def _points(node: Any) -> Sequence[tuple[float, ...]]:
    """Return the places and the values of a table; nothing of other functions."""
    return tuple(zip(*getattr(node, "points", ()), strict=True))


def _leaf(node: Any) -> str:
    """Return a number, a name, or the label in quotes of what its model has not named yet."""
    if (day := getattr(node, "day", None)) is not None:
        return repr(str(day))
    if node.literal is not None:
        return repr(node.literal) if node.literal >= 0 else f"({node.literal!r})"
    return getattr(node, "name", None) or f'"{getattr(node, "label", "unnamed")}"'


def _bracket(part: tuple[str, int], needed: int) -> str:
    text, strength = part
    return text if strength >= needed else f"({text})"
