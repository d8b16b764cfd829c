"""Writes a model as XMILE 1.0 (OASIS), which Stella, simlin and PySD open.

The file is one flat model: lags are stocks already, and every parameter is an auxiliary. Stepped
with Euler at the step that the file names, it gives what caresim's own Euler gives.
"""

from __future__ import annotations

import datetime as dt
import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

from caresim.engine.clock import Clock
from caresim.language.errors import CaresimError, ExportError, RunError
from caresim.language.expressions import Expr, Number, Table
from caresim.language.files import write_whole
from caresim.language.model import Model
from caresim.language.nesting import room_for
from caresim.language.parameters import Parameter
from caresim.language.published import published
from caresim.language.units import Unit
from caresim.language.variables import Check, Defined, Flow, Stock, Variable
from caresim.study.arguments import path_of
from caresim.study.question import Question
from caresim.study.scenario.scenario import Scenario
from caresim.version import __version__
from caresim.views.xmile.curves import Curve, curve_of_table
from caresim.views.xmile.equations import Equations, check_name, decimal, unit_text
from caresim.views.xmile.layout import add_view
from caresim.views.xmile.paths import Moving, between_steps, moving_parameters, on_steps
from caresim.views.xmile.start import Start

__all__ = ["check_target", "exportable", "not_held", "write_xmile", "xmile_text"]

MOST_STEPS = 256  # a year, that are tried where fewer fail
NAMESPACE = "http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"
_NOT_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def write_xmile(
    model: Model,
    path: str | Path,
    scenario: Scenario | str | Path | None = None,
    *,
    until: str | dt.date | None = None,
    steps_per_year: int = 16,
) -> Path:
    """Write a model, under a scenario if one is given, as an XMILE file; replace one that is there.

    Stocks agree with caresim's own Euler on equal steps to rounding, wherever the file is run with
    Euler at its own step. What happens between two steps is moved to the nearest; a UserWarning and
    the file say so. Returns the path.

    Raises ExportError for what XMILE cannot hold exactly, ScenarioError for a scenario that cannot
    be used, RunError for dates or steps that are no run.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> cs.write_xmile(England(), "england.xmile", until="2030-03-31").name
    'england.xmile'
    """
    asked = exportable(model, scenario, until=until, steps_per_year=steps_per_year)
    example = f"a file such as '{type(model).__name__.lower()}.xmile'"
    target = path_of(path, "path", example, ExportError)
    said = not_held(model, scenario, until=until, steps_per_year=steps_per_year)
    write_whole({target: xmile_text(asked, said)})
    if said:
        warnings.warn(said, stacklevel=2)
    return target


def check_target(path: Path, *, overwrite: bool) -> None:
    """Refuse a file that is there already, unless overwriting is asked for, and a folder always.

    PySD, Stella and simlin tell a format by its ending, so that has to be .xmile as well.
    """
    if path.suffix != ".xmile":
        message = f"{path} must end in .xmile, by which other programs know the format"
        raise CaresimError(message)
    if path.is_dir():
        message = f"{path} is a folder; name a file to write"
        raise CaresimError(message)
    if path.exists() and not overwrite:
        message = f"{path} is there already; choose another name or add --overwrite"
        raise CaresimError(message)


def exportable(
    model: Model,
    scenario: Scenario | str | Path | None = None,
    *,
    until: str | dt.date | None = None,
    steps_per_year: int = 16,
) -> Question:
    """Return what is asked for export, on equal steps; refuse one that is no exact binary number.

    Other engines add the step up: at 12 steps a year a change of 1 April would come a step late.
    Also refused is a step at which the model cannot run: they would go on, below zero.
    """
    asked = _asked(model, scenario, until, steps_per_year)
    steps = asked.clock.steps_per_year
    if steps & (steps - 1):
        message = (
            f"steps_per_year={steps} cannot be exported exactly: other engines add up a rounded "
            "step; take 1, 2, 4, 8, 16, 32 and so on"
        )
        raise ExportError(message)
    clock = replace(asked.clock, calendar=False, fixed=True)
    shifts = tuple(on_steps(shift, clock) for shift in asked.shifts)
    found = replace(asked, clock=clock, shifts=shifts)
    _refuse_if_it_fails(found)
    return found


