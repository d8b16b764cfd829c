"""The page that documents a model: every equation, parameter, feedback and figure, in Markdown.

It is written from the model, so that what a reader sees is what runs.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from caresim.language.errors import CaresimError, ModelError, did_you_mean
from caresim.language.feedbacks import Feedback
from caresim.language.files import write_whole
from caresim.language.model import Model
from caresim.study.arguments import model_of, text_of
from caresim.study.effects.answers import RULE, Effects
from caresim.views.document.tables import observation_map, parameter_table
from caresim.views.equations.listed import Equation, equations
from caresim.views.report.effects_page import effects_table
from caresim.views.report.markdown import Sources, escaped, table

__all__ = ["model_page", "page_files", "write_page"]

MARK = "<!-- Written by `caresim document`: change the model, not this page. -->"
ROLES = {
    "lever": ("Levers", "What somebody can pull, and a scenario may change."),
    "effect": (
        "Effects",
        "How strongly levers act, from studies or assumed; a scenario may change them.",
    ),
    "cost": (
        "Unit costs",
        "What levers cost, from studies or assumed; a scenario may change them.",
    ),
    "estimated": ("Estimated", "Fitted to the official figures, each from the prior that it has."),
    "fixed": ("Fixed", "Taken from their sources, or assumed, and not fitted."),
}
NOTATION = """\
Quantities stand upright, *parameters* in italics; both are the names of the code with spaces for
underscores. $`t`$ is the date in years and $`t_{0}`$ the start; a year runs to 31 March. A letter
below a name, such as $`a`$, is the element of a dimension, and $`a - 1`$ the one before it, where
there is one; a condition in square brackets is 1 where it holds and 0 elsewhere.
A *smooth step* leaves its first value at the date below, settles at its second at the date above,
and follows $`3u^{2} - 2u^{3}`$ in between; *elapsed* counts the years between two dates that have
passed. $`f`$ is a look-up: straight lines between the points listed, level beyond them. A delay or
smooth passes through equal stages $`x_{i}`$, and what leaves the last stage is its *outflow*."""
KINDS = {
    "stock": ("stock", "stocks"),
    "delay": ("delay", "delays"),
    "smooth": ("smooth", "smooths"),
    "flow": ("flow", "flows"),
    "aux": ("auxiliary", "auxiliaries"),
    "check": ("check", "checks"),
}


def model_page(model: Model, *, diagram: str = "", loops: str = "") -> str:
    """Return a page of Markdown that documents a model whole, with formulas as GitHub shows them.

    ``diagram`` and ``loops`` are files of figures to show: stocks and flows, and feedback loops.

    Raises ModelError for what is no model, and for a feedback of a switch that does not exist.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> cs.model_page(England()).splitlines()[2]
    '# England'
    """
    model_of(model, "model_page", ModelError)
    diagram = text_of(diagram, "diagram", "model.svg", ModelError)
    loops = text_of(loops, "loops", "loops.svg", ModelError)
    written, sources = equations(model), Sources()
    parts = [
        MARK,
        f"# {type(model).__name__}",
        inspect.getdoc(type(model)) or "",
        "## In one page",
        _summary(model, written),
        f"![Stocks and flows of {type(model).__name__}]({diagram})" if diagram else "",
        "## How to read the equations",
        NOTATION,
        *_chapters(model, written),
        *_parameters(model, sources),
        *_feedbacks(model, written, loops),
        *_observed(model, written, sources),
        *_effects(model),
        *_limits(model),
    ]
    if sources.numbers:
        parts += ["## Sources", sources.listed()]
    return "\n\n".join(part for part in parts if part) + "\n"


def page_files(model: Model, stem: str = "model") -> dict[str, str]:
    """Return the page and the figures that it shows, by file name."""
    from caresim.views.diagram.drawn import diagram

    figures = {f"{stem}.svg": diagram(model).svg}
    drawn = [feedback for feedback in _named_feedbacks(model) if feedback.through]
    if drawn:
        from caresim.views.loops.found import loop_diagram

        figures["loops.svg"] = loop_diagram(model).svg
    page = model_page(model, diagram=f"{stem}.svg", loops="loops.svg" if drawn else "")
    return {f"{stem}.md": page, **figures}


def write_page(model: Model, path: Path, *, overwrite: bool = False) -> list[Path]:
    """Write the page and its figures beside it; replace a page that was written so before.

    Raises CaresimError for another file in the way, unless ``overwrite`` is set.
    """
    if path.suffix != ".md":
        message = f"{path} must end in .md, by which others know Markdown"
        raise CaresimError(message)
    files = {path.parent / name: text for name, text in page_files(model, path.stem).items()}
    ours = path.is_file() and path.read_text(encoding="utf-8").startswith(MARK)
    taken = [file for file in files if file.exists()]
    if taken and not ours and not overwrite:
        message = f"{taken[0]} is there already; choose another name or add --overwrite"
        raise CaresimError(message)
    write_whole(files)
    return list(files)


def _summary(model: Model, written: Sequence[Equation]) -> str:
    counts = Counter(equation.kind for equation in written)
    kinds = ", ".join(f"{n} {KINDS[k][n > 1]}" for k in KINDS if (n := counts[k]))
    roles = Counter(entry.role for entry in model.parameters.values())
    numbers = [f"{roles[role]} {ROLES[role][0].lower()}" for role in ROLES if roles[role]]
    written_out = (
        f"{len(model.variables)} quantities, {len(model.stocks())} of them stocks, once each "
        "element and stage stands for itself"
    )
    rows = [
        ("Runs", f"from {model.start} to {model.until}, or any other 31 March"),
        ("Equations", f"{len(written)}: {kinds}"),
        ("Written out", written_out),
        ("Parameters", f"{len(model.parameters)}: {', '.join(numbers)}"),
    ]
    if model.observed:
        figures = model.observed.observations
        fitted = sum(f.tolerance > 0 for f in figures)
        series = len(model.observed.series)
        rows.append(
            ("Official figures", f"{len(figures)} in {series} series, {fitted} of them fitted")
        )
    if model.parameters.price_year:
        rows.append(("Money", f"£ at {model.parameters.price_year} prices"))
    return table(["", ""], rows)


def _chapters(model: Model, written: Sequence[Equation]) -> Iterator[str]:
    """Yield one chapter for each sector, the quantities in the order of declaration."""
    intros = dict(_intro(module) for module in model.sectors)
    for title in dict.fromkeys(equation.sector for equation in written):
        own = title == type(model).__name__
        yield "## " + ("Equations" if own and not intros else escaped(title))
        yield intros.get(title, "")
        yield from (_entry(equation) for equation in written if equation.sector == title)


def _intro(module: Any) -> tuple[str, str]:
    """Return the first line of a module's docstring, and what follows it."""
    title, _, rest = (inspect.getdoc(module) or "").partition("\n")
    return title.rstrip("."), rest.strip()


