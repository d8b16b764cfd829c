"""Writes the steps of one run on plain floats as one flat function, for the shortest single run.

The lines are those of the generated ``rates``, once for each stage of the method; the stocks,
slopes and sums are local variables, which Python reads fastest. Names of its own begin with an
underscore, as no name of a model does.
"""

from __future__ import annotations

import ast
import copy
import functools
import hashlib
import linecache
import math
from collections.abc import Callable, Iterable
from typing import Any

from caresim.engine.targets import FLOATS

__all__ = ["advance_of"]

Stages = tuple[tuple[int, float, float], ...]


@functools.lru_cache(maxsize=128)
def advance_of(source: str, floors: tuple[float, ...], stages: Stages) -> Callable[..., Any]:
    """Return the function that takes the steps of one save interval.

    ``advance(first, last, stocks, sums, constants, rows, step)`` takes the given values of each
    moment of those steps, and returns the step it came to, the stocks, and the sums of the recorded
    rates. It returns early when a stock is below its floor or has no value.
    """
    text = _Writer(source, floors, stages).text()
    file = f"<caresim steps {hashlib.sha256(text.encode()).hexdigest()[:8]}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {**FLOATS, "_inf": math.inf, "_power": math.pow, "_range": range}
    exec(compile(text, file, "exec"), namespace)  # the same trust as the source it is made from
    return namespace["advance"]  # type: ignore[no-any-return]


class _Writer:
    """The text of ``advance``, from the syntax tree of ``rates``."""

    def __init__(self, source: str, floors: tuple[float, ...], stages: Stages) -> None:
        functions = {f.name: f for f in ast.parse(source).body if isinstance(f, ast.FunctionDef)}
        body = functions["rates"].body
        nets, rates = body[-1].value.elts  # type: ignore[attr-defined]
        self.floors, self.stages = floors, stages
        self.stocks: list[str] = []
        self.once: list[str] = []
        self.given: dict[str, str] = {}
        self.lines: list[str] = []
        for statement in body[:-1]:
            self._sort(statement)
        self.nets = [_text(part) for part in nets.elts]
        self.rates = [_text(part) for part in rates.elts]

    def _sort(self, statement: Any) -> None:
        """Put a line of ``rates`` where it belongs: done once, at each moment, or at each stage."""
        value, target = statement.value, statement.targets[0]
        if isinstance(target, ast.Tuple):
            self.stocks = [part.id for part in target.elts]  # type: ignore[attr-defined]
        elif isinstance(value, ast.Subscript) and value.value.id == "constants":  # type: ignore[attr-defined]
            self.once.append(f"{target.id} = _{_text(value)}")
        elif isinstance(value, ast.Subscript):
            self.given[target.id] = _text(value.slice)
        else:
            self.lines.append(_text(statement))

    def text(self) -> str:
        """Return the whole function."""
        stocks, sums = self.stocks, [f"_sum_{i}" for i in range(len(self.rates))]
        result = f"({_row(stocks)}), ({_row(sums)})"
        lines = [
            *([f"{_row(stocks)} = _stocks"] if stocks else []),
            *([f"{_row(sums)} = _sums"] if sums else []),
            *self.once,
            f"_weight = _step * {self._least_weight()!r}",
            *(f"_reach_{i} = _step * {reach!r}" for i, (_, _, reach) in enumerate(self.stages)),
            "for _k in _range(_first, _last):",
            *(f"    {line}" for line in list(self._step()) or ["pass"]),
            *(
                [f"    if not ({self._sound()}):", f"        return _k + 1, {result}"]
                if stocks
                else []
            ),
            f"return _last, {result}",
        ]
        body = "".join(f"    {line}\n" for line in lines)
        return f"def advance(_first, _last, _stocks, _sums, _constants, _rows, _step):\n{body}"

    def _least_weight(self) -> float:
        return min(weight for _, weight, _ in self.stages)

    def _step(self) -> Iterable[str]:
        starts = [f"_from_{name}" for name in self.stocks]
        if starts:
            yield f"{_row(starts)} = {_row(self.stocks)}"
        before = None
        for number, (moment, _, reach) in enumerate(self.stages):
            if moment != before and self.given:
                yield f"_row = _rows[3 * (_k - _first) + {moment}]"
                yield "; ".join(f"{name} = _row[{at}]" for name, at in self.given.items())
            before = moment
            yield from self.lines
            for name, net in zip(self.stocks, self.nets, strict=True):
                yield f"_net_{number}_{name} = {net}"
            for i, rate in enumerate(self.rates):
                yield f"_rate_{number}_{i} = {rate}"
            for name in self.stocks if reach else ():
                yield f"{name} = _from_{name} + _reach_{number} * _net_{number}_{name}"
        for name in self.stocks:
            yield f"{name} = _from_{name} + {self._weighted('net', name)}"
        for i in range(len(self.rates)):
            yield f"_sum_{i} += {self._weighted('rate', str(i))}"

    def _weighted(self, kind: str, name: str) -> str:
        """Return the sum of the slopes at the stages, those of equal weight together."""
        equal: dict[float, list[str]] = {}
        for number, (_, weight, _) in enumerate(self.stages):
            times = round(weight / self._least_weight(), 12)
            equal.setdefault(times, []).append(f"_{kind}_{number}_{name}")
        sums = {times: " + ".join(slopes) for times, slopes in equal.items()}
        parts = [total if times == 1 else f"{times!r} * ({total})" for times, total in sums.items()]
        return f"_weight * ({' + '.join(parts)})"

    def _sound(self) -> str:
        return " and ".join(
            f"{_floor(floor)} <= {name} < _inf"
            for name, floor in zip(self.stocks, self.floors, strict=True)
        )


class _Inline(ast.NodeTransformer):
    """Writes the smaller and the larger of two values, and a choice between names, as conditions.

    A call costs Python more than all else in such a line. A choice between other values stays a
    call: a condition would compute only one of them, and not fail where it should.
    """

    def __init__(self) -> None:
        self.count = 0

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        function, args = node.func.id, node.args  # type: ignore[attr-defined]
        if function == "where" and all(isinstance(a, ast.Name | ast.Constant) for a in args[1:]):
            return ast.IfExp(args[0], args[1], args[2])
        if function not in ("maximum", "minimum"):
            return node
        (first, first_again), (second, second_again) = (self._twice(arg) for arg in args)
        sign = ast.Gt() if function == "maximum" else ast.Lt()
        return ast.IfExp(ast.Compare(second, [sign], [first]), second_again, first_again)

    def _twice(self, node: ast.expr) -> tuple[ast.expr, ast.expr]:
        """Return a value to compute and, to use it again, its name."""
        if isinstance(node, ast.Name | ast.Constant):
            return node, copy.copy(node)
        self.count += 1
        name = f"_value_{self.count}"
        return ast.NamedExpr(ast.Name(name, ast.Store()), node), ast.Name(name, ast.Load())

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Write a power so that the root of a negative number fails, and is not complex."""
        self.generic_visit(node)
        if not isinstance(node.op, ast.Pow):
            return node
        name = ast.Name("_power", ast.Load())
        return ast.Call(name, [node.left, node.right], [])


def _text(node: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(_Inline().visit(node)))


def _row(names: list[str]) -> str:
    return ", ".join(names) + ("," if len(names) == 1 else "")


def _floor(level: float) -> str:
    return repr(level) if math.isfinite(level) else "-_inf"
