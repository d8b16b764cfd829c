"""What a class body sets of a model: each setting is of its kind, or refused by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from caresim.language.dates import march_31
from caresim.language.drivers import Driver
from caresim.language.errors import ModelError, came
from caresim.language.feedbacks import Feedback
from caresim.language.flat_prices import FlatPrices
from caresim.language.kinds import finite, path_of, text_of
from caresim.language.observed import Observed
from caresim.language.parameters import Parameters
from caresim.language.rules import Rules
from caresim.language.unchanged import Unchanged
from caresim.language.variables import Variable

__all__ = ["DATES", "read_settings"]

DATES = ("start", "until")
TEXTS = ("title", "credit", "licence", "given_credit", "location", "figures_end")
FILES = ("scenarios", "posterior_file", "backtest_file", "effects_file", "scope_file",
         "beside_file")  # fmt: skip
TABLES, AMOUNTS = ("headlines", "spending_by", "spending_words"), ("counted_in", "rounded_to")
LISTS = {"limits": str, "feedbacks": Feedback, "drivers": Driver}
Read = Callable[[Any, str], Any]  # of a value and the name that an error has for it


def read_settings(model: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a class body as they are meant: days as texts, files as paths.

    Raises ModelError for one of another kind.
    """
    return {
        key: READ[key](value, f"{model}: '{key}'") for key, value in given.items() if key in READ
    }


def _day(value: Any, what: str) -> str:
    return str(march_31(value, what, ModelError))


def _text(value: Any, what: str) -> str:
    return text_of(value, what, "Children in care", ModelError)


def _file(value: Any, what: str) -> Any:
    if value is None or not isinstance(value, str | PathLike):
        return _of(Path, value, what)
    # a folder of a package, which is no path of a disk, stays as it is
    return value if isinstance(value, Path) else path_of(value, what, "a file", ModelError)


def _table(value: Any, what: str) -> Mapping[str, Any]:
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return value
    message = f"{what} is a table by name, such as {{'child': 1e3}}, not {came(value)}"
    raise ModelError(message)


def _amounts(value: Any, what: str) -> Mapping[str, Any]:
    table = _table(value, what)
    for word, size in table.items():
        if finite(size) is None:
            message = f"{what}: '{word}' goes by a number, not by {came(size)}"
            raise ModelError(message)
    return table


def _list(kind: type) -> Read:
    def read(value: Any, what: str) -> tuple[Any, ...]:
        if isinstance(value, tuple | list) and all(isinstance(item, kind) for item in value):
            return tuple(value)
        name = "texts" if kind is str else f"{kind.__name__}s"
        message = f"{what} is a tuple of {name}, such as (first, second), not {came(value)}"
        raise ModelError(message)

    return read


def _of(kind: type, value: Any, what: str) -> Any:
    if value is None or isinstance(value, kind):
        return value
    message = f"{what} is a {kind.__name__} or None, not {came(value)}"
    raise ModelError(message)


def _parameters(value: Any, what: str) -> Any:
    if isinstance(value, Parameters):
        return value
    message = f"{what} are Parameters, such as Parameters.read('care.toml'), not {came(value)}"
    raise ModelError(message)


def _quantity(value: Any, what: str) -> Any:
    if value is None or isinstance(value, Variable | str):
        return value
    message = f"{what} is a quantity, or its name, not {came(value)}"
    raise ModelError(message)


def _unchanged(value: Any, what: str) -> Any:
    if isinstance(value, Unchanged):
        return value
    message = f"{what} is an Unchanged, such as Unchanged('Policy of 2020'), not {came(value)}"
    raise ModelError(message)


def _number(value: Any, what: str) -> float | None:
    number = finite(value)
    if value is None or (number is not None and number >= 0):
        return number
    message = f"{what} is a number from 0 or None, not {came(value)}"
    raise ModelError(message)


READ: dict[str, Read] = {
    **dict.fromkeys(DATES, _day),
    **dict.fromkeys(TEXTS, _text),
    **dict.fromkeys(FILES, _file),
    **dict.fromkeys(TABLES, _table),
    **dict.fromkeys(AMOUNTS, _amounts),
    **{key: _list(kind) for key, kind in LISTS.items()},
    **dict.fromkeys(("price_level", "spending_total"), _quantity),
    "parameters": _parameters,
    "observed": lambda value, what: _of(Observed, value, what),
    "flat_prices": lambda value, what: _of(FlatPrices, value, what),
    "rules": lambda value, what: _of(Rules, value, what),
    "unchanged": _unchanged,
    "checked_step": _number,
}
