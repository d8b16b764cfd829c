"""A one-page report of scenarios against a baseline, and the tables that go with it."""

from __future__ import annotations

import datetime as dt
import html
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from caresim.engine.run import Run
from caresim.language.amounts import percent
from caresim.language.published import published
from caresim.language.scope import scope_of
from caresim.study.against import assumed_by
from caresim.study.break_even.answer import told_together
from caresim.views import series
from caresim.views.plot.drawing import Drawing
from caresim.views.plot.notes import collected, label_of, origin_note, stamp
from caresim.views.report import html as page
from caresim.views.report.amounts import Pair
from caresim.views.report.believed import believed_text
from caresim.views.report.beside import beside_part
from caresim.views.report.comparison import (
    comparison_table,
    footnote,
    levels_table,
    rows_of,
    sum_sentence,
)
from caresim.views.report.doubted import chance_sentence, doubt_lines
from caresim.views.report.headline import headline, headline_of_one, headline_under
from caresim.views.report.known import known_note
from caresim.views.report.ruled import ruled_pairs, ruled_table
from caresim.views.report.tables import annual_csv, columns_csv, intervals_csv, spending_csv
from caresim.views.report.years import table_years

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from caresim.study.break_even.answer import BreakEven, NotFound
    from caresim.study.doubt.answer import Doubt
    from caresim.study.flat_prices import Priced
    from caresim.study.turning import Turn
    from caresim.study.under_beliefs import UnderBeliefs
    from caresim.study.under_rules import UnderRule

__all__ = ["annual_csv", "columns_csv", "intervals_csv", "spending_csv", "summary_html"]

MEASURES = ("series", "model", "last_value", "damped_trend")
MOST_HEADLINES = 6
ON_SHEET = 3  # runs: a baseline and two scenarios
ONE_SHEET = 6_600  # letters that a sheet holds beside figures in print of the usual size
TAGS = re.compile(r"<[^>]*>")
UNKNOWN = " is not known after "  # stands in the notice of a path that had to be continued


def summary_html(
    runs: Sequence[Run],
    *,
    ensembles: Mapping[str, Run] | None = None,
    score: Sequence[Mapping[str, Any]] | None = None,
    explanations: Mapping[str, str] | None = None,
    evens: Sequence[BreakEven | NotFound] = (),
    figures: Sequence[Figure | Drawing] = (),
    title: str | None = None,
    years: Sequence[str] | None = None,
    level: float = 0.8,
    turn: Turn | None = None,
    priced: Priced | None = None,
    ruled: Sequence[UnderRule] = (),
    believed: Sequence[UnderBeliefs] = (),
    doubt: Doubt | None = None,
    made: dt.date | None = None,
) -> str:
    """Return a page that compares scenarios with the first run, on one sheet of A4 when printed.

    ``ensembles`` gives by run name the draws behind the intervals, which hold ``level`` of the
    paired differences. ``score`` holds a row for each series with the keys ``series``, ``model``,
    ``last_value`` and ``damped_trend`` (mean absolute percentage errors out of sample) and any
    others, as in ``Backtest.rows``. ``explanations`` says by run name what a scenario does.
    ``evens`` are told with the scenario of their name, always at real prices. Tables show
    ``years``, such as ``["2027-28"]``, and always the last.
    ``turn`` says why the baseline turns, ``priced`` what a place costs in the last year; ``ruled``
    are the scenarios under each rule of the model, ``believed`` under each belief and ``doubt``
    what bands are made of, as ``caresim.study.results.project`` returns them; ``made`` is the day.
    One sheet holds two scenarios and two figures of ``width=6.5``; nothing is needed from outside.

    Raises RunError for runs at different prices or with different numbers of draws, and for a year
    that they do not show.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> base = cs.run(England(), until="2030-03-31")
    >>> cs.report.summary_html([base])[:15]
    '<!DOCTYPE html>'
    """
    series.check_runs(runs)
    series.check_level(level)
    title = title or f"{published(runs[0].model).title}: projections compared"
    drawn = series.check_bands(runs, ensembles)
    given, (runs, drawn, explanations) = runs, _told_apart(runs, drawn, explanations or {})
    series.check_prices(shown := [*runs, *drawn.values()])
    wanted = table_years(runs, years)
    body = [
        page.element("h1", html.escape(title, quote=False)),
        _headlines(runs, drawn, wanted[-1], level, ruled),
        _lead(runs, shown, level, made or today(), doubt),
        _baseline(runs, explanations, turn, priced),
        *_scenarios(runs, drawn, explanations, evens, wanted, level),
        _doubted(runs[0], doubt, believed),
        ruled_table(ruled, level),
        _shown(_figures(figures) + beside_part(runs, drawn, wanted[-1], level)),
        page.beside(_score(runs[0], score) + _scope(given[0]) + _sources(given), _remarks(shown)),
    ]
    words = "\n".join(filter(None, body))
    return page.document(title, words, of=_sheet(words, len(runs)))


