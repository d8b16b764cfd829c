"""Every function and operator of the language, one row each with all its forms.

A row says what units a function takes and gives, how it is computed on floats, on NumPy arrays and
in LLVM, how Python, XMILE and LaTeX write it, and what its slopes are. A new function is one row
and one example in the tests, which walk every form. A form that is missing follows from
``expanded``, which writes the function in others.
"""

from __future__ import annotations

import math
import operator
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Protocol

from caresim.language.errors import ModelError, UnitError, quoted
from caresim.language.units import ONE, Unit

__all__ = ["COMPARISONS", "FUNCTIONS", "Function", "Term"]

YEAR = Unit.parse("year")
COMPARED, ADDED, MULTIPLIED, RAISED = 1, 2, 3, 5  # how strongly operators bind
Points = Sequence[tuple[float, float]]
Apply = Callable[..., Any]  # of the name of a function and its arguments


class Term(Protocol):
    """What a function knows of its arguments: their units, and the value of a plain number."""

    @property
    def unit(self) -> Unit:
        """The unit."""

    @property
    def literal(self) -> float | None:
        """The value of a number, None for all else."""

    @property
    def is_comparison(self) -> bool:
        """True where the value is a truth value."""


@dataclass(frozen=True)
class Function:
    """What one function or operator is, in every form.

    ``unit(children)`` gives the unit or raises UnitError. ``number`` computes floats; ``array`` is
    the name of NumPy's function; ``llvm`` are instructions, each with a result, in which ``{0}``,
    ``{1}`` are the arguments, ``{a}`` is the first result, ``{V}`` a vector of numbers and ``{M}``
    one of truth values. ``binds`` is how strongly an operator holds its operands, 0 for a function.
    ``xmile`` and ``latex`` are its names there. ``slopes(apply, *arguments)`` gives the derivative
    towards each argument, and ``expanded`` the function itself, by ``apply(name, *arguments)`` of
    other functions. ``may_fail`` is True where finite arguments may have no finite value.
    """

    name: str
    unit: Callable[[tuple[Term, ...]], Unit]
    number: Callable[..., float] | None = None
    array: str = ""
    llvm: tuple[str, ...] = ()
    binds: int = 0
    xmile: str = ""
    latex: str = ""
    slopes: Callable[..., Sequence[Any]] | None = None
    expanded: Callable[..., Any] | None = None
    may_fail: bool = False

    @property
    def is_comparison(self) -> bool:
        """True where the value is a truth value."""
        return self.binds == COMPARED


# Units


def _same(nodes: tuple[Term, ...], what: str) -> Unit:
    """Return the one unit of all nodes; literal zeros agree with anything."""
    measured = [node for node in nodes if node.literal != 0] or list(nodes)
    for node in measured[1:]:
        if node.unit != measured[0].unit:
            message = (
                f"{what}: {quoted(measured[0])} is in [{measured[0].unit}] "
                f"but {quoted(node)} is in [{node.unit}]"
            )
            raise UnitError(message)
    return measured[0].unit


def _equal(what: str) -> Callable[[tuple[Term, ...]], Unit]:
    return lambda children: _same(children, what)


def _compared(symbol: str) -> Callable[[tuple[Term, ...]], Unit]:
    def unit(children: tuple[Term, ...]) -> Unit:
        _same(children, f"'{symbol}' needs equal units")
        return ONE

    return unit


def _product(children: tuple[Term, ...]) -> Unit:
    return children[0].unit * children[1].unit


def _quotient(children: tuple[Term, ...]) -> Unit:
    return children[0].unit / children[1].unit


def _power(children: tuple[Term, ...]) -> Unit:
    base, exponent = children
    if not exponent.unit.is_one:
        message = f"an exponent is a pure number, but {quoted(exponent)} is in [{exponent.unit}]"
        raise UnitError(message)
    if base.unit.is_one:
        return ONE
    if exponent.literal is not None:
        return base.unit ** Fraction(exponent.literal).limit_denominator(100)
    message = (
        f"{quoted(base)} is in [{base.unit}]: divide it by a reference before raising it to a power"
    )
    raise UnitError(message)


