"""The chapters of a model's page: of each part its equations in words, then its numbers."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from typing import Any

from caresim.language.expressions import walk
from caresim.language.model import Model, equations_of
from caresim.language.parameters import ParameterRef
from caresim.language.variables import Flow, Variable
from caresim.views.document.tables import number_table
from caresim.views.equations.listed import Equation
from caresim.views.equations.shares import Shares
from caresim.views.equations.symbols import Symbols
from caresim.views.equations.told import told
from caresim.views.equations.values import unit_said
from caresim.views.equations.words import Words
from caresim.views.report.markdown import Sources, escaped

__all__ = ["chapters", "entries"]


def entries(model: Model, written: Sequence[Equation]) -> dict[str, str]:
    """Return what the page says of each quantity, by name: its head, its sentence, its lines."""
    kind = type(model)
    symbols, numbers = Symbols(kind), model.parameters
    words, shares = Words(symbols, numbers, escaped), Shares(symbols, numbers)
    quantities = {v.name or "": v for part in kind.declared().values() for v in part}
    flows = [quantity for quantity in quantities.values() if isinstance(quantity, Flow)]
    said = {}
    for equation in written:
        quantity = quantities[equation.name]
        unit = _unit(equation, quantity, shares, numbers.price_year)
        head = f'<a id="{equation.name}"></a>{_head(equation, unit)}'
        lines = told(quantity, words, flows).splitlines()
        # a plus would begin a list
        lines = [f"> \\{line}" if line.startswith("+") else f"> {line}" for line in lines]
        text = [head, escaped(equation.sentence), "<br>\n".join(lines)]
        said[equation.name] = "\n\n".join(part for part in text if part)
    return said


def chapters(
    model: Model, written: Sequence[Equation], said: dict[str, str], sources: Sources
) -> Iterator[str]:
    """Yield one chapter for each sector: its equations as declared, then the numbers new in it."""
    intros = dict(_intro(module) for module in model.sectors)
    numbers = _numbers_by_sector(model)
    for title in dict.fromkeys(equation.sector for equation in written):
        own = title == type(model).__name__
        yield "## " + ("Equations" if own and not intros else escaped(title))
        yield intros.get(title, "")
        yield from (said[equation.name] for equation in written if equation.sector == title)
        if names := numbers[title]:
            yield f"### Numbers of “{escaped(title.partition(':')[0])}”"
            yield number_table(model, names, sources)


def _head(equation: Equation, unit: str) -> str:
    """Return the name of a quantity in words, with its unit and where it moves."""
    facts = [unit, *(f"for each {escaped(label.lower())}" for label in equation.over)]
    if equation.moves:
        facts.append(f"from {escaped(equation.moves).replace(' → ', ' to ')}")
    name = f"<sub>`{equation.name}`</sub>"
    return f"**{escaped(equation.label)}** · {', '.join(facts)} {name}"


def _unit(equation: Equation, quantity: Variable, shares: Shares, prices: str) -> str:
    if equation.kind == "check":
        return "a notice"
    if quantity.unit.is_one:
        return shares.said(quantity)
    return escaped(unit_said(quantity.unit, equation.name, prices))


def _intro(module: Any) -> tuple[str, str]:
    """Return the first line of a module's docstring, and what follows it."""
    title, _, rest = (inspect.getdoc(module) or "").partition("\n")
    return title.rstrip("."), rest.strip()


def _numbers_by_sector(model: Model) -> dict[str, list[str]]:
    """Return the parameters that each sector is the first to use, those by element together."""
    symbols, kind = Symbols(type(model)), type(model)
    of_stem: dict[str, list[str]] = {}
    for name in model.parameters:
        of_stem.setdefault(symbols.parameter(name)[0], []).append(name)
    found: dict[str, list[str]] = {}
    for title, quantities in kind.sector_of().items():
        roots = [root for name in quantities for root in equations_of(kind.variables[name])]
        used = (node.name for node in walk(*roots) if isinstance(node, ParameterRef))
        stems = dict.fromkeys(symbols.parameter(name)[0] for name in used)
        found[title] = [name for stem in stems for name in of_stem.pop(stem, [])]
    return found
