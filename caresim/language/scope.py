"""What of a published review a model answers: each of its statements in, partly or out, and why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from caresim.language.errors import ModelError, came
from caresim.language.faults import Faults
from caresim.language.kinds import finite
from caresim.language.model import Model
from caresim.language.proposals import Proposal, proposals_in
from caresim.language.published import published
from caresim.language.toml_faults import (
    are_tables,
    choice_faults,
    key_faults,
    order_faults,
    text_faults,
)
from caresim.language.toml_files import read_toml, toml_kind

__all__ = ["STATUSES", "Scope", "ScopeCheck", "ScopeRow", "read_scope", "scope_of"]

STATUSES = ("in", "partly", "out")
MEASURES = ("level", "share", "growth", "times", "difference", "per cent")
SIGNS = ("+", "-", "0")
HEAD = ("review", "source", "before")
# what a check says of the run or the two runs that it measures, as a published effect does
REPLAYED = ("changes", "against", "outputs", "years", "on", "from", "until", "times", "per",
            "per_source", "dose_output", "dose_over")  # fmt: skip
ROW_TEXTS = ("name", "says", "status", "ages", "call", "partly", "why", "instead", "note")
CHECK_TEXTS = ("what", "measure", "since", "scenario", "parameter", "unit", "sign", "falls_short",
               "not_held")  # fmt: skip
CHECK_KEYS = (*CHECK_TEXTS, "over", "figure", "within", *REPLAYED)
# status -> the keys that a row of it has to have, and those that it cannot have
NEEDS = {
    "in": ("call", "check"),
    "partly": ("call", "check", "partly"),
    "out": ("why", "instead"),
}
REFUSES = {
    "in": ("partly", "why", "instead"),
    "partly": ("why",),
    "out": ("call", "check", "partly"),
}
FILE = toml_kind("a file of what a review says", ModelError, begin="give each statement a [[row]]")
_PER_CENT = re.compile(r"(\d+(?:\.\d+)?) ?%")


@dataclass(frozen=True)
class ScopeCheck:
    """One measure of the model, and the figure or the sign that the review gives for it.

    ``measure`` is the ``"level"`` of the outputs, their ``"share"`` of those ``over`` which they
    are, their ``"growth"`` in % or by how many ``"times"`` they grew since the year ``since``, or
    the ``"difference"``, also in ``"per cent"``, from the run without the changes. ``parameter``
    names a number of the model to look at instead. ``replay`` says the rest as a published effect
    does: outputs, window, changes; ``scenario`` names a file of changes. ``within`` says how near
    the model should be, in the unit of the figure or, as a text, in % of it. ``falls_short`` says
    why the model misses it; ``not_held`` why nobody should expect it to be met.
    """

    what: str
    measure: str
    replay: Mapping[str, Any]
    since: str = ""
    over: tuple[str, ...] = ()
    scenario: str = ""
    parameter: str = ""
    figure: float | None = None
    within: float | str | None = None
    unit: str = ""
    sign: str = ""
    falls_short: str = ""
    not_held: str = ""

    @property
    def tolerance(self) -> float | None:
        """How far the model may be from the figure, in its unit; None where that is not said."""
        return _tolerance(self.within, self.figure)


@dataclass(frozen=True)
class ScopeRow:
    """One statement of the review, and what the model has to say to it.

    ``call`` is what a reader can paste: Python, or a command. ``partly`` says what of the statement
    is in the model and what is not, ``why`` it is out, ``instead`` where else to look, ``ages``
    whom it concerns.
    """

    number: int
    name: str
    says: str
    status: str
    ages: str
    call: str = ""
    partly: str = ""
    why: str = ""
    instead: str = ""
    note: str = ""
    checks: tuple[ScopeCheck, ...] = ()


@dataclass(frozen=True)
class Scope:
    """The statements of a ``review``; ``before`` is the Python that calls want before them.

    ``proposals`` are published policies, each with how far a scenario can say it.
    """

    review: str
    source: str
    before: str
    rows: tuple[ScopeRow, ...]
    file: Path
    proposals: tuple[Proposal, ...] = ()

    def counts(self) -> dict[str, int]:
        """Return how many rows are in, partly and out."""
        found = Counter(row.status for row in self.rows)
        return {status: found[status] for status in STATUSES}

    def __str__(self) -> str:
        n = self.counts()
        return (
            f"Of {len(self.rows)} statements of {self.review} the model answers {n['in']} in full, "
            f"{n['partly']} in part and {n['out']} not at all."
        )


def scope_of(model: Model) -> Scope | None:
    """Return what of a review a model answers; None where it names none, or has other numbers.

    Raises ModelError for a file that cannot be used.
    """
    if model.scope_file is None or published(model).changes:
        return None
    return read_scope(model.scope_file)


@cache
def read_scope(path: Path) -> Scope:
    """Read the file in which a model says what of a review it answers.

    Raises ModelError that names file, row and key of all faults.
    """
    content = read_toml(path, FILE)
    faults = Faults(str(path), ModelError)
    faults.found += key_faults(str(path), content, (*HEAD, "row", "proposal"))
    faults.found += [f for key in HEAD for f in text_faults(str(path), content, key, needed=True)]
    tables = content.get("row")
    if not (are_tables(tables) and tables):
        faults.found.append(f"{path}: it has no rows; give each statement a [[row]]")
        tables = []
    rows = []
    for place, table in _placed(path, tables):
        if found := [*_row_faults(place, table)]:
            faults.found += found
        else:
            rows.append(_row(table))
    faults.found += order_faults(path, tables)
    proposals = proposals_in(path, content.get("proposal", []), faults)
    faults.tell()
    review, source, before = (content[key] for key in HEAD)
    return Scope(review, source, before.strip(), tuple(rows), path, proposals)


def _placed(path: Path, tables: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield where a row stands and its table, with what its checks share in each of them."""
    for number, table in enumerate(tables, 1):
        each, checks = table.get("each", {}), table.get("check", [])
        row = {key: value for key, value in table.items() if key != "each"}
        if are_tables(checks) and isinstance(each, dict) and checks:
            row["check"] = [{**each, **check} for check in checks]
        elif each:
            row["each"] = each  # which nothing shares
        yield f"{path}, row {table.get('number', f'at place {number}')}", row


