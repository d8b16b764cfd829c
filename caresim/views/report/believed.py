"""Whether an answer hangs on what one believes: in a sentence or two, on the page and elsewhere."""

from __future__ import annotations

from caresim.language.amounts import percent
from caresim.language.dates import year_end
from caresim.language.model import Model
from caresim.study.under_beliefs import Answer, UnderBeliefs
from caresim.views.plot.notes import label_of

__all__ = ["believed_text"]


def believed_text(found: UnderBeliefs, model: Model) -> str:
    """Return what a scenario changes under each belief, and whether the beliefs disagree."""
    label = label_of(model, found.quantity)
    first, *others = (_said(one) for one in found.answers)
    verdict = "These disagree: the answer hangs on whom one believes"
    if not found.disagree:
        verdict = "These agree within their ranges"
    return (
        f"{found.title}: by March {year_end(found.year)} '{found.scenario}' changes "
        f"{label[:1].lower()}{label[1:]} by {first}; {'; '.join(others)}. {verdict} "
        f"(brackets: the middle {percent(found.level)} of the draws)."
    )


def _said(one: Answer) -> str:
    return f"{_count(one.median)} ({_count(one.low)} to {_count(one.high)}) on {one.said}"


def _count(value: float) -> str:
    shown = f"{abs(value):,.0f}" if abs(value) >= 1 else f"{abs(value):.1g}"
    if float(shown.replace(",", "")) == 0:
        return "0"
    return f"{'+' if value > 0 else '−'}{shown}"
