"""What a projection knew: up to when its figures go, and what is given of the years after."""

from __future__ import annotations

from caresim.language.dates import date_of, end_of, parse_date, year_end
from caresim.language.model import Model
from caresim.language.parameters import Parameter, Series
from caresim.language.shown import counted_word

__all__ = ["known_note"]

CALLED = {"worker": "workforce"}  # what figures of a word are called, where not by the word


def known_note(model: Model) -> str:
    """Return after when no figure was used of what the model computes, and what is known later.

    Empty for a model without figures.
    """
    figures = model.observed.observations if model.observed is not None else ()
    own = [row for row in figures if row.series in model.variables]
    if not own:
        return "No published figure was used." if not figures else ""
    last = max(year_end(row.year) for row in own)
    *others, final = _kinds(model, {row.series for row in own})
    kinds = f"{', '.join(others)} or {final}" if others else final
    later = [text for entry in model.parameters.values() if (text := _known_later(entry, last))]
    given = f" Later is given: {'; '.join(later)}." if later else " Nothing later is given."
    return f"No {kinds} figure after March {last} was used.{given}"


def _kinds(model: Model, names: set[str]) -> list[str]:
    """Return what is counted, in the order caseloads, other counts, money."""
    shown = {counted_word(model.variable(name).unit) for name in model.caseload_names()} - {""}
    units = [v.unit for n, v in model.variables.items() if n in names]
    words = dict.fromkeys(counted_word(unit) for unit in units)
    kinds = ["caseload"] if shown & set(words) else []
    kinds += [CALLED.get(word, word) for word in words if word and word not in shown]
    kinds += ["spending"] if any(unit.power_of("GBP") == 1 for unit in units) else []
    return kinds or ["published"]


def _known_later(entry: Parameter, last: int) -> str:
    """Return a path that is known after a year, and until when; empty for any other."""
    if not isinstance(entry.value, Series):
        return ""
    known = end_of(parse_date(entry.assumed_from)) if entry.assumed_from else entry.value.ends
    if known <= last:
        return ""
    until = date_of(known)
    return f"{entry.meaning or entry.name} (to {until:%B %Y})"
