"""Keys that people try where a file or a change has none of them, and what to write instead.

One row for each kind of try, by the names it goes by.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

from caresim.study.scenario.literals import (
    Write,
    day_text,
    in_file,
    number_in,
    percent_text,
    year_days,
)
from caresim.study.scenario.tried_values import (
    cash_advice,
    first_of,
    prices_advice,
    several_advice,
    table_advice,
    value_advice,
    year_meant,
    years_long,
)

__all__ = ["PART", "key_advice", "line_advice", "top_advice"]

Table = Mapping[str, Any]
Way = Callable[[Any, Table, Write], str]
VERBS = ("set", "add", "scale")
FIRST = dt.date(2027, 4, 1)  # of examples, where a change says none
PART = (
    "a change acts on all that its lever acts on; for a part of it give the amount times its share"
)


def key_advice(name: str, value: object, table: Table, write: Write) -> str:
    """Return what to write in place of a key that a change does not have; empty if unknown."""
    asked = name.lower().replace("-", "_").replace(" ", "_")
    way = next((way for names, way in WAYS if asked in names.split()), None)
    return way(value, table, write) if way else ""


def top_advice(name: str) -> str:
    """Return what to do in place of a key that the top of a file does not have."""
    asked = name.lower().replace("-", "_")
    return next((said for names, said in TOP if asked in names.split()), "")


# Keys


def _value(value: object, _: Table, write: Write) -> str:
    return f"write {write({'set': value})} for a new value, or 'add' for a step, 'scale' a factor"


def _more(value: object, _: Table, write: Write) -> str:
    found = percent_text(value)
    return f"write {write({'scale': 1 + found[1]} if found else {'add': value})}"


def _percentage(value: object, _: Table, write: Write) -> str:
    number = number_in(value.removesuffix("%") if isinstance(value, str) else value)
    if number is None:
        return f"write {write({'scale': 1.1})} for 10 % more"
    factor = write({"scale": 1 + number / 100})
    more = "more" if number >= 0 else "less"
    return f"write {factor} for {abs(number):.6g} % {more}, or 'set' with a share, 0.5 for 50 %"


def _less(value: object, _: Table, write: Write) -> str:
    if found := percent_text(value):
        return f"write {write({'scale': 1 - found[1]})}"
    number = number_in(value)
    return "write 'add' with a minus sign" if number is None else f"write {write({'add': -number})}"


def _factor(value: object, _: Table, write: Write) -> str:
    return f"write {write({'scale': value})}"


def _begins(value: object, _: Table, write: Write) -> str:
    day = value if isinstance(value, dt.date) else day_text(value)
    return f"write {write({'from': day or FIRST})}, the first day of the change"


def _ends(value: object, _: Table, write: Write) -> str:
    day = value if isinstance(value, dt.date) else day_text(value, last=True)
    return f"write {write({'until': day or dt.date(2030, 3, 31)})}, the last day of the change"


def _ramp(value: object, table: Table, write: Write) -> str:
    number = years_long(value)
    if number is None:
        return "write 'over_years' for a ramp, and 'until' for the last day of the change"
    first = first_of(table)
    last = _day_before(first, int(number))
    said = f"write {write({'over_years': number})} for a straight ramp of so long"
    return f"{said}, or {write({'until': last})} for a change that lasts so long"


def _day_before(first: dt.date, years: int) -> dt.date:
    return first.replace(year=min(first.year + max(years, 1), 2200)) - dt.timedelta(days=1)


def _years_listed(value: object, table: Table, write: Write) -> str:
    if not isinstance(value, list | tuple) or not value:
        return _ramp(value, table, write)
    days = [year_days(name) for name in map(year_meant, value) if name]
    if not days:
        return "write 'from' and 'until' for the days a change begins and ends"
    ends = {"from": min(days)[0], "until": max(days)[1]}
    return f"write {write(ends)}, or amounts by year, {write({'add': {'2027-28': 1}})}"


def _fades(value: object, table: Table, write: Write) -> str:
    """Say the second change that takes back the first in a straight line."""
    until = table.get("until")
    ended = until if isinstance(until, dt.date) else day_text(until, last=True)
    begins = ended + dt.timedelta(days=1) if ended else dt.date(2032, 4, 1)
    number = years_long(value)
    lever = {"parameter": table["parameter"]} if "parameter" in table else {}
    verb, amount = _given(table)
    back = {"add": -amount, "scale": 1 / amount if amount else 1.0, "set": "…"}[verb]
    second = {**lever, verb: back, "from": begins, "over_years": number or 3}
    today = ", with today's level of the lever" if verb == "set" else ""
    return (
        "a change that fades out is two: take 'until' from this one and write a second change "
        f"with {write(second)}{today}"
    )


def _given(table: Table) -> tuple[str, float]:
    verb = next((v for v in VERBS if v in table), str(table.get("verb", "add")))
    amount = number_in(table.get(verb, table.get("amount")))
    return (verb if verb in VERBS else "add"), (1.0 if amount is None else amount)


def _one_part(_: object, table: Table, write: Write) -> str:
    verb, amount = _given(table)
    example = write({verb: amount / 10}) if verb == "add" and amount != 1 else "0.1 of it"
    return (
        f"{PART}: {example} for a tenth; 'caresim levers' shows whether it has a lever of its own"
    )


def _total(value: object, table: Table, write: Write) -> str:
    number = number_in(value)
    first = first_of(table)
    if number is None:
        return "write 'add' with the sum of a year"
    pairs = {"add": number / 5, "from": first, "until": _day_before(first, 5)}
    return f"amounts are for a year: a total spread evenly over five years is {write(pairs)}"


def _lever(value: object, _: Table, write: Write) -> str:
    return f"write {write({'parameter': value})}"


def _why(value: object, _: Table, write: Write) -> str:
    return f"write {write({'why': value})}"


def _source(value: object, _: Table, write: Write) -> str:
    return f"write {write({'source': value})}"


def _verb(value: object, table: Table, write: Write) -> str:
    amount = table.get("amount", table.get("value", 1))
    return f"write {write({str(value) if value in VERBS else 'add': amount})}"


def _unit(*_: object) -> str:
    return "leave it out: an amount is in the unit of its lever, which 'caresim levers' shows"


def _spread(value: object, _: Table, write: Write) -> str:
    if isinstance(value, list | tuple):
        return several_advice("set", [*value], {}, write)
    if isinstance(value, dict):
        return table_advice("set", dict(value), {}, write)
    return "a change has one value: for a range write a file for each of its ends"


def _effect(*_: object) -> str:
    return "the effect of a lever is a parameter of its own: write a second change of it"


def _condition(*_: object) -> str:
    return (
        "a change has no rule or target: write the amount, run, and alter it until the result "
        "is what is asked for"
    )


def _price_year(value: object, table: Table, write: Write) -> str:
    return prices_advice(value, table, write) or f"write {write({'prices': '2022-23'})}"


WAYS: tuple[tuple[str, Way], ...] = (
    (("price_year prices_year price_base price_basis prices_of money_year base_year "
      "price"), _price_year),
    ("cash nominal in_cash", cash_advice),
    ("value to new_value level target_value new set_to setting", _value),
    ("by plus increase raise amount_added more change_by delta increment extra", _more),
    ("minus decrease reduce cut less subtract decrease_by reduce_by", _less),
    ("percent percentage pct percent_change growth increase_percent uplift rise", _percentage),
    ("multiply times factor multiplier multiple scale_by multiply_by", _factor),
    (("start begin begins date when start_date begin_date from_date from_year start_year year "
     "starting effective begin_year starts"), _begins),
    (("end ends end_date until_year until_date to_year end_year finish last_year stop ending "
     "to_date last_day expires"), _ends),
    (("over ramp ramp_years duration phase_in_years phase_in roll_out roll_out_years rollout "
     "rollout_years over_months length length_years for_years lasting build_up"), _ramp),
    ("years financial_years periods dates", _years_listed),
    (("phase_out_years phase_out fade fade_out fade_out_years decay decay_years taper taper_years "
     "wind_down ramp_down ramp_down_years run_down"), _fades),
    (("ages age age_group age_groups areas area region regions authorities authority "
     "group groups cohort where for who children share_of coverage kind "
     "placement_type gender sex ethnicity"), _one_part),
    ("total total_amount sum over_total spread", _total),
    ("lever variable quantity param name_of_lever target_parameter what parameters", _lever),
    ("reason reasons note notes comment description rationale because justification", _why),
    ("reference references evidence citation origin sources ref url link", _source),
    ("verb op operation type mode action how", _verb),
    ("unit units currency", _unit),
    (("low high min max range prior distribution uncertainty interval bounds sd central spread_of "
     "lower upper"), _spread),
    ("effect effects effect_size elasticity impact cost unit_cost cost_per lag delay", _effect),
    (("target cap floor ceiling limit if unless condition trigger depends_on rule goal at_least "
     "at_most"), _condition),
)  # fmt: skip
TOP = (
    ("title scenario scenario_name policy label", "write 'name'"),
    ("description notes note comment about abstract", "write 'summary'"),
    ("base baseline parent inherits extend based_on inherit from_scenario", "write 'extends'"),
    ("changes policies levers measures", "write [[change]] above each change"),
    ("authors by owner contact", "write 'author'"),
    ("until end horizon end_year end_date start start_date years last_year run_until",
     "the last day of a run is asked of the run: caresim run … --until 2035-03-31"),
    ("draws seed runs n_draws", "it is asked of the run: caresim run … --draws 100 --seed 1"),
    ("prices price_year", "it belongs below a [[change]] line, for the amount of that change"),
    ("model", "it is asked of the run: caresim run … --model file.py:Name"),
    ("version date tags id created licence license", "leave it out, or write it into 'summary'"),
)  # fmt: skip


def line_advice(line: str) -> str:
    """Return what to write for a line that has no quotes: ``add = £2bn``, ``from = April 2027``."""
    found = re.match(r"(\w+)\s*=\s*([^#\"']+)", line)
    if not found:
        return ""
    key, text = found[1], found[2].strip()
    share = percent_text(text)
    if key == "set" and share and not share[0]:
        return f"write {in_file({key: share[1]})}"
    return value_advice(key, text, {}, in_file).replace("take away the quotes and write", "write")
