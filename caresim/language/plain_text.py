"""Text that is what it looks like: no control characters, none that turn or hide letters."""

from __future__ import annotations

import re
import unicodedata

from caresim.language.errors import CaresimError

__all__ = ["check_plain", "hidden_in", "visible"]

# Control characters other than tab and line feed, and what turns the direction of a text around
REFUSED = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
)
_IN_TEXT = re.compile(f"[{REFUSED}]")
_IN_LINE = re.compile(f"[\\n{REFUSED}]")
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def hidden_in(text: str, *, name: bool = False) -> str:
    """Return what a text must not hold, such as ``"the control character U+001B"``, else nothing.

    A ``name`` stands on one line, so that it holds neither tab nor line feed, and nothing that
    cannot be seen, such as a space of no width.
    """
    if text.isascii() and text.isprintable():
        return ""
    if name:
        found = next(
            (s for s in text if s in "\ufffe\uffff" or unicodedata.category(s) in UNSEEN), ""
        )
    else:
        match = _IN_TEXT.search(text)
        found = match[0] if match else ""
    if not found:
        return ""
    kind = "control" if unicodedata.category(found) == "Cc" else "invisible"
    said = unicodedata.name(found, "").lower()
    return f"the {kind} character U+{ord(found):04X}{said and f' ({said})'}"


def check_plain(text: object, what: str, error: type[CaresimError], *, name: bool = False) -> None:
    """Raise ``error`` for a text that holds what cannot be seen; see :func:`hidden_in`."""
    if isinstance(text, str) and (hidden := hidden_in(text, name=name)):
        message = f"{what} holds {hidden}; take it out"
        raise error(message)


def visible(text: str, *, lines: bool = False) -> str:
    r"""Return a text whose control characters are written out, as ``\x1b``, so that none acts.

    Without ``lines`` it is one line.
    """
    return (_IN_TEXT if lines else _IN_LINE).sub(_written, text)


def _written(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")
