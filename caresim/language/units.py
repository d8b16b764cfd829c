"""Units as products of free base words: ``child``, ``year``, ``GBP``, ``child/year``.

Nothing is converted on purpose: annual and monthly rates must not mix silently.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from caresim.language.errors import UnitError, came

__all__ = ["ONE", "Unit"]

_WORD = re.compile(r"^([A-Za-z_]+)(?:\^\(?(-?\d+(?:/\d+)?)\)?)?$")


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of base words with exponents; ``Unit.parse("GBP/child/year")``."""

    powers: tuple[tuple[str, Fraction], ...] = ()

    @classmethod
    def of(cls, powers: dict[str, Fraction]) -> Unit:
        """Build a unit from word → exponent, dropping zero exponents."""
        return cls(tuple(sorted((word, power) for word, power in powers.items() if power)))

    @classmethod
    def parse(cls, text: str | Unit) -> Unit:
        """Read ``"1"``, ``"child"``, ``"child/year"``, ``"GBP/child/year"`` or ``"child*year^2"``.

        A slash divides by the next factor or bracket: ``a/b/c`` and ``a/(b*c)`` are the same.

        Raises UnitError when the text is not a unit.
        """
        if isinstance(text, Unit):
            return text
        if not isinstance(text, str):
            message = f"a unit is a text such as 'child/year', not {came(text)}"
            raise UnitError(message)
        powers: dict[str, Fraction] = {}
        for sign, word in _factors(text):
            if word == "1":
                continue
            match = _WORD.match(word)
            if not match:
                advice = "write words with * and /, such as 'person/year' or '1'"
                message = f"{came(text)} is not a unit: {advice}"
                raise UnitError(message)
            power = sign * Fraction(match[2] or 1)
            powers[match[1]] = powers.get(match[1], Fraction(0)) + power
        return cls.of(powers)

    def __mul__(self, other: Unit) -> Unit:
        powers = dict(self.powers)
        for word, power in other.powers:
            powers[word] = powers.get(word, Fraction(0)) + power
        return Unit.of(powers)

    def __truediv__(self, other: Unit) -> Unit:
        return self * other**-1

    def __pow__(self, exponent: int | Fraction) -> Unit:
        return Unit(tuple((word, power * exponent) for word, power in self.powers if exponent))

    @property
    def is_one(self) -> bool:
        """True for a pure number, a share or a ratio."""
        return not self.powers

    def power_of(self, word: str) -> Fraction:
        """Return the exponent of one base word, 0 where it is absent."""
        return dict(self.powers).get(word, Fraction(0))

    def __str__(self) -> str:
        above = "*".join(_raised(word, power) for word, power in self.powers if power > 0)
        below = "/".join(_raised(word, -power) for word, power in self.powers if power < 0)
        return (above or "1") + ("/" + below if below else "")


ONE = Unit()


def _factors(text: str) -> list[tuple[int, str]]:
    """Split ``a*b/(c/d)`` into words, each with the sign of its exponent.

    A gap, such as in ``a//b``, comes back as an empty word.
    """
    words: list[tuple[int, str]] = []
    signs, sign, waiting = [1], 1, True  # signs of open brackets; waiting for a word
    for part in re.findall(r"[A-Za-z_]+(?:\^(?:\([^()]*\)|-?\d+))?|\S", text):
        if part in "*/":
            words.extend([(1, "")] if waiting else [])
            sign, waiting = (1 if part == "*" else -1), True
        elif part == "(":
            signs.append(signs[-1] * sign)
            sign = 1
        elif part == ")" and len(signs) > 1:
            signs.pop()
        else:
            words.append((signs[-1] * sign, part if waiting else ""))
            waiting = False
    return [*words, (1, "")] if waiting or len(signs) > 1 else words


def _raised(word: str, power: Fraction) -> str:
    if power == 1:
        return word
    return f"{word}^{power}" if power.denominator == 1 else f"{word}^({power})"
