"""Writes the steps of one run on plain floats as one flat function, for the shortest single run.

The operations are those of a phase, once for each stage of the method; values are local variables,
which Python reads fastest. Names begin with an underscore, as no name of a model does, except those
of the stocks.
"""

from __future__ import annotations

import hashlib
import linecache
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from caresim.engine.schedule import Phase
from caresim.engine.stage_text import StageText
from caresim.engine.targets import FLOATS

__all__ = ["Stages", "advance_of", "advance_source"]

Stages = tuple[tuple[int, float, float], ...]
FIRST = 0  # moment of a step
NEAR = 256  # local variables that Python reaches with one instruction
NAMESPACE: dict[str, Any] = {
    **{f"_{name}": function for name, function in FLOATS.items()},
    "_power": math.pow,  # which fails at the root of a negative number, and is not complex
    "_inf": math.inf,
    "_nan": math.nan,
}


def advance_of(
    phase: Phase, stocks: Sequence[int], floors: Sequence[float], stages: Stages
) -> Callable[..., Any]:
    """Return the function that takes the steps of one save interval.

    ``advance(stocks, once, rows, step)`` takes the values that are computed once, in the order of
    ``phase.once``, and for each step the rows of its three moments, in the order of
    ``phase.moments``. It returns the stocks and the sums of the recorded
    rates, or None as soon as a stock is below its floor.
    """
    text = advance_source(phase, stocks, floors, stages)
    file = f"<caresim steps {hashlib.sha256(text.encode()).hexdigest()[:8]}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    namespace = dict(NAMESPACE)
    exec(compile(text, file, "exec"), namespace)  # the same trust as the source it is made from
    return namespace["advance"]  # type: ignore[no-any-return]


def advance_source(
    phase: Phase, stocks: Sequence[int], floors: Sequence[float], stages: Stages
) -> str:
    """Return the text of ``advance``, which names first the variables it uses most."""
    lines = list(_Steps(phase, stocks, stages).lines(floors))
    used = Counter(re.findall(r"\w+", "\n".join(lines)))
    variables = {name: used[name] for line in lines for name in _assigned(line)}
    near = sorted(variables, key=lambda name: -variables[name])[:NEAR]
    heading = ["def advance(_stocks, _once, _rows, _step):", f"    {' = '.join(near)} = None"]
    return "\n".join([*heading, *(f"    {line}" for line in lines), ""])


def _assigned(line: str) -> list[str]:
    target, equals, _ = line.partition(" = ")
    return re.findall(r"\w+", target) if equals else []


class _Steps:
    """The loop over the steps.

    The stages read the stocks under other names in turn, so that those of the start stay.
    """

    def __init__(self, phase: Phase, stocks: Sequence[int], stages: Stages) -> None:
        self.stages = stages
        self.stocks = [phase.tape.ops[place].extra[1] for place in stocks]
        self.texts = [
            StageText(phase, dict(zip(stocks, self._here(number), strict=True)))
            for number in range(len(stages))
        ]
        self.sums = [f"_sum_{i}" for i in range(len(self.texts[0].rates))]

    def _here(self, number: int) -> list[str]:
        """Return the names of the stocks that a stage reads."""
        if number == 0 and len(self.stages) > 1:
            return self.stocks
        return [f"_{'even' if number % 2 else 'odd'}_{name}" for name in self.stocks]

    def lines(self, floors: Sequence[float]) -> Iterable[str]:
        """Write the body of the function."""
        yield from _unpacked(self.stocks, "_stocks")
        yield from _unpacked(self.texts[0].once, "_once")
        yield from (f"{name} = 0.0" for name in self.sums)
        yield f"_weight = _step * {self._least!r}"
        for i, (_, weight, reach) in enumerate(self.stages):
            yield f"_weight_{i} = _step * {weight!r}"
            yield f"_reach_{i} = _step * {reach!r}"
        yield "_known = None"
        yield "for _moments in _rows:"
        yield from (f"    {line}" for line in self._step())
        bounded = zip(self.stocks, floors, strict=True)
        below = [f"{name} < {floor!r}" for name, floor in bounded if math.isfinite(floor)]
        if below:
            yield f"    if {' or '.join(below)}:"
            yield "        return None"
        yield "    pass"
        yield f"return ({_row(self.stocks)}), ({_row(self.sums)})"

    @property
    def _least(self) -> float:
        return min(weight for _, weight, _ in self.stages)

    def _step(self) -> Iterable[str]:
        for here, name in zip(self._here(0), self.stocks, strict=True):
            if here != name:
                yield f"{here} = {name}"
        before = None
        for number, (moment, _, _) in enumerate(self.stages):
            if moment != before:
                yield from self._given(moment)
            before = moment
            yield from self.texts[number].lines
            for i, rate in enumerate(self.texts[number].rates):
                yield f"_sum_{i} += _weight_{number} * ({rate})"
            if number < len(self.stages) - 1:
                yield from self._stage(number)
        for name, net in zip(self.stocks, self.texts[-1].nets, strict=True):
            yield f"{name} += {self._weighted(name, net)}"

    def _given(self, moment: int) -> Iterable[str]:
        """Write what is read at a moment of a step, unless it is that of the step before."""
        if not self.texts[0].given:
            return
        (unpacked,) = _unpacked(self.texts[0].given, f"_moments[{moment}]")
        if moment == FIRST:
            yield "if _moments[0] is not _known:"
            yield f"    {unpacked}"
        else:
            yield unpacked
            yield f"_known = _moments[{moment}]"

    def _stage(self, number: int) -> Iterable[str]:
        """Write the slopes of a stage, and the stocks that the next one reads."""
        for name, net in zip(self.stocks, self.texts[number].nets, strict=True):
            yield f"_net_{number}_{name} = {net}"
        for here, name in zip(self._here(number + 1), self.stocks, strict=True):
            yield f"{here} = {name} + _reach_{number} * _net_{number}_{name}"

    def _weighted(self, name: str, last: str) -> str:
        """Return the sum of the slopes at the stages, those of equal weight together."""
        slopes = [f"_net_{number}_{name}" for number in range(len(self.stages) - 1)]
        equal: dict[float, list[str]] = {}
        for slope, (_, weight, _) in zip([*slopes, f"({last})"], self.stages, strict=True):
            equal.setdefault(round(weight / self._least, 12), []).append(slope)
        sums = {times: " + ".join(slopes) for times, slopes in equal.items()}
        parts = [total if times == 1 else f"{times!r} * ({total})" for times, total in sums.items()]
        return f"_weight * ({' + '.join(parts)})"


def _unpacked(names: Sequence[str], source: str) -> Iterable[str]:
    if names:
        yield f"{_row(names)} = {source}"


def _row(names: Sequence[str]) -> str:
    return ", ".join(names) + ("," if len(names) == 1 else "")
