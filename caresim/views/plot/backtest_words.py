"""What figures of a backtest are of, and their small print: origins, what is given, draws."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

from caresim.language.dates import year_end
from caresim.language.errors import RunError, came
from caresim.language.fingerprints import fingerprint
from caresim.study.backtest.table import WAYS, Backtest
from caresim.version import __version__
from caresim.views.plot.notes import label_of

if TYPE_CHECKING:
    from caresim.language.model import Model

__all__ = [
    "check_draws", "episodes_note", "group_label", "groups_of", "method_label",
    "part_of", "rule_of", "series_label", "series_of", "set_note", "stamp_of", "way_of",
]  # fmt: skip

EVERY = "all"
# What the plain name of a method would not say
METHODS = {"holt_damped_trend": "Holt, damped", "median": "Median of three"}
SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def part_of(backtest: Backtest, given: str | None) -> Backtest:
    """Return the rows of one way of going on after an origin, by default the first there is.

    Raises RunError when there are no such rows, and for what is no backtest.
    """
    if not isinstance(backtest, Backtest):
        message = f"a figure of a backtest takes one, cs.backtest(model), not {came(backtest)}"
        raise RunError(message)
    if not len(backtest):
        message = "this backtest has no rows to draw; take other series or origins"
        raise RunError(message)
    if given is not None and given not in backtest.given:
        there = " and ".join(f"'{way}'" for way in backtest.given)
        message = f"this backtest has no rows with given '{given}', only {there}"
        raise RunError(message)
    return backtest.only(given=given or backtest.given[0])


def check_draws(part: Backtest, verb: str) -> None:
    """Raise RunError when the model of a backtest has no bands."""
    if not math.isfinite(part.held_by(80)):
        message = f"{verb} shows bands and this backtest has none: give it draws, such as draws=250"
        raise RunError(message)


def groups_of(part: Backtest) -> dict[str, list[str]]:
    """Return the groups of a backtest with those of their series that it has rows of."""
    there = set(part.series)
    kept = {group: [n for n in names if n in there] for group, names in part.groups.items()}
    return {group: names for group, names in kept.items() if names}


def series_of(part: Backtest, group: str | None, *, largest: bool = False) -> list[str]:
    """Return the series of a group in its order, by default of the first or the largest group.

    ``"all"`` is every series, those of the largest group first. Raises CaresimError for a group
    that there is not, RunError for one without rows.
    """
    groups = groups_of(part)
    most = max(groups.values(), key=len, default=[])
    if group == EVERY or not (groups or group):
        return list(dict.fromkeys([*most, *part.series]))
    if group is None:
        return most if largest else next(iter(groups.values()))
    if group not in groups:
        part.only(group)  # says which groups there are
        message = f"this backtest has no rows of the group '{group}'"
        raise RunError(message)
    return groups[group]


def series_label(model: Model | None, name: str) -> str:
    """Return what a series is called, by the model or from its name."""
    words = name.replace("_", " ").capitalize()
    return words if model is None or name not in model.variables else label_of(model, name)


def group_label(group: str) -> str:
    """Return what a group of series is called: ``"Five series"``, ``"All series"``."""
    return f"{group} series".capitalize()


def method_label(method: str) -> str:
    """Return what a method is called: ``"Last value"``."""
    return METHODS.get(method, method.replace("_", " ").capitalize())


def way_of(given: str) -> str:
    """Return how what is given from outside goes on after an origin."""
    return f"what is given from outside {WAYS[given]}"


def rule_of(model: Model | None) -> str:
    """Return by which rule given values go on after an origin, as the entries of a model say."""
    entries = model.parameters.values() if model else ()
    grows, stops = (
        [e.meaning or e.name for e in entries if e.continues == how] for how in ("growth", "zero")
    )
    parts = []
    if grows:
        parts.append(f"At the mean growth of its last five years goes on: {'; '.join(grows)}.")
    if stops:
        parts.append(f"None come after it: {'; '.join(stops)}.")
    return " ".join([*parts, "Everything else that has dated values keeps its last."])


def set_note(part: Backtest) -> str:
    """Return which projections these are: origins, years ahead, draws, what is given and seen."""
    facts = part.table.groupby("origin")[["first_published", "figures"]].first().sum()
    share = facts["first_published"] / facts["figures"] if facts["figures"] else 0.0
    saw = f"as first published ({100 * share:.0f} %)" if share else "as they stand today"
    origins = part.origins
    told = f"{origins[0]} to {origins[-1]}" if len(origins) > 1 else origins[0]
    return (
        f"Fits to {told}{_drawn(part)}, {_span(part.horizons)} on; given paths "
        f"{WAYS[part.given[0]]}; figures {saw}."
    )


def _drawn(part: Backtest) -> str:
    """Return how many draws make the bands, empty without any."""
    counts = part.table.groupby("origin")["draws"].first()
    low, high = int(counts.min()), int(counts.max())
    number = f"{high:,}" if low == high else f"{low:,} to {high:,}"
    return f" ({number} draws)" if high else ""


def stamp_of(part: Backtest, model: Model | None) -> str:
    """Return what a figure was made with: version, equations, and a print of the scores."""
    equations = f" {fingerprint(type(model))}" if model is not None else ""
    scores = hashlib.sha256(part.text().encode()).hexdigest()[:8]
    return f"caresim {__version__}, {part.name}{equations}, scores {scores}"


def _span(horizons: tuple[int, ...]) -> str:
    last = horizons[-1]
    years = f"{last} year{'s' if last > 1 else ''}"
    return years if len(horizons) == 1 else f"{horizons[0]} to {years}"


def episodes_note(part: Backtest) -> str:
    """Return why the bars of a coverage are wide: few independent episodes."""
    if len(part.series) == 1:
        return "Of one series alone there is no interval by drawing series again."
    years = {year_end(year) for year in part.table["year"]}
    episodes = math.ceil((max(years) - min(years) + 1) / max(part.horizons))
    told = SMALL_NUMBERS[episodes] if episodes < len(SMALL_NUMBERS) else str(episodes)
    plural = "s" if episodes != 1 else ""
    return f"Bars: 80 % of redrawn series, about {told} independent episode{plural} in all."
