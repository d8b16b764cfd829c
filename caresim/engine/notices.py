"""What a reader of a run should know: structured, and shown beside every table and figure."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Notice"]


@dataclass(frozen=True, order=True)
class Notice:
    """One remark on a run.

    ``kind`` is ``assumption`` (a given path is continued), ``caveat`` (what to know of a lever that
    a scenario pulls), ``date`` (a moment that no step can end at), ``file`` (a file stands in for a
    scenario that is shipped),
    ``step`` (a stock turns over too fast for the step), ``checked`` (as ``step``, in a model for
    which the step was found to be fine), ``threshold`` (a quantity jumps as a stock passes a
    level), ``bounds`` (a value was outside its range),
    ``identical`` (a scenario that changes nothing), ``idle`` (one change that changes nothing),
    ``draws`` (draws were cut at a bound), ``fixed`` (parameters that the caller set are not drawn)
    ``mixed`` (levels are mixed with a trend of their figures)
    or ``changed`` (a model that is not as its class publishes it, by its numbers, figures or name).
    """

    kind: str
    subject: str
    text: str

    def __str__(self) -> str:
        return self.text
