"""The words of a scenario, each defined once: what Change and Scenario take and a file may hold.

A row gives a key's meaning, how a value is read, how that is said where it cannot be, and its JSON
Schema. The constructors in Python, the reader of files and the schema for editors work from these
rows. They are no pydantic model, because every first run would have to load pydantic with them:
0.15 s, most of what such a run takes.
"""

from __future__ import annotations

import datetime as dt
import math
import numbers
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from caresim.language.dates import parse_date
from caresim.language.errors import CaresimError
from caresim.language.unchanged import SENTENCES, sentences_in
from caresim.study.scenario.literals import (
    FIRST_YEAR,
    LAST_YEAR,
    Percent,
    financial_year_of,
    percent_text,
)
from caresim.study.scenario.tried_values import by_year

__all__ = ["CASH", "CHANGE", "KINDS", "PROFILE", "SCENARIO", "TEXT", "TOLD", "VERBS", "Key", "Kind"]

VERBS = ("set", "add", "scale")
CASH = "cash"
LONGEST_RAMP = 50


@dataclass(frozen=True)
class Kind:
    """What a value may be: how it is read (None where it cannot be), said, and given to editors.

    In a file an ``unquoted`` value may not be a text.
    """

    read: Callable[[Any], Any]
    said: str
    schema: Mapping[str, Any]
    unquoted: bool = False


