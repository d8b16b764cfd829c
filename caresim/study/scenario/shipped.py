"""The scenarios that come with caresim, and which file a name of a scenario means."""

from __future__ import annotations

import difflib
import html
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from caresim.engine.notices import Notice

__all__ = [
    "ShippedScenario",
    "ShippedScenarios",
    "advice_on",
    "asked_file",
    "file_named",
    "replaced",
    "scenarios",
    "unknown",
]

WIDTH = 110
LIST = "'caresim scenarios' lists those that come with caresim"


@dataclass(frozen=True)
class ShippedScenario:
    """A scenario that comes with caresim: its name, the title in tables, what it does, its file."""

    name: str
    title: str
    summary: str
    path: Path


class ShippedScenarios(Mapping[str, ShippedScenario]):
    """The scenarios that come with caresim, by name; printing or showing it lists them."""

    def __init__(self, entries: Mapping[str, ShippedScenario]) -> None:
        self._entries = dict(entries)

    def __getitem__(self, name: str) -> ShippedScenario:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        head = f"{len(self)} scenarios, known by name from any folder"
        margin = max(map(len, self), default=0) + 4
        return "\n".join([head, *(_in_text(entry, margin) for entry in self.values())])

    def _repr_html_(self) -> str:
        rows = "".join(_in_html(entry) for entry in self.values())
        return f"<table><tr><th>Name</th><th>Title</th><th>What it does</th></tr>{rows}</table>"


def scenarios() -> ShippedScenarios:
    """Return the scenarios that come with caresim: name, title, summary and file of each.

    Every verb that takes a scenario, ``extends`` and the command line know them by name.

    >>> import caresim as cs
    >>> cs.scenarios()["early_help_first"].title
    'Early help first'
    """
    return ShippedScenarios({name: _entry(name, path) for name, path in _shipped().items()})


def asked_file(given: str | Path) -> Path:
    """Return the file that a person asks for: a path as it is, or what a bare name means here."""
    path = Path(given)
    if path.name != str(given) or _is_file(path):
        return path
    return file_named(str(given), Path()) or path


def file_named(name: str, folder: Path) -> Path | None:
    """Return the file that a name means in a folder: the one in it, then the shipped one."""
    beside = folder / f"{name}.toml"
    return beside if _is_file(beside) else _shipped().get(name)


def replaced(name: str, path: Path) -> list[Notice]:
    """Return what to say where a file takes the place of another scenario that is shipped."""
    shipped = _shipped().get(name)
    if shipped is None or shipped.read_bytes() == path.read_bytes():
        return []
    text = f"'{name}' is the file {path.name}, not the other scenario '{name}' that caresim ships"
    return [Notice("file", name, text)]


def unknown(name: str, folder: Path) -> str:
    """Say that a name means nothing in a folder, with a name that is near."""
    known = [*_shipped(), *(path.stem for path in folder.glob("*.toml"))]
    near = difflib.get_close_matches(name, known, n=1)
    advice = f"did you mean '{near[0]}'?" if near else LIST
    return f"no file {name}.toml stands there, and no scenario of that name is shipped; {advice}"


def advice_on(path: Path) -> str:
    """Return what to do where a path leads nowhere, but a shipped scenario has its name."""
    named = f"; '{path.stem}' is shipped, name it without folder and '.toml'"
    return named if path.stem in _shipped() else ""


@cache
def _shipped() -> Mapping[str, Path]:
    return {path.stem: path for path in sorted(_folder().glob("*.toml"))}


def _folder() -> Path:
    """Return where they stand: inside an installed package, or beside it in a checkout."""
    packed = Path(__file__).parents[2] / "shipped"
    return packed if packed.is_dir() else Path(__file__).parents[3] / "scenarios"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no system takes
        return False


def _entry(name: str, path: Path) -> ShippedScenario:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return ShippedScenario(name, table["name"], table["summary"], path)


def _in_text(entry: ShippedScenario, margin: int) -> str:
    said = [entry.title, *textwrap.wrap(entry.summary, WIDTH - margin)]
    return f"  {entry.name}".ljust(margin) + f"\n{' ' * margin}".join(said)


def _in_html(entry: ShippedScenario) -> str:
    cells = (f"<code>{entry.name}</code>", html.escape(entry.title), html.escape(entry.summary))
    return "<tr>" + "".join(f"<td style='text-align:left'>{c}</td>" for c in cells) + "</tr>"
