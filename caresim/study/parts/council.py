"""One place of a model, as a model that every verb takes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from caresim.language.dates import financial_year, year_end
from caresim.language.errors import ModelError
from caresim.language.model import Model
from caresim.language.observed import Observation, Observed
from caresim.language.parameters import Parameter, Series
from caresim.language.part import Part, scaled_entry
from caresim.language.parts import Parts, parts_of_model, size_power
from caresim.language.place_figures import Area
from caresim.study.arguments import model_of
from caresim.study.parts.chance import chance
from caresim.study.parts.kept import KeptPlace, last_year, read_fitted
from caresim.study.parts.local import local_numbers
from caresim.study.parts.named import found_area
from caresim.study.parts.score import score_notes
from caresim.study.parts.shares import Shares

__all__ = ["council", "placed", "whole_of_places"]

TOLERANCE = 0.05  # of a figure whose own spread is not kept


def council(model: Model, name: str, *, as_written: bool = False) -> Model:
    """Return the model of one council: the equations of the whole, with the council's own levels.

    ``name`` is a name such as ``"Leeds"``, a nine-figure code or the number of the Department for
    Education. Population, spending by line and arrivals of asylum-seeking children are the
    council's own, and so are six levels by year (referrals, endings of support, enquiries, plans,
    entries to care and ways out of it), fitted with all councils together; all else is England's.
    Every verb takes the result. Amounts of scenarios in £ or in numbers are made as large as the
    council, by its share of that budget or of those children in the last year with figures; with
    ``as_written`` they are the council's own. Factors and shares stay as they are.

    Raises ModelError for a model without councils, one that is a council already or has another
    vintage than its class, and for a name that is unknown, ambiguous, of a council that is no more
    or not yet one, or refused as too small.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> leeds = cs.council(England(), "Leeds")
    >>> leeds.stands_for.name
    'Leeds'
    """
    known, parts, year = whole_of_places(model)
    area = found_area(parts, name, year)
    kept = read_fitted(parts).get(area.code)
    if kept is None:
        message = f"{area.name} has no fitted levels; fit the {parts.several} again"
        raise ModelError(message)
    return placed(known, area, kept, as_written=as_written)


def whole_of_places(model: Model) -> tuple[Model, Parts, str]:
    """Return a model that has places, what it declares of them, and the last year with figures.

    Raises ModelError for a model without places, that is one, or of another vintage.
    """
    known = model_of(model, "council", ModelError)
    if known.stands_for is not None:
        message = (
            f"this model is {known.stands_for.name} already; take the whole, "
            f"{type(known).__name__}(), for another"
        )
        raise ModelError(message)
    parts = parts_of_model(known)
    if known.vintage is not type(known).vintage:
        message = (
            f"levels of {parts.several} were fitted with the vintage of {type(known).__name__}; "
            "take the model without another one"
        )
        raise ModelError(message)
    return known, parts, last_year(known)


def placed(model: Model, area: Area, kept: KeptPlace, *, as_written: bool = False) -> Model:
    """Return the model of a place of a whole, with the levels that were fitted to it."""
    parts, year = parts_of_model(model), last_year(model)
    shares = _shares(parts, year)
    numbers = _numbers(model, parts, area, shares, kept, year)
    own = model.with_numbers(model.parameters.with_entries(numbers))
    own = own.with_figures(_observed(model, parts, area, shares, kept))
    own.stands_for = _part(model, own, parts, area, shares, as_written=as_written)
    return own


@lru_cache(maxsize=2)
def _shares(parts: Parts, year: str) -> Shares:
    return Shares(parts, year, people_later=True)


def _numbers(
    model: Model, parts: Parts, area: Area, shares: Shares, kept: KeptPlace, year: str
) -> dict[str, Parameter]:
    """Return the numbers of a place: sizes, levels, what it starts with, and what units cost."""
    entries = local_numbers(model, parts, area.code, shares)
    times = tuple(float(end - 1) for end in kept.years)
    for level in parts.levels:
        series = Series(times, kept.levels[level.parameter], held=True)
        last = f"{year_end(year)}-03-31"
        entries[level.parameter] = replace(
            model.parameters[level.parameter], value=series, assumed_from=last
        )
    factors = [(name, kept.starts[key]) for key, names in parts.starts.items() for name in names]
    factors += [(n, kept.costs[line.name]) for line in parts.costs for n in line.parameters]
    for name, factor in factors:
        entry = entries.get(name, model.parameters[name])
        if not isinstance(entry.value, Series):
            entries[name] = scaled_entry(entry, factor, entry.value * factor)
    return {name: _named(entry, parts, area) for name, entry in entries.items()}


def _named(entry: Parameter, parts: Parts, area: Area) -> Parameter:
    """Return a number of a place's own whose meaning says so."""
    meaning = entry.meaning
    for word in ("in", "of"):
        meaning = re.sub(
            rf"\b{word} (a place|{parts.whole})(?=[,;.]|$)", f"{word} {area.name}", meaning
        )
    return entry if meaning == entry.meaning else replace(entry, meaning=meaning)


