"""A dated change of a lever."""

from __future__ import annotations

import datetime as dt
import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar, cast

from caresim.language.dates import date_of, end_of, start_of
from caresim.language.errors import ScenarioError, did_you_mean
from caresim.language.plain_text import hidden_in
from caresim.language.settled import settled
from caresim.study.arguments import shown
from caresim.study.scenario.keys import CASH, CHANGE, KINDS, Kind
from caresim.study.scenario.literals import in_python
from caresim.study.scenario.tried import PART, key_advice
from caresim.study.scenario.tried_values import value_advice

__all__ = ["Change", "ChangeError"]

DAY = 1 / 365.25
EXAMPLE = 'write Change("name_of_the_lever", "scale", 1.25, "2027-04-01")'
EVERY_MONTH_HAS = 28


Given = ParamSpec("Given")
Self = TypeVar("Self")
KEYS = {key.argument: key.name for key in CHANGE if key.argument and key.argument != "amount"}


class ChangeError(ScenarioError):
    """One key of a change that cannot be used; ``key`` and ``text`` let a reader add the place."""

    def __init__(self, parameter: object, key: str, text: str) -> None:
        super().__init__(parameter, key, text)
        self.key, self.text = key, text

    def __str__(self) -> str:
        return f"a change of {shown(self.args[0])}: '{self.key}' {self.text}"


def _told(
    init: Callable[Concatenate[Self, Given], None],
) -> Callable[Concatenate[Self, Given], None]:
    """Let arguments that a change does not take be refused in a sentence with what it takes."""
    known = inspect.signature(init)

    def checked(self: Self, *args: Given.args, **named: Given.kwargs) -> None:
        try:
            known.bind(self, *args, **named)
        except TypeError as fault:
            raise ScenarioError(_misnamed(dict(named), [*known.parameters], str(fault))) from None
        init(self, *args, **named)

    told: Any = functools.wraps(init)(checked)
    return cast("Callable[Concatenate[Self, Given], None]", told)


def _misnamed(named: dict[str, Any], known: list[str], fault: str) -> str:
    """Return what to write for an argument that a change does not have, or lacks."""
    unknown = next((name for name in named if name not in known), "")
    if not unknown:
        return f"a change cannot be made ({fault}); {EXAMPLE}"
    head = f"a change has no argument {shown(unknown)}"
    key = unknown.rstrip("_")
    if key in KINDS:  # that of a file
        return f"{head}; write {in_python({key: named[unknown]})}"
    way = key_advice(key, named[unknown], named, in_python)
    if way:
        return f"{head}; {way}"
    near = did_you_mean(unknown, known)
    return f"{head}{near or f'; {EXAMPLE}; {PART}'}"


@settled
@dataclass(frozen=True, init=False)
class Change:
    """One dated change of one lever: ``Change("early_help_budget", "scale", 1.25, "2027-04-01")``.

    ``verb`` is ``"set"``, ``"add"`` or ``"scale"``; ``amount`` is in the parameter's unit, or for
    ``"set"`` the name of a choice. The change begins with the day ``begins``, grows in a straight
    line ``over_years`` (0 for a step), and is taken back when the day ``until`` is over. Dates may
    be ISO texts. ``where`` says which file and change it was read from. ``prices`` is the financial
    year at whose prices an amount of money is given, ``"2022-23"``; without it, it is at those of
    the model's parameters.

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
    prices: str

    # Written out, so that type checkers let dates be given as texts.
    @_told
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
        prices: str = "",
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
        put("prices", read("prices", prices) if prices != "" else "")
        self._check_prices()
        self._check_end()

    def _check_prices(self) -> None:
        fault = partial(ChangeError, self.parameter, "prices")
        if self.prices == CASH:
            said = {self.verb: self.amount, "from": self.begins}
            raise fault(
                f"must be a financial year; {value_advice('prices', CASH, said, in_python)}"
            )
        if self.prices and (self.verb == "scale" or isinstance(self.amount, str)):
            raise fault("is for amounts of money, with 'set' or 'add'; take it out")

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
        prices = {"prices": self.prices} if self.prices else {}
        dates = {"begins": str(self.begins), "until": until}
        return {n: getattr(self, n) for n in names} | dates | prices

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
        return (*verb, self.begins, self.over_years, self.until, self.prices)


def _read(parameter: object, name: str, value: object, kind: Kind | None = None) -> Any:
    """Return what an argument of a change is read as; raise ChangeError where it cannot be used."""
    read = kind or KINDS[name]
    result = read.read(value)
    if isinstance(result, str) and (hidden := hidden_in(result)):
        raise ChangeError(parameter, name, f"holds {hidden}; take it out")
    if result is not None:
        return result
    verb = next((v for v in ("set", "add", "scale") if read is KINDS[v]), name)
    way = value_advice(KEYS.get(name, verb), value, {}, in_python) if kind or name != "verb" else ""
    text = f"must be {read.said}, not {shown(value)}"
    raise ChangeError(parameter, name, f"{text}; {way}" if way else text)
