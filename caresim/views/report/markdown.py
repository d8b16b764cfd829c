"""Text for Markdown as GitHub shows it: escapes, links to sources, and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

__all__ = ["Sources", "escaped", "table"]

_SPECIAL = re.compile(r"([|<>*_$\[\]])")  # a dollar would begin a formula
_PINNED = re.compile(r"^https://github\.com/([^/@]+/[^/@]+)@([0-9a-f]+)/")  # owner/name@commit
_CODE = re.compile(r"(`[^`]*`)")


def escaped(text: str) -> str:
    """Return a text on one line that Markdown shows as it is; what stands in backticks stays."""
    parts = _CODE.split(" ".join(text.split()))
    return "".join(p if p.startswith("`") else _SPECIAL.sub(r"\\\1", p) for p in parts)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table of cells that are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@dataclass
class Sources:
    """The sources that a page refers to, numbered in the order of their first use."""

    numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def link(self, *sources: tuple[str, str]) -> str:
        """Return links to sources, each a text and an address: ``[1](#source-1)``."""
        found = [pair for pair in sources if pair[0]]
        numbers = {self.numbers.setdefault(pair, len(self.numbers) + 1) for pair in found}
        return ", ".join(_range(*run) for run in _runs(sorted(numbers)))

    def listed(self) -> str:
        """Return the list that the links lead to."""
        return "\n".join(
            f'{number}. <a id="source-{number}"></a>{_linked(text, address)}'
            for (text, address), number in self.numbers.items()
        )


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return consecutive numbers as first and last."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _range(first: int, last: int) -> str:
    start, end = (f"[{number}](#source-{number})" for number in (first, last))
    return start if first == last else f"{start}{', ' if last == first + 1 else '–'}{end}"


def _linked(text: str, address: str) -> str:
    """Return a source as a link to its address, where that is one."""
    target = address if "://" in address else f"https://{address}"
    target = _PINNED.sub(r"https://github.com/\1/blob/\2/", target)
    if re.fullmatch(r"https?://[^\s<>/]+\.[^\s<>]+", target):
        return f"[{escaped(text)}](<{target}>)"
    return f"{escaped(text)}. {escaped(address)}" if address else escaped(text)
