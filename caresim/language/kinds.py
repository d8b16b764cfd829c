"""The kinds of values that come in from Python: each is read here, once, for every door.

A number, a day or a list may be one of Python, NumPy or pandas. Each function returns the value as
it is meant, or raises ``error`` in one sentence: what is taken, and what came instead.
"""

from __future__ import annotations

import datetime as dt
import math
import numbers
from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from caresim.language.dates import parse_date, year_end
from caresim.language.errors import CaresimError, RunError, came, trait

__all__ = [
    "MOST",
    "came",
    "count_of",
    "counts_of",
    "day_of",
    "finite",
    "items_of",
    "names_of",
    "number_of",
    "path_of",
    "price_year_of",
    "quantile_of",
    "quantiles_of",
    "real",
    "text_of",
    "word_of",
]

Fault = type[CaresimError]
DATES = ("M", "m")  # kinds of NumPy
MOST = 2**63 - 1  # that a whole number may be, as files and other programs hold it


def real(value: object) -> float | None:
    """Return a number of Python or NumPy, None for what is none: a flag, a text, a masked cell."""
    value = _alone(value)
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    try:
        return float(value)
    except (OverflowError, ValueError):  # from a whole number that no float can hold
        return None


def _alone(value: Any) -> Any:
    """Return the value in an array without dimensions, None for one that is masked or a date.

    Anything else stays itself.
    """
    if trait(value, "ndim") != 0 or trait(value, "item") is None:
        return value
    is_date = trait(trait(value, "dtype"), "kind") in DATES  # whose item may be a whole number
    return None if trait(value, "mask") or is_date else value.item()


def finite(value: object) -> float | None:
    """Return a number that is neither infinite nor NaN, None for anything else."""
    number = real(value)
    return number if number is not None and math.isfinite(number) else None


def count_of(value: object, what: str, least: int = 0, error: Fault = RunError) -> int:
    """Return a whole number, of Python or NumPy."""
    return counts_of([value], f"{what} is a whole number from {least}", least, error)[0]


def counts_of(values: object, said: str, least: int, error: Fault = RunError) -> list[int]:
    """Return some whole numbers; ``said`` is what the verb takes, in words."""
    wholes: list[int] = []
    for value in items_of(values, said, error):
        if (whole := _whole(value)) is None or whole < least:
            message = f"{said}, not {came(value)}"
            raise error(message)
        if whole > MOST:
            message = f"{said} to {MOST}, not {came(value)}"
            raise error(message)
        wholes.append(whole)
    return wholes


def _whole(value: Any) -> int | None:
    value = _alone(value)
    is_whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    return int(value) if is_whole else None


def number_of(
    value: object, said: str, holds: Callable[[float], bool], error: Fault = RunError
) -> float:
    """Return a number that a condition holds for; ``said`` is what the verb takes, in words."""
    number = real(value)
    if number is not None and holds(number):
        return number
    message = f"{said}, not {came(value)}"
    raise error(message)


def quantile_of(value: object, error: Fault = RunError) -> float:
    """Return a quantile; a percentage is refused."""
    said = "a quantile is a share from 0 to 1, such as 0.5 for the median"
    return number_of(value, said, lambda share: 0 <= share <= 1, error)


def quantiles_of(value: object, error: Fault = RunError) -> list[float]:
    """Return a quantile, or several, each once."""
    if real(value) is not None:
        return [quantile_of(value, error)]
    said = "quantiles are a share from 0 to 1, or a list of them such as [0.1, 0.5, 0.9]"
    shares = [quantile_of(share, error) for share in items_of(value, said, error)]
    if not shares or len(set(shares)) < len(shares):
        message = f"{said}, each once, not {came(value)}"
        raise error(message)
    return shares


def text_of(value: object, what: str, example: str, error: Fault = RunError) -> str:
    """Return a text."""
    if isinstance(value, str):
        return str(value)  # which NumPy's texts are too
    message = f"{what} is a text such as '{example}', not {came(value)}"
    raise error(message)


def word_of(value: object, what: str, known: Sequence[str], error: Fault = RunError) -> str:
    """Return one of a few words."""
    if isinstance(value, str) and value in known:
        return str(value)
    listed = f"{', '.join(map(repr, known[:-1]))} or {known[-1]!r}"
    message = f"{what} is {listed}, not {came(value)}"
    raise error(message)


def names_of(
    value: object, what: str, example: str, kind: str = "names", error: Fault = RunError
) -> list[str]:
    """Return a list of names, from any collection of them; one text alone is not a list."""
    if isinstance(value, str):
        message = f"{what} is a list of {kind}: write {what}=[{came(value)}]"
        raise error(message)
    found = items_of(value, f"{what} is a list of {kind}, such as ['{example}']", error)
    if not found:
        message = f"{what} is a list of {kind}, such as ['{example}'], not {came(value)}"
        raise error(message)
    if wrong := [item for item in found if not isinstance(item, str)]:
        message = f"{what} is a list of {kind}, such as ['{example}'], without {came(wrong[0])}"
        raise error(message)
    return [str(item) for item in found]


def items_of(value: object, said: str, error: Fault = RunError) -> list[Any]:
    """Return what a list, a column or another collection holds; tables and texts are none."""
    loose = isinstance(value, str | bytes | Mapping) or trait(value, "ndim", 1) != 1
    if isinstance(value, Iterable) and not loose:
        return list(value)
    message = f"{said}, not {came(value)}"
    raise error(message)


def day_of(value: object, what: str, error: Fault = RunError) -> dt.date:
    """Return a day; a time of day is refused."""
    return parse_date(value, what, error)


def price_year_of(value: object, error: Fault = CaresimError) -> str:
    """Return the financial year of prices, empty where there is none."""
    if isinstance(value, str) and not value:
        return ""
    try:
        year_end(value)  # type: ignore[arg-type]
    except CaresimError as fault:
        message = f"'price_year': {fault}"
        raise error(message) from None
    return str(value)


def path_of(value: object, what: str, example: str, error: Fault = CaresimError) -> Path:
    """Return a path, given as one or as a text."""
    if isinstance(value, str | PathLike) and isinstance(named := fspath(value), str):
        if named.strip() and "\0" not in named:
            return Path(named)
        message = f"{what} is the path of {example}, and {came(value)} names none"
        raise error(message)
    message = f"{what} is the path of {example}, not {came(value)}"
    raise error(message)
