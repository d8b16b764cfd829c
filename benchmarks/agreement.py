"""Holds the numbers of two releases against each other, series by series."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = dict[str, NDArray[Any]]

LARGEST = 1e-12  # of each series' largest value
# a number shown to so many digits may fall on the other side of a rounding edge by chance
ROUNDED = Decimal("1e-8")
APART = float("inf")
GROUPS = {
    "scenarios": {
        "Scenarios, single runs": "scenarios/*/single/*",
        "Scenarios, draws": "scenarios/*/draws/*",
    },
    "ways": {
        "Ways to run here, against the default there": "ways/*",
        "Ways to run there, against the default here": "ways/*",
    },
    "notebooks": {"Notebooks": "notebooks/*"},
    "command": {"Tables of the command line": "tables/*", "Its figures": "figures/run: *"},
    "figures": {"Figures of cs.plot": "figures/cs.plot: *"},
    "xmile": {"Export to XMILE, lines": "xmile/*"},
}


@dataclass
class Verdict:
    """How far the series of a group are apart: ``sizes`` by name, and what stands on one side."""

    title: str
    sizes: dict[str, float] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    rounded: int = 0

    @property
    def largest(self) -> float:
        """The largest difference, 0 where there is nothing."""
        return max(self.sizes.values(), default=0.0)

    @property
    def worst(self) -> list[str]:
        """The names of the series that are apart at all, the worst first."""
        apart = [name for name, size in self.sizes.items() if size]
        return sorted(apart, key=lambda name: -self.sizes[name])

    @property
    def passed(self) -> bool:
        """Whether there was something to compare, all of it is there and nothing moved."""
        return bool(self.sizes) and not self.gone and self.largest <= LARGEST


def verdicts(here: Numbers, there: Numbers, sections: list[str]) -> list[Verdict]:
    """Compare the numbers of this release with those of another, group by group."""
    found = []
    for section in sections:
        for title, pattern in GROUPS[section].items():
            ours, theirs = _matching(here, pattern), _matching(there, pattern)
            if section == "ways":
                if title.startswith("Ways to run here"):
                    theirs = _defaults(there, ours)
                else:
                    ours = _defaults(here, theirs)
            found.append(compared(title, ours, theirs))
    return found


def compared(title: str, here: Numbers, there: Numbers) -> Verdict:
    """Compare series of one name; one that is gone is looked for under the new names."""
    verdict = Verdict(title)
    verdict.gone = [name for name in there if name not in here]
    verdict.new = [name for name in here if name not in there]
    for old in list(verdict.gone):
        found = (n for n in verdict.new if _beside(n, old) and _same(here[n], there[old]))
        if (name := next(found, None)) is not None:
            verdict.renamed[old] = name
            verdict.gone.remove(old)
            verdict.new.remove(name)
    known = {name: name for name in there if name in here}
    for old, name in (known | verdict.renamed).items():
        size, rounded = difference(here[name], there[old])
        verdict.sizes[name] = size
        verdict.rounded += rounded
    return verdict


def difference(a: NDArray[Any], b: NDArray[Any]) -> tuple[float, int]:
    """Return how far two series are apart, and how many numbers are rounded the other way.

    Numbers are held against the largest of their series, numbers that are shown as text against
    themselves, and a page of text counts the lines that differ.
    """
    if a.shape != b.shape or a.dtype.kind != b.dtype.kind:
        return APART, 0
    if a.dtype.kind != "U":
        return _apart(a, b), 0
    if a.ndim == 0:
        return float(_lines(str(a), str(b))), 0
    cells = [_cell(x, y) for x, y in zip(a.flat, b.flat, strict=True)]
    return max((size for size, _ in cells), default=0.0), sum(rounded for _, rounded in cells)


def _apart(a: NDArray[Any], b: NDArray[Any]) -> float:
    whole = np.isfinite(b)
    if not np.array_equal(whole, np.isfinite(a)):
        return APART
    if not np.array_equal(a[~whole], b[~whole], equal_nan=True):
        return APART
    moved = float(np.max(np.abs(a[whole] - b[whole]), initial=0.0))
    scale = float(np.max(np.abs(b[whole]), initial=0.0))
    if not moved:
        return 0.0
    return moved / scale if scale else APART


def _lines(a: str, b: str) -> int:
    if a == b:
        return 0
    pairs = difflib.SequenceMatcher(None, a.splitlines(), b.splitlines(), autojunk=False)
    blocks = pairs.get_opcodes()
    return sum(max(i2 - i1, j2 - j1) for kind, i1, i2, j1, j2 in blocks if kind != "equal") or 1


def _cell(a: str, b: str) -> tuple[float, bool]:
    """Return how far two shown numbers are apart, and True where rounding alone explains it."""
    if a == b:
        return 0.0, False
    try:
        x, y = Decimal(str(a)), Decimal(str(b))
    except InvalidOperation:  # words
        return APART, False
    if not (x.is_finite() and y.is_finite()):
        return (0.0 if str(x) == str(y) else APART), False
    if x == y:
        return 0.0, False
    size, moved = max(abs(x), abs(y)), abs(x - y)
    unit = Decimal(1).scaleb(min(int(n.as_tuple().exponent) for n in (x, y)))
    if moved <= unit <= ROUNDED * size:
        return 0.0, True
    return float(moved / size), False


def _matching(numbers: Numbers, pattern: str) -> Numbers:
    return {name: values for name, values in numbers.items() if fnmatchcase(name, pattern)}


def _defaults(numbers: Numbers, names: Iterable[str]) -> Numbers:
    """Return what the default way computes of each: scenarios/x for ways/floats/x."""
    asked = {name: "scenarios/" + name.split("/", 2)[2] for name in names}
    return {name: numbers[default] for name, default in asked.items() if default in numbers}


def _beside(a: str, b: str) -> bool:
    return a.rpartition("/")[0] == b.rpartition("/")[0]


def _same(a: NDArray[Any], b: NDArray[Any]) -> bool:
    return difference(a, b)[0] <= LARGEST


def page(found: list[Verdict]) -> Iterator[str]:
    """Yield the lines of a table in Markdown, and of a list of what differs."""
    yield "| What | Series | Apart at all | Largest difference | Worst series | |"
    yield "|---|--:|--:|--:|---|---|"
    for v in found:
        worst = f"`{v.worst[0]}`" if v.worst else "–"
        size = f"{v.largest:.2g}" if v.largest else "0"
        row = (v.title, f"{len(v.sizes):,}", f"{len(v.worst):,}", size, worst)
        yield f"| {' | '.join(row)} | {'agrees' if v.passed else '**differs**'} |"
    yield ""
    for v in found:
        yield from _remarks(v)


MOST = 10


def _remarks(v: Verdict) -> Iterator[str]:
    if not v.sizes:
        yield f"- {v.title}: nothing to compare"
    if v.largest > LARGEST:
        worst = [f"{name} ({v.sizes[name]:.2g})" for name in v.worst if v.sizes[name] > LARGEST]
        yield _listed(f"{v.title}: beyond {LARGEST:.0e}", worst)
    if v.gone:
        yield _listed(f"{v.title}: gone", v.gone)
    if v.new:
        yield _listed(f"{v.title}: new, and not compared", v.new)
    if v.renamed:
        pairs = [f"{old} is {name}" for old, name in v.renamed.items()]
        yield _listed(f"{v.title}: the same under another name", pairs)
    if v.rounded:
        yield f"- {v.title}: {v.rounded} shown numbers are rounded the other way in the last digit"


def _listed(what: str, names: list[str]) -> str:
    more = f"; and {len(names) - MOST:,} more" if len(names) > MOST else ""
    return f"- {what}, {len(names):,}: {'; '.join(names[:MOST])}{more}"
