"""Straight-line LLVM code over vectors: one value after the other, as the tape has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from caresim.engine.kernel_maths import literal
from caresim.engine.tape import Op, Tape, Value

__all__ = ["Section", "Shape"]

COMPARED = {"<": "olt", "<=": "ole", ">": "ogt", ">=": "oge"}
ARITHMETIC = {"+": "fadd", "-": "fsub", "*": "fmul", "/": "fdiv"}
CHOSEN = {"maximum": "ogt", "minimum": "olt"}
RISKY = {"/", "**", "exp", "log"}  # operations whose result may not exist
SQUARE_ROOT = 0.5

Source = Callable[["Section"], str]


@dataclass(frozen=True)
class Shape:
    """The types of a vector of numbers and of truth values, and how wide they are."""

    lanes: int

    @property
    def vector(self) -> str:
        """The type of a vector of numbers."""
        return f"<{self.lanes} x double>"

    @property
    def mask(self) -> str:
        """The type of a vector of truth values."""
        return f"<{self.lanes} x i1>"


class Section:
    """Straight-line code: loads what it takes once, and keeps an eye on what does not exist."""

    def __init__(
        self, tape: Tape, shape: Shape, name: str, sources: Mapping[int, Source] | None = None
    ) -> None:
        self.tape, self.shape, self.name = tape, shape, name
        self.sources: dict[int, Source] = dict(sources or {})
        self.lines: list[str] = []
        self.known: dict[int, str] = {}
        self.poison: str | None = None
        self.count = 0

    def text(self) -> str:
        """Return the code, with what it found of values that do not exist."""
        if self.poison is not None:
            self.store(self.poison, "poison", 0)
        return "\n".join(self.lines)

    def new(self, code: str) -> str:
        """Append an instruction and return the name of its result."""
        self.count += 1
        name = f"%{self.name}{self.count}"
        self.lines.append(f"  {name} = {code}")
        return name

    def place(self, array: str, index: int | str) -> str:
        """Return the address of one vector of a local array."""
        return self.new(f"getelementptr {self.shape.vector}, ptr %{array}, i64 {index}")

    def load(self, array: str, index: int | str) -> str:
        """Return one vector of a local array."""
        return self.new(f"load {self.shape.vector}, ptr {self.place(array, index)}")

    def store(self, value: str, array: str, index: int | str) -> None:
        """Put a vector into a local array."""
        address = self.place(array, index)
        self.lines.append(f"  store {self.shape.vector} {value}, ptr {address}")

    def outside(self, array: str, row: str) -> str:
        """Return the address of this block's part of a row of an array over all runs."""
        start = self.new(f"mul i64 {row}, %stride")
        at = self.new(f"add i64 {start}, %column")
        return self.new(f"getelementptr double, ptr %{array}, i64 {at}")

    def spread(self, array: str, index: str) -> str:
        """Return a vector that holds one number of an array in each place."""
        vector = self.shape.vector
        address = self.new(f"getelementptr double, ptr %{array}, i64 {index}")
        number = self.new(f"load double, ptr {address}")
        first = self.new(f"insertelement {vector} poison, double {number}, i64 0")
        zeros = f"<{self.shape.lanes} x i32> zeroinitializer"
        return self.new(f"shufflevector {vector} {first}, {vector} poison, {zeros}")

    def both(self, code: str, a: str, b: str) -> str:
        """Append an instruction on two vectors."""
        return self.new(f"{code} {self.shape.vector} {a}, {b}")

    def value(self, value: Value) -> str:
        """Return the name of a value: a vector of numbers, or of truth values of a comparison."""
        if isinstance(value, float):
            return literal(value)
        if value not in self.known:
            loaded = self.sources[value](self)
            if self._is_comparison(value):
                loaded = self.both("fcmp une", loaded, literal(0))
            self.known[value] = loaded
        return self.known[value]

    def number(self, value: Value) -> str:
        """Return the name of a value as numbers: what can be stored for another section."""
        name = self.value(value)
        if isinstance(value, int) and self._is_comparison(value):
            return self.chosen(name, literal(1), literal(0))
        return name

    def _is_comparison(self, place: int) -> bool:
        return self.tape.ops[place].symbol in COMPARED

    def compute(self, places: Iterable[int]) -> None:
        """Append the operations at some places of the tape."""
        for place in places:
            if place not in self.known:
                op = self.tape.ops[place]
                self.known[place] = name = self._operation(op)
                if op.symbol in RISKY:
                    self.watch(name)

    def watch(self, name: str) -> None:
        """Remember where a value does not exist, or is beyond what numbers can hold."""
        nothing = self.both("fsub", name, name)  # 0, or not a number
        self.poison = self.both("fadd", self.poison or self.load("poison", 0), nothing)

    def chosen(self, mask: str, first: str, second: str) -> str:
        """Return the first where the mask holds, and the second elsewhere."""
        vector = self.shape.vector
        return self.new(f"select {self.shape.mask} {mask}, {vector} {first}, {vector} {second}")

    def _operation(self, op: Op) -> str:
        values = [self.value(value) for value in op.args]
        if op.symbol in COMPARED:
            name = self.both(f"fcmp {COMPARED[op.symbol]}", *values)
        elif op.symbol == "where":
            name = self.chosen(*values)
        elif op.symbol in ARITHMETIC:
            name = self.both(ARITHMETIC[op.symbol], *values)
        elif op.symbol in CHOSEN:
            beyond = self.both(f"fcmp {CHOSEN[op.symbol]}", values[1], values[0])
            name = self.chosen(beyond, values[1], values[0])
        elif op.symbol == "negative":
            name = self.new(f"fneg {self.shape.vector} {values[0]}")
        elif op.symbol == "look_up":
            name = self._look_up(values[0], *op.extra)
        else:
            name = self._call(op, values)
        return name

    def _call(self, op: Op, values: Sequence[str]) -> str:
        vector = self.shape.vector
        if op.symbol == "**" and op.args[1] == SQUARE_ROOT:
            name = f"llvm.sqrt.v{self.shape.lanes}f64"
            return self.new(f"call {vector} @{name}({vector} {values[0]})")
        name = "pow" if op.symbol == "**" else op.symbol
        return self.new(f"call {vector} @{name}({', '.join(f'{vector} {v}' for v in values)})")

    def _look_up(self, x: str, xs: Sequence[float], ys: Sequence[float]) -> str:
        """Pick the segment with a selection for each knot, then compute as numpy.interp does."""
        ends = zip(xs[1:], xs, ys[1:], ys, strict=False)
        slopes = [(y - y_before) / (x - x_before) for x, x_before, y, y_before in ends]
        left, base, slope = literal(xs[0]), literal(ys[0]), literal(0.0)
        for row in zip(xs, ys, [*slopes, 0.0], strict=True):
            reached = self.both("fcmp oge", x, literal(row[0]))
            left, base, slope = (
                self.chosen(reached, literal(new), old)
                for new, old in zip(row, (left, base, slope), strict=True)
            )
        along = self.both("fsub", x, left)
        return self.both("fadd", self.both("fmul", slope, along), base)