def _entry(equation: Equation) -> str:
    unit = "a pure number" if equation.unit == "1" else f"`{equation.unit}`"
    facts = [f"`{equation.name}`", KINDS[equation.kind][0], unit]
    facts += [f"by {escaped(label)}" for label in equation.over]
    facts += [escaped(equation.moves)] if equation.moves else []
    head = f'<a id="{equation.name}"></a>**{escaped(equation.label)}** · {" · ".join(facts)}'
    return f"{head}\n\n```math\n{equation.latex}\n```"


def _parameters(model: Model, sources: Sources) -> Iterator[str]:
    tables = {role: parameter_table(model, role, sources) for role in ROLES}
    if any(tables.values()):
        yield "## Parameters"
    for role, text in tables.items():
        if text:
            yield f"### {ROLES[role][0]}"
            yield ROLES[role][1]
            yield text


def _named_feedbacks(model: Model) -> Sequence[Feedback]:
    return getattr(model, "feedbacks", ())


def _feedbacks(model: Model, written: Sequence[Equation], figure: str) -> Iterator[str]:
    named = {equation.name: equation for equation in written}
    found = _named_feedbacks(model)
    if found:
        yield "## Feedbacks"
        yield f"![Feedback loops of {type(model).__name__}]({figure})" if figure else ""
    for feedback in found:
        switch = model.parameters.entries.get(feedback.switch)
        if switch is None:
            near = did_you_mean(feedback.switch, model.parameters)
            message = (
                f"the feedback '{feedback.name}' has the switch '{feedback.switch}', which is not "
                f"a parameter of {type(model).__name__}{near}"
            )
            raise ModelError(message)
        lines = [
            f"**{escaped(feedback.name)}** · switch `{feedback.switch}` · {feedback.grade}",
            escaped(feedback.loop),
            " → ".join(_linked(name, named) for name in feedback.through),
            f"Evidence: {escaped(feedback.evidence)}",
        ]
        yield "<br>\n".join(line for line in lines if line)


def _linked(name: str, named: dict[str, Equation]) -> str:
    return f"[{escaped(named[name].label)}](#{name})" if name in named else f"`{name}`"


def _observed(model: Model, written: Sequence[Equation], sources: Sources) -> Iterator[str]:
    if model.observed:
        named = {equation.name: equation for equation in written}
        named |= {
            part.name or "": named[group]
            for group, variable in type(model).groups.items()
            for part in variable.scalars
        }
        yield "## Observation map"
        yield (
            "Official figures stand beside the equation of the same name. The tolerance is the "
            "relative standard deviation that the fit grants a figure; it is an assumption."
        )
        yield observation_map(model, named, sources)


def _effects(model: Model) -> Iterator[str]:
    releases = Effects.shipped(model)
    if releases:
        yield "## What published effects it meets"
        yield f"{escaped(str(releases[-1]))} {RULE}"
        yield effects_table(*releases)


def _limits(model: Model) -> Iterator[str]:
    limits = getattr(model, "limits", ())
    if limits:
        yield "## Limits"
        yield "\n".join(f"- {escaped(limit)}" for limit in limits)
