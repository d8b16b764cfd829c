"""The doubt about projected scenarios, put together for the page that shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from caresim.engine.run import Run
from caresim.study.doubt.apart import Apart, apart
from caresim.study.doubt.made_of import MadeOf, made_of
from caresim.study.doubt.tested import Tested, effects_on
from caresim.study.draws import Draws
from caresim.study.drivers.answer import Drivers
from caresim.study.drivers.what_drives import LEAST_RUNS, drivers_of
from caresim.study.question import Question

__all__ = ["Doubt", "doubt_of"]

MOST = 3  # numbers that are named of each scenario


@dataclass(frozen=True)
class Doubt:
    """What bands are made of, what each structure says, and the effects that bear on scenarios.

    ``drivers`` are the three numbers that what each scenario changes goes with most.
    """

    made: MadeOf | None
    apart: tuple[Apart, ...]
    tested: tuple[Tested, ...]
    drivers: tuple[Drivers, ...] = ()


def doubt_of(
    asked: Sequence[Question],
    sample: Draws | None,
    runs: Sequence[Run],
    ensembles: Mapping[str, Run],
    level: float = 0.8,
) -> Doubt | None:
    """Return the doubt about some runs, of which the first is the baseline.

    ``asked`` are their questions, and ``ensembles`` their runs for each draw of ``sample``. None
    where there are no draws.
    """
    base, *others = runs
    if sample is None or base.name not in ensembles:
        return None
    first = replace(asked[0], draws=sample)
    name = base.model.compared_names()[0]
    drawn = ensembles[base.name]
    line = float(base.yearly(name)[-1, 0])
    tests = (
        effects_on(base.model, one.scenario, first.scenario) for one in asked[1:] if one.scenario
    )
    return Doubt(
        made=made_of(first, name, line, drawn.yearly(name)[-1], level),
        apart=apart(sample.structures, drawn, [ensembles[run.name] for run in others], name, level),
        tested=tuple(one for one in tests if one is not None),
        drivers=tuple(
            drivers_of(drawn, ensembles[run.name], name, drawn.clock.financial_years[-1], MOST)
            for run in others
            if drawn.n_runs >= LEAST_RUNS
        ),
    )
