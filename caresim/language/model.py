"""A model: named equations in a class body or in modules, checked when the class is made."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from html import escape
from types import ModuleType
from typing import Any, ClassVar, cast

from caresim.language.dimensions import in_words
from caresim.language.errors import ModelError, did_you_mean
from caresim.language.notebook import shown_in_notebooks
from caresim.language.parameters import Parameters
from caresim.language.pipes import Ageing, End
from caresim.language.sectors import Sector, declare, read_sectors
from caresim.language.sentences import sentences_of
from caresim.language.shown import MAY_BE_QUANTITIES, Shown, check_declared
from caresim.language.structure import check_structure, dependency_order, equations_of
from caresim.language.tables import beyond_check
from caresim.language.variables import Check, Cloud, Flow, Stock, Variable

__all__ = ["Model", "dependency_order", "equations_of"]


OF_A_VINTAGE = ("observed", "posterior_file", "backtest_file")


class _Body(dict[str, Any]):
    """The names of a class body, each given once."""

    sectors: tuple[Sector, ...] = ()

    def __setitem__(self, name: str, value: Any) -> None:
        if isinstance(self.get(name), Variable):
            message = f"'{name}' is already a quantity of this model; give the second another name"
            raise ModelError(message)
        declare(name, value, _is_taken)
        if name == "sectors":
            self.sectors = read_sectors(value, _is_taken)
        super().__setitem__(name, value)

    def with_sectors(self) -> dict[str, Any]:
        """Return the body with the quantities of its sectors before its own."""
        # only now: a module and a quantity in it may have one name, and the body means the module
        for sector in self.sectors:
            for name, where in sector.places.items():
                if self.get(name, sector.quantities[name]) is not sector.quantities[name]:
                    message = f"'{name}' is already a quantity of {where}; give it another name"
                    raise ModelError(message)
        return {k: v for sector in self.sectors for k, v in sector.quantities.items()} | self


def _is_taken(name: str) -> bool:
    return hasattr(Model, name) and name not in MAY_BE_QUANTITIES


class _ModelType(type):
    """Collects the quantities of a class body and checks the structure once."""

    variables: dict[str, Variable]
    groups: dict[str, Variable]
    _homes: dict[str, tuple[str, ...]]

    @classmethod
    def __prepare__(cls, *_: Any, **__: Any) -> _Body:
        return _Body()

    def __new__(cls, name: str, parents: tuple[type, ...], body: _Body) -> _ModelType:
        full = body.with_sectors()
        made = super().__new__(cls, name, parents, full)
        inherited = {k: v for p in parents for k, v in getattr(p, "variables", {}).items()}
        groups = {k: v for p in parents for k, v in getattr(p, "groups", {}).items()}
        before = inherited | groups
        given = {k: v for k, v in full.items() if isinstance(v, Variable)}
        # a sector of the parent, listed again, adds nothing
        declared = {k: v for k, v in given.items() if before.get(k) is not v}
        if again := [k for k in declared if k in before]:
            message = f"{name}: '{again[0]}' is already a quantity of its parent"
            raise ModelError(message)
        own = {k: _parts(v) for k, v in declared.items()}
        made.variables = {**inherited, **{n: part for parts in own.values() for n, part in parts}}
        made.groups = groups | {k: v for k, v in declared.items() if v.dimensions}
        _check_taken(name, [*inherited, *made.groups, *(n for p in own.values() for n, _ in p)])
        homes = {k: v for p in parents for k, v in getattr(p, "_homes", {}).items()}
        made._homes = _by_home(homes, own, body.sectors, name)
        if made.variables:
            places = {k: v for sector in body.sectors for k, v in sector.places.items()}
            places = {n: places[k] for k, parts in own.items() if k in places for n, _ in parts}
            known = getattr(made, "parameters", Parameters({}))
            check_structure(name, made.variables, known, places)
        if body.get("vintage") is not None:
            _take_vintage(made, body)
        if made.variables:
            check_declared(cast("type[Model]", made))
        return made


def _parts(variable: Variable) -> list[tuple[str, Variable]]:
    """Return the name and the plain quantity of all that a quantity is written out as."""
    parts = (part for v in variable.scalars for part in (*v.parts, *beyond_check(v)))
    return [(part.name or "", part) for part in parts]


def _take_vintage(made: Any, body: Mapping[str, Any]) -> None:
    """Give a model the figures, the posterior and the score of its vintage."""
    if apart := [key for key in OF_A_VINTAGE if key in body]:
        message = f"{made.__name__}: '{apart[0]}' comes with the vintage; leave one of them out"
        raise ModelError(message)
    made.vintage.check_figures(made.__name__, made.variables)
    for key in OF_A_VINTAGE:
        setattr(made, key, getattr(made.vintage, key))


def _check_taken(model: str, names: list[str]) -> None:
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        message = (
            f"{model}: two quantities are called '{twice[0]}': one is named like an element, a "
            "stage of a smooth or delay, or the check of a table; rename the other"
        )
        raise ModelError(message)


def _by_home(
    inherited: Mapping[str, tuple[str, ...]],
    own: Mapping[str, list[tuple[str, Variable]]],
    sectors: tuple[Sector, ...],
    model: str,
) -> dict[str, tuple[str, ...]]:
    """Return the names of the quantities under the title of their sector, or the class's name."""
    titles = {name: sector.title for sector in reversed(sectors) for name in sector.quantities}
    homes = dict(inherited)
    for quantity, parts in own.items():
        home = titles.get(quantity, model)
        homes[home] = (*homes.get(home, ()), *(name for name, _ in parts))
    return homes


