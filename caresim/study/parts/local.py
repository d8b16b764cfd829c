"""One place of a model: its equations with every number as large as the place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from caresim.language.model import Model
from caresim.language.parameters import Parameter, Series
from caresim.language.part import scaled_entry
from caresim.language.parts import Line, Parts, size_power
from caresim.study.parts.shares import Shares

__all__ = ["local_numbers"]


def local_numbers(model: Model, parts: Parts, area: str, shares: Shares) -> dict[str, Parameter]:
    """Return the numbers of a place that are other than those of the whole, levels aside."""
    entries = {}
    for name, entry in model.parameters.items():
        if size_power(entry.unit):
            entries[name] = _sized(entry, parts, area, shares)
    for line in parts.lines:
        entries[line.parameter] = _own_line(model.parameters[line.parameter], line, area, shares)
    return entries


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


def _year(time: float) -> int:
    """Return the year in which the financial year of a moment ends."""
    return int(np.floor(time + 1e-9)) + 1
