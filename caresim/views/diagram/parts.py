"""What a stock-and-flow diagram shows: each stock once, whatever it is divided into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from caresim.language.dimensions import in_words
from caresim.language.lags import Delay, Smooth
from caresim.language.model import Model
from caresim.language.pipes import Ageing
from caresim.language.variables import Flow, Stock, Variable

__all__ = ["Box", "Channel", "boxes_of", "channels_of"]


@dataclass(frozen=True)
class Box:
    """A stock, smooth or delay: ``notes`` say what it is divided into and how many stages."""

    name: str
    label: str
    kind: str
    notes: tuple[str, ...]
    sector: str


@dataclass(frozen=True)
class Channel:
    """All flows from one box to another, None for the outside, with their labels."""

    source: str | None
    target: str | None
    labels: tuple[str, ...]


def boxes_of(model: type[Model]) -> tuple[Box, ...]:
    """Return the boxes in the order of declaration.

    A box stands in the sector that declares it, or, when that declares stocks only, in the one with
    most of its flows. What follows a colon in a title is left out.
    """
    sector_of, flows = _sectors(model), _flows(model)
    parts: dict[Variable, list[str]] = {}
    for name, top in model.makers().items():
        if isinstance(top, Stock | Smooth | Delay):
            parts.setdefault(top, [top.name or ""]).append(name)
    moving = {sector_of.get(name, "") for _, name, _ in flows}
    found = []
    for top, names in parts.items():
        own = next((sector_of[name] for name in names if name in sector_of), "")
        by_flow = {top: sector_of.get(n, "") for top, n, ends in flows if names[0] in ends}
        near = list(by_flow.values())
        sector = own if own in moving or not near else max(near, key=near.count)
        title = sector.partition(":")[0]
        found.append(Box(names[0], top.label, type(top).__name__.lower(), _notes(top), title))
    return tuple(found)


def channels_of(model: type[Model]) -> tuple[Channel, ...]:
    """Return the flows between boxes, those with the same two ends together.

    What moves inside a smooth or delay is left out. Ageing stands at its box, and again, named by
    the last element, on the way to where the last go.
    """
    labels: dict[tuple[str | None, str | None], dict[str, str]] = {}
    for top, _, ends in _flows(model):
        labels.setdefault(ends, {})[top.name or ""] = _label(top, inside=ends[0] == ends[1])
    return tuple(Channel(*ends, tuple(found.values())) for ends, found in labels.items())


def _flows(model: type[Model]) -> list[tuple[Flow, str, tuple[str | None, str | None]]]:
    """Return each flow as written, the name of an element of it, and the names of its two ends."""
    owner = model.makers()

    def named(stock: Stock | None) -> str | None:
        return None if stock is None else owner[stock.name or ""].name

    return [
        (top, flow.name or "", (named(flow.pipe.start), named(flow.pipe.end)))
        for flow in model.flows()
        for top in [owner[flow.name or ""]]
        if isinstance(top, Flow)
    ]


def _label(flow: Flow, *, inside: bool) -> str:
    if isinstance(flow.pipe, Ageing) and not inside:
        return f"{flow.label}, {flow.pipe.along.elements[-1]}"
    return flow.label


def _notes(top: Variable) -> tuple[str, ...]:
    by = f"by {in_words(top.dimensions)}" if top.dimensions else ""
    order = getattr(top, "order", 0)
    felt = "felt with a lag" if isinstance(top, Smooth) else ""
    stages = f"{order} stages" if order > 1 else ""
    return tuple(note for note in (by, felt, stages) if note)


def _sectors(model: type[Model]) -> Mapping[str, str]:
    """Return the title of the sector of each quantity; nothing when there is only one sector."""
    found = model.sector_of()
    if len(found) < len(("one", "other")):
        return {}
    return {name: title for title, names in found.items() for name in names}