class Model(Shown, metaclass=_ModelType):
    """A system-dynamics model; subclass it with one named equation a line.

    The class is the structure; an instance adds numbers: ``Town(birth_rate=0.02)``.
    Optional class attributes: ``parameters`` (compulsory once an equation uses one), ``start`` and
    ``until`` (31 March dates), ``sectors`` (modules of equations, read before those of the class
    itself), and what the model declares of itself, from ``title`` to ``feedbacks``, as
    :class:`caresim.language.shown.Shown` says of each. ``starting`` holds the levels that
    :meth:`with_start` has put in place of equations for the start, ``set_by_caller`` the parameters
    given to the instance, which draws leave as they are. ``variables`` are all quantities by name,
    ``groups`` those over dimensions, which stand among them by element.

    Raises ParameterError for an unknown parameter or a value outside its bounds.
    """

    variables: ClassVar[dict[str, Variable]]
    groups: ClassVar[dict[str, Variable]]
    _homes: ClassVar[dict[str, tuple[str, ...]]]
    sectors: ClassVar[tuple[ModuleType, ...]] = ()
    parameters: Parameters = Parameters({})
    start: ClassVar[str] = "2009-03-31"
    until: ClassVar[str] = "2035-03-31"
    starting: Mapping[str, float] | None = None
    set_by_caller: tuple[str, ...] = ()

    def __init__(self, **values: float | str) -> None:
        self.parameters = type(self).parameters.replaced(values)
        self.set_by_caller = self._current(values)

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
    def sector_of(cls) -> dict[str, tuple[str, ...]]:
        """Return the names of the quantities by title of the sector that declares them.

        Equations of the class itself stand under its name. The order is that of ``variables``.
        """
        return dict(cls._homes)

    @classmethod
    def declared(cls) -> dict[str, tuple[Variable, ...]]:
        """Return the quantities as their author wrote them, by title of the sector.

        One over dimensions stands once; the stages of a smooth or delay, what moves between them
        and the check of a table go with the quantity that makes them.
        """
        makers = cls.makers()
        return {
            title: tuple(dict.fromkeys(makers[name] for name in names))
            for title, names in cls._homes.items()
        }

    @classmethod
    def makers(cls) -> dict[str, Variable]:
        """Return, for each name of ``variables``, the quantity that its author wrote for it."""
        wholes = {part.name or "": g for g in cls.groups.values() for part in g.scalars}
        makers = cls.variables | {k: whole for k, whole in wholes.items() if k in cls.variables}
        for name, variable in cls.variables.items():
            parts = (part for part, _ in _parts(variable) if part in makers and part != name)
            makers |= dict.fromkeys(parts, makers[name])
        return makers

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
        """Return the model with some parameter values exchanged, which draws then leave alone."""
        changed = self.with_numbers(self.parameters.replaced(values))
        changed.set_by_caller = tuple(dict.fromkeys([*self.set_by_caller, *self._current(values)]))
        return changed

    def _current(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.parameters[name].name for name in names)

    def with_numbers(self, parameters: Parameters) -> Model:
        """Return the model with the numbers of a fit or a file, which draws may vary.

        Only an entry that stays the one it was still counts as set by the caller.
        """
        changed = type(self)()
        changed.parameters, changed.starting = parameters, self.starting
        changed.set_by_caller = tuple(
            n for n in self.set_by_caller if parameters.get(n) is self.parameters.get(n)
        )
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

    @shown_in_notebooks
    def _repr_html_(self) -> str:
        said = {k: f"<br><i>{escape(v)}</i>" for k, v in sentences_of(type(self)).items()}
        rows = "".join(
            f"<tr><td><code>{v.name}</code></td>"
            f"<td>{escape(v.label)}{_elements(v)}{said.get(v.name or '', '')}</td>"
            f"<td>{escape(str(v.unit))}</td>"
            f"<td style='text-align:left'>{_equation(v)}</td></tr>"
            for written in self.declared().values()
            for v in written
        )
        return (
            f"<p><b>{escape(type(self).__name__)}</b> {escape(type(self).__doc__ or '')}</p>"
            "<table><thead><tr><th>name</th><th>meaning</th><th>unit</th><th>equation</th></tr>"
            f"</thead><tbody>{rows}</tbody></table>"
        )


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
    listed = (f"{d.label}: {', '.join(d.elements)}" for d in v.dimensions)
    return "".join(f"<br>{escape(text)}" for text in listed)


def _equation(v: Variable) -> str:
    if isinstance(v, Flow):
        ends = f"{_place(v.pipe.source)} → {_place(v.pipe.target)}"
        if isinstance(v.pipe, Ageing):
            ends = f"{_place(v.pipe.source)} → next {v.pipe.along}, last → {_place(v.pipe.target)}"
        return f"<i>{escape(ends)}</i><br><code>{escape(str(v.expression))}</code>"
    if isinstance(v, Stock):
        return f"starts at <code>{escape(str(v.initial))}</code>"
    return f"<code>{escape(str(next(equations_of(v))))}</code>"


def _place(place: End) -> str:
    return "outside" if isinstance(place, Cloud) else place.name or str(place)
