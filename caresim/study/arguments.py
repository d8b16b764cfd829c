"""The arguments of verbs: each kind is read in one place, and a wrong one refused in one sentence.

Each function returns the argument as it is meant; the sentence says what the verb takes and shows
what came. ``error`` is the kind of error that the verb raises.
"""

from __future__ import annotations

import datetime as dt
import numbers
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from caresim.engine.run import Run
from caresim.language.dates import SPAN, parse_date
from caresim.language.errors import CaresimError, RunError, shown
from caresim.language.model import Model
from caresim.language.observed import Observed

__all__ = [
    "came",
    "count_of",
    "counts_of",
    "day_of",
    "figures_of",
    "items_of",
    "model_of",
    "names_of",
    "number_of",
    "path_of",
    "rate_of",
    "run_of",
    "shown",
    "text_of",
    "word_of",
]

Fault = type[CaresimError]
LONGEST = 60
VOWELS = ("a", "e", "i", "o", "u", "nd")  # as they sound


def came(value: object) -> str:
    """Return what was given as a message shows it: as Python writes it if short, or what it is."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    try:
        shown = str(value) if isinstance(value, Path | dt.date) else repr(value)
    except Exception:  # noqa: BLE001  (what an object of anybody's raises while it is shown)
        shown = ""
    short = shown and len(shown) <= LONGEST and "\n" not in shown and " at 0x" not in shown
    if short:
        return shown
    if isinstance(value, str | bytes | Path):
        return f"{' '.join(shown.split())[: LONGEST - 1]}…"
    kind = type(value).__name__
    return f"{'an' if kind.lower().startswith(VOWELS) else 'a'} {kind}"


def model_of(value: object, verb: str, error: Fault = RunError) -> Model:
    """Return a model; a class is shown with the brackets that make a model of it."""
    if isinstance(value, Model):
        return value
    example, advice = "MyModel()", ""
    if isinstance(value, type) and issubclass(value, Model):
        example, advice = f"{value.__name__}()", "; add the brackets"
    message = f"{verb} takes a model such as {example}, not {came(value)}{advice}"
    raise error(message)


def run_of(value: object, verb: str, error: Fault = RunError) -> Run:
    """Return a run."""
    if isinstance(value, Run):
        return value
    message = f"{verb} takes a run such as cs.run(model), not {came(value)}"
    raise error(message)


def figures_of(value: object, what: str, error: Fault) -> Observed | None:
    """Return observed figures, or None where none are given."""
    if value is None or isinstance(value, Observed):
        return value
    message = (
        f"{what} takes figures such as cs.read_figures('figures.csv', model), not {came(value)}"
    )
    raise error(message)


def count_of(value: object, what: str, least: int = 0, error: Fault = RunError) -> int:
    """Return a whole number, of Python or NumPy."""
    return counts_of([value], f"{what} is a whole number from {least}", least, error)[0]


def counts_of(values: object, said: str, least: int, error: Fault = RunError) -> list[int]:
    """Return some whole numbers; ``said`` is what the verb takes, in words."""
    found = items_of(values, said, error)
    for value in found:
        is_whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
        if not is_whole or int(value) < least:
            message = f"{said}, not {came(value)}"
            raise error(message)
    return [int(value) for value in found]


def number_of(
    value: object, said: str, holds: Callable[[float], bool], error: Fault = RunError
) -> float:
    """Return a number that a condition holds for; ``said`` is what the verb takes, in words."""
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        with suppress(OverflowError):  # from whole numbers that no float can hold
            if holds(number := float(value)):
                return number
    message = f"{said}, not {came(value)}"
    raise error(message)


def rate_of(value: object) -> float:
    """Return a discount rate; a percentage is refused."""
    said = "discount is a share a year such as 0.035 for 3.5 %"
    return number_of(value, said, lambda rate: 0 <= rate < 1)


def text_of(value: object, what: str, example: str, error: Fault = RunError) -> str:
    """Return a text."""
    if isinstance(value, str):
        return value
    message = f"{what} is a text such as '{example}', not {came(value)}"
    raise error(message)


def word_of(value: object, what: str, known: Sequence[str], error: Fault = RunError) -> str:
    """Return one of a few words."""
    if isinstance(value, str) and value in known:
        return value
    listed = f"{', '.join(map(repr, known[:-1]))} or {known[-1]!r}"
    message = f"{what} is {listed}, not {came(value)}"
    raise error(message)


def names_of(
    value: object, what: str, example: str, kind: str = "names", error: Fault = RunError
) -> list[str]:
    """Return a list of names, from any collection of them; one text alone is not a list."""
    if isinstance(value, str):
        message = f"{what} is a list of {kind}: write {what}=[{value!r}]"
        raise error(message)
    found = items_of(value, f"{what} is a list of {kind}, such as ['{example}']", error)
    if wrong := [item for item in found if not isinstance(item, str)]:
        message = f"{what} is a list of {kind}, such as ['{example}'], without {came(wrong[0])}"
        raise error(message)
    return found


def items_of(value: object, said: str, error: Fault = RunError) -> list[Any]:
    """Return what a list, a column or another collection holds; tables and texts are none."""
    loose = isinstance(value, str | bytes | Mapping) or getattr(value, "ndim", 1) != 1
    if isinstance(value, Iterable) and not loose:
        return list(value)
    message = f"{said}, not {came(value)}"
    raise error(message)


def day_of(value: object, what: str, error: Fault = RunError) -> dt.date:
    """Return a day; a time of day is refused."""
    example = f"{what} must be a date such as 2030-03-31, not {came(value)}"
    if isinstance(value, dt.datetime) and _clock_time(value):
        raise error(f"{example}; leave out the time of day")
    try:
        day = parse_date(value, what)  # type: ignore[arg-type]
    except (CaresimError, ValueError) as fault:
        if str(fault).endswith(SPAN):
            raise error(f"{example}; {SPAN}") from None
        year = str(value) if isinstance(value, str | numbers.Integral) else ""
        is_year = year.isdecimal() and len(year) == len("2030")
        raise error(example + (f"; write '{year}-03-31'" if is_year else "")) from None
    if not isinstance(day.year, int):  # a missing date that calls itself one
        raise error(example)
    return day


def _clock_time(value: dt.datetime) -> bool:
    try:
        return value.time() != dt.time()
    except ValueError:
        return False


def path_of(value: object, what: str, example: str, error: Fault = CaresimError) -> Path:
    """Return a path, given as one or as a text."""
    if isinstance(value, str | Path):
        return Path(value)
    message = f"{what} is the path of {example}, not {came(value)}"
    raise error(message)
