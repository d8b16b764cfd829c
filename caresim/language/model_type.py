"""How the class of a model is made: its quantities are collected, and checked as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, cast

from caresim.language.class_body import Body
from caresim.language.errors import ModelError, came, did_you_mean
from caresim.language.figures import check_figures_end
from caresim.language.leaving import counts_leaving, leaving_checks
from caresim.language.parameters import Parameters
from caresim.language.sectors import Sector
from caresim.language.settings import read_settings
from caresim.language.shown import MAY_BE_QUANTITIES, Shown, check_declared
from caresim.language.structure import check_structure
from caresim.language.tables import beyond_check
from caresim.language.variables import Variable
from caresim.language.vintage import Vintage

__all__ = ["OF_A_VINTAGE", "ModelType", "check_set", "parts_of"]

OF_A_VINTAGE = ("observed", "posterior_file", "backtest_file")


class ModelType(type):
    """Collects the quantities of a class body and checks the structure once."""

    variables: dict[str, Variable]
    groups: dict[str, Variable]
    _homes: dict[str, tuple[str, ...]]
    _is_made: bool

    @classmethod
    def __prepare__(cls, name: str, parents: tuple[type, ...] = (), /, **_: Any) -> Body:
        every = [known for parent in parents for known in parent.__mro__]
        root = next((known for known in reversed(every) if isinstance(known, ModelType)), None)
        return Body(lambda name: hasattr(root, name) and name not in MAY_BE_QUANTITIES)

    def __new__(cls, name: str, parents: tuple[type, ...], body: Body, **spare: Any) -> ModelType:
        """Make a class of its body; raise ModelError where it is no whole model."""
        if spare:
            message = f"{name}: write '{next(iter(spare))} = …' in the class body, on its own line"
            raise ModelError(message)
        if not isinstance(body, Body):  # of type(name, parents, {…}), which prepares none
            given, body = body, cls.__prepare__(name, parents)
            body.update(given)
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
        own = {k: parts_of(v) for k, v in declared.items()}
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
            check_declared(cast("type[Shown]", made))
            ends = str(getattr(made, "figures_end", ""))
            check_figures_end(name, ends, getattr(made, "parameters", Parameters({})))
        for quantity in (*made.variables.values(), *made.groups.values()):
            quantity._is_made = True  # noqa: SLF001
        return made

    def __init__(cls, name: str, parents: tuple[type, ...], body: Body, **_: Any) -> None:
        super().__init__(name, parents, body)
        cls._is_made = True

    def __setattr__(cls, name: str, value: Any) -> None:
        if not name.startswith("_") and "_is_made" in vars(cls):
            check_set(cls, name, value)
            value = {name: value, **read_settings(cls.__name__, {name: value})}[name]
        super().__setattr__(name, value)


def _settings(parents: tuple[type, ...]) -> set[str]:
    """Return the names that a class body may set."""
    known = {name for parent in parents for of in parent.__mro__ for name in vars(of)}
    return {name for name in known if not name.startswith("_")}


def check_set(model: type, name: str, value: Any, *, of: Any = None) -> None:
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


def parts_of(variable: Variable) -> list[tuple[str, Variable]]:
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
