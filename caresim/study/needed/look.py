"""Looks for a target along lines: of each lever, of all together, of each effect."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from caresim.language.parameters import Parameter, Series
from caresim.language.reach import levers_behind
from caresim.study.needed.lines import Found, along, at_values, nearer, straight
from caresim.study.needed.moved import Move, Moved
from caresim.study.needed.need import Need

__all__ = ["Look", "each_way"]

Values = NDArray[np.float64]
LEANS = 0.1  # of what a scenario does, that an effect must be able to add to be among its own
EITHER = np.array([0.0, 1.0])  # the places of a switch


@dataclass(frozen=True)
class Look:
    """Looks for a target, the change of an output as a share, in what a scenario moves."""

    moved: Moved
    target: float

    def levers(self) -> Iterator[Need]:
        """Yield what is needed of each lever of the scenario alone, by multiples of its move."""
        for move in self.moved.moves.values():
            line = EITHER if move.is_switch else _multiples([move])
            found = self.alone(move, line)
            yield self.need_of(move, at_values(found, move.value), found.first)

    def alone(self, move: Move, line: Values) -> Found:
        """Return what is found along multiples of the move of one lever."""
        return self._along(line, partial(self._moved, [move]), stepwise=move.is_switch)

    def need_of(self, move: Move, found: Found, multiples: Values | None) -> Need:
        """Return what was found of a lever, at its values."""
        parameters = self.moved.model.parameters
        effect = parameters.get(move.lever.effect)
        known = effect if effect is not None and effect.role != "cost" else move.lever
        return self._need("lever", move.lever, (move.start, move.full), found,
                          multiples=multiples, evidence=known)  # fmt: skip

    def together(self) -> Iterator[Need]:
        """Yield what is needed of all levers by one multiple, where there are several."""
        moves = [*self.moved.moves.values()]
        free = [move for move in moves if not move.is_switch]
        if len(moves) == 1 or not free:
            return
        found = self._along(_multiples(free), partial(self._moved, moves))
        known = found.first[np.isfinite(found.first)]
        until = float(np.median(known)) if len(known) else math.inf
        stops = tuple(move.lever for move in free if move.most < until)
        yield self._need("together", None, (0.0, 1.0), found, multiples=found.first, stops=stops)

    def effects(self, named: Sequence[Parameter]) -> Iterator[Need]:
        """Yield what is needed of each effect that the scenario leans on, as it is written."""
        for entry in self._leaning(named):
            now = _number(entry)
            ask = partial(self._as_written, entry.name)
            ends = [end for end in entry.bounds or () if end != now]
            ways = [self._along(straight(now, end), ask) for end in ends]
            found = nearer(now, ways[0], ways[-1], self.target)
            known = found.first[np.isfinite(found.first)]
            falls = bool(len(known)) and bool(np.median(known) < now)
            here = ask(np.full((1, self.moved.n_draws), now))
            is_met = bool(np.median(here) / self.target >= 1)
            yield self._need("effect", entry, (now, now), found,
                             below=falls != is_met, evidence=entry)  # fmt: skip

    def written(self) -> Values:
        """Return the change of the output under the scenario as it is written, for each draw."""
        changes: Values = self._as_written(None, np.ones((1, self.moved.n_draws)))[0]
        return changes

    def _leaning(self, named: Sequence[Parameter]) -> list[Parameter]:
        """Return the effects that the scenario leans on, the one that takes it furthest first.

        Those that its levers name, if they act at all, and those that by an end of their bounds
        bring the scenario nearer to its target, or away from one that it reaches.
        """
        parameters = self.moved.model.parameters
        behind = [parameters[n] for n in levers_behind(self.moved.model, [self.moved.output])]
        tried = [*named, *(entry for entry in behind if entry.role == "effect")]
        one = replace(self, moved=replace(self.moved, drawn={}))  # as the model's own numbers say
        far = {e.name: one._reach(e) for e in dict.fromkeys(tried) if self._may_vary(e)}  # noqa: SLF001
        written = float(one.written()[0]) / self.target
        least = LEANS * abs(written)
        own = [
            parameters[name]
            for name, (low, high) in far.items()
            if (parameters[name] in named and high > low)
            or high - written > least
            or (written >= 1 and written - low > least)
        ]
        return sorted(own, key=lambda entry: -far[entry.name][1])

    def _reach(self, entry: Parameter) -> tuple[float, float]:
        """Return the least and the most of the way that ends of the bounds of an effect make."""
        made = self._as_written(entry.name, np.array([entry.bounds]).T) / self.target
        return float(made.min()), float(made.max())

    def _may_vary(self, entry: Parameter) -> bool:
        has_bounds = entry.bounds is not None and all(map(math.isfinite, entry.bounds))
        is_free = entry.name not in self.moved.moves
        return is_free and has_bounds and not entry.is_dated and not entry.choices

    def _moved(self, moves: Sequence[Move], multiples: Values) -> Values:
        """Return the change where some levers are moved, each no further than its bounds."""
        return self.moved.change({m.lever.name: _up_to(m, multiples, len(moves)) for m in moves})

    def _as_written(self, effect: str | None, values: Values) -> Values:
        """Return the change under the whole scenario, for values of an effect or for its own."""
        ones = dict.fromkeys(self.moved.moves, np.ones_like(values))
        return self.moved.change(ones, {effect: values} if effect else None)

    def _along(
        self, line: Values, ask: Callable[[Values], Values], *, stepwise: bool = False
    ) -> Found:
        return along(line, ask, self.target, draws=self.moved.n_draws, stepwise=stepwise)

    def _need(
        self,
        kind: str,
        number: Parameter | None,
        ends: tuple[float, float],
        found: Found,
        *,
        multiples: Values | None = None,
        below: bool = False,
        evidence: Parameter | None = None,
        stops: tuple[Parameter, ...] = (),
    ) -> Need:
        return Need(
            kind=kind,
            number=number,
            start=ends[0],
            written=ends[1],
            needed=found.first,
            multiples=multiples,
            best=found.best,
            furthest=found.where,
            moves=found.moves,
            met=np.isfinite(found.first) | (found.best / self.target >= 1),
            below=below,
            evidence=evidence,
            stops=stops,
        )


def each_way(ways: Sequence[Look]) -> list[Need]:
    """Return what is needed of each lever of a model alone, moved to either end of its bounds.

    Those nearest to the target come first.
    """
    needs, nearness = [], dict[str, float]()
    for name in dict.fromkeys(name for look in ways for name in look.moved.moves):
        able = [look for look in ways if name in look.moved.moves]
        moves = [look.moved.moves[name] for look in able]
        found = [
            at_values(look.alone(m, EITHER if m.is_switch else straight(0, 1)), m.value)
            for look, m in zip(able, moves, strict=True)
        ]
        best = nearer(moves[0].start, found[0], found[-1], able[0].target)
        need = able[0].need_of(moves[0], best, None)
        nearness[name] = need.reached + min(float(np.median(need.best)) / able[0].target, 1.0)
        needs.append(need)
    return sorted(needs, key=lambda need: -_of(nearness, need))


def _of(nearness: Mapping[str, float], need: Need) -> float:
    return nearness[need.number.name] if need.number else 0.0


def _up_to(move: Move, multiples: Values, of: int) -> Values:
    """Return multiples of a move that stay within its bounds; a switch among others stays set."""
    if move.is_switch:
        return np.ones_like(multiples) if of > 1 else multiples
    return np.minimum(multiples, move.most)


def _number(entry: Parameter) -> float:
    assert not isinstance(entry.value, Series)  # noqa: S101  (of which none is looked at)
    return entry.value


def _multiples(moves: Sequence[Move]) -> Values:
    """Return the multiples to look at: closer together near the scenario, and at every bound."""
    ends = [move.most for move in moves]
    return np.unique([*np.linspace(0, 1, 3), *np.geomspace(1, max(ends), 7), *ends])
