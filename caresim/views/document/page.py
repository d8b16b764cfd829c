"""The page that documents a model: every equation, number, driver and figure, in plain words.

It is written from the model, so that what a reader sees is what runs.
"""

from __future__ import annotations

import inspect
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from caresim.language.dates import end_of, parse_date, year_end
from caresim.language.drivers import Driver
from caresim.language.errors import CaresimError, ModelError, did_you_mean
from caresim.language.feedbacks import Feedback
from caresim.language.files import write_whole
from caresim.language.model import Model
from caresim.language.nesting import room_for
from caresim.language.published import published
from caresim.language.scope import scope_of
from caresim.study.arguments import model_of, text_of
from caresim.study.effects.answers import RULE, Effects
from caresim.study.quantile_rows import last_observed
from caresim.views.document.beside import beside_chapter
from caresim.views.document.chapters import chapters, entries
from caresim.views.document.reading import how_to_read
from caresim.views.document.scope import scope_page, scope_table, scope_title
from caresim.views.document.tables import GRADES_SAID, observation_map
from caresim.views.equations.listed import Equation, equations
from caresim.views.equations.values import day_said
from caresim.views.files.claim import claimed_file
from caresim.views.report.effects_page import effects_table
from caresim.views.report.markdown import Sources, escaped, table

__all__ = ["model_page", "page_files", "write_page"]

SCOPE_PAGE = "scope.md"
MARK = "<!-- Written by `caresim document`: change the model, not this page. -->"
ROLES = {
    "lever": ("lever", "levers"),
    "effect": ("effect size", "effect sizes"),
    "cost": ("unit cost", "unit costs"),
    "estimated": ("estimated", "estimated"),
    "fixed": ("fixed", "fixed"),
}
KINDS = {
    "stock": ("count on a day", "counts on a day"),
    "delay": ("stay of a given length", "stays of a given length"),
    "smooth": ("lag", "lags"),
    "flow": ("movement", "movements"),
    "aux": ("quantity that follows from others", "quantities that follow from others"),
    "check": ("notice", "notices"),
}


def model_page(model: Model, *, diagram: str = "", loops: str = "", scope: str = "") -> str:
    """Return a page of Markdown that documents a model whole, in plain words and without formulas.

    ``diagram`` and ``loops`` are files of figures to show: stocks and flows, and feedback loops;
    ``scope`` is the page to link to with what of a review the model answers.

    Raises ModelError for what is no model, and for a feedback or a driver of a switch that does
    not exist.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> cs.model_page(England()).splitlines()[2]
    '# England'
    """
    model_of(model, "model_page", ModelError)
    diagram = text_of(diagram, "diagram", "model.svg", ModelError)
    loops = text_of(loops, "loops", "loops.svg", ModelError)
    scope = text_of(scope, "scope", SCOPE_PAGE, ModelError)
    with room_for(type(model), "a page", through=True):
        return _page(model, diagram, loops, scope)


def _page(model: Model, diagram: str, loops: str, scope: str) -> str:
    written, sources = equations(model), Sources()
    said = entries(model, written)
    parts = [
        MARK,
        f"# {published(model).name}",
        escaped(_changed(model)),
        _about(model),
        "## In one page",
        _summary(model, written),
        f"![Stocks and flows of {type(model).__name__}]({diagram})" if diagram else "",
        "## How to read this page",
        *how_to_read(model, written, said),
        *chapters(model, written, said, sources),
        *_feedbacks(model, written, loops),
        *_drivers(model),
        *_observed(model, written, sources),
        *beside_chapter(model, sources),
        *_effects(model),
        *_scope(model, scope),
        *_limits(model),
    ]
    if sources.numbers:
        parts += ["## Sources", sources.listed()]
    return "\n\n".join(part for part in parts if part) + "\n"


def page_files(model: Model, stem: str = "model") -> dict[str, str]:
    """Return the page, the figures that it shows and the page of a review, by file name.

    Raises ModelError for a page that is called as that of the review, and for a check of that
    which cannot be made.
    """
    from caresim.views.diagram.drawn import diagram

    figures = {f"{stem}.svg": diagram(model).svg}
    drawn = [feedback for feedback in model.feedbacks if feedback.through]
    if drawn:
        from caresim.views.loops.found import loop_diagram

        figures["loops.svg"] = loop_diagram(model).svg
    others: dict[str, str] = {}
    if (scope := scope_of(model)) is not None:
        from caresim.study.scope import answers  # only the checks need pydantic

        if f"{stem}.md" == SCOPE_PAGE:
            message = f"{SCOPE_PAGE} is the page of {scope.review}; give that of the model another"
            raise ModelError(f"{message} name, such as model.md")
        others[SCOPE_PAGE] = scope_page(scope, answers(model, scope), MARK)
    page = model_page(
        model,
        diagram=f"{stem}.svg",
        loops="loops.svg" if drawn else "",
        scope=SCOPE_PAGE if others else "",
    )
    return {f"{stem}.md": page, **others, **figures}


def write_page(model: Model, path: Path, *, overwrite: bool = False) -> list[Path]:
    """Write the page and its figures beside it; replace a page that was written so before.

    Raises CaresimError for another file in the way, unless ``overwrite`` is set.
    """
    if path.suffix != ".md":
        message = f"{path} must end in .md, by which others know Markdown"
        raise CaresimError(message)
    _check_page(path, overwrite=overwrite)
    with claimed_file(path):
        ours = _check_page(path, overwrite=overwrite)  # another call may have ended just before
        files = {path.parent / name: text for name, text in page_files(model, path.stem).items()}
        for file in files:
            if not ours or file.suffix == ".md":
                _check_page(file, overwrite=overwrite)
        write_whole(files)
    return list(files)


