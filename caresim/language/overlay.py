"""Lays parameters over those of a model: each as a whole, where names, units and settings agree."""

from __future__ import annotations

from dataclasses import replace

from caresim.language.errors import ParameterError, did_you_mean
from caresim.language.parameters import Parameters
from caresim.language.units import Unit

__all__ = ["laid_over"]


def laid_over(given: Parameters, known: Parameters, of: str, where: str = "") -> Parameters:
    """Return the parameters ``known``, some of which are exchanged for those ``given``.

    ``of`` is what the model is called and ``where`` how an error begins. Money at another price
    year needs every parameter in money.

    Raises ParameterError that names what is spare, different or missing.
    """
    given = _under_current_names(given, known)
    if spare := [name for name in given if name not in known]:
        near = did_you_mean(spare[0], [name for name in known if name not in given])
        message = f"{where}[{spare[0]}] is no parameter of {of}{near}{_others(spare)}"
        raise ParameterError(message)
    for name, entry in given.items():
        if Unit.parse(entry.unit) != Unit.parse(known[name].unit):
            message = f"{where}[{name}] has the unit {entry.unit}, not {known[name].unit}"
            raise ParameterError(f"{message}; convert its numbers")
        if entry.choices != known[name].choices:
            settings = ", ".join(f"'{label}'" for label, _ in known[name].choices) or "none"
            message = f"{where}[{name}] needs the same 'choices' as {of}: {settings}"
            raise ParameterError(message)
    _check_prices(given, known, of, where)
    prices = given.price_year or known.price_year
    return replace(known.with_entries(given), price_year=prices)


def _under_current_names(given: Parameters, known: Parameters) -> Parameters:
    """Return a set of parameters under the names that a model has for them now."""
    named = {known.current(name): entry for name, entry in given.items()}
    named.pop("", None)  # gone, which was said
    if list(named) == list(given):
        return given
    return replace(given, entries={k: replace(v, name=k) for k, v in named.items()}, _refs={})


def _check_prices(given: Parameters, known: Parameters, of: str, where: str) -> None:
    """Refuse money at the prices of two years."""
    if given.price_year in ("", known.price_year):
        return
    money = [name for name, entry in known.items() if Unit.parse(entry.unit).power_of("GBP")]
    if left := [name for name in money if name not in given]:
        message = (
            f"{where}it is at {given.price_year} prices and {of} at "
            f"{known.price_year or 'none'}, so that '{left[0]}'{_others(left)} would be at other "
            "prices than the rest; convert its numbers, or give every parameter in money"
        )
        raise ParameterError(message)


def _others(names: list[str]) -> str:
    return f", and {len(names) - 1} more like it" if len(names) > 1 else ""
