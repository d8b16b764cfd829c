"""Places along a line: as near as possible to where each should be, and a distance apart."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["spread", "tracks"]

APART = 10.0  # pipes side by side
Span = tuple[float, float]


def spread(
    wanted: Sequence[float],
    gaps: Sequence[float],
    weights: Sequence[float] | None = None,
    within: Span = (-1e9, 1e9),
) -> list[float]:
    """Return places in order, ``gaps`` apart at least, with the least squares from those wanted.

    ``gaps`` has one number less than ``wanted``. Neighbours that get in each other's way share the
    mean, which is isotonic regression once the gaps are taken off.
    """
    if not wanted:
        return []
    starts = [0.0]
    for gap in gaps:
        starts.append(starts[-1] + gap)
    shares = weights or [1.0] * len(wanted)
    blocks: list[tuple[float, float, int]] = []  # mean, weight, count
    for place, start, weight in zip(wanted, starts, shares, strict=True):
        block = (place - start, weight, 1)
        while blocks and blocks[-1][0] > block[0]:
            mean, heavy, count = blocks.pop()
            both = heavy + block[1]
            block = ((mean * heavy + block[0] * block[1]) / both, both, count + block[2])
        blocks.append(block)
    flat = [mean for mean, _, count in blocks for _ in range(count)]
    low, high = within[0], within[1] - starts[-1]
    return [min(max(f, low), max(high, low)) + s for f, s in zip(flat, starts, strict=True)]


def tracks(ends: Sequence[Span]) -> list[int]:
    """Return the track of each pipe in a gutter: from a height on the left to one on the right.

    Tracks count from the left. Pipes whose upright parts would touch get different tracks, in an
    order that lets few of them cross.
    """
    order = sorted(
        range(len(ends)), key=lambda i: -ends[i][0] if ends[i][1] > ends[i][0] else ends[i][0]
    )
    for _ in order:
        for at in range(len(order) - 1):
            a, b = ends[order[at]], ends[order[at + 1]]
            if _cost(a, b) > _cost(b, a):
                order[at : at + 2] = order[at + 1], order[at]
    found = [0] * len(ends)
    for at, i in enumerate(order):
        before = [found[j] for j in order[:at] if _touch(ends[i], ends[j])]
        found[i] = 1 + max(before, default=-1)
    return found


def _cost(left: Span, right: Span) -> float:
    """Return what it costs to have one pipe turn to the left of another."""
    crosses = _inside(right[0], left) + _inside(left[1], right)
    runs_along = abs(right[0] - left[1]) < APART
    return crosses + 10.0 * runs_along


def _inside(height: float, span: Span) -> bool:
    return min(span) < height < max(span)


def _touch(a: Span, b: Span) -> bool:
    return min(a) - APART < max(b) and min(b) - APART < max(a)
