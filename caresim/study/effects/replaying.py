"""Replays published effects in a model: the same draws with and without, run as far as measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from caresim.language.errors import CaresimError, ModelError
from caresim.language.model import Model
from caresim.language.published import published
from caresim.study.arguments import count_of, model_of, names_of, path_of
from caresim.study.drawing import draws as draw
from caresim.study.drawing import origin_of
from caresim.study.draws import Draws
from caresim.study.effects.answers import Answer, Effects
from caresim.study.effects.declared import Published
from caresim.study.effects.played import Ensemble, replayed
from caresim.study.effects.reader import read
from caresim.study.held import held_names
from caresim.version import __version__

__all__ = ["effects"]

LEVEL = (0.1, 0.5, 0.9)


def effects(
    model: Model,
    *,
    draws: int | Draws | None = 200,
    seed: int = 1,
    file: str | Path | None = None,
    only: Sequence[str] | None = None,
) -> Effects:
    """Replay each published effect that a model declares, and set its answer beside the study's.

    Every effect is given at the study's own dose and time through the levers of scenario files and
    measured as the study measured it; with and without it, the model runs with the same draws.
    Nothing is tuned to what is kept. ``draws`` is a number of draws from the model's posterior, or
    from its priors where it has none, draws of one's own, or None for a single run. ``file``
    takes the place of the model's ``effects_file``; ``only`` names the effects to replay.

    An effect is met where the two intervals overlap, the model's holding 80 % of the draws; where
    the study prints none, where its estimate lies in the model's; where it found no effect, where
    the model's interval holds zero or stays below the size that its file says counts as none.

    Raises ModelError for a model without such a file, and for a file that cannot be used.

    >>> import caresim as cs
    >>> from caresim.england import England
    >>> found = cs.effects(England(), draws=20, only=["poverty_entries"])
    >>> found["poverty_entries"].meets
    True
    """
    model_of(model, "effects", ModelError)
    drawn = _drawn(model, draws, count_of(seed, "seed", error=ModelError))
    declared = _declared(model, file, only)
    for effect in declared:
        _check_outputs(model, effect)
    played = Ensemble(model, [e.replay for e in declared if e.replay], drawn)
    answers = tuple(_answer(effect, played) for effect in declared)
    return Effects(answers, published(model).name, _release(), _told(drawn, model))


def _declared(
    model: Model, file: str | Path | None, only: Sequence[str] | None
) -> tuple[Published, ...]:
    path = (
        model.effects_file
        if file is None
        else path_of(file, "file", "a TOML file or a folder", ModelError)
    )
    if path is None:
        message = (
            f"{type(model).__name__} declares no published effects; give the class effects_file = "
            "Path(…), or file='effects.toml'"
        )
        raise ModelError(message)
    found = read(path)
    known = [effect.name for effect in found]
    asked = known if only is None else names_of(only, "only", known[0], error=ModelError)
    if unknown := [name for name in asked if name not in known]:
        message = f"{path} has no effect '{unknown[0]}'; it has {', '.join(known)}"
        raise ModelError(message)
    return tuple(effect for effect in found if effect.name in asked)


def _check_outputs(model: Model, effect: Published) -> None:
    """Raise ModelError that names the effect whose outputs the model does not have."""
    replay = effect.replay
    names = (*replay.outputs, *([replay.dose.output] if replay.dose else [])) if replay else ()
    try:
        for name in names:
            model.variable(name)
    except ModelError as fault:
        message = f"the effect '{effect.name}' cannot be replayed: {fault}"
        raise ModelError(message) from None


def _drawn(model: Model, draws: int | Draws | None, seed: int) -> Draws | None:
    if draws is None or isinstance(draws, Draws):
        return draws
    count = count_of(draws, "draws are some of cs.draws(…), or their number", 1, ModelError)
    origin = origin_of(model)
    return draw(model, count, seed=seed, given=origin) if origin else None


def _told(drawn: Draws | None, model: Model) -> str:
    """Say what the intervals are of, and what of it the caller of the model set."""
    if drawn is None:
        return "a single run"
    fixed = ", ".join(f"'{name}'" for name in held_names(drawn, model))
    but = f", but for {fixed}, which the caller set" if fixed else ""
    return f"{drawn.n_runs:,} draws of the {drawn.origin}{but}"


def _release() -> str:
    return __version__


def _answer(effect: Published, played: Ensemble) -> Answer:
    if effect.replay is None:
        return Answer(effect)
    try:
        values = replayed(effect.replay, played)
    except CaresimError as fault:
        message = f"the effect '{effect.name}' cannot be replayed: {fault}"
        raise ModelError(message) from None
    if not np.isfinite(values).all():
        message = (
            f"the effect '{effect.name}' divides by zero: there is no dose, or nothing without the "
            "cause; check outputs, dose and window"
        )
        raise ModelError(message)
    return Answer(effect, *(float(q) for q in np.quantile(values, LEVEL)))
