"""caresim: a calibrated system-dynamics model of children's social care in England.

>>> import caresim as cs
>>> from caresim.england import England
>>> england = England()
>>> base = cs.run(england, until="2030-03-31")
>>> round(base.annual().loc["2019-20", "looked_after"], -4)
np.float64(80000.0)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from caresim.engine.notices import Notice
    from caresim.engine.run import Run
    from caresim.language.errors import (
        CaresimError,
        ExportError,
        ModelError,
        ParameterError,
        RunError,
        ScenarioError,
        UnitError,
    )
    from caresim.study.at_rest import at_rest
    from caresim.study.backtest import Backtest, backtest
    from caresim.study.break_even.answer import BreakEven
    from caresim.study.break_even.search import break_even
    from caresim.study.compare import compare
    from caresim.study.drawing import draws
    from caresim.study.draws import Draws
    from caresim.study.drivers.answer import Drivers
    from caresim.study.drivers.sensitivity import sensitivity
    from caresim.study.drivers.what_drives import what_drives
    from caresim.study.effects.answers import Effects
    from caresim.study.effects.replaying import effects
    from caresim.study.fit.calibrate import calibrate
    from caresim.study.fit.fit import Fit
    from caresim.study.fit.profile import Profile
    from caresim.study.needed.answer import Needed
    from caresim.study.needed.search import needed
    from caresim.study.parts.council import council
    from caresim.study.payback import payback
    from caresim.study.scenario.change import Change
    from caresim.study.scenario.explained import explain
    from caresim.study.scenario.reading import read_scenario
    from caresim.study.scenario.scenario import Scenario
    from caresim.study.scenario.shipped import scenarios
    from caresim.study.simulate import run
    from caresim.study.simulator import Simulator, prepare
    from caresim.study.spending import spending
    from caresim.study.step_check import StepCheck, check_step
    from caresim.study.under_rules import under_rules
    from caresim.study.vintage import read_figures, with_parameters
    from caresim.views import plot, report
    from caresim.views.diagram.drawn import diagram
    from caresim.views.document.page import model_page
    from caresim.views.equations.listed import Equation, equations
    from caresim.views.loops.found import loop_diagram, loops
    from caresim.views.report.fit_files import write_vintage
    from caresim.views.xmile.export import write_xmile

from caresim.version import __version__

# Where each public name lives; modules load on first use, so that the command line starts at once
_HOMES = {
    "Backtest": "study.backtest",
    "BreakEven": "study.break_even.answer",
    "CaresimError": "language.errors",
    "Change": "study.scenario.change",
    "Draws": "study.draws",
    "Drivers": "study.drivers.answer",
    "Effects": "study.effects.answers",
    "Equation": "views.equations.listed",
    "ExportError": "language.errors",
    "Fit": "study.fit.fit",
    "ModelError": "language.errors",
    "Needed": "study.needed.answer",
    "Notice": "engine.notices",
    "ParameterError": "language.errors",
    "Profile": "study.fit.profile",
    "Run": "engine.run",
    "RunError": "language.errors",
    "Scenario": "study.scenario.scenario",
    "ScenarioError": "language.errors",
    "Simulator": "study.simulator",
    "StepCheck": "study.step_check",
    "UnitError": "language.errors",
    "at_rest": "study.at_rest",
    "backtest": "study.backtest",
    "break_even": "study.break_even.search",
    "calibrate": "study.fit.calibrate",
    "check_step": "study.step_check",
    "compare": "study.compare",
    "council": "study.parts.council",
    "diagram": "views.diagram.drawn",
    "draws": "study.drawing",
    "effects": "study.effects.replaying",
    "equations": "views.equations.listed",
    "explain": "study.scenario.explained",
    "loop_diagram": "views.loops.found",
    "loops": "views.loops.found",
    "model_page": "views.document.page",
    "needed": "study.needed.search",
    "payback": "study.payback",
    "plot": "views",
    "prepare": "study.simulator",
    "read_figures": "study.vintage",
    "read_scenario": "study.scenario.reading",
    "report": "views",
    "run": "study.simulate",
    "scenarios": "study.scenario.shipped",
    "sensitivity": "study.drivers.sensitivity",
    "spending": "study.spending",
    "under_rules": "study.under_rules",
    "what_drives": "study.drivers.what_drives",
    "with_parameters": "study.vintage",
    "write_vintage": "views.report.fit_files",
    "write_xmile": "views.xmile.export",
}

__all__ = [
    "Backtest",
    "BreakEven",
    "CaresimError",
    "Change",
    "Draws",
    "Drivers",
    "Effects",
    "Equation",
    "ExportError",
    "Fit",
    "ModelError",
    "Needed",
    "Notice",
    "ParameterError",
    "Profile",
    "Run",
    "RunError",
    "Scenario",
    "ScenarioError",
    "Simulator",
    "StepCheck",
    "UnitError",
    "__version__",
    "at_rest",
    "backtest",
    "break_even",
    "calibrate",
    "check_step",
    "compare",
    "council",
    "diagram",
    "draws",
    "effects",
    "equations",
    "explain",
    "loop_diagram",
    "loops",
    "model_page",
    "needed",
    "payback",
    "plot",
    "prepare",
    "read_figures",
    "read_scenario",
    "report",
    "run",
    "scenarios",
    "sensitivity",
    "spending",
    "under_rules",
    "what_drives",
    "with_parameters",
    "write_vintage",
    "write_xmile",
]


if not TYPE_CHECKING:  # a type checker knows the names above, and none that is misspelt

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            from caresim.language.renamed import current

            name = current("name", name)
        if name not in _HOMES:
            message = f"caresim has no '{name}'"
            raise AttributeError(message)
        home = f"caresim.{_HOMES[name]}"
        if _HOMES[name] == "views":
            return importlib.import_module(f"{home}.{name}")
        return getattr(importlib.import_module(home), name)


def __dir__() -> list[str]:
    return sorted(__all__)
