"""England's children's social care: equations, numbers and official figures, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
    from caresim.england.given import VINTAGE

    return VINTAGE.observed


if not TYPE_CHECKING:  # the model loads on first use, so that its title alone is there at once

    def __getattr__(name: str) -> Any:
        if name != "England":
            message = f"caresim.england has no '{name}'"
            raise AttributeError(message)
        from caresim.england.model import England

        return England
