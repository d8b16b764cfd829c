"""Parts of formulas: LaTeX that knows how strongly it binds and how wide it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from caresim.language.dates import MONTHS, date_of

__all__ = [
    "Piece", "between", "bracketed", "day_text", "decimal", "function", "joined", "literal",
    "named", "sum_over", "words", "wrapped",
]  # fmt: skip

CASES, COMPARED, ADDED, MULTIPLIED, DIVIDED, RAISED, ATOM = range(7)  # how strongly each binds
_WORDS = str.maketrans({"&": " and ", "%": " per cent ", **dict.fromkeys("_#$~^\\{}", " ")})


class Piece(NamedTuple):
    """Part of a formula: LaTeX, how strongly it binds, and about how many letters wide it is."""

    text: str
    strength: int
    width: int


def words(text: str) -> str:
    r"""Return a text that is the same in every reader of LaTeX: no sign that needs a backslash."""
    return " ".join(text.translate(_WORDS).split())


def named(face: str, name: str, marks: Collection[str] = ()) -> Piece:
    """Return a name in words with its subscripts, which are LaTeX already."""
    below = f"_{{{', '.join(marks)}}}" if marks else ""
    width = len(name) + sum(len(m.removeprefix(r"\text{")) for m in marks)
    return Piece(rf"\{face}{{{words(name)}}}{below}", ATOM, width)


def bracketed(piece: Piece, needed: int) -> Piece:
    """Return a piece in brackets unless it binds strongly enough; a condition in square ones."""
    if piece.strength >= needed:
        return piece
    left, right = "[]" if piece.strength == COMPARED else "()"
    return Piece(rf"\left{left}{piece.text}\right{right}", ATOM, piece.width + 2)


def wrapped(terms: Sequence[tuple[str, Piece]], room: int) -> list[str]:
    """Return terms with their signs, as many in a line as there is room for."""
    lines: list[str] = []
    used = room
    for mark, term in terms:
        if used + term.width + 3 > room:
            lines.append("")
            used = 0
        opening = len(lines) == 1 and not lines[0]
        shown = mark if opening and mark == "-" else "" if opening else f"{mark} "
        lines[-1] += f"{' ' if lines[-1] else ''}{shown}{term.text}"
        used += term.width + 3
    return lines


def joined(terms: Sequence[tuple[str, Piece]]) -> Piece:
    """Return a sum of terms with their signs."""
    sign, first = terms[0]
    text = "".join(f" {sign} {term.text}" for sign, term in terms[1:])
    width = sum(term.width for _, term in terms) + 3 * len(terms[1:])
    strength = ADDED if len(terms) > 1 or sign == "-" else first.strength
    return Piece(f"{'-' if sign == '-' else ''}{first.text}{text}", strength, width)


def sum_over(letters: Iterable[str], term: Piece) -> Piece:
    """Return a sum sign over index letters before a term."""
    return Piece(rf"\sum_{{{', '.join(letters)}}} {term.text}", ADDED, term.width + 4)


def day_text(coordinate: float) -> str:
    """Return a date: ``31 Mar 2009`` for 2009.0."""
    day = date_of(coordinate)
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def decimal(value: float) -> Piece:
    """Return a number with its thousands apart, and a power of ten in place of an exponent."""
    mantissa, _, exponent = repr(value).removesuffix(".0").partition("e")
    if not exponent and value == int(value):
        mantissa = f"{int(value):,}"
    strength = ADDED if value < 0 else MULTIPLIED if exponent else ATOM
    written = mantissa.replace(",", "{,}")
    if exponent:
        written = f"{'-' * (value < 0)}" if mantissa.lstrip("-") == "1" else rf"{written} \times "
        written += f"10^{{{int(exponent)}}}"
    return Piece(written, strength, len(mantissa) + 3 * bool(exponent))


def literal(text: str) -> Piece:
    """Return words, such as a date."""
    return Piece(rf"\text{{{text}}}", ATOM, len(text))


def between(name: str, days: tuple[float, float]) -> Piece:
    """Return a function of time with its first and last day, as limits are written."""
    first, last = map(day_text, days)
    text = rf"\text{{{name}}}_{{\text{{{first}}}}}^{{\text{{{last}}}}}"
    return Piece(text, ATOM, len(name) + len(first) * 3 // 4)


def function(name: str, *arguments: Piece) -> Piece:
    """Return a function, whose name is LaTeX already, of its arguments."""
    text = r",\ ".join(argument.text for argument in arguments)
    width = sum(a.width + 2 for a in arguments) + len(name.strip(r"\{}").removeprefix("text{")) + 1
    return Piece(rf"{name}\left({text}\right)", ATOM, width)
