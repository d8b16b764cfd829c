"""What a target needs of a lever or an effect, in one sentence each, and what that rests on."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from caresim.language.amounts import amount_text, value_text
from caresim.language.parameters import Parameter
from caresim.language.rounding import band_in, said
from caresim.study.needed.need import Need

__all__ = [
    "alone", "believed", "evidence_of", "how_far", "is_any", "is_nearer", "moved", "together",
]  # fmt: skip

Values = NDArray[np.float64]
NOTHING = 1e-9  # of the output: less is rounding
FIGURES = 3
MOST_DRAWS = 0.5
LEAST = 0.01  # of the way to a target: what gets less far is only named


def moved(need: Need, price_year: str) -> str:
    """Return what is needed of a lever of a scenario: how much more of its own move."""
    assert need.number is not None  # noqa: S101
    step = f"{_value(need.start, need.number)} → {_value(need.written, need.number)}"
    times = _times(need.multiple)
    return f"{_name(need.number)} ({step} as written): {_what(need, price_year, times)}."


def alone(need: Need, price_year: str) -> str:
    """Return what is needed of a lever of a model, and how well what it does is known."""
    assert need.number is not None  # noqa: S101
    now = _value(need.start, need.number)
    of = "effect" if need.evidence is not need.number else "its own number"
    return f"{_name(need.number)} (now {now}): {_what(need, price_year)} [{of}: {_grade(need)}]."


def together(need: Need, levers: int) -> str:
    """Return what is needed of all levers of a scenario, moved by one multiple."""
    names = ", ".join(lever.name for lever in need.stops)
    stop = f"; at their bounds by then: {names}" if names else ""
    if need.value is None:
        far = _furthest(need, f"{said(float(np.median(need.furthest)), figures=2)} times them")
        return f"All {levers} together, by one multiple of their moves: {far}{stop}."
    times = f"{said(need.value, figures=2)} times the scenario's own moves"
    return f"All {levers} together: {times}{_spread(need, None)}{stop}."


def believed(need: Need, price_year: str) -> str:
    """Return what is needed of an effect, and where in its prior that is."""
    assert need.number is not None  # noqa: S101
    now = _value(need.start, need.number)
    what = _what(need, price_year)
    return f"{_name(need.number)} ({now} in the model): {what}{_in_prior(need)}."


def evidence_of(need: Need, *, sourced: bool = True) -> str:
    """Return how much is known of what a lever does, or of an effect: grade, caution, source.

    Of a source the first sentence; ``sourced`` is False where it is said elsewhere.
    """
    rests, number = need.evidence, need.number
    if rests is None or number is None:
        return ""
    grade = f"Evidence: {_grade(need)}"
    if need.kind == "lever":
        grade = f"Evidence of '{_name(rests)}': {_grade(need)}"
        if rests is number:
            grade = f"No effect of its own is named; its own number: {_grade(need)}"
    source = f"Source: {_first_sentence(rests.source)}" if rests.source and sourced else ""
    parts = [grade, number.caveat or rests.caveat, source]
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def is_nearer(need: Need, target: float) -> bool:
    """Return whether a lever gets anywhere: a hundredth of the way to a target."""
    return bool(need.reached) or float(np.median(need.best)) / target > LEAST


def is_any(need: Need) -> bool:
    """Return whether a target is reached whatever an effect is within its bounds."""
    return need.value is None and need.reached > MOST_DRAWS


def how_far(changes: Values, target: float) -> str:
    """Return how far a scenario gets as it is written."""
    enough = float(np.mean(changes / target >= 1))
    said_so = ", which is enough" if enough == 1 else ""
    if 0 < enough < 1:
        said_so = f", enough in {_percent(enough)} of the draws"
    return f"As it is written: {_changed(changes)}{_band(changes)}{said_so}."


def _changed(changes: Values) -> str:
    """Return a change of the output in %, as finely as its draws support."""
    band = band_in(changes)
    middle = 100 * float(np.median(changes))
    sign = "+" if middle > 0 else ""
    return f"{sign}{said(middle, band and [100 * end for end in band], figures=2)} %"


def _what(need: Need, price_year: str, times: str = "") -> str:
    """Return the value that is needed, or how far it gets within its bounds."""
    entry = need.number
    assert entry is not None  # noqa: S101
    if need.value is not None:
        side = "at most " if need.below else "at least "
        value = _value(need.value, entry, price_year)
        return f"{side * (need.kind == 'effect')}{value}{times}{_spread(need, entry)}"
    if np.median(need.moves) < NOTHING:
        return "makes no difference"
    furthest = float(np.median(need.furthest))
    if need.kind == "lever" and furthest == need.start:
        return "not within bounds, for it only takes it the other way"
    return _furthest(need, _value(furthest, entry, price_year))


def _furthest(need: Need, at: str) -> str:
    """Return that a target is not within bounds, and how near they come to it."""
    share = need.reached
    some = f" but in {_percent(share)} of the draws" if share else ""
    return f"not within bounds{some}, at most {_changed(need.best)}{_band(need.best)} at {at}"


def _band(changes: Values) -> str:
    band = band_in(changes)
    if band is None:
        return ""
    low, high = (said(100 * end, [100 * x for x in band], figures=2) for end in band)
    return f" (80 % of the draws: {low} to {high} %)"


def _spread(need: Need, entry: Parameter | None) -> str:
    """Return the ends of the draws, and in how many of them the target is reached."""
    if need.interval is None:
        return ""
    low, high = sorted(need.interval)
    ends = [_end(end, entry, need.harder) for end in (low, high)]
    also = f"; not within bounds in {_percent(1 - need.reached)}" if need.reached < 1 else ""
    return f" (80 % of the draws: {ends[0]} to {ends[1]}{also})"


def _end(value: float, entry: Parameter | None, harder: float) -> str:
    if math.isinf(value):
        return "beyond its bound" if value * harder > 0 else "any"
    return _signed(amount_text(_few(value), entry)) if entry else said(value, figures=2)


def _in_prior(need: Need) -> str:
    """Return where in its prior the needed value of an effect lies."""
    entry, share, likely = need.number, need.percentile, need.likely
    if need.value is None or entry is None:
        return ""
    if share is None or likely is None:
        return "; it has no prior"
    low, high = (amount_text(_few(end, 2), entry) for end in likely)
    if likely[0] <= need.value <= likely[1]:
        return f"; {_percent(share)} of its prior lies below that, 95 % from {low} to {high}"
    side = "above" if need.value > likely[1] else "below"
    return f"; that is {side} the 95 % of its prior, {low} to {high}"


def _times(multiple: float | None) -> str:
    if multiple is None:
        return ""
    return f", {said(multiple, figures=2)} times the scenario's own move"


def _first_sentence(text: str) -> str:
    return text.split(". ", maxsplit=1)[0]


def _name(entry: Parameter) -> str:
    return entry.meaning.rstrip(".") or entry.name


def _grade(need: Need) -> str:
    return need.evidence.grade if need.evidence else ""


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _value(value: float, entry: Parameter, price_year: str = "") -> str:
    return _signed(value_text(_few(value), entry, price_year))


def _signed(amount: str) -> str:
    return f"−{amount[1:]}" if amount.startswith("-") else amount


def _few(value: float, figures: int = FIGURES) -> float:
    return float(f"{value:.{figures}g}")
