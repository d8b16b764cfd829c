"""What is wrong with the tables of a file that somebody writes: keys, texts, choices, numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from caresim.language.errors import came, did_you_mean

__all__ = ["are_tables", "choice_faults", "key_faults", "order_faults", "text_faults"]


def are_tables(value: object) -> bool:
    """Return whether a value is a list of tables."""
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def order_faults(path: Path, tables: list[dict[str, Any]], kind: str = "rows") -> Iterator[str]:
    """Yield what is wrong with the numbering of tables, which counts from 1 on."""
    numbers = [table.get("number") for table in tables]
    if numbers != [*range(1, len(tables) + 1)]:
        shown = ", ".join(str(number) for number in numbers)
        yield f"{path}: the {kind} are numbered {shown}; number them from 1 on, in their order"


def key_faults(place: str, table: Mapping[str, Any], known: tuple[str, ...]) -> Iterator[str]:
    """Yield the keys that are none of those known."""
    for key in table:
        if key not in known:
            near = did_you_mean(key, known) or f"; the keys are {', '.join(known)}"
            yield f"{place}: unknown key '{key}'{near}"


def text_faults(
    place: str, table: Mapping[str, Any], key: str, *, needed: bool = False
) -> Iterator[str]:
    """Yield a text that is missing or is none."""
    value = table.get(key)
    if value is None and needed:
        yield f"{place}: '{key}' is missing; add it"
    elif value is not None and not (isinstance(value, str) and value.strip()):
        yield f"{place}: '{key}' is {came(value)}; write a text"


def choice_faults(
    place: str, table: Mapping[str, Any], key: str, known: tuple[str, ...]
) -> Iterator[str]:
    """Yield a text that is none of those known."""
    if isinstance(table.get(key), str) and table[key] not in known:
        yield f"{place}: '{key}' is {came(table[key])}, which is none of {', '.join(known)}"
