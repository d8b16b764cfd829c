"""Amounts by financial year: one table of a file, which stands for a change in each year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from caresim.language.errors import ScenarioError
from caresim.study.arguments import shown
from caresim.study.scenario.change import Change, ChangeError
from caresim.study.scenario.keys import CASH, CHANGE, VERBS
from caresim.study.scenario.literals import in_file, year_days
from caresim.study.scenario.tried_values import by_year, value_advice

__all__ = ["change_of", "changes_of", "yearly_faults"]

Table = Mapping[str, Any]


def changes_of(place: str, table: Table) -> list[Change]:
    """Return the changes of a table without faults: one, or one for each year of its amounts.

    Raises ScenarioError that names the place.
    """
    verb, amounts = _amounts(table)
    if not amounts:
        return [change_of(place, table)]
    changes = []
    for year, amount in amounts.items():
        first, last = year_days(year)
        own = {**table, verb: amount, "from": first, "until": last}
        if table.get("prices") == CASH:
            own["prices"] = year
        changes.append(change_of(f"{place} ({year})", own))
    return changes


def yearly_faults(table: Table) -> Iterator[str]:
    """Yield what else a table says that does not go with its amounts, by year or not."""
    verb, amounts = _amounts(table)
    if not amounts:
        if table.get("prices") == CASH:
            way = value_advice("prices", CASH, table, in_file)
            yield f"'prices' is '{CASH}' only where amounts are given by year; {way}"
        return
    first, last = year_days(min(amounts))[0], year_days(max(amounts))[1]
    for key, day in (("from", first), ("until", last)):
        given = table.get(key, day)
        if isinstance(given, dt.date) and given != day:
            end = "first" if key == "from" else "last"
            yield (
                f"'{key}' ({given}) is not the {end} day of the years that '{verb}' has amounts "
                f"for; write {in_file({key: day})}, or other years"
            )
    if table.get("over_years"):
        yield f"'over_years' does not go with amounts by year, as '{verb}' has them; take it out"


def change_of(place: str, table: Table) -> Change:
    """Return the change of a table without faults; raise ScenarioError that names the place."""
    given = [verb for verb in VERBS if verb in table]
    if not given:
        message = f"{place}: says no amount; write exactly one of 'set', 'add' and 'scale'"
        raise ScenarioError(message)
    if len(given) > 1:
        both = " and ".join(f"'{verb}'" for verb in given)
        message = (
            f"{place}: {both} are given together; keep one, and write a second [[change]] with "
            f"the other: {given[1]} = {shown(table[given[1]])}"
        )
        raise ScenarioError(message)
    verb: Any = given[0]
    others = {k.argument or k.name: table[k.name] for k in CHANGE if k.name in table}
    try:
        return Change(verb=verb, **others, where=place)
    except ChangeError as fault:
        message = f"{place}: '{fault.key}' {fault.text}"
        raise ScenarioError(message) from None


def _amounts(table: Table) -> tuple[str, dict[str, float]]:
    """Return the verb whose amounts are given by year, with them."""
    found = [(verb, by_year(table[verb])) for verb in VERBS if verb in table]
    return next(((verb, amounts) for verb, amounts in found if amounts), ("", {}))
