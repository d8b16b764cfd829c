"""What objects show of themselves in a notebook: their texts as they are, and nothing that acts."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeVar

from caresim.language.plain_text import visible

__all__ = ["shown_in_notebooks"]

Thing = TypeVar("Thing")


def shown_in_notebooks(markup: Callable[[Thing], str]) -> Callable[[Thing], str]:
    """Return a method that shows what ``markup`` returns, in which a dollar begins no formula.

    Its texts are escaped for HTML already.
    """

    @functools.wraps(markup)
    def shown(thing: Thing) -> str:
        inside = visible(markup(thing), lines=True)
        return f'<div class="tex2jax_ignore mathjax_ignore">{inside}</div>'

    return shown
