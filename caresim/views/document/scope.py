"""What of a published review a model answers, in Markdown: the table, and the page about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from caresim.language.amounts import few_figures
from caresim.language.proposals import Proposal, counted
from caresim.language.scope import Scope, ScopeCheck, ScopeRow
from caresim.views.report.markdown import escaped, table

if TYPE_CHECKING:
    from caresim.study.scope import ScopeAnswer

__all__ = ["scope_page", "scope_table", "scope_title"]

SIGNS = {"+": "more", "-": "less", "0": "no change"}
LARGE = 1000  # from which a number of four figures is as near as a reader needs
READING = """\
- **In**: the call gives it. The model comes within the tolerance of the figure, or a change moves
  what it should in the direction that the review states.
- **Partly**: the call gives what is there; what is not, and what misses, stands beside it.
- **Out**: the model does not speak of it; why, and where else to look.

Figures of the model are those of a single run, computed when this page was made. A tolerance is how
near the model is asked to come, not an error of the published figure. Where a sign is asked, it is
held alone: how large the effect should be, the review does not say."""


def scope_title(scope: Scope) -> str:
    """Return the title of the page and of the chapter."""
    return f"What {escaped(scope.review)} says, and what the model answers"


def scope_table(scope: Scope, page: str = "") -> str:
    """Return a row for each statement, with links to the page that has more of it."""
    head = ["", "The review says", "Model", "Whom it concerns"]
    return table(head, [_cells(row, page) for row in scope.rows])


def scope_page(scope: Scope, answers: Mapping[int, Sequence[ScopeAnswer]], mark: str = "") -> str:
    """Return the page: the count, how to read it, the table, and each row with call and figures."""
    parts = [
        mark,
        f"# {scope_title(scope)}",
        f"**{escaped(str(scope))}** ({escaped(scope.source)}.)",
        READING,
        f"A call in Python wants this before it:\n\n{_code(scope.before)}",
        "## At a glance",
        scope_table(scope, "#"),
        "## Row by row",
        *(text for row in scope.rows for text in _entry(row, answers[row.number])),
        *_proposals(scope.proposals),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _cells(row: ScopeRow, page: str) -> list[str]:
    name = f"**{escaped(row.name)}**"
    if page:
        name = f"[{name}]({page.removesuffix('#')}#row-{row.number})"
    says = f"{name}<br>{escaped(row.says)}"
    return [str(row.number), says, f"**{row.status}**", escaped(row.ages)]


def _entry(row: ScopeRow, answers: Sequence[ScopeAnswer]) -> Iterator[str]:
    yield f'<a id="row-{row.number}"></a>'
    yield f"### {row.number}. {escaped(row.name)}: {row.status}"
    yield escaped(row.says)
    yield _code(row.call) if row.call else ""
    if answers:
        yield table(["Measured", "Review", "Model", ""], [_measured(one) for one in answers])
    lines = [
        escaped(row.partly or row.why),
        escaped(row.note),
        f"Where else to look: {escaped(row.instead)}" if row.instead else "",
        f"Whom it concerns: {escaped(row.ages)}",
    ]
    yield "<br>\n".join(line for line in lines if line)


def _proposals(proposals: Sequence[Proposal]) -> Iterator[str]:
    """Yield which published policies a scenario says, where any are listed."""
    if not proposals:
        return
    yield "## Published policies, as scenarios"
    yield f"**{escaped(counted(proposals))}**"
    head = ["", "Proposal", "Who proposed it", "Said", "What no scenario can say"]
    yield table(
        head,
        [
            [str(one.number), escaped(one.name), escaped(one.by), one.said, escaped(one.missing)]
            for one in proposals
        ],
    )


def _code(text: str) -> str:
    language = "sh" if text.startswith("caresim ") else "python"
    return f"```{language}\n{text.strip()}\n```"


def _measured(answer: ScopeAnswer) -> list[str]:
    check = answer.check
    return [escaped(_capital(check.what)), _asked(check), _told(answer), escaped(_verdict(answer))]


def _asked(check: ScopeCheck) -> str:
    if check.figure is None:
        return SIGNS[check.sign]
    near = f" (± {check.within})" if check.within is not None and not check.not_held else ""
    return escaped(f"{_number(check.figure)}{near} {check.unit}")


def _told(answer: ScopeAnswer) -> str:
    """Return what the model says, where a sign alone is asked in per cent."""
    if answer.check.figure is None:
        sign = "+" if answer.value > 0 else ""
        return "no change" if answer.sign == "0" else f"{sign}{_number(answer.value)} %"
    return _number(answer.value)


def _number(value: float) -> str:
    digits = 4 if abs(value) >= LARGE else 3
    return few_figures(value, digits=6 if value == round(value) else digits)


def _verdict(answer: ScopeAnswer) -> str:
    check = answer.check
    if check.not_held:
        return f"not held: {check.not_held}"
    if answer.met:
        return "meets"
    return f"misses: {check.falls_short}" if check.falls_short else "misses"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
