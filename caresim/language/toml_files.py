"""TOML files, read in one place: ordinary text of a sensible size and depth, faults by line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from caresim.language.errors import CaresimError, shown
from caresim.language.faults import Faults
from caresim.language.plain_text import hidden_in
from caresim.language.text_files import MEGABYTE, FileKind, text_of

__all__ = ["read_toml", "toml_kind"]

DEEPEST = 16
Found = tuple[str, Any, int]


def toml_kind(
    said: str,
    error: type[CaresimError] = CaresimError,
    *,
    most: int = 4,
    begin: str = "",
    advice: Callable[[str], str] = lambda _: "",
) -> FileKind:
    """Return what a TOML file of some kind is to be, ``most`` megabytes long."""
    return FileKind(said, "toml", most * MEGABYTE, error, begin=begin, advice=advice)


def read_toml(path: Path, kind: FileKind) -> dict[str, Any]:
    """Return the content of a TOML file.

    Raises the kind's error for what is no such file, for what is not TOML with its line, and for
    keys or values that no file of ours has: tables in tables without end, and characters that
    cannot be seen.
    """
    text = text_of(path, kind)
    try:
        content = tomllib.loads(text)
    except RecursionError:
        raise kind.error(_not_toml(path, text, "nested too deeply", kind)) from None
    except ValueError as fault:
        raise kind.error(_not_toml(path, text, str(fault), kind)) from None
    faults = [f"{path}: {place}{fault}" for place, fault in _faults(content)]
    Faults(str(path), kind.error, faults).tell()
    return content


def _faults(content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what no file of ours has, and in which key; without recursion, for it may be deep."""
    left: list[Found] = [("", content, 0)]
    while left:
        place, value, depth = left.pop()
        where = f"{place[2:]} " if place else ""
        if depth > DEEPEST:
            yield place[2:80], " … is nested too deeply; a file has few tables within tables"
            return
        if isinstance(value, dict):
            for key, inner in value.items():
                if hidden := hidden_in(key, name=True):
                    yield where, f"has a key with {hidden}; take it out"
                left.append((f"{place}, {shown(key)}", inner, depth + 1))
        elif isinstance(value, list):
            left += [(place, inner, depth + 1) for inner in value]
        elif isinstance(value, str) and (hidden := hidden_in(value)):
            yield where, f"holds {hidden}; take it out"


def _not_toml(path: Path, text: str, fault: str, kind: FileKind) -> str:
    """Say in one sentence where a text stops being TOML, and what is meant most often."""
    lines = text.split("\n")
    found = re.search(r"\(at line (\d+)", fault)
    number = min(int(found[1]) if found else len(lines), len(lines))
    line = lines[number - 1].strip()
    change = sum(before.strip().startswith("[[change]]") for before in lines[:number])
    place = f"{path}, line {number}" + (f" (change {change})" if change else "")
    what = re.sub(r"\s*\(at .*\)$", "", fault)
    if line.startswith("[") and what.startswith(("Cannot", "Can't")):
        advice = "write [[change]] for each" if "change" in line else "give each name one table"
        return f"{place}: {shown(line)} clashes with an earlier line; {advice}"
    key = re.match(r"[\w.-]+(?=\s*=)", line)
    if key and what.startswith("Cannot overwrite"):
        return f"{place}: '{key[0]}' is given twice; keep one of the two"
    if advice := kind.advice(line):
        return f"{place}: {shown(line)} is not TOML; {advice}"
    what = " ".join(what.split())[:80]
    return (
        f"{place}: not TOML at {shown(line)} ({what[:1].lower()}{what[1:]}); texts need quotes, "
        "dates are 2027-04-01, numbers 500_000_000"
    )
