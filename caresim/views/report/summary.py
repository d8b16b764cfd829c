"""A one-page report of scenarios against a baseline, and the tables that go with it."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from caresim.engine.run import Run
from caresim.language.amounts import percent, plural
from caresim.language.published import published
from caresim.views import series
from caresim.views.plot.drawing import Drawing
from caresim.views.plot.notes import collected, label_of, origin_note
from caresim.views.report import html as page
from caresim.views.report.comparison import (
    Pair,
    comparison_table,
    levels_table,
    sum_sentence,
    table_years,
)
from caresim.views.report.tables import annual_csv, columns_csv, intervals_csv, spending_csv

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from caresim.study.break_even.answer import BreakEven, NotFound

__all__ = ["annual_csv", "columns_csv", "intervals_csv", "spending_csv", "summary_html"]

ROUND = {10: "ten", 100: "hundred", 1000: "thousand"}
MEASURES = ("series", "model", "last_value", "damped_trend")
YEARS = ("2029-30", "2034-35")


def summary_html(
    runs: Sequence[Run],
    *,
    ensembles: Mapping[str, Run] | None = None,
    score: Sequence[Mapping[str, Any]] | None = None,
    explanations: Mapping[str, str] | None = None,
    evens: Sequence[BreakEven | NotFound] = (),
    figures: Sequence[Figure | Drawing] = (),
    title: str | None = None,
    years: Sequence[str] = YEARS,
    level: float = 0.8,
) -> str:
    """Return a page that compares scenarios with the first run, on one sheet of A4 when printed.

    ``ensembles`` gives by run name the draws behind the intervals, which hold ``level`` of the
    paired differences. ``score`` holds a row for each series with the keys ``series``, ``model``,
    ``last_value`` and ``damped_trend`` (mean absolute percentage errors out of sample) and any
    others, as in ``Backtest.rows``. ``explanations`` says by run name what a scenario does;
    ``evens`` are told with the scenario of their name, always at real prices. A run that ends
    before one of ``years`` shows its last year instead. One sheet holds two scenarios and two
    figures; figures of ``width=6.5`` suit it. The page needs nothing from outside, and is the same
    for the same runs.

    Raises RunError for runs at different prices or with different numbers of draws.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> base = cs.run(England(), until="2030-03-31")
    >>> cs.report.summary_html([base])[:15]
    '<!DOCTYPE html>'
    """
    series.check_runs(runs)
    series.check_level(level)
    title = f"{published(runs[0].model).title}: projections compared" if title is None else title
    drawn = series.check_bands(runs, ensembles)
    shown = [*runs, *drawn.values()]
    series.check_prices(shown)
    body = [
        page.element("h1", html.escape(title, quote=False)),
        _lead(runs, shown, level),
        *_scenarios(runs, drawn, explanations or {}, evens, table_years(runs, years), level),
        _figures(figures),
        page.beside(_score(runs[0], score), _remarks(shown) + _sources(runs)),
    ]
    return page.document(title, "\n".join(part for part in body if part))


def _lead(runs: Sequence[Run], shown: Sequence[Run], level: float) -> str:
    others = ", ".join(series.names_of(runs)[1:])
    against = f" {others}, against {runs[0].name}." if others else f" {runs[0].name}."
    draws = max(run.n_runs for run in shown)
    interval = (
        f" Brackets hold the middle {percent(level)} of {draws:,} draws of the parameters"
        f"{origin_note(shown)}, paired draw by draw; they do not show doubt about the model's "
        "structure."
        if draws > 1
        else ""
    )
    rounded = "".join(
        f" {plural(word).capitalize()} are rounded to the nearest {ROUND.get(int(to), f'{to:,g}')}."
        for word, to in runs[0].model.rounded_to.items()
    )
    return page.paragraphs(
        f"Projections, conditional on what is assumed below:{against}{rounded}{interval}"
    )


def _scenarios(
    runs: Sequence[Run],
    ensembles: Mapping[str, Run],
    explanations: Mapping[str, str],
    evens: Sequence[BreakEven | NotFound],
    years: Sequence[str],
    level: float,
) -> list[str]:
    base, *others = runs
    parts = []
    if base.name in explanations:
        name = page.element("b", html.escape(base.name, quote=False))
        words = html.escape(" ".join(explanations[base.name].split()), quote=False)
        parts.append(page.element("p", f"{name}, the baseline: {words}"))
    if not others:
        return [*parts, levels_table(base, years)]
    total = base.model.spending_name()
    money = bool(total) and all(total in run.outputs for run in runs)
    since = series.first_difference(base, others, total) if money else None
    for run, name in zip(others, series.names_of(runs)[1:], strict=True):
        pair = Pair(base, run, ensembles.get(base.name), ensembles.get(run.name), level)
        parts += [_words(run, name, explanations), comparison_table(pair, years)]
        if money:
            parts.append(page.paragraphs(sum_sentence(pair, total, since)))
        parts += [page.paragraphs(str(even)) for even in evens if even.scenario == run.name]
    return parts


def _words(run: Run, name: str, explanations: Mapping[str, str]) -> str:
    text = explanations.get(run.name) or getattr(run.scenario, "summary", "")
    head = page.element("h2", html.escape(name, quote=False))
    return head + page.paragraphs(text or "No description was given.")


def _figures(figures: Sequence[Figure | Drawing]) -> str:
    if not figures:
        return ""
    drawn = [f if isinstance(f, Drawing) else Drawing.of(f) for f in figures]
    return page.element("div", "".join(page.image(d) for d in drawn), of="figures")


def _remarks(runs: Sequence[Run]) -> str:
    """Return assumptions and warnings, each once, with the names of its runs if not of all."""
    found = collected(runs)
    names = {run.name for run in runs}
    sorted_by: dict[bool, list[str]] = {True: [], False: []}
    for notice, where in found.items():
        tail = "" if set(where) == names else f" ({', '.join(where)})"
        sorted_by[notice.kind in ("assumption", "caveat", "checked")].append(f"{notice}{tail}")
    assumed = sorted_by[True] or ["No given path had to be continued."]
    parts = [("What is assumed", assumed)]
    if sorted_by[False]:
        parts.append(("Warnings", sorted_by[False]))
    return "".join(page.element("h2", head) + page.listing(texts) for head, texts in parts)


def _score(run: Run, score: Sequence[Mapping[str, Any]] | None) -> str:
    head = page.element("h2", "How good it has been")
    published = run.model.published_names()
    every = list(score or ())
    score = [row for row in every if row["series"] in published]
    if not score:
        return head + page.paragraphs(_unscored(run))
    others = f" {len(every) - len(score)} other series stand in run.json." if every != score else ""
    keys = list(dict.fromkeys(key for row in score for key in row))
    shared = [k for k in keys if k not in MEASURES and len({row.get(k) for row in score}) == 1]
    facts = "; ".join(f"{k.replace('_', ' ')} {score[0][k]}" for k in shared)
    words = (
        "Mean absolute percentage error, in %, of projections over years that the fit did not see, "
        "beside that of keeping the last value and of a damped trend"
        f"{f' ({facts})' if facts else ''}. Structure and priors were chosen with all years in "
        f"view, which flatters the model.{others}"
    )
    shown = [k for k in keys if k not in shared]
    titles = (page.element("th", html.escape(k.replace("_", " ").capitalize())) for k in shown)
    rows = [[_score_cell(run, k, row.get(k, "–")) for k in shown] for row in score]
    return head + page.paragraphs(words) + page.table(["".join(titles)], rows)


def _unscored(run: Run) -> str:
    own = published(run.model)
    why = f": not {own.of} as published ({'; '.join(own.changes)})" if own.changes else ""
    return f"Not scored{why}."


def _score_cell(run: Run, key: str, value: Any) -> str:
    if key == "series":
        return html.escape(label_of(run.model, str(value)), quote=False)
    shown = f"{value:.1f}" if isinstance(value, float) else str(value)
    return html.escape(shown, quote=False)


def _sources(runs: Sequence[Run]) -> str:
    record = runs[0].provenance
    keys = ("caresim", "python", "numpy", "model", "equations", "method", "steps_per_year")
    versions = ", ".join(f"{k.replace('_', ' ')} {record[k]}" for k in keys if k in record)
    own = published(runs[0].model)
    texts = [own.credit, own.given_credit, f"Made with {versions}."]
    content = "".join(page.paragraphs(text) for text in texts if text)
    return page.element("h2", "Sources and versions") + page.element("div", content, of="small")