def _pure(children: tuple[Term, ...]) -> Unit:
    for child in children:
        if not child.unit.is_one:
            message = f"exp and log take pure numbers, but {quoted(child)} is in [{child.unit}]"
            raise UnitError(message)
    return ONE


def _either(children: tuple[Term, ...]) -> Unit:
    if not children[0].is_comparison:
        message = (
            "the first argument of where is a comparison or a switch among the parameters, "
            f"not {quoted(children[0])}"
        )
        raise ModelError(message)
    return _same(children[1:], "where needs equal units")


def _of_whole(children: tuple[Term, ...]) -> Unit:
    _same(children, "share needs equal units")
    return ONE


def _between(children: tuple[Term, ...]) -> Unit:
    return _same(children[:2], "smooth_step needs equal units")


def _looked_up(children: tuple[Term, ...]) -> Unit:
    (x,) = children
    if not x.unit.is_one and x.unit != YEAR:
        message = (
            f"a table takes a pure number or a time in years, but {quoted(x)} is in [{x.unit}]: "
            "divide it by a reference"
        )
        raise UnitError(message)
    return ONE


# Powers, look-up tables, and functions written in others


def _raised(base: float, exponent: float) -> float:
    """Return a power; the root of a negative number fails and is not complex, as in Python."""
    try:
        return math.pow(base, exponent)
    except ValueError:
        fault = "a power of a negative number" if base < 0 else "zero to a negative power"
        raise ValueError(fault) from None


def _look_up(x: float, xs: Sequence[float], ys: Sequence[float]) -> float:
    """Return what numpy.interp gives: straight lines between the points, level beyond them."""
    if not xs[0] < x < xs[-1]:
        return ys[0] if x <= xs[0] else ys[-1]
    i = bisect_right(xs, x) - 1
    return (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]) * (x - xs[i]) + ys[i]


def _segments(xs: Sequence[float], ys: Sequence[float]) -> list[float]:
    """Return the slope after each point, level after the last."""
    return [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(zip(xs, ys, strict=True))] + [
        0.0
    ]


def _piecewise(apply: Apply, x: Any, xs: Sequence[float], ys: Sequence[float]) -> Any:
    """Pick the segment with a selection for each point, then compute as numpy.interp does."""
    left, base, slope = xs[0], ys[0], 0.0
    for row in zip(xs, ys, _segments(xs, ys), strict=True):
        reached = apply(">=", x, row[0])
        left, base, slope = (
            apply("where", reached, new, old)
            for new, old in zip(row, (left, base, slope), strict=True)
        )
    return apply("+", apply("*", slope, apply("-", x, left)), base)


def _slope_of_look_up(
    apply: Apply, x: Any, xs: Sequence[float], ys: Sequence[float]
) -> Sequence[Any]:
    slope = 0.0
    for start, along in zip(xs, _segments(xs, ys), strict=True):
        slope = apply("where", apply(">=", x, start), along, slope)
    return (slope,)


def _smooth_step(apply: Apply, first: Any, last: Any, progress: Any) -> Any:
    u = apply("minimum", apply("maximum", progress, 0.0), 1.0)
    weight = apply("*", apply("*", u, u), apply("-", 3.0, apply("*", 2.0, u)))
    return apply("+", first, apply("*", apply("-", last, first), weight))


def _slopes_of_smooth_step(apply: Apply, first: Any, last: Any, progress: Any) -> Sequence[Any]:
    u = apply("minimum", apply("maximum", progress, 0.0), 1.0)
    weight = _smooth_step(apply, 0.0, 1.0, progress)
    steep = apply("*", 6.0, apply("*", u, apply("-", 1.0, u)))
    return apply("-", 1.0, weight), weight, apply("*", apply("-", last, first), steep)


