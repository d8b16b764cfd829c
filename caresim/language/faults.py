"""All faults of one file, told at once in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from caresim.language.errors import CaresimError

__all__ = ["Faults", "told"]

MOST_TOLD = 10


@dataclass
class Faults:
    """The faults found so far in what ``where`` names; reading goes on after each of them."""

    where: str
    error: type[CaresimError] = CaresimError
    found: list[str] = field(default_factory=list)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep a fault that is raised within, and go on behind it."""
        try:
            yield
        except CaresimError as fault:
            self.found.append(str(fault))

    def tell(self) -> None:
        """Raise the faults as one error; do nothing where there are none."""
        if self.found:
            raise self.error(told(self.found, self.where))


def told(faults: Sequence[str], where: str) -> str:
    """Return faults in one sentence: one as it stands, several counted after what they share."""
    distinct = list(dict.fromkeys(faults))
    if len(distinct) == 1:
        return distinct[0]
    own = [fault.removeprefix(where).lstrip(",: ") for fault in distinct[:MOST_TOLD]]
    listed = "; ".join(f"({number}) {fault}" for number, fault in enumerate(own, 1))
    more = f"; and {len(distinct) - MOST_TOLD} more" if len(distinct) > MOST_TOLD else ""
    return f"{where} has {len(distinct)} faults: {listed}{more}"
