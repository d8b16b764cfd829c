"""What a page says first: what a scenario does to what is asked for most, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence

from caresim.engine.run import Run
from caresim.language.amounts import percent
from caresim.language.shown import counted_word
from caresim.views import series
from caresim.views.plot.style import pounds
from caresim.views.report.amounts import Grain, Pair, difference_at
from caresim.views.report.comparison import further_of, rows_of

__all__ = ["headline", "headline_of_one", "headline_under", "lowered"]


def headline(pair: Pair, year: str) -> str:
    """Return a sentence on the main quantity and on spending by a financial year.

    The main quantity is the first that the model compares.
    """
    prices = f", {_in_prices(pair.run)}" if _total(pair.run) and pair.run.price_base else ""
    moves = _moves(pair, year)
    return f"{pair.run.name}, a projection against {pair.base.name}: by {year}, {moves}{prices}."


def headline_under(pair: Pair, said: str, year: str) -> str:
    """Return the sentence that follows, on the same under another rule: "Where …: …"."""
    return f"Where {said}: {_moves(pair, year)}."


def _moves(pair: Pair, year: str) -> str:
    main, *money = _told(pair.run)
    names = (main, *further_of(pair)[:1], *money)
    return "; ".join(_moved(pair, name, year) for name in names)


def headline_of_one(run: Run, ensemble: Run | None, year: str, level: float) -> str:
    """Return a sentence on where a run that is compared with none has come to by a year."""
    at = run.clock.financial_years.index(year)
    parts = []
    for name in _told(run):
        grain, form = Grain.of(run, name), _form(run, name)
        centre = float(series.middle(run.yearly(name))[at])
        band = series.band_at(ensemble or run, name, at, level)
        told = (
            f"{lowered(run.model.variable(name).label)}: {form.format(grain.level(centre, band))}"
        )
        if band is not None:
            ends = " to ".join(form.format(grain.level_end(end, centre, band)) for end in band)
            told += f" ({percent(level)} of the draws: {ends})"
        parts.append(told)
    prices = f", {_in_prices(run)}" if _total(run) and run.price_base else ""
    return f"{run.name}, a projection for {year}: {'; '.join(parts)}{prices}."


def _in_prices(run: Run) -> str:
    return "in cash" if run.prices == "cash" else f"at {run.price_base}"


def lowered(label: str) -> str:
    """Return a label as it stands within a sentence."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _told(run: Run) -> Sequence[str]:
    main, money = rows_of(run)[0], _total(run)
    return (main, money) if money and money != main else (main,)


def _total(run: Run) -> str:
    name = run.model.spending_name()
    return name if name in run.outputs else ""


def _form(run: Run, name: str) -> str:
    """Return what stands around an amount: £ with its letters, or nothing."""
    unit = run.model.variable(name).unit
    if not unit.power_of("GBP"):
        return "{}"
    return f"£{{}}{pounds(Grain.of(run, name).divisor).removeprefix('£')}"


def _moved(pair: Pair, name: str, year: str) -> str:
    """Return how a quantity moves: ``"children in care: 970 fewer (80 % …)"``."""
    found, form = difference_at(pair, name, year), _form(pair.run, name)
    unit, label = pair.run.model.variable(name).unit, pair.run.model.variable(name).label
    per = " a year" if unit.power_of("GBP") and unit.power_of("year") == -1 else ""
    down, up = ("fewer", "more") if counted_word(unit) else ("lower", "higher")

    def amount(value: float) -> str:
        text = found.grain.end(value, found.centre, found.band).lstrip("+−")
        return form.format(text) if text.strip("0.,") else "0"

    ways = [up if value > 0 else down for value in (found.centre, *(found.band or ()))]
    middle = amount(found.centre)
    told = "the same" if middle == "0" else f"{middle}{per} {ways[0]}"
    ends = [amount(end) for end in found.band or ()]
    if not ends or {middle, *ends} == {"0"}:
        return f"{lowered(label)}: {told}"
    if len(set(ways)) > 1:
        ends = [
            f"{end} {way}" if end != "0" else end for end, way in zip(ends, ways[1:], strict=True)
        ]
    elif found.centre < 0:
        ends.reverse()
    span = ends[0] if ends[0] == ends[1] else " to ".join(ends)
    return f"{lowered(label)}: {told} ({percent(pair.level)} of the draws: {span})"
