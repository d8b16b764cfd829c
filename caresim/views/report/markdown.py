"""Text for Markdown as GitHub shows it: escapes, links to sources, and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from caresim.language.plain_text import visible

__all__ = ["Sources", "escaped", "link", "table"]

# A dollar would begin a formula, an ampersand a sign by its name
_SPECIAL = re.compile(r"([|<>*_$\[\]`\\]|~(?=~)|&(?=#?\w+;))")
_FIRST = re.compile(r"^(#{1,6}|[-+=]+|\d+(?=[.)]))(?=[.)]?(\s|$))")  # a heading, a line, a list
_PINNED = re.compile(r"^https://github\.com/([^/@]+/[^/@]+)@([0-9a-f]+)/")  # owner/name@commit
_BAR = re.compile(r"(?<!\\)\|")  # which would end a cell, in code too
_CODE = re.compile(r"(`[^`]*`)")


def escaped(text: str) -> str:
    """Return a text on one line that Markdown shows as it is; what stands in backticks stays."""
    parts = _CODE.split(" ".join(visible(text, lines=True).split()))
    parts[::2] = [_SPECIAL.sub(r"\\\1", part) for part in parts[::2]]
    return _FIRST.sub(_as_text, "".join(parts))


def link(text: str, address: str) -> str:
    """Return a text as a link to its address, where that is one of the web; else both."""
    target = address if "://" in address else f"https://{address}"
    target = _PINNED.sub(r"https://github.com/\1/blob/\2/", target)
    if re.fullmatch(r"https?://[^\s<>/]+\.[^\s<>]+", target):
        return f"[{escaped(text)}](<{target}>)"
    return f"{escaped(text)}. {escaped(address)}" if address else escaped(text)


def _as_text(start: re.Match[str]) -> str:
    digits = start[1][0].isdigit()
    return f"{start[1]}\\" if digits else f"\\{start[1]}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table of cells that are Markdown already."""
    cells = ([_BAR.sub(r"\|", cell) for cell in row] for row in rows)
    lines = [head, ["---"] * len(head), *cells]
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
            f'{number}. <a id="source-{number}"></a>{link(text, address)}'
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