def _pace(apply: Apply, known_to: Any, opening: Any, closing: Any) -> tuple[Any, Any]:
    """Return the pace of a path after the moment up to which it is known, and what it hangs on.

    That is the share of the path that has run, around a half: 0 at a quarter, 1 at three quarters.
    """
    run = apply("/", apply("-", known_to, opening), apply("-", closing, opening))
    learned = apply("-", apply("*", 2.0, run), 0.5)
    return apply("smooth_step", 0.0, 1.0, learned), learned


def _carried(apply: Apply, now: Any, known_to: Any, opening: Any, closing: Any) -> Any:
    """Return the moment of a path, written so that it bends at its own kinks alone."""
    known = apply("minimum", now, known_to)
    left = apply("maximum", apply("-", closing, known_to), 0.0)
    after = apply("minimum", apply("-", now, known), left)
    return apply("+", known, apply("*", _pace(apply, known_to, opening, closing)[0], after))


def _slopes_of_carried(
    apply: Apply, now: Any, known_to: Any, opening: Any, closing: Any
) -> Sequence[Any]:
    pace, learned = _pace(apply, known_to, opening, closing)
    span = apply("-", closing, opening)
    passed = apply("maximum", apply("-", apply("minimum", now, closing), known_to), 0.0)
    steep = apply("/", _slopes_of_smooth_step(apply, 0.0, 1.0, learned)[2], span)
    run = apply("*", 0.5, apply("+", learned, 0.5))
    carried_on = apply("where", apply(">", passed, 0.0), pace, 0.0)
    is_known = apply("<=", now, known_to)
    is_over = apply(">", now, closing)
    in_now = apply("where", is_known, 1.0, apply("where", is_over, 0.0, pace))
    twice = apply("*", 2.0, apply("*", passed, steep))
    in_known = apply("+", apply("where", is_known, 0.0, apply("-", 1.0, carried_on)), twice)
    in_opening = apply("*", twice, apply("-", run, 1.0))
    in_closing = apply("-", apply("where", is_over, carried_on, 0.0), apply("*", twice, run))
    return in_now, in_known, in_opening, in_closing


def _total(apply: Apply, *terms: Any) -> Any:
    total = terms[0]
    for term in terms[1:]:
        total = apply("+", total, term)
    return total


def _share(apply: Apply, part: Any, whole: Any) -> Any:
    nothing = apply("*", apply(">=", whole, 0.0), apply("<=", whole, 0.0))  # 1 where it is 0
    kept = apply("where", apply(">", nothing, 0.5), 0.0, part)
    return apply("/", kept, apply("+", whole, nothing))


def _slopes_of_share(apply: Apply, part: Any, whole: Any) -> Sequence[Any]:
    return _share(apply, 1.0, whole), apply(
        "negative", _share(apply, _share(apply, part, whole), whole)
    )


def _slopes_of_quotient(apply: Apply, a: Any, b: Any) -> Sequence[Any]:
    return apply("/", 1.0, b), apply("negative", apply("/", apply("/", a, b), b))


def _slopes_of_power(apply: Apply, a: Any, b: Any) -> Sequence[Any]:
    towards_base = apply("*", b, apply("**", a, apply("-", b, 1.0)))
    return towards_base, apply("*", apply("**", a, b), apply("log", a))


def _chosen(comparison: str) -> Callable[..., Sequence[Any]]:
    def slopes(apply: Apply, a: Any, b: Any) -> Sequence[Any]:
        second = apply(comparison, b, a)
        return apply("where", second, 0.0, 1.0), apply("where", second, 1.0, 0.0)

    return slopes


def _slopes_of_where(apply: Apply, condition: Any, *_: Any) -> Sequence[Any]:
    first = apply("where", condition, 1.0, 0.0)
    return 0.0, first, apply("-", 1.0, first)


def _operator(
    symbol: str, unit: Callable[[tuple[Term, ...]], Unit], number: Any, array: str, code: str,
    binds: int, slopes: Callable[..., Sequence[Any]], *, xmile: str = "", latex: str = "",
    may_fail: bool = False,
) -> Function:  # fmt: skip
    return Function(
        symbol, unit, number, array, (f"{code} {{V}} {{0}}, {{1}}",), binds, xmile or symbol,
        latex or symbol, slopes, may_fail=may_fail,
    )  # fmt: skip


