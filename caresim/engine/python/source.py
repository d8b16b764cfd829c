"""Writes a program as readable Python, which runs on floats and on arrays over runs alike.

What hangs on constant parameters alone stands in ``constants``, what hangs on time and moving
parameters in ``given``, and only what hangs on stocks in ``rates``. A quantity keeps its name.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import linecache
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from caresim.engine.operations.listed import INPUT, MOMENT, NUMBER, RUN, STATE, TIME, Operation
from caresim.engine.operations.program import Phase, Program
from caresim.engine.operations.reading import BY_CHANCE, INSIDE
from caresim.language.functions import FUNCTIONS

__all__ = ["ARRAYS", "FLOATS", "Functions", "functions_of", "source_of"]

Functions = Mapping[str, Callable[..., Any]]
ARRAYS: dict[str, Any] = {
    name: getattr(np, row.array)
    for name, row in FUNCTIONS.items()
    if name.isidentifier() and row.array
}


def _alone(name: str) -> Callable[..., float]:
    """Return a function of floats that rounds as NumPy does, so that a run has the same bits alone.

    Where there is no value it fails in Python's words.
    """
    row = FUNCTIONS[name]
    number, of_arrays = row.number, getattr(np, row.array)
    if number is None or not row.may_fail:
        return number or of_arrays

    def rounded(*arguments: float) -> float:
        number(*arguments)
        return float(of_arrays(*arguments))

    return rounded


FLOATS: dict[str, Any] = {name: _alone(name) for name in ARRAYS}
NAMESPACES = {
    "floats": {**FLOATS, "_power": _alone("**"), "_inf": math.inf, "_nan": math.nan},
    "arrays": {**ARRAYS, "_power": np.power, "_inf": math.inf, "_nan": math.nan},
}
MOST_NESTED = 60  # operations in one line: Python's parser stops at two hundred brackets
SIGN, WHOLE = 4, 6  # how strongly a sign and a name hold together
WHOLE_NUMBERS = 1e15  # up to which a float prints as a whole number
GIVEN = (TIME, MOMENT)
STEP = "time, stocks, constants, drivers"


@functools.lru_cache(maxsize=128)
def functions_of(program: Program, target: str) -> Functions:
    """Return the functions of a program for ``"floats"`` or ``"arrays"``, by name.

    ``constants(parameters)`` hoists what never changes; ``given(time, constants, drivers)`` what
    hangs on no stock, and takes arrays of moments; ``initial(time, constants, drivers)`` gives the
    stocks at the start; ``rates(stocks, constants, given)`` the net change of each stock, the
    recorded rates and what is watched, if anything is; ``levels(time, stocks, constants, drivers)``
    the recorded levels and the turnover of each drained stock.
    """
    source = source_of(program)
    digest = hashlib.sha256(source.encode()).hexdigest()[:8]
    file = f"<caresim {program.name} {digest}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    tree = ast.fix_missing_locations(_Powers().visit(ast.parse(source)))
    loaded = dict(NAMESPACES[target])
    exec(compile(tree, file, "exec"), loaded)
    return loaded


@functools.lru_cache(maxsize=128)
def source_of(program: Program) -> str:
    """Return the Python source of a program."""
    return _Source(program).text()


class _Powers(ast.NodeTransformer):
    """Runs powers as calls, so that the root of a negative number fails and is not complex.

    Every line keeps its number and its text, so that a fault shows it.
    """

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Pow):
            return node
        call = ast.Call(ast.Name("_power", ast.Load()), [node.left, node.right], [])
        return ast.copy_location(call, node)


class _Source:
    """The functions of one program, and the names that they share."""

    def __init__(self, program: Program) -> None:
        self.program, self.operations = program, program.operations
        step = program.step
        self.once = program.once
        self.given = step.crossing(*GIVEN)
        self.names = {
            i: _input_name(*operation.extra)
            for i, operation in enumerate(self.operations.listed)
            if operation.symbol == INPUT
        }
        self._hoist("constant", [i for i in self.once if i not in self.names])
        self._hoist("given", [i for i in self.given if i not in self.names])

    def _hoist(self, word: str, places: Iterable[int]) -> None:
        """Name the values that one function hands to another."""
        count = 0
        for place in places:
            count += place not in self.operations.names
            self.names[place] = self.operations.names.get(place, f"{word}_{count}")

    def text(self) -> str:
        """Return the whole source."""
        program, stocks = self.program, self.program.stocks
        n, levels = len(stocks), len(program.recorded_levels)
        nets, rest = program.step.wanted[:n], program.step.wanted[n:]
        rates, watched = rest[: len(program.recorded_rates)], rest[len(program.recorded_rates) :]
        recorded, shares = program.save.wanted[:levels], program.save.wanted[levels:]
        inside = [_input_name(INSIDE, name) for name in program.inside]
        chances = [_input_name(BY_CHANCE, name) for name in program.chances]
        drivers = _unpacked([*program.moving, *inside, *chances], "drivers")
        hoisted = Phase(self.operations, tuple(self.once)).of(RUN)
        ahead = Phase(self.operations, tuple(self.given)).of(*GIVEN)
        parts = [
            f'"""{program.name}, generated by caresim; time in years."""',
            self._function(
                "constants(parameters)", [_unpacked(program.still, "parameters")],
                hoisted, [self.once],
            ),
            self._function(
                "given(time, constants, drivers)", [drivers], ahead, [self.given],
            ),
            self._function(
                "initial(time, constants, drivers)", [drivers],
                program.start.of(*GIVEN, STATE), [program.start.wanted],
            ),
            self._function(
                "rates(stocks, constants, given)", [_unpacked(stocks, "stocks")],
                program.step.of(STATE), [nets, rates, *([watched] if watched else [])],
                given=self.given,
            ),
            self._function(
                f"levels({STEP})", [_unpacked(stocks, "stocks"), drivers],
                program.save.of(*GIVEN, STATE), [recorded, shares],
            ),
        ]  # fmt: skip
        return "\n\n".join(parts) + "\n"

    def _function(
        self,
        heading: str,
        opening: Sequence[str],
        body: Sequence[int],
        results: Sequence[Sequence[int]],
        given: Sequence[int] = (),
    ) -> str:
        lines = _Lines(self, body, [place for part in results for place in part])
        tuples = [_row([lines.text(place, 0) for place in part]) for part in results]
        result = tuples[0] if len(tuples) == 1 else ", ".join(tuples)
        text = "\n".join([*lines.written, result])
        handed = [
            *_picked([self.names[i] for i in self.once], "constants", text),
            *_picked([self.names[i] for i in given], "given", text),
        ]
        taken = [*opening, *([] if heading.startswith("constants") else handed)]
        written = [line for line in [*taken, *lines.written] if line]
        return "\n".join([f"def {heading}:", *(f"    {line}" for line in written),
                          f"    return {result}"])  # fmt: skip


class _Lines:
    """The assignments of one function; a value that is used once stands where it is used."""

    def __init__(self, source: _Source, body: Sequence[int], results: Sequence[int]) -> None:
        self.operations, self.names = source.operations, dict(source.names)
        self.texts: dict[int, tuple[str, int, int]] = {}  # text, how strongly it holds, operations
        self.written: list[str] = []
        self.shared = 0
        uses = Counter(results)
        for place in body:
            uses.update(self.operations[place].args)
        for place in body:
            self._compute(place, uses[place])

    def _compute(self, place: int, uses: int) -> None:
        operation = self.operations[place]
        if operation.symbol == NUMBER:
            return
        text, binds, size = self._operation(operation)
        name = self.names.get(place) or self.operations.names.get(place)
        if name is None and (uses > 1 or size > MOST_NESTED):
            self.shared += 1
            name = f"shared_{self.shared}"
        if name is None:
            self.texts[place] = text, binds, size
        else:
            self.names[place] = name
            self.written.append(f"{name} = {text}")

    def text(self, place: int, needed: int) -> str:
        """Return a value as text, in brackets where it would fall apart."""
        text, binds, _ = self._of(place)
        return text if binds >= needed else f"({text})"

    def _of(self, place: int) -> tuple[str, int, int]:
        if (value := self.operations.value(place)) is not None:
            return _number(value)
        return self.texts[place] if place in self.texts else (self.names[place], WHOLE, 0)

    def _operation(self, operation: Operation) -> tuple[str, int, int]:
        row, args = FUNCTIONS[operation.symbol], operation.args
        size = 1 + sum(self._of(arg)[2] for arg in args)
        if row.binds:
            # every bracket on the right stays, so that the order of rounding is the one written
            left = row.binds + (row.is_comparison or row.name == "**")
            return (
                f"{self.text(args[0], left)} {row.name} {self.text(args[1], row.binds + 1)}",
                row.binds,
                size,
            )
        if row.name == "negative":
            return f"-{self.text(args[0], SIGN)}", SIGN, size
        parts = [*(self.text(arg, 0) for arg in args), *map(repr, operation.extra or ())]
        return f"{row.name}({', '.join(parts)})", WHOLE, size


def _input_name(what: str, name: str) -> str:
    # with a line in front, as no quantity or parameter begins with one
    if what in (INSIDE, BY_CHANCE):
        return f"_{what.replace(' ', '_')}_{name}".rstrip("_")
    return name or what


def _number(value: float) -> tuple[str, int, int]:
    if not math.isfinite(value):
        return ("_nan" if math.isnan(value) else "_inf" if value > 0 else "-_inf"), SIGN, 0
    is_whole = value == int(value) and abs(value) < WHOLE_NUMBERS and str(value) != "-0.0"
    return repr(int(value)) if is_whole else repr(value), WHOLE if value >= 0 else 0, 0


def _row(names: Sequence[str]) -> str:
    return "(" + ", ".join(names) + ("," if len(names) == 1 else "") + ")"


def _unpacked(names: Sequence[str], source: str) -> str:
    return f"{_row(names)} = {source}" if names else ""


def _picked(names: Sequence[str], source: str, text: str) -> list[str]:
    """Return what unpacks those values of a tuple that a text uses."""
    used = set(re.findall(r"[^\W\d]\w*", text))
    kept = [f"{name} = {source}[{i}]" for i, name in enumerate(names) if name in used]
    return ["; ".join(kept)] if kept else []
