"""Straight-line LLVM code over vectors: one value after the other, as the operations stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from caresim.engine.machine.maths import literal
from caresim.engine.operations.listed import NUMBER, Operation, Operations
from caresim.language.functions import FUNCTIONS

__all__ = ["Section", "Shape", "Source"]

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
    """Straight-line code: loads what it takes once, and keeps an eye on what does not exist.

    ``sources`` says how to load the values that are computed elsewhere.
    """

    def __init__(self, operations: Operations, shape: Shape, name: str) -> None:
        self.operations, self.shape, self.name = operations, shape, name
        self.sources: dict[int, Source] = {}
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
        address = self.new(f"getelementptr double, ptr %{array}, i64 {index}")
        return self.everywhere(self.new(f"load double, ptr {address}"))

    def everywhere(self, number: str) -> str:
        """Return a vector that holds one number in each place."""
        vector = self.shape.vector
        # the form that LLVM knows as one broadcast from memory
        first = self.new(f"insertelement {vector} poison, double {number}, i64 0")
        zeros = f"<{self.shape.lanes} x i32> zeroinitializer"
        return self.new(f"shufflevector {vector} {first}, {vector} poison, {zeros}")

    def both(self, code: str, a: str, b: str) -> str:
        """Append an instruction on two vectors."""
        return self.new(f"{code} {self.shape.vector} {a}, {b}")

    def product_plus(self, a: str, b: str, c: str) -> str:
        """Return a × b + c, rounded once where the processor can."""
        vector, name = self.shape.vector, f"llvm.fmuladd.v{self.shape.lanes}f64"
        return self.new(f"call {vector} @{name}({vector} {a}, {vector} {b}, {vector} {c})")

    def negative(self, value: str) -> str:
        """Return a vector with its signs changed."""
        return self.new(f"fneg {self.shape.vector} {value}")

    def chosen(self, mask: str, first: str, second: str) -> str:
        """Return the first where the mask holds, and the second elsewhere."""
        vector = self.shape.vector
        return self.new(f"select {self.shape.mask} {mask}, {vector} {first}, {vector} {second}")

    def value(self, place: int) -> str:
        """Return the name of a value."""
        # loaded at the first use: what a section does not take costs it nothing
        if place not in self.known:
            operation = self.operations[place]
            is_number = operation.symbol == NUMBER
            self.known[place] = literal(operation.extra) if is_number else self.sources[place](self)
        return self.known[place]

    def compute(self, places: Iterable[int], wanted: Iterable[int]) -> None:
        """Append the operations at some places, of which some are wanted afterwards."""
        places = [i for i in places if i not in self.known and self.operations[i].symbol != NUMBER]
        fused = self._products_in_sums(places, wanted)
        for place in places:
            if place not in fused:
                operation = self.operations[place]
                self.known[place] = name = self._operation(operation, fused)
                if FUNCTIONS[operation.symbol].may_fail:
                    self.watch(name)

    def _products_in_sums(self, places: Sequence[int], wanted: Iterable[int]) -> set[int]:
        """Return the products that only one sum or difference takes, which computes them too."""
        # a product that something else takes too would be computed twice
        uses = Counter(wanted)
        for place in places:
            uses.update(self.operations[place].args)
        inside = set(places)
        fused: set[int] = set()
        for place in places:
            if self.operations[place].symbol in ("+", "-"):
                a, b = self.operations[place].args
                # one of the two at most: a fused operation adds a product to a value that is there
                products = [
                    arg
                    for arg in (b, a)
                    if arg in inside and uses[arg] == 1 and self.operations[arg].symbol == "*"
                ]
                fused.update(products[:1])
        return fused

    def watch(self, name: str) -> None:
        """Remember where a value does not exist, or is beyond what numbers can hold."""
        # no branch: a test at each operation would cost more than the operation
        old = self.poison or self.load("poison", 0)
        self.poison = self.product_plus(name, literal(0.0), old)  # 0 more, or not a number

    def _operation(self, operation: Operation, fused: set[int]) -> str:
        if fused.intersection(operation.args):
            return self._with_product(operation, fused)
        values = [self.value(arg) for arg in operation.args]
        if operation.symbol == "where" and not self.operations[operation.args[0]].is_comparison:
            values[0] = self.both("fcmp ogt", values[0], literal(0.5))  # 1 where it holds
        if operation.symbol == "**" and self.operations.value(operation.args[1]) == SQUARE_ROOT:
            # exact to the last bit, which a logarithm and an exponential are not
            vector = self.shape.vector
            return self.new(
                f"call {vector} @llvm.sqrt.v{self.shape.lanes}f64({vector} {values[0]})"
            )
        made: dict[str, str] = {"V": self.shape.vector, "M": self.shape.mask}
        for letter, code in zip("abcd", FUNCTIONS[operation.symbol].llvm, strict=False):
            made[letter] = self.new(code.format(*values, **made))
        return made[letter]

    def _with_product(self, operation: Operation, fused: set[int]) -> str:
        """Append a sum or difference together with the product in it."""
        first, second = operation.args
        is_minus = operation.symbol == "-"
        if second in fused:
            a, b = (self.value(arg) for arg in self.operations[second].args)
            return self.product_plus(self.negative(a) if is_minus else a, b, self.value(first))
        a, b = (self.value(arg) for arg in self.operations[first].args)
        rest = self.value(second)
        return self.product_plus(a, b, self.negative(rest) if is_minus else rest)
