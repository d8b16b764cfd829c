"""What people call the things of a model: other words than its names, and the levers they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from caresim.language.errors import ModelError
from caresim.language.toml_files import read_toml, toml_kind

__all__ = ["Called", "called_in", "words_of"]

FILE = toml_kind("a file of what people call things", ModelError)
KEYS = {"names", "levers", "said"}
SMALL = frozenset(
    {"a", "an", "and", "at", "by", "for", "from", "in", "is", "it", "of", "on", "or", "per"}
    | {"the", "to", "with"}
)
SHORTEST = 3  # letters of a word that may lose an s


@dataclass(frozen=True)
class Called:
    """Some names for one thing, the levers that do the job, and how these differ from it."""

    names: tuple[str, ...]
    levers: tuple[str, ...]
    said: str

    def matched(self, asked: frozenset[str]) -> int:
        """Return how many words the longest of the names has, of those that lie within others."""
        own = (words_of(name) for name in self.names)
        return max((len(words) for words in own if words <= asked), default=0)


def words_of(text: str) -> frozenset[str]:
    """Return the words of a name or a meaning, in the singular and without the smallest."""
    found = re.findall(r"[a-z]+|\d+", text.lower())
    return frozenset(_singular(word) for word in found if word not in SMALL)


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > SHORTEST + 1:
        return f"{word[:-3]}y"
    plural = word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > SHORTEST
    return word[:-1] if plural else word


@cache
def called_in(path: Path | None) -> tuple[Called, ...]:
    """Read the file in which a model says what people call its things; none without a file.

    Raises ModelError for a file that cannot be read, or a table that lacks a key.
    """
    if path is None:
        return ()
    tables = read_toml(path, FILE).get("called", [])
    for number, table in enumerate(tables, 1):
        if set(table) != KEYS:
            message = f"{path}, table {number}: give {', '.join(sorted(KEYS))}, and nothing else"
            raise ModelError(message)
    return tuple(Called(tuple(t["names"]), tuple(t["levers"]), t["said"]) for t in tables)
