"""A model: named equations in a class body or in modules, checked when the class is made."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, cast

from caresim.language.class_body import Body
from caresim.language.dimensions import in_words
from caresim.language.errors import ModelError, ParameterError, came, did_you_mean
from caresim.language.fingerprints import fingerprint
from caresim.language.kinds import finite, text_of
from caresim.language.leaving import counts_leaving, leaving_checks
from caresim.language.notebook import shown_in_notebooks
from caresim.language.observed import Observed
from caresim.language.parameters import Parameters
from caresim.language.pipes import Ageing, End
from caresim.language.published import published
from caresim.language.sectors import Sector
from caresim.language.sentences import sentences_of
from caresim.language.settings import DATES, read_settings
from caresim.language.shown import MAY_BE_QUANTITIES, Shown, check_declared
from caresim.language.structure import check_structure, dependency_order, equations_of
from caresim.language.tables import beyond_check
from caresim.language.variables import Check, Cloud, Flow, Stock, Variable
from caresim.language.vintage import Vintage

__all__ = ["Model", "dependency_order", "equations_of"]


OF_A_VINTAGE = ("observed", "posterior_file", "backtest_file")
# what a class declares for all models made of it
SETTINGS = {*DATES, "sectors", *Shown.__annotations__} - {"vintage", *OF_A_VINTAGE}


def _is_taken(name: str) -> bool:
    return hasattr(Model, name) and name not in MAY_BE_QUANTITIES


class _ModelType(type):
    """Collects the quantities of a class body and checks the structure once."""

    variables: dict[str, Variable]
    groups: dict[str, Variable]
    _homes: dict[str, tuple[str, ...]]
    _is_made: bool

    @classmethod
    def __prepare__(cls, *_: Any, **__: Any) -> Body:
        return Body(_is_taken)

    def __new__(cls, name: str, parents: tuple[type, ...], body: Body, **spare: Any) -> _ModelType:
        if spare:
            message = f"{name}: write '{next(iter(spare))} = …' in the class body, on its own line"
            raise ModelError(message)
        settings = _settings(parents)
        body.check_whole(name, settings)
        full = body.with_sectors()
        full |= read_settings(name, {k: v for k, v in full.items() if not isinstance(v, Variable)})
        made = super().__new__(cls, name, parents, full)
        inherited = {k: v for p in parents for k, v in getattr(p, "variables", {}).items()}
        inherited = {k: v for k, v in inherited.items() if not counts_leaving(v)}
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
            _add_leaving(made)
        if body.get("vintage") is not None:
            _take_vintage(made, body)
        if made.variables:
            check_declared(cast("type[Model]", made))
        return made

    def __init__(cls, name: str, parents: tuple[type, ...], body: Body, **_: Any) -> None:
        super().__init__(name, parents, body)
        cls._is_made = True

    def __setattr__(cls, name: str, value: Any) -> None:
        if not name.startswith("_") and "_is_made" in vars(cls):
            _check_set(cls, name, value)
            value = {name: value, **read_settings(cls.__name__, {name: value})}[name]
        super().__setattr__(name, value)


def _settings(parents: tuple[type, ...]) -> set[str]:
    """Return the names that a class body may set."""
    known = {name for parent in parents for of in parent.__mro__ for name in vars(of)}
    return {name for name in known if not name.startswith("_")}


def _check_set(model: type, name: str, value: Any, *, of: Any = None) -> None:
    """Refuse what would be set on a model, or its class, and do nothing."""
    what, known = model.__name__, _settings((model,))
    quantities = {**model.variables, **model.groups}  # type: ignore[attr-defined]
    entries = getattr(of or model, "parameters", {})
    if name in entries:
        message = f"set a parameter where the model is made: {what}({name}={came(value)})"
    elif name in quantities or isinstance(value, Variable):
        message = (
            f"the equations of {what} are made: '{name}' cannot be set; write them in the body of "
            "the class, or of one that inherits from it"
        )
    elif name not in known:
        near = did_you_mean(name, [*entries, *quantities, *known])
        message = f"{what} has no '{name}', so that setting it would do nothing{near}"
    else:
        return
    raise ModelError(message)


def _parts(variable: Variable) -> list[tuple[str, Variable]]:
    """Return the name and the plain quantity of all that a quantity is written out as."""
    parts = (part for v in variable.scalars for part in (*v.parts, *beyond_check(v)))
    return [(part.name or "", part) for part in parts]


def _add_leaving(made: Any) -> None:
    """Add the checks of the delays whose flows may not add up, each where its delay is at home."""
    homes = {k: [n for n in v if n in made.variables] for k, v in made._homes.items()}  # noqa: SLF001
    for delay, check in leaving_checks(made.variables):
        made.variables[check.name] = check
        next(names for names in homes.values() if delay.name in names).append(check.name or "")
    made._homes = {home: tuple(names) for home, names in homes.items()}  # noqa: SLF001


def _take_vintage(made: Any, body: Mapping[str, Any]) -> None:
    """Give a model the figures, the posterior and the score of its vintage."""
    if apart := [key for key in OF_A_VINTAGE if key in body]:
        message = f"{made.__name__}: '{apart[0]}' comes with the vintage; leave one of them out"
        raise ModelError(message)
    if not isinstance(made.vintage, Vintage):
        message = f"{made.__name__}: 'vintage' is a Vintage, not {came(made.vintage)}"
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
    given to the instance, which draws leave as they are. ``vintage``, a folder such as
    ``caresim calibrate --out`` writes, gives an instance figures, given paths, fitted values,
    posterior and score in place of those of the class, all together; ``figures_basis`` holds the
    parameters that these belong to. ``variables`` are all quantities by name,
    ``groups`` those over dimensions, which stand among them by element.

    Raises ParameterError for an unknown parameter or a value outside its bounds, CaresimError for a
    vintage that is not whole or not of the model.
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
    figures_basis: Parameters | None = None

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            _check_set(type(self), name, value, of=self)
            if name in SETTINGS:
                message = (
                    f"'{name}' belongs to the class: write class Mine({type(self).__name__}) with "
                    f"{name} = … in its body"
                )
                raise ModelError(message)
        super().__setattr__(name, value)

    def __init__(self, *, vintage: Vintage | str | Path | None = None, **values: Any) -> None:
        self.parameters = type(self).parameters
        if vintage is not None:
            self._take(Vintage.of(vintage))
        self.parameters = self.parameters.replaced(values)
        self.set_by_caller = self._current(values)

    def _take(self, vintage: Vintage) -> None:
        """Take figures, numbers, posterior and score of a vintage in place of those of the class.

        What was fitted with other equations is refused.
        """
        of = type(self)
        vintage.check_equations(of.__name__, fingerprint(of))
        vintage.check_figures(of.__name__, of.variables)
        known = vintage.laid_over(of.parameters, of.__name__, of.vintage)
        vars(self).update(
            vintage=vintage,
            observed=vintage.observed,
            posterior_file=vintage.posterior_file,
            backtest_file=vintage.backtest_file,
        )
        self.parameters = self.figures_basis = known

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
        text_of(name, "the name of a quantity", "care", ModelError)
        return (
            tuple(v.name or "" for v in cls.groups[name].scalars) if name in cls.groups else (name,)
        )

    @classmethod
    def variable(cls, name: str) -> Variable:
        """Return one quantity; raise ModelError with a suggestion when there is none."""
        text_of(name, "the name of a quantity", "care", ModelError)
        if name in cls.groups:
            elements = ", ".join(f"'{element}'" for element in cls.names_of(name))
            message = f"'{name}' is over {in_words(cls.groups[name].dimensions)}: take {elements}"
            raise ModelError(message)
        if name not in cls.variables:
            near = did_you_mean(name, [*cls.variables, *cls.groups])
            message = f"{cls.__name__} has no {came(name)}{near}"
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
        if not isinstance(parameters, Parameters):
            message = f"with_numbers takes Parameters, not {came(parameters)}"
            raise ParameterError(message)
        changed = copy.copy(self)
        changed.parameters = parameters
        changed.set_by_caller = tuple(
            n for n in self.set_by_caller if parameters.get(n) is self.parameters.get(n)
        )
        return changed

    def with_figures(self, observed: Observed) -> Model:
        """Return the model with figures of its own, to which its numbers belong from now on.

        So is what a fit finds; vintage, posterior and score that it had are not of these.
        """
        changed = copy.copy(self)
        changed.figures_basis = self.parameters
        none = dict.fromkeys(("vintage", "posterior_file", "backtest_file"))
        vars(changed).update(observed=observed, **none)
        return changed

    def with_start(self, **levels: float) -> Model:
        """Return the model with some stocks starting at given levels instead of their equations.

        A smooth or delay starts where its stages do: ``with_start(plan_stage_1=90.0)``.

        Raises ModelError for a name that is no stock, a level that is no finite number, and one
        below zero where the stock may not be.
        """
        given = {name: _checked_start(self.variable(name), v) for name, v in levels.items()}
        changed = self.with_values()
        changed.starting = {**(self.starting or {}), **given}
        return changed

    def __repr__(self) -> str:
        return (
            f"<{self._said()}: {len(self.stocks())} stocks, {len(self.flows())} flows, "
            f"{len(self.parameters)} parameters>"
        )

    def _said(self) -> str:
        """Return the name of the class, and what is other than it declares."""
        return "; ".join([type(self).__name__, *published(self).changes])

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
            f"<p><b>{escape(self._said())}</b> {escape(type(self).__doc__ or '')}</p>"
            "<table><thead><tr><th>name</th><th>meaning</th><th>unit</th><th>equation</th></tr>"
            f"</thead><tbody>{rows}</tbody></table>"
        )


def _checked_start(variable: Variable, level: Any) -> float:
    name = variable.name
    if not isinstance(variable, Stock):
        stages = [stage.name for stage in getattr(variable, "stages", ())]
        advice = f"its stages do: {', '.join(map(repr, stages))}" if stages else "stocks do"
        message = f"'{name}' has no level of its own to start at; {advice}"
        raise ModelError(message)
    if (number := finite(level)) is None:
        message = f"the stock '{name}' starts at a finite number, not {came(level)}"
        raise ModelError(message)
    if number < 0 and not variable.signed:
        message = f"the stock '{name}' cannot start below zero, at {number:g}; it is not signed"
        raise ModelError(message)
    return number


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
