"""What drives an answer, as numbers, as a table and in words."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from caresim.engine.notices import Notice
from caresim.language.errors import RunError, came
from caresim.language.notebook import shown_in_notebooks
from caresim.language.parameters import Parameter
from caresim.language.settled import settled
from caresim.study.drivers.driver import REGRESSION, STRONGEST, Driver
from caresim.study.drivers.words import head, sentence, text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Drivers"]


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
            return math.nan
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
        return sentence(self)

    def __str__(self) -> str:
        return text(self)

    @shown_in_notebooks
    def _repr_html_(self) -> str:
        notes = "".join(f"<p>{html.escape(str(notice))}</p>" for notice in self.notices)
        table = self.table().to_html(float_format="{:,.3g}".format)
        said = f"<p>{html.escape(head(self))}</p><p>{html.escape(self.sentence())}</p>"
        return f"{said}{notes}{table}"
