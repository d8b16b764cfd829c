"""Reads scenario files: TOML, checked by pydantic, with every fault told in one sentence."""

from __future__ import annotations

import datetime as dt
import difflib
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from caresim.engine.notices import Notice
from caresim.language.errors import ScenarioError, did_you_mean
from caresim.study.scenario import EXPECTED, VERBS, Change, ChangeError, Scenario
from caresim.study.scenario_words import shown
from caresim.study.shipped import advice_on, asked_file, file_named, replaced, unknown

__all__ = ["ChangeTable", "ScenarioTable", "read", "schema"]

MOST_BYTES = 1_000_000
MOST_LISTED = 5
TEXT = r"\S"  # at least one visible character
DATES = {"from": "-04-01", "until": "-03-31"}  # the day meant by a bare year
UNQUOTED = ("from", "until", "over_years", "add", "scale")
IN_PYTHON = {"from": "begins"} | dict.fromkeys(VERBS, "amount")
IN_FILE = {
    "name": "a short text in quotes",
    "extends": "the name in quotes of a scenario in the same folder or among those of caresim",
    "parameter": "the name of a lever in quotes",
    "set": "a finite number, or the name of a choice in quotes",
    "add": "a finite number",
    "scale": "a finite number",
    **dict.fromkeys(("summary", "author"), "a text in quotes"),
    **dict.fromkeys(("why", "source"), "a few words in quotes"),
}
EXAMPLES = {
    "name": '"Early help first"',
    "parameter": '"early_help_budget"',
    "from": "2027-04-01, the day the change begins",
    "why": '"…" with the reason for the change',
    "source": '"…" with the origin of the figure, or "assumption: …"',
}


class ChangeTable(BaseModel):
    """One dated change of one lever, with exactly one of set, add and scale."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"oneOf": [{"required": [verb]} for verb in VERBS]},
    )

    parameter: str = Field(pattern=TEXT, description="The lever; `caresim levers` lists them.")
    set: float | str | None = Field(None, description="The new value, or the name of a choice.")
    add: float | None = Field(None, description="What is added, in the parameter's unit.")
    scale: float | None = Field(None, description="The factor it is multiplied by.")
    from_: dt.date = Field(alias="from", description="The change begins as this day begins.")
    over_years: float = Field(0, ge=0, le=50, description="Years of a straight ramp; 0 is a step.")
    until: dt.date | None = Field(None, description="The change is taken back as this day ends.")
    why: str = Field(pattern=TEXT, description="The reason for the change.")
    source: str = Field(pattern=TEXT, description="Where the figure is from, or `assumption: …`.")


class ScenarioTable(BaseModel):
    """A policy for caresim: a flat list of dated changes to the levers of the model."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(pattern=TEXT, description="A short name, shown in tables and plots.")
    summary: str = Field("", description="One or two sentences on the policy.")
    author: str = Field("", description="Who wrote the scenario.")
    extends: str | None = Field(
        None,
        pattern=r"^[^/\\]+$",
        description="A scenario of this folder or of caresim, by name; its changes come first.",
    )
    change: list[ChangeTable] = Field([], description="The changes, each under [[change]].")


TOP_KEYS = tuple(ScenarioTable.model_fields)
CHANGE_KEYS = tuple(field.alias or name for name, field in ChangeTable.model_fields.items())


def read(path: str | Path) -> Scenario:
    """Read a scenario file and the files it extends.

    Raises ScenarioError that names file, change and key.
    """
    if not isinstance(path, str | Path):
        message = f"a scenario file is named by a path, not {shown(path)}"
        raise ScenarioError(message)
    files = _with_extended(asked_file(path))
    changes = [
        _change(f"{file}, change {number}", entry)
        for file, table in reversed(files)
        for number, entry in enumerate(table.change, 1)
    ]
    file, table = files[0]
    notices = _replaced(str(path), files)
    return Scenario(table.name, table.summary, changes, table.author, file, table.extends, notices)


