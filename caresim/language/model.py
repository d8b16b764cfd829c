"""A model: a class body of named equations, checked as a whole when the class is made."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from caresim.language.dimensions import in_words
from caresim.language.errors import ModelError, did_you_mean
from caresim.language.expressions import Expr
from caresim.language.parameters import ParameterRef, Parameters, is_reserved
from caresim.language.pipes import Ageing, End
from caresim.language.structure import check_structure, dependency_order, equations_of
from caresim.language.tables import beyond_check
from caresim.language.variables import Check, Cloud, Flow, Pipe, Stock, Variable

if TYPE_CHECKING:
    from caresim.language.observed import Observed

__all__ = ["Model", "dependency_order", "equations_of"]


class _Body(dict[str, Any]):
    """The names of a class body, each given once."""

    def __setitem__(self, name: str, value: Any) -> None:
        if isinstance(self.get(name), Variable):
            message = f"'{name}' is already a quantity of this model; give the second another name"
            raise ModelError(message)
        if isinstance(value, Expr) and not isinstance(value, Variable | ParameterRef):
            message = f"'{name}' has no label: write {name} = Aux(\"What it is\", …)"
            raise ModelError(message)
        if isinstance(value, Variable) and (hasattr(Model, name) or is_reserved(name)):
            message = f"'{name}' has a meaning for every model; give the quantity another name"
            raise ModelError(message)
        if isinstance(value, Pipe):
            message = f"'{name}' is a bare pipe: write {name} = Flow(\"What moves\", pipe, rate)"
            raise ModelError(message)
        super().__setitem__(name, value)
        if isinstance(value, Variable):
            value.__set_name__(None, name)  # at once, so that the next line's errors can say it
            _check_element_names(value)


def _check_element_names(variable: Variable) -> None:
    for element in variable.scalars:
        if is_reserved(element.name or ""):
            message = (
                f"'{element.name}' has a meaning of its own; give '{variable.name}' another name"
            )
            raise ModelError(message)


class _ModelType(type):
    """Collects the quantities of a class body and checks the structure once."""

    variables: dict[str, Variable]
    groups: dict[str, Variable]

    @classmethod
    def __prepare__(cls, *_: Any, **__: Any) -> _Body:
        return _Body()

    def __new__(cls, name: str, parents: tuple[type, ...], body: _Body) -> _ModelType:
        made = super().__new__(cls, name, parents, dict(body))
        inherited = {k: v for p in parents for k, v in getattr(p, "variables", {}).items()}
        groups = {k: v for p in parents for k, v in getattr(p, "groups", {}).items()}
        declared = {k: v for k, v in body.items() if isinstance(v, Variable)}
        if again := [k for k in declared if k in inherited or k in groups]:
            message = f"{name}: '{again[0]}' is already a quantity of its parent"
            raise ModelError(message)
        scalars = [scalar for v in declared.values() for scalar in v.scalars]
        own = [part for v in scalars for part in (*v.parts, *beyond_check(v))]
        made.variables = {**inherited, **{part.name: part for part in own if part.name}}
        made.groups = groups | {k: v for k, v in declared.items() if v.dimensions}
        taken = Counter([*inherited, *made.groups, *(part.name for part in own)])
        if twice := [k for k, count in taken.items() if count > 1]:
            message = (
                f"{name}: two quantities are called '{twice[0]}': one is named like an element, a "
                "stage of a smooth or delay, or the check of a table; rename the other"
            )
            raise ModelError(message)
        if made.variables:
            check_structure(name, made.variables, getattr(made, "parameters", Parameters({})))
        return made


class Model(metaclass=_ModelType):
    """A system-dynamics model; subclass it with one named equation a line.

    The class is the structure; an instance adds numbers: ``England(low_risk_reentry_rate=0.05)``.
    Optional class attributes: ``parameters`` (compulsory once an equation uses one), ``start`` and
    ``until`` (31 March dates), ``published`` (the quantities that annual tables show, in order;
    every quantity when absent), ``observed`` (official figures under the same names), and the files
    of what a calibration left: ``posterior_file`` and ``score_file``; ``checked_step`` is the
    largest relative change that ``cs.check`` found at 16 steps a year; ``starting`` holds the
    levels that :meth:`with_start` has put in place of equations for the start. ``variables`` are
    all quantities by name, ``groups`` those over dimensions, which stand among them by element.

    Raises ParameterError for an unknown parameter or a value outside its bounds.
    """

    variables: ClassVar[dict[str, Variable]]
    groups: ClassVar[dict[str, Variable]]
    parameters: Parameters = Parameters({})
    start: ClassVar[str] = "2009-03-31"
    until: ClassVar[str] = "2035-03-31"
    published: ClassVar[tuple[Variable, ...]] = ()
    observed: ClassVar[Observed | None] = None
    posterior_file: ClassVar[Path | None] = None
    score_file: ClassVar[Path | None] = None
    checked_step: ClassVar[float | None] = None
    starting: Mapping[str, float] | None = None

    def __init__(self, **values: float | str) -> None:
        self.parameters = type(self).parameters.replaced(values)

    @classmethod
    def stocks(cls) -> tuple[Stock, ...]:
        """Return the stocks in the order of declaration, those of smooths and delays included."""
        return tuple(v for v in cls.variables.values() if isinstance(v, Stock))

    @classmethod
    def flows(cls) -> tuple[Flow, ...]:
        """Return the flows in the order of declaration."""
        return tuple(v for v in cls.variables.values() if isinstance(v, Flow))

    @classmethod
    def checks(cls) -> tuple[Check, ...]:
        """Return the conditions that a reader is told of when they hold."""
        return tuple(v for v in cls.variables.values() if isinstance(v, Check))

    @classmethod
    def published_names(cls) -> tuple[str, ...]:
        """Return the columns of an annual table."""
        every = tuple(v for v in cls.variables.values() if not isinstance(v, Check))
        return tuple(part.name or "" for v in cls.published or every for part in v.scalars)

    @classmethod
    def names_of(cls, name: str) -> tuple[str, ...]:
        """Return the names of all elements of a quantity over dimensions, else the name itself."""
        return (
            tuple(v.name or "" for v in cls.groups[name].scalars) if name in cls.groups else (name,)
        )

    @classmethod
    def variable(cls, name: str) -> Variable:
        """Return one quantity; raise ModelError with a suggestion when there is none."""
        if name in cls.groups:
            elements = ", ".join(f"'{element}'" for element in cls.names_of(name))
            message = f"'{name}' is over {in_words(cls.groups[name].dimensions)}: take {elements}"
            raise ModelError(message)
        if name not in cls.variables:
            near = did_you_mean(name, [*cls.variables, *cls.groups])
            message = f"{cls.__name__} has no '{name}'{near}"
            raise ModelError(message)
        return cls.variables[name]

    def with_values(self, **values: float | str) -> Model:
        """Return the model with some parameter values exchanged."""
        changed = type(self)()
        changed.parameters = self.parameters.replaced(values)
        changed.starting = self.starting
        return changed

    def with_start(self, **levels: float) -> Model:
        """Return the model with some stocks starting at given levels instead of their equations.

        A smooth or delay starts where its stages do: ``with_start(plan_stage_1=90.0)``.

        Raises ModelError for a name that is no stock, a level that is no finite number, and one
        below zero where the stock may not be.
        """
        for name, level in levels.items():
            _check_start(self.variable(name), level)
        changed = self.with_values()
        changed.starting = {**(self.starting or {}), **levels}
        return changed

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__}: {len(self.stocks())} stocks, {len(self.flows())} flows, "
            f"{len(self.parameters)} parameters>"
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td><code>{v.name}</code></td><td>{v.label}{_elements(v)}</td><td>{v.unit}</td>"
            f"<td style='text-align:left'>{_equation(v)}</td></tr>"
            for v in self._listed()
        )
        return (
            f"<p><b>{type(self).__name__}</b> {type(self).__doc__ or ''}</p>"
            "<table><thead><tr><th>name</th><th>meaning</th><th>unit</th><th>equation</th></tr>"
            f"</thead><tbody>{rows}</tbody></table>"
        )

    @classmethod
    def _listed(cls) -> list[Variable]:
        """Return the quantities in order, those over dimensions once."""
        group_of = {
            part.name: group
            for group in cls.groups.values()
            for scalar in group.scalars
            for part in scalar.parts
        }
        listed = [group_of.get(name, variable) for name, variable in cls.variables.items()]
        return list({id(v): v for v in listed}.values())


def _check_start(variable: Variable, level: Any) -> None:
    name = variable.name
    if not isinstance(variable, Stock):
        stages = [stage.name for stage in getattr(variable, "stages", ())]
        advice = f"its stages do: {', '.join(map(repr, stages))}" if stages else "stocks do"
        message = f"'{name}' has no level of its own to start at; {advice}"
        raise ModelError(message)
    if isinstance(level, bool) or not isinstance(level, int | float) or not math.isfinite(level):
        message = f"the stock '{name}' starts at a finite number, not {level!r}"
        raise ModelError(message)
    if level < 0 and not variable.signed:
        message = f"the stock '{name}' cannot start below zero, at {level:g}; it is not signed"
        raise ModelError(message)


def _elements(v: Variable) -> str:
    return "".join(f"<br>{d.label}: {', '.join(d.elements)}" for d in v.dimensions)


def _equation(v: Variable) -> str:
    if isinstance(v, Flow):
        ends = f"{_place(v.pipe.source)} → {_place(v.pipe.target)}"
        if isinstance(v.pipe, Ageing):
            ends = f"{_place(v.pipe.source)} → next {v.pipe.along}, last → {_place(v.pipe.target)}"
        return f"<i>{ends}</i><br><code>{v.expression}</code>"
    if isinstance(v, Stock):
        return f"starts at <code>{v.initial}</code>"
    return f"<code>{next(equations_of(v))}</code>"


def _place(place: End) -> str:
    return "outside" if isinstance(place, Cloud) else place.name or str(place)
