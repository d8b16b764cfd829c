"""Generated functions as a list of single operations, for the targets that do not run Python.

A tape reads the source that floats run, so there is one step and several ways to run it. Each
operation knows what it depends on, which says how often it has to be computed.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from caresim.engine.targets import FLOATS
from caresim.language.expressions import COMPARISONS

__all__ = ["ALWAYS", "MOMENT", "RUN", "STATE", "TIME", "Op", "Tape", "Value"]

# What a value depends on: nothing, time, the run, both, or the stocks
ALWAYS, TIME, RUN, MOMENT, STATE = range(5)

Value = float | int  # a literal, or the place of an operation on the tape

_SYMBOLS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_PYTHON: dict[str, Callable[..., Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "**": operator.pow, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "negative": operator.neg,
}  # fmt: skip
MOST_PRODUCTS = 4  # a power up to this one is written as products


@dataclass(frozen=True)
class Op:
    """One operation: its symbol, the values it takes, and what else it needs to know.

    ``extra`` is the name of an input, or the points of a look-up.
    """

    symbol: str
    args: tuple[Value, ...] = ()
    extra: Any = None


class Tape:
    """The operations of some generated functions, each written once, in an order to compute."""

    def __init__(self, source: str) -> None:
        parts = ast.parse(source).body
        self._functions = {part.name: part for part in parts if isinstance(part, ast.FunctionDef)}
        self.ops: list[Op] = []
        self.kinds: list[int] = []
        self._places: dict[tuple[Any, ...], int] = {}

    def kind(self, value: Value) -> int:
        """Return what a value depends on."""
        return self.kinds[value] if isinstance(value, int) else ALWAYS

    def input(self, kind: int, name: Any) -> int:
        """Return the place of a value that is given from outside."""
        return self._place(Op("input", (), name), kind)

    def call(self, function: str, **arguments: Any) -> Any:
        """Append one generated function; return the values of what it returns, nested as it is."""
        names: dict[str, Any] = dict(arguments)
        body = self._functions[function].body
        for statement in body:
            if isinstance(statement, ast.Return):
                return self._read(statement.value, names)
            if not isinstance(statement, ast.Assign):
                message = f"cannot read line {statement.lineno} of the generated '{function}'"
                raise TypeError(message)
            value = self._read(statement.value, names)
            target = statement.targets[0]
            if isinstance(target, ast.Tuple):
                names.update(zip((n.id for n in target.elts), value, strict=True))  # type: ignore[attr-defined]
            else:
                names[target.id] = value  # type: ignore[attr-defined]
        return None

    def needed(self, wanted: Iterable[Value]) -> list[int]:
        """Return the places that some values are computed from, those included, in order."""
        seen: set[int] = set()
        rest = [value for value in wanted if isinstance(value, int)]
        while rest:
            place = rest.pop()
            if place not in seen:
                seen.add(place)
                rest.extend(arg for arg in self.ops[place].args if isinstance(arg, int))
        return sorted(seen)

    def _read(self, node: Any, names: dict[str, Any]) -> Any:
        if isinstance(node, ast.Name):
            return names[node.id]
        if isinstance(node, ast.Constant):
            return float(node.value)  # type: ignore[arg-type]
        if isinstance(node, ast.Tuple):
            return [self._read(part, names) for part in node.elts]
        if isinstance(node, ast.Subscript):
            return names[node.value.id][node.slice.value]  # type: ignore[attr-defined]
        return self._operation(node, names)

    def _operation(self, node: Any, names: dict[str, Any]) -> Value:
        if isinstance(node, ast.UnaryOp):
            return self.add("negative", self._read(node.operand, names))
        if isinstance(node, ast.BinOp):
            left, right = self._read(node.left, names), self._read(node.right, names)
            return self.add(_SYMBOLS[type(node.op)], left, right)
        if isinstance(node, ast.Compare):
            left, right = self._read(node.left, names), self._read(node.comparators[0], names)
            return self.add(_SYMBOLS[type(node.ops[0])], left, right)
        function = node.func.id
        values = [self._read(part, names) for part in node.args]
        if function == "smooth_step":
            return self._smooth_step(*values)
        if function == "look_up":
            return self.add("look_up", values[0], extra=(tuple(values[1]), tuple(values[2])))
        return self.add(function, *values)

    def add(self, symbol: str, *args: Value, extra: Any = None) -> Value:
        """Append an operation, or return what is known of it already."""
        if not any(isinstance(arg, int) for arg in args):
            folded = self._folded(symbol, args, extra)
            if folded is not None:
                return folded
        if symbol == "where":
            if isinstance(args[0], float):
                return args[1] if args[0] else args[2]
            args = (self._condition(args[0]), *args[1:])
        if symbol == "**" and isinstance(args[1], float):
            return self._power(args[0], args[1])
        if symbol == "/" and self._is_steadier(args[1], args[0]):
            # a product each step for a division that is made once
            return self.add("*", args[0], self.add("/", 1.0, args[1]))
        kinds = [self.kind(arg) for arg in args]
        kind = MOMENT if {TIME, RUN} <= set(kinds) and max(kinds) < STATE else max(kinds)
        return self._place(Op(symbol, args, extra), kind or RUN)

    def _is_steadier(self, value: Value, than: Value) -> bool:
        return self.kind(value) < self.kind(than)

    def _condition(self, value: int) -> Value:
        """Return a comparison for a value that is 1 where something holds and 0 elsewhere."""
        return value if self.ops[value].symbol in COMPARISONS else self.add(">", value, 0.5)

    def _folded(self, symbol: str, args: Sequence[Value], extra: Any) -> float | None:
        function = _PYTHON.get(symbol) or FLOATS[symbol]
        try:
            return float(function(*args, *(extra or ())))
        except (ArithmeticError, ValueError, TypeError):
            return None  # it fails each time it is computed, and says so then

    def _power(self, base: Value, exponent: float) -> Value:
        if exponent < 0 and -exponent <= MOST_PRODUCTS and exponent == round(exponent):
            return self.add("/", 1.0, self._power(base, -exponent))
        if exponent in range(1, MOST_PRODUCTS + 1):
            half = self._power(base, float(exponent // 2)) if exponent > 1 else base
            squared = self.add("*", half, half) if exponent > 1 else base
            return self.add("*", squared, base) if exponent % 2 and exponent > 1 else squared
        return self._place(Op("**", (base, exponent)), self.kind(base) or RUN)

    def _smooth_step(self, first: Value, last: Value, u: Value) -> Value:
        add = self.add
        u = add("minimum", add("maximum", u, 0.0), 1.0)
        weight = add("*", add("*", u, u), add("-", 3.0, add("*", 2.0, u)))
        return add("+", first, add("*", add("-", last, first), weight))

    def _place(self, op: Op, kind: int) -> int:
        key = (op, *(type(arg) for arg in op.args))  # the number 1.0 is not the place 1
        if key not in self._places:
            self._places[key] = len(self.ops)
            self.ops.append(op)
            self.kinds.append(kind)
        return self._places[key]
