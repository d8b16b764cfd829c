"""Ways through an equation that no depth of it can exhaust: nothing here calls itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

__all__ = ["MOST_WRITTEN", "depth", "folded", "walk", "written_size"]

Node = TypeVar("Node")
Made = TypeVar("Made")
MOST_WRITTEN = 20_000  # operations of one equation, written out: more no text can hold


def walk(*roots: Node) -> Iterator[Node]:
    """Yield every node below the roots once, children before parents, not entering variables."""
    seen: set[int] = set()
    stack: list[tuple[Any, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(node.children))


def folded(root: Any, make: Callable[[Any, Sequence[Made]], Made]) -> Made:
    """Return what ``make`` makes of a node and of what it made of the node's children."""
    made: dict[int, Made] = {}
    for node in walk(root):
        made[id(node)] = make(node, [made[id(child)] for child in node.children])
    return made[id(root)]


def written_size(root: Any) -> int:
    """Return how many nodes an expression has, one that stands in several places in each."""
    return folded(root, lambda _, parts: 1 + sum(parts))


def depth(root: Any) -> int:
    """Return how many operations stand inside one another."""
    return folded(root, lambda _, parts: 1 + max(parts, default=-1))
