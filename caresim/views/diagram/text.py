"""Words in diagrams: how wide they are at most, and where their lines break."""

from __future__ import annotations

__all__ = ["SMALL", "width_of", "wrapped"]

SMALL = 10.0  # size of the labels of flows
# In font sizes, after DejaVu Sans, the widest of the fonts that a reader is likely to have
_WIDE, _NARROW = set("mwMW@%&—…ÆŒæœ"), set("ijlIf|.,:;'’!()[]/ ")
_WIDTHS = {"wide": 1.0, "narrow": 0.42, "capital": 0.74, "other": 0.64}


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a line at most, in pixels."""
    kinds = (
        "wide"
        if c in _WIDE
        else "narrow"
        if c in _NARROW
        else "capital"
        if c.isupper()
        else "other"
        for c in text
    )
    return size * sum(_WIDTHS[kind] for kind in kinds) * (1.1 if bold else 1.0)


def wrapped(text: str, size: float, room: float, *, bold: bool = False) -> tuple[str, ...]:
    """Return the lines of a text that fit into a width; a word that is longer is cut."""
    lines = [""]
    for word in text.split():
        for i, piece in enumerate(_pieces(word, size, room, bold=bold)):
            longer = f"{lines[-1]} {piece}".strip()
            if i == 0 and width_of(longer, size, bold=bold) <= room:
                lines[-1] = longer
            elif lines[-1]:
                lines.append(piece)
            else:
                lines[-1] = piece
    return tuple(lines)


def _pieces(word: str, size: float, room: float, *, bold: bool) -> list[str]:
    pieces = [""]
    for character in word:
        if pieces[-1] and width_of(pieces[-1] + character, size, bold=bold) > room:
            pieces.append("")
        pieces[-1] += character
    return pieces
