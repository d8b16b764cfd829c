"""Reads scenario files: TOML, held against the keys of a scenario, every fault in one sentence."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from operator import itemgetter
from pathlib import Path
from typing import Any

from caresim.engine.notices import Notice
from caresim.language.errors import ScenarioError, did_you_mean
from caresim.language.faults import Faults
from caresim.language.model import Model
from caresim.language.toml_files import read_toml, toml_kind
from caresim.study.arguments import came, model_of, path_of, shown
from caresim.study.scenario.advice import level_now
from caresim.study.scenario.change import Change
from caresim.study.scenario.keys import CHANGE, SCENARIO, Key
from caresim.study.scenario.literals import in_file
from caresim.study.scenario.scenario import Scenario
from caresim.study.scenario.shipped import Shelf
from caresim.study.scenario.tried import PART, key_advice, line_advice, top_advice
from caresim.study.scenario.tried_values import value_advice
from caresim.study.scenario.yearly import changes_of, yearly_faults

__all__ = ["check_table", "read_scenario", "scenario_of"]

Table = dict[str, Any]
FILE = toml_kind(
    "a scenario file",
    ScenarioError,
    most=1,
    begin=f"begin with name = {SCENARIO[0].example} and a [[change]] table",
    advice=line_advice,
)
MOST_EXTENDED = 20
MOST_LISTED = 5
AMOUNT = re.compile(r"write .*\b(set|add|scale|prices) = ")
UNKNOWN, WRONG, MISSING = range(3)  # in the order of telling: the first may explain the last


def read_scenario(path: str | Path, model: Model | None = None) -> Scenario:
    """Read a scenario: a file, or by its name one that comes with a model, else with caresim.

    The changes of a scenario that it extends come first. A name means the file ``name.toml`` of
    the present folder, or of the folder of the file that extends it, before a shipped scenario;
    ``notices`` say so where the two differ.

    Raises ScenarioError that names file, change and key, and for what is no model.
    """
    shelf = Shelf.of(None if model is None else model_of(model, "read_scenario", ScenarioError))
    asked = shelf.asked(path_of(path, "a scenario", "a TOML file", ScenarioError))
    files = _with_extended(asked, shelf, model)
    asked_by = [str(path), *(str(table["extends"]) for _, table in files[:-1])]
    made: Scenario | None = None
    for name, (file, table) in reversed([*zip(asked_by, files, strict=True)]):
        made = _made(file, table, made, shelf.replaced(name, file))
    assert made is not None  # noqa: S101  (the file itself is there)
    return made


def _made(
    file: Path, table: Table, extended: Scenario | None, notices: Sequence[Notice]
) -> Scenario:
    """Return the scenario of one file, on top of the one that it extends."""
    own = {key: value for key, value in table.items() if key not in ("change", "extends")}
    changes = [
        change
        for number, entry in enumerate(table.get("change", ()), 1)
        for change in changes_of(f"{file}, change {number}", entry)
    ]
    return Scenario(**own, changes=changes, path=file, extends=extended, notices=notices)


def scenario_of(given: Scenario | str | Path | None, model: Model | None = None) -> Scenario | None:
    """Return a scenario, read from its file where a path is given; None is the model as it is.

    A name is one of those that come with the model, or else with caresim.

    Raises ScenarioError for anything else.
    """
    if given is None or isinstance(given, Scenario):
        return given
    if isinstance(given, str | Path):
        return read_scenario(given, model)
    advice = ""
    if isinstance(given, Change):
        advice = '; put it in one: Scenario("A policy", changes=[…])'
    elif isinstance(given, list | tuple):
        advice = "; give one at a time"
    message = f"a scenario is a Scenario, a name or the path of a file, not {came(given)}{advice}"
    raise ScenarioError(message)


def _with_extended(path: Path, shelf: Shelf, model: Model | None) -> list[tuple[Path, Table]]:
    """Return a file, the one it extends, and so on."""
    asked, files = path, [(path, _table(path, shelf, model))]
    trail = [path.resolve()]
    while (name := files[-1][1].get("extends")) is not None:
        path = _extended(files[-1][0], name, shelf)
        if len(files) > MOST_EXTENDED:
            message = f"{asked}: more than {MOST_EXTENDED} files extend one another; write fewer"
            raise ScenarioError(message)
        if path.resolve() in trail:
            circle = " → ".join([*(file.stem for file, _ in files), path.stem])
            message = f"{files[-1][0]}: 'extends' goes round in a circle, {circle}; break it"
            raise ScenarioError(message)
        trail.append(path.resolve())
        files.append((path, _table(path, shelf, model)))
    return files


def _extended(file: Path, name: str, shelf: Shelf) -> Path:
    if name.endswith(".toml"):
        message = f"{file}: 'extends' takes {shown(name)} without the ending '.toml'; take it away"
        raise ScenarioError(message)
    path = shelf.named(name, file.parent)
    if path is None:
        message = f"{file}: 'extends' names {shown(name)}, but {shelf.unknown(name, file.parent)}"
        raise ScenarioError(message)
    return path


def _beside(path: Path) -> list[Path]:
    return sorted(path.parent.glob("*.toml"))


def _table(path: Path, shelf: Shelf, model: Model | None) -> Table:
    """Return the content of a file whose keys and values a scenario may have."""
    with suppress(OSError, ValueError):  # which the reader of files explains
        if not (path.exists() or path.is_symlink()):
            raise ScenarioError(_missing(path, shelf))
    content = read_toml(path, FILE)
    _raise_all(str(path), [*_faults_of_all(path, content, model)])
    return content


def _missing(path: Path, shelf: Shelf) -> str:
    if path.name == str(path) and not path.suffix:
        return f"{shown(str(path))} is not known: {shelf.unknown(path.name, path.parent)}"
    if not path.parent.is_dir():
        advice = shelf.advice_on(path) or "; check the path"
        return f"{path} does not exist, nor does its folder{advice}"
    others = _beside(path)
    near = difflib.get_close_matches(path.stem, [other.stem for other in others], n=1)
    advice = (
        f"; did you mean '{near[0]}.toml'?" if near else shelf.advice_on(path) or _listed(others)
    )
    return f"{path} does not exist{advice or '; its folder holds no TOML file'}"


def _listed(files: list[Path]) -> str:
    names = [f"'{file.name}'" for file in sorted(files)]
    more = ", …" if len(names) > MOST_LISTED else ""
    return f"; there are {', '.join(names[:MOST_LISTED])}{more}" if names else ""


def check_table(place: str, table: Table, keys: Sequence[Key]) -> None:
    """Raise ScenarioError for the faults of a table that may have some keys."""
    _raise_all(place, [*_faults(place, table, keys)])


def _raise_all(where: str, faults: Sequence[tuple[int, str]]) -> None:
    ordered = sorted(faults, key=itemgetter(0))
    Faults(where, ScenarioError, [text for _, text in ordered]).tell()


def _faults_of_all(path: Path, content: Table, model: Model | None) -> Iterator[tuple[int, str]]:
    """Yield each fault of a file and its order of telling; of an amount, where its lever stands."""
    yield from _faults(str(path), content, SCENARIO)
    changes = content.get("change", [])
    for number, entry in enumerate(changes if isinstance(changes, list) else [], 1):
        place = f"{path}, change {number}"
        if isinstance(entry, dict):
            now = level_now(entry.get("parameter"), model)
            found = [*_faults(place, entry, CHANGE)]
            found += [(WRONG, f"{place}: {text}") for text in yearly_faults(entry)]
            yield from (
                (kind, f"{text}{now}" if AMOUNT.search(text) else text) for kind, text in found
            )
            if not found:
                yield from _of_change(place, entry)
        else:
            yield WRONG, f"{place}: must be a table under [[change]], not {shown(entry)}"


def _of_change(place: str, entry: Table) -> Iterator[tuple[int, str]]:
    """Yield why a table whose keys are right is no change."""
    try:
        changes_of(place, entry)
    except ScenarioError as fault:
        yield WRONG, str(fault)


def _faults(place: str, table: Table, keys: Sequence[Key]) -> Iterator[tuple[int, str]]:
    """Yield each key of a table that is unknown, wrong or missing, and its order of telling.

    Nothing is said of a missing key where an unknown one explains it.
    """
    known = [key.name for key in keys]
    unknown = [name for name in table if name not in known]
    for name in unknown:
        yield UNKNOWN, f"{place}: {_unknown(name, known, table)}"
    for key in keys:
        if key.name in table and key.written(table[key.name]) is None:
            yield WRONG, f"{place}: {_wrong(key, table[key.name], table)}"
        elif key.name not in table and key.example and not unknown:
            yield MISSING, f"{place}: '{key.name}' is missing; write {key.name} = {key.example}"


def _wrong(key: Key, value: object, table: Table) -> str:
    must = key.in_file or key.kind.said
    said = f"'{key.name}' must be {must}, not {shown(value)}"
    advice = value_advice(key.name, value, table, in_file)
    return f"{said}; {advice}" if advice else f"{said}{_hint(key, value)}"


def _unknown(name: str, known: Sequence[str], table: Table) -> str:
    above, below = ([key.name for key in keys] for keys in (SCENARIO, CHANGE))
    if known == above and name in below:
        return f"'{name}' belongs below a [[change]] line, not above the first one"
    if known == below and name in above:
        return f"'{name}' belongs above the first [[change]] line, not below it"
    is_top = known == above
    way = top_advice(name) if is_top else key_advice(name, table[name], table, in_file)
    if way:
        return f"unknown key {shown(name)}; {way}"
    part = f"; {PART}" if known == below else ""
    advice = did_you_mean(name, known) or f"; the keys are {', '.join(known)}{part}"
    return f"unknown key {shown(name)}{advice}"


def _hint(key: Key, value: object) -> str:
    if key.kind.unquoted and isinstance(value, str) and re.match(r"[-+\d.]", value):
        return "; take away the quotes"
    return ""