def _replaced(asked: str, files: list[tuple[Path, ScenarioTable]]) -> list[Notice]:
    """Return what to say of files that take the place of a shipped scenario, by their names."""
    names = [asked, *(table.extends for _, table in files[:-1])]
    pairs = zip(names, files, strict=True)
    return [said for name, (file, _) in pairs if name for said in replaced(name, file)]


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file; TOML has no null, so the schema has none."""
    made: dict[str, Any] = {"$schema": "http://json-schema.org/draft-07/schema#"}
    made |= ScenarioTable.model_json_schema()
    for table in (made, *made["$defs"].values()):
        table["properties"] = {k: _without_null(v) for k, v in table["properties"].items()}
    return made


def _without_null(entry: dict[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in entry.items() if k not in ("title", "anyOf") and v is not None}
    kinds = [kind for kind in entry.get("anyOf", []) if kind != {"type": "null"}]
    return {**kept, **(kinds[0] if len(kinds) == 1 else {"anyOf": kinds})} if kinds else kept


def _with_extended(path: Path) -> list[tuple[Path, ScenarioTable]]:
    """Return a file, the one it extends, and so on."""
    files = [(path, _table(path))]
    trail = [path.resolve()]
    while (name := files[-1][1].extends) is not None:
        path = _extended(files[-1][0], name)
        if path.resolve() in trail:
            circle = " → ".join([*(file.stem for file, _ in files), path.stem])
            message = f"{files[-1][0]}: 'extends' goes round in a circle, {circle}; break it"
            raise ScenarioError(message)
        trail.append(path.resolve())
        files.append((path, _table(path)))
    return files


def _extended(file: Path, name: str) -> Path:
    if name.endswith(".toml"):
        message = f"{file}: 'extends' takes {shown(name)} without the ending '.toml'; take it away"
        raise ScenarioError(message)
    path = file_named(name, file.parent)
    if path is None:
        message = f"{file}: 'extends' names {shown(name)}, but {unknown(name, file.parent)}"
        raise ScenarioError(message)
    return path


def _beside(path: Path) -> list[Path]:
    return sorted(path.parent.glob("*.toml"))


def _table(path: Path) -> ScenarioTable:
    text = _text(path)
    try:
        content = tomllib.loads(text)
    except RecursionError:
        raise ScenarioError(_not_toml(path, text, "nested too deeply")) from None
    except ValueError as fault:
        raise ScenarioError(_not_toml(path, text, str(fault))) from None
    try:
        return ScenarioTable.model_validate(content)
    except ValidationError as fault:
        raise ScenarioError(_first_fault(path, fault.errors())) from None


def _text(path: Path) -> str:
    """Return the text of a file that can be a scenario at all."""
    try:
        about = path.stat()
        _check_kind(path, about.st_mode, about.st_size)
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ScenarioError(_missing(path)) from None
    except UnicodeDecodeError as fault:
        message = f"{path}: not UTF-8 text at byte {fault.start + 1}; save it again as UTF-8"
        raise ScenarioError(message) from None
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        message = f"{shown(str(path))} cannot be opened ({reason}); check the path and its rights"
        raise ScenarioError(message) from None


def _check_kind(path: Path, mode: int, size: int) -> None:
    if stat.S_ISDIR(mode):
        message = f"{path} is a folder; name one TOML file in it{_listed([*path.glob('*.toml')])}"
    elif not stat.S_ISREG(mode):
        message = f"{path} is not an ordinary file; name a TOML file"
    elif size > MOST_BYTES:
        message = (
            f"{path} is {size / 1e6:.1f} MB ({size:,} bytes) long, and a scenario file at most "
            "1 MB; this seems to be another kind of file"
        )
    elif size == 0:
        message = f"{path} is empty; begin with name = {EXAMPLES['name']} and a [[change]] table"
    else:
        return
    raise ScenarioError(message)


def _missing(path: Path) -> str:
    if path.name == str(path) and not path.suffix:
        return f"{shown(str(path))} is not known: {unknown(path.name, path.parent)}"
    if not path.parent.is_dir():
        return f"{path} does not exist, nor does its folder{advice_on(path) or '; check the path'}"
    others = _beside(path)
    near = difflib.get_close_matches(path.stem, [other.stem for other in others], n=1)
    advice = f"; did you mean '{near[0]}.toml'?" if near else advice_on(path) or _listed(others)
    return f"{path} does not exist{advice or '; its folder holds no TOML file'}"


def _listed(files: list[Path]) -> str:
    names = [f"'{file.name}'" for file in sorted(files)]
    more = ", …" if len(names) > MOST_LISTED else ""
    return f"; there are {', '.join(names[:MOST_LISTED])}{more}" if names else ""


def _not_toml(path: Path, text: str, fault: str) -> str:
    """Say in one sentence where a text stops being TOML, and what is meant most often."""
    lines = text.split("\n")
    found = re.search(r"\(at line (\d+)", fault)
    number = min(int(found[1]) if found else len(lines), len(lines))
    line = lines[number - 1].strip()
    change = sum(before.strip().startswith("[[change]]") for before in lines[:number])
    place = f"{path}, line {number}" + (f" (change {change})" if change else "")
    what = re.sub(r"\s*\(at .*\)$", "", fault)
    if line.startswith("[") and what.startswith(("Cannot", "Can't")):
        return f"{place}: {shown(line)} clashes with an earlier line; write [[change]] for each"
    key = re.match(r"[\w.-]+(?=\s*=)", line)
    if key and what.startswith("Cannot overwrite"):
        return f"{place}: '{key[0]}' is given twice; keep one of the two"
    what = " ".join(what.split())[:80]
    return (
        f"{place}: not TOML at {shown(line)} ({what[:1].lower()}{what[1:]}); texts need quotes, "
        "dates are 2027-04-01, numbers 500_000_000"
    )


def _first_fault(path: Path, errors: list[ErrorDetails]) -> str:
    """Translate one of pydantic's errors; unknown keys come first, as they explain missing ones."""
    order = {"extra_forbidden": 0, "missing": 2}
    error = min(errors, key=lambda e: order.get(e["type"], 1))
    loc = error["loc"]
    if len(loc) == 1:  # a key of the file; (change, number) and (change, number, key) are deeper
        return f"{path}: {_key_fault(str(loc[0]), error, TOP_KEYS)}"
    place = f"{path}, change {int(loc[1]) + 1}"
    if len(loc) == 2:  # noqa: PLR2004
        return f"{place}: must be a table under [[change]], not {shown(error['input'])}"
    return f"{place}: {_key_fault(str(loc[2]), error, CHANGE_KEYS)}"


