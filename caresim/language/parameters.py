"""The numbers of a model under their names, and as they stand in equations."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, NoReturn

from caresim.language.dimensions import (
    Array,
    At,
    Dimension,
    Divided,
    element_name,
    in_words,
    keys_of,
)
from caresim.language.errors import ParameterError, UnknownParameterError, came, did_you_mean, trait
from caresim.language.kinds import path_of, price_year_of
from caresim.language.parameter_entry import GRADES, Parameter, Series, is_reserved
from caresim.language.parameter_file import leaves, read_entries
from caresim.language.priors import Prior
from caresim.language.renamed import Renamed, current
from caresim.language.settled import settled
from caresim.language.units import Unit

__all__ = [
    "GRADES",
    "Parameter",
    "ParameterRef",
    "Parameters",
    "Prior",
    "Series",
    "is_reserved",
]

MOST_DIMENSIONS = 3  # that one parameter may be over

Given = float | Mapping[str, Any]  # one number, or one by element, or by element of elements
Dimensions = Dimension | Iterable[Dimension]


class ParameterRef(Divided):
    """A parameter as it stands in an equation."""

    name: str

    def __init__(self, parameter: Parameter, collection: Parameters) -> None:
        self.name = parameter.name
        self.unit = Unit.parse(parameter.unit)
        self.collection = collection


@settled
@dataclass(frozen=True, eq=False)
class Parameters(Mapping[str, Parameter]):
    """The parameters of a model: ``p["name"]`` is the entry, ``p.name`` its use in an equation.

    ``dimensions`` are what parameters may be over: with an age among them, ``p.stay`` stands for
    the entries ``stay_0_9``, ``stay_10_15`` and so on, one for each element.
    ``path`` is the file that they were read from, None where there is none or there are several.
    ``renamed`` are names that parameters had before; they go on working, and say so.
    """

    entries: dict[str, Parameter]
    price_year: str = ""
    path: Path | None = None
    _refs: dict[str, Divided] = field(default_factory=dict, repr=False)
    dimensions: tuple[Dimension, ...] = ()
    renamed: tuple[Renamed, ...] = ()

    def __post_init__(self) -> None:
        self._check_kinds()
        own = {*dir(type(self)), *(f.name for f in fields(self))}
        taken = [name for name in own if name in self.entries or self._arrays(name)]
        if taken:
            where = f"{self.path.name}, [{taken[0]}]: " if self.path else ""
            message = (
                f"{where}'{taken[0]}' cannot name a parameter: p.{taken[0]} has a meaning for all "
                "parameters; choose another name"
            )
            raise ParameterError(message)

    def _check_kinds(self) -> None:
        if self.path is not None:
            object.__setattr__(
                self, "path", path_of(self.path, "path", "a parameter file", ParameterError)
            )
        entries = self.entries.items() if isinstance(self.entries, Mapping) else [("", None)]
        for name, entry in entries:
            if not isinstance(entry, Parameter) or entry.name != name:
                what = f"'{name}' for {came(entry)}" if entry is not None else came(self.entries)
                message = (
                    "parameters are entries by their name, Parameters({'rate': Parameter('rate', "
                    f"0.1, '1/year')}}), not {what}; Parameters.of(rate=(0.1, '1/year')) is shorter"
                )
                raise ParameterError(message)
        where = f"{self.path.name}: " if self.path else ""
        try:
            price_year_of(self.price_year, ParameterError)
        except ParameterError as fault:
            raise ParameterError(f"{where}{fault}") from None
        object.__setattr__(self, "dimensions", _several(self.dimensions))
        is_listed = isinstance(self.renamed, tuple | list)
        if not is_listed or not all(isinstance(row, Renamed) for row in self.renamed):
            message = f"renamed are rows such as Renamed('parameter', …), not {came(self.renamed)}"
            raise ParameterError(message)

    @classmethod
    def read(
        cls,
        path: str | Path,
        *more: str | Path,
        dimensions: Dimensions = (),
        fitted: Mapping[str, float] | None = None,
        beside: Collection[str] = (),
        renamed: Iterable[Renamed] = (),
    ) -> Parameters:
        """Read TOML files with one table for each parameter, together one collection.

        A table with ``elements`` is over those of ``dimensions`` that have these elements. An
        estimated parameter without a value takes the one in ``fitted``; an ``effect`` may also name
        one of ``beside``. ``renamed`` are names that parameters had before.

        Raises ParameterError that names file, parameter and key.
        """
        files = [
            path_of(file, "a file of parameters", "a TOML file", ParameterError)
            for file in (path, *more)
        ]
        entries, price_year = read_entries(files, fitted, beside)
        one = files[0] if len(files) == 1 else None
        over, former = _several(dimensions), tuple(renamed)
        return cls(entries, price_year, one, dimensions=over, renamed=former)

    @classmethod
    def of(cls, *, dimensions: Dimensions = (), **values: Given | tuple[Given, str]) -> Parameters:
        """Make parameters in a notebook: ``Parameters.of(decay_rate=(0.1, "1/year"))``.

        A value by element makes one for each, ``rate=({"0–9": 0.1, "10–17": 0.2}, "1/year")``;
        ``dimensions=age`` makes ``p.rate`` stand for all of them.
        """
        made = [
            Parameter(element_name(name, *elements), number, unit)
            for name, given in values.items()
            for value, unit in [_with_unit(name, given)]
            for elements, number in _leaves(name, value).items()
        ]
        return cls({entry.name: entry for entry in made}, dimensions=_several(dimensions))

    def __getattr__(self, name: str) -> Divided:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._refs:
            try:
                self._refs[name] = self._found(name)
            except ParameterError as fault:
                raise UnknownParameterError(str(fault)) from None
        return self._refs[name]

    def __dir__(self) -> list[str]:
        stems = {stem for stem, _ in self.by_element().values()}
        return sorted({*super().__dir__(), *self.entries, *stems})

    def _found(self, name: str) -> Divided:
        """Return what a name stands for in equations: one parameter, or those of all elements."""
        arrays = self._arrays(name)
        if name in self.entries and not arrays:
            return ParameterRef(self.entries[name], self)
        if len(arrays) + (name in self.entries) > 1:
            ways = [f"over {in_words(array.dimensions)}" for array in arrays]
            ways = ["a number of its own", *ways] if name in self.entries else ways
            message = f"'{name}' may be {' or '.join(ways)}: give one of them another name"
            raise ParameterError(message)
        if arrays:
            return _in_one_unit(arrays[0])
        raise ParameterError(self._why_unknown(name))

    def _arrays(self, name: str) -> list[Array]:
        """Return the parameters of all elements, for each way in which there is none missing."""
        ways = [(over, _names(name, over)) for over in self._combined()]
        return [
            Array(name, over, {key: self._one(full) for key, full in names.items()})
            for over, names in ways
            if all(full in self.entries for full in names.values())
        ]

    def _one(self, name: str) -> Divided:
        return self._refs.setdefault(name, ParameterRef(self.entries[name], self))

    def _combined(self) -> Iterator[tuple[Dimension, ...]]:
        for count in range(1, min(len(self.dimensions), MOST_DIMENSIONS) + 1):
            yield from itertools.permutations(self.dimensions, count)

    def by_element(self) -> dict[str, tuple[str, At]]:
        """Return of each entry that is one of an element: the name in equations, and which one."""
        found: dict[str, tuple[str, At]] = {}
        for over in self._combined():
            ending = element_name("", *(d.elements[0] for d in over))
            for stem in [n.removesuffix(ending) for n in self.entries if n.endswith(ending)]:
                names = _names(stem, over)
                if stem and all(full in self.entries for full in names.values()):
                    found |= {
                        full: (stem, dict(zip(over, key, strict=True)))
                        for key, full in names.items()
                    }
        return found

    def _why_unknown(self, name: str) -> str:
        """Return why a name stands for nothing, and what to do."""
        for over in self._combined():
            names = _names(name, over).values()
            missing = [full for full in names if full not in self.entries]
            if len(missing) < len(names):
                return (
                    f"'{name}' over {in_words(over)} needs a parameter for each element; "
                    f"there is no {', '.join(map(repr, missing))}"
                )
        stems = {stem for stem, _ in self.by_element().values()}
        near = did_you_mean(name, [*stems, *self.entries])
        if len([full for full in self.entries if full.startswith(f"{name}_")]) > 1:
            near += (
                "; if it is given by element, say over what: Parameters.read(path, "
                "dimensions=[age]), where age is a Dimension with these elements"
            )
        return f"no parameter '{name}'{near}"

    def over(self, *_: Dimension) -> NoReturn:
        """Refuse ``p.over(age).rate``, which earlier versions took, and say what to write."""
        message = (
            "a parameter knows its dimensions: write p.rate in place of p.over(age).rate, and say "
            "where it is read what it may be over, Parameters.read(path, dimensions=[age])"
        )
        raise ParameterError(message)

    def current(self, name: str) -> str:
        """Return the name that a parameter has now, empty for one that is gone.

        Warns with FutureWarning where that is another than the one given. Raises ParameterError
        where a number of another meaning has taken its place.
        """
        if name in self.entries:
            return name
        for row in self.renamed:
            if row.instead and row.old == name:
                raise UnknownParameterError(str(row))
        return current("parameter", name, self.renamed)

    def __getitem__(self, name: str) -> Parameter:
        if not isinstance(name, str) or (now := self.current(name)) not in self.entries:
            near = did_you_mean(str(name), self.entries)
            message = f"no parameter {came(name)}{near}"
            raise UnknownParameterError(message)
        return self.entries[now]

    def get(self, name: str, default: Any = None) -> Any:
        """Return the entry, or ``default`` where there is none."""
        return self.entries.get(name, default)

    def __contains__(self, name: object) -> bool:
        return name in self.entries

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def replaced(self, values: Mapping[str, float | str]) -> Parameters:
        """Return the parameters with some values exchanged.

        Raises ParameterError for an unknown name or a value outside its bounds.
        """
        if not isinstance(values, Mapping):
            message = f"values are given by name, such as {{'rate': 0.1}}, not {came(values)}"
            raise ParameterError(message)
        changed = [self[name].with_value(value) for name, value in values.items()]
        return self.with_entries({entry.name: entry for entry in changed})

    def with_entries(self, entries: Mapping[str, Parameter]) -> Parameters:
        """Return the parameters with some entries exchanged or added."""
        if not entries:
            return self
        return replace(self, entries={**self.entries, **entries}, _refs={})

    def estimated(self) -> tuple[str, ...]:
        """Return the names whose values come from a fit, in the order of the collection."""
        return tuple(name for name, entry in self.items() if entry.role == "estimated")


def _leaves(name: str, value: Any) -> dict[tuple[str, ...], Any]:
    found = leaves(value)
    if not found:
        message = f"'{name}' needs a number, or one for each of some elements, not {came(value)}"
        raise ParameterError(message)
    return found


def _with_unit(name: str, given: Any) -> tuple[Any, Any]:
    if not isinstance(given, tuple):
        return given, "1"
    if len(given) != len(("value", "unit")):
        message = (
            f"'{name}' is a number, or a number and its unit: (0.1, '1/year'), not {came(given)}"
        )
        raise ParameterError(message)
    return given


def _several(dimensions: Dimensions) -> tuple[Dimension, ...]:
    is_listed = isinstance(dimensions, Iterable) and trait(dimensions, "ndim", 1) == 1
    loose = not is_listed or isinstance(dimensions, str | bytes)
    is_one = loose or isinstance(dimensions, Dimension)
    several: tuple[Any, ...] = (dimensions,) if is_one else tuple(dimensions)  # type: ignore[arg-type]
    if not all(isinstance(d, Dimension) for d in several):
        message = f"dimensions is a Dimension or several, as in [age], not {came(dimensions)}"
        raise ParameterError(message)
    return several


def _names(name: str, over: tuple[Dimension, ...]) -> dict[tuple[str, ...], str]:
    """Return the names of the parameters of all elements."""
    return {key: element_name(name, *key) for key, _ in keys_of(over)}


def _in_one_unit(array: Array) -> Array:
    if any(part.unit != array.unit for part in array.scalars):
        units = ", ".join(f"'{part}' [{part.unit}]" for part in array.scalars)
        message = f"the parameters '{array}' of all elements need one unit, not {units}"
        raise ParameterError(message)
    return array
