"""The scenarios that come with a model, and which file a name of a scenario means."""

from __future__ import annotations

import difflib
import html
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from caresim.engine.notices import Notice
from caresim.language.errors import ScenarioError
from caresim.language.model import Model
from caresim.language.notebook import shown_in_notebooks
from caresim.language.shipped import shipped_scenarios
from caresim.language.text_files import bytes_of
from caresim.language.toml_files import read_toml, toml_kind
from caresim.study.arguments import model_of

__all__ = ["Shelf", "ShippedScenario", "ShippedScenarios", "scenarios"]

WIDTH = 110
CARESIM = "caresim"
FILE = toml_kind("a scenario file", ScenarioError, most=1)


@dataclass(frozen=True)
class ShippedScenario:
    """A scenario that comes with a model: its name, the title in tables, what it does, its file."""

    name: str
    title: str
    summary: str
    path: Path


class ShippedScenarios(Mapping[str, ShippedScenario]):
    """The scenarios that come with a model, by name; printing or showing it lists them."""

    def __init__(self, entries: Mapping[str, ShippedScenario]) -> None:
        self._entries = dict(entries)

    def __getitem__(self, name: str) -> ShippedScenario:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        if not self:
            return "No scenarios are known by name; give the path of a file"
        head = f"{len(self)} scenarios, known by name from any folder"
        margin = max(map(len, self)) + 4
        return "\n".join([head, *(_in_text(entry, margin) for entry in self.values())])

    @shown_in_notebooks
    def _repr_html_(self) -> str:
        rows = "".join(_in_html(entry) for entry in self.values())
        return f"<table><tr><th>Name</th><th>Title</th><th>What it does</th></tr>{rows}</table>"


def scenarios(model: Model | None = None) -> ShippedScenarios:
    """Return the scenarios that come with a model: name, title, summary and file of each.

    Without a model they are those that come with caresim. Every verb that takes a scenario,
    ``extends`` and the command line know them by name. Raises ScenarioError for a file among them
    that is no scenario.

    >>> import caresim as cs
    >>> cs.scenarios()["early_help_first"].title
    'Early help first'
    """
    shelf = Shelf.of(None if model is None else model_of(model, "scenarios", ScenarioError))
    return ShippedScenarios({name: _entry(name, path) for name, path in shelf.files.items()})


@dataclass(frozen=True)
class Shelf:
    """The folder of the scenarios known by name, and whose they are; a model may have none."""

    folder: Path | None
    owner: str

    @classmethod
    def of(cls, model: Model | None) -> Shelf:
        """Return the shelf of a model, or without one that of caresim itself."""
        own = shipped_scenarios()
        if model is None or model.scenarios == own:
            return cls(own, CARESIM)
        return cls(model.scenarios, type(model).__name__)

    @property
    def files(self) -> Mapping[str, Path]:
        """The files by name."""
        found = sorted(self.folder.glob("*.toml")) if self.folder else []
        return {path.stem: path for path in found}

    def asked(self, given: str | Path) -> Path:
        """Return the file that a person asks for: a path, or what a bare name means here."""
        path = Path(given)
        if path.name != str(given) or _is_file(path):
            return path
        return self.named(str(given), Path()) or path

    def named(self, name: str, folder: Path) -> Path | None:
        """Return the file that a name means in a folder: the one in it, then the shipped one."""
        beside = folder / f"{name}.toml"
        return beside if _is_file(beside) else self.files.get(name)

    def replaced(self, name: str, path: Path) -> list[Notice]:
        """Return what to say where a file takes the place of another scenario that is shipped."""
        shipped = self.files.get(name)
        if shipped is None or bytes_of(shipped, FILE) == bytes_of(path, FILE):
            return []
        other = f"not the other scenario '{name}' that {self.owner} ships"
        return [Notice("file", name, f"'{name}' is the file {path.name}, {other}")]

    def unknown(self, name: str, folder: Path) -> str:
        """Say that a name means nothing in a folder, with a name that is near."""
        known = [*self.files, *(path.stem for path in folder.glob("*.toml"))]
        near = difflib.get_close_matches(name, known, n=1)
        whose = "" if self.owner == CARESIM else f" with {self.owner}"
        said = f"no file {name}.toml stands there, and no scenario of that name is shipped{whose}"
        if near:
            return f"{said}; did you mean '{near[0]}'?"
        return f"{said}; {self._advice(name)}"

    def advice_on(self, path: Path) -> str:
        """Return what to do where a path leads nowhere, but a shipped scenario has its name."""
        named = f"; '{path.stem}' is shipped, name it without folder and '.toml'"
        return named if path.stem in self.files else ""

    def _advice(self, name: str) -> str:
        if self.owner != CARESIM and name in Shelf.of(None).files:
            return f"the '{name}' of caresim is written for another model"
        if self.files:
            return f"'caresim scenarios' lists those that come with {self.owner}"
        return "give the path of a scenario file"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no system takes
        return False


def _entry(name: str, path: Path) -> ShippedScenario:
    try:
        table = read_toml(path, FILE)
    except ScenarioError as fault:
        reason = str(fault).removeprefix(str(path))
        message = f"{path} is no scenario{reason}; mend it, or take it out of its folder"
        raise ScenarioError(message) from None
    return ShippedScenario(name, str(table.get("name", name)), str(table.get("summary", "")), path)


def _in_text(entry: ShippedScenario, margin: int) -> str:
    said = [entry.title, *textwrap.wrap(entry.summary, WIDTH - margin)]
    return f"  {entry.name}".ljust(margin) + f"\n{' ' * margin}".join(said)


def _in_html(entry: ShippedScenario) -> str:
    cells = (
        f"<code>{html.escape(entry.name)}</code>",
        html.escape(entry.title),
        html.escape(entry.summary),
    )
    return "<tr>" + "".join(f"<td style='text-align:left'>{c}</td>" for c in cells) + "</tr>"
