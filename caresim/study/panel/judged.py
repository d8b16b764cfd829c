"""What answers can be used for: the preferred sum, its lead, and how far specifications differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from caresim.language.csv_text import table_text
from caresim.language.errors import ParameterError
from caresim.study.panel.answer import Answer

__all__ = ["FIELDS", "Judged", "judged", "judged_table"]

FIELDS = ("study", "outcome", "exposure", "specification", "estimate", "error", "lead",
          "lead_error", "between", "sd", "told")  # fmt: skip
SUM, LEAD = "sum", "-1"
TOO_LARGE = 0.5  # of the sum: a lead that large is taken for confounding


@dataclass(frozen=True)
class Judged:
    """What one outcome shows of one exposure.

    ``estimate`` and ``error`` are the preferred sum of lags, ``lead`` is that of the year after
    beside them. ``between`` is the standard deviation of the sum over the specifications without a
    lead, ``sd`` the spread to use: error, confounding of each of the ``lags`` as large as the lead,
    and what the choice of a specification does, added in squares.
    """

    study: str
    outcome: str
    exposure: str
    specification: str
    estimate: float
    error: float
    low: float
    high: float
    lead: float
    lead_error: float
    lead_outside_zero: bool
    lags: int
    between: float

    @property
    def sd(self) -> float:
        """The spread of the estimate with what its error leaves out."""
        parts = self.error, self.lags * self.lead, self.between
        return float(np.sqrt(np.square(parts).sum()))

    @property
    def told(self) -> bool:
        """Whether the panel tells an effect: the sum leaves out zero, and the lead is small."""
        apart = self.low > 0 or self.high < 0
        small = abs(self.lead) < TOO_LARGE * abs(self.estimate) and not self.lead_outside_zero
        return apart and small


def judged(
    answers: Sequence[Answer], study: str, preferred: str, with_lead: str, lags: int
) -> tuple[Judged, ...]:
    """Return what the answers of a study show, for each pair that has the preferred specification.

    Raises ParameterError where the preferred sum is there but not the lead beside it.
    """
    own = [answer for answer in answers if answer.study == study]
    pairs = dict.fromkeys((a.outcome, a.exposure) for a in own if a.specification == preferred)
    return tuple(_judged(own, pair, preferred, with_lead, lags) for pair in pairs)


def judged_table(rows: Sequence[Judged]) -> str:
    """Return what is judged as CSV, numbers to three figures."""
    return table_text(FIELDS, ([*_cells(row)] for row in rows))


def _judged(
    answers: Sequence[Answer], pair: tuple[str, str], preferred: str, with_lead: str, lags: int
) -> Judged:
    own = [a for a in answers if (a.outcome, a.exposure) == pair]
    leading = {a.specification for a in own if a.lag == LEAD}
    sums = {a.specification: a for a in own if a.lag == SUM and a.specification not in leading}
    leads = {a.specification: a for a in own if a.lag == LEAD}
    for name, found in ((preferred, sums), (with_lead, leads)):
        if name not in found:
            message = (
                f"{' on '.join(pair)} has no answer of the specification '{name}' to judge by; "
                "declare it"
            )
            raise ParameterError(message)
    best, lead = sums[preferred], leads[with_lead]
    return Judged(
        best.study, *pair, preferred, best.estimate, best.error, best.low, best.high,
        lead.estimate, lead.error, not lead.low <= 0 <= lead.high, lags,
        float(np.std([a.estimate for a in sums.values()], ddof=1)) if len(sums) > 1 else 0.0,
    )  # fmt: skip


def _cells(row: Judged) -> Iterator[str]:
    yield from (row.study, row.outcome, row.exposure, row.specification)
    numbers = row.estimate, row.error, row.lead, row.lead_error, row.between, row.sd
    yield from (f"{number:.3g}" for number in numbers)
    yield "yes" if row.told else "no"
