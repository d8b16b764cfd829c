"""How each quantity follows from others, in lines of words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from caresim.language.expressions import Expr
from caresim.language.lags import Delay, Smooth
from caresim.language.pipes import Place
from caresim.language.variables import Check, Flow, Stock, Variable
from caresim.views.equations.names import all_of
from caresim.views.equations.stocks import Pair, touches
from caresim.views.equations.words import Words

__all__ = ["told"]


def told(variable: Variable, words: Words, flows: Sequence[Flow]) -> str:
    """Return how a quantity follows from others, in words: one line or several."""
    forms: dict[type, Callable[[Any, Words, Sequence[Flow]], str]] = {
        Stock: _stock,
        Delay: _delay,
        Smooth: _smooth,
        Check: lambda check, w, _: f"A notice is given when {w.text(check.expression)}.",
    }
    for kind, form in forms.items():
        if isinstance(variable, kind):
            return form(variable, words, flows)
    expression: Expr = getattr(variable, "expression")  # noqa: B009  (what is left is defined)
    return "= " + "\n".join(words.lines(expression))


def _stock(stock: Stock, words: Words, flows: Sequence[Flow]) -> str:
    return f"{_moves(stock, words, flows)}\n{_start(stock.initial, words)}"


def _delay(delay: Delay, words: Words, flows: Sequence[Flow]) -> str:
    steps = "" if delay.order == 1 else f", in {delay.order} equal steps"
    stay = f"Average stay: {words.text(delay.time)}{steps}."
    return f"{_moves(delay, words, flows)}\n{stay}\n{_start(delay.initial, words)}"


def _smooth(smooth: Smooth, words: Words, _: Sequence[Flow]) -> str:
    source = smooth.initial if smooth.source is None else smooth.source
    steps = "" if smooth.order == 1 else f", in {smooth.order} equal steps"
    start = "Starts there." if source is smooth.initial else _start(smooth.initial, words)
    lag = f"Average lag: {words.text(smooth.over)}{steps}."
    held = smooth.only_while
    pause = "" if held is None else f"Only while {words.text(held)}; else it stays as it is.\n"
    return f"Follows {words.text(source)}.\n{pause}{lag}\n{start}"


def _start(initial: Expr, words: Words) -> str:
    return f"Starts at: {words.text(initial)}."


def _moves(place: Place, words: Words, flows: Sequence[Flow]) -> str:
    """Return what makes a place rise and fall."""
    moves: dict[str, list[str]] = {"+": [], "-": []}
    for sign, flow, pairs in touches(place, flows):
        notes = ", ".join(_notes(place, flow, pairs))
        moves[sign].append(words.names.label(flow.label) + (f" ({notes})" if notes else ""))
    parts = [
        f"{verb} by {', '.join(moves[sign])}."
        for sign, verb in (("+", "Rises"), ("-", "Falls"))
        if moves[sign]
    ]
    return "\n".join(parts) or "Never changes."


def _notes(place: Place, flow: Flow, pairs: Sequence[Pair]) -> Iterator[str]:
    """Yield which elements of a place and of a flow meet, where it is not each with its own."""
    shifted = set()
    for i, dimension in enumerate(flow.dimensions):
        own = [key[i] for _, key in pairs]
        if dimension not in place.dimensions:
            whole = set(own) == set(dimension.elements)
            yield f"{all_of([dimension])} together" if whole else f"at {_listed(own)}"
            continue
        there = [key[place.dimensions.index(dimension)] for key, _ in pairs]
        if [dimension.after(element) for element in own] == there:
            shifted.add(dimension)
            yield f"from the {dimension.label.lower()} before"
        elif own != there:
            yield f"from {_listed(own)} to {_listed(there)}"
    for i, dimension in enumerate(place.dimensions):
        touched = {key[i] for key, _ in pairs}
        if dimension not in shifted and touched != set(dimension.elements):
            yield f"only at {_listed(e for e in dimension.elements if e in touched)}"


def _listed(elements: Any) -> str:
    return ", ".join(dict.fromkeys(elements))
