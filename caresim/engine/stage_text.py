"""The operations of one stage of a step, written as lines of Python on plain floats."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from caresim.engine.schedule import Phase
from caresim.engine.tape import STATE, Op, Value
from caresim.language.expressions import COMPARISONS

__all__ = ["StageText"]

MOST_NESTED = 60  # operations in one line: Python's parser stops at two hundred brackets
PICKED = ("maximum", "minimum", "where")  # whose values are written twice, so they have names
CHOSEN = {"maximum": ">", "minimum": "<"}
CHOICE, COMPARED, SUM, PRODUCT, WHOLE = range(5)  # how tightly a text holds together
TIGHTNESS = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, **dict.fromkeys(COMPARISONS, COMPARED)}


class StageText:
    """What a stage computes from the stocks, given by place and name.

    ``once`` and ``given`` are the names of what else it takes; ``lines`` come first, in order;
    ``nets`` and ``rates`` are the values wanted of it. A value that is used once stands where it is
    used.
    """

    def __init__(self, phase: Phase, stocks: Mapping[int, str]) -> None:
        self.tape = phase.tape
        self.texts: dict[int, tuple[str, int, int]] = {}  # its text, how tight, how many operations
        self.once = [f"_{place}" for place in phase.once]
        self.given = [f"_{place}" for place in phase.moments]
        taken = {place: f"_{place}" for place in (*phase.once, *phase.moments)}
        for place, name in {**taken, **stocks}.items():
            self.texts[place] = (name, WHOLE, 0)
        self.lines: list[str] = []
        self._write(phase)
        results = [self._text(value)[0] for value in phase.wanted]
        self.nets, self.rates = results[: len(stocks)], results[len(stocks) :]

    def _write(self, phase: Phase) -> None:
        places = phase.of(STATE)
        uses = Counter(value for value in phase.wanted if isinstance(value, int))
        picked: set[int] = set()
        for op in map(self.tape.ops.__getitem__, places):
            args = [arg for arg in op.args if isinstance(arg, int)]
            uses.update(args)
            picked.update(args if op.symbol in PICKED else ())
        for place in places:
            text, tightness, size = self._operation(self.tape.ops[place])
            is_condition = tightness == COMPARED
            if size > MOST_NESTED or ((uses[place] > 1 or place in picked) and not is_condition):
                self.lines.append(f"_{place} = {text}")
                text, tightness, size = f"_{place}", WHOLE, 0
            self.texts[place] = (text, tightness, size)

    def _text(self, value: Value) -> tuple[str, int, int]:
        if isinstance(value, int):
            return self.texts[value]
        if not math.isfinite(value):
            return ("_nan" if math.isnan(value) else "_inf" if value > 0 else "(-_inf)"), WHOLE, 0
        return (repr(value), WHOLE, 0) if value >= 0 else (f"({value!r})", WHOLE, 0)

    def _operation(self, op: Op) -> tuple[str, int, int]:
        parts = [self._text(arg) for arg in op.args]
        names = [text for text, _, _ in parts]
        size = 1 + sum(part[2] for part in parts)
        if op.symbol in TIGHTNESS:
            tightness = TIGHTNESS[op.symbol]
            left, right = self._held(op.args[0], tightness), self._held(op.args[1], tightness + 1)
            return f"{left} {op.symbol} {right}", tightness, size
        if op.symbol == "negative":
            return f"-{self._held(op.args[0], WHOLE)}", SUM, size
        if op.symbol in CHOSEN:
            first, second = names
            text = f"{second} if {second} {CHOSEN[op.symbol]} {first} else {first}"
            return text, CHOICE, size
        if op.symbol == "where":
            return f"{names[1]} if {names[0]} else {names[2]}", CHOICE, size
        name = "_power" if op.symbol == "**" else f"_{op.symbol}"
        return f"{name}({', '.join([*names, *map(repr, op.extra or ())])})", WHOLE, size

    def _held(self, value: Value, tightness: int) -> str:
        """Return a text, in brackets where it would fall apart."""
        text, own, _ = self._text(value)
        return text if own >= tightness else f"({text})"
