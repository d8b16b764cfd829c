"""What to say of a name that no scenario can change: the levers that do the job, and their levels.

Sought are, in this order, a slip of spelling, what people call things, the equations behind a
quantity of that name, and the meanings of all that the model has.
"""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from caresim.language.amounts import value_text
from caresim.language.called import Called, called_in, words_of
from caresim.language.meanings import short_meaning
from caresim.language.model import Model
from caresim.language.parameters import Parameter, Series
from caresim.language.reach import levers_behind, users_of
from caresim.study.arguments import shown

__all__ = ["level_now", "lever_said", "no_lever"]

SLIP, NEAR = 0.87, 0.7  # how much of a name is right, of one mistyped and of one half known
COVERED = 0.5  # of the weight of the words that were asked for
FEW = 3  # levers that are named
DIGITS = 4


def lever_said(entry: Parameter, price_year: str = "") -> str:
    """Return a lever with what it is and its level: ``"'rate' (rate of return, now 0.1)"``."""
    meaning = f"{short_meaning(entry.meaning)}, " if entry.meaning else ""
    return f"'{entry.name}' ({meaning}now {_level(entry, price_year)})"


def level_now(name: object, model: Model | None) -> str:
    """Return where a lever stands, to end a sentence; empty for what is no lever of a model."""
    entry = model.parameters.get(name) if model is not None and isinstance(name, str) else None
    if model is None or entry is None or not entry.is_open:
        return ""
    return f" ('{name}' is now {_level(entry, model.parameters.price_year)})"


def _level(entry: Parameter, price_year: str) -> str:
    value = entry.value.values[-1] if isinstance(entry.value, Series) else entry.value
    return value_text(float(f"{value:.{DIGITS}g}"), entry, price_year)


def no_lever(name: str, model: Model) -> str:
    """Return why a scenario cannot change what is called so, and what to change in its place."""
    of, known = type(model).__name__, model.parameters
    if name in known:
        role = known[name].role
        kind = f"{'an' if role == 'estimated' else 'a'} {role} number"
        return f"'{name}' is {kind} of {of}, not a lever; {_in_place_of(name, model)}"
    if name in model.variables or name in model.groups:
        return f"'{name}' is computed by {of}, not set; {_in_place_of(name, model)}"
    return f"{shown(name)} is not a parameter of {of}; {_advice(name, model)}"


def _advice(name: str, model: Model) -> str:
    """Return what is meant by a name that the model does not have."""
    levers = _levers(model)
    written = "_".join(re.findall(r"\w+", name.lower()))
    if near := difflib.get_close_matches(written, levers, n=1, cutoff=SLIP):
        return f"did you mean {_listed(near, model)}?"
    if meant := _called(name, model):
        return _nearest(meant, model)
    quantities = [*model.variables, *model.groups]
    for cutoff in (SLIP, NEAR):
        if near := difflib.get_close_matches(written, levers, n=1, cutoff=cutoff):
            return f"did you mean {_listed(near, model)}?"
        closed = [n for n in model.parameters if n not in levers]
        if near := difflib.get_close_matches(written, [*quantities, *closed], n=1, cutoff=cutoff):
            return f"nearest to it, {no_lever(near[0], model)}"
    return _by_meaning(name, model)


def _in_place_of(name: str, model: Model) -> str:
    """Return the levers that act where something acts that is no lever itself."""
    if meant := _called(name, model, least=COVERED):
        return _nearest(meant, model)
    targets = users_of(model, name) if name in model.parameters else model.names_of(name)
    found = [n for n in levers_behind(model, targets) if model.parameters[n].role == "lever"]
    # a switch is for experiments first, and comes after what can be turned up and down
    ordered = sorted(found, key=lambda n: bool(model.parameters[n].choices))[:FEW]
    where = "it" if name not in model.parameters else _where(targets, model)
    if not ordered:
        lists = "'caresim levers' lists what a scenario can change"
        return f"no lever acts on {where.rstrip(',')}; {lists}"
    if len(ordered) == 1:
        return f"the lever that acts on {where} is {_listed(ordered, model)}"
    return f"the nearest levers that act on {where} are {_listed(ordered, model)}"


def _where(targets: Sequence[str], model: Model) -> str:
    return f"the same quantity, '{targets[0]}'," if targets else f"{type(model).__name__}"


def _nearest(meant: Called, model: Model) -> str:
    one = len(meant.levers) == 1
    verb = "the nearest lever is" if one else "the nearest levers are"
    return f"{verb} {_listed(meant.levers, model)}: {meant.said}"


def _called(name: str, model: Model, least: float = 0.0) -> Called | None:
    """Return the row that knows a name by the most of its words, by more than a share of them."""
    asked = words_of(name)
    rows = called_in(model.called_file)
    found = max(rows, key=lambda row: row.matched(asked), default=None)
    return found if found and found.matched(asked) > least * len(asked) else None


def _by_meaning(name: str, model: Model) -> str:
    """Return the levers whose words are nearest to those of a name, or where to find them."""
    texts = {n: _text(model.parameters[n]) for n in _levers(model)}
    found = _covering(name, texts)
    if found:
        one = len(found) == 1
        said = "the lever nearest in meaning is" if one else "the levers nearest in meaning are"
        return f"{said} {_listed(found, model)}"
    labels = {n: f"{n} {v.label}" for n, v in {**model.variables, **model.groups}.items()}
    if computed := _covering(name, labels)[:1]:
        return f"nearest in meaning, {no_lever(computed[0], model)}"
    return "'caresim levers' lists what a scenario can change"


def _text(entry: Parameter) -> str:
    return f"{entry.name} {entry.meaning} {entry.acts_on}"


def _covering(name: str, texts: dict[str, str]) -> list[str]:
    """Return the texts that hold half of the words of a name or more, rare words counting most."""
    words = {key: words_of(text) for key, text in texts.items()}
    counts = Counter(word for own in words.values() for word in own)
    weights = {
        w: math.log((1 + len(texts)) / (counts[w] + 0.5)) for w in words_of(name) if w.isalpha()
    }
    whole = sum(weights.values())
    scores = {k: sum(weights[w] for w in own & set(weights)) for k, own in words.items()}
    best = max(scores.values(), default=0.0)
    if not whole or best < COVERED * whole:
        return []
    return [key for key, score in scores.items() if math.isclose(score, best)][:FEW]


def _listed(names: Iterable[str], model: Model) -> str:
    """Return levers with their levels; of one alone also what it is, of several their names say."""
    year, found = model.parameters.price_year, [model.parameters[name] for name in names]
    if len(found) == 1:
        return lever_said(found[0], year)
    said = [f"'{entry.name}' (now {_level(entry, '')})" for entry in found]
    return f"{', '.join(said[:-1])} and {said[-1]}"


def _levers(model: Model) -> list[str]:
    return [name for name, entry in model.parameters.items() if entry.is_open]