def _comparison(symbol: str, number: Any, array: str, code: str, latex: str) -> Function:
    unit, slopes = _compared(symbol), (lambda *_: (0.0, 0.0))
    return _operator(symbol, unit, number, array, f"fcmp {code}", COMPARED, slopes, latex=latex)


def _extreme(name: str, number: Any, comparison: str, code: str, xmile: str) -> Function:
    # the second where it is beyond the first, as Python's max and min take what comes first
    llvm = (f"fcmp {code} {{V}} {{1}}, {{0}}", "select {M} {a}, {V} {1}, {V} {0}")
    unit, latex = _equal(f"{name} needs equal units"), f"\\{xmile.lower()}"
    return Function(name, unit, number, name, llvm, 0, xmile, latex, _chosen(comparison))


_EQUAL = "'{}' needs equal units".format

FUNCTIONS: dict[str, Function] = {
    row.name: row
    for row in (
        _operator("+", _equal(_EQUAL("+")), operator.add, "add", "fadd", ADDED,
                  lambda *_: (1.0, 1.0)),
        _operator("-", _equal(_EQUAL("-")), operator.sub, "subtract", "fsub", ADDED,
                  lambda *_: (1.0, -1.0)),
        _operator("*", _product, operator.mul, "multiply", "fmul", MULTIPLIED,
                  lambda _, a, b: (b, a), latex=r"\times"),
        _operator("/", _quotient, operator.truediv, "divide", "fdiv", MULTIPLIED,
                  _slopes_of_quotient, latex=r"\frac", may_fail=True),
        Function("**", _power, _raised, "power", ("call {V} @pow({V} {0}, {V} {1})",), RAISED,
                 "^", "^", _slopes_of_power, may_fail=True),
        _comparison("<", operator.lt, "less", "olt", r"\lt"),
        _comparison("<=", operator.le, "less_equal", "ole", r"\le"),
        _comparison(">", operator.gt, "greater", "ogt", r"\gt"),
        _comparison(">=", operator.ge, "greater_equal", "oge", r"\ge"),
        Function("negative", lambda children: children[0].unit, operator.neg, "negative",
                 ("fneg {V} {0}",), xmile="-", latex="-", slopes=lambda *_: (-1.0,)),
        Function("exp", _pure, math.exp, "exp", ("call {V} @exp({V} {0})",), xmile="EXP",
                 latex=r"\exp", slopes=lambda apply, x: (apply("exp", x),), may_fail=True),
        Function("log", _pure, math.log, "log", ("call {V} @log({V} {0})",), xmile="LN",
                 latex=r"\ln", slopes=lambda apply, x: (apply("/", 1.0, x),), may_fail=True),
        _extreme("maximum", max, ">", "ogt", "MAX"),
        _extreme("minimum", min, "<", "olt", "MIN"),
        Function("where", _either, lambda condition, a, b: a if condition else b, "where",
                 ("select {M} {0}, {V} {1}, {V} {2}",), xmile="IF", latex="cases",
                 slopes=_slopes_of_where),
        Function("total", _equal("total needs equal units"), xmile="+", latex=r"\sum",
                 slopes=lambda _, *terms: (1.0,) * len(terms), expanded=_total),
        Function("share", _of_whole, xmile="SAFEDIV", latex=r"\frac", slopes=_slopes_of_share,
                 expanded=_share, may_fail=True),
        Function("smooth_step", _between, latex=r"\text{smooth step}",
                 slopes=_slopes_of_smooth_step, expanded=_smooth_step),
        Function("carried", _equal("a path known to a moment needs times in years"),
                 latex=r"\text{carried}", slopes=_slopes_of_carried, expanded=_carried),
        Function("look_up", _looked_up, _look_up, "interp", latex="f", slopes=_slope_of_look_up,
                 expanded=_piecewise),
    )
}  # fmt: skip
COMPARISONS = tuple(row.name for row in FUNCTIONS.values() if row.is_comparison)
