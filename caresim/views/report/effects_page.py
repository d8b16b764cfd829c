"""Published effects beside a model's answers, in Markdown: the table, and the page about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from caresim.language.amounts import few_figures
from caresim.language.errors import ModelError
from caresim.language.model import Model
from caresim.study.effects.answers import RULE, Answer, Effects
from caresim.study.effects.declared import Published
from caresim.study.scenario.binding import lever_of
from caresim.study.scenario.change import Change
from caresim.study.scenario.sentences import sentence
from caresim.views.plot.effects_words import ROLES, model_text, study_text, unit_of, verdict
from caresim.views.report.markdown import escaped, link, table

__all__ = ["effects_page", "effects_table"]

MARK = "<!-- Written by `caresim effects`: change the model or its effects, not this page. -->"
READING = """\
Researchers have measured, one at a time, effects of causes that the model holds. Here the model is
asked the same questions. Each published effect is given to it at the study's own dose and time,
through the levers that every user has, and its answer is measured as the study measured its own.
**Answers stand as they are, good or bad, and nothing is tuned to an effect that is kept.**

- **Study** is what was published, with its interval in brackets. What the interval is differs from
  study to study and stands below each; where it says "range ours" the study prints none.
- **Model** is the median answer, with the interval that holds 80 % of the draws of its parameters.
  It is in the unit of the same row; units differ from row to row.
- **Role**: an effect *used in a prior* informed a number of the model, so that meeting it says
  little more than that the number does what it should. An effect that is *kept* should inform
  neither a prior nor the structure: it tests what the model says of policies. One that is *not
  independent* was kept once, until a prior leant on the figures that its study was made from.
- **Not modelled** means that the model lacks the mechanism; which one, stands below."""
WEIGH = """\
A met effect is not proof. *Meets, says little* marks answers that meet a study for want of anything
to miss: the model does next to nothing and the study found nothing, or too little to tell."""


def effects_table(*releases: Effects) -> str:
    """Return the table in Markdown, a column of answers for each release, the latest last.

    Verdicts are those of the latest.
    """
    latest = releases[-1]
    head = ["Effect on", "Study", *(f"Model {e.release}" for e in releases), "Unit", "", "Role"]
    return table(head, [_cells(answer, releases) for answer in latest.answers])


def effects_page(model: Model, *releases: Effects, figure_file: str = "effects.png") -> str:
    """Return the page: how to read it, counts, table, figure, and what was replayed in each row.

    Raises ModelError without a release to show.
    """
    if not releases:
        message = "effects_page takes the effects to show: effects_page(model, cs.effects(model))"
        raise ModelError(message)
    latest = releases[-1]
    parts = [
        MARK,
        "# What published effects the model meets",
        READING,
        f"**{latest}**",
        WEIGH,
        "## The table, by release",
        effects_table(*releases),
        f"![Published effects and the model's answers]({figure_file})" if figure_file else "",
        f"Intervals of the model are of {latest.drawn}. {RULE}",
        "## What was replayed, and what was approximated",
        *(_replayed(answer, model) for answer in latest.answers if answer.effect.replay),
        "## What the model cannot replay",
        *(_missing(answer.effect) for answer in latest.answers if answer.effect.missing),
        _by_hand(),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _cells(answer: Answer, releases: Sequence[Effects]) -> list[str]:
    effect = answer.effect
    answers = [
        next((model_text(a) for a in release.answers if a.effect.name == effect.name), "–")
        for release in releases
    ]
    cause = f"{effect.dose}; {effect.study}"
    return [
        f"**{escaped(_capital(effect.outcome))}**<br>{escaped(cause)}",
        study_text(effect),
        *answers,
        escaped(unit_of(effect)),
        f"**{verdict(answer)}**",
        ROLES[effect.role],
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _replayed(answer: Answer, model: Model) -> str:
    effect, replay = answer.effect, answer.effect.replay
    if replay is None:
        return ""
    lines = [
        *_about(effect),
        f"Model: {model_text(answer)}, in {escaped(replay.unit)}; {verdict(answer)}.",
        *(f"Replayed: {escaped(text)}" for text in _sentences(replay.changes, model)),
        *(f"Compared with: {escaped(text)}" for text in _sentences(replay.against, model)),
        f"Measured: {', '.join(f'`{name}`' for name in replay.outputs)}{_counted(effect)}.",
        f"Note: {escaped(replay.note)}.",
        *(
            [f"Its meeting says little: {escaped(effect.says_little)}."]
            if effect.says_little
            else []
        ),
    ]
    return f"### `{effect.name}`\n\n" + "<br>\n".join(lines)


def _missing(effect: Published) -> str:
    lines = [*_about(effect), f"Missing: {escaped(effect.missing)}"]
    return f"### `{effect.name}`\n\n" + "<br>\n".join(lines)


def _about(effect: Published) -> Iterator[str]:
    """Yield the study, what it found, and what to know of it."""
    details = ", ".join(text for text in (effect.design, effect.years) if text)
    study = link(effect.study, effect.address)
    question = f"{_capital(effect.dose)}: {effect.outcome}"
    yield f"**{escaped(question)}**, {escaped(effect.window)}"
    yield f"{study} ({escaped(details)}); {ROLES[effect.role]}"
    unit = f", in {escaped(effect.unit)}" if effect.estimate else ""
    yield f"Study: {study_text(effect)}{unit}; interval: {escaped(effect.interval)}."
    if effect.caution:
        yield f"Caution: {escaped(effect.caution)}."


def _sentences(changes: Sequence[Change], model: Model) -> Iterator[str]:
    for change in changes:
        lever = lever_of(change.parameter, change.where, model)
        text = sentence(change, lever, model.parameters.price_year).rstrip(".")
        yield f"{text} ({change.source})."


def _counted(effect: Published) -> str:
    """Return what the difference was counted by, in words."""
    replay = effect.replay
    if replay is None or replay.measure != "difference":
        return ", in % of the run without"
    by = f", times {few_figures(replay.times, digits=6)}" if replay.times != 1 else ""
    if replay.per != 1:
        by += f", over {replay.per:,.0f} ({escaped(replay.per_source)})"
    if replay.dose:
        by += f", over `{replay.dose.output}`"
        by += f" / `{replay.dose.over}`" if replay.dose.over else ""
    return f", the difference{by}"


def _by_hand() -> str:
    return (
        "## Do it yourself\n\n"
        "`caresim effects` prints the table; with `--out DIR` it writes this page, the figure and "
        "the numbers. In Python: `cs.effects(model)`, and `cs.plot.effects(…)` draws what that "
        "returns. The questions are declared in the `effects_file` of the model, one file or a "
        "folder of them; any model can have its own."
    )
