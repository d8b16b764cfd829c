"""Lists for the terminal: the levers of a model, and how well a fit meets the figures."""

from __future__ import annotations

import textwrap
from io import StringIO
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from caresim.language.amounts import amount_text, value_text
from caresim.language.errors import ParameterError
from caresim.language.meanings import spelled_out
from caresim.language.model import Model
from caresim.language.observed import DISTURBED
from caresim.language.parameters import Parameter, Parameters, Series
from caresim.language.published import published

if TYPE_CHECKING:
    from caresim.study.backtest import Backtest
    from caresim.study.fit.fit import Fit
    from caresim.views.report.fit_draws import Drawn

__all__ = ["fit_text", "levers_text"]

WIDTH = 110
SECTIONS = {
    "lever": "",
    "effect": "How strongly levers act, where a study finds otherwise",
    "cost": "What a unit costs, where it costs otherwise",
}


def levers_text(model: Model) -> str:
    """Return what a scenario may change: the levers first, then the effects and the unit costs.

    Of each stands meaning, present value, bounds and evidence, and what else is given.
    """
    known = model.parameters
    dated = f"Money at {known.price_year} prices; dated" if known.price_year else "Dated"
    parts = [f"What a scenario may change in {published(model).name}. {dated} levers at their end"]
    margin = 2 + max((len(entry.name) for entry in known.values() if entry.is_open), default=0) + 2
    for role, heading in SECTIONS.items():
        entries = [entry for entry in known.values() if entry.role == role]
        parts += [heading] if heading and entries else []
        parts += [_lever_text(entry, known, margin) for entry in entries]
    return "\n\n".join(parts)


def _lever_text(entry: Parameter, known: Parameters, margin: int) -> str:
    """Return the name of a lever in the margin, and beside it what there is to say."""
    given = f"now {_value(entry)}; may be {_bounds(entry)}; evidence: {entry.grade}"
    parts = [entry.meaning, given, *_action(entry, known)]
    lines = [line for part in parts for line in wrap(part, WIDTH - margin)]
    return f"  {entry.name}".ljust(margin) + f"\n{' ' * margin}".join(lines)


def _action(entry: Parameter, known: Parameters) -> list[str]:
    """Return in one paragraph, if any, where and when a lever acts, how strongly, at what cost."""
    said = {
        "acts on": spelled_out(entry.acts_on, known),
        "lag": spelled_out(entry.lag, known),
        "effect": _named(entry.effect, known, grade=True),
        "cost": _named(entry.cost, known),
    }
    text = "; ".join(f"{key}: {value}" for key, value in said.items() if value)
    return [text] if text else []


def _named(name: str, known: Parameters, *, grade: bool = False) -> str:
    """Return words, value and name of a parameter, with its evidence if wished; else as given."""
    if name not in known:
        return spelled_out(name, known)
    evidence = f"; {known[name].grade} evidence" if grade else ""
    return f"{spelled_out(name, known)} ({name}{evidence})"


def fit_text(fit: Fit, score: Backtest | None, drawn: Drawn | None = None) -> str:
    """Return the fit table, the counts a reader needs to judge it, and the score out of sample.

    With ``drawn`` it says whether the draws meet history.
    """
    parts = [_fit_table(fit), _counts(fit, drawn.lines() if drawn else [])]
    parts.append("Not scored out of sample." if score is None else _score_table(score))
    return "\n".join(parts)


def _fit_table(fit: Fit) -> str:
    table = fit.table()
    has_disturbed = bool(table["disturbed"].any())
    rows = [
        (
            str(series),
            f"{row['from']} to {row['to']}",
            f"{row['points']}",
            *[f"{row['disturbed'] or '–'}"] * has_disturbed,
            f"{row['mape']:.2f}",
            f"{row['bias']:+.2f}",
            f"{row['data_change']:+.1f}",
            f"{row['model_change']:+.1f}",
        )
        for series, row in table.iterrows()
    ]
    head = (
        "series", "years", "points", *["disturbed"] * has_disturbed, "error %", "bias %",
        "change in data %", "in model %",
    )  # fmt: skip
    return _table("Fit: mean absolute percentage error of the model", head, rows)


