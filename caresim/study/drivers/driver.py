"""One thing that drives an answer: what was found of it, and what it rests on."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from caresim.language.parameters import Parameter
from caresim.study.drivers.candidates import Candidate

__all__ = [
    "DRAWN", "GIVEN_DATA", "METHODS", "REFITTED", "REGRESSION", "SOBOL", "STRONGEST", "TORNADO",
    "Driver",
]  # fmt: skip

REGRESSION = "regression"
METHODS = TORNADO, GIVEN_DATA, SOBOL = ("tornado", "given data", "sobol")
REFITTED, DRAWN = ("refitted", "drawn")
NONE = math.nan
STRONGEST = {REGRESSION: "share", TORNADO: "moves", GIVEN_DATA: "delta", SOBOL: "total"}


@dataclass(frozen=True)
class Driver:
    """One thing that drives an answer, with what it rests on.

    ``kind`` is ``"number"``, ``"chance"``, what moves by chance, or ``"structure"``. ``low`` and
    ``high`` are the 10th and 90th percentile of its draws, ``at_low`` and ``at_high`` the answer
    there; of a structure ``settings`` names the two between which it differs most. ``measures``
    holds what a method finds: ``share`` of the variance
    and what a number explains ``alone`` (regression), ``delta`` and ``first`` with
    half their intervals (given data), ``first`` and ``total`` (Sobol'). ``prior`` holds the same
    percentiles before the data, None for what has no prior.
    """

    name: str
    kind: str
    meaning: str
    role: str
    grade: str
    low: float = NONE
    high: float = NONE
    at_low: float = NONE
    at_high: float = NONE
    settings: tuple[str, ...] = ()
    measures: dict[str, float] = field(default_factory=dict)
    prior: tuple[float, float] | None = None
    entry: Parameter | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        one: Candidate,
        ends: tuple[float, float] = (NONE, NONE),
        settings: tuple[str, ...] = (),
        measures: dict[str, float] | None = None,
    ) -> Driver:
        """Return what a candidate drives: the answer at its ends, or some measures, or both."""
        low, high = (NONE, NONE) if one.settings else one.ends()
        return cls(
            one.name, one.kind, one.meaning, one.role, one.grade, low, high, *ends, settings,
            measures or {}, one.prior_ends(), one.entry,
        )  # fmt: skip

    @property
    def moves(self) -> float:
        """How the answer moves from the 10th to the 90th percentile of the number."""
        return self.at_high - self.at_low

    @property
    def narrowed(self) -> float:
        """How much narrower the draws are than the prior, from 10 to 90 %; NaN without a prior.

        0 for a number of which the figures say nothing, 1 for one that they fix; below 0 where the
        draws are wider.
        """
        if self.prior is None or self.prior[0] == self.prior[1]:
            return NONE
        return 1 - (self.high - self.low) / (self.prior[1] - self.prior[0])

    @property
    def is_assumed(self) -> bool:
        """Whether it is a number that nobody has measured, or how much one moves by chance."""
        return self.grade == "assumption"

    def row(self) -> dict[str, object]:
        """Return the line of the table."""
        ends = {"at_low": self.at_low, "at_high": self.at_high, "moves": self.moves}
        prior = self.prior or (NONE, NONE)
        return {
            "meaning": self.meaning,
            "kind": self.kind,
            **self.measures,
            "low": self.low,
            "high": self.high,
            **({} if math.isnan(self.at_low) else ends),
            "grade": self.grade,
            "role": self.role,
            "prior_low": prior[0],
            "prior_high": prior[1],
            "narrowed": self.narrowed,
        }
