"""Finds the simple circles of a graph, the shortest first, with a bound on the work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from caresim.views.diagram.layers import strong_components

__all__ = ["Search"]

MOST_STEPS = 3_000_000  # partial ways, a few seconds; a dense graph has more circles than atoms
Graph = Mapping[str, Sequence[str]]


class Search:
    """All simple circles of a graph through given nodes; ``cut_short`` says that work ran out.

    A circle begins at the first of ``through``, or else at its first node in the order of the
    graph.
    """

    def __init__(self, graph: Graph, through: Sequence[str] = (), steps: int = MOST_STEPS) -> None:
        component = strong_components(graph)
        self.graph = {
            a: tuple(b for b in following if component[a] == component[b])
            for a, following in graph.items()
        }
        self.order = {name: i for i, name in enumerate(graph)}
        self.through, self.steps, self.cut_short = tuple(through), steps, False
        sizes = [list(component.values()).count(number) for number in set(component.values())]
        self.longest = max(sizes, default=0)

    def circles(self) -> Iterator[tuple[str, ...]]:
        """Yield the circles, the shortest first; those of a length in the order of the graph."""
        backward: dict[str, list[str]] = {name: [] for name in self.graph}
        for a, following in self.graph.items():
            for b in following:
                backward[b].append(a)
        starts = self.through[:1] or tuple(self.graph)
        home = {start: self._ways_to(start, backward) for start in starts}
        for length in range(1, self.longest + 1):
            for start in starts:
                for found in self._of_length(start, length, home[start]):
                    if set(self.through) <= set(found):
                        yield found
                if self.cut_short:
                    return

    def _ways_to(self, start: str, backward: Graph) -> dict[str, int]:
        """Return the least number of links back to a start from the nodes that may be used."""
        first = -1 if self.through else self.order[start]
        found, edge, steps = {start: 0}, [start], 0
        while edge:
            near = dict.fromkeys(b for a in edge for b in backward[a] if self.order[b] > first)
            edge = [b for b in near if b not in found]
            steps += 1
            found |= dict.fromkeys(edge, steps)
        return found

    def _of_length(
        self, start: str, length: int, home: Mapping[str, int]
    ) -> Iterator[tuple[str, ...]]:
        way, rests = [start], [iter(self.graph[start])]
        while way:
            following = next(rests[-1], None)
            if following is None:
                way.pop()
                rests.pop()
            elif following == start:
                if len(way) == length:
                    yield tuple(way)
            elif home.get(following, length) <= length - len(way) and following not in way:
                self.steps -= 1
                if self.steps < 0:
                    self.cut_short = True
                    return
                way.append(following)
                rests.append(iter(self.graph[following]))
