"""In which column each box of a diagram stands, and in what order from top to bottom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

__all__ = ["columns_of", "crossings", "strong_components", "untangled"]

SWEEPS = 12
Pair = tuple[str, str]
Graph = Mapping[str, Iterable[str]]


def strong_components(graph: Graph) -> dict[str, int]:
    """Return, for each node, the number of its strongly connected component.

    Two nodes share one when each can be reached from the other. Numbers fall along the edges.
    """
    index: dict[str, int] = {}
    lowest: dict[str, int] = {}
    found: dict[str, int] = {}
    stack: list[str] = []
    for root in graph:
        work = [(root, iter(graph[root]))] if root not in index else []
        while work:
            node, rest = work[-1]
            if node not in index:
                index[node] = lowest[node] = len(index)
                stack.append(node)
            following = next(rest, None)
            if following is None:
                work.pop()
                if work:
                    lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[node])
                if lowest[node] == index[node]:
                    cut = stack.index(node)
                    found |= dict.fromkeys(stack[cut:], index[node])
                    del stack[cut:]
            elif following not in index:
                work.append((following, iter(graph[following])))
            elif following not in found:
                lowest[node] = min(lowest[node], index[following])
    numbers = {first: i for i, first in enumerate(dict.fromkeys(found.values()))}
    return {node: numbers[first] for node, first in found.items()}


def columns_of(names: Sequence[str], pairs: Iterable[Pair]) -> dict[str, int]:
    """Return the column of each box: the longest way to it from a box that nothing flows into.

    On a way round in a circle, the order of ``names`` says which flow goes back. A box that
    nothing flows into stands just before the first that it feeds.
    """
    place = {name: i for i, name in enumerate(names)}
    inside = [(a, b) for a, b in pairs if a in place and b in place and a != b]
    graph = {name: [b for a, b in inside if a == name] for name in names}
    component = strong_components(graph)
    onward = [  # flows that go back are turned round, so that no two ends share a column
        (a, b) if component[a] != component[b] or place[a] < place[b] else (b, a) for a, b in inside
    ]
    found = dict.fromkeys(names, 0)
    for a in sorted(names, key=lambda name: (-component[name], place[name])):
        for b in [b for start, b in onward if start == a]:
            found[b] = max(found[b], found[a] + 1)
    fed = {b for _, b in onward}
    for a in names:
        ahead = [found[b] for start, b in onward if start == a]
        if a not in fed and ahead:
            found[a] = min(ahead) - 1
    return found


def untangled(columns: list[list[int]], links: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Return columns in an order with few crossings; links join nodes of neighbouring columns.

    Sorts each column by the mean place of its neighbours, to and fro, then tries exchanges.
    """
    best, fewest = columns, crossings(columns, links)
    left, right = _neighbours(links), _neighbours([(b, a) for a, b in links])
    now = [list(column) for column in columns]
    for sweep in range(SWEEPS):
        forth = sweep % 2 == 0
        order = range(1, len(now)) if forth else range(len(now) - 2, -1, -1)
        for k in order:
            beside = now[k - 1] if forth else now[k + 1]
            now[k] = _sorted(now[k], beside, left if forth else right)
        now = _exchanged(now, links)
        if (count := crossings(now, links)) < fewest:
            best, fewest = [list(column) for column in now], count
    return best


def crossings(columns: Sequence[Sequence[int]], links: Sequence[tuple[int, int]]) -> int:
    """Return how many pairs of links cross."""
    place = {node: (k, i) for k, column in enumerate(columns) for i, node in enumerate(column)}
    between: dict[int, list[tuple[int, int]]] = {}
    for a, b in links:
        between.setdefault(place[a][0], []).append((place[a][1], place[b][1]))
    return sum(
        (a - c) * (b - d) < 0
        for found in between.values()
        for i, (a, b) in enumerate(found)
        for c, d in found[:i]
    )


def _neighbours(links: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for a, b in links:
        found.setdefault(b, []).append(a)
    return found


def _sorted(column: list[int], beside: list[int], near: Mapping[int, list[int]]) -> list[int]:
    place = {node: i / max(len(beside) - 1, 1) for i, node in enumerate(beside)}
    own = {node: i / max(len(column) - 1, 1) for i, node in enumerate(column)}

    def mean(node: int) -> float:
        found = [place[n] for n in near.get(node, ())]
        return round(sum(found) / len(found), 9) if found else own[node]

    return sorted(column, key=lambda node: (mean(node), own[node]))


def _exchanged(columns: list[list[int]], links: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Exchange neighbours in a column where that saves crossings."""
    right, left = _neighbours([(b, a) for a, b in links]), _neighbours(links)
    for k, column in enumerate(columns):
        place = {node: i for near in (k - 1, k + 1) if 0 <= near < len(columns)
                 for i, node in enumerate(columns[near])}  # fmt: skip
        for i in range(len(column) - 1):
            a, b = column[i : i + 2]
            gain = sum(
                _inversions(
                    [place[n] for n in side.get(a, ())], [place[n] for n in side.get(b, ())]
                )
                for side in (left, right)
            )
            if gain > 0:
                column[i : i + 2] = [b, a]
    return columns


def _inversions(above: list[int], below: list[int]) -> int:
    """Return how many crossings two nodes have, less those after an exchange."""
    return sum((a > b) - (a < b) for a in above for b in below)
