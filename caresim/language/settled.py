"""Nouns that stay as they are: what is set on one is refused, with the name that was meant."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any, TypeVar

from caresim.language.errors import did_you_mean

__all__ = ["settled"]

Noun = TypeVar("Noun", bound=type)


def settled(noun: Noun) -> Noun:
    """Have a frozen dataclass say what it is that cannot be set, and what is near to it."""

    def refuse(self: Any, name: str, _value: object = None) -> None:
        what, known = type(self).__name__, [n for n in dir(type(self)) if not n.startswith("_")]
        fields = [*noun.__dataclass_fields__]  # type: ignore[attr-defined]
        is_there = name in {*fields, *dir(self)}
        near = "" if is_there else did_you_mean(name, {*fields, *known})
        has = "stays as it is" if is_there else f"has no '{name}'"
        message = f"a {what} {has}, so that it cannot be set{near}; make another in its place"
        raise FrozenInstanceError(message)

    for method in ("__setattr__", "__delattr__"):
        setattr(noun, method, refuse)
    return noun
