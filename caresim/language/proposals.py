"""Published policies, and how far a scenario of a model can say each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from caresim.language.errors import came
from caresim.language.faults import Faults
from caresim.language.toml_faults import (
    are_tables,
    choice_faults,
    key_faults,
    order_faults,
    text_faults,
)

__all__ = ["SAID", "Proposal", "counted", "proposals_in"]

SAID = ("fully", "partly", "not")
TEXTS = ("name", "by", "said", "missing")


@dataclass(frozen=True)
class Proposal:
    """One published policy: who proposed it, and whether a scenario says it fully, partly or not.

    ``missing`` says what of it no scenario of the model can say, and why.
    """

    number: int
    name: str
    by: str
    said: str
    missing: str = ""


def counted(proposals: Sequence[Proposal]) -> str:
    """Return in a sentence how many can be said."""
    found = Counter(one.said for one in proposals)
    return (
        f"Of {len(proposals)} published policies a scenario says {found['fully']} fully, "
        f"{found['partly']} in part and {found['not']} not at all."
    )


def proposals_in(path: Path, tables: object, faults: Faults) -> tuple[Proposal, ...]:
    """Return the proposals of a file; add what is wrong with them to the faults."""
    if not are_tables(tables):
        faults.found.append(f"{path}: 'proposal' is {came(tables)}; write each as [[proposal]]")
        return ()
    assert isinstance(tables, list)  # noqa: S101 (said above)
    found = [
        fault
        for table in tables
        for fault in _faults(f"{path}, proposal {table.get('number', '?')}", table)
    ]
    found += order_faults(path, tables, "proposals")
    faults.found += found
    return () if found else tuple(Proposal(**table) for table in tables)


def _faults(place: str, table: dict[str, Any]) -> Iterator[str]:
    yield from key_faults(place, table, ("number", *TEXTS))
    for key in TEXTS:
        yield from text_faults(place, table, key, needed=key != "missing")
    yield from choice_faults(place, table, "said", SAID)
    if table.get("said") == "fully" and table.get("missing"):
        yield f"{place}: what is said fully has nothing 'missing'; take it out"
    if table.get("said") in SAID[1:] and not table.get("missing"):
        yield f"{place}: 'missing' is missing; say what no scenario can say, and why"
