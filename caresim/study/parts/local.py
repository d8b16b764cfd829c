"""One place of a model: its equations with every number as large as the place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from caresim.language.model import Model
from caresim.language.parameters import Parameter, Series
from caresim.language.part import scaled_entry
from caresim.language.parts import Line, Parts, size_power
from caresim.study.parts.shares import Shares

__all__ = ["local_numbers"]

WITHIN = 1 - 1e-12  # so that what is left is not below zero by rounding


def local_numbers(model: Model, parts: Parts, area: str, shares: Shares) -> dict[str, Parameter]:
    """Return the numbers of a place that are other than those of the whole, levels aside."""
    entries = {}
    for name, entry in model.parameters.items():
        if size_power(entry.unit):
            entries[name] = _sized(entry, parts, area, shares)
    lines = {
        line: _own_line(model.parameters[line.parameter], line, area, shares)
        for line in parts.lines
    }
    return entries | {entry.name: entry for entry in _within_one(lines)}


def _sized(entry: Parameter, parts: Parts, area: str, shares: Shares) -> Parameter:
    size, use = parts.size_of(entry.name)
    power = size_power(entry.unit)
    factor = shares.share(area, size, use) ** power
    if isinstance(entry.value, Series):
        series = entry.value
        own = [shares.share(area, size, "dated", _year(time)) ** power for time in series.times]
        values = tuple(v * f for v, f in zip(series.values, own, strict=True))
        return scaled_entry(entry, max(own), Series(series.times, values, series.held))
    return scaled_entry(entry, factor, entry.value * factor)


def _own_line(entry: Parameter, line: Line, area: str, shares: Shares) -> Parameter:
    """Return a dated share times the place's own against that of all places."""
    series = entry.value
    if not isinstance(series, Series):
        return entry
    own = [shares.line(area, line, _year(time)) for time in series.times]
    low, high = entry.bounds or (0.0, 1.0)
    values = [
        value if ratio is None else float(np.clip(value * ratio, low, high))
        for value, ratio in zip(series.values, own, strict=True)
    ]
    return replace(entry, value=Series(series.times, tuple(values), series.held))


def _within_one(lines: Mapping[Line, Parameter]) -> Iterator[Parameter]:
    """Yield dated shares, cut in proportion where those of one whole add up to more than it.

    Dates of lines of one whole are the same.
    """
    for line, entry in lines.items():
        series = entry.value
        beside = [e.value for other, e in lines.items() if other.of == line.of]
        dated = [value.values for value in beside if isinstance(value, Series)]
        if not isinstance(series, Series) or len(dated) < len(beside):
            yield entry
            continue
        totals = [sum(values) for values in zip(*dated, strict=True)]
        values = tuple(
            v * WITHIN / max(total, WITHIN) for v, total in zip(series.values, totals, strict=True)
        )
        yield replace(entry, value=Series(series.times, values, series.held))


def _year(time: float) -> int:
    """Return the year in which the financial year of a moment ends."""
    return int(np.floor(time + 1e-9)) + 1
