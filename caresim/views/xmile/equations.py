"""Equations as XMILE writes them, in the part of the dialect that its readers agree on.

Readers differ over signs and powers: PySD 3.14 turns ``x ^ (a * b)`` into ``x ^ a * b`` and
``(-2) ^ 2`` into ``-(2 ^ 2)`` and says nothing. So whatever is raised, and what it is raised to, is
a name or a plain number here, with an auxiliary of its own where the model has an expression, and
every power stands in brackets.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from decimal import Decimal
from itertools import count
from typing import Any, cast

from caresim.language.calls import maximum, minimum
from caresim.language.dates import date_of, end_of
from caresim.language.errors import ExportError
from caresim.language.expressions import (
    Binary,
    Call,
    Expr,
    Negative,
    Number,
    Table,
    Time,
    walk,
)
from caresim.language.functions import FUNCTIONS
from caresim.language.parameters import ParameterRef
from caresim.language.units import Unit
from caresim.language.variables import Aux, Variable
from caresim.language.walks import Chance

__all__ = ["Equations", "check_name", "decimal", "unit_text"]

# XMILE 1.0, sections 3.2.2 and 3.5, and what Stella, PySD and simlin define besides
WORDS = """
and or not if then else mod abs arccos arcsin arctan arctan2 ceil cos exp floor inf int ln log log10
max min nan pi round sign sin sqrt tan exprnd lognormal normal poisson random uniform delay delay1
delay3 delayn forcst smth1 smth3 smthn trend pulse ramp step dt starttime stoptime time initial_time
final_time time_step saveper init previous self mean rank size stddev sum safediv lookup lookupinv
"""
RESERVED = frozenset(WORDS.split())
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
ATOM, SIGNED = 6, 0  # a signed operand always stands in brackets
CALENDAR = (1900, 2200)  # a literal in years between these is a date, any other a span
PARTS = {
    "progress": "How far the change has come, 0 to 1",
    "carried": "The date as far as the change is carried on",
    "table": "What is read from the table",
    "base": "What is raised to a power",
    "power": "The power that it is raised to",
}


def check_name(name: str, what: str) -> str:
    """Return a name that XMILE takes as it is; raise ExportError for any other."""
    if not _NAME.fullmatch(name):
        message = (
            f"the {what} '{name}' cannot be exported: XMILE does not tell capitals or repeated "
            "underscores apart; use lower-case words joined by single underscores"
        )
        raise ExportError(message)
    if name.startswith("not_"):
        message = (
            f"the {what} '{name}' cannot be exported: PySD reads the operator 'not' in its first "
            "letters; rename it"
        )
        raise ExportError(message)
    if name in RESERVED:
        message = (
            f"the {what} '{name}' cannot be exported: the word has a meaning in XMILE; rename it"
        )
        raise ExportError(message)
    return name


def decimal(value: float) -> str:
    """Return a number in plain digits that reads back as the same float; never an exponent."""
    if not math.isfinite(value):
        message = f"{value} cannot be exported: XMILE has finite numbers only"
        raise ExportError(message)
    text = format(Decimal(repr(float(value))), "f")
    return text.removesuffix(".0")


def unit_text(unit: Unit, name: str) -> str:
    """Return a unit as XMILE writes it; raise ExportError for roots, which it cannot."""
    if unit.is_one:
        return "dmnl"
    if any(power.denominator != 1 for _, power in unit.powers):
        message = (
            f"'{name}' is in [{unit}], and XMILE units have whole powers only; "
            "divide by a reference before taking a root"
        )
        raise ExportError(message)
    return str(unit)


def _written_out(node: Call) -> Expr:
    """Return a function of expressions in other functions of them."""

    def apply(name: str, *arguments: Expr | float) -> Expr:
        return Binary(name, *arguments) if FUNCTIONS[name].binds else Call(name, *arguments)

    written = FUNCTIONS[node.function].expanded
    return cast("Expr", written and written(apply, *node.children))


class Equations:
    """Writes expressions, and collects the auxiliaries that they need besides.

    ``taken`` holds the names of the model, ``step`` is that of the file in years; :attr:`helpers`
    what was added, in order.
    """

    def __init__(self, taken: Collection[str], step: float = 1.0) -> None:
        self.taken, self.step = set(taken), step
        self.helpers: list[Aux] = []
        self._owner = ""
        self._is_in_middle = False
        self._half: Aux | None = None
        self._dates: dict[float, Aux] = {}
        self._parts: dict[int, Aux] = {}
        self._forms: dict[type[Expr], Callable[[Any], tuple[str, int]]] = {
            Number: self._number,
            Time: lambda _: self._time(),
            Chance: lambda _: ("0", ATOM),  # the middle path
            Variable: lambda node: (node.name, ATOM),
            ParameterRef: lambda node: (node.name, ATOM),
            Negative: lambda node: (f"-{self._inside(node.children[0], 4)}", SIGNED),
            Binary: self._binary,
            Call: self._call,
            Table: lambda node: (self._helper("table", node, node), ATOM),
        }

    def text(self, owner: str, expression: Expr) -> str:
        """Return the right-hand side of a quantity; for a look-up its input alone."""
        self._owner = owner
        inner = expression.children[0] if isinstance(expression, Table) else expression
        return self._text(inner)[0]

    def _text(self, node: Expr) -> tuple[str, int]:
        """Return text and how strongly it binds."""
        for kind, write in self._forms.items():
            if isinstance(node, kind):
                return write(node)
        message = f"'{self._owner}' cannot be exported: XMILE has no {type(node).__name__} '{node}'"
        raise ExportError(message)

    def _inside(self, node: Expr, needed: int) -> str:
        text, strength = self._text(node)
        return text if strength >= needed else f"({text})"

    def _number(self, node: Number) -> tuple[str, int]:
        if not node.unit.is_one:
            return self._dated(node), ATOM
        return decimal(node.value), ATOM if node.value >= 0 else SIGNED

    def _binary(self, node: Binary) -> tuple[str, int]:
        if node.is_comparison:
            return f"(IF ({self._condition(node)}) THEN (1) ELSE (0))", ATOM
        left, right = node.children
        if node.symbol == "**":
            sides = self._raised("base", left), self._raised("power", right)
            return f"({sides[0]} {FUNCTIONS['**'].xmile} {sides[1]})", ATOM
        strength, sign = FUNCTIONS[node.symbol].binds, FUNCTIONS[node.symbol].xmile
        # every bracket on the right stays, so that the order of rounding is the one written
        text = f"{self._inside(left, strength)} {sign} {self._inside(right, strength + 1)}"
        return text, strength

    def _condition(self, node: Binary) -> str:
        left, right = node.children
        sign = FUNCTIONS[node.symbol].xmile
        leaves = [leaf for leaf in walk(node) if not leaf.children]
        # in the middle of a step, as caresim reads it: both engines then change with one step
        self._is_in_middle = all(isinstance(n, Time | Number | ParameterRef) for n in leaves)
        text = f"{self._inside(left, 2)} {sign} {self._inside(right, 2)}"
        self._is_in_middle = False
        return text

    def _time(self) -> tuple[str, int]:
        if not self._is_in_middle:
            return "TIME", ATOM
        return f"TIME + {self._constant_half_step()}", 2

    def _constant_half_step(self) -> str:
        if self._half is None:
            self._half = self.constant("half_step", "Half a step", self.step / 2, Time.unit)
        return str(self._half.name)

    def _raised(self, part: str, node: Expr) -> str:
        """Return a name or a plain number for one side of a power; above, it may have a sign."""
        text, strength = self._text(node)
        if part == "power" and re.fullmatch(r"-[\w.]+", text):
            return f"({text})"
        return text if strength == ATOM and "(" not in text else self._helper(part, node, node)

    def _call(self, node: Call) -> tuple[str, int]:
        if node.function == "total":
            terms = [self._inside(c, 2 + (i > 0)) for i, c in enumerate(node.children)]
            return " + ".join(terms), 2
        if node.function == "smooth_step":
            return self._smooth_step(*node.children)
        if node.function == "carried":
            return self._helper("carried", node, _written_out(node)), ATOM
        if node.function == "where":
            condition, a, b = node.children
            choice = f"THEN ({self._text(a)[0]}) ELSE ({self._text(b)[0]})"
            return f"(IF ({self._condition(cast('Binary', condition))}) {choice})", ATOM
        name = FUNCTIONS[node.function].xmile
        if not name:
            message = f"'{self._owner}' cannot be exported: XMILE has no '{node.function}'"
            raise ExportError(message)
        arguments = ", ".join(self._text(child)[0] for child in node.children)
        return f"{name}({arguments})", ATOM

    def _smooth_step(self, first: Expr, last: Expr, progress: Expr) -> tuple[str, int]:
        """Write 3u² - 2u³ in the order in which the engine computes it."""
        u = self._helper("progress", progress, minimum(maximum(progress, 0), 1))
        span = f"({self._inside(last, 2)} - {self._inside(first, 3)})"
        return f"{self._inside(first, 2)} + {span} * ({u} * {u} * (3 - 2 * {u}))", 2

    def _helper(self, part: str, node: Expr, expression: Expr) -> str:
        """Return the name of an auxiliary for a node, added where there is none yet."""
        if id(node) not in self._parts:
            label = f"{PARTS[part]} ({self._owner})"
            name = self._free(f"{self._owner}_{part}_{{}}")
            self._parts[id(node)] = self._add(name, Aux(label, expression))
        return str(self._parts[id(node)].name)

    def _dated(self, node: Number) -> str:
        """Return the name of an auxiliary for a literal with a unit: a date or a span of years."""
        if node.value not in self._dates:
            day = date_of(node.value) if CALENDAR[0] < node.value < CALENDAR[1] else None
            if day is not None and end_of(day) == node.value:
                name, label = f"date_{day:%Y_%m_%d}", f"The end of {day.day} {day:%B %Y}"
            else:
                digits = re.sub(r"\D", "_", decimal(abs(node.value)))
                name, label = f"years_{'minus_' * (node.value < 0)}{digits}", "A span of years"
            self._dates[node.value] = self.constant(name, label, node.value, node.unit)
        return str(self._dates[node.value].name)

    def constant(self, name: str, label: str, value: float, unit: Unit) -> Aux:
        """Return an auxiliary for a number that is no parameter of the model."""
        helper = Aux(label, Number(value))
        helper.unit = unit
        return self._add(name if name not in self.taken else self._free(name + "_{}"), helper)

    def _free(self, pattern: str) -> str:
        return next(n for i in count(1) if (n := pattern.format(i)) not in self.taken)

    def _add(self, name: str, helper: Aux) -> Aux:
        helper.__set_name__(None, name)
        self.taken.add(name)
        self.helpers.append(helper)
        return helper