def not_held(
    model: Model,
    scenario: Scenario | str | Path | None = None,
    *,
    until: str | dt.date | None = None,
    steps_per_year: int = 16,
) -> str:
    """Return a sentence on the days that the steps of an export cannot hold, else nothing."""
    asked = _asked(model, scenario, until, steps_per_year)
    return between_steps(asked.model, asked.shifts, replace(asked.clock, calendar=False))


def _asked(
    model: Model,
    scenario: Scenario | str | Path | None,
    until: str | dt.date | None,
    steps_per_year: int,
) -> Question:
    return Question.of(
        model,
        scenario,
        verb="write_xmile",
        error=ExportError,
        until=until,
        steps_per_year=steps_per_year,
        method="euler",
    )


def _refuse_if_it_fails(asked: Question) -> None:
    fault = _fault_at(asked, asked.clock.steps_per_year)
    if not fault:
        return
    steps = asked.clock.steps_per_year
    enough = next((n for n in _more(steps) if not _fault_at(asked, n)), None)
    advice = f"take {enough} steps a year" if enough else "no step helps: run the model first"
    message = (
        f"with Euler and {steps} {'step' if steps == 1 else 'steps'} a year, as the file would "
        f"say, the model cannot run: {fault}; {advice}"
    )
    raise ExportError(message)


def _more(steps: int) -> Iterator[int]:
    while steps < MOST_STEPS:
        steps *= 2
        yield steps


def _fault_at(asked: Question, steps: int) -> str:
    """Return why a model cannot run with so many steps a year, nothing where it can."""
    clock = replace(asked.clock, steps_per_year=steps)
    first = (*asked.model.stocks(), *asked.model.variables.values())[0]
    try:
        replace(asked, clock=clock).prepared([first.name or ""]).record({}, 1)
    except RunError as fault:
        return str(fault).rstrip(".")
    return ""


def xmile_text(asked: Question, said: str = "") -> str:
    """Return the XMILE file of a model under a scenario, the same text every time.

    ``said`` is what a reader of the file should know of it.
    """
    root = ET.Element("xmile", {"version": "1.0", "xmlns": NAMESPACE})
    if said:
        root.append(ET.Comment(f" {said} ".replace("--", "–")))
    name = published(asked.model).name + (f": {asked.name}" if asked.scenario else "")
    _add_header(root, name)
    _add_sim_specs(root, asked.clock)
    with room_for(type(asked.model), "XMILE", through=True):
        _Writer(asked).add_model(ET.SubElement(root, "model"))
    ET.indent(root, "  ")
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _add_header(root: ET.Element, name: str) -> None:
    header = ET.SubElement(root, "header")
    _add(header, "vendor", "caresim")
    _add(header, "product", "caresim", version=__version__, lang="en")
    _add(header, "name", _clean(name, "the name of the scenario"))


def _add_sim_specs(root: ET.Element, clock: Clock) -> None:
    specs = ET.SubElement(root, "sim_specs", {"method": "Euler", "time_units": "year"})
    _add(specs, "start", str(clock.first_year))
    _add(specs, "stop", str(clock.last_year))
    _add(specs, "dt", decimal(clock.step))


