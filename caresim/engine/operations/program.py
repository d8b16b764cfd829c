"""What a run of a model computes: where its stocks start, what a step takes, and what is saved."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from caresim.engine.operations.listed import INPUT, RUN, STATE, Operations
from caresim.engine.operations.reading import BY_CHANCE, INSIDE, Reading
from caresim.language.functions import COMPARISONS
from caresim.language.model import Model
from caresim.language.variables import Aux, Flow

__all__ = ["EMPTY", "SIDES", "Phase", "Program", "compile_model"]

MOST_KEPT = 128  # programs, so that a long session with many models does not grow for ever
# No name of a quantity has a space, so that these stand for no check
SIDES = {" holds": (1.0, 0.0), " does not": (0.0, 1.0)}
EMPTY = 1e-6  # below this a stock has no turnover to speak of


@dataclass(frozen=True)
class Phase:
    """Values that are wanted together, and the operations behind them."""

    operations: Operations
    wanted: tuple[int, ...]

    @cached_property
    def live(self) -> list[int]:
        """Places of all operations, in an order to compute."""
        return self.operations.needed(self.wanted)

    def of(self, *kinds: int) -> list[int]:
        """Return the places of the operations of some kinds, inputs left out."""
        listed = self.operations
        return [i for i in self.live if listed[i].kind in kinds and listed[i].symbol != INPUT]

    def crossing(self, *kinds: int) -> list[int]:
        """Return the places of values of some kinds that others, or the result, take."""
        # also what is wanted itself and computed nowhere else in this phase
        taken = set(self.wanted)
        for i in self.live:
            if self.operations[i].kind not in kinds:
                taken.update(self.operations[i].args)
        return [i for i in self.live if i in taken and self.operations[i].kind in kinds]


@dataclass(frozen=True, eq=False)
class Program:
    """A model as operations, for some parameters that move and some outputs.

    ``start`` wants the first level of each stock; ``step`` the net change of each stock, then the
    recorded rates and what is ``watched`` at every step, of which a reader is told; ``save`` the
    recorded levels and then, for each drained stock, what leaves it in a year as a share of what it
    holds. ``watched`` are the checks, and two for each of ``thresholds``, the quantities that
    compare with a stock: that a comparison holds, and that it does not. ``still`` and ``moving``
    are the parameters; those of ``dated`` move and have no base value. ``drained`` are the stocks
    that may not fall below zero and have an outflow.
    """

    name: str
    operations: Operations
    stocks: tuple[str, ...]
    signed: tuple[bool, ...]
    recorded_rates: tuple[str, ...]
    recorded_levels: tuple[str, ...]
    drained: tuple[str, ...]
    still: tuple[str, ...]
    moving: tuple[str, ...]
    dated: frozenset[str]
    start: Phase
    step: Phase
    save: Phase
    watched: tuple[str, ...] = ()
    thresholds: tuple[str, ...] = ()

    @cached_property
    def inside(self) -> tuple[str, ...]:
        """What is read in the middle of a step for all of it: parameters, and "" for the time."""
        return self._inputs(INSIDE)

    @cached_property
    def chances(self) -> tuple[str, ...]:
        """The factors that move by chance and are read, each a number a run and financial year."""
        return self._inputs(BY_CHANCE)

    def _inputs(self, kind: str) -> tuple[str, ...]:
        """Return the names of what is read of a kind, in the order of the operations."""
        phases = (self.start, self.step, self.save)
        live = sorted({place for phase in phases for place in phase.live})
        inputs = (o.extra for o in map(self.operations.__getitem__, live) if o.symbol == INPUT)
        return tuple(name for what, name in inputs if what == kind)

    @cached_property
    def once(self) -> list[int]:
        """Places of the values of a run that are computed before its first step."""
        phases = (self.start, self.step, self.save)
        return sorted({place for phase in phases for place in phase.crossing(RUN)})


def compile_model(
    model: type[Model],
    moving: Iterable[str] = (),
    outputs: Iterable[str] | None = None,
    dated: Iterable[str] = (),
    chances: Iterable[str] = (),
) -> Program:
    """Return the program of a model class for parameters that move and the outputs to record.

    ``chances`` are the factors that move by chance; the others are 1. The model's checks are
    recorded always. Raises ModelError for an unknown output.
    """
    # a reader is told of them whatever was asked for
    checks = [check.name or "" for check in model.checks()]
    asked = model.variables if outputs is None else outputs
    wanted = tuple(dict.fromkeys([*asked, *checks]))
    moving = frozenset(moving)
    return _compile(model, moving, frozenset(dated) & moving, frozenset(chances), wanted)


@functools.lru_cache(maxsize=MOST_KEPT)
def _compile(
    model: type[Model],
    moving: frozenset[str],
    dated: frozenset[str],
    chances: frozenset[str],
    outputs: tuple[str, ...],
) -> Program:
    chosen = [model.variable(name) for name in outputs]
    rates = tuple(v.name or "" for v in chosen if v.is_rate)
    levels = tuple(v.name or "" for v in chosen if not v.is_rate)
    stocks = tuple(s.name or "" for s in model.stocks())
    operations = Operations()
    running = Reading(operations, model, moving, dated, chances)
    # the same list: what start and steps have in common is computed once
    starting = Reading(operations, model, moving, dated, chances, at_start=True)
    flows = _Flows(model, running)
    drained = tuple(s.name or "" for s in model.stocks() if not s.signed and flows.leaving(s.name))
    checks = [check.name or "" for check in model.checks()]
    watched = dict(zip(checks, running.places(checks), strict=True))
    nets = [flows.net(name) for name in stocks]
    moved = [*nets, *running.places(rates)]
    thresholds = _thresholds(model, running, moved)
    for name, place in thresholds:
        for word, sides in SIDES.items():
            watched[f"{name}{word}"] = operations.add("where", place, *sides)
    slopes = [*moved, *watched.values()]
    saved = [*running.places(levels), *(flows.turnover(name) for name in drained)]
    return Program(
        name=model.__name__,
        operations=operations,
        stocks=stocks,
        signed=tuple(stock.signed for stock in model.stocks()),
        recorded_rates=rates,
        recorded_levels=levels,
        drained=drained,
        watched=tuple(watched),
        thresholds=tuple(name for name, _ in thresholds),
        still=tuple(name for name in model.parameters if name not in moving),
        moving=tuple(name for name in model.parameters if name in moving),
        dated=dated,
        start=Phase(operations, tuple(starting.places(stocks))),
        step=Phase(operations, tuple(slopes)),
        save=Phase(operations, tuple(saved)),
    )


def _thresholds(
    model: type[Model], running: Reading, wanted: Iterable[int]
) -> list[tuple[str, int]]:
    """Return where quantities behind a step compare with a stock: a name and a place for each."""
    needed = set(running.operations.needed(list(wanted)))
    found: dict[int, str] = {}
    for name, variable in model.variables.items():
        if isinstance(variable, Flow | Aux):
            running.places([name])
            for place in needed.intersection(running.within(name, COMPARISONS)):
                if running.operations[place].kind == STATE:
                    found.setdefault(place, name)
    names = Counter[str]()
    labelled = []
    for place, name in sorted(found.items()):
        names[name] += 1
        labelled.append((name if names[name] == 1 else f"{name} {names[name]}", place))
    return labelled


class _Flows:
    """What the flows of a model do to its stocks."""

    def __init__(self, model: type[Model], reading: Reading) -> None:
        self.reading, self.add = reading, reading.operations.add
        self.flows = list(model.flows())
        # in the order of declaration, so that the same model gives the same list every time
        reading.places([flow.name or "" for flow in self.flows])

    def leaving(self, stock: str | None) -> list[str]:
        """Return the names of the flows out of a stock."""
        ends = ((flow.name or "", flow.pipe.start) for flow in self.flows)
        return [name for name, start in ends if start is not None and start.name == stock]

    def net(self, stock: str) -> int:
        """Return what a stock gains in a year."""
        total: int | None = None
        for flow in self.flows:
            for end, sign in ((flow.pipe.end, "+"), (flow.pipe.start, "-")):
                if end is not None and end.name == stock:
                    (rate,) = self.reading.places([flow.name or ""])
                    total = self._joined(sign, total, rate)
        return self.reading.operations.number(0.0) if total is None else total

    def _joined(self, sign: str, total: int | None, rate: int) -> int:
        if total is None:
            return rate if sign == "+" else self.add("negative", rate)
        return self.add(sign, total, rate)

    def turnover(self, stock: str) -> int:
        """Return what leaves a stock a year as a share of what it holds, 0 if that is nothing."""
        held, *rates = self.reading.places([stock, *self.leaving(stock)])
        out = self.add("total", *rates)
        # both sides of `where` are computed, and a division by nothing would be a fault
        share = self.add("/", out, self.add("maximum", held, EMPTY))
        return self.add("where", self.add(">", held, EMPTY), share, 0.0)
