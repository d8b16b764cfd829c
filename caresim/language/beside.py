"""What stands beside a model's spending: series that no total holds, and figures that are fixed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from caresim.language.errors import ModelError, came, did_you_mean
from caresim.language.faults import Faults
from caresim.language.model import Model
from caresim.language.reach import acting_on
from caresim.language.toml_files import read_toml, toml_kind

__all__ = ["Beside", "BesidePart", "FixedFigure", "beside_of", "read_beside"]

HEAD = ("title", "said")
PART = ("name", "said")
FIGURE = ("what", "figure", "source", "address")
FILE = toml_kind("a file of what stands beside a model", ModelError, begin="give each a [[part]]")


@dataclass(frozen=True)
class FixedFigure:
    """A figure of somebody else, in words with its unit: no run computes with it or moves it."""

    what: str
    figure: str
    source: str
    address: str


@dataclass(frozen=True)
class BesidePart:
    """Some series of the model that no total of spending holds, and fixed figures of others.

    ``said`` says how to take them.
    """

    name: str
    said: str
    series: tuple[str, ...] = ()
    figures: tuple[FixedFigure, ...] = ()


@dataclass(frozen=True)
class Beside:
    """The parts that pages show beside spending, under one ``title``."""

    title: str
    said: str
    parts: tuple[BesidePart, ...]
    file: Path

    @property
    def series(self) -> tuple[str, ...]:
        """The series of all parts, each once."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.series))


def beside_of(model: Model) -> Beside | None:
    """Return what stands beside a model's spending; None where it names no file of that.

    Raises ModelError for a file that cannot be used, for a series that is no quantity of the model,
    and for money of which the total of spending is made: that would be counted twice.
    """
    if model.beside_file is None:
        return None
    found = read_beside(model.beside_file)
    faults = Faults(str(found.file), ModelError)
    faults.found += _series_faults(type(model), found)
    faults.tell()
    return found


@cache
def read_beside(path: Path) -> Beside:
    """Read the file in which a model says what stands beside its spending.

    Raises ModelError that names file, part and key of all faults.
    """
    content = read_toml(path, FILE)
    faults = Faults(str(path), ModelError)
    tables = content.get("part")
    faults.found += _text_faults(str(path), content, HEAD, ("part",))
    if not (_are_tables(tables) and tables):
        faults.found.append(f"{path}: it has no parts; give each a [[part]]")
        tables = []
    for number, table in enumerate(tables, 1):
        faults.found += _part_faults(f"{path}, part {number}", table)
    faults.tell()
    parts = tuple(map(_part, tables))
    return Beside(content["title"], content["said"], parts, path)


def _part(table: Mapping[str, Any]) -> BesidePart:
    figures = tuple(FixedFigure(**figure) for figure in table.get("figure", ()))
    return BesidePart(table["name"], table["said"], tuple(table.get("series", ())), figures)


def _part_faults(place: str, table: Mapping[str, Any]) -> Iterator[str]:
    yield from _text_faults(place, table, PART, ("series", "figure"))
    series, figures = table.get("series", []), table.get("figure", [])
    if not (isinstance(series, list) and all(isinstance(name, str) for name in series)):
        yield f'{place}: \'series\' is {came(series)}; write names, such as ["a", "b"]'
    if not _are_tables(figures):
        yield f"{place}: 'figure' is {came(figures)}; write each as [[part.figure]]"
        return
    if not (series or figures):
        yield f"{place}: it has neither 'series' nor a [[part.figure]]; give one, or take it out"
    for number, figure in enumerate(figures, 1):
        yield from _text_faults(f"{place}, figure {number}", figure, FIGURE)


def _text_faults(
    place: str, table: Mapping[str, Any], needed: Iterable[str], others: Iterable[str] = ()
) -> Iterator[str]:
    """Yield which texts a table lacks, and which of its keys are unknown."""
    known = (*needed, *others)
    for key in table:
        if key not in known:
            near = did_you_mean(key, known) or f"; the keys are {', '.join(known)}"
            yield f"{place}: unknown key '{key}'{near}"
    for key in needed:
        value = table.get(key)
        if value is None:
            yield f"{place}: '{key}' is missing; add it"
        elif not (isinstance(value, str) and value.strip()):
            yield f"{place}: '{key}' is {came(value)}; write a text"


def _are_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _series_faults(model: type[Model], beside: Beside) -> Iterator[str]:
    total = model.spending_name()
    counted = {total, *acting_on(model, total)} if total else set[str]()
    for name in beside.series:
        if name not in model.variables:
            near = did_you_mean(name, model.variables)
            yield f"{beside.file}: '{name}' is no quantity of {model.__name__}{near}"
        elif name in counted and model.variables[name].unit.power_of("GBP"):
            yield (
                f"{beside.file}: '{name}' is money of which '{total}' is made; take it out, for "
                "beside that total it would be counted twice"
            )