@dataclass(frozen=True)
class Key:
    """One key of a file, and the argument that it is in Python.

    ``argument`` is given where Python has another name for it, ``in_file`` where a file needs more
    or other words than Python to say what the value must be. A key with an ``example`` is
    compulsory in a file, where its text may not be blank either.
    """

    name: str
    kind: Kind
    meaning: str
    argument: str = ""
    in_file: str = ""
    example: str = ""
    default: Any = None

    def written(self, value: object) -> Any:
        """Return what a value in a file is read as, None where it cannot be used there."""
        refused = self.kind.unquoted or (self.example and not str(value).strip())
        if isinstance(value, str) and refused:
            return None
        if isinstance(value, dt.datetime):  # a time of day, be it midnight
            return None
        if self.name in VERBS and isinstance(value, dict):
            return by_year(value) or None
        return self.kind.read(value)

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the key."""
        default = {} if self.default is None else {"default": self.default}
        filled = {"pattern": VISIBLE} if self.example and not self.kind.unquoted else {}
        return {**default, "description": self.meaning, **filled, **self.kind.schema}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _name(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _file_name(value: object) -> str | None:
    return value if isinstance(value, str) and value and not set(value) & {"/", "\\"} else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _amount(value: object) -> float | str | None:
    if isinstance(value, Percent):
        return value
    if isinstance(value, str) and (found := percent_text(value)) and not found[0]:
        return Percent(found[1], value.strip())
    return _name(value) if isinstance(value, str) else _number(value)


def _year(value: object) -> str | None:
    return value if value == CASH or (value and financial_year_of(value) == value) else None


def _ramp(value: object) -> float | None:
    number = _number(value)
    return number if number is not None and 0 <= number <= LONGEST_RAMP else None


def _day(value: str | dt.date) -> dt.date | None:
    try:
        if isinstance(value, dt.datetime) and value.time() != dt.time():
            return None
        day = parse_date(value)
    except (CaresimError, ValueError):  # the latter from a table's missing date
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _verb(value: object) -> str | None:
    return value if isinstance(value, str) and value in VERBS else None


def _tables(value: object) -> list[Any] | None:
    return value if isinstance(value, list) else None


VISIBLE = r"\S"  # at least one visible character
TEXT = Kind(_text, "a text", {"type": "string"})
NAME = Kind(_name, "the name of a lever", {"type": "string"})
FILE = Kind(_file_name, "the name of a file", {"pattern": r"^[^/\\]+$", "type": "string"})
VERB = Kind(_verb, f"one of {', '.join(map(repr, VERBS))}", {"enum": list(VERBS)})
TABLES = Kind(_tables, "a list", {"items": {"$ref": "#/$defs/ChangeTable"}, "type": "array"})
TOLD = Kind(
    sentences_in,
    SENTENCES,
    {"items": {"pattern": r"\.\s*$", "type": "string"}, "type": "array"},
)
NUMBER = Kind(
    _number,
    "a finite number",
    {"anyOf": [{"type": "number"}, {"$ref": "#/$defs/Years"}]},
    unquoted=True,
)
SETTING = Kind(
    _amount,
    "a finite number, or the name of a choice",
    {"anyOf": [{"type": "number"}, {"type": "string"}, {"$ref": "#/$defs/Years"}]},
)
DAY = Kind(
    _day,
    f"a date such as 2027-04-01, between {FIRST_YEAR} and {LAST_YEAR}",
    {"format": "date", "type": "string"},
    unquoted=True,
)
RAMP = Kind(
    _ramp,
    f"a number of years from 0 to {LONGEST_RAMP}",
    {"maximum": LONGEST_RAMP, "minimum": 0, "type": "number"},
    unquoted=True,
)

YEAR = Kind(
    _year,
    "a financial year such as '2022-23'",
    {"pattern": rf"^(\d{{4}}-\d{{2}}|{CASH})$", "type": "string"},
)
PROFILE = {
    "additionalProperties": {"type": "number"},
    "minProperties": 1,
    "propertyNames": {"pattern": r"^\d{4}-\d{2}$"},
    "type": "object",
}

CHANGE = (
    Key("parameter", NAME, "The lever; `caresim levers` lists them.",
        in_file="the name of a lever in quotes", example='"name_of_the_lever"'),
    Key("set", SETTING, "The new value, or the name of a choice.", "amount",
        in_file="a finite number, or the name of a choice in quotes"),
    Key("add", NUMBER, "What is added, in the parameter's unit.", "amount"),
    Key("scale", NUMBER, "The factor it is multiplied by.", "amount"),
    Key("from", DAY, "The change begins as this day begins.", "begins",
        example="2027-04-01, the day the change begins"),
    Key("prices", YEAR, "The financial year at whose prices an amount of money is given, or `cash` "
        "where amounts are given by year; without it they are at those of the parameters.",
        in_file='a financial year in quotes such as "2022-23", or "cash" for amounts by year'),
    Key("over_years", RAMP, "Years of a straight ramp; 0 is a step.", default=0),
    Key("until", DAY, "The change is taken back as this day ends."),
    Key("why", TEXT, "The reason for the change.", in_file="a few words in quotes",
        example='"…" with the reason for the change'),
    Key("source", TEXT, "Where the figure is from, or `assumption: …`.",
        in_file="a few words in quotes",
        example='"…" with the origin of the figure, or "assumption: …"'),
)  # fmt: skip

SCENARIO = (
    Key("name", TEXT, "A short name, shown in tables and plots.",
        in_file="a short text in quotes", example='"A policy"'),
    Key("summary", TEXT, "One or two sentences on the policy.",
        in_file="a text in quotes", default=""),
    Key("author", TEXT, "Who wrote the scenario.", in_file="a text in quotes", default=""),
    Key("extends", FILE,
        "A scenario of this folder or of caresim, by name; its changes come first.",
        in_file="the name in quotes of a scenario in the same folder or among those of caresim"),
    Key("assumes", TOLD,
        "What a reader should know that it assumes, in sentences; pages show them where it is the "
        "baseline.", default=[]),
    Key("change", TABLES, "The changes, each under [[change]].", "changes",
        in_file="a list of tables; write [[change]] in double brackets above each change",
        default=[]),
)  # fmt: skip

# By the names of arguments; an amount is what its verb takes
KINDS = {"verb": VERB} | {name: key.kind for key in CHANGE for name in (key.name, key.argument)}
