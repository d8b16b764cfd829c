"""Reads published effects: TOML, strict in its keys, every fault in one sentence."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from caresim.language.dates import end_of, parse_date, start_of, year_end
from caresim.language.errors import CaresimError, ModelError, ScenarioError, did_you_mean
from caresim.language.faults import Faults
from caresim.language.toml_files import read_toml, toml_kind
from caresim.study.arguments import shown
from caresim.study.effects.declared import Dose, Published, Replay, Window
from caresim.study.scenario.change import Change
from caresim.study.scenario.keys import CHANGE
from caresim.study.scenario.reading import check_table
from caresim.study.scenario.yearly import change_of

__all__ = ["read", "replay_of"]

TEXT = r"\S"
FILE = toml_kind(
    "a TOML file of published effects",
    ModelError,
    begin="give each effect a table of its own, such as [more_poverty]",
)
STRICT = ConfigDict(extra="forbid", strict=True, populate_by_name=False, allow_inf_nan=False)


class ReplayTable(BaseModel):
    """How a model replays an effect."""

    model_config = STRICT

    changes: list[dict[str, Any]] = []
    against: list[dict[str, Any]] = []
    outputs: list[str] = Field(min_length=1)
    years: list[str] = []
    on: dt.date | None = None
    from_: dt.date | None = Field(None, alias="from")
    until: dt.date | None = None
    measure: Literal["difference", "per cent"]
    unit: str = Field(pattern=TEXT)
    times: float = 1.0
    per: float = Field(1.0, gt=0)
    per_source: str = ""
    dose_output: str = ""
    dose_over: str = ""
    note: str = Field(pattern=TEXT)


class EffectTable(BaseModel):
    """What a study found, and the replay or the mechanism that is missing."""

    model_config = STRICT

    study: str = Field(pattern=TEXT)
    design: str = Field(pattern=TEXT)
    years: str = ""
    dose: str = Field(pattern=TEXT)
    outcome: str = Field(pattern=TEXT)
    window: str = Field(pattern=TEXT)
    unit: str = Field(pattern=TEXT)
    interval: str = Field(pattern=TEXT)
    role: Literal["prior", "kept", "not independent"]
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    sign: Literal["+", "-", ""] = ""
    trifle: float = Field(0.0, ge=0)
    caution: str = ""
    says_little: str = ""
    address: str = ""
    missing: str = ""
    replay: ReplayTable | None = None


DOSE = [key for key in CHANGE if key.name != "why"]  # a study is reason enough


def read(path: str | Path) -> tuple[Published, ...]:
    """Read the effects that a file declares, or a folder of TOML files in the order of their names.

    Each table has the effect's name. Raises ModelError that names file, effect and key of all
    faults of a file.
    """
    found: dict[str, tuple[Path, Published]] = {}
    for file in _files(Path(path)):
        faults = Faults(str(file), ModelError)
        for name, table in _content(file).items():
            with faults.kept():
                if name in found:
                    message = (
                        f"{file}, effect '{name}': {found[name][0].name} has an effect of that "
                        "name already; give one of them another"
                    )
                    raise ModelError(message)
                found[name] = file, _published(f"{file}, effect '{name}'", name, table)
        faults.tell()
    return tuple(effect for _, effect in found.values())


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.glob("*.toml") if file.is_file())
    if not files:
        message = f"{path} holds no TOML file of published effects; add one, such as poverty.toml"
        raise ModelError(message)
    return files


def _content(file: Path) -> dict[str, Any]:
    content = read_toml(file, FILE)
    if not content:
        message = f"{file} declares no effect; give each a table of its own, such as [more_poverty]"
        raise ModelError(message)
    return content


def _published(place: str, name: str, content: object) -> Published:
    try:
        table = EffectTable.model_validate(content)
    except ValidationError as fault:
        raise ModelError(f"{place}: {_in_words(fault.errors())}") from None
    _check(place, table)
    given = {k: v for k, v in table if k != "replay"}
    return Published(name, **given, replay=_replay(place, table.replay) if table.replay else None)


def replay_of(place: str, content: dict[str, Any]) -> Replay:
    """Return the replay that a table of another file declares, be it of a run as it stands.

    Raises ModelError that begins with ``place``.
    """
    try:
        table = ReplayTable.model_validate(content)
    except ValidationError as fault:
        raise ModelError(f"{place}: {_in_words(fault.errors())}") from None
    return _measure(place, table)


def _check(place: str, table: EffectTable) -> None:
    """Raise ModelError for keys that go against each other."""
    fault = ""
    if bool(table.missing) == (table.replay is not None):
        fault = "has to have a replay or say what is 'missing', one of the two"
    elif bool(table.sign) == (table.estimate is not None):
        fault = "has to have an 'estimate' or, where the study tells no size, a 'sign'"
    elif table.low is not None and table.high is not None and table.low > table.high:
        fault = f"has 'low' ({table.low:g}) above 'high' ({table.high:g}); exchange them"
    if fault:
        raise ModelError(f"{place} {fault}")


def _replay(place: str, table: ReplayTable) -> Replay:
    if not (table.changes or table.against):
        message = f"{place}: the replay changes nothing; give 'changes' or, to compare, 'against'"
        raise ModelError(message)
    return _measure(place, table)


def _measure(place: str, table: ReplayTable) -> Replay:
    if table.per != 1 and not table.per_source:
        message = f"{place}: 'per' is {table.per:g} and 'per_source' is missing; say whence it is"
        raise ModelError(message)
    return Replay(
        changes=tuple(_change(f"{place}, changes", entry) for entry in table.changes),
        against=tuple(_change(f"{place}, against", entry) for entry in table.against),
        outputs=tuple(table.outputs),
        window=_window(place, table),
        measure=table.measure,
        unit=table.unit,
        times=table.times,
        per=table.per,
        per_source=table.per_source,
        dose=Dose(table.dose_output, table.dose_over) if table.dose_output else None,
        note=table.note,
    )


def _window(place: str, table: ReplayTable) -> Window:
    given = [bool(table.years), table.on is not None, bool(table.from_ and table.until)]
    partly = (table.from_ is None) != (table.until is None)
    if sum(given) != 1 or partly:
        message = (
            f"{place}: a replay is measured over 'years', 'on' a day, or 'from' one day 'until' "
            "another; give one of the three"
        )
        raise ModelError(message)
    try:
        for day in filter(None, (table.on, table.from_, table.until)):
            parse_date(day, "a day of the replay")
        for year in table.years:
            year_end(year)
    except CaresimError as fault:
        raise ModelError(f"{place}: {fault}") from None
    if table.from_ and table.until:
        return Window(begins=start_of(table.from_), ends=end_of(table.until))
    return Window(years=tuple(table.years), ends=end_of(table.on) if table.on else None)


def _change(place: str, table: dict[str, Any]) -> Change:
    try:
        check_table(place, table, DOSE)
        return change_of(place, table)
    except ScenarioError as fault:
        raise ModelError(str(fault)) from None


def _in_words(errors: list[ErrorDetails]) -> str:
    """Translate one of pydantic's errors; unknown keys come first, as they explain missing ones."""
    order = {"extra_forbidden": 0, "missing": 2}
    error = min(errors, key=lambda e: order.get(e["type"], 1))
    where = [str(part) for part in error["loc"] if not isinstance(part, int)]
    key = ".".join(where) or "the table"
    if error["type"] == "extra_forbidden":
        table = ReplayTable if where[:-1] else EffectTable
        known = [entry.alias or name for name, entry in table.model_fields.items()]
        advice = did_you_mean(where[-1], known) or f"; the keys are {', '.join(known)}"
        return f"unknown key '{key}'{advice}"
    if error["type"] == "missing":
        return f"'{key}' is missing; add it"
    what = error["msg"][:1].lower() + error["msg"][1:]
    return f"'{key}' cannot be {shown(error['input'])}: {what}"
