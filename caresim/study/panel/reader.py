"""Reads declared regressions of a panel: TOML, strict in its keys, every fault in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from caresim.language.dates import year_end
from caresim.language.errors import CaresimError, ParameterError, did_you_mean
from caresim.language.toml_files import read_toml, toml_kind
from caresim.study.panel.declared import (
    TIME,
    Declared,
    Growth,
    Published,
    Regression,
    Specification,
)
from caresim.study.panel.quantities import Quantity
from caresim.study.panel.regress import EFFECTS, METHODS

__all__ = ["read_declared"]

FILE = toml_kind("a TOML file of regressions", ParameterError, begin="declare a [quantity.NAME]")
STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class QuantityTable(BaseModel):
    """A sum of series over another."""

    model_config = STRICT
    label: str
    of: dict[str, float] = Field(min_length=1)
    over: dict[str, float] = {}
    times: float = 1.0
    unit: str = "1"
    money: bool = False
    log: bool = False
    hidden_as: float | None = None
    absent_as: float | None = None
    equals: float | None = None
    least: float | None = None
    relative_to: str = ""
    before: str = ""


class SpecificationTable(BaseModel):
    """How a regression is made; ``like`` names one that this one changes."""

    model_config = STRICT
    label: str
    like: str = ""
    effects: str | None = None
    lags: list[int] | None = None
    controls: list[str] | None = None
    method: str | None = None
    weighted: bool | None = None
    lagged_outcome: bool | None = None
    hidden_out: bool | None = None
    outcome_jump: float | None = Field(None, ge=0)
    exposure_jump: float | None = Field(None, ge=0)
    from_: str | None = Field(None, alias="from")
    only: list[str] | None = None
    without: list[str] | None = None


class PublishedTable(BaseModel):
    """What a study found."""

    model_config = STRICT
    estimate: float
    low: float | None = None
    high: float | None = None
    of: list[int] = Field(min_length=1)


class RegressionTable(BaseModel):
    """A question."""

    model_config = STRICT
    study: str
    outcomes: list[str] = Field(min_length=1)
    exposures: list[str] = Field(min_length=1)
    specifications: list[str] = Field(min_length=1)
    from_: str = Field(alias="from")
    to: str
    together: bool = False
    without: list[str] = []
    published: PublishedTable | None = None
    remark: str = ""


class GrowthTable(BaseModel):
    """Two growth curves with own and crossed lags."""

    model_config = STRICT
    study: str
    name: str
    outcome: str
    exposure: str
    from_: str = Field(alias="from")
    to: str
    without: list[str] = []
    published: list[list[float]] = []
    published_own: list[float] = []
    published_back: list[list[float]] = []
    times: float = Field(1.0, gt=0)
    years_out: bool = False
    pooled: int = Field(0, ge=0)
    source: str = ""
    remark: str = ""


class DeclaredTable(BaseModel):
    """A whole file."""

    model_config = STRICT
    rules: dict[str, str] = {}
    quantity: dict[str, QuantityTable]
    specification: dict[str, SpecificationTable] = {}
    regression: list[RegressionTable] = []
    growth: list[GrowthTable] = []


def read_declared(path: str | Path) -> Declared:
    """Read the regressions that a TOML file declares, or a folder of them in order of their names.

    What one file names, another may use. Raises ParameterError that names the file or folder and
    what is unknown, missing, declared twice or of the wrong kind.
    """
    try:
        table = DeclaredTable.model_validate(_together(Path(path)))
        declared = _declared(table)
        _check(declared)
    except ValidationError as fault:
        raise ParameterError(f"{path}: {_in_words(fault)}") from None
    except CaresimError as fault:
        text = str(fault)
        raise ParameterError(text if text.startswith(str(path)) else f"{path}: {text}") from None
    return declared


def _together(path: Path) -> dict[str, Any]:
    """Return the content of a file, or of all files of a folder: tables and lists joined."""
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not files:
        raise ParameterError(f"{path} holds no TOML file of regressions; add one")
    whole: dict[str, Any] = {}
    for file in files:
        for key, content in read_toml(file, FILE).items():
            if isinstance(content, list):
                whole[key] = [*whole.get(key, []), *content]
                continue
            twice = set(whole.get(key, {})) & set(content) if isinstance(content, dict) else set()
            if twice:
                raise ParameterError(f"{file}: {key} '{min(twice)}' is declared already; rename it")
            whole[key] = {**whole.get(key, {}), **content} if isinstance(content, dict) else content
    return whole


def _in_words(fault: ValidationError) -> str:
    first = fault.errors()[0]
    place = " ".join(str(part) for part in first["loc"])
    what = "no key of this table; take it out" if first["type"] == "extra_forbidden" else ""
    return f"'{place}' is {what}" if what else f"'{place}': {first['msg'].lower()}"


def _declared(table: DeclaredTable) -> Declared:
    return Declared(
        rules={name: " ".join(text.split()) for name, text in table.rules.items()},
        quantities={name: _quantity(name, entry) for name, entry in table.quantity.items()},
        specifications=_specifications(table.specification),
        regressions=tuple(_regression(entry) for entry in table.regression),
        growths=tuple(_growth(entry) for entry in table.growth),
    )


def _quantity(name: str, table: QuantityTable) -> Quantity:
    given = table.model_dump()
    year = given.pop("relative_to")
    return Quantity(name, **given, relative_to=year_end(year) if year else None)


def _specifications(tables: Mapping[str, SpecificationTable]) -> dict[str, Specification]:
    found: dict[str, dict[str, Any]] = {}
    for name, table in tables.items():
        if table.like and table.like not in found:
            near = did_you_mean(table.like, found)
            message = f"specification '{name}' is like '{table.like}', which none above it is{near}"
            raise ParameterError(message)
        own = {k: v for k, v in table.model_dump().items() if v is not None and k != "like"}
        found[name] = {**found.get(table.like, {}), **own}
    return {name: _specification(name, given) for name, given in found.items()}


def _specification(name: str, given: Mapping[str, Any]) -> Specification:
    kept: dict[str, Any] = dict(given)
    since = kept.pop("from_", None)
    for key in ("effects", "lags"):
        if not kept.get(key):
            raise ParameterError(f"specification '{name}' has no '{key}'; give it, or 'like'")
    only = tuple(year_end(year) for year in kept.pop("only", ()))
    kept |= {key: tuple(kept.pop(key, ())) for key in ("lags", "controls", "without")}
    first = year_end(since) if since else None
    return Specification(name, **kept, since=first, only=only)


def _regression(table: RegressionTable) -> Regression:
    found = table.published
    return Regression(
        study=table.study,
        outcomes=tuple(table.outcomes),
        exposures=tuple(table.exposures),
        specifications=tuple(table.specifications),
        first=year_end(table.from_),
        last=year_end(table.to),
        together=table.together,
        without=tuple(table.without),
        published=None
        if found is None
        else Published(found.estimate, found.low, found.high, tuple(found.of)),
        remark=table.remark,
    )


def _growth(table: GrowthTable) -> Growth:
    return Growth(
        study=table.study,
        name=table.name,
        outcome=table.outcome,
        exposure=table.exposure,
        first=year_end(table.from_),
        last=year_end(table.to),
        without=tuple(table.without),
        published=_published(table.published),
        published_own=next(iter(_published([table.published_own])), None),
        published_back=_published(table.published_back),
        times=table.times,
        years_out=table.years_out,
        pooled=table.pooled,
        source=table.source,
        remark=table.remark,
    )


def _published(rows: list[list[float]]) -> tuple[Published, ...]:
    """Return estimates with low and high; none for an empty row."""
    for row in rows:
        if len(row) not in {0, len(("estimate", "low", "high"))}:
            raise ParameterError(f"{row} is no estimate with low and high; give the three numbers")
    return tuple(Published(row[0], row[1], row[2]) for row in rows if row)


def _check(declared: Declared) -> None:
    """Raise ParameterError for a name that nothing declared has."""
    for spec in declared.specifications.values():
        place = f"specification '{spec.name}'"
        _named(place, "effects", (spec.effects,), EFFECTS)
        _named(place, "method", (spec.method,), METHODS)
        _named(place, "controls", spec.controls, {*declared.quantities, TIME})
    for asked in declared.regressions:
        place = f"a regression of '{asked.study}'"
        _named(place, "outcomes", asked.outcomes, declared.quantities)
        _named(place, "exposures", asked.exposures, declared.quantities)
        _named(place, "specifications", asked.specifications, declared.specifications)
    for growth in declared.growths:
        names = growth.outcome, growth.exposure
        _named(f"a growth of '{growth.study}'", "outcome or exposure", names, declared.quantities)


def _named(place: str, key: str, names: tuple[str, ...], known: Any) -> None:
    for name in names:
        if name not in known:
            near = did_you_mean(name, known) or f"; known are {', '.join(sorted(known))}"
            raise ParameterError(f"{place}, '{key}': '{name}' is not declared{near}")
