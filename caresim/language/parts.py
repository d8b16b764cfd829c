"""What a model declares of the places that it is made of: their figures, sizes and local levels.

Equations are homogeneous: with every number that counts something (children, £, workers) a
hundredth as large, so is every result. So a model of a country is one of each place in it, once its
numbers are as large as the place and its levels the place's own. A file declares which figures say
how large each number is there, and the figures stand beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from caresim.language.errors import ModelError, did_you_mean
from caresim.language.faults import Faults
from caresim.language.parameters import Parameters, Series
from caresim.language.parts_faults import TABLES, USES, table_faults
from caresim.language.place_figures import (
    Area,
    PlaceFigures,
    read_areas,
    read_breaks,
    read_figures,
)
from caresim.language.toml_faults import key_faults, text_faults
from caresim.language.toml_files import read_toml, toml_kind
from caresim.language.units import Unit

__all__ = ["Cost", "Level", "Line", "Parts", "Size", "parts_of_model", "read_parts", "size_power"]

FILE = toml_kind("a file of the places that a model is made of", ModelError)
HEAD = ("called", "several", "whole", "given", "note")
FILES = ("figures", "areas", "population", "breaks", "fitted", "score")
TIME = "year"


def size_power(unit: str) -> float:
    """Return how a number in a unit grows with a place: 1 for children or £, 0 for £ a child."""
    return float(sum(power for word, power in Unit.parse(unit).powers if word != TIME))


@dataclass(frozen=True)
class Size:
    """What says how large some numbers are in a place: its share of the whole's figures.

    The shares of ``series``, added up, are taken in each year for numbers that are ``dated``, in
    the first three for those of the ``start``, over all years for a ``level``, and in the last for
    what a scenario adds, the levers of ``policy``.
    """

    name: str
    called: str
    series: tuple[str, ...]
    dated: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    policy: tuple[str, ...] = ()

    @property
    def parameters(self) -> tuple[str, ...]:
        """All numbers whose size it is."""
        return (*self.dated, *self.start, *self.level, *self.policy)


@dataclass(frozen=True)
class Line:
    """A dated share of the model that a place has of its own: ``part`` as a share of ``of``."""

    parameter: str
    part: str
    of: tuple[str, ...]


@dataclass(frozen=True)
class Cost:
    """Unit costs of a place's own: its ``spend`` against a ``quantity`` of the model."""

    name: str
    spend: str
    quantity: str
    parameters: tuple[str, ...]


@dataclass(frozen=True)
class Level:
    """A number that is 1 for the whole and a place's own each year, in words.

    ``breaks`` names the figures whose marked jumps are jumps of it, ``chance`` the sizes of chance
    that are larger in a place by its own chance.
    """

    parameter: str
    called: str
    breaks: tuple[str, ...]
    chance: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Parts:
    """The places of a model: ``areas``, their ``figures``, and what these say of its numbers.

    ``series`` names the figure of a place for each quantity that is fitted; those ``apart`` are
    counted by each place in a way of its own, a constant factor. ``starts`` are numbers that stand
    for what a place begins with. ``refused`` says why a place has no model.
    """

    called: str
    several: str
    whole: str
    given: str
    note: str
    areas: tuple[Area, ...]
    figures: PlaceFigures
    sizes: tuple[Size, ...]
    lines: tuple[Line, ...]
    levels: tuple[Level, ...]
    starts: Mapping[str, tuple[str, ...]]
    costs: tuple[Cost, ...]
    series: Mapping[str, str]
    spending: Mapping[str, tuple[str, ...]]
    apart: tuple[str, ...]
    core: tuple[str, ...]
    covariate: str
    refused: Mapping[str, str]
    breaks: frozenset[tuple[str, str, str]]
    folder: Path = field(compare=False)
    files: tuple[str, ...] = ()

    def size_of(self, parameter: str) -> tuple[Size, str]:
        """Return the size of a number and how it is used; raise ModelError where it has none."""
        for size in self.sizes:
            for use in USES:
                if parameter in getattr(size, use):
                    return size, use
        message = f"'{parameter}' counts something, and no size of the {self.several} is for it"
        raise ModelError(message)

    def unknown(self) -> Iterator[str]:
        """Yield the places and series that are named and not there."""
        codes = {area.code for area in self.areas}
        for code in [*self.figures.areas, *self.refused]:
            if code not in codes:
                yield f"there is no place '{code}', which has figures or is refused"
        named = {name for size in self.sizes for name in size.series} | {*self.core}
        named |= {name for line in self.lines for name in (line.part, *line.of)}
        named |= {*self.series.values(), *(cost.spend for cost in self.costs)}
        named |= {name for lines in self.spending.values() for name in lines}
        named |= {name for level in self.levels for name in level.breaks}
        for name in sorted(named - {*self.figures.values}):
            near = did_you_mean(name, [*self.figures.values])
            yield f"no place has figures of '{name}'{near}"
        for name in self.apart:
            if name not in self.series:
                yield f"'{name}' is apart and none of the series"

    def check(self, parameters: Parameters) -> None:
        """Raise ModelError unless each number that counts something has one size, and no other."""
        place = str(self.folder)
        faults = Faults(place, ModelError)
        faults.found += [f"{place}: '{name}' {said}" for name, said in self._faults(parameters)]
        faults.tell()

    def _faults(self, parameters: Parameters) -> Iterator[tuple[str, str]]:
        named = [name for size in self.sizes for name in size.parameters]
        sized = [name for name, entry in parameters.items() if size_power(entry.unit)]
        others = [line.parameter for line in self.lines] + [one.parameter for one in self.levels]
        others += [name for level in self.levels for name in level.chance]
        others += [name for cost in self.costs for name in cost.parameters]
        others += [name for names in self.starts.values() for name in names]
        told = {name: "is no parameter" for name in (*named, *others) if name not in parameters}
        told |= {n: "counts something and has no size" for n in sized if n not in named}
        told |= {n: "has a size and counts nothing" for n in named if n not in {*sized, *told}}
        told |= {n: "has two sizes" for n in named if named.count(n) > 1}
        yield from told.items()
        yield from ((name, said) for name, said in self._used_oddly(parameters) if name not in told)

    def _used_oddly(self, parameters: Parameters) -> Iterator[tuple[str, str]]:
        for size in self.sizes:
            for name in size.parameters:
                is_dated = name in parameters and isinstance(parameters[name].value, Series)
                if is_dated != (name in size.dated):
                    yield name, "is dated, or is not, other than its size says"


