"""A frozen projection: quantiles of the published outputs, what they rest on, and digests of both.

Beside it stands what the last figure kept would say, so that the two are frozen together.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from caresim.engine.run import Run
from caresim.language.csv_rows import csv_kind, table_in
from caresim.language.dates import financial_year, year_end
from caresim.language.errors import CaresimError
from caresim.language.fingerprints import fingerprint
from caresim.language.model import Model
from caresim.language.observed import Observation
from caresim.language.published import published
from caresim.language.text_files import FileKind, bytes_of, text_of
from caresim.study.arguments import model_of, names_of
from caresim.study.backtest.rivals import carried_on, continue_series
from caresim.study.backtest.scores import QUANTILES
from caresim.study.drawing import draws as draw
from caresim.study.quantile_rows import (
    COLUMNS,
    Row,
    csv_text,
    last_observed,
    projected_rows,
    task_rows,
)
from caresim.study.simulate import run
from caresim.version import __version__

__all__ = ["LAST_VALUE", "PROJECTION", "RECORD", "Frozen", "freeze"]

Values = NDArray[np.float64]
PROJECTION, LAST_VALUE, RECORD = "projection.csv", "last_value.csv", "ledger.json"
TABLES = (PROJECTION, LAST_VALUE)
TABLE = csv_kind("a table of a frozen projection")
JSON = FileKind("the record of a frozen projection", "json")
REMEDY = "take the files as they were released"


@dataclass(frozen=True, eq=False)
class Frozen:
    """Projections as they were promised, which are never edited.

    ``projection`` and ``last_value`` are CSV texts in the columns of the hubverse: the model, and
    what its last figures kept would say. ``facts`` is plain data: ``model``, ``version``,
    ``vintage`` (the last observed year), ``changes`` (how the model differs from the published one,
    where it does), ``years``, ``equations`` (a fingerprint), ``draws``
    (number, seed and fingerprint), ``price_year``, ``given`` (what is known until when, and how it
    goes on), ``targets`` (unit, price base and last figure of each) and ``digest``, the SHA-256 of
    all else.
    """

    projection: str
    last_value: str
    facts: Mapping[str, Any]

    @classmethod
    def read(cls, path: str | Path) -> Frozen:
        """Read a promise from its folder, or from the projection in it.

        Raises CaresimError for files that are missing, and for any that were changed.
        """
        folder = Path(path) if Path(path).is_dir() else Path(path).parent
        record = _record(folder / RECORD)
        digests = record["digests"]
        projection, last_value = (_text(folder / name, digests.get(name)) for name in TABLES)
        facts = {key: record[key] for key in record if key not in WRITTEN}
        if digest_of(projection, last_value, facts) != facts.get("digest"):
            message = f"{folder / RECORD} is not what was frozen: its digest differs; {REMEDY}"
            raise CaresimError(message)
        return cls(projection, last_value, facts)

    @property
    def files(self) -> dict[str, str]:
        """The two tables by their file name; ``facts`` go into the record beside them."""
        return {PROJECTION: self.projection, LAST_VALUE: self.last_value}

    @property
    def vintage(self) -> str:
        """The last observed year of which the projection knew."""
        return str(self.facts["vintage"])

    @property
    def years(self) -> tuple[str, ...]:
        """The years that are promised."""
        return tuple(self.facts["years"])

    @property
    def targets(self) -> Mapping[str, Mapping[str, Any]]:
        """Unit, price base and last figure of each promised series."""
        return dict(self.facts["targets"])

    @property
    def digest(self) -> str:
        """The SHA-256 of the tables and of what they rest on."""
        return str(self.facts["digest"])

    @cached_property
    def quantiles(self) -> dict[tuple[str, str], Values]:
        """The projected quantiles, shape (``QUANTILES``,), by series and year."""
        return _quantiles(self.projection)

    @cached_property
    def rival(self) -> dict[tuple[str, str], Values]:
        """The quantiles of the last value kept, by series and year; none without two figures."""
        return _quantiles(self.last_value)

    def __str__(self) -> str:
        changes = self.facts.get("changes", ())
        changed = f" (not as it is published: {'; '.join(changes)})" if changes else ""
        return (
            f"{len(self.targets)} outputs of {self.facts['model']} for {_listed(self.years)}, "
            f"projected from {self.vintage} by caresim {self.facts['version']}{changed}"
        )

    def __repr__(self) -> str:
        return f"<Frozen: {self}>"


WRITTEN = ("written_by", "files", "digests")  # what whoever writes the record adds to the facts


def freeze(model: Model, years: Sequence[str], *, draws: int = 1_000, seed: int = 1) -> Frozen:
    """Project a model for some years after its last figure, and freeze what it says.

    The published outputs are projected for the model as it is, under no scenario, for ``draws``
    draws of the shipped posterior. Raises CaresimError for a model without figures or posterior,
    and for a year that is not after the last figure.
    """
    vintage = last_observed(model_of(model, "freeze", CaresimError))
    own = published(model)
    if vintage is None:
        message = f"{type(model).__name__} has no figures, so that there is no year to freeze from"
        raise CaresimError(message)
    if own.of != type(model).__name__:
        message = (
            f"{type(model).__name__} has no figures of its own, only those of {own.of}, which are "
            "nothing to hold its promise against; give it a vintage or observed figures"
        )
        raise CaresimError(message)
    asked = _checked(years, vintage)
    sample = draw(model, draws, seed=seed, given="posterior")
    names = model.published_names()
    until = f"{year_end(asked[-1])}-03-31"
    made = run(model, until=until, draws=sample, outputs=names)
    rivals = [row for name in names for row in _rival_rows(model, name, asked, vintage)]
    projection = csv_text(COLUMNS, projected_rows(made, names, asked))
    last_value = csv_text(COLUMNS, rivals)
    facts = {
        "model": type(model).__name__,
        "version": __version__,
        "vintage": vintage,
        **({"changes": list(own.changes)} if own.changes else {}),
        "years": list(asked),
        "equations": fingerprint(type(model)),
        "draws": sample.as_dict(),
        **_set_by_caller(model),
        "price_year": model.parameters.price_year,
        "given": _given(made),
        "targets": {name: _target(model, name) for name in names},
    }
    digest = digest_of(projection, last_value, facts)
    return Frozen(projection, last_value, {**facts, "digest": digest})


def digest_of(projection: str, last_value: str, facts: Mapping[str, Any]) -> str:
    """Return the SHA-256 of two tables and of the facts about them, in an order of their own."""
    told = {key: value for key, value in facts.items() if key != "digest"}
    plain = json.dumps(told, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(f"{projection}\n{last_value}\n{plain}".encode()).hexdigest()


def _checked(years: Sequence[str], vintage: str) -> tuple[str, ...]:
    next_year = financial_year(year_end(vintage) + 1)
    asked = names_of(years, "years", next_year, "financial years", CaresimError)
    chosen = tuple(sorted(dict.fromkeys(asked), key=year_end))
    if year_end(chosen[0]) <= year_end(vintage):
        message = f"a promise is of years after {vintage}, the last with figures, not {chosen[0]}"
        raise CaresimError(message)
    return chosen


def _set_by_caller(model: Model) -> dict[str, Any]:
    """Return what makes the model another than its class: numbers that its caller gave it."""
    values = {name: model.parameters[name].value for name in model.set_by_caller}
    starting = {"starting": dict(model.starting)} if model.starting else {}
    return {**({"set_by_caller": values} if values else {}), **starting}


def _given(made: Run) -> list[dict[str, str]]:
    """Return what is given to the model, until when it is known, and how it goes on."""
    return [
        {"parameter": notice.subject, "text": notice.text}
        for notice in made.warnings
        if notice.kind == "assumption"
    ]


def _target(model: Model, name: str) -> dict[str, Any]:
    """Return unit and price base of an output, and its last figure where there is one."""
    unit = model.variable(name).unit
    base = model.parameters.price_year if unit.power_of("GBP") else ""
    points = _figures(model, name)
    last = {"year": points[-1].year, "value": points[-1].value} if points else None
    return {"unit": str(unit), "price_base": base, "last": last}


def _figures(model: Model, name: str) -> list[Observation]:
    """Return the figures of an output in order, without those that something disturbed."""
    found = model.observed.series.get(name, {}) if model.observed is not None else {}
    return carried_on(found.values())


def _rival_rows(model: Model, name: str, years: Sequence[str], vintage: str) -> list[Row]:
    """Return what the last figure kept would say, from its own year on; nothing without a band."""
    points = _figures(model, name)
    ends, values = [year_end(p.year) for p in points], [p.value for p in points]
    if len(points) < 2:  # noqa: PLR2004  (a band needs a change)
        return []
    kept = continue_series("last_value", ends, values, [year_end(y) - ends[-1] for y in years])
    if kept.spread is None:
        return []
    place = published(model).location
    tables = (p * np.exp(s * _normal()) for p, s in zip(kept.point, kept.spread, strict=True))
    return [
        row
        for year, quantiles in zip(years, tables, strict=True)
        for row in task_rows(year_end(vintage), place, name, year, quantiles)
    ]


def _normal() -> Values:
    """Return the quantiles of a standard normal distribution."""
    from statistics import NormalDist

    return np.array([NormalDist().inv_cdf(share) for share in QUANTILES])


def _quantiles(text: str) -> dict[tuple[str, str], Values]:
    """Return the values of a table by series and year, in the order of ``QUANTILES``."""
    found: dict[tuple[str, str], list[float]] = {}
    table = table_in(text, PROJECTION, ("target", "target_end_date", "value"), kind=TABLE)
    table.faults.tell()
    for row in table:
        key = row["target"], financial_year(int(row["target_end_date"][:4]))
        found.setdefault(key, []).append(row.needed("value"))
    return {key: np.array(values) for key, values in found.items()}


def _record(path: Path) -> dict[str, Any]:
    if not path.is_file():
        message = f"{path} does not exist; name the folder of a frozen projection, or a file in it"
        raise CaresimError(message)
    text = text_of(path, JSON)
    try:
        found = json.loads(text)
        dict(found["digests"]), dict(found["targets"]), list(found["years"])
    except (ValueError, LookupError, TypeError, RecursionError):
        message = f"{path} is no record of a frozen projection; {REMEDY}"
        raise CaresimError(message) from None
    return dict(found)


def _text(path: Path, digest: str | None) -> str:
    """Return the text of a table; raise CaresimError for one that is not what was frozen."""
    if not path.is_file():
        message = f"{path} does not exist, though {RECORD} lists it; {REMEDY}"
        raise CaresimError(message)
    data = bytes_of(path, TABLE).replace(b"\r\n", b"\n")  # as a checkout on Windows may have it
    if hashlib.sha256(data).hexdigest() != digest:
        message = f"{path} is not what was frozen: its SHA-256 differs from {RECORD}; {REMEDY}"
        raise CaresimError(message)
    return data.decode("utf-8")


def _listed(years: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(years[:-1]), years[-1])))
