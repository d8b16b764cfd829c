"""A model: a class body of named equations, checked as a whole when the class is made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from caresim.language.errors import ModelError, ParameterError, did_you_mean
from caresim.language.expressions import Expr, walk
from caresim.language.parameters import ParameterRef, Parameters, is_reserved
from caresim.language.variables import Check, Cloud, Defined, Flow, Pipe, Stock, Variable

if TYPE_CHECKING:
    from caresim.language.observed import Observed

__all__ = ["Model"]


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


class _ModelType(type):
    """Collects the quantities of a class body and checks the structure once."""

    variables: dict[str, Variable]

    @classmethod
    def __prepare__(cls, *_: Any, **__: Any) -> _Body:
        return _Body()

    def __new__(cls, name: str, parents: tuple[type, ...], body: _Body) -> _ModelType:
        made = super().__new__(cls, name, parents, dict(body))
        inherited = {k: v for p in parents for k, v in getattr(p, "variables", {}).items()}
        own = [part for v in body.values() if isinstance(v, Variable) for part in v.parts]
        made.variables = {**inherited, **{part.name: part for part in own if part.name}}
        if again := [v for v in body if isinstance(body[v], Variable) and v in inherited]:
            message = f"{name}: '{again[0]}' is already a quantity of its parent"
            raise ModelError(message)
        if len(made.variables) != len(inherited) + len(own):
            message = f"{name}: a quantity is named like a stage of a smooth or delay"
            raise ModelError(message)
        if made.variables:
            _check_structure(made)
        return made


class Model(metaclass=_ModelType):
    """A system-dynamics model; subclass it with one named equation a line.

    The class is the structure; an instance adds numbers: ``England(low_risk_reentry_rate=0.05)``.
    Optional class attributes: ``parameters`` (compulsory once an equation uses one), ``start`` and
    ``until`` (31 March dates), ``published`` (the quantities that annual tables show, in order;
    every quantity when absent), ``observed`` (official figures under the same names), and the files
    of what a calibration left: ``posterior_file`` and ``score_file``.

    Raises ParameterError for an unknown parameter or a value outside its bounds.
    """

    variables: ClassVar[dict[str, Variable]]
    parameters: Parameters = Parameters({})
    start: ClassVar[str] = "2009-03-31"
    until: ClassVar[str] = "2035-03-31"
    published: ClassVar[tuple[Variable, ...]] = ()
    observed: ClassVar[Observed | None] = None
    posterior_file: ClassVar[Path | None] = None
    score_file: ClassVar[Path | None] = None

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
        shown = cls.published or (v for v in cls.variables.values() if not isinstance(v, Check))
        return tuple(v.name or "" for v in shown)

    @classmethod
    def variable(cls, name: str) -> Variable:
        """Return one quantity; raise ModelError with a suggestion when there is none."""
        if name not in cls.variables:
            message = f"{cls.__name__} has no '{name}'{did_you_mean(name, cls.variables)}"
            raise ModelError(message)
        return cls.variables[name]

    def with_values(self, **values: float | str) -> Model:
        """Return the model with some parameter values exchanged."""
        changed = type(self)()
        changed.parameters = self.parameters.replaced(values)
        return changed

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__}: {len(self.stocks())} stocks, {len(self.flows())} flows, "
            f"{len(self.parameters)} parameters>"
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td><code>{v.name}</code></td><td>{v.label}</td><td>{v.unit}</td>"
            f"<td style='text-align:left'>{_equation(v)}</td></tr>"
            for v in self.variables.values()
        )
        return (
            f"<p><b>{type(self).__name__}</b> {type(self).__doc__ or ''}</p>"
            "<table><thead><tr><th>name</th><th>meaning</th><th>unit</th><th>equation</th></tr>"
            f"</thead><tbody>{rows}</tbody></table>"
        )


def equations_of(variable: Variable) -> Iterator[Expr]:
    """Yield the expressions that define a quantity; for a stock its value at the start."""
    if isinstance(variable, Stock):
        yield variable.initial
    elif isinstance(variable, Defined):
        yield variable.expression


def _equation(v: Variable) -> str:
    if isinstance(v, Flow):
        ends = f"{_place(v.pipe.source)} → {_place(v.pipe.target)}"
        return f"<i>{ends}</i><br><code>{v.expression}</code>"
    if isinstance(v, Stock):
        return f"starts at <code>{v.initial}</code>"
    return f"<code>{next(equations_of(v))}</code>"


def _place(place: Variable | Cloud) -> str:
    return "outside" if isinstance(place, Cloud) else place.name or place.label


def _check_structure(model: _ModelType) -> None:
    """Check that every used quantity is named, parameters are used, and no loop lacks a stock."""
    used: set[str] = set()
    collection = getattr(model, "parameters", Parameters({}))
    for name, variable in model.variables.items():
        if name in collection:
            message = f"'{name}' is also a parameter; give one of the two another name"
            raise ModelError(message)
        _check_ends(name, variable, model.variables)
        for node in walk(*equations_of(variable)):
            if isinstance(node, Variable) and model.variables.get(node.name or "") is not node:
                message = f"'{name}' uses \"{node.label}\", which is not a quantity of the class"
                raise ModelError(message)
            if isinstance(node, ParameterRef):
                _check_reference(name, node, collection)
                used.add(node.name)
    if spare := [name for name in collection if name not in used]:
        message = f"no equation of {model.__name__} uses the parameter '{spare[0]}'; take it out"
        raise ParameterError(message)
    dependency_order(model.variables, [v.name or "" for v in model.variables.values()])


def _check_ends(name: str, variable: Variable, known: dict[str, Variable]) -> None:
    ends = (variable.pipe.start, variable.pipe.end) if isinstance(variable, Flow) else ()
    for stock in ends:
        if stock is not None and known.get(stock.name or "") is not stock:
            message = f"'{name}' flows to or from \"{stock.label}\", which is not in the class"
            raise ModelError(message)


def _check_reference(name: str, node: ParameterRef, collection: Parameters) -> None:
    if node.collection is not collection:
        message = (
            f"'{name}' uses the parameter '{node.name}' of another collection; "
            "write 'parameters = p' in the class body, with the p of its equations"
        )
        raise ModelError(message)


def dependency_order(
    variables: dict[str, Variable], wanted: list[str], *, at_start: bool = False
) -> list[str]:
    """Return the wanted quantities and what they need, each after what it is computed from.

    Stocks are given unless ``at_start``, when their initial values are computed too.

    Raises ModelError that shows the loop when quantities depend on each other without a stock.
    """
    order: list[str] = []
    state: dict[str, int] = {}

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if state.get(name) == 1:
            loop = " → ".join((*trail[trail.index(name) :], name))
            message = (
                f"these depend on each other at the same moment, with no stock between: {loop}"
            )
            raise ModelError(message)
        if name in state:
            return
        variable = variables[name]
        if isinstance(variable, Stock) and not at_start:
            return
        state[name] = 1
        for node in walk(*equations_of(variable)):
            if isinstance(node, Variable) and node is not variable and node.name:
                visit(node.name, (*trail, name))
        state[name] = 2
        order.append(name)

    for name in wanted:
        visit(name, ())
    return order
