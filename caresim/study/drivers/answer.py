"""What drives an answer, as numbers, as a table and in words."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from caresim.engine.notices import Notice
from caresim.language.errors import RunError, came
from caresim.language.notebook import shown_in_notebooks
from caresim.language.parameters import Parameter
from caresim.language.settled import settled
from caresim.study.drivers.candidates import Candidate

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "DRAWN", "GIVEN_DATA", "METHODS", "REFITTED", "REGRESSION", "SOBOL", "TORNADO", "Driver",
    "Drivers",
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


@settled
@dataclass(frozen=True, eq=False)
class Drivers:
    """What drives an output of a scenario against its baseline, the strongest first.

    ``baseline`` is empty where the output itself was asked about, and not a difference. ``year`` is
    the financial year at whose end a level stands, or over which a rate is summed. ``middle`` and
    ``spread`` are median and 10th to 90th percentile of the answer over ``runs`` draws from
    ``origin``; ``centre`` is the answer from which each number is moved. ``method`` is
    ``"regression"``, ``"tornado"``, ``"given data"`` or ``"sobol"``; ``others`` says how a tornado
    has all other numbers, and ``tried`` how many numbers were looked at.
    """

    output: Parameter
    scenario: str
    baseline: str
    year: str
    method: str
    rows: tuple[Driver, ...]
    runs: int
    origin: str
    middle: float
    spread: tuple[float, float]
    centre: float
    tried: int
    model: str = ""
    is_rate: bool = False
    price_year: str = ""
    others: str = ""
    notices: tuple[Notice, ...] = ()

    @property
    def explained(self) -> float:
        """The share of the variance that the numbers of a regression explain together, else NaN."""
        if self.method != REGRESSION:
            return NONE
        return math.fsum(row.measures["share"] for row in self.rows)

    @property
    def weakest(self) -> Driver | None:
        """The strongest of those that are assumed, None where none is."""
        return next((row for row in self.rows if row.is_assumed), None)

    def __getitem__(self, name: str) -> Driver:
        known = {row.name: row for row in self.rows}
        if name not in known:
            listed = ", ".join(map(repr, known)) or "nothing"
            message = f"{came(name)} is not among what drives this; there is {listed}"
            raise RunError(message)
        return known[name]

    def __len__(self) -> int:
        return len(self.rows)

    def strength(self, row: Driver) -> float:
        """Return what rows are ranked by: a share, an index, or how far the answer moves."""
        key = STRONGEST[self.method]
        return abs(row.moves) if key == "moves" else row.measures[key]

    def table(self) -> pd.DataFrame:
        """Return a row for each number, the strongest first.

        What a method finds (``share``, ``delta``, …), the 10th and 90th percentile of the number,
        the answer there, its ``grade`` and ``role``, and the same percentiles of its prior;
        ``narrowed`` is how much narrower the draws are than the prior. ``table.attrs["units"]``
        holds the unit of the answer.
        """
        import pandas as pd

        index = pd.Index([row.name for row in self.rows], name="name")
        table = pd.DataFrame([row.row() for row in self.rows], index=index)
        table.attrs["units"] = self.output.unit
        return table

    def sentence(self) -> str:
        """Say which weakly known number decides this."""
        from caresim.study.drivers.words import sentence

        return sentence(self)

    def __str__(self) -> str:
        from caresim.study.drivers.words import text

        return text(self)

    @shown_in_notebooks
    def _repr_html_(self) -> str:
        from caresim.study.drivers.words import head

        notes = "".join(f"<p>{html.escape(str(notice))}</p>" for notice in self.notices)
        table = self.table().to_html(float_format="{:,.3g}".format)
        said = f"<p>{html.escape(head(self))}</p><p>{html.escape(self.sentence())}</p>"
        return f"{said}{notes}{table}"
