"""What a projection's doubt is made of, in sentences: for the page, the terminal and the record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from caresim.language.amounts import percent
from caresim.language.dates import year_end
from caresim.language.model import Model
from caresim.study.doubt.made_of import MadeOf
from caresim.study.futures import GIVENS, RATES, SHOCKS
from caresim.views.plot.notes import label_of
from caresim.views.report.headline import lowered

if TYPE_CHECKING:
    from caresim.study.doubt.answer import Doubt
    from caresim.study.doubt.apart import Apart, Said
    from caresim.study.doubt.tested import Tested
    from caresim.study.drivers.answer import Drivers

__all__ = ["chance_sentence", "doubt_lines"]

SAID = {
    RATES: "rates that move by chance",
    SHOCKS: "shocks at random",
    GIVENS: "what is given from outside",
}


def doubt_lines(found: Doubt | None, model: Model) -> list[str]:
    """Return the sentences on bands, structures and tests, in this order."""
    if found is None:
        return []
    lines = [_made(found.made, model)] if found.made else []
    lines += [_apart(one, model) for one in found.apart]
    lines += [_driven(one) for one in found.drivers if one.rows]
    return [*lines, *(_tested(one) for one in found.tested)]


def chance_sentence(found: MadeOf | None) -> str:
    """Return what brackets hold of chance, and what the single lines do without."""
    if found is None:
        return ""
    kinds = _listed([SAID[kind] for kind in found.kinds])
    return f" With them are drawn {kinds}; the single lines have none of it."


def _made(found: MadeOf, model: Model) -> str:
    label = lowered(label_of(model, found.quantity))
    kinds = "; ".join(
        f"{SAID[kind]}{_how(kind, found)}: {_span(ends)}" for kind, ends in found.kinds.items()
    )
    return (
        f"What the band is made of: {label} by March {year_end(found.year)} are "
        f"{_span(found.whole)} in {percent(found.level)} of the draws, and {_count(found.line)} on "
        "the single line, in which nothing comes by chance. Parameters and structure alone would "
        f"make it {_span(found.alone)}; together with one more: {kinds}."
    )


def _how(kind: str, found: MadeOf) -> str:
    if kind != SHOCKS or not found.events:
        return ""
    return f" ({found.events:.2g} a year on average, none on the single line)"


def _apart(found: Apart, model: Model) -> str:
    label = lowered(label_of(model, found.quantity))
    by = f"by March {year_end(found.year)}"
    sign = bool(found.scenario)
    told = "; ".join(f"{name} {_said(one, sign=sign)}" for name, one in found.structures.items())
    whole = f"all alike, which is the answer's band, {_said(found.whole, sign=sign)}"
    if sign:
        return f"By structure, '{found.scenario}' changes {label} {by}: {told}; {whole}."
    return f"By structure, {label} {by}: {told}; {whole}."


def _driven(found: Drivers) -> str:
    parts = [
        f"{100 * row.measures['share']:.0f} % with '{lowered(row.meaning)}' ({row.grade or 'none'})"
        for row in found.rows
    ]
    told = _listed(parts)
    return (
        f"What drives what '{found.scenario}' changes of {lowered(found.output.meaning)}: of the "
        f"variance over the draws {told}; in brackets what each number rests on."
    )


def _tested(found: Tested) -> str:
    met = _listed([one.effect.name.replace("_", " ") for one in found.met]) or "none"
    missed = _listed([one.effect.name.replace("_", " ") for one in found.missed]) or "none"
    return (
        f"Published effects that bear on '{found.scenario}': {len(found.met)} of "
        f"{len(found.answers)} met ({met}); missed: {missed}."
    )


def _said(one: Said, *, sign: bool) -> str:
    if not sign:
        return f"{_count(one.median)} ({_span((one.low, one.high))})"
    low, high = _signed(one.low), _signed(one.high)
    return f"{_signed(one.median)} ({low} to {high})"


def _span(ends: tuple[float, float]) -> str:
    return f"{_count(ends[0])} to {_count(ends[1])}"


def _count(value: float) -> str:
    """Return an amount to three figures."""
    if not value:
        return "0"
    size = 10 ** max(len(f"{abs(value):.0f}") - 3, 0)
    return f"{round(value / size) * size:,.0f}" if abs(value) >= 1 else f"{value:.2g}"


def _signed(value: float) -> str:
    shown = _count(abs(value))
    return shown if shown == "0" else f"{'+' if value > 0 else '−'}{shown}"


def _listed(texts: Sequence[str]) -> str:
    *first, last = texts or [""]
    return f"{', '.join(first)} and {last}" if first else last
