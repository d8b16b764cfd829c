"""All faults of one file, told at once in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from caresim.language.errors import CaresimError

__all__ = ["Faults", "told"]

MOST_TOLD = 10
LONG = 40  # letters that are not read twice


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
    """Return faults in one sentence: one as it stands, several counted after what they share.

    What is long and wrong in the same words at several places is written out at the first.
    """
    distinct = list(dict.fromkeys(faults))
    if len(distinct) == 1:
        return distinct[0]
    before: dict[str, int] = {}
    own = [
        f"({number}) {_once(fault.removeprefix(where).lstrip(',: '), number, before)}"
        for number, fault in enumerate(distinct[:MOST_TOLD], 1)
    ]
    more = f"; and {len(distinct) - MOST_TOLD} more" if len(distinct) > MOST_TOLD else ""
    return f"{where} has {len(distinct)} faults: {'; '.join(own)}{more}"


def _once(fault: str, number: int, before: dict[str, int]) -> str:
    """Return a fault, which is what it was ``before`` where only its place is another."""
    place, _, what = fault.partition(": ")
    first = before.setdefault(what, number)
    return fault if first == number or len(what) < LONG else f"{place}: as ({first})"