def _counts(fit: Fit, told: list[str]) -> str:
    lines = [
        _numbers(fit),
        f"At a bound: {', '.join(fit.at_bound) or 'none'}.",
        *_disturbed(fit),
        *_learned(fit),
        f"Squared misses over free figures: {fit.chi_squared:.2f} (a report, not a target).",
        *told,
    ]
    if lost := fit.passed_over:
        many = "A start was" if len(lost) == 1 else f"{len(lost)} starts were"
        lines.append(f"{many} passed over, where the model cannot run: {'; '.join(lost[:2])}.")
    return "\n".join(textwrap.fill(line, WIDTH, subsequent_indent="  ") for line in lines)


def _numbers(fit: Fit) -> str:
    """Say how many numbers there are, and what becomes of them."""
    state = "converged" if fit.converged else "NOT CONVERGED"
    still = sum(name not in fit.joint.names for name in fit.drawn)
    apart = f" ({still} of them move no figure)" if still else ""
    free = "" if fit.n_free == fit.n_points else f", {fit.n_free} of them free,"
    return (
        f"{len(fit.names)} numbers may be estimated from {fit.n_points} figures{free} of "
        f"{fit.n_series} series, of which {len(fit.estimated)} are (the figures narrow each by "
        f"half or contradict its centre), {len(fit.set_by_prior)} stay at the centre of their "
        f"prior, and {len(fit.drawn)} more are drawn{apart}; {state} after {fit.steps} steps."
    )


def _disturbed(fit: Fit) -> list[str]:
    rows = [row for row in fit.observed.observations if row.cause and row.tolerance]
    if not rows:
        return []
    years: dict[str, set[str]] = {}
    for row in rows:
        years.setdefault(row.cause, set()).add(row.year)
    told = "; ".join(f"{cause} ({', '.join(sorted(of))})" for cause, of in years.items())
    granted = f"{DISTURBED:g} times their tolerance is granted to these figures"
    return [f"Disturbed: {told}. {granted}, and errors are taken over the others."]


def _learned(fit: Fit) -> list[str]:
    lines = [f"At the centre of their prior: {', '.join(fit.set_by_prior) or 'none'}."]
    try:
        pairs = [f"{a} and {b} ({r:+.2f})" for a, b, r in fit.correlated]
    except ParameterError as fault:
        return [*lines, f"How sure the estimates are cannot be told: {fault}."]
    return [
        *lines, f"Hardly told apart (a correlation beyond ±0.9): {'; '.join(pairs) or 'none'}."
    ]  # fmt: skip


def _score_table(score: Backtest) -> str:
    rows = [
        (str(series), *(f"{row[name]:.2f}" for name in ("model", "last_value", "damped_trend")))
        for series, row in score.errors("series").iterrows()
    ]
    first, last = score.origins[0], score.origins[-1]
    fitted = f"{first} … {last}" if first != last else first
    title = (
        f"Out of sample: fitted to {fitted}, then projected up to {max(score.horizons)} "
        "years; mean absolute percentage error"
    )
    return _table(title, ("series", "model %", "last value %", "damped trend %"), rows)


def _value(entry: Parameter) -> str:
    value = entry.value.values[-1] if isinstance(entry.value, Series) else entry.value
    return value_text(value, entry)


def _bounds(entry: Parameter) -> str:
    if entry.choices:
        settings = " or ".join(f"'{label}'" for label, _ in entry.choices)
        return f"{settings}, or between" if entry.between else settings
    low, high = entry.bounds or (0.0, 0.0)
    return f"{amount_text(low, entry)} to {value_text(high, entry)}"


def _table(title: str, head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE)
    numeric = {"points", "disturbed", "error %", "bias %", "change in data %", "in model %",
               "model %", "last value %", "damped trend %"}  # fmt: skip
    for i, name in enumerate(head):
        whole = i == 0 or name == "years"
        table.add_column(name, justify="right" if name in numeric else "left", no_wrap=whole)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    console = Console(file=StringIO(), width=WIDTH, record=True)
    console.print(table)
    return "\n".join(line.rstrip() for line in console.export_text().splitlines())
