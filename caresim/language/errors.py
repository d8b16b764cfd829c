"""The errors caresim raises: each says where, what is wrong, and what to do."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

__all__ = [
    "LONGEST",
    "CaresimError",
    "ExportError",
    "ModelError",
    "ParameterError",
    "RunError",
    "ScenarioError",
    "UnitError",
    "UnknownParameterError",
    "came",
    "did_you_mean",
    "quoted",
    "shown",
    "trait",
]

LONGEST = 60  # letters of a value that a message shows whole
VOWELS = ("a", "e", "i", "o", "u", "nd")  # as they sound


class CaresimError(Exception):
    """Any fault that caresim explains to its user; the base of the others."""


class UnitError(CaresimError):
    """An equation whose units do not agree; raised on the line that declares it."""


class ModelError(CaresimError):
    """A model that is not well formed: a repeated name, a loop without a stock, no label."""


class ParameterError(CaresimError):
    """A parameter that is unknown, incomplete, or has a value outside its bounds."""


class UnknownParameterError(ParameterError, AttributeError, KeyError):
    """A name that no parameter has; Python's ``hasattr`` and ``getattr`` take it as such."""

    __str__ = Exception.__str__  # that of a KeyError puts quotes around a sentence


class ScenarioError(CaresimError):
    """A scenario file or object that cannot be used; names file, change and key."""


class RunError(CaresimError):
    """A run that cannot be made or finished: a negative stock, an output that was not stored."""


class ExportError(CaresimError):
    """A model that another format cannot hold exactly; names the quantity in the way."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a suggestion such as ``"; did you mean 'return_rate'?"``, or nothing."""
    near = difflib.get_close_matches(str(name)[:LONGEST], list(known), n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def quoted(what: object) -> str:
    """Return a name or an equation in quotes; one that shows a label in quotes stays as it is."""
    text = str(what)
    return text if '"' in text else f"'{text}'"


def came(value: object) -> str:
    """Return what was given as a message shows it: as Python writes it if short, or what it is."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if isinstance(value, ModuleType):
        return f"the module {value.__name__}"
    try:
        value = str(value) if isinstance(value, str) else value  # NumPy's texts say whose they are
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


def shown(value: object) -> str:
    """Return a value as a message shows it: short, and on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    try:
        text = str(value) if isinstance(value, int | float | dt.date | dt.time) else repr(value)
    except ValueError:  # Python refuses to print integers of thousands of digits
        text = "a number of thousands of digits"
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def trait(value: object, name: str, default: Any = None) -> Any:
    """Return an attribute of anybody's object, ``default`` where it has none or cannot tell."""
    try:
        return getattr(value, name, default)
    except Exception:  # noqa: BLE001  (what an object of anybody's raises)
        return default
