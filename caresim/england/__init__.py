"""England's children's social care: equations, numbers and official figures, and nothing else."""

from caresim.england.given import VINTAGE
from caresim.england.model import England
from caresim.language import Observed

__all__ = ["England", "observed"]


def observed() -> Observed:
    """Return the official figures for 2009-10 to 2019-20, under the names of the annual table.

    Sources, definitions and breaks stand in SOURCES.md and in each row; money is in £ a year at
    2019-20 prices.

    >>> float(observed()["looked_after"]["2019-20"])
    80000.0
    """
    return VINTAGE.observed
