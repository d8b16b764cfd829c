"""The TOML files that hold a model's parameters."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import Any

from caresim.language.dates import end_of, parse_date, year_end
from caresim.language.dimensions import element_name
from caresim.language.errors import CaresimError, ParameterError, did_you_mean, shown
from caresim.language.faults import Faults
from caresim.language.outside_values import Outside, with_names
from caresim.language.parameter_entry import Parameter, Series
from caresim.language.priors import PRIORS, Prior
from caresim.language.toml_files import read_toml, toml_kind

BEYOND = 10**308  # whole numbers that no float holds
TEXTS = {"meaning", "unit", "role", "source", "address", "grade", "note", "caveat"}
TEXTS |= {"acts_on", "lag", "cost", "line", "effect", "continues", "exact"}

__all__ = ["leaves", "prior_from", "read_entries"]

FILE = toml_kind("a TOML file of parameters", ParameterError)

_DATED = re.compile(r"\d{4}-\d")  # how a date or a financial year begins


def read_entries(
    paths: Sequence[Path],
    fitted: Mapping[str, float] | None = None,
    beside: Collection[str] = (),
) -> tuple[dict[str, Parameter], str]:
    """Read files with one table for each parameter; return them by name, and the price year.

    Estimated parameters without a value take the one in ``fitted``; those that it has stand last,
    in its order. An ``effect`` may also name one of ``beside``.

    Raises ParameterError that names file, parameter and key of all that is wrong, at most ten.
    """
    contents = {path: read_toml(path, FILE) for path in paths}
    price_year, outside = _price_year(contents), Outside(fitted)
    entries: dict[str, Parameter] = {}
    files: dict[str, Path] = {}
    faults = Faults(", ".join(path.name for path in paths), ParameterError)
    for path, content in contents.items():
        for name, table in content.items():
            with faults.kept(), _placed(path, name):
                for part, own in _by_element(name, table):
                    _check_known(own)
                    _check_once(part, files.get(part), path)
                    files[part] = path
                    entries[part] = _from_table(part, outside.completed(part, own, path.parent))
    for path, content in contents.items():
        for name, table in content.items():
            with faults.kept(), _placed(path, name):
                if isinstance(table, dict) and isinstance(table.get("effect"), str):
                    _check_effect(table["effect"], {*files, *beside} - {name}, len(contents))
    faults.tell()
    # a fit, and so its draws, hangs on the order of what is estimated: not on how files are cut
    last = {name: entries.pop(name) for name in fitted or () if name in entries}
    return entries | last, price_year


def _price_year(contents: Mapping[Path, dict[str, Any]]) -> str:
    """Take the price year out of the file that says it."""
    said = {path: content.pop("price_year") for path, content in contents.items()
            if "price_year" in content}  # fmt: skip
    if len(said) > 1:
        first, second, *_ = (path.name for path in said)
        message = f"{second}: 'price_year' stands in {first} as well; say it once"
        raise ParameterError(message)
    for path, year in said.items():
        try:
            year_end(year)
        except CaresimError as fault:
            message = f"{path.name}: 'price_year': {fault}"
            raise ParameterError(message) from None
    return next(iter(said.values()), "")


@contextmanager
def _placed(path: Path, name: str) -> Iterator[None]:
    """Say of a fault in which file and parameter it is."""
    try:
        yield
    except CaresimError as fault:
        message = f"{path.name}, [{name}]: {fault}"
        raise ParameterError(message) from None


def _check_once(name: str, before: Path | None, path: Path) -> None:
    if before is not None:
        where = "of this file" if before == path else f"of {before.name}; take one of them out"
        message = f"'{name}' is already a parameter {where}"
        raise ParameterError(message)


def _check_effect(effect: str, others: set[str], files: int) -> None:
    if effect not in others:
        message = (
            f"'effect' names another parameter of the file{'s' * (files > 1)}, not '{effect}'"
            f"{did_you_mean(effect, others)}"
        )
        raise ParameterError(message)


def leaves(value: Any, *, inner: bool = False) -> dict[tuple[str, ...], Any]:
    """Return what is given by element, and perhaps by element of these, under all their names.

    Within elements, a table of dated values is one value.
    """
    dated = inner and isinstance(value, Mapping) and any(map(_DATED.match, value))
    if not isinstance(value, Mapping) or dated or (inner and not value):
        return {(): value}
    return {
        (element, *more): leaf
        for element, part in value.items()
        for more, leaf in leaves(part, inner=True).items()
    }


def _by_element(name: str, table: Any) -> list[tuple[str, Any]]:
    """Return a table for each element of a table with ``elements``, in place of the one."""
    if not isinstance(table, dict) or "elements" not in table:
        if isinstance(table, dict) and "priors" in table:
            message = "'priors' goes with 'elements'; one number has a 'prior'"
            raise ParameterError(message)
        return [(name, table)]
    if spare := {"value", "values"} & set(table):
        message = f"give either 'elements' or '{min(spare)}'"
        raise ParameterError(message)
    shared = {key: value for key, value in table.items() if key not in ("elements", "priors")}
    elements = _table("elements", with_names(table["elements"]))
    if not elements:
        message = "'elements' needs at least one name and number"
        raise ParameterError(message)
    priors = _priors(table, elements)
    made = []
    for key, value in leaves(elements).items():
        own = {**shared, "values" if isinstance(value, dict) else "value": value}
        own |= {"prior": priors[key]} if priors else {}
        if isinstance(own.get("meaning"), str):
            own["meaning"] = ", ".join((own["meaning"], *key))
        made.append((element_name(name, *key), own))
    return made


def _priors(table: dict[str, Any], elements: dict[str, Any]) -> dict[tuple[str, ...], Any]:
    """Return the prior of each element where a table has ``priors``, nothing where it has none."""
    if "priors" not in table:
        return {}
    if "prior" in table:
        message = "give either 'prior', for all elements, or 'priors'"
        raise ParameterError(message)
    return {key: _prior_at(key, table["priors"], elements) for key in leaves(elements)}


def _prior_at(key: tuple[str, ...], priors: Any, elements: dict[str, Any]) -> Any:
    given = _table("priors", priors)
    if sorted(given) != sorted(elements):
        known = ", ".join(f"'{element}'" for element in elements)
        message = f"'priors' needs one for each of {known}, not for {', '.join(map(repr, given))}"
        raise ParameterError(message)
    first, *more = key
    return _prior_at(tuple(more), given[first], elements[first]) if more else given[first]


def _from_table(name: str, table: dict[str, Any]) -> Parameter:
    given = _checked_keys(table)
    if "values" in given:
        given["value"] = _series(given.pop("values"))
    else:
        given["value"] = _number("value", given["value"])
    if "bounds" in given:
        given["bounds"] = _bounds(given["bounds"])
    if "prior" in given:
        given["prior"] = prior_from(given["prior"])
    if "choices" in given:
        choices = _table("choices", given["choices"])
        given["choices"] = tuple((label, _number(label, v)) for label, v in choices.items())
    if "vintages" in given:
        known = _table("vintages", given["vintages"])
        given["vintages"] = tuple((_year(label), _number(label, v)) for label, v in known.items())
    if given.get("assumed_from"):
        given["assumed_from"] = str(parse_date(given["assumed_from"], "'assumed_from'"))
    parameter = Parameter(name, **given)
    if parameter.role != "estimated" and not parameter.source:
        message = "'source' is missing: say where the number comes from, or that it is assumed"
        raise ParameterError(message)
    return parameter


def _check_known(table: Any) -> None:
    if not isinstance(table, dict):
        message = "each parameter is a table with meaning, value and unit"
        raise ParameterError(message)
    known = {f.name for f in fields(Parameter)} - {"name"} | {
        "values",
        "from",
        "elements",
        "priors",
    }
    for key in table:
        if key not in known:
            message = f"unknown key '{key}'{did_you_mean(key, known)}"
            raise ParameterError(message)


def _checked_keys(table: dict[str, Any]) -> dict[str, Any]:
    for key in ("meaning", "unit", "role"):
        if key not in table:
            message = f"'{key}' is missing"
            raise ParameterError(message)
    if ("value" in table) == ("values" in table):
        message = "give either 'value' or 'values', or 'from' with the name of a CSV file"
        raise ParameterError(message)
    for key in sorted(TEXTS & set(table)):
        if not isinstance(table[key], str):
            message = f"'{key}' is a text, not {shown(table[key])}"
            raise ParameterError(message)
    return dict(table)


def _number(key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        message = f"'{key}' is a number, not {shown(value)}"
        raise ParameterError(message)
    number = float(value) if abs(value) < BEYOND else math.inf
    if not math.isfinite(number):
        message = f"'{key}' must be a finite number, not {shown(value)}"
        raise ParameterError(message)
    return number


def _year(label: str) -> str:
    year_end(label)
    return label


def _table(key: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        message = f"'{key}' is a table of names and numbers, not {shown(value)}"
        raise ParameterError(message)
    return value


def _series(given: Any) -> Series:
    """Read dated values; the keys are all dates or all financial years."""
    values = _table("values", given)
    held = all(len(key) == len("2019-20") for key in values)
    if held:
        times = [float(year_end(key) - 1) for key in values]
    else:
        times = [end_of(parse_date(key, "a key of 'values'")) for key in values]
    if not times or any(b <= a for a, b in pairwise(times)):
        message = "'values' needs dates in increasing order"
        raise ParameterError(message)
    if held and any(b - a != 1 for a, b in pairwise(times)):
        message = "'values' by financial year must not skip a year"
        raise ParameterError(message)
    return Series(tuple(times), tuple(_number(key, v) for key, v in values.items()), held)


def _bounds(value: Any) -> tuple[float, float]:
    if isinstance(value, list) and len(value) == len(("low", "high")):
        low, high = (_number("bounds", end) for end in value)
        if low < high:
            return low, high
    message = f"'bounds' is [low, high], not {shown(value)}"
    raise ParameterError(message)


def prior_from(value: Any) -> Prior:
    """Return the prior that a table writes; raise ParameterError for what is none."""
    beside = dict(value) if isinstance(value, dict) else {}
    given = {kind: beside.pop(kind) for kind in PRIORS if kind in beside}
    zero = beside.pop("zero", None)
    if len(given) != 1 or beside:
        message = (
            f"'prior' is one of {', '.join(PRIORS)}, such as {{ normal = {{ mean = 1, sd = 0.1 }} "
            f"}}, and beside it perhaps zero = 0.3, the probability of a point at zero, "
            f"not {shown(value)}"
        )
        raise ParameterError(message)
    kind, table = next(iter(given.items()))
    if set(_table("prior", table)) != set(PRIORS[kind]):
        message = f"a {kind} prior takes {' and '.join(PRIORS[kind])}, not {shown(table)}"
        raise ParameterError(message)
    if zero is not None and not 0 < _number("zero", zero) < 1:
        message = f"'zero' is a probability above 0 and below 1, or left out, not {shown(zero)}"
        raise ParameterError(message)
    numbers = (_number(key, table[key]) for key in PRIORS[kind])
    return Prior(kind, *numbers, zero=zero or 0.0)
