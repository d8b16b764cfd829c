"""Writes a phase of a program as NumPy operations that reuse a few arrays over the runs.

Most of the time of a large ensemble goes into moving numbers between memory and processor; arrays
that are used again at once are still in the cache.
"""

from __future__ import annotations

import hashlib
import linecache
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from caresim.engine.schedule import Phase
from caresim.engine.tape import MOMENT, RUN, STATE, TIME, Op, Value
from caresim.language.expressions import COMPARISONS

__all__ = ["Buffered", "buffered"]

UFUNCS = {
    "+": "add", "-": "subtract", "*": "multiply", "/": "divide", "**": "power",
    "<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal",
    "negative": "negative", "exp": "exp", "log": "log", "maximum": "maximum",
    "minimum": "minimum",
}  # fmt: skip
NAMES = {TIME: "column", RUN: "once", MOMENT: "given", STATE: "stock"}


@dataclass(frozen=True)
class Buffered:
    """A generated function and how many arrays of numbers and of truth values it works in.

    ``compute(columns, once, given, stocks, out, work, masks)`` fills the rows of ``out``.
    """

    compute: Callable[..., None]
    n_work: int
    n_masks: int
    source: str


def buffered(
    phase: Phase, kinds: Sequence[int], wanted: Sequence[Value], stocks: Sequence[int]
) -> Buffered:
    """Write the operations of some kinds, whose ``wanted`` values go to the rows of ``out``."""
    return _Writer(phase, kinds, wanted, stocks).function()


class _Writer:
    """Assigns an array to each operation, and frees it after its last use."""

    def __init__(
        self, phase: Phase, kinds: Sequence[int], wanted: Sequence[Value], stocks: Sequence[int]
    ) -> None:
        self.tape, self.wanted = phase.tape, wanted
        places = set(self.tape.needed(wanted))
        self.body = [i for i in phase.of(*kinds) if i in places]
        self.sources = {place: f"stock_{i}" for i, place in enumerate(stocks)}
        for kind, listed in ((TIME, phase.columns), (RUN, phase.once), (MOMENT, phase.moments)):
            inside = {p: f"{NAMES[kind]}_{i}" for i, p in enumerate(listed) if p not in self.body}
            self.sources.update(inside)
        self.names: dict[int, str] = {}
        self.last = self._last_uses()
        self.free: dict[str, list[str]] = {"work": [], "mask": []}
        self.made = {"work": 0, "mask": 0}
        self.rows: dict[int, str] = {}
        for row, value in enumerate(wanted):
            if isinstance(value, int) and value in self.body and not self._is_mask(value):
                self.rows.setdefault(value, f"out_{row}")
        self.lines: list[str] = []

    def function(self) -> Buffered:
        """Return the function."""
        for place in self.body:
            self._operation(place, self.tape.ops[place])
        for row, value in enumerate(self.wanted):
            if not isinstance(value, int) or self.rows.get(value) != f"out_{row}":
                self.lines.append(f"copyto(out_{row}, {self._name(value)})")
        source = self._text()
        file = f"<caresim arrays {hashlib.sha256(source.encode()).hexdigest()[:8]}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        namespace: dict[str, Any] = {name: getattr(np, name) for name in UFUNCS.values()}
        namespace |= {
            "copyto": np.copyto,
            "not_equal": np.not_equal,
            "look_up": np.interp,
            "square_root": np.sqrt,
        }
        exec(compile(source, file, "exec"), namespace)
        return Buffered(namespace["compute"], self.made["work"], self.made["mask"], source)

    def _is_mask(self, place: int) -> bool:
        return self.tape.ops[place].symbol in COMPARISONS

    def _last_uses(self) -> dict[int, int]:
        last: dict[int, int] = {}
        for place in self.body:
            last.update((arg, place) for arg in self.tape.ops[place].args if isinstance(arg, int))
        last.update((value, len(self.tape.ops)) for value in self.wanted if isinstance(value, int))
        return last

    def _operation(self, place: int, op: Op) -> None:
        args = [self._name(value) for value in op.args]
        if op.symbol == "where":  # its arguments are read after the first of them is written
            target = self._target(place, "work")
            mask = args[0]
            if op.args[0] in self.sources:  # computed elsewhere, and kept as a number
                mask = self._room("mask")
                self.free["mask"].append(mask)
                self.lines.append(f"not_equal({args[0]}, 0.0, out={mask})")
            self.lines.append(f"copyto({target}, {args[2]})")
            self.lines.append(f"copyto({target}, {args[1]}, where={mask})")
            self._release(place, op)
            return
        self._release(place, op)
        target = self._target(place, "mask" if self._is_mask(place) else "work")
        if op.symbol == "look_up":
            xs, ys = op.extra
            self.lines.append(f"copyto({target}, look_up({args[0]}, {xs!r}, {ys!r}))")
        elif op.symbol == "**" and op.args[1] == 0.5:  # noqa: PLR2004  (a square root)
            self.lines.append(f"square_root({args[0]}, out={target})")
        else:
            self.lines.append(f"{UFUNCS[op.symbol]}({', '.join(args)}, out={target})")

    def _name(self, value: Value) -> str:
        if not isinstance(value, int):
            return repr(value)
        return self.names.get(value) or self.sources[value]

    def _target(self, place: int, pool: str) -> str:
        row = self.rows.get(place) if pool == "work" else None
        self.names[place] = name = row or self._room(pool)
        return name

    def _room(self, pool: str) -> str:
        """Return an array that nothing needs any more, or a new one."""
        if self.free[pool]:
            return self.free[pool].pop()
        self.made[pool] += 1
        return f"{pool}_{self.made[pool] - 1}"

    def _release(self, place: int, op: Op) -> None:
        for value in dict.fromkeys(arg for arg in op.args if isinstance(arg, int)):
            name = self.names.get(value)
            if name is not None and self.last[value] <= place:
                pool = name.partition("_")[0]
                if pool in self.free:  # not a row of the result
                    self.free[pool].append(name)

    def _text(self) -> str:
        words = set(re.findall(r"\w+", " ".join(self.lines)))
        arrays = {"column": "columns", "once": "once", "given": "given", "stock": "stocks",
                  "out": "out", "work": "work", "mask": "masks"}  # fmt: skip
        taken = [
            f"{word} = {arrays[name]}[{index}]"
            for word in sorted(words)
            for name, _, index in [word.partition("_")]
            if name in arrays and index.isdigit()
        ]
        body = "".join(f"    {line}\n" for line in [*taken, *self.lines]) or "    pass\n"
        return f"def compute(columns, once, given, stocks, out, work, masks):\n{body}"
