"""What a study found and what a model answers, in few words and figures."""

from __future__ import annotations

from caresim.language.amounts import few_figures
from caresim.study.effects.answers import Answer
from caresim.study.effects.declared import Published

__all__ = ["ROLES", "model_text", "study_text", "unit_of", "verdict"]

ROLES = {"prior": "used in a prior", "kept": "kept", "not independent": "not independent"}
SIGNS = {"+": "more", "-": "less"}
FEW = 10  # times, from which whole numbers do


def study_text(effect: Published) -> str:
    """Return what the study found: ``"5 (2 to 8)"``, or ``"more"`` where it tells a sign alone."""
    if effect.estimate is None:
        return f"{SIGNS[effect.sign]} (sign alone)"
    shown = few_figures(effect.estimate, digits=4) if effect.estimate else "no effect found"
    return f"{shown} ({_span(*effect.range, digits=4)})" if effect.range else shown


def model_text(answer: Answer) -> str:
    """Return median and 80 % interval of the model's answer, a dash where there is none."""
    if answer.size is None:
        return "–"
    low, median, high = answer.size
    return few_figures(median) if low == high else f"{few_figures(median)} ({_span(low, high)})"


def verdict(answer: Answer) -> str:
    """Return in a few words whether the answer meets the study's, and if not how it misses."""
    if answer.size is None:
        return "not modelled"
    if answer.sign_right is False:
        return "no effect" if answer.sign == "0" else "wrong sign"
    if answer.meets is None:
        return "right sign" if answer.sign_right else "no size to meet"
    if answer.meets:
        return "meets, says little" if answer.effect.says_little else "meets"
    return _miss(answer)


def unit_of(effect: Published) -> str:
    """Return the unit in which the model answers, or that of the study."""
    return effect.replay.unit if effect.replay else effect.unit


def _span(low: float, high: float, *, digits: int = 2) -> str:
    return f"{few_figures(low, digits=digits)} to {few_figures(high, digits=digits)}"


def _miss(answer: Answer) -> str:
    """Return how far an answer with the right sign, or none to have, misses."""
    times = answer.too_small
    if times is not None:
        way, by = ("small", times) if times > 1 else ("large", 1 / times)
        return f"{by:.0f} times too {way}" if by >= FEW else f"{by:.1f} times too {way}"
    ends = answer.effect.range or (answer.effect.estimate or 0.0,) * 2
    return "too high" if (answer.median or 0.0) > ends[1] else "too low"
