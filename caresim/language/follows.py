"""Series that follow from others by adding up, so that a fit does not count figures twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from caresim.language.errors import ModelError, came, did_you_mean
from caresim.language.variables import Variable

__all__ = ["Follows", "check_follows"]


@dataclass(frozen=True)
class Follows:
    """A series whose figure of a year follows from those of others, in the model as in the data.

    ``Follows(without_plan, of=(enquiries, plans_started))`` says that a difference says nothing
    that its terms do not; ``Follows(ceased, of=(in_care, started), since=(in_care,))`` that those
    who left follow from who came and from the stock on this 31 March and, ``since``, the last.
    In each year in which all these figures are there a fit counts them as one fewer. Series are
    quantities of the model, or names of those over dimensions by element.
    """

    series: Variable | str
    of: tuple[Variable | str, ...]
    since: tuple[Variable | str, ...] = ()

    def __post_init__(self) -> None:
        for key in ("of", "since"):
            given = getattr(self, key)
            if not isinstance(given, tuple | list) or (key == "of" and not given):
                message = f"'{key}' of Follows is a tuple of series, not {came(given)}"
                raise ModelError(message)
            object.__setattr__(self, key, tuple(given))
        for one in (self.series, *self.of, *self.since):
            if not isinstance(one, Variable | str):
                message = f"Follows takes quantities or their names, not {came(one)}"
                raise ModelError(message)

    @property
    def name(self) -> str:
        """Name of the series that follows."""
        return _name(self.series)

    @property
    def same_year(self) -> tuple[str, ...]:
        """Names of the series whose figures of the same year it takes."""
        return tuple(map(_name, self.of))

    @property
    def year_before(self) -> tuple[str, ...]:
        """Names of the series whose figures of the year before it takes."""
        return tuple(map(_name, self.since))


def check_follows(of: str, given: Iterable[object], known: Iterable[str]) -> None:
    """Raise ModelError for what is no such declaration, or holds no quantity of the model."""
    names = tuple(known)
    for one in given:
        if not isinstance(one, Follows):
            message = f"follows of {of} is a tuple of Follows(series, of=(…)), not {came(one)}"
            raise ModelError(message)
        for name in (one.name, *one.same_year, *one.year_before):
            if name not in names:
                message = (
                    f"follows of {of} holds '{name}', which is no quantity of it"
                    f"{did_you_mean(name, names)}"
                )
                raise ModelError(message)


def _name(series: Variable | str) -> str:
    return series if isinstance(series, str) else series.name or ""
