"""The arguments of verbs: each kind is read in one place, and a wrong one refused in one sentence.

What the language knows as well, numbers, days and texts, is read in `language/kinds.py`. Each
function returns the argument as it is meant; the sentence says what the verb takes and shows what
came. ``error`` is the kind of error that the verb raises.
"""

from __future__ import annotations

from caresim.engine.run import Run
from caresim.language.errors import CaresimError, ModelError, RunError, shown
from caresim.language.kinds import (
    came,
    count_of,
    counts_of,
    day_of,
    items_of,
    names_of,
    number_of,
    path_of,
    quantile_of,
    text_of,
    word_of,
)
from caresim.language.model import Model
from caresim.language.observed import Observed
from caresim.language.parameters import Parameter
from caresim.language.units import Unit

__all__ = [
    "came",
    "count_of",
    "counts_of",
    "day_of",
    "figures_of",
    "flag_of",
    "items_of",
    "model_of",
    "names_of",
    "number_of",
    "output_of",
    "path_of",
    "quantile_of",
    "rate_of",
    "run_of",
    "shown",
    "text_of",
    "word_of",
]

Fault = type[CaresimError]


def model_of(value: object, verb: str, error: Fault = RunError) -> Model:
    """Return a model; a class is shown with the brackets that make a model of it."""
    if isinstance(value, Model):
        return value
    example, advice = "MyModel()", ""
    if isinstance(value, type) and issubclass(value, Model):
        example, advice = f"{value.__name__}()", "; add the brackets"
    message = f"{verb} takes a model such as {example}, not {came(value)}{advice}"
    raise error(message)


def run_of(value: object, verb: str, error: Fault = RunError) -> Run:
    """Return a run."""
    if isinstance(value, Run):
        return value
    message = f"{verb} takes a run such as cs.run(model), not {came(value)}"
    raise error(message)


def figures_of(value: object, what: str, error: Fault) -> Observed | None:
    """Return observed figures, or None where none are given."""
    if value is None or isinstance(value, Observed):
        return value
    message = (
        f"{what} takes figures such as cs.read_figures('figures.csv', model), not {came(value)}"
    )
    raise error(message)


def flag_of(value: object, what: str, error: Fault = RunError) -> bool:
    """Return True or False."""
    if isinstance(value, bool):
        return value
    message = f"{what} is True or False, not {came(value)}"
    raise error(message)


def rate_of(value: object) -> float:
    """Return a discount rate; a percentage is refused."""
    said = "discount is a share a year such as 0.035 for 3.5 %"
    return number_of(value, said, lambda rate: 0 <= rate < 1)


def output_of(model: Model, output: object) -> Parameter:
    """Return an output as an amount of its unit, of a rate over a year; RunError for none."""
    name = text_of(output, "output", model.example_name())
    try:
        variable = model.variable(name)
    except ModelError as fault:
        raise RunError(str(fault)) from None
    unit = variable.unit * Unit.parse("year") if variable.is_rate else variable.unit
    return Parameter(variable.name or "", 0.0, str(unit), variable.label)
