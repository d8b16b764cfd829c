"""A dated change of a lever."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from caresim.language.dates import date_of, end_of, start_of
from caresim.language.errors import ScenarioError
from caresim.study.arguments import shown
from caresim.study.scenario.keys import KINDS, Kind

__all__ = ["Change", "ChangeError"]

DAY = 1 / 365.25
EVERY_MONTH_HAS = 28


class ChangeError(ScenarioError):
    """One key of a change that cannot be used; ``key`` and ``text`` let a reader add the place."""

    def __init__(self, parameter: object, key: str, text: str) -> None:
        super().__init__(parameter, key, text)
        self.key, self.text = key, text

    def __str__(self) -> str:
        return f"a change of {shown(self.args[0])}: '{self.key}' {self.text}"


@dataclass(frozen=True, init=False)
class Change:
    """One dated change of one lever: ``Change("early_help_budget", "scale", 1.25, "2027-04-01")``.

    ``verb`` is ``"set"``, ``"add"`` or ``"scale"``; ``amount`` is in the parameter's unit, or for
    ``"set"`` the name of a choice. The change begins with the day ``begins``, grows in a straight
    line ``over_years`` (0 for a step), and is taken back when the day ``until`` is over. Dates may
    be ISO texts. ``where`` says which file and change it was read from.

    Raises ChangeError, a ScenarioError, for a value that cannot be used.
    """

    parameter: str
    verb: str
    amount: float | str
    begins: dt.date
    over_years: float
    until: dt.date | None
    why: str
    source: str
    where: str = field(compare=False, repr=False)

    # Written out, so that type checkers let dates be given as texts.
    def __init__(
        self,
        parameter: str,
        verb: Literal["set", "add", "scale"],
        amount: float | str,
        begins: str | dt.date,
        over_years: float = 0.0,
        until: str | dt.date | None = None,
        why: str = "",
        source: str = "",
        where: str = "",
    ) -> None:
        put: Callable[[str, object], None] = partial(object.__setattr__, self)
        read = partial(_read, parameter)
        put("parameter", read("parameter", parameter))
        put("verb", read("verb", verb))
        put("amount", read("amount", amount, KINDS[verb]))
        put("begins", read("begins", begins))
        put("over_years", read("over_years", over_years))
        put("until", None if until is None else read("until", until))
        put("why", read("why", why))
        put("source", read("source", source))
        put("where", where)
        self._check_end()

    def _check_end(self) -> None:
        if self.until is None:
            return
        fault = partial(ChangeError, self.parameter, "until")
        if self.until < self.begins:
            raise fault(
                f"({self.until}) must be the day the change begins ({self.begins}) or later; "
                "correct one of the two, or leave 'until' out for a change that lasts"
            )
        if end_of(self.until) < start_of(self.begins) + self.over_years - DAY:
            raise fault(
                f"({self.until}) comes before the ramp is over ({self.full_from}); "
                "shorten 'over_years' or end the change later"
            )

    def as_dict(self) -> dict[str, Any]:
        """Return the change as plain data; dates are texts."""
        until = None if self.until is None else str(self.until)
        names = ("parameter", "verb", "amount", "over_years", "why", "source")
        return {n: getattr(self, n) for n in names} | {"begins": str(self.begins), "until": until}

    @property
    def full_from(self) -> dt.date:
        """The day on which the change has its full effect: the same day, whole months later."""
        months = round(self.over_years * 12, 6)
        day = self.begins
        if months == int(months) and day.day <= EVERY_MONTH_HAS:
            years, month = divmod(day.month - 1 + int(months), 12)
            return day.replace(year=day.year + years, month=month + 1)
        return date_of(start_of(day) + self.over_years) + dt.timedelta(days=1)

    @property
    def effect(self) -> tuple[object, ...]:
        """What the change does, without the reasons given for it."""
        verb = (self.parameter, self.verb, self.amount)
        return (*verb, self.begins, self.over_years, self.until)


def _read(parameter: object, name: str, value: object, kind: Kind | None = None) -> Any:
    """Return what an argument of a change is read as; raise ChangeError where it cannot be used."""
    kind = kind or KINDS[name]
    result = kind.read(value)
    if result is None:
        raise ChangeError(parameter, name, f"must be {kind.said}, not {shown(value)}")
    return result
