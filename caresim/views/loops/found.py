"""Feedback loops: the circles in which the quantities of a model act on themselves."""

from __future__ import annotations

import html
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from caresim.language.errors import ModelError, did_you_mean
from caresim.language.feedbacks import Feedback
from caresim.language.lags import Delay, Smooth
from caresim.language.model import Model
from caresim.language.notebook import shown_in_notebooks
from caresim.language.variables import Stock
from caresim.study.arguments import came, count_of, items_of, model_of, names_of
from caresim.views.diagram.drawn import Diagram
from caresim.views.loops.links import Links
from caresim.views.loops.panels import Circle, figure
from caresim.views.loops.search import Search

__all__ = ["Loop", "Loops", "loop_diagram", "loops"]

SIGNS = {1: "+", -1: "−", None: "?"}
FEW = 6
DRAWN = "loop_diagram draws loops, such as those of cs.loops(model)"


@dataclass(frozen=True)
class Loop:
    """A feedback loop: its quantities in order, and the sign of the link from each to the next.

    A sign is 1, -1 or None where it cannot be told. ``stocks`` are those of the quantities that
    take time: stocks, smooths and delays.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    signs: tuple[int | None, ...]
    stocks: tuple[str, ...]

    @property
    def kind(self) -> str:
        """``"reinforcing"``, ``"balancing"`` or, where a sign is missing, ``"unclear"``."""
        if None in self.signs:
            return "unclear"
        return "balancing" if self.signs.count(-1) % 2 else "reinforcing"

    def __str__(self) -> str:
        links = "".join(f"{n} →{SIGNS[s]} " for n, s in zip(self.names, self.signs, strict=True))
        return f"{self.kind}: {links}{self.names[0]}"


class Loops(list[Loop]):
    """Feedback loops, the shortest first; ``complete`` is False where the model has more."""

    complete = True

    @shown_in_notebooks
    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{loop.kind}</td><td style='text-align:left'>"
            f"{html.escape(str(loop).partition(': ')[2])}</td></tr>"
            for loop in self
        )
        more = "" if self.complete else "<p>The shortest loops only: the model has more.</p>"
        return f"<table><tr><th>kind</th><th>loop</th></tr>{rows}</table>{more}"


def loops(model: Model, through: str | Sequence[str] | None = None, *, limit: int = 100) -> Loops:
    """Find the feedback loops of a model, the shortest first, at most ``limit``.

    ``through`` names quantities that a loop must contain. Quantities over a dimension count as one,
    and so do the stages of a smooth or delay; what happens inside them is no loop. Signs are judged
    by small changes of each equation's inputs at the start and along the default run, and a link
    that is switched off there, half-way between its parameters' bounds.

    Raises ModelError for something that is no model and for an unknown quantity, RunError where the
    default run cannot be finished.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> found = cs.loops(England(), through="early_help_capacity", limit=5)
    >>> found[0].names[0]
    'early_help_capacity'
    """
    links = _links_of(model, "loops")
    limit = count_of(limit, "limit", 1, ModelError)
    asked = [through] if isinstance(through, str) else _names(through, model)
    search = Search(links.graph, [_node(links, name) for name in asked])
    circles = list(itertools.islice(search.circles(), limit + 1))
    found = Loops(_loop(links, circle) for circle in circles[:limit])
    found.complete = len(circles) <= limit and not search.cut_short
    return found


def loop_diagram(
    model: Model, loops: Loop | Feedback | Iterable[Loop | Feedback] | None = None
) -> Diagram:
    """Draw feedback loops, one panel each: words joined by arrows with their signs.

    ``loops`` are some that :func:`loops` has found, or feedbacks of the model; by default those
    that the model names in ``feedbacks``, or else its shortest. A link of a feedback that leads
    through other quantities has the sign of the shortest way.

    Raises ModelError where there is nothing to draw, and for a feedback that is no loop.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> england = England()
    >>> cs.loop_diagram(england, cs.loops(england, through="early_help_capacity", limit=2)).title
    'Feedback loops of England'
    """
    links = _links_of(model, "loop_diagram")
    if loops is None:
        named = [f for f in model.feedbacks if f.through]
        loops = named or _shortest(links)
    chosen = [loops] if isinstance(loops, Loop | Feedback) else items_of(loops, DRAWN, ModelError)
    if odd := [one for one in chosen if not isinstance(one, Loop | Feedback)]:
        message = f"{DRAWN}, without {came(odd[0])}"
        raise ModelError(message)
    if not chosen:
        message = f"{type(model).__name__} has no feedback loops to draw"
        raise ModelError(message)
    return figure(type(model).__name__, [_circle(links, one) for one in chosen])


def _shortest(links: Links) -> list[Loop]:
    circles = itertools.islice(Search(links.graph).circles(), FEW)
    return [_loop(links, circle) for circle in circles]


def _names(through: Sequence[str] | None, model: Model) -> list[str]:
    if through is None:
        return []
    return names_of(through, "through", model.example_name(), "quantities", ModelError)


def _links_of(model: Model, verb: str) -> Links:
    return Links(model_of(model, verb, ModelError))


def _node(links: Links, name: str) -> str:
    """Return the node of a quantity, an element of one, or a stage."""
    if name in links.nodes:
        return name
    if name in links.owner and (links.owner[name].name or "") in links.nodes:
        return links.owner[name].name or ""
    near = did_you_mean(name, links.nodes)
    message = f"{type(links.model).__name__} has no quantity '{name}' that can be in a loop{near}"
    raise ModelError(message)


def _loop(links: Links, names: tuple[str, ...], signs: tuple[int | None, ...] = ()) -> Loop:
    following = (*names[1:], names[0])
    found = signs or tuple(links.sign(a, b) for a, b in zip(names, following, strict=True))
    stocks = tuple(n for n in names if isinstance(links.nodes[n], Stock | Smooth | Delay))
    return Loop(names, tuple(links.nodes[n].label for n in names), found, stocks)


def _circle(links: Links, one: Loop | Feedback) -> Circle:
    """Return a loop as it is drawn."""
    loop = _of_feedback(links, one) if isinstance(one, Feedback) else one
    title = one.name if isinstance(one, Feedback) else ""
    lasting = tuple(name in loop.stocks for name in loop.names)
    return Circle(title, loop.labels, loop.signs, lasting, loop.kind)


def _of_feedback(links: Links, feedback: Feedback) -> Loop:
    names = tuple(_node(links, name) for name in feedback.through)
    if len(set(names)) < len(names) or not names:
        message = f"feedback '{feedback.name}': 'through' names each quantity of the loop once"
        raise ModelError(message)
    signs = []
    for a, b in zip(names, (*names[1:], names[0]), strict=True):
        way = _way(links, a, b, set(names) - {a, b})
        if not way:
            message = f"feedback '{feedback.name}': '{a}' does not act on '{b}' by any equation"
            raise ModelError(message)
        signs.append(_product([links.sign(*link) for link in itertools.pairwise(way)]))
    return _loop(links, names, tuple(signs))


def _way(links: Links, start: str, end: str, others: set[str]) -> tuple[str, ...]:
    """Return the shortest way between two quantities that leaves the others out, () if none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start, *others}
    while ways:
        longer = []
        for way in ways:
            for following in links.graph[way[-1]]:
                if following == end:
                    return (*way, end)
                if following not in seen:
                    seen.add(following)
                    longer.append((*way, following))
        ways = longer
    return ()


def _product(signs: Sequence[int | None]) -> int | None:
    return None if None in signs else math.prod(sign or 0 for sign in signs)
