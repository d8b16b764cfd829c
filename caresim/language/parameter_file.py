"""The TOML files that hold a model's parameters: reading them, and writing fitted values back."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import Any

from caresim.language.dates import end_of, parse_date, year_end
from caresim.language.dimensions import element_name
from caresim.language.errors import CaresimError, ParameterError, did_you_mean
from caresim.language.parameter_entry import PRIORS, Parameter, Prior, Series

TEXTS = {"meaning", "unit", "role", "source", "address", "grade", "note", "caveat"}
TEXTS |= {"acts_on", "lag", "cost", "line", "effect", "continues"}

__all__ = ["leaves", "read_entries", "with_new_values"]

_DATED = re.compile(r"\d{4}-\d")  # how a date or a financial year begins
_PLAIN = r"[^\n{}]"
_DEEPER = rf"(?:{_PLAIN}|{{{_PLAIN}*}})*"
_BESIDE = rf"(?:{_PLAIN}|{{{_DEEPER}}})*"  # what stands before a number, inner tables among it


def read_entries(path: Path) -> tuple[dict[str, Parameter], str]:
    """Read a file with one table for each parameter; return them by name, and the price year.

    Raises ParameterError that names file, parameter and key.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        message = f"{path.name}: cannot be read as a parameter file: {fault}"
        raise ParameterError(message) from None
    price_year = content.pop("price_year", "")
    entries: dict[str, Parameter] = {}
    for name, table in content.items():
        try:
            for part, own in _by_element(name, table):
                if part in entries:
                    message = f"'{part}' is already a parameter of this file"
                    raise ParameterError(message)
                entries[part] = _from_table(part, own)
        except CaresimError as fault:
            message = f"{path.name}, [{name}]: {fault}"
            raise ParameterError(message) from None
    for name, table in content.items():
        _check_effect(f"{path.name}, [{name}]", table.get("effect"), set(entries) - {name})
    return entries, price_year


def _check_effect(where: str, effect: str | None, others: set[str]) -> None:
    if effect is not None and effect not in others:
        message = (
            f"{where}: 'effect' names another parameter of the file, not '{effect}'"
            f"{did_you_mean(effect, others)}"
        )
        raise ParameterError(message)


def with_new_values(text: str, values: Mapping[str, float]) -> str:
    """Return the text of a parameter file with some values exchanged and all else as it was.

    Raises ParameterError for a parameter that has no line ``value = …``.
    """
    by_element = _elements_of(text)
    for name, value in values.items():
        table, elements = by_element.get(name, (name, ()))
        pattern = rf"(^\[{re.escape(table)}\]\n(?:(?!\[).*\n)*?{_line(elements)}"
        text, count = re.subn(pattern, rf"\g<1>{value!r}", text, count=1, flags=re.MULTILINE)
        if not count:
            inner = " … ".join(f'"{element}" =' for element in elements)
            key = f"elements = {{ … {inner} … }}" if elements else "value = …"
            message = f"[{table}] has no line '{key}' to write the new value to"
            raise ParameterError(message)
    return text


def _line(elements: tuple[str, ...]) -> str:
    """Return what the number of a parameter stands after and is, the rest of two groups."""
    if not elements:
        return r"value = )[^\n]*"
    *outer, last = (rf' *"?{re.escape(element)}"? *= *' for element in elements)
    within = "".join(rf"(?:{_BESIDE},)?{element}{{" for element in outer)
    return rf"elements = {{{within}(?:{_BESIDE},)?{last})[^\n,}} ]*"


def _elements_of(text: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return table and elements of each parameter that is given by element."""
    return {
        element_name(table, *elements): (table, elements)
        for table, content in tomllib.loads(text).items()
        if isinstance(content, dict) and "elements" in content
        for elements in leaves(content["elements"])
    }


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
    elements = _table("elements", table["elements"])
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


def _from_table(name: str, table: Any) -> Parameter:
    given = _checked_keys(table)
    if "values" in given:
        given["value"] = _series(given.pop("values"))
    else:
        given["value"] = _number("value", given["value"])
    if "bounds" in given:
        given["bounds"] = _bounds(given["bounds"])
    if "prior" in given:
        given["prior"] = _prior(given["prior"])
    if "choices" in given:
        choices = _table("choices", given["choices"])
        given["choices"] = tuple((label, _number(label, v)) for label, v in choices.items())
    if "vintages" in given:
        known = _table("vintages", given["vintages"])
        given["vintages"] = tuple((_year(label), _number(label, v)) for label, v in known.items())
    parameter = Parameter(name, **given)
    if parameter.role != "estimated" and not parameter.source:
        message = "'source' is missing: say where the number comes from, or that it is assumed"
        raise ParameterError(message)
    return parameter


def _checked_keys(table: Any) -> dict[str, Any]:
    if not isinstance(table, dict):
        message = "each parameter is a table with meaning, value and unit"
        raise ParameterError(message)
    known = {f.name for f in fields(Parameter)} - {"name"} | {"values", "elements", "priors"}
    for key in table:
        if key not in known:
            message = f"unknown key '{key}'{did_you_mean(key, known)}"
            raise ParameterError(message)
    for key in ("meaning", "unit", "role"):
        if key not in table:
            message = f"'{key}' is missing"
            raise ParameterError(message)
    if ("value" in table) == ("values" in table):
        message = "give either 'value' or 'values'"
        raise ParameterError(message)
    for key in sorted(TEXTS & set(table)):
        if not isinstance(table[key], str):
            message = f"'{key}' is a text, not {table[key]!r}"
            raise ParameterError(message)
    return dict(table)


def _number(key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        message = f"'{key}' is a number, not {value!r}"
        raise ParameterError(message)
    return float(value)


def _year(label: str) -> str:
    year_end(label)
    return label


def _table(key: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        message = f"'{key}' is a table of names and numbers, not {value!r}"
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
    message = f"'bounds' is [low, high], not {value!r}"
    raise ParameterError(message)


def _prior(value: Any) -> Prior:
    kinds = ", ".join(PRIORS)
    if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in PRIORS:
        message = f"'prior' is one of {kinds}, such as {{ normal = {{ mean = 1, sd = 0.1 }} }}"
        raise ParameterError(message)
    kind, given = next(iter(value.items()))
    numbers = _table("prior", given)
    if set(numbers) != set(PRIORS[kind]):
        message = f"a {kind} prior takes {' and '.join(PRIORS[kind])}"
        raise ParameterError(message)
    return Prior(kind, *(_number(key, numbers[key]) for key in PRIORS[kind]))