def _key_fault(key: str, error: ErrorDetails, known: tuple[str, ...]) -> str:
    value = error["input"]
    if error["type"] == "extra_forbidden":
        return _unknown(key, known)
    if error["type"] == "missing":
        return f"'{key}' is missing; write {key} = {EXAMPLES[key]}"
    if key == "change":
        return (
            "'change' must be a list of tables; write [[change]] in double brackets above each "
            f"change, not {shown(value)}"
        )
    expected = IN_FILE.get(key) or EXPECTED[IN_PYTHON.get(key, key)]
    return f"'{key}' must be {expected}, not {shown(value)}{_hint(key, value)}"


def _unknown(key: str, known: tuple[str, ...]) -> str:
    if key in CHANGE_KEYS:
        return f"'{key}' belongs below a [[change]] line, not above the first one"
    if key in TOP_KEYS:
        return f"'{key}' belongs above the first [[change]] line, not below it"
    advice = did_you_mean(key, known) or f"; the keys are {', '.join(known)}"
    return f"unknown key {shown(key)}{advice}"


def _hint(key: str, value: object) -> str:
    if key in DATES and isinstance(value, dt.datetime):
        return f"; leave out the time of day: {key} = {value.date()}"
    if key in DATES and isinstance(value, int) and len(str(value)) == len("2027"):
        return f"; write the whole day: {key} = {value}{DATES[key]}"
    if key in UNQUOTED and isinstance(value, str) and re.match(r"[-+\d.]", value):
        return "; take away the quotes"
    return ""


def _change(place: str, table: ChangeTable) -> Change:
    given = [verb for verb in VERBS if getattr(table, verb) is not None]
    if not given:
        message = f"{place}: says no amount; write exactly one of 'set', 'add' and 'scale'"
        raise ScenarioError(message)
    if len(given) > 1:
        both = " and ".join(f"'{verb}'" for verb in given)
        message = f"{place}: {both} are given together; keep one, and write a second [[change]]"
        raise ScenarioError(message)
    verb: Any = given[0]
    try:
        return Change(
            table.parameter, verb, getattr(table, verb), table.from_, table.over_years,
            table.until, table.why, table.source, where=place,
        )  # fmt: skip
    except ChangeError as fault:
        key = {"amount": verb, "begins": "from"}.get(fault.key, fault.key)
        message = f"{place}: '{key}' {fault.text}"
        raise ScenarioError(message) from None
