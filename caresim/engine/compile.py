"""From the graph to one generated step: straight-line source that a debugger can enter.

The same source runs on floats (one run) and on arrays over the run axis (many), only the functions
that it calls differ. What depends on constant parameters alone is computed once per run, what
depends on time alone ahead of the steps, repeated subexpressions once per call, and nothing that
was not asked for.
"""

from __future__ import annotations

import functools
import hashlib
import linecache
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from caresim.engine.source import SourceWriter
from caresim.engine.targets import TARGETS
from caresim.language.model import Model, equations_of
from caresim.language.variables import Flow

__all__ = ["Program", "compile_model", "fingerprint"]

Function = Callable[..., Any]
MOST_KEPT = 128  # programs, so that a long session with many models does not grow for ever


@dataclass(frozen=True, eq=False)
class Program:
    """A compiled model: the source and, for each target, its functions.

    ``constants(parameters)`` hoists what never changes; ``given(time, constants, drivers)`` what
    depends on no stock, and takes arrays of moments; ``initial(time, constants, drivers)`` gives
    the stocks at the start; ``rates(stocks, constants, given)`` the net change of each stock and
    the recorded rates; ``levels`` and ``outflows(time, stocks, constants, drivers)`` the recorded
    levels and what leaves each stock that may not be negative.
    """

    source: str
    stocks: tuple[str, ...]
    signed: tuple[bool, ...]
    recorded_rates: tuple[str, ...]
    recorded_levels: tuple[str, ...]
    drained: tuple[str, ...]
    still: tuple[str, ...]
    moving: tuple[str, ...]
    name: str = "Model"

    @functools.cached_property
    def functions(self) -> dict[str, dict[str, Function]]:
        """The functions of the source for each target, by name."""
        digest = hashlib.sha256(self.source.encode()).hexdigest()[:8]
        file = f"<caresim {self.name} {digest}>"
        lines = self.source.splitlines(keepends=True)
        linecache.cache[file] = (len(self.source), None, lines, file)
        code = compile(self.source, file, "exec")
        loaded: dict[str, dict[str, Function]] = {}
        for target, called in TARGETS.items():
            loaded[target] = dict(called)
            exec(code, loaded[target])
        return loaded


@functools.lru_cache(maxsize=MOST_KEPT)
def fingerprint(model: type[Model]) -> str:
    """Return a short fingerprint of a model's equations, the same whatever is run of it."""
    lines = [
        f"{name} [{variable.unit}] = {' '.join(str(e) for e in equations_of(variable))}"
        + (f" on {variable.pipe}" if isinstance(variable, Flow) else "")
        for name, variable in model.variables.items()
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def compile_model(
    model: type[Model], moving: Iterable[str] = (), outputs: Iterable[str] | None = None
) -> Program:
    """Compile a model class for a set of parameters that move and the outputs to record.

    The model's checks are recorded always. Raises ModelError for an unknown output.
    """
    checks = [check.name or "" for check in model.checks()]
    asked = model.variables if outputs is None else outputs
    wanted = tuple(dict.fromkeys([*asked, *checks]))
    return _compile(model, frozenset(moving), wanted)


@functools.lru_cache(maxsize=MOST_KEPT)
def _compile(model: type[Model], moving: frozenset[str], outputs: tuple[str, ...]) -> Program:
    chosen = [model.variable(name) for name in outputs]
    rates = tuple(v.name or "" for v in chosen if v.is_rate)
    levels = tuple(v.name or "" for v in chosen if not v.is_rate)
    writer = SourceWriter(model, moving)
    stocks = tuple(s.name or "" for s in model.stocks())
    parts = [
        writer.initial(stocks),
        writer.rates(stocks, rates),
        writer.levels(stocks, levels),
        writer.outflows(stocks),
    ]
    first = [writer.heading(), writer.given()]  # which hoists too, so the constants come last
    source = "\n\n".join([first[0], writer.constants(), first[1], *parts]) + "\n"
    return Program(
        source=source,
        stocks=stocks,
        signed=tuple(stock.signed for stock in model.stocks()),
        recorded_rates=rates,
        recorded_levels=levels,
        drained=writer.drained,
        still=writer.still,
        moving=writer.moving,
        name=model.__name__,
    )
