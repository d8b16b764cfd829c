"""The chapter of a model's page on what stands beside its spending."""

from __future__ import annotations

from collections.abc import Iterator

from caresim.language.beside import BesidePart, beside_of
from caresim.language.model import Model
from caresim.views.report.markdown import Sources, escaped, table

__all__ = ["beside_chapter"]


def beside_chapter(model: Model, sources: Sources) -> Iterator[str]:
    """Yield title, words and parts of the chapter: the series as links, the figures as a table."""
    beside = beside_of(model)
    if beside is None:
        return
    yield f"## {escaped(beside.title)}"
    yield escaped(beside.said)
    for part in beside.parts:
        yield f"**{escaped(part.name)}.** {escaped(part.said)}"
        yield "\n".join(f"- {_linked(model, name)}" for name in part.series)
        yield _figures(part, sources)


def _linked(model: Model, name: str) -> str:
    return f"[{escaped(model.variables[name].label)}](#{name})"


def _figures(part: BesidePart, sources: Sources) -> str:
    if not part.figures:
        return ""
    rows = [
        [escaped(one.what), escaped(one.figure), sources.link((one.source, one.address))]
        for one in part.figures
    ]
    return table(["Fixed", "Figure", "Source"], rows)
