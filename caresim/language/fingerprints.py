"""Fingerprints: short texts that two models, or two sets of numbers, share only when they agree."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from typing import Protocol

from caresim.language.parameters import Parameters
from caresim.language.structure import equations_of
from caresim.language.variables import Flow, Variable

__all__ = ["digest_of", "fingerprint", "numbers_fingerprint"]

MOST_KEPT = 128  # so that a long session with many models does not grow for ever
LENGTH = 12


class _HasEquations(Protocol):
    @property
    def variables(self) -> Mapping[str, Variable]: ...


@functools.lru_cache(maxsize=MOST_KEPT)
def fingerprint(model: _HasEquations) -> str:
    """Return a short fingerprint of a model's equations, the same whatever is run of it."""
    lines = [
        f"{name} [{variable.unit}] = {' '.join(str(e) for e in equations_of(variable))}"
        + (f" on {variable.pipe}" if isinstance(variable, Flow) else "")
        for name, variable in model.variables.items()
    ]
    return digest_of("\n".join(lines).encode())


def numbers_fingerprint(parameters: Parameters) -> str:
    """Return a short fingerprint of all that runs and draws of some parameters hang on.

    These are names, values, roles, bounds and priors; the words about them and their order are no
    matter.
    """
    lines = sorted(
        repr((name, entry.value, entry.role, entry.bounds, entry.prior))
        for name, entry in parameters.items()
    )
    return digest_of("\n".join(lines).encode())


def digest_of(data: bytes) -> str:
    """Return the beginning of a SHA-256."""
    return hashlib.sha256(data).hexdigest()[:LENGTH]