def _observed(model: Model, parts: Parts, area: Area, shares: Shares, kept: KeptPlace) -> Observed:
    return Observed(tuple(_observations(model, parts, area, shares, kept)))


def _observations(
    model: Model, parts: Parts, area: Area, shares: Shares, kept: KeptPlace
) -> Iterator[Observation]:
    """Yield a place's figures under the names of the model's quantities."""
    source = f"figures of {parts.several} ({parts.folder.name}/{parts.folder.name})"
    for name, series in parts.series.items():
        variable = model.variables[name]
        noise = kept.noise.get(name)
        for year, value in sorted(parts.figures.of(area.code, series).items()):
            yield Observation(
                series=name,
                year=year,
                value=value,
                unit=str(variable.unit),
                kind="flow" if variable.is_rate else "stock",
                price_base="",
                status="read",
                release=source,
                address="",
                tolerance=_tolerance(noise, kept.years.index(year_end(year))) if value > 0 else 0.0,
            )
    national = model.observed
    assert national is not None  # noqa: S101  (a model with places has figures)
    for name, lines in parts.spending.items():
        own = shares.by_year(area.code, lines)
        for year, amount in national.points(name).items():
            if (end := year_end(year)) in own:
                yield Observation(
                    series=name,
                    year=year,
                    value=amount * own[end],
                    unit="GBP/year",
                    kind="flow",
                    price_base=model.parameters.price_year,
                    status="derived",
                    release=f"{source}: its share of {parts.whole}'s spending",
                    address="",
                )


def _tolerance(noise: tuple[float, ...] | None, place: int) -> float:
    return float(noise[place]) if noise and noise[place] == noise[place] else TOLERANCE


def _part(
    whole: Model, own: Model, parts: Parts, area: Area, shares: Shares, *, as_written: bool
) -> Part:
    factors, said = {}, {}
    for name, entry in whole.parameters.items():
        if not (entry.is_open and size_power(entry.unit)):
            continue
        size, _ = parts.size_of(name)
        factors[name] = shares.share(area.code, size, "policy") ** size_power(entry.unit)
        said[name] = shares.said(area.code, size)
    people = shares.figures.of(area.code, "population")
    children = people.get(financial_year(year_end(shares.year)), 0.0)
    first = next(iter(whole.headlines.values()), ())
    headline = [v.name or "" for v in first if v.name in parts.series]
    title = f"{area.name}, a {parts.called} of {parts.whole}"
    return Part(
        name=area.name,
        code=area.code,
        called=parts.called,
        title=title,
        whole=whole,
        drawn=_drawn(whole, own) | _chances(whole, parts),
        factors=factors,
        said=said,
        notes=(
            f"{title} with {children:,.0f} children: {parts.given}. {parts.note}",
            *score_notes(parts, area, headline, {n: _label(whole, n) for n in headline}),
        ),
        as_written=as_written,
    )


def _label(model: Model, name: str) -> str:
    label = model.variables[name].label
    return label[:1].lower() + label[1:]


def _drawn(whole: Model, own: Model) -> dict[str, float]:
    """Return by what draws of the whole's numbers are multiplied."""
    found = {}
    for name, entry in own.parameters.items():
        before = whole.parameters[name].value
        if entry.value is before or isinstance(entry.value, Series) or isinstance(before, Series):
            continue
        if before and entry.value != before:
            found[name] = float(entry.value / before)
    return found


def _chances(whole: Model, parts: Parts) -> dict[str, float]:
    """Return how many times larger chance is in a usual place, by the sizes of chance."""
    if not any(level.chance for level in parts.levels):
        return {}
    found = {one.level: one for one in chance(whole)}
    return {
        name: math.sqrt(1 + (found[level.parameter].own / found[level.parameter].common) ** 2)
        for level in parts.levels
        for name in level.chance
    }
