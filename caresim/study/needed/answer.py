"""What a target needs, as numbers, as a table and in words."""

from __future__ import annotations

import datetime as dt
import html
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from caresim.engine.notices import Notice
from caresim.language.amounts import value_text
from caresim.language.dates import financial_year
from caresim.language.errors import RunError, came
from caresim.language.notebook import shown_in_notebooks
from caresim.language.parameters import Parameter
from caresim.study.needed.need import Need
from caresim.study.needed.words import (
    alone,
    believed,
    evidence_of,
    how_far,
    is_any,
    is_nearer,
    moved,
    together,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Needed"]

Values = NDArray[np.float64]
WIDTH = 110


@dataclass(frozen=True, eq=False)
class Needed:
    """What would have to be true for an output to differ by a target.

    ``scenario`` is empty where every lever of the model is moved alone, from the day ``begins``.
    ``target`` is the change of ``output`` against ``baseline`` as a share, on the day ``by`` or
    over the year that ends then; ``before`` is what it is under the baseline and ``written`` its
    change under the scenario as it stands, one for each draw. ``needs`` holds what it needs, lever
    by lever, together, and of each effect that the scenario leans on.
    """

    scenario: str
    baseline: str
    output: Parameter
    by: dt.date
    target: float
    begins: dt.date
    before: Values = field(repr=False)
    written: Values = field(repr=False)
    needs: tuple[Need, ...] = field(repr=False)
    price_year: str = field(default="", repr=False)
    is_rate: bool = field(default=False, repr=False)
    notices: tuple[Notice, ...] = ()

    def __getitem__(self, name: str) -> Need:
        known = {need.number.name if need.number else need.kind: need for need in self.needs}
        if name not in known:
            message = f"nothing is needed of {came(name)}; there are {', '.join(map(repr, known))}"
            raise RunError(message)
        return known[name]

    def table(self) -> pd.DataFrame:
        """Return a row for each need: what is needed, how far it gets, and what it rests on."""
        import pandas as pd

        rows = [need.row() for need in self.needs]
        names = [need.number.name if need.number else need.kind for need in self.needs]
        return pd.DataFrame(rows, index=pd.Index(names, name="name"))

    def __str__(self) -> str:
        return "\n".join(line for deep, text in _lines(self) for line in _wrapped(text, deep))

    @shown_in_notebooks
    def _repr_html_(self) -> str:
        lines = "".join(
            f"<p style='margin-left:{2 * deep}em'>{html.escape(text)}</p>"
            for deep, text in _lines(self)
        )
        notes = "".join(f"<p>{html.escape(str(notice))}</p>" for notice in self.notices)
        return f"{lines}{notes}{self.table().to_html(float_format='{:,.4g}'.format)}"


def _wrapped(text: str, deep: int) -> list[str]:
    """Return lines of the width of a page; what is a section of its own has room above it."""
    first, later = "  " * deep, "  " * (deep + bool(deep))
    kept = text.replace(" %", "\N{NO-BREAK SPACE}%")
    lines = textwrap.wrap(kept, WIDTH, initial_indent=first, subsequent_indent=later)
    room = [""] if text.endswith(":") else []
    return [*room, *(line.replace("\N{NO-BREAK SPACE}", " ") for line in lines)]


def _lines(found: Needed) -> Iterator[tuple[int, str]]:
    """Yield the lines of an answer, each with how deep it stands."""
    yield 0, _head(found)
    if not found.scenario:
        yield from _of_model(found)
        return
    levers, whole, effects = (
        [need for need in found.needs if need.kind == kind]
        for kind in ("lever", "together", "effect")
    )
    yield 0, how_far(found.written, found.target)
    each = "Lever by lever, each without the others:" if len(levers) > 1 else "Its lever:"
    yield 0, each
    asked = [need for need in effects if not is_any(need)]
    said_below = {need.number for need in asked}
    for need in levers:
        yield 1, moved(need, found.price_year)
        yield 2, evidence_of(need, sourced=need.evidence not in said_below)
    for need in whole:
        yield 1, together(need, len(levers))
    if asked:
        yield 0, "Or of an effect, with the scenario as it is written, one would have to believe:"
    for need in asked:
        yield 1, believed(need, found.price_year)
        yield 2, evidence_of(need)
    if spare := _listed(need for need in effects if is_any(need)):
        yield 0, f"It is enough whatever, within their bounds, these effects are: {spare}."


def _of_model(found: Needed) -> Iterator[tuple[int, str]]:
    """Yield the lines on every lever of a model."""
    far = [need for need in found.needs if is_nearer(need, found.target)]
    day = f"{found.begins.day} {found.begins:%B %Y}"
    yield 0, f"Each lever alone, moved at once on {day}, the nearest to the target first:"
    for need in far:
        yield 1, alone(need, found.price_year)
    if rest := _listed(need for need in found.needs if need not in far):
        yield 1, f"Not a hundredth of the way, within their bounds: {rest}."


def _listed(needs: Iterable[Need]) -> str:
    return ", ".join(need.number.name for need in needs if need.number)


def _head(found: Needed) -> str:
    before = float(np.median(found.before))
    day = f"{found.by.day} {found.by:%B %Y}"
    when = f"in {financial_year(found.by.year)}" if found.is_rate else f"on {day}"
    way = "lower" if found.target < 0 else "higher"
    who = f"{found.scenario}, what it needs" if found.scenario else "What is needed"
    ends = " instead of ".join(_amount(x, found) for x in (before * (1 + found.target), before))
    return (
        f"{who} for '{found.output.meaning}' to be {100 * abs(found.target):.4g} % {way} {when} "
        f"than under {found.baseline}: {ends}."
    )


def _amount(value: float, found: Needed) -> str:
    return value_text(float(f"{value:.3g}"), found.output, found.price_year)
