"""What draws were made for, so that they are used with nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from caresim.language.fingerprints import fingerprint
from caresim.language.model import Model
from caresim.language.observed import Observation, Observed
from caresim.language.parameters import Parameter, Parameters, Series

__all__ = ["ORIGINS", "POSTERIOR", "PRIOR", "MadeFor", "why_not_its_posterior"]

MOST_NAMED = 2
PRIOR, POSTERIOR = ORIGINS = ("prior", "posterior")


@dataclass(frozen=True, eq=False)
class MadeFor:
    """The model that draws were made for: its equations, figures and numbers.

    ``set_by_caller`` names the parameters whose values are no matter, since the caller of the model
    chose them; ``vintage`` is empty, and ``figures`` None, where the model has none. ``place`` is
    the place of a whole that it stands for, empty for the whole.
    """

    model: str
    equations: str
    vintage: str
    figures: Observed | None
    parameters: Parameters
    set_by_caller: tuple[str, ...] = ()
    place: str = ""

    @classmethod
    def of(cls, model: Model | type[Model]) -> MadeFor:
        """Return what a model is, or one of a class, as far as draws depend on it."""
        known = model if isinstance(model, type) else type(model)
        return cls(
            known.__name__,
            fingerprint(known),
            model.vintage.folder.name if model.vintage is not None else "",
            model.observed,
            model.parameters,
            model.set_by_caller,
            _place(model),
        )

    def without_figures(self) -> MadeFor:
        """Return the model as a fit leaves it: its numbers alone say what it was fitted to."""
        return replace(self, vintage="", figures=None)

    @property
    def fingerprint(self) -> str:
        """Return a short text that models share only when draws of one serve the other."""
        told = [self.equations, self.vintage, *map(repr, _rows(self.figures))]
        told += [
            f"{name} {_counted(entry)}"
            for name, entry in sorted(self.parameters.items())
            if name not in self.set_by_caller
        ]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]

    def as_dict(self) -> dict[str, Any]:
        """Return what the draws were made for, as plain data."""
        set_by_caller = {"set_by_caller": list(self.set_by_caller)} if self.set_by_caller else {}
        return {
            "model": self.model,
            "equations": self.equations,
            "vintage": self.vintage,
            "fingerprint": self.fingerprint,
            **({"place": self.place} if self.place else {}),
            **set_by_caller,
        }

    def difference(self, model: Model, origin: str) -> str:
        """Say in what a model is another one, empty where draws of ``origin`` serve it.

        What a caller set in either of them is no difference; priors know nothing of figures.
        """
        of = type(model).__name__
        if fingerprint(type(model)) != self.equations:
            return f"{of} has other equations than {self.model}"
        if (here := _place(model)) != self.place:
            whole = "the whole"
            return f"they are of {self.place or whole}, and this model is of {here or whole}"
        if apart := self._numbers_apart(model):
            return f"{of} has other numbers: {apart}"
        seen = self.figures if origin == POSTERIOR else None
        if seen is not None and _rows(model.observed) != seen.observations:
            return f"{of} has other figures than {self.model}"
        return ""

    def _numbers_apart(self, model: Model) -> str:
        free = {*self.set_by_caller, *model.set_by_caller}
        ours, theirs = model.parameters, self.parameters
        names = [n for n in dict.fromkeys([*theirs, *ours]) if n not in free]
        pairs = [(name, ours.get(name), theirs.get(name)) for name in names]
        apart = [(n, a, b) for n, a, b in pairs if a is not b and _counted(a) != _counted(b)]
        told = [
            f"'{n}' is {_shown(a, b)} where it was {_shown(b, a)}" for n, a, b in apart[:MOST_NAMED]
        ]
        more = f" (and {len(apart) - len(told)} more)" if len(apart) > len(told) else ""
        return f"{', '.join(told)}{more}"


def why_not_its_posterior(model: Model) -> str:
    """Say why the posterior that a model's class names is not its own, empty where it is.

    It belongs to the class that declares it, with the numbers of that class and of its vintage.
    """
    if "posterior_file" in vars(model):  # of a vintage of its own
        basis = replace(MadeFor.of(model), parameters=model.figures_basis or model.parameters)
        return basis.difference(model, POSTERIOR) or _apart_from_vintage(model)
    owner = next(known for known in type(model).__mro__ if "posterior_file" in vars(known))
    if not issubclass(owner, Model):
        return ""
    if found := MadeFor.of(owner).difference(model, POSTERIOR):
        return found
    return _apart_from_vintage(model)


def _apart_from_vintage(model: Model) -> str:
    """Say where the numbers are not those that the vintage was fitted with."""
    if model.vintage is None:
        return ""
    for name, value in model.vintage.fitted.items():
        entry = model.parameters.get(name)
        if name not in model.set_by_caller and (entry is None or entry.value != value):
            shown = "gone" if entry is None else _value(entry)
            return f"'{name}' is {shown}, and {value:g} in its vintage"
    return ""


def _place(model: Model | type[Model]) -> str:
    return model.stands_for.name if model.stands_for is not None else ""


def _counted(entry: Parameter | None) -> tuple[object, ...]:
    """Return what of a parameter draws depend on."""
    if entry is None:
        return ()
    return entry.value, entry.unit, entry.bounds, entry.prior, entry.choices


def _rows(figures: Observed | None) -> tuple[Observation, ...]:
    return () if figures is None else figures.observations


def _shown(entry: Parameter | None, other: Parameter | None) -> str:
    """Return of a parameter what differs from another."""
    if entry is None:
        return "not there"
    if other is None or entry.value != other.value:
        return _value(entry)
    if entry.prior != other.prior:
        return str(entry.prior or "without a prior")
    if entry.bounds != other.bounds:
        return f"within {_ends(entry.bounds)}"
    return f"in {entry.unit}"


def _value(entry: Parameter) -> str:
    return "a dated series" if isinstance(entry.value, Series) else f"{entry.value:g}"


def _ends(bounds: Sequence[float] | None) -> str:
    return "no bounds" if bounds is None else f"{bounds[0]:g} to {bounds[1]:g}"
