"""Names of runs that stand side by side: each tells its run from the others."""

from __future__ import annotations

from collections.abc import Sequence

from caresim.engine.run import Run
from caresim.language.published import published

__all__ = ["distinct_names"]


def distinct_names(runs: Sequence[Run], first: int = 1) -> list[str]:
    """Return the names of runs; where two are the same, with what tells their models apart.

    Where nothing does, the place is added, which for the first run is ``first``.
    """
    names = [run.name for run in runs]
    labels = [published(run.model).label for run in runs]
    told = [
        f"{name} ({label})" if label and names.count(name) > 1 else name
        for name, label in zip(names, labels, strict=True)
    ]
    return [n if told.count(n) == 1 else f"{n} ({i})" for i, n in enumerate(told, first)]
