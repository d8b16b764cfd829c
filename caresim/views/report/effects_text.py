"""Published effects beside a model's answers, as a table for the terminal."""

from __future__ import annotations

import textwrap
from io import StringIO

from caresim.study.effects.answers import RULE, Answer, Effects
from caresim.views.plot.effects_words import ROLES, model_text, study_text, unit_of, verdict

__all__ = ["effects_text"]

WIDTH = 110
HEAD = ("effect", "study", "model, 80 %", "", "unit", "role")


def effects_text(effects: Effects) -> str:
    """Return the table of the effects that are replayed, what the others lack, and the counts."""
    missing = [answer.effect for answer in effects.answers if answer.effect.missing]
    lacks = [
        textwrap.fill(
            f"{effect.name} ({ROLES[effect.role]}): {effect.missing}",
            WIDTH, initial_indent="  ", subsequent_indent="    ",
        )
        for effect in missing
    ]  # fmt: skip
    parts = [_table(effects), textwrap.fill(str(effects), WIDTH)]
    parts += ["What the model cannot replay, and what is missing:", *lacks] if lacks else []
    return "\n".join([*parts, "", textwrap.fill(RULE, WIDTH)])


def _table(effects: Effects) -> str:
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    title = f"Published effects replayed in {effects.model} {effects.release}: {effects.drawn}"
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE)
    for i, name in enumerate(HEAD):
        table.add_column(name, no_wrap=i == 0)
    for answer in effects.answers:
        if answer.size is not None:
            table.add_row(*(Text(cell) for cell in _cells(answer)))
    console = Console(file=StringIO(), width=WIDTH, record=True)
    console.print(table)
    return "\n".join(line.rstrip() for line in console.export_text().splitlines())


def _cells(answer: Answer) -> tuple[str, ...]:
    effect = answer.effect
    words = (study_text(effect), model_text(answer), verdict(answer), unit_of(effect))
    return (effect.name, *words, effect.role)
