"""A model: named equations in a class body or in modules, checked when the class is made."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from caresim.language.dimensions import in_words
from caresim.language.errors import ModelError, ParameterError, came, did_you_mean
from caresim.language.figures import check_figures, known_to, last_fitted
from caresim.language.fingerprints import fingerprint
from caresim.language.kinds import finite, text_of
from caresim.language.model_type import OF_A_VINTAGE, ModelType, check_set, parts_of
from caresim.language.notebook import shown_in_notebooks
from caresim.language.observed import Observed
from caresim.language.parameters import Parameters
from caresim.language.part import Part
from caresim.language.pipes import Ageing, End
from caresim.language.published import published
from caresim.language.sentences import sentences_of
from caresim.language.settings import DATES
from caresim.language.shown import Shown
from caresim.language.structure import dependency_order, equations_of
from caresim.language.variables import Check, Cloud, Flow, Stock, Variable
from caresim.language.vintage import FIGURES, Vintage

__all__ = ["Model", "dependency_order", "equations_of"]


# what a class declares for all models made of it
SETTINGS = {*DATES, "sectors", *Shown.__annotations__} - {"vintage", *OF_A_VINTAGE}


class Model(Shown, metaclass=ModelType):
    """A system-dynamics model; subclass it with one named equation a line.

    The class is the structure; an instance adds numbers: ``Town(birth_rate=0.02)``.
    Optional class attributes: ``parameters`` (compulsory once an equation uses one), ``start`` and
    ``until`` (31 March dates), ``sectors`` (modules of equations, read before those of the class
    itself), and what the model declares of itself, from ``title`` to ``drivers``, as
    :class:`caresim.language.shown.Shown` says of each. ``starting`` holds the levels that
    :meth:`with_start` has put in place of equations for the start, ``set_by_caller`` the parameters
    given to the instance, which draws leave as they are. ``vintage``, a folder such as
    ``caresim calibrate --out`` writes, gives an instance figures, given paths, fitted values,
    posterior and score in place of those of the class, all together; ``figures_basis`` holds the
    parameters that these belong to. ``stands_for`` says which place the model is of, None for
    the whole. ``variables`` are all quantities by name,
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
    stands_for: Part | None = None

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            check_set(type(self), name, value, of=self)
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
        # as a fit takes figures, which may leave unit and kind unsaid
        where = f"{vintage.folder.name}/{FIGURES}"
        check_figures(vintage.observed, self, where, whole=False)

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
            parts = (part for part, _ in parts_of(variable) if part in makers and part != name)
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

        So is what a fit finds; vintage, posterior and score that it had are not of these. What
        ``figures_end`` names becomes the end of the last figure that a fit is to meet.
        """
        changed = copy.copy(self)
        changed.parameters = changed.figures_basis = known_to(self, last_fitted(observed))
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
        """Return the class, the place that it is of, and what is other than the class declares."""
        place = [] if self.stands_for is None else [self.stands_for.name]
        return "; ".join([type(self).__name__, *place, *published(self).changes])

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