def _sheet(words: str, runs: int) -> str:
    """Return how a page is printed on one sheet, where it is."""
    if runs > ON_SHEET:
        return ""
    return "sheet dense" if len(TAGS.sub("", words)) > ONE_SHEET else "sheet"


def _told_apart(
    runs: Sequence[Run], drawn: dict[str, Run], explanations: Mapping[str, str]
) -> tuple[Sequence[Run], dict[str, Run], Mapping[str, str]]:
    """Return runs, draws and explanations under names of which no two are the same."""
    names = series.names_of(runs)
    pairs = [(run.name, name) for run, name in zip(runs, names, strict=True)]
    if all(old == new for old, new in pairs):
        return runs, drawn, explanations
    return (
        [replace(run, name=name) for run, name in zip(runs, names, strict=True)],
        {new: replace(drawn[old], name=new) for old, new in pairs if old in drawn},
        {new: explanations[old] for old, new in pairs if old in explanations},
    )


def today() -> dt.date:
    """Return the day, or that of ``SOURCE_DATE_EPOCH`` for pages that are to stay the same."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return dt.datetime.fromtimestamp(int(epoch), tz=dt.UTC).date()
    return dt.datetime.now(tz=dt.UTC).date()


def _headlines(
    runs: Sequence[Run],
    drawn: Mapping[str, Run],
    year: str,
    level: float,
    ruled: Sequence[UnderRule],
) -> str:
    """Return a sentence for each scenario, or the first of them where there are many."""
    base, *others = runs
    if not others:
        texts = [headline_of_one(base, drawn.get(base.name), year, level)]
    else:
        pairs = (
            Pair(base, run, drawn.get(base.name), drawn.get(run.name), level) for run in others
        )
        texts = [
            " ".join((headline(pair, year), *_elsewhere(ruled, pair, year)))
            for pair in islice(pairs, MOST_HEADLINES)
        ]
    more = len(others) - len(texts)
    texts += [f"{more} more scenarios follow below."] * (more > 0)
    return "".join(page.element("p", html.escape(t, quote=False), of="headline") for t in texts)


def _elsewhere(ruled: Sequence[UnderRule], pair: Pair, year: str) -> list[str]:
    """Return what a scenario does under the rules that the model does not go by of itself."""
    rules = pair.run.model.rules
    if rules is None:
        return []
    entry = pair.run.model.parameters[rules.parameter]
    own = [said for name, said in rules.said.items() if entry.number(name) == entry.value]
    return [
        headline_under(other, one.said, year)
        for one, other in ruled_pairs(ruled, pair.level)
        if one.scenario == pair.run.name and one.begins and one.said not in own
    ]


def _lead(
    runs: Sequence[Run], shown: Sequence[Run], level: float, made: dt.date, doubt: Doubt | None
) -> str:
    draws = max(run.n_runs for run in shown)
    base = runs[0]
    day = f"{made.day} {made:%B %Y}"
    money = f"; money is {'in cash' if base.prices == 'cash' else f'at {base.price_base}'}"
    interval = (
        f" Brackets hold the middle {percent(level)} of {draws:,} draws of the parameters"
        f"{origin_note(shown)}, paired draw by draw.{_held(base, doubt)}"
        if draws > 1
        else " Single runs, without their uncertainty."
    )
    return page.paragraphs(
        f"Projections of {day}, conditional on what is assumed below"
        f"{money if base.price_base else ''}. {known_note(base.model)}{interval}"
    )


def _held(base: Run, doubt: Doubt | None) -> str:
    """Return what draws hold beside parameters, and what they do not show."""
    part, has_structures = base.model.stands_for, doubt is not None and bool(doubt.apart)
    lacking = [] if has_structures else ["doubt about the model's structure"]
    if part is not None:
        lacking.append(f"{part.name}'s own levels, as the bands of projection.csv do")
    held = " They are of all rival structures alike." if has_structures else ""
    held += chance_sentence(doubt.made if doubt else None)
    return f"{held} They do not show {' nor '.join(lacking)}." if lacking else held


def _baseline(
    runs: Sequence[Run],
    explanations: Mapping[str, str],
    turn: Turn | None,
    priced: Priced | None,
) -> str:
    """Return what the baseline is and assumes, why it turns, and what a place costs in it."""
    name = runs[0].name
    said = explanations.get(name, "")
    assumed = [text for text in assumed_by(runs[0].model, runs[0].scenario) if text not in said]
    words = " ".join((said, *assumed)).strip()
    told = [f"the baseline: {' '.join(words.split())}" if words else ""]
    told += [str(one) for one in (turn, priced) if one is not None]
    texts = [text for text in told if text]
    if not texts:
        return ""
    shown = page.element("b", html.escape(name, quote=False)) + (", " if words else ": ")
    return page.element("p", shown + html.escape(" ".join(texts), quote=False), of="small")


def _scenarios(
    runs: Sequence[Run],
    ensembles: Mapping[str, Run],
    explanations: Mapping[str, str],
    evens: Sequence[BreakEven | NotFound],
    years: Sequence[str],
    level: float,
) -> list[str]:
    base, *others = runs
    parts: list[str] = []
    if not others:
        return [levels_table(base, years, ensembles.get(base.name), level)]
    total = base.model.spending_name()
    money = bool(total) and all(total in run.outputs for run in runs)
    since = series.first_difference(base, others, total) if money else None
    for run, name in zip(others, series.names_of(runs)[1:], strict=True):
        pair = Pair(base, run, ensembles.get(base.name), ensembles.get(run.name), level)
        parts += [_words(run, name, explanations), comparison_table(pair, years)]
        if money:
            parts.append(page.paragraphs(sum_sentence(pair, total, since)))
        its = [even for even in evens if even.scenario in _names(run)]
        told = "\n".join(told_together(its))
        parts.append(page.element("div", page.paragraphs(told), of="together small"))
    last = Pair(base, others[-1], ensembles.get(base.name), ensembles.get(others[-1].name), level)
    return [*parts, page.element("p", html.escape(footnote(last), quote=False), of="small")]


def _doubted(run: Run, doubt: Doubt | None, believed: Sequence[UnderBeliefs]) -> str:
    """Return what bands are made of, and which answers hang on what is believed."""
    lines = [*doubt_lines(doubt, run.model), *(believed_text(b, run.model) for b in believed)]
    texts = "\n".join(lines)
    return page.element("div", page.paragraphs(texts), of="together small") if texts else ""


def _names(run: Run) -> tuple[str, ...]:
    """Return the names of a run: its own, and that of its scenario."""
    return run.name, getattr(run.scenario, "name", run.name)


def _words(run: Run, name: str, explanations: Mapping[str, str]) -> str:
    text = explanations.get(run.name) or getattr(run.scenario, "summary", "")
    head = page.element("h2", html.escape(name, quote=False))
    words = page.paragraphs(text or "No description was given.")
    return head + page.element("div", words, of="together")


def _figures(figures: Sequence[Figure | Drawing]) -> str:
    if not figures:
        return ""
    drawn = [f if isinstance(f, Drawing) else Drawing.of(f) for f in figures]
    return page.element("div", "".join(page.image(d) for d in drawn), of="figures")


def _shown(parts: str) -> str:
    """Return parts that stand side by side on a dense sheet of paper."""
    return page.element("div", parts, of="shown") if parts else ""


def _remarks(runs: Sequence[Run]) -> str:
    """Return assumptions and warnings, each once, with the names of its runs if not of all."""
    found = collected(runs)
    names = {run.name for run in runs}
    paths: dict[str, list[str]] = {}
    sorted_by: dict[bool, list[str]] = {True: [], False: []}
    scores = runs[0].model.stands_for.score if runs[0].model.stands_for is not None else ()
    for notice, where in found.items():
        if notice.kind == "place" and notice.text in scores:
            continue  # which stands with the score
        is_named = set(where) == names or all(f"'{name}'" in str(notice) for name in where)
        tail = "" if is_named else f" ({', '.join(where)})"
        path, known, how = str(notice).partition(UNKNOWN)
        if notice.kind == "assumption" and known:
            paths.setdefault(f"{how}{tail}", []).append(path)
        else:
            is_assumed = notice.kind in ("assumption", "caveat", "checked", "place")
            sorted_by[is_assumed].append(f"{str(notice)[:1].upper()}{str(notice)[1:]}{tail}")
    given = [
        f"Not known after {_of(how, which)}: {'; '.join(which)}" for how, which in paths.items()
    ]
    assumed = [*given, *sorted_by[True]] or ["No given path had to be continued."]
    parts: list[tuple[str, list[str]]] = [("What is assumed", assumed)]
    if sorted_by[False]:
        parts.append(("Warnings", sorted_by[False]))
    return "".join(page.element("h2", head) + page.listing(texts) for head, texts in parts)


def _of(how: str, which: Sequence[str]) -> str:
    """Return how a path goes on, told of one or of several."""
    if len(which) == 1:
        return how
    several = how.replace(": its path is ", ": their paths are ")
    return several.replace(": its last value is ", ": their last values are ")


def _score(run: Run, score: Sequence[Mapping[str, Any]] | None) -> str:
    head = page.element("h2", "How good it has been")
    told = rows_of(run)
    every = list(score or ())
    score = [row for row in every if row["series"] in told]
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
    titles = (page.head(k.replace("_", " ").capitalize()) for k in shown)
    rows = [[_score_cell(run, k, row.get(k, "–")) for k in shown] for row in score]
    return (
        head
        + page.paragraphs(words)
        + page.table(["".join(titles)], rows, caption="Errors out of sample, %")
    )


def _unscored(run: Run) -> str:
    """Return what is said where no score of the model is: of a place, how places like it fared."""
    if run.model.stands_for is not None and run.model.stands_for.score:
        return "\n".join(f"{text[:1].upper()}{text[1:]}." for text in run.model.stands_for.score)
    own = published(run.model)
    why = f": not {own.of} as published ({'; '.join(own.changes)})" if own.changes else ""
    return f"Not scored{why}."


def _score_cell(run: Run, key: str, value: Any) -> str:
    if key == "series":
        return html.escape(label_of(run.model, str(value)), quote=False)
    shown = f"{value:.1f}" if isinstance(value, float) else str(value)
    return html.escape(shown, quote=False)


def _scope(run: Run) -> str:
    """Return how much of a review the model answers, and where the table stands."""
    scope = scope_of(run.model)
    if scope is None:
        return ""
    words = f"{scope} The table, with a call for each, is scope.md, which caresim document writes."
    return page.element("h2", "What it answers") + page.paragraphs(words)


def _sources(runs: Sequence[Run]) -> str:
    record = runs[0].provenance
    keys = ("python", "numpy", "method", "steps_per_year")
    versions = ", ".join(f"{k.replace('_', ' ')} {record[k]}" for k in keys if k in record)
    own = published(runs[0].model)
    made = f"Made with {stamp(runs)}; {versions}."
    texts = [own.credit, own.given_credit, made]
    content = "".join(page.paragraphs(text) for text in texts if text)
    return page.element("h2", "Sources and versions") + page.element("div", content, of="small")
