"""What drives an answer, in English sentences."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import Protocol

from caresim.engine.notices import Notice
from caresim.language.amounts import few_figures, percent, value_text
from caresim.language.parameters import Parameter
from caresim.language.rounding import step_of, stepped
from caresim.language.units import Unit
from caresim.study.drivers.candidates import CHANCE, STRUCTURE
from caresim.study.drivers.driver import DRAWN, GIVEN_DATA, REGRESSION, SOBOL, TORNADO, Driver

__all__ = [
    "amount", "asked_text", "ends_of", "evidence", "found_text", "head", "left_text", "number_text",
    "sentence", "text",
]  # fmt: skip

WIDTH = 110
EVIDENCE = {
    "measured": "measured",
    "estimated": "estimated from the figures",
    "trial": "from a trial",
    "observational": "from an observational study",
    "assumption": "assumed",
}
PRIOR = "prior"
LITTLE = 0.05  # of a width: within what the number of draws makes of it


class Found(Protocol):
    """What was found, as far as words are made of it."""

    @property
    def output(self) -> Parameter: ...

    @property
    def scenario(self) -> str: ...

    @property
    def baseline(self) -> str: ...

    @property
    def year(self) -> str: ...

    @property
    def method(self) -> str: ...

    @property
    def rows(self) -> Sequence[Driver]: ...

    @property
    def runs(self) -> int: ...

    @property
    def origin(self) -> str: ...

    @property
    def middle(self) -> float: ...

    @property
    def spread(self) -> tuple[float, float]: ...

    @property
    def tried(self) -> int: ...

    @property
    def is_rate(self) -> bool: ...

    @property
    def price_year(self) -> str: ...

    @property
    def others(self) -> str: ...

    @property
    def notices(self) -> Sequence[Notice]: ...

    @property
    def explained(self) -> float: ...

    @property
    def weakest(self) -> Driver | None: ...


def head(found: Found) -> str:
    """Return what was asked, of how many draws, and what the answer is."""
    drawn = f"{found.runs:,} draws from the {found.origin}"
    middle, spread = amount(found.middle, found), _joined(*(amount(x, found) for x in found.spread))
    prices = f", at {found.price_year} prices" if _is_money(found) and found.price_year else ""
    return f"What drives {asked_text(found)}: {middle} ({spread}) in {drawn}{prices}."


def sentence(found: Found) -> str:
    """Return which weakly known number decides an answer, in one sentence."""
    if found.spread[0] == found.spread[1] and not found.rows:
        return "Nothing drives it: it is the same in all draws."
    if not found.rows:
        return "No number that is drawn can be told from chance in so few draws."
    weak = found.weakest
    if weak is None:
        return "No number that is merely assumed is among those that decide it."
    rank = _ordinal(found.rows.index(weak) + 1)
    return (
        f"What is weakly known and decides most is '{weak.meaning}' ({weak.name}), assumed and "
        f"not measured: it ranks {rank} of {len(found.rows)}, with "
        f"{found_text(found, weak)}{_moved(found, weak)}."
    )


def text(found: Found) -> str:
    """Return an answer in lines: what was asked, the sentence, a line for each number."""
    lines = [head(found), sentence(found)]
    if found.rows:
        lines += [_rule(found), *_rows(found)]
    for notice in found.notices:
        lines.append(f"Note: {notice}.")
    return "\n".join(
        textwrap.fill(
            line.replace(" %", "\N{NO-BREAK SPACE}%"),
            WIDTH,
            subsequent_indent="    " if line.startswith("  ") else "",
            break_long_words=False,
        ).replace("\N{NO-BREAK SPACE}", " ")
        for line in lines
    )


def _rule(found: Found) -> str:
    if found.method == REGRESSION:
        return (
            f"Together these explain {_whole(found.explained)} of its variance, of {found.tried} "
            "that are drawn; each with its share, and the answer at its 10th and 90th percentile:"
        )
    if found.method == TORNADO:
        way = "all others as they are drawn, the mean of the draws"
        way = way if found.others == DRAWN else "all others moved along with it as in the draws"
        return f"Each from the 10th to the 90th percentile of its draws, {way}:"
    if found.method == GIVEN_DATA:
        return (
            "Delta, how far knowing the number moves the distribution of the answer, and the share "
            "of the variance that goes with it, each with the half-width of a 95 % interval:"
        )
    return (
        "Share of the variance by the number alone and with all others, over the priors, each with "
        "the half-width of a 95 % interval:"
    )


def _rows(found: Found) -> list[str]:
    return [
        f"  {found_text(found, row)}: {row.meaning} ({row.name}){_moved(found, row)}; "
        f"{evidence(row, found.origin)}"
        for row in found.rows
    ]


def found_text(found: Found, row: Driver) -> str:
    """Return what a method found of a number: a share, a move or two indices."""
    m = row.measures
    if found.method == REGRESSION:
        alone = _whole(m["alone"])
        beside = "" if alone == _whole(m["share"]) else f" ({alone} alone)"
        return f"{_whole(m['share'])} of the variance{beside}"
    if found.method == GIVEN_DATA:
        return f"delta {m['delta']:.2f} ± {m['delta_half']:.2f}, {_share(m, 'first')}"
    if found.method == SOBOL:
        return f"{_share(m, 'first')} alone, {_share(m, 'total')} with others"
    return f"a move of {amount(row.moves, found, abs(row.moves))}"


def _share(measures: dict[str, float], key: str) -> str:
    value, half = measures[key], measures[f"{key}_half"]
    return f"{_whole(value)} ± {100 * half:.0f}"


def _whole(share: float) -> str:
    return percent(round(max(share, 0.0), 2)) if share >= 0.005 else "less than 1 %"  # noqa: PLR2004


def _moved(found: Found, row: Driver) -> str:
    """Return where a number is, and where the answer is there."""
    if math.isnan(row.at_low):
        return ""
    ends = _joined(*(amount(end, found, abs(row.moves)) for end in (row.at_low, row.at_high)))
    return f", {ends} {ends_of(row)}"


def ends_of(row: Driver) -> str:
    """Return the ends of a number in words: ``"for 5 % to 12 %"``."""
    if row.kind == STRUCTURE:
        return "between '{}' and '{}'".format(*row.settings)
    if row.kind == CHANCE:
        return "for little to much of it"
    return f"for {_joined(number_text(row, row.low), number_text(row, row.high))}"


def number_text(row: Driver, value: float) -> str:
    """Return a value of a number with its unit, as finely as the width of its draws supports."""
    if row.entry is not None and row.entry.choices:
        return value_text(value, row.entry)
    step = step_of(value, (row.low, row.high))
    shown = float(f"{stepped(value, step)[0]:.6g}")
    return _signed(value_text(abs(shown), row.entry), shown)


def evidence(row: Driver, origin: str) -> str:
    """Return what a number rests on, its role, and what the figures have left of its prior."""
    if row.kind == STRUCTURE:
        return "no figure speaks for one of them"
    if row.kind == CHANCE:
        return f"by chance, its size {EVIDENCE[row.grade]}"
    role = "" if row.role == row.grade else f", {row.role}"
    return f"{EVIDENCE[row.grade]}{role}, {left_text(row, origin)}"


def left_text(row: Driver, origin: str) -> str:
    """Return how wide the draws of a number are beside its prior."""
    if math.isnan(row.narrowed):
        return "without a prior"
    if origin == PRIOR:
        return "drawn from its prior"
    if abs(row.narrowed) < LITTLE:
        return "as wide as its prior: the figures say nothing of it"
    way = "wider" if row.narrowed < 0 else "narrower"
    return f"{percent(round(abs(row.narrowed), 2))} {way} than its prior"


def amount(value: float, found: Found, width: float | None = None) -> str:
    """Return an amount of the answer with its unit, rounded as its spread or ``width`` supports."""
    half = (width if width is not None else found.spread[1] - found.spread[0]) / 2
    band = (value - half, value + half)
    shown = float(f"{stepped(value, step_of(value, band))[0]:.6g}")
    return _signed(value_text(abs(shown), found.output), shown)


def _signed(told: str, value: float) -> str:
    """Return an amount with a true minus sign where it is below zero."""
    return f"−{told}" if value < 0 else told


def _joined(low: str, high: str) -> str:
    """Return two amounts with their unit once: ``"−6,500 to −1,000 children"``."""
    (first, *unit), (_, *same) = low.split(" "), high.split(" ")
    return f"{first if unit == same and unit != ['%'] else low} to {high}"


def _is_money(found: Found) -> bool:
    return Unit.parse(found.output.unit).power_of("GBP") == 1


def asked_text(found: Found) -> str:
    """Return what was asked: ``"the difference in 'Children in care' on 31 March 2035, …"``."""
    when = f"in {found.year}" if found.is_rate else f"on 31 March {int(found.year[:4]) + 1}"
    what = f"'{found.output.meaning}' {when}"
    if not found.baseline:
        return f"{what}, {found.scenario}"
    return f"the difference in {what}, {found.scenario} against {found.baseline}"


def _ordinal(n: int) -> str:
    words = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
    return words[n - 1] if n <= len(words) else f"no. {few_figures(n, digits=6)}"