def _row_faults(place: str, table: dict[str, Any]) -> Iterator[str]:
    yield from key_faults(place, table, ("number", *ROW_TEXTS, "check"))
    for key in ROW_TEXTS:
        needed = key in ("name", "says", "status", "ages")
        yield from text_faults(place, table, key, needed=needed)
    yield from choice_faults(place, table, "status", STATUSES)
    status = table.get("status")
    if isinstance(status, str) and status in STATUSES:
        for key in NEEDS[status]:
            if not table.get(key):
                yield f"{place}: what is '{status}' needs '{key}'; add it"
        for key in REFUSES[status]:
            if table.get(key):
                yield f"{place}: what is '{status}' has no '{key}'; take it out"
    checks = table.get("check", [])
    if not are_tables(checks):
        yield f"{place}: 'check' is {came(checks)}; write each as [[row.check]]"
        return
    for number, check in enumerate(checks, 1):
        yield from _check_faults(f"{place}, check {number}", check, status)


def _check_faults(place: str, check: dict[str, Any], status: object) -> Iterator[str]:
    yield from key_faults(place, check, CHECK_KEYS)
    for key in CHECK_TEXTS:
        yield from text_faults(place, check, key, needed=key == "what")
    yield from choice_faults(place, check, "measure", MEASURES)
    yield from choice_faults(place, check, "sign", SIGNS)
    yield from _asked_faults(place, check)
    yield from _measured_faults(place, check)
    if status == "in" and check.get("falls_short"):
        yield f"{place}: what is 'in' falls short nowhere; take it out, or make the row 'partly'"


def _asked_faults(place: str, check: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the figure or the sign of a check."""
    if ("figure" in check) == ("sign" in check):
        yield f"{place}: a check has a 'figure' or a 'sign', one of the two"
    if "times" in check and finite(check["times"]) is None:
        yield f"{place}: 'times' is {came(check['times'])}; write a number"
    if "figure" not in check:
        return
    if finite(check["figure"]) is None:
        yield f"{place}: 'figure' is {came(check['figure'])}; write a number"
    if not check.get("unit"):
        yield f"{place}: 'unit' is missing; say what the figure is in"
    if "within" in check:
        if _tolerance(check["within"], finite(check["figure"])) is None:
            yield f"{place}: 'within' is {came(check['within'])}; write 2.5 or \"3 %\""
    elif not check.get("not_held"):
        yield f"{place}: 'within' is missing; say how near, or by 'not_held' why it is not held"


def _measured_faults(place: str, check: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with what a check measures."""
    measure, has = check.get("measure", "level"), {key for key in CHECK_KEYS if check.get(key)}
    if ("outputs" in has) == ("parameter" in has):
        yield f"{place}: a check is of 'outputs' or of a 'parameter', one of the two"
    if ("since" in has) != (measure in ("growth", "times")):
        yield f"{place}: 'since' goes with the measures growth and times, and they need it"
    if not _are_names(check.get("over", [])):
        yield f'{place}: \'over\' is {came(check["over"])}; write names, such as ["a", "b"]'
    if ("over" in has) != (measure == "share"):
        yield f"{place}: 'over' goes with the measure share, which needs it"
    if measure in MEASURES[-2:] and not has & {"changes", "against", "scenario"}:
        yield f"{place}: nothing makes a {measure}; give 'changes' or a 'scenario'"
    if "sign" in has and measure not in ("growth", "per cent"):
        yield f"{place}: a sign is that of the measure growth or per cent, not of a {measure}"


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _tolerance(within: object, figure: float | None) -> float | None:
    """Return how far from a figure is near enough; None where that is not said."""
    if isinstance(within, str):
        found = _PER_CENT.fullmatch(within.strip())
        return None if found is None or figure is None else abs(figure) * float(found[1]) / 100
    number = finite(within)
    return None if number is None or number <= 0 else number


def _row(table: dict[str, Any]) -> ScopeRow:
    texts = {key: table[key] for key in ROW_TEXTS if key in table}
    return ScopeRow(table["number"], **texts, checks=tuple(map(_check, table.get("check", ()))))


def _check(table: dict[str, Any]) -> ScopeCheck:
    texts = {key: table[key] for key in CHECK_TEXTS if key in table}
    return ScopeCheck(
        **{"measure": "level", **texts},
        replay={key: table[key] for key in REPLAYED if key in table},
        over=tuple(table.get("over", ())),
        figure=finite(table.get("figure")),
        within=table.get("within"),
    )
