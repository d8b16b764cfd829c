"""What an author makes: each quantity and pipe is noted where it is made, so that none is lost."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

__all__ = ["Made", "Noting", "noted", "notes_of", "unnamed_in"]

PACKAGE = __name__.rpartition(".")[0]
DEEPEST = 8  # lists within lists that are looked through


@dataclass(frozen=True, eq=False)
class Made:
    """A quantity or pipe, and the line of the class body or module in which it was made."""

    line: int
    thing: Any


class Noting(dict[str, Any]):
    """The names of a class body, with what was made while it ran."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[Made] = []


# module → the specification that it was loaded by, another after each reload, and what it made
_modules: dict[str, tuple[Any, list[Made]]] = {}


def noted(thing: Any) -> None:
    """Note what is made, for the class body or module whose lines are just run.

    What the language makes itself, of the parts and elements of a quantity, is not noted.
    """
    frame = inspect.currentframe()
    frame = frame and frame.f_back  # the constructor
    caller = frame and frame.f_back
    if caller is None or _is_ours(caller):
        return
    home: FrameType | None = caller
    while home is not None:
        if not home.f_code.co_flags & inspect.CO_OPTIMIZED:  # no function
            if isinstance(names := home.f_locals, Noting):
                names.made.append(Made(home.f_lineno, thing))
                return
            if home.f_code.co_name == "<module>":
                _note_in_module(home, thing)
                return
        home = home.f_back


def _is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__")).startswith(f"{PACKAGE}.")


def _note_in_module(frame: FrameType, thing: Any) -> None:
    name, spec = str(frame.f_globals.get("__name__")), frame.f_globals.get("__spec__")
    if name == "__main__" or spec is None:  # no module of equations: nothing reads the notes
        return
    if name not in _modules or _modules[name][0] is not spec:
        _modules[name] = spec, []
    _modules[name][1].append(Made(frame.f_lineno, thing))


def notes_of(module: Any) -> list[Made]:
    """Return what a module made while it was loaded."""
    spec, made = _modules.get(module.__name__, (None, []))
    return made if spec is getattr(module, "__spec__", None) else []


def unnamed_in(value: Any, kind: type, depth: int = 0) -> Iterator[Any]:
    """Yield the quantities without a name in lists, tuples, sets and tables, however nested."""
    if isinstance(value, kind):
        if getattr(value, "name", None) is None:
            yield value
    elif isinstance(value, list | tuple | set | frozenset | Mapping) and depth < DEEPEST:
        items = value.values() if isinstance(value, Mapping) else value
        for item in items:
            yield from unnamed_in(item, kind, depth + 1)
