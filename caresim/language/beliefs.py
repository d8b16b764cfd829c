"""What may be otherwise in a model, side by side: other beliefs of some numbers, other structures.

A belief exchanges priors; a rival structure also numbers, such as a switch or an effect that is
none, for the whole run. Each is fitted and scored like the model as published.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from caresim.language.errors import ModelError, ParameterError, came
from caresim.language.faults import Faults
from caresim.language.kinds import finite
from caresim.language.parameter_file import prior_from
from caresim.language.parameters import Parameters
from caresim.language.priors import Prior
from caresim.language.toml_faults import key_faults, text_faults
from caresim.language.toml_files import read_toml, toml_kind

__all__ = ["Belief", "Beliefs", "beliefs_of", "read_beliefs", "structures_of"]

FILE = toml_kind("a file of beliefs", ModelError)
HEAD = ("title", "default", "default_said")
TEXTS = ("said", "why")


@dataclass(frozen=True)
class Belief:
    """Other priors of some numbers, by name; ``said`` says in words what is believed, and why.

    ``numbers`` are those that have one value in place of their own, and no prior.
    """

    name: str
    said: str
    why: str
    priors: Mapping[str, Prior]
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """The name as a file has it."""
        return self.name.replace(" ", "_")


@dataclass(frozen=True)
class Beliefs:
    """The beliefs that a model declares; ``default`` is what its own priors are called."""

    title: str
    default: str
    default_said: str
    others: tuple[Belief, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """How the beliefs are called, that of the model's own priors first."""
        return (self.default, *(one.name for one in self.others))


def beliefs_of(model: Any) -> Beliefs | None:
    """Return the beliefs that a model declares, None where it declares none.

    Raises ModelError for a file that cannot be used, and for a prior of what is no number with a
    prior of the model.
    """
    if model.beliefs_file is None:
        return None
    found = read_beliefs(model.beliefs_file)
    parameters: Parameters = type(model).parameters
    faults = Faults(str(model.beliefs_file), ModelError)
    for belief in found.others:
        for name in belief.priors:
            if name not in parameters or parameters[name].prior is None:
                faults.found.append(f"'{belief.name}': '{name}' is no number with a prior")
    faults.tell()
    return found


def structures_of(model: Any) -> Beliefs | None:
    """Return the rival structures that a model declares, None where it declares none.

    Raises ModelError for a file that cannot be used, and for what is no number of the model.
    """
    if model.structures_file is None:
        return None
    found = read_beliefs(model.structures_file)
    parameters: Parameters = type(model).parameters
    faults = Faults(str(model.structures_file), ModelError)
    for rival in found.others:
        for name in (*rival.priors, *rival.numbers):
            faults.found += [f"'{rival.name}': {why}" for why in _unfit(parameters, name, rival)]
    faults.tell()
    return found


def _unfit(parameters: Parameters, name: str, rival: Belief) -> list[str]:
    """Return why a structure cannot have a number, nothing where it can."""
    if name not in parameters or parameters[name].is_dated:
        return [f"'{name}' is no single number of the model"]
    entry = parameters[name]
    low, high = entry.bounds or (-math.inf, math.inf)
    if name in rival.numbers and not low <= rival.numbers[name] <= high:
        return [f"{rival.numbers[name]:g} is outside {low:g} to {high:g} of '{name}'"]
    if name in rival.priors and entry.prior is None:
        return [f"'{name}' has no prior to exchange"]
    return []


@cache
def read_beliefs(path: Path) -> Beliefs:
    """Read the beliefs of a file; raise ModelError that names file and belief of all faults."""
    content = read_toml(path, FILE)
    faults = Faults(str(path), ModelError)
    for key in HEAD:
        faults.found += text_faults(str(path), content, key, needed=True)
    tables = {name: table for name, table in content.items() if name not in HEAD}
    for name, table in tables.items():
        faults.found += _faults(f"{path}, '{name}'", table)
    faults.tell()
    others = tuple(
        Belief(
            name,
            table["said"],
            table["why"],
            _priors(path, name, table.get("priors", {})),
            {key: float(value) for key, value in table.get("numbers", {}).items()},
        )
        for name, table in tables.items()
    )
    head = {key: content[key] for key in HEAD}
    return Beliefs(**head, others=others)


def _faults(place: str, table: Any) -> list[str]:
    if not isinstance(table, dict):
        return [f"{place}: is {came(table)}; write it as a table"]
    found = [*key_faults(place, table, (*TEXTS, "priors", "numbers"))]
    for key in TEXTS:
        found += text_faults(place, table, key, needed=True)
    for key in ("priors", "numbers"):
        if key in table and (not isinstance(table[key], dict) or not table[key]):
            found.append(f"{place}: '{key}' is {came(table[key])}; write it as a table")
    if "priors" not in table and "numbers" not in table:
        found.append(f"{place}: names no number; write 'priors', or 'numbers', as a table")
    numbers = table.get("numbers")
    for name, value in numbers.items() if isinstance(numbers, dict) else ():
        if finite(value) is None:
            found.append(f"{place}: '{name}' is {came(value)}; write a number")
    return found


def _priors(path: Path, name: str, table: Mapping[str, Any]) -> dict[str, Prior]:
    try:
        return {key: prior_from(given) for key, given in table.items()}
    except ParameterError as fault:
        message = f"{path}, '{name}': {fault}"
        raise ModelError(message) from None