def _check_page(path: Path, *, overwrite: bool) -> bool:
    """Return whether a page was written by caresim; refuse any other file."""
    ours = path.is_file() and path.read_bytes().startswith(MARK.encode())
    if os.path.lexists(path) and not ours and not overwrite:
        message = f"{path} is there already; choose another name or add --overwrite"
        raise CaresimError(message)
    return ours


def _about(model: Model) -> str:
    """Return what the author says of the model, a paragraph where one stands."""
    parts = re.split(r"\n\s*\n", inspect.getdoc(type(model)) or "")
    return "\n\n".join(map(escaped, parts))


def _summary(model: Model, written: Sequence[Equation]) -> str:
    counts = Counter(equation.kind for equation in written)
    kinds = ", ".join(f"{n} {KINDS[k][n > 1]}" for k in KINDS if (n := counts[k]))
    roles = Counter(entry.role for entry in model.parameters.values())
    numbers = [f"{n} {ROLES[role][n > 1]}" for role in ROLES if (n := roles[role])]
    rows = [
        ("Runs", f"from {_day(model.start)} to {_day(model.until)}, or any other 31 March"),
        ("Entries", f"{len(written)}: {kinds}"),
        ("Numbers", f"{len(model.parameters)}: {', '.join(numbers)}"),
    ]
    if observed := published(model).figures:
        figures = observed.observations
        fitted = sum(f.tolerance > 0 for f in figures)
        series = len(observed.series)
        rows.append(
            ("Official figures", f"{len(figures)} in {series} series, {fitted} of them fitted")
        )
        rows += _vintage(model)
    if model.parameters.price_year:
        rows.append(("Money", f"£ at {model.parameters.price_year} prices"))
    return table(["", ""], rows)


def _vintage(model: Model) -> list[tuple[str, str]]:
    """Return what another vintage than the published one is, nothing for that."""
    if model.vintage is None or not published(model).changes:
        return []
    name, *rest = model.vintage.lines()
    return [("Vintage", escaped("; ".join([name.removeprefix("Vintage "), *rest])))]


def _changed(model: Model) -> str:
    note = published(model).note
    return f"{note[0].upper()}{note[1:]}." if note else ""


def _day(date: str) -> str:
    return day_said(end_of(parse_date(date)))


def _feedbacks(model: Model, written: Sequence[Equation], figure: str) -> Iterator[str]:
    named = {equation.name: equation for equation in written}
    found = model.feedbacks
    if found:
        yield "## Feedbacks"
        yield f"![Feedback loops of {type(model).__name__}]({figure})" if figure else ""
    for feedback in found:
        lines = [
            _switched(model, "feedback", feedback),
            escaped(feedback.loop),
            " → ".join(_linked(name, named) for name in feedback.through),
            f"Evidence: {escaped(feedback.evidence)}",
        ]
        yield "<br>\n".join(line for line in lines if line)


def _drivers(model: Model) -> Iterator[str]:
    if model.drivers:
        yield "## Drivers"
        yield "These act on the model and last, but nothing in it acts on them: they close no loop."
    for driver in model.drivers:
        yield "<br>\n".join(
            (
                _switched(model, "driver", driver),
                escaped(driver.text),
                f"Evidence: {escaped(driver.evidence)}",
            )
        )


def _switched(model: Model, kind: str, of: Feedback | Driver) -> str:
    if of.switch not in model.parameters.entries:
        near = did_you_mean(of.switch, model.parameters)
        message = (
            f"the {kind} '{of.name}' has the switch '{of.switch}', which is not a parameter of "
            f"{type(model).__name__}{near}"
        )
        raise ModelError(message)
    grade = GRADES_SAID.get(of.grade, of.grade)
    return f"**{escaped(of.name)}** · {grade} <sub>switch `{of.switch}`</sub>"


def _linked(name: str, named: dict[str, Equation]) -> str:
    return f"[{escaped(named[name].label)}](#{name})" if name in named else f"`{name}`"


def _observed(model: Model, written: Sequence[Equation], sources: Sources) -> Iterator[str]:
    if published(model).figures:
        named = {equation.name: equation for equation in written}
        named |= {
            part.name or "": named[group]
            for group, variable in type(model).groups.items()
            for part in variable.scalars
        }
        yield "## Official figures beside the model"
        yield (
            "Official figures stand beside the entry of the same name. The tolerance is the "
            "relative standard deviation that the fit grants a figure; it is an assumption."
        )
        yield observation_map(model, named, sources)


def _effects(model: Model) -> Iterator[str]:
    releases = () if published(model).changes else Effects.shipped(model)
    if releases:
        yield "## What published effects it meets"
        yield f"{escaped(str(releases[-1]))} {RULE}"
        yield effects_table(*releases)


def _scope(model: Model, page: str) -> Iterator[str]:
    scope = scope_of(model)
    if scope is not None:
        yield f"## {scope_title(scope)}"
        more = f" Calls, figures and reasons stand in [{page}]({page})." if page else ""
        yield f"{escaped(str(scope))}{more}"
        yield scope_table(scope, page)


def _limits(model: Model) -> Iterator[str]:
    if model.limits:
        yield "## Limits"
        last = last_observed(model)
        month = f"March {year_end(last)}" if last else "its start"
        limits = (limit.replace("{last_figure}", month) for limit in model.limits)
        yield "\n".join(f"- {escaped(limit)}" for limit in limits)