class _Writer:
    """Writes the variables and the view of one model."""

    def __init__(self, asked: Question) -> None:
        self.model, self.clock = asked.model, asked.clock
        self.moving = moving_parameters(asked.model, asked.shifts, asked.clock)
        names = [check_name(name, "quantity") for name in self.model.variables]
        names += [check_name(name, "parameter") for name in self.model.parameters]
        self.equations = Equations(names, self.clock.step)
        self.start = Start(self.model, self.moving, self.equations)

    def add_model(self, parent: ET.Element) -> None:
        variables = ET.SubElement(parent, "variables")
        for variable in self.model.variables.values():
            if isinstance(variable, Stock):
                self._add_stock(variables, variable)
            elif isinstance(variable, Defined):
                self._add_defined(variables, variable)
        for parameter in self.model.parameters.values():
            self._add_parameter(variables, parameter)
        for helper in self.equations.helpers:  # which grows while its members are written
            self._add_defined(variables, helper)
        auxes = [str(aux.get("name")) for aux in variables.iter("aux")]
        add_view(parent, self.model.stocks(), self.model.flows(), auxes)

    def _add_stock(self, parent: ET.Element, stock: Stock) -> None:
        name = stock.name or ""
        level = (self.model.starting or {}).get(name)
        initial = self.start(stock.initial) if level is None else Number(float(level))
        node = self._add_variable(parent, "stock", stock, self._text(f"{name}_initial", initial))
        for flow in self.model.flows():
            for tag, end in (("inflow", flow.pipe.end), ("outflow", flow.pipe.start)):
                if end is stock:
                    _add(node, tag, flow.name or "")

    def _add_defined(self, parent: ET.Element, variable: Defined) -> None:
        name, expression = variable.name or "", variable.expression
        tag = "flow" if isinstance(variable, Flow) else "aux"
        node = self._add_variable(parent, tag, variable, self._text(name, expression))
        if isinstance(expression, Table):
            _add_curve(node, curve_of_table(expression, name, self.clock))

    def _text(self, owner: str, expression: Expr) -> str:
        return self.equations.text(owner, expression)

    def _add_variable(
        self, parent: ET.Element, tag: str, variable: Variable, equation: str
    ) -> ET.Element:
        says = f"Check, 1 where it holds: {variable.label}" if isinstance(variable, Check) else ""
        name = variable.name or ""
        return _add_quantity(parent, tag, name, equation, variable.unit, says or variable.label)

    def _add_parameter(self, parent: ET.Element, parameter: Parameter) -> None:
        path = self.moving.get(parameter.name)
        name, unit = parameter.name, Unit.parse(parameter.unit)
        level = _level(parameter, path)
        says = _describe(parameter, path)
        if level is not None:
            _add_quantity(parent, "aux", name, decimal(level), unit, says)
        elif path is not None:
            node = _add_quantity(parent, "aux", name, "TIME", unit, says)
            _add_curve(node, path.curve)


def _level(parameter: Parameter, path: Moving | None) -> float | None:
    """Return the one value that a parameter has, None when it moves."""
    if path is None:
        return float(parameter.value)  # type: ignore[arg-type]
    return path.curve.values[0] if path.curve.is_level else None


def _describe(parameter: Parameter, path: Moving | None) -> str:
    parts = [parameter.meaning or parameter.name]
    parts += [f"Source: {parameter.source}"] if parameter.source else []
    parts += ["Changed by the scenario"] if path is not None and path.is_shifted else []
    return ". ".join(part.rstrip(".") for part in parts) + "."


def _add_quantity(
    parent: ET.Element, tag: str, name: str, equation: str, unit: Unit, says: str
) -> ET.Element:
    node = ET.SubElement(parent, tag, {"name": name})
    _add(node, "doc", _clean(says, f"the text of '{name}'"))
    _add(node, "eqn", equation)
    _add(node, "units", unit_text(unit, name))
    return node


def _add_curve(node: ET.Element, curve: Curve) -> None:
    """Add a graphical function; both scales always, which some readers cannot do without."""
    low, high = min(curve.values), max(curve.values)
    high = high if high > low else low + 1  # a scale of no height cannot be drawn
    gf = ET.SubElement(node, "gf", {"type": "continuous"})
    for tag, ends in (("xscale", (curve.first, curve.last)), ("yscale", (low, high))):
        ET.SubElement(gf, tag, {"min": decimal(ends[0]), "max": decimal(ends[1])})
    _add(gf, "ypts", ",".join(map(decimal, curve.values)))


def _add(parent: ET.Element, tag: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, tag, attributes).text = text


def _clean(text: str, what: str) -> str:
    """Return the text; refuse a character that no XML file can hold."""
    if found := _NOT_XML.search(text):
        message = f"{what} has the character {found[0]!r}, which XML cannot hold; take it out"
        raise ExportError(message)
    return text