def parts_of_model(model: Any) -> Parts:
    """Return what a model declares of its places; raise ModelError where it declares none."""
    if model.parts_file is None:
        message = f"{type(model).__name__} declares no places that it is made of"
        raise ModelError(message)
    parts = read_parts(model.parts_file)
    parts.check(type(model).parameters)
    return parts


@cache
def read_parts(path: Path) -> Parts:
    """Read the file in which a model declares its places, and the figures that it names.

    Raises ModelError that names file and key of all faults, CaresimError for a table that cannot be
    read.
    """
    content = read_toml(path, FILE)
    faults = Faults(str(path), ModelError)
    known = (*HEAD, *FILES, *TABLES, "covariate")
    faults.found += key_faults(str(path), content, known)
    for key in (*HEAD[:3], *FILES[:4]):
        faults.found += text_faults(str(path), content, key, needed=True)
    faults.found += table_faults(str(path), content)
    faults.tell()
    folder = path.parent
    found = Parts(
        called=content["called"],
        several=content["several"],
        whole=content["whole"],
        given=content.get("given", ""),
        note=content.get("note", ""),
        areas=read_areas(folder / content["areas"]),
        figures=read_figures(folder / content["figures"], folder / content["population"]),
        sizes=tuple(_size(name, table) for name, table in content["sizes"].items()),
        lines=tuple(
            Line(name, table["part"], tuple(table["of"]))
            for name, table in content["lines"].items()
        ),
        levels=tuple(
            Level(name, table["called"], *(tuple(table.get(k, ())) for k in ("breaks", "chance")))
            for name, table in content["levels"].items()
        ),
        starts={name: tuple(names) for name, names in content["starts"].items()},
        costs=tuple(
            Cost(name, table["spend"], table["quantity"], tuple(table["parameters"]))
            for name, table in content["costs"].items()
        ),
        series=dict(content["series"]),
        spending={name: tuple(lines) for name, lines in content["spending"].items()},
        apart=tuple(content.get("apart", ())),
        core=tuple(content.get("core", ())),
        covariate=content.get("covariate", ""),
        refused=dict(content["refused"]),
        breaks=read_breaks(folder / content["breaks"]),
        folder=folder,
        files=tuple(content[key] for key in FILES[:4]),
    )
    faults.found += [f"{path}: {said}" for said in found.unknown()]
    faults.tell()
    return found


def _size(name: str, table: Mapping[str, Any]) -> Size:
    uses: dict[str, Sequence[str]] = {use: tuple(table.get(use, ())) for use in USES}
    return Size(name, table["called"], tuple(table["series"]), **uses)  # type: ignore[arg-type]
