"""Parameters as the text of a file that can be read again: the standard library writes no TOML."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from caresim.language.parameter_entry import Parameter, Series
from caresim.language.priors import Prior

__all__ = ["parameter_text"]

PLAIN = Parameter("plain", 0.0)
FIRST, ALWAYS = ("name", "meaning", "value"), ("unit", "role")


def parameter_text(
    parameters: Iterable[Parameter], price_year: str = "", *, outside: str | None = None
) -> str:
    """Return complete tables of some parameters, as :meth:`Parameters.read` takes them.

    ``outside`` is the line that stands in place of a value that another file holds.
    """
    head = f"price_year = {_text(price_year)}\n\n" if price_year else ""
    return head + "\n".join(_table(parameter, outside) for parameter in parameters)


def _table(parameter: Parameter, outside: str | None) -> str:
    said = {f.name: getattr(parameter, f.name) for f in fields(parameter) if f.name not in FIRST}
    said = {key: v for key, v in said.items() if key in ALWAYS or v != getattr(PLAIN, key)}
    value = f"{'values' if parameter.is_dated else 'value'} = {_written(parameter.value)}"
    first = [f"meaning = {_text(parameter.meaning)}", value if outside is None else outside]
    lines = [*filter(None, first), *(f"{k} = {_written(v)}" for k, v in said.items())]
    return "\n".join([f"[{parameter.name}]", *lines]) + "\n"


def _written(value: Any) -> str:
    if isinstance(value, Series):
        return _inline(value.dated())
    if isinstance(value, Prior):
        zero = f", zero = {value.zero!r}" if value.zero else ""
        return f"{{ {value.kind} = {_inline(value.numbers)}{zero} }}"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, tuple) and isinstance(value[0], tuple):
        return _inline({_text(label): number for label, number in value})
    if isinstance(value, tuple):
        return f"[{', '.join(repr(float(end)) for end in value)}]"
    return repr(float(value))


def _inline(pairs: Mapping[str, float]) -> str:
    return f"{{ {', '.join(f'{key} = {float(number)!r}' for key, number in pairs.items())} }}"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
