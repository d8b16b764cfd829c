"""How quantities and numbers are called in words: labels in italics, meanings with their values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from caresim.language.dimensions import Dimension, Divided
from caresim.language.expressions import Binary, Expr, is_zero
from caresim.language.meanings import names_in, short_meaning
from caresim.language.parameters import Parameter, ParameterRef
from caresim.language.variables import Variable
from caresim.views.equations.symbols import Element, Symbols
from caresim.views.equations.values import mark_of, values_said

__all__ = ["Names", "Open", "all_of"]

Open = frozenset[Element]  # elements that stand for all of their dimension


class Names:
    """What the quantities and parameters of one model are called in running text.

    ``numbers`` are the values to say; ``shown`` makes text fit for where it stands.
    """

    def __init__(
        self, symbols: Symbols, numbers: Mapping[str, Parameter], shown: Callable[[str], str]
    ) -> None:
        self.symbols, self.numbers, self.shown = symbols, numbers, shown
        self._proper = names_in(entry.meaning for entry in numbers.values())
        self._stems: dict[str, list[Parameter]] = {}
        for entry in numbers.values():
            self._stems.setdefault(symbols.parameter(entry.name)[0], []).append(entry)

    def said(self, node: Expr, to: Open) -> str | None:
        """Return a quantity by its label, a parameter by its meaning and value; else None."""
        if entries := self._entries(node, to):
            return self._parameter(entries)
        return self._quantity(node, to) if isinstance(node, Variable | Divided) else None

    def value(self, node: Expr, to: Open, *, unit: str = "", brief: bool = False) -> str:
        """Return the value of a parameter alone, with its mark; nothing for anything else."""
        entries = self._entries(node, to)
        return self._values(entries, unit=unit, brief=brief) if entries else ""

    def label(self, label: str) -> str:
        """Return the label of a quantity as it stands in running text."""
        return f"*{self.shown(label)}*"

    def switched_on(self, condition: Expr, to: Open) -> str:
        """Return the condition that a switch is on, and how it stands; nothing for any other."""
        if not isinstance(condition, Binary) or not is_zero(condition.children[1]):
            return ""
        entries = self._entries(condition.children[0], to)
        if condition.symbol != ">" or not entries or not entries[0].choices:
            return ""
        on = next((label for label, value in entries[0].choices if value > 0), "on")
        meaning = self.shown(short_meaning(entries[0].meaning, self._proper))
        values = self._values(entries)
        if meaning.startswith("whether ") and on == "on":
            return f"{meaning.removeprefix('whether ')} ({values})"
        return f"“{meaning}” is '{self.shown(on)}' ({values})"

    def _quantity(self, node: Expr, to: Open) -> str:
        group, at = self.symbols.home(_first(node))
        own = node.dimensions if isinstance(node, Divided) else ()
        elements = [e for d, e in at.items() if d not in own and not _is_open(group, d, e, to)]
        label = self.label(getattr(group, "label", ""))
        return f"{label} at {', '.join(elements)}" if elements else label

    def _parameter(self, entries: list[Parameter]) -> str:
        entry = entries[0]
        stem, at = self.symbols.parameter(entry.name)
        meaning = entry.meaning.removesuffix(f", {', '.join(at.values())}") if at else entry.meaning
        fixed = f" at {', '.join(at.values())}" if at and len(entries) == 1 else ""
        name = short_meaning(meaning or stem.replace("_", " "), self._proper)
        return f"{self.shown(name)}{fixed} ({self._values(entries)})"

    def _entries(self, node: Expr, to: Open) -> list[Parameter]:
        """Return the parameters that a node stands for: of all elements, or one; else none."""
        first = _first(node)
        if not isinstance(first, ParameterRef):
            return []
        if isinstance(node, Divided) and node.dimensions:
            parts = (part for part in node.scalars if isinstance(part, ParameterRef))
            return [self.numbers[part.name] for part in parts]
        stem, at = self.symbols.parameter(first.name)
        if any((name, d, e) in to for d, e in at.items() for name in (stem, None)):
            return self._stems[stem]
        return [self.numbers[first.name]]

    def _values(self, entries: list[Parameter], *, unit: str = "", brief: bool = False) -> str:
        """Return the value at each element, with the mark of what kind of number it is."""
        said = values_said(entries, brief=brief)
        if entries[0].choices:
            said = [f"a switch, now {value}" for value in said]
        shown = [f"{self.shown(value)}{unit}" for value in said]
        if len(set(shown)) > 1:
            places = [", ".join(self.symbols.parameter(e.name)[1].values()) for e in entries]
            shown = [f"{value} at {at}" for value, at in zip(shown, places, strict=True)]
        return ", ".join(dict.fromkeys(shown)) + mark_of(entries[0])


def all_of(dimensions: Iterable[Dimension]) -> str:
    """Return all elements of dimensions in words: ``all ages``."""
    words = [d.label[:1].lower() + d.label[1:] for d in dimensions]
    plurals = [f"{w[:-1]}ies" if w.endswith("y") else f"{w}s" for w in words]
    return f"all {' and '.join(plurals)}"


def _first(node: Expr) -> Expr:
    """Return the first element of what is over dimensions; anything else itself."""
    return node.scalars[0] if isinstance(node, Divided) and node.dimensions else node


def _is_open(group: Expr, dimension: Dimension, element: str, to: Open) -> bool:
    names = (getattr(group, "name", None) or "", None)
    return any((name, dimension, element) in to for name in names)
