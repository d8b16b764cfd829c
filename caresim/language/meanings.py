"""The meaning of a parameter as it stands in running text, and in place of its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from caresim.language.amounts import value_text
from caresim.language.parameters import Parameter, Series

__all__ = ["names_in", "short_meaning", "spelled_out"]

WIDEST = 84  # letters of a meaning that stands whole in a sentence
DIGITS = 3
QUALIFIES = ("as ", "against ", "in %", "in percentage", "for each", "when ", "without ", "beyond ")
_WITHIN = re.compile(r"(?<=[a-z0-9,;:] )[A-Z][a-z]+")  # a capital where no sentence begins: a name
_NAMED = re.compile(r"\((\w+)\)")


def names_in(meanings: Iterable[str]) -> frozenset[str]:
    """Return the proper nouns that texts have within a sentence: ``{"England", "March"}``."""
    return frozenset(word for text in meanings for word in _WITHIN.findall(text))


def short_meaning(meaning: str, names: frozenset[str] = frozenset()) -> str:
    """Return a meaning as it stands within a sentence: short, and without a capital.

    An acronym, and a word among ``names``, keeps its capital. What a meaning is measured against
    stays.
    """
    meaning = meaning.removesuffix(", a year")  # which its value says
    if len(meaning) > WIDEST:
        first, *others = meaning.split(" (")[0].split("; ")[0].split(": ")[0].split(", ")
        meaning = ", ".join([first, *(part for part in others if part.startswith(QUALIFIES))])
    return _begun_small(meaning, names)


def spelled_out(text: str, known: Mapping[str, Parameter]) -> str:
    """Return a text with words and value in place of a parameter's name.

    A name counts where it stands in brackets, ``"a year to fill (hiring_time)"``, or alone.
    """
    if text in known:
        return _in_words(known[text], known)

    def put(found: re.Match[str]) -> str:
        entry = known.get(found[1])
        return f"({_in_words(entry, known)})" if entry else found[0]

    return _NAMED.sub(put, text)


def _in_words(entry: Parameter, known: Mapping[str, Parameter]) -> str:
    value = entry.value.values[-1] if isinstance(entry.value, Series) else entry.value
    said = value_text(float(f"{value:.{DIGITS}g}"), entry)
    names = _names(tuple(e.meaning for e in known.values()))
    meaning = short_meaning(entry.meaning.partition(": ")[0], names)
    return f"{meaning}, {said}" if meaning else said


@cache
def _names(meanings: tuple[str, ...]) -> frozenset[str]:
    return names_in(meanings)


def _begun_small(text: str, names: frozenset[str]) -> str:
    first = re.match(r"\w*", text)
    word = first[0] if first else ""
    acronym = word[1:] != word[1:].lower() or any(letter.isdigit() for letter in word)
    return text if acronym or word in names else text[:1].lower() + text[1:]
